//! `start`, `stop`, `refresh`: whether anything leaves at all.

use causeway_core::model::{Payload, Profile};
use causeway_core::ports::{Account, NewAccount, Reply, Standing};
use causeway_core::refusal::{Reason, Refusal};

use super::{Asking, Desk, Question, say};

/// The version of the text that `start` shows. A change of meaning changes it.
const TEXT: &str = "v1-en";

impl Desk {
    pub(super) async fn start(&self, asking: Asking<'_>) -> Result<Reply, Refusal> {
        self.served(asking)?;
        if let Some(account) = self.parts.accounts.account(asking.actor).await?
            && account.standing == Standing::Active
        {
            return Ok(say(
                format!("You are bridged already. {}", names(&account)),
                &["status", "stop"],
            ));
        }
        let profile = self.first_profile(asking).await;
        self.asked.insert(asking.actor.clone(), Question::Start);
        Ok(say(
            format!(
                "Only posts of your public node that anybody may read will leave, from now on; nothing older. \
                 People elsewhere will see: {}. Search engines are asked to stay away. What has been sent to other \
                 servers can be taken back with stop, but nobody can make them forget. Write YES to agree \
                 (text {TEXT}).",
                shown(&profile)
            ),
            &["YES", "help"],
        ))
    }

    pub(super) async fn started(&self, asking: Asking<'_>) -> Result<Reply, Refusal> {
        let profile = self.first_profile(asking).await;
        let networks = self.other_networks(asking.actor);
        let new = NewAccount {
            actor: asking.actor,
            profile: &profile,
            networks: &networks,
            text: TEXT,
            via: asking.via,
        };
        let account = self.parts.accounts.open(new).await?;
        let watching = self.watch(asking).await?;
        Ok(say(
            format!("Done. {} {watching} stop undoes everything.", names(&account)),
            &["status", "whoami"],
        ))
    }

    pub(super) async fn stop(&self, asking: Asking<'_>) -> Result<Reply, Refusal> {
        let account = self.parts.accounts.account(asking.actor).await?;
        if account.is_none_or(|account| matches!(account.standing, Standing::Known | Standing::Stopped)) {
            return Ok(say("You are not bridged; nothing of yours leaves.", &["start"]));
        }
        self.asked.insert(asking.actor.clone(), Question::Stop);
        Ok(say(
            "Everything of yours will be deleted elsewhere, your names there will never be used again, and you will \
             follow nobody through me. Write YES to go on.",
            &["YES", "help"],
        ))
    }

    pub(super) async fn stopped(&self, asking: Asking<'_>) -> Result<Reply, Refusal> {
        self.parts.accounts.close(asking.actor, asking.via).await?;
        let ended = self
            .subscriptions(asking.actor)?
            .unwatch(self.context()?, asking.actor)
            .await;
        if let Err(refusal) = ended {
            tracing::info!(%refusal, "watching ended here; the other side could not be told");
        }
        Ok(say(
            "Done. Deletions are on their way to everybody who had something of yours.",
            &["start"],
        ))
    }

    pub(super) async fn refresh(&self, asking: Asking<'_>) -> Result<Reply, Refusal> {
        let account = self.parts.accounts.account(asking.actor).await?;
        if account.is_none_or(|account| account.standing != Standing::Active) {
            return Err(Refusal::reject(Reason::NotOptedIn, "you are not bridged"));
        }
        // one that could not be read would wipe what others were told
        let profile = self.own_profile(asking).await?;
        self.act(asking.actor, Payload::Profile(Box::new(profile))).await?;
        Ok(say(
            format!("Your profile was read again. {}", self.watch(asking).await?),
            &["status"],
        ))
    }

    /// Only users of the domains served may agree.
    fn served(&self, asking: Asking<'_>) -> Result<(), Refusal> {
        let served = self.parts.directory.serves(asking.actor);
        served
            .then_some(())
            .ok_or_else(|| Refusal::reject(Reason::NotServed, "this bridge serves other domains"))
    }

    async fn own_profile(&self, asking: Asking<'_>) -> Result<Profile, Refusal> {
        self.subscriptions(asking.actor)?
            .profile(self.context()?, asking.actor)
            .await
    }

    /// The profile that somebody begins with: an empty one where it cannot be read.
    async fn first_profile(&self, asking: Asking<'_>) -> Profile {
        self.own_profile(asking).await.unwrap_or_else(|refusal| {
            tracing::info!(%refusal, "a profile could not be read; beginning with an empty one");
            Profile::of(asking.actor.clone())
        })
    }

    /// Begins to watch the actor's posts and says how that went: `start` never fails for a node's sake.
    async fn watch(&self, asking: Asking<'_>) -> Result<String, Refusal> {
        let watching = self
            .subscriptions(asking.actor)?
            .watch(self.context()?, asking.actor)
            .await;
        Ok(match watching {
            Ok(()) => "New public posts leave from now on.".to_owned(),
            Err(refusal) => hindered(refusal.reason, &refusal.detail),
        })
    }
}

/// What stands in the way of posts, and how to mend it.
pub(super) fn hindered(reason: Reason, detail: &str) -> String {
    match reason {
        Reason::NodeClosed => "You can follow people at once, but your posts do not leave: your node \
             urn:xmpp:microblog:0 is not open (node-closed). Make your blog public in your client (access model open), \
             publish something, and write refresh."
            .to_owned(),
        Reason::NodeMaxItems => {
            "Your node keeps one item only (node-max-items): ask your operator to raise it.".to_owned()
        }
        _ => format!("Your posts do not leave yet ({reason}): {detail}. I try again by myself; refresh tries at once."),
    }
}

/// An actor's names elsewhere.
pub(super) fn names(account: &Account) -> String {
    let names: Vec<String> = account
        .identities
        .iter()
        .filter_map(|(network, _, handle)| handle.as_ref().map(|handle| format!("{network}: @{handle}")))
        .collect();
    if names.is_empty() {
        "You have no name elsewhere yet.".to_owned()
    } else {
        format!("You are {}.", names.join(" · "))
    }
}

fn shown(profile: &Profile) -> String {
    let mut parts = vec![format!("your name ({})", profile.shown_name())];
    if profile.avatar.is_some() {
        parts.push("your avatar".to_owned());
    }
    if !profile.bio.is_empty() {
        parts.push("your description".to_owned());
    }
    parts.push("your posts, and what you answer to theirs".to_owned());
    parts.join(", ")
}
