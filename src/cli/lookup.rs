//! `causeway lookup`.

use causeway_core::ports::Resolved;
use serde_json::json;

use super::output::print;
use super::{ConfigArgument, Failure, runtime};
use crate::app::App;
use crate::config::load;

/// Arguments.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    config: ConfigArgument,
    /// An address such as @alice@masto.example, or a URL.
    address: String,
}

pub(super) fn run(arguments: &Arguments, json: bool) -> Result<(), Failure> {
    let config = load(&arguments.config.config).map_err(Failure::wrong)?;
    runtime()?.block_on(async {
        let app = App::build(config).await.map_err(Failure::failed)?;
        let found = app.lookup(&arguments.address).await.map_err(|refusal| Failure {
            code: 1,
            message: format!("error[{}]: {}", refusal.reason, refusal.detail),
        })?;
        match found {
            Resolved::Local(actor) => show_local(actor.as_str(), json),
            Resolved::Remote(view) => {
                let profile = &view.profile;
                let verdict = verdict(profile.bridgeable);
                if json {
                    let value = json!({
                        "actor": view.home.as_str(), "network": view.home.network(), "jid": view.id.as_str(),
                        "handle": profile.handle, "name": profile.name, "kind": profile.kind,
                        "reach": profile.reach, "verdict": verdict,
                    });
                    print(&format!("{value}\n"));
                } else {
                    print(&format!(
                        "name     {}\nhandle   {}\nactor    {}\nnetwork  {}\nJID      {}\nverdict  {verdict}\n",
                        profile.shown_name(),
                        profile.handle.as_deref().unwrap_or("-"),
                        view.home.as_str(),
                        view.home.network(),
                        view.id.as_str(),
                    ));
                }
            }
        }
        Ok(())
    })
}

fn show_local(jid: &str, json: bool) {
    if json {
        print(&format!(
            "{}\n",
            json!({ "jid": jid, "network": "xmpp", "verdict": "local" })
        ));
    } else {
        print(&format!(
            "JID      {jid}\nverdict  one of our own users: no bridge is needed\n"
        ));
    }
}

fn verdict(bridgeable: Option<bool>) -> &'static str {
    match bridgeable {
        Some(false) => "not bridged: flag-not-bridgeable",
        Some(true) | None => "can be followed",
    }
}
