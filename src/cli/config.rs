//! `causeway config`.

use clap::Subcommand;

use super::output::print;
use super::{ConfigArgument, Failure};
use crate::config::{DEFAULTS, load};

/// Arguments.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Print the whole configuration with its defaults and comments.
    Defaults,
    /// Check the configuration; says what is wrong and how to mend it.
    Check(ConfigArgument),
}

pub(super) fn run(arguments: &Arguments, json: bool) -> Result<(), Failure> {
    match &arguments.what {
        What::Defaults => print(DEFAULTS),
        What::Check(argument) => {
            let config = load(&argument.config).map_err(Failure::wrong)?;
            let (jid, url) = (&config.xmpp.jid, &config.web.public_url);
            let domains = config.serve_domains();
            if json {
                let value = serde_json::json!({ "ok": true, "jid": jid, "public_url": url, "serve_domains": domains });
                print(&format!("{value}\n"));
            } else {
                print(&format!("ok: {jid} serves {} at {url}\n", domains.join(", ")));
            }
        }
    }
    Ok(())
}
