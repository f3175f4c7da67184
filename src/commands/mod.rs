//! The commands of local actors, defined once for every front end.
//!
//! [`LIST`] is the definition: name, arguments, what it does. One file per group holds what running it does. Texts are for
//! people; front ends only carry them.

mod consent;
mod follows;
mod help;
mod info;
mod privacy;

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use bytes::Bytes;
use causeway_core::adapter::{Adapters, Arrival, Context, Crossing, MODEL_MEDIA_TYPE, ManagesSubscriptions, Wire};
use causeway_core::id::{ActorId, Network};
use causeway_core::model::{Activity, Attested, Payload};
use causeway_core::ports::{Accounts, Clock, Commands, Directory, Ingest, Reads, Reply};
use causeway_core::refusal::Refusal;
use futures_core::future::BoxFuture;
use moka::sync::Cache;

/// A command as users know it.
#[derive(Clone, Copy, Debug)]
pub struct Command {
    /// Its name.
    pub name: &'static str,
    /// Its arguments, as help shows them.
    pub arguments: &'static str,
    /// What it does, one line.
    pub about: &'static str,
}

/// All commands, in the order of `help`.
pub const LIST: &[Command] = &[
    Command {
        name: "help",
        arguments: "[COMMAND]",
        about: "show the commands, or what one does",
    },
    Command {
        name: "start",
        arguments: "",
        about: "let people elsewhere follow you; shows first what they will see",
    },
    Command {
        name: "stop",
        arguments: "",
        about: "take everything back and leave",
    },
    Command {
        name: "status",
        arguments: "",
        about: "show whether you are bridged, and what hinders it",
    },
    Command {
        name: "refresh",
        arguments: "",
        about: "read your profile and your node's settings again",
    },
    Command {
        name: "whoami",
        arguments: "",
        about: "show your names on each network",
    },
    Command {
        name: "follow",
        arguments: "ADDRESS|URL",
        about: "follow somebody, such as alice@masto.example",
    },
    Command {
        name: "unfollow",
        arguments: "ADDRESS|URL",
        about: "follow them no more",
    },
    Command {
        name: "following",
        arguments: "",
        about: "show whom you follow",
    },
    Command {
        name: "followers",
        arguments: "",
        about: "show who follows you",
    },
    Command {
        name: "lookup",
        arguments: "ADDRESS|URL",
        about: "show who that is, without following",
    },
    Command {
        name: "privacy",
        arguments: "[receive-followers on|off]",
        about: "show or change what else you agree to",
    },
];

/// What commands are made of.
pub struct Parts {
    /// Consent.
    pub accounts: Arc<dyn Accounts>,
    /// What is stored.
    pub reads: Arc<dyn Reads>,
    /// Finding people.
    pub directory: Arc<dyn Directory>,
    /// The way in.
    pub ingest: Arc<dyn Ingest>,
    /// The adapters.
    pub adapters: Arc<Adapters>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// An unguessable token.
    pub token: Box<dyn Fn() -> String + Send + Sync>,
}

/// Runs commands.
pub struct Desk {
    parts: Parts,
    asked: Cache<ActorId, Question>,
    context: OnceLock<Context>,
}

/// What an actor was asked and may answer with YES.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Question {
    Start,
    Stop,
}

/// How long a question waits for its YES.
const PATIENCE: Duration = Duration::from_secs(3600);
/// How many questions wait at most.
const QUESTIONS: u64 = 10_000;
/// The longest line that is read.
const LONGEST: usize = 2048;

/// Who asks, and how.
#[derive(Clone, Copy)]
struct Asking<'a> {
    actor: &'a ActorId,
    via: &'static str,
}

impl Desk {
    /// A desk of these parts.
    pub fn new(parts: Parts) -> Self {
        let asked = Cache::builder().max_capacity(QUESTIONS).time_to_live(PATIENCE).build();
        Self {
            parts,
            asked,
            context: OnceLock::new(),
        }
    }

    /// Hands over what adapters are given. The first time counts.
    pub fn connect(&self, context: Context) {
        // a second context would belong to another process
        let _ = self.context.set(context);
    }

