//! What crosses a bridge, as it crosses: reads the traces of a running or a stopped one.
//!
//! ```sh
//! cargo run --example watch_traffic -- causeway.toml        # until nothing has crossed for ten seconds
//! cargo run --example watch_traffic -- causeway.toml 3600   # for an hour
//! ```
//!
//! The bridge writes a trace of everything that comes in and of every try to deliver, into a database of its own beside
//! the other one. Reading it disturbs nobody.

use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;
use std::time::{Duration, Instant};

use causeway::app;
use causeway::config;
use causeway::inspect::{Entry, Filter, Traces};

/// How often to look.
const LOOK: Duration = Duration::from_millis(200);
/// Traces read at once.
const SOME: u32 = 500;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let path = arguments
        .next()
        .ok_or("usage: watch_traffic CONFIG [SECONDS WITHOUT TRAFFIC]")?;
    let patience = arguments.next().map_or(Ok(10), |seconds| seconds.parse())?;
    let config = config::load(Path::new(&path))?;
    let traces = Traces::open(&app::traces_url(&config)).await?;

    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    let mut filter = Filter {
        limit: SOME,
        ..Filter::default()
    };
    let mut last = Instant::now();
    while last.elapsed() < Duration::from_secs(patience) {
        for entry in traces.list(&filter).await? {
            // each trace has a number; asking for those after it never shows one twice
            filter.after = filter.after.max(entry.id);
            last = Instant::now();
            println!("{}", line(&entry));
            *counts.entry(outcome(&entry)).or_default() += 1;
        }
        tokio::time::sleep(LOOK).await;
    }

    println!("\nin all:");
    for (outcome, count) in counts {
        println!("{count:6}  {outcome}");
    }
    Ok(())
}

/// One crossing: which way, what, by whom, and how many fields changed on the way.
fn line(entry: &Entry) -> String {
    let arrow = if entry.direction == "in" { "->" } else { "<-" };
    let lost = entry.losses.as_array().map_or(0, Vec::len);
    format!(
        "{} {:11} {arrow} {:8} {:10} {} fields changed, {} bytes: {}",
        entry.at,
        entry.network,
        entry.kind,
        entry.outcome,
        lost,
        entry.wire.len(),
        entry.actor,
    )
}

fn outcome(entry: &Entry) -> String {
    format!("{:3} {:11} {}", entry.direction, entry.network, entry.outcome)
}
