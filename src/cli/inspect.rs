//! `causeway inspect`.

use std::time::Duration;

use clap::Subcommand;

use super::output::{print, table};
use super::{ConfigArgument, Failure, runtime};
use crate::app;
use crate::config::load;
use crate::inspect::{Entry, Filter, Traces};

/// How often `tail` looks.
const LOOK: Duration = Duration::from_millis(300);

/// Arguments.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    config: ConfigArgument,
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// List the newest traces.
    List(Narrow),
    /// Show one trace whole, with every other about the same object.
    Show {
        /// Its number.
        id: i64,
    },
    /// Show traces as they come.
    Tail(Narrow),
}

#[derive(Clone, Debug, clap::Args)]
struct Narrow {
    /// Only this network.
    #[arg(long)]
    network: Option<String>,
    /// Only those whose object or actor id holds this text.
    #[arg(long)]
    about: Option<String>,
    /// At most this many; of `tail`, how many older ones to begin with.
    #[arg(long, short = 'n', default_value_t = 20)]
    limit: u32,
}

pub(super) fn run(arguments: &Arguments, json: bool) -> Result<(), Failure> {
    let config = load(&arguments.config.config).map_err(Failure::wrong)?;
    runtime()?.block_on(async {
        let url = app::traces_url(&config);
        let traces = Traces::open(&url)
            .await
            .map_err(|error| Failure::failed(format!("there are no traces at {url} yet: {error}")))?;
        match &arguments.what {
            What::List(narrow) => list(&traces, narrow, json).await,
            What::Show { id } => show(&traces, *id, json).await,
            What::Tail(narrow) => tail(&traces, narrow, json).await,
        }
    })
}

async fn list(traces: &Traces, narrow: &Narrow, json: bool) -> Result<(), Failure> {
    let entries = traces.list(&filter(narrow, 0)).await.map_err(Failure::failed)?;
    if json {
        entries.iter().for_each(json_line);
    } else {
        table(HEAD, &entries.iter().map(row).collect::<Vec<_>>());
    }
    Ok(())
}

async fn show(traces: &Traces, id: i64, json: bool) -> Result<(), Failure> {
    let entries = traces.show(id).await.map_err(Failure::failed)?;
    if entries.is_empty() {
        return Err(Failure::failed(format!(
            "there is no trace {id}; `causeway inspect list` shows what there is"
        )));
    }
    for entry in &entries {
        if json {
            json_line(entry);
        } else {
            print(&whole(entry));
        }
    }
    Ok(())
}

async fn tail(traces: &Traces, narrow: &Narrow, json: bool) -> Result<(), Failure> {
    let mut after = 0;
    let mut limit = narrow.limit;
    loop {
        let mut filter = filter(narrow, after);
        filter.limit = limit;
        for entry in traces.list(&filter).await.map_err(Failure::failed)? {
            after = after.max(entry.id);
            if json {
                json_line(&entry);
            } else {
                print(&(row(&entry).join("  ") + "\n"));
            }
        }
        limit = 1000;
        tokio::select! {
            _ = tokio::signal::ctrl_c() => return Ok(()),
            () = tokio::time::sleep(LOOK) => {}
        }
    }
}

const HEAD: &[&str] = &["ID", "TIME", "DIR", "NETWORK", "KIND", "OUTCOME", "ACTOR", "OBJECT"];

fn row(entry: &Entry) -> Vec<String> {
    [
        entry.id.to_string(),
        entry.at.to_string(),
        entry.direction.clone(),
        entry.network.clone(),
        entry.kind.clone(),
        entry.outcome.clone(),
        entry.actor.clone(),
        entry.object.clone(),
    ]
    .into_iter()
    .collect()
}

fn whole(entry: &Entry) -> String {
    let pretty = |value| serde_json::to_string_pretty(value).unwrap_or_default();
    let safe: String = entry
        .wire
        .chars()
        .map(|c| {
            if c.is_control() && c != '\n' && c != '\t' {
                ' '
            } else {
                c
            }
        })
        .collect();
    format!(
        "── {} · {} · {} {} · {} · {}\nactor    {}\nobject   {}\ntarget   {}\nwire     {}\n{safe}\nwith     {}\nmodel    {}\nlosses   {}\n\n",
        entry.id,
        entry.at,
        entry.direction,
        entry.network,
        entry.kind,
        entry.outcome,
        entry.actor,
        entry.object,
        entry.target,
        entry.media_type,
        pretty(&entry.envelope),
        pretty(&entry.model),
        pretty(&entry.losses),
    )
}

fn json_line(entry: &Entry) {
    if let Ok(line) = serde_json::to_string(entry) {
        print(&(line + "\n"));
    }
}

fn filter(narrow: &Narrow, after: i64) -> Filter {
    Filter {
        after,
        network: narrow.network.clone(),
        about: narrow.about.clone(),
        limit: narrow.limit,
    }
}
