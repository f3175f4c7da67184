//! `causeway serve`.

use super::{ConfigArgument, Failure, runtime};
use crate::app::App;
use crate::config::{Log, LogFormat, load};

pub(super) fn run(argument: &ConfigArgument) -> Result<(), Failure> {
    let config = load(&argument.config).map_err(Failure::wrong)?;
    log(&config.log).map_err(Failure::wrong)?;
    runtime()?.block_on(async {
        let app = App::build(config).await.map_err(Failure::failed)?;
        app.serve().await.map_err(Failure::failed)
    })
}

fn log(log: &Log) -> Result<(), String> {
    let filter = tracing_subscriber::EnvFilter::try_new(&log.level)
        .map_err(|error| format!("log.level {:?} is no level or filter: {error}", log.level))?;
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    match log.format {
        LogFormat::Text => builder.init(),
        LogFormat::Json => builder.json().init(),
    }
    Ok(())
}
