//! The command line: one file per subcommand.
//!
//! Exit codes: 0 done; 1 it did not work; 2 the arguments, the configuration or the input are wrong.

mod config;
mod convert;
mod inspect;
mod lookup;
mod output;
mod serve;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// A federation bridge between XMPP and the social web.
#[derive(Debug, Parser)]
#[command(name = "causeway", version, arg_required_else_help = true)]
struct Cli {
    /// Print JSON.
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the bridge.
    Serve(ConfigArgument),
    /// Convert a document from one network to another; needs no configuration and no network.
    Convert(convert::Arguments),
    /// Show who an address is, whether they can be bridged, and their JID here.
    Lookup(lookup::Arguments),
    /// Show what crossed the bridge.
    Inspect(inspect::Arguments),
    /// Print or check the configuration.
    Config(config::Arguments),
}

/// Where the configuration is.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct ConfigArgument {
    /// The configuration file.
    #[arg(long, short, env = "CAUSEWAY_CONFIG", default_value = "causeway.toml")]
    config: PathBuf,
}

/// How a command ends when it does not end well.
#[derive(Debug)]
pub(crate) struct Failure {
    code: u8,
    message: String,
}

impl Failure {
    /// It did not work.
    fn failed(message: impl ToString) -> Self {
        Self {
            code: 1,
            message: message.to_string(),
        }
    }

    /// The input is wrong.
    fn wrong(message: impl ToString) -> Self {
        Self {
            code: 2,
            message: message.to_string(),
        }
    }

    /// A refusal, with its reason code where programs look for it.
    fn refused(refusal: &causeway_core::refusal::Refusal) -> Self {
        Self::wrong(format!("error[{}]: {}", refusal.reason, refusal.detail))
    }
}

/// Runs the program with the arguments of the process.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    let done = match cli.command {
        Command::Serve(argument) => serve::run(&argument),
        Command::Convert(arguments) => convert::run(&arguments),
        Command::Lookup(arguments) => lookup::run(&arguments, cli.json),
        Command::Inspect(arguments) => inspect::run(&arguments, cli.json),
        Command::Config(arguments) => config::run(&arguments, cli.json),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            output::error(&failure.message);
            ExitCode::from(failure.code)
        }
    }
}

/// A runtime for commands that need one.
fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(Failure::failed)
}