    async fn answer(&self, asking: Asking<'_>, line: &str) -> Result<Reply, Refusal> {
        let (word, rest) = split(line);
        if word == "yes" {
            return self.confirmed(asking).await;
        }
        self.asked.invalidate(asking.actor);
        match word.as_str() {
            "help" | "?" => Ok(help::help(rest)),
            "start" => self.start(asking).await,
            "stop" => self.stop(asking).await,
            "status" => self.status(asking).await,
            "refresh" => self.refresh(asking).await,
            "whoami" => self.whoami(asking).await,
            "follow" => self.follow(asking, rest).await,
            "unfollow" => self.unfollow(asking, rest).await,
            "following" => self.following(asking).await,
            "followers" => self.followers(asking).await,
            "lookup" => self.lookup(asking, rest).await,
            "privacy" => self.privacy(asking, rest).await,
            _ => self.greeting(asking).await,
        }
    }

    async fn confirmed(&self, asking: Asking<'_>) -> Result<Reply, Refusal> {
        match self.asked.remove(asking.actor) {
            Some(Question::Start) => self.started(asking).await,
            Some(Question::Stop) => self.stopped(asking).await,
            None => Ok(say(
                "There is nothing to say YES to. Write help for what I can do.",
                &["help"],
            )),
        }
    }

    /// Does something in the name of the actor who asks, as if a wire had said it.
    async fn act(&self, actor: &ActorId, payload: Payload) -> Result<Crossing, Refusal> {
        let activity = Activity {
            id: None,
            actor: actor.clone(),
            at: Some(self.parts.clock.now()),
            payload,
        };
        let body = serde_json::to_vec(&activity).map_err(Refusal::internal)?;
        let wire = Wire {
            network: actor.network().clone(),
            attested: Attested::Actor(actor.clone()),
            id: Some(format!("command:{}", (self.parts.token)())),
            arrival: Arrival::Live,
            media_type: MODEL_MEDIA_TYPE.to_owned(),
            body: Bytes::from(body),
            envelope: Vec::new(),
            received: self.parts.clock.now(),
        };
        self.parts.ingest.processed(wire).await
    }

    fn context(&self) -> Result<&Context, Refusal> {
        self.context
            .get()
            .ok_or_else(|| Refusal::internal("commands are not connected yet"))
    }

    fn subscriptions(&self, actor: &ActorId) -> Result<&dyn ManagesSubscriptions, Refusal> {
        let adapter = self.parts.adapters.get(actor.network());
        adapter
            .and_then(|adapter| adapter.subscribes())
            .ok_or_else(|| Refusal::internal("nobody watches that network"))
    }

    /// The networks a local actor may be seen on: all but its own.
    fn other_networks(&self, actor: &ActorId) -> Vec<Network> {
        self.parts
            .adapters
            .iter()
            .map(|adapter| adapter.network())
            .filter(|network| network != actor.network())
            .collect()
    }
}

impl Commands for Desk {
    fn run<'a>(&'a self, from: &'a ActorId, line: &'a str, via: &'static str) -> BoxFuture<'a, Reply> {
        Box::pin(async move {
            if line.len() > LONGEST {
                return say(
                    "That is too long for a command. Write help for what I can do.",
                    &["help"],
                );
            }
            let asking = Asking { actor: from, via };
            match self.answer(asking, line).await {
                Ok(reply) => reply,
                Err(refusal) => excuse(&refusal),
            }
        })
    }
}

/// The first word in lower case, and the rest.
fn split(line: &str) -> (String, &str) {
    let line = line.trim();
    let (word, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    (word.to_lowercase(), rest.trim())
}

/// A reply with what may be typed next.
fn say(text: impl Into<String>, choices: &[&str]) -> Reply {
    Reply {
        text: text.into(),
        choices: choices.iter().map(|choice| (*choice).to_owned()).collect(),
    }
}

/// A refusal in words, with its code and what to do.
fn excuse(refusal: &Refusal) -> Reply {
    use causeway_core::refusal::Reason;
    let then = match refusal.reason {
        Reason::NotFound => {
            "Check the spelling; an address looks like alice@masto.example, a URL begins with https://."
        }
        Reason::HostUnreachable => "Their server does not answer now. Try again later.",
        Reason::AuthFetchRequired | Reason::HostRefused => "Their server refuses us. Their operator can tell why.",
        Reason::NotOptedIn => "Write start first.",
        Reason::NotServed => "This bridge does not serve that address.",
        Reason::NobridgeTag | Reason::FlagNotBridgeable => "They do not want to be bridged, and that is respected.",
        _ if refusal.is_transient() => "Try again later.",
        _ => "Write help for what I can do.",
    };
    say(
        format!("That did not work ({}): {}. {then}", refusal.reason, refusal.detail),
        &["help"],
    )
}
