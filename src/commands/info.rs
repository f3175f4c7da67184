//! `status`, `whoami`, and what is said to somebody who says something else.

use causeway_core::ports::{Reply, Standing};
use causeway_core::refusal::Refusal;

use super::consent::{hindered, names};
use super::{Asking, Desk, say};

impl Desk {
    pub(super) async fn greeting(&self, asking: Asking<'_>) -> Result<Reply, Refusal> {
        let bridged = self
            .parts
            .accounts
            .account(asking.actor)
            .await?
            .is_some_and(|it| it.standing == Standing::Active);
        if bridged {
            return Ok(say(
                "I did not understand that. Write help for what I can do.",
                &["help", "status"],
            ));
        }
        Ok(say(
            "I link your server with the social web. You are not bridged; nothing of yours leaves. \
             Write: start, lookup ADDRESS, help",
            &["start", "help"],
        ))
    }

    pub(super) async fn status(&self, asking: Asking<'_>) -> Result<Reply, Refusal> {
        let Some(account) = self.parts.accounts.account(asking.actor).await? else {
            return Ok(say("You are not bridged; nothing of yours leaves.", &["start", "help"]));
        };
        let text = match account.standing {
            Standing::Known => "You are not bridged; nothing of yours leaves.".to_owned(),
            Standing::Stopped | Standing::Gone => "You left; nothing of yours leaves.".to_owned(),
            Standing::Paused => format!("You paused: everything is kept, nothing is sent. {}", names(&account)),
            Standing::Active => {
                let state = account.hindrance.map_or_else(
                    || "Your public posts leave.".to_owned(),
                    |reason| hindered(reason, "see help"),
                );
                format!("You are bridged. {} {state}", names(&account))
            }
        };
        Ok(say(text, &["whoami", "help"]))
    }

    pub(super) async fn whoami(&self, asking: Asking<'_>) -> Result<Reply, Refusal> {
        let account = self.parts.accounts.account(asking.actor).await?;
        let Some(account) = account.filter(|account| account.standing == Standing::Active) else {
            return Ok(say(
                format!("You are {}, and have no name elsewhere.", asking.actor.as_str()),
                &["start"],
            ));
        };
        let mut lines = vec![format!("Here: {}", asking.actor.as_str())];
        for (network, id, handle) in &account.identities {
            let handle = handle
                .as_ref()
                .map(|handle| format!("@{handle} · "))
                .unwrap_or_default();
            lines.push(format!("{network}: {handle}{}", id.as_str()));
        }
        Ok(say(lines.join("\n"), &[]))
    }
}
