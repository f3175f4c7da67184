//! What the peer programs under `tests/peers` have in common: the control API that a test drives them by.
//!
//! All calls panic with the peer's own words when it refuses: in a test nothing sensible could follow.

use crate::process::{Process, eventually};
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

/// How long a peer may take to start: Node loads some hundred files.
pub(crate) const START_LIMIT: Duration = Duration::from_secs(60);

/// A peer's control API, on behalf of one of its users. `Fedify` and `Pubby` give the one of their first user.
#[derive(Debug, Clone)]
pub struct Control {
    client: reqwest::Client,
    base: String,
    user: Option<String>,
}

/// What a post is made of; all but the content may stay at the default.
#[derive(Debug, Clone, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NewPost {
    /// HTML.
    pub content: String,
    /// `Note` (the default) or `Article`.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// The title, mostly of an `Article`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The content warning.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    /// Whether its media are to be hidden at first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sensitive: Option<bool>,
    /// Whom it is for.
    pub visibility: Visibility,
    /// Actors to mention, by id; for a direct post they are its audience.
    pub to: Vec<String>,
    /// The id of what it answers; its author is mentioned without being named here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub in_reply_to: Option<String>,
    /// Pictures.
    pub attachments: Vec<Attachment>,
}

impl NewPost {
    /// A public note.
    #[must_use]
    pub fn text(content: &str) -> Self {
        Self {
            content: content.to_owned(),
            ..Self::default()
        }
    }
}

/// Whom a post is for, in the field's four usual steps.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Visibility {
    /// Everybody, in timelines.
    #[default]
    Public,
    /// Everybody, outside public timelines.
    Unlisted,
    /// Followers.
    Followers,
    /// Those mentioned.
    Direct,
}

/// A picture; without a URL it is a small PNG that the peer serves.
#[derive(Debug, Clone, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Attachment {
    /// Where it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// `image/png` when none is given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub media_type: Option<String>,
    /// The alt text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// The ids of a new post.
#[derive(Debug, Clone, Deserialize)]
pub struct Posted {
    /// Of the object.
    pub object: String,
    /// Of the activity that carried it.
    pub id: String,
}

/// An activity that a peer took.
#[derive(Debug, Clone, Deserialize)]
pub struct Received {
    /// When, as ISO 8601 in UTC.
    pub at: String,
    /// The activity's id, when it had one.
    pub id: Option<String>,
    /// `Create`, `Follow` and so on.
    #[serde(rename = "type")]
    pub kind: String,
    /// Who did it.
    pub actor: Option<String>,
    /// The id of what it was done to.
    pub object: Option<String>,
    /// The user whose inbox it came to; none for the shared inbox.
    pub recipient: Option<String>,
    /// The HTTP signature that it came under.
    pub scheme: Scheme,
    /// Whether it carried a signature within, too.
    pub proof: bool,
    /// The whole document.
    pub raw: Value,
}

/// An HTTP signature scheme.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scheme {
    /// draft-cavage-http-signatures.
    Cavage,
    /// RFC 9421.
    Rfc9421,
    /// Unsigned.
    None,
}

/// A request that a peer received or sent.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Exchange {
    /// When, as ISO 8601 in UTC.
    pub at: String,
    /// Received or sent.
    pub direction: Direction,
    /// `GET`, `POST`.
    pub method: String,
    /// The whole URL.
    pub url: String,
    /// Names and values in turn, as they came.
    pub raw_headers: Vec<String>,
    /// How it was signed.
    pub scheme: Scheme,
    body_base64: String,
    /// The answer; none while it is awaited or when there was none.
    pub status: Option<u16>,
}

/// Which way a request went, as the peer sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// The peer received it.
    In,
    /// The peer sent it.
    Out,
}

impl Exchange {
    /// The body's bytes.
    ///
    /// # Panics
    /// When the peer's base64 is broken.
    #[must_use]
    pub fn body(&self) -> Vec<u8> {
        BASE64.decode(&self.body_base64).expect("the peer writes base64")
    }

    /// The body as JSON, null when it is none.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body()).unwrap_or_default()
    }
}

/// A request of the test's own making, under a user's HTTP signature.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SignedRequest {
    /// Where to.
    pub url: String,
    /// `GET` or `POST`.
    pub method: String,
    /// The body of a POST: a string goes as it is, anything else as JSON.
    pub body: Value,
    /// How it is signed.
    pub scheme: Scheme,
}

impl SignedRequest {
    /// A POST of a document to an inbox, signed the common way.
    #[must_use]
    pub fn post(url: &str, body: Value) -> Self {
        Self {
            url: url.to_owned(),
            method: "POST".to_owned(),
            body,
            scheme: Scheme::Cavage,
        }
    }

    /// A signed GET.
    #[must_use]
    pub fn get(url: &str) -> Self {
        Self {
            url: url.to_owned(),
            method: "GET".to_owned(),
            body: Value::Null,
            scheme: Scheme::Cavage,
        }
    }
}

/// What was answered to a signed request.
#[derive(Debug, Clone, Deserialize)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// Names in lower case.
    pub headers: BTreeMap<String, String>,
    /// As text.
    pub body: String,
}

/// What a peer does with a follow that it receives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum OnFollow {
    /// Accepts at once.
    Accept,
    /// Rejects at once.
    Reject,
    /// Waits for `Control::answer`.
    Hold,
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
