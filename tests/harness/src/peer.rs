//! What the peer programs under `tests/peers` have in common: the control API that a test drives them by.
//!
//! All calls panic with the peer's own words when it refuses: in a test nothing sensible could follow.

use crate::process::{Process, eventually};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

mod wire;

pub use wire::{
    Answer, Attachment, Direction, Exchange, NewPost, OnFollow, Posted, Received, Scheme, SignedRequest, Visibility,
};

/// How long a peer may take to start: Node loads some hundred files.
pub(crate) const START_LIMIT: Duration = Duration::from_secs(60);

/// A peer's control API, on behalf of one of its users. `Fedify` and `Pubby` give the one of their first user.
#[derive(Debug, Clone)]
pub struct Control {
    client: reqwest::Client,
    base: String,
    user: Option<String>,
}

impl Control {
    pub(crate) fn new(base: &str) -> Self {
        let client = reqwest::Client::builder()
            .no_proxy()
            .build()
            .expect("an HTTP client can be made");
        Self {
            client,
            base: base.to_owned(),
            user: None,
        }
    }

    /// The same peer on behalf of another of its users.
    #[must_use]
    pub fn by(&self, user: &str) -> Self {
        Self {
            user: Some(user.to_owned()),
            ..self.clone()
        }
    }

    /// Follows an actor, given by URL or as `name@host:port`; returns the id of the Follow.
    pub async fn follow(&self, actor: &str) -> String {
        self.id_of("follow", json!({ "actor": actor })).await
    }

    /// Takes a follow back, by the actor's id; returns the id of the Undo.
    pub async fn unfollow(&self, actor: &str) -> String {
        self.id_of("unfollow", json!({ "actor": actor })).await
    }

    /// Says what happens to follows from now on.
    pub async fn on_follow(&self, what: OnFollow) {
        let _: Value = self.ask("policy", json!({ "follow": what })).await;
    }

    /// Accepts or rejects a follow that is held, by the follower's id.
    pub async fn answer(&self, actor: &str, accept: bool) {
        let _: Value = self.ask("answer", json!({ "actor": actor, "accept": accept })).await;
    }

    /// Posts.
    pub async fn post(&self, post: &NewPost) -> Posted {
        self.ask("post", json!(post)).await
    }

    /// Answers an object publicly.
    pub async fn reply(&self, to: &str, content: &str) -> Posted {
        self.post(&NewPost {
            in_reply_to: Some(to.to_owned()),
            ..NewPost::text(content)
        })
        .await
    }

    /// Changes fields of a post made here (named as in `NewPost`'s JSON); returns the id of the Update.
    pub async fn update(&self, id: &str, mut changes: Value) -> String {
        changes["id"] = json!(id);
        self.id_of("update", changes).await
    }

    /// Deletes a post made here; returns the id of the Delete.
    pub async fn delete(&self, id: &str) -> String {
        self.id_of("delete", json!({ "id": id })).await
    }

    /// Likes an object; returns the id of the Like.
    pub async fn like(&self, id: &str) -> String {
        self.id_of("like", json!({ "id": id })).await
    }

    /// Reposts an object; returns the id of the Announce.
    pub async fn announce(&self, id: &str) -> String {
        self.id_of("announce", json!({ "id": id })).await
    }

    /// Takes back a like or a repost by its id; returns the id of the Undo.
    pub async fn undo(&self, id: &str) -> String {
        self.id_of("undo", json!({ "id": id })).await
    }

    /// Changes name, summary, icon (a URL) or fields (`[{name, value}]`) of the profile; returns the id of the Update.
    pub async fn profile(&self, changes: Value) -> String {
        self.id_of("profile", changes).await
    }

    /// Sends a request of the test's own making.
    pub async fn signed(&self, request: &SignedRequest) -> Answer {
        self.ask("signed", json!(request)).await
    }

    /// The ids of the user's followers.
    pub async fn followers(&self) -> Vec<String> {
        self.read("followers").await
    }

