//! `causeway convert`.

use std::io::Read;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use causeway_core::adapter::Crossed;
use causeway_core::id::Network;
use causeway_core::loss::Loss;
use causeway_core::ports::Clock;

use super::Failure;
use super::output::print;
use crate::app;
use crate::convert::{Converted, Converter};
use crate::services::SystemClock;

/// The format that is no network's.
const MODEL: &str = "model";
/// The largest document read.
const LARGEST: u64 = 16 * 1024 * 1024;

/// Arguments.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// What the document is: activitypub, xmpp or model.
    #[arg(long)]
    from: String,
    /// What it shall become: activitypub, xmpp or model.
    #[arg(long)]
    to: String,
    /// Write what was lost, as JSON, to this file; `-` is standard output, after the document.
    #[arg(long, value_name = "FILE|-")]
    losses: Option<PathBuf>,
    /// The host that stands for the bridge in names it makes.
    #[arg(long, default_value = "bridge.example")]
    bridge: String,
    /// The domain of the handles it makes.
    #[arg(long, default_value = "example.org")]
    handle_domain: String,
    /// The document; `-` is standard input.
    #[arg(value_name = "FILE|-")]
    input: PathBuf,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let adapters = app::adapters_for_files(&arguments.bridge, &arguments.handle_domain).map_err(Failure::wrong)?;
    let converter = Converter::new(&adapters, SystemClock.now());
    let body = read(&arguments.input)?;
    let activities = source(&converter, &arguments.from, body)?;
    if activities.is_empty() {
        return Err(Failure::wrong(
            "error[unsupported-kind]: the document says nothing that is bridged",
        ));
    }
    let mut losses = Vec::new();
    for crossed in activities {
        let converted = target(&converter, &arguments.to, crossed)?;
        print(&String::from_utf8_lossy(&converted.document));
        print("\n");
        losses.extend(converted.losses);
    }
    arguments
        .losses
        .as_deref()
        .map_or(Ok(()), |path| write_losses(path, &losses))
}

fn source(converter: &Converter<'_>, from: &str, body: Bytes) -> Result<Vec<Crossed>, Failure> {
    let read = if from == MODEL {
        converter.read_model(&body)
    } else {
        converter.read(&Network::named(from), body)
    };
    read.map_err(|refusal| Failure::refused(&refusal))
}

fn target(converter: &Converter<'_>, to: &str, crossed: Crossed) -> Result<Converted, Failure> {
    let written = if to == MODEL {
        converter.write_model(crossed)
    } else {
        converter.write(&Network::named(to), crossed)
    };
    written.map_err(|refusal| Failure::refused(&refusal))
}

fn read(path: &Path) -> Result<Bytes, Failure> {
    let unreadable = |error| Failure::wrong(format!("error[malformed]: {} cannot be read: {error}", path.display()));
    let mut bytes = Vec::new();
    if path == Path::new("-") {
        std::io::stdin()
            .take(LARGEST + 1)
            .read_to_end(&mut bytes)
            .map_err(unreadable)?;
    } else {
        let file = std::fs::File::open(path).map_err(unreadable)?;
        file.take(LARGEST + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    }
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > LARGEST {
        return Err(Failure::wrong("error[too-large]: more than 16 MiB"));
    }
    Ok(bytes.into())
}

fn write_losses(path: &Path, losses: &[Loss]) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(losses).map_err(Failure::failed)? + "\n";
    if path == Path::new("-") {
        print(&text);
        return Ok(());
    }
    std::fs::write(path, text)
        .map_err(|error| Failure::failed(format!("{} cannot be written: {error}", path.display())))
}
