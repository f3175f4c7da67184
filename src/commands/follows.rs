//! `follow`, `unfollow`, `following`, `followers`, `lookup`: other people.

use std::time::Duration;

use causeway_core::id::{ActorId, Network, ObjectId};
use causeway_core::model::{Follow, FollowStep, Payload, Retracted, Retraction};
use causeway_core::ports::{ActorView, FollowState, Page, Reply, Resolved, Viewer};
use causeway_core::refusal::{Reason, Refusal};

use super::{Asking, Desk, say};

/// How long `follow` waits for an answer before it says that it will come later.
const ANSWER: Duration = Duration::from_secs(3);
/// How often it looks.
const LOOK: Duration = Duration::from_millis(100);
/// How many people a list shows.
const SHOWN: usize = 100;
/// The network of ids made for commands.
const SELF: Network = Network::new("causeway");

impl Desk {
    pub(super) async fn follow(&self, asking: Asking<'_>, address: &str) -> Result<Reply, Refusal> {
        let person = match self.person(asking, address).await? {
            Resolved::Local(actor) => return Ok(real_address(&actor)),
            Resolved::Remote(person) => person,
        };
        let id = ObjectId::new(SELF, format!("follow:{}", (self.parts.token)()));
        let follow = Follow {
            id,
            follower: asking.actor.clone(),
            followee: person.home.clone(),
            step: FollowStep::Request,
            request: None,
        };
        let crossing = self.act(asking.actor, Payload::Follow(follow)).await?;
        match crossing.refused.into_iter().next() {
            Some(refusal) if refusal.reason != Reason::Duplicate => Err(refusal),
            _ => self.follow_state(asking, &person).await,
        }
    }

    async fn follow_state(&self, asking: Asking<'_>, person: &ActorView) -> Result<Reply, Refusal> {
        let name = named(person);
        let end = self.parts.clock.now().plus(ANSWER);
        loop {
            match self.parts.reads.follow(asking.actor, &person.home).await? {
                Some(FollowState::Accepted) => {
                    let text = format!("You follow {name}. Their address here: {}.", person.id.as_str());
                    return self.with_what_is_kept_from_you(asking, text).await;
                }
                Some(FollowState::Rejected) => {
                    return Err(Refusal::reject(
                        Reason::FollowRejected,
                        format!("{name} does not want that"),
                    ));
                }
                Some(FollowState::Pending) | None if self.parts.clock.now() < end => {}
                Some(FollowState::Pending) | None => {
                    let text = format!(
                        "Asked {name}; they have not answered yet. Their address here: {}",
                        person.id.as_str()
                    );
                    return Ok(say(text, &["following"]));
                }
            }
            self.parts.clock.sleep_until(self.parts.clock.now().plus(LOOK)).await;
        }
    }

    pub(super) async fn unfollow(&self, asking: Asking<'_>, address: &str) -> Result<Reply, Refusal> {
        let person = match self.person(asking, address).await? {
            Resolved::Local(actor) => return Ok(real_address(&actor)),
            Resolved::Remote(person) => person,
        };
        let target = Retracted::Follow {
            follower: asking.actor.clone(),
            followee: person.home.clone(),
        };
        let crossing = self
            .act(asking.actor, Payload::Retraction(Retraction { target }))
            .await?;
        match crossing.refused.into_iter().next() {
            None => Ok(say(format!("You follow {} no more.", named(&person)), &["following"])),
            Some(_) => Ok(say(format!("You do not follow {}.", named(&person)), &["following"])),
        }
    }

    pub(super) async fn following(&self, asking: Asking<'_>) -> Result<Reply, Refusal> {
        let (viewer, page) = listing(asking);
        let network = asking.actor.network();
        let list = self
            .parts
            .reads
            .following(&viewer, asking.actor, network, &page)
            .await?;
        self.list("You follow", &list.items, list.total, network).await
    }

    pub(super) async fn followers(&self, asking: Asking<'_>) -> Result<Reply, Refusal> {
        let (viewer, page) = listing(asking);
        let network = asking.actor.network();
        let list = self
            .parts
            .reads
            .followers(&viewer, asking.actor, network, &page)
            .await?;
        self.list("You are followed by", &list.items, list.total, network).await
    }

    async fn list(
        &self,
        title: &str,
        people: &[(ActorId, FollowState)],
        total: u64,
        network: &Network,
    ) -> Result<Reply, Refusal> {
        if people.is_empty() {
            return Ok(say(format!("{title} nobody."), &["follow", "help"]));
        }
        let mut lines = vec![format!("{title} {total}:")];
        for (actor, state) in people {
            let view = self.parts.reads.actor(actor, network).await?;
            let name = view.as_ref().map_or_else(|| actor.as_str().to_owned(), named);
            lines.push(format!("{name}{} · {}", state_note(*state), actor.as_str()));
        }
        Ok(say(lines.join("\n"), &[]))
    }

    pub(super) async fn lookup(&self, asking: Asking<'_>, address: &str) -> Result<Reply, Refusal> {
        match self.person(asking, address).await? {
            Resolved::Local(actor) => Ok(real_address(&actor)),
            Resolved::Remote(person) => {
                let bio: String = person.profile.bio.plain.chars().take(200).collect();
                let page = person
                    .profile
                    .url
                    .as_ref()
                    .map(|url| format!("\n{url}"))
                    .unwrap_or_default();
                Ok(say(
                    format!("{}\n{}\n{bio}{page}", named(&person), person.id.as_str()),
                    &["follow"],
                ))
            }
        }
    }

    async fn person(&self, asking: Asking<'_>, address: &str) -> Result<Resolved, Refusal> {
        if address.is_empty() {
            return Err(Refusal::reject(Reason::Malformed, "an address or URL is missing"));
        }
        self.parts.directory.resolve(asking.actor, address).await
    }
}

fn listing(asking: Asking<'_>) -> (Viewer, Page) {
    (
        Viewer::Actor(asking.actor.clone()),
        Page {
            max: SHOWN,
            ..Page::default()
        },
    )
}

fn real_address(actor: &ActorId) -> Reply {
    say(
        format!(
            "{0} is on XMPP: add {0} in your client, no bridge is needed.",
            actor.as_str()
        ),
        &[],
    )
}

fn named(person: &ActorView) -> String {
    let handle = person.profile.handle.as_deref().unwrap_or_default();
    match person.profile.name.as_deref().filter(|name| !name.is_empty()) {
        Some(name) if !handle.is_empty() => format!("{name} ({handle})"),
        Some(name) => name.to_owned(),
        None => person.profile.shown_name().to_owned(),
    }
}

fn state_note(state: FollowState) -> &'static str {
    match state {
        FollowState::Accepted => "",
        FollowState::Pending => " (asked)",
        FollowState::Rejected => " (refused)",
    }
}
