//! `privacy`: what somebody agreed to besides being bridged.

use causeway_core::ports::{Agreement, Reply, Standing};
use causeway_core::refusal::{Reason, Refusal};

use super::{Asking, Desk, say};

/// The purpose in the ledger of consent: to be shown what people elsewhere show to their followers only.
const RECEIVE_FOLLOWERS: &str = "receive-followers";
/// The version of the text that explains it. A change of meaning changes it.
const TEXT: &str = "v1-en";

const ON: &str = "privacy receive-followers on";
const OFF: &str = "privacy receive-followers off";

impl Desk {
    pub(super) async fn privacy(&self, asking: Asking<'_>, rest: &str) -> Result<Reply, Refusal> {
        let account = self.parts.accounts.account(asking.actor).await?;
        if account.is_none_or(|account| !matches!(account.standing, Standing::Active | Standing::Paused)) {
            return Err(Refusal::reject(Reason::NotOptedIn, "you are not bridged"));
        }
        let mut words = rest.split_whitespace();
        match (words.next(), words.next(), words.next()) {
            (None, ..) => self.settings(asking).await,
            (Some(RECEIVE_FOLLOWERS), Some("on"), None) => self.receive_followers(asking, true).await,
            (Some(RECEIVE_FOLLOWERS), Some("off"), None) => self.receive_followers(asking, false).await,
            _ => Ok(say(format!("Write {ON}, or {OFF}."), &[ON, OFF])),
        }
    }

    async fn settings(&self, asking: Asking<'_>) -> Result<Reply, Refusal> {
        let on = self.agreed(asking, RECEIVE_FOLLOWERS).await?;
        let (state, other) = if on { ("on", OFF) } else { ("off", ON) };
        Ok(say(
            format!(
                "receive-followers is {state}: posts that people you follow show to their followers only are {} you.",
                if on { "shown to" } else { "kept from" }
            ),
            &[other],
        ))
    }

    async fn receive_followers(&self, asking: Asking<'_>, given: bool) -> Result<Reply, Refusal> {
        let agreement = Agreement {
            actor: asking.actor,
            purpose: RECEIVE_FOLLOWERS,
            given,
            text: TEXT,
            via: asking.via,
        };
        self.parts.accounts.agree(agreement).await?;
        Ok(match given {
            true => say(
                "Done. You are shown what people you follow show to their followers only. Such a post is for you alone: \
                 a web client that several people share may keep a copy where others can read it.",
                &[OFF],
            ),
            false => say("Done. Such posts are kept from you from now on.", &[ON]),
        })
    }

    /// `text`, and how to be shown the rest, for those who are not.
    pub(super) async fn with_what_is_kept_from_you(&self, asking: Asking<'_>, text: String) -> Result<Reply, Refusal> {
        if self.agreed(asking, RECEIVE_FOLLOWERS).await? {
            return Ok(say(text, &["following"]));
        }
        Ok(say(
            format!("{text} Posts for their followers only are kept from you unless you write {ON}."),
            &["following", ON],
        ))
    }

    /// Whether somebody agreed to something, by their latest word.
    async fn agreed(&self, asking: Asking<'_>, purpose: &str) -> Result<bool, Refusal> {
        let ledger = self.parts.accounts.consents(asking.actor).await?;
        let own = asking.actor.network();
        let latest = ledger
            .iter()
            .rfind(|entry| entry.purpose == purpose && entry.network == *own);
        Ok(latest.is_some_and(|entry| entry.given))
    }
}