    /// Whom the user follows, by id, with `pending`, `accepted` or `rejected`.
    pub async fn following(&self) -> BTreeMap<String, String> {
        self.read("following").await
    }

    /// The activities taken so far, oldest first.
    pub async fn log(&self) -> Vec<Received> {
        self.read("log").await
    }

    /// Every request received and sent so far, oldest first.
    pub async fn requests(&self) -> Vec<Exchange> {
        self.read("requests").await
    }

    /// What was posted here, with its present state.
    pub async fn objects(&self) -> Vec<Value> {
        self.read("objects").await
    }

    /// Waits for an activity in the log; `what` says in the failure what was waited for.
    pub async fn received(&self, what: &str, limit: Duration, matches: impl Fn(&Received) -> bool) -> Received {
        eventually(what, limit, async || {
            self.log().await.into_iter().find(|entry| matches(entry))
        })
        .await
    }

    /// Waits until a follow of the user has come to a state (`accepted`, `rejected`).
    pub async fn follow_is(&self, actor: &str, state: &str, limit: Duration) {
        let reached = async || (self.following().await.get(actor)? == state).then_some(());
        eventually(&format!("the follow of {actor} is {state}"), limit, reached).await;
    }

    /// Waits until an actor is among the user's followers.
    pub async fn followed_by(&self, actor: &str, limit: Duration) {
        let there = async || self.followers().await.iter().any(|id| id == actor).then_some(());
        eventually(&format!("{actor} is a follower"), limit, there).await;
    }

    async fn id_of(&self, call: &str, body: Value) -> String {
        #[derive(Deserialize)]
        struct Sent {
            id: String,
        }
        self.ask::<Sent>(call, body).await.id
    }

    async fn ask<T: DeserializeOwned>(&self, call: &str, mut body: Value) -> T {
        if let Some(user) = &self.user {
            body["user"] = json!(user);
        }
        let request = self
            .client
            .post(format!("{}/{call}", self.base))
            .header("content-type", "application/json");
        answered(call, request.body(body.to_string())).await
    }

    async fn read<T: DeserializeOwned>(&self, call: &str) -> T {
        let user = self
            .user
            .as_ref()
            .map_or_else(String::new, |user| format!("?user={user}"));
        answered(call, self.client.get(format!("{}/{call}{user}", self.base))).await
    }
}

async fn answered<T: DeserializeOwned>(call: &str, request: reqwest::RequestBuilder) -> T {
    let response = request.send().await.unwrap_or_else(|error| panic!("{call}: {error}"));
    let status = response.status();
    let text = response.text().await.unwrap_or_else(|error| panic!("{call}: {error}"));
    assert!(status.is_success(), "{call}: {status}: {text}");
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{call}: {error}: {text}"))
}

/// What a peer prints when it listens.
#[derive(Debug, Deserialize)]
pub(crate) struct Ready {
    pub(crate) base: String,
    pub(crate) control: String,
}

/// Waits for the line `ready {…}`.
pub(crate) async fn ready(process: &mut Process) -> Ready {
    let line = process.line("ready ", START_LIMIT).await;
    serde_json::from_str(&line).unwrap_or_else(|error| panic!("the peer's ready line: {error}: {line}"))
}

/// A file or folder that `cargo xtask setup` installs, under the same cache folder that it uses.
///
/// # Panics
/// When it is not there.
pub(crate) fn installed(path: &str) -> PathBuf {
    let set = |name| {
        std::env::var_os(name)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    let cache = set("CAUSEWAY_CACHE")
        .or_else(|| set("XDG_CACHE_HOME").map(|base| base.join("causeway")))
        .or_else(|| set("HOME").map(|home| home.join(".cache/causeway")))
        .expect("one of CAUSEWAY_CACHE, XDG_CACHE_HOME and HOME is set");
    let path = cache.join("peers").join(path);
    assert!(path.exists(), "{} is missing: run `cargo xtask setup`", path.display());
    path
}

#[cfg(test)]
mod tests;
