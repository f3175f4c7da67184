//! NodeInfo: what a server runs and speaks.
//!
//! What it is: the discovery document and the schemas 2.0 and 2.1, to write and to read.
//! Spec: NodeInfo 2.1 (nodeinfo.diaspora.software), FEP-f1d5, FEP-2677 (link to the application actor).
//! Losses: reading keeps what the types name and forgives the rest; 2.0 has no repository and homepage.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::json_limits::{self, JsonRefusal};
use crate::webfinger::{Jrd, JrdRefusal, Link};

/// Relation of a document of schema 2.0.
pub const SCHEMA_2_0: &str = "http://nodeinfo.diaspora.software/ns/schema/2.0";
/// Relation of a document of schema 2.1.
pub const SCHEMA_2_1: &str = "http://nodeinfo.diaspora.software/ns/schema/2.1";
/// Relation of the actor that signs for the server (FEP-2677).
pub const APPLICATION_ACTOR: &str = "https://www.w3.org/ns/activitystreams#Application";

/// Longest name or version kept of a remote program, in characters.
const MAX_NAME: usize = 100;

/// Which schema to write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Schema {
    /// 2.0
    V2_0,
    /// 2.1
    V2_1,
}

impl Schema {
    /// `2.0` or `2.1`, as in the document and in our paths.
    #[must_use]
    pub fn version(self) -> &'static str {
        match self {
            Self::V2_0 => "2.0",
            Self::V2_1 => "2.1",
        }
    }

    /// The relation, which is also the profile of the media type.
    #[must_use]
    pub fn uri(self) -> &'static str {
        match self {
            Self::V2_0 => SCHEMA_2_0,
            Self::V2_1 => SCHEMA_2_1,
        }
    }

    /// The media type of the document.
    #[must_use]
    pub fn media_type(self) -> String {
        format!("application/json; profile=\"{}#\"", self.uri())
    }
}

/// The discovery document at `/.well-known/nodeinfo`; `base` is our URL without a slash at the end.
#[must_use]
pub fn discovery(base: &str, application_actor: Option<&str>) -> Value {
    let schema = |schema: Schema| {
        let href = format!("{base}/nodeinfo/{}", schema.version());
        json!({"rel": schema.uri(), "href": href})
    };
    let mut links = vec![schema(Schema::V2_0), schema(Schema::V2_1)];
    links.extend(application_actor.map(|href| json!({"rel": APPLICATION_ACTOR, "href": href})));
    json!({ "links": links })
}

/// Where the best NodeInfo document of a discovery document is: 2.1, 2.0, 1.1, 1.0.
///
/// The address is remote input: it passes the same guard as any other before it is fetched.
///
/// # Errors
/// [`JrdRefusal`] where the document is over a limit or no JSON object.
pub fn best_link(discovery: &[u8]) -> Result<Option<String>, JrdRefusal> {
    let jrd = Jrd::from_json(discovery)?;
    let at = |version: &str| {
        let suffix = format!("/ns/schema/{version}");
        let fits = |link: &&Link| link.rel.ends_with(&suffix) && link.href.is_some();
        jrd.links.iter().find(fits).and_then(|link| link.href.clone())
    };
    Ok(["2.1", "2.0", "1.1", "1.0"].into_iter().find_map(at))
}

/// A NodeInfo document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NodeInfo {
    /// The program.
    pub software: Software,
    /// Protocols spoken: `activitypub`, `diaspora`, `ostatus`, `xmpp`…
    pub protocols: Vec<String>,
    /// Services posts come from: `atom1.0`, `rss2.0`…
    pub services_inbound: Vec<String>,
    /// Services posts go to.
    pub services_outbound: Vec<String>,
    /// Whether anyone may register.
    pub open_registrations: bool,
    /// How much it is used.
    pub usage: Usage,
    /// Free for the program.
    pub metadata: Map<String, Value>,
}

/// The program that answers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Software {
    /// Canonical name, `[a-z0-9-]+` by the schema.
    pub name: String,
    /// Version.
    pub version: String,
    /// Source code (2.1).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repository: Option<String>,
    /// Home page (2.1).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub homepage: Option<String>,
}

/// Counts; none where they are not told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Users.
    pub users_total: Option<u64>,
    /// Users seen in the last 30 days.
    pub users_active_month: Option<u64>,
    /// Users seen in the last 180 days.
    pub users_active_half_year: Option<u64>,
    /// Posts of local users.
    pub local_posts: Option<u64>,
    /// Comments of local users.
    pub local_comments: Option<u64>,
}

impl NodeInfo {
    /// Writes the document of a schema.
    #[must_use]
    pub fn to_json(&self, schema: Schema) -> Value {
        let software = match schema {
            Schema::V2_0 => json!({"name": self.software.name, "version": self.software.version}),
            Schema::V2_1 => json!(self.software),
        };
        let users = object([
            ("total", self.usage.users_total),
            ("activeMonth", self.usage.users_active_month),
            ("activeHalfyear", self.usage.users_active_half_year),
        ]);
        let mut usage = object([
            ("localPosts", self.usage.local_posts),
            ("localComments", self.usage.local_comments),
        ]);
        usage.insert("users".to_owned(), users.into());
        json!({
            "version": schema.version(),
            "software": software,
            "protocols": self.protocols,
            "services": {"inbound": self.services_inbound, "outbound": self.services_outbound},
            "openRegistrations": self.open_registrations,
            "usage": usage,
            "metadata": self.metadata,
        })
    }

    /// Reads a document of any version, under [`json_limits`]. What is missing or of another type
    /// than it should be is left at its default; 1.0 tells protocols by direction, all are taken.
    ///
    /// # Errors
    /// [`JsonRefusal`] where it is over a limit or no JSON object.
    pub fn from_json(document: &[u8]) -> Result<Self, JsonRefusal> {
        json_limits::check(document, &json_limits::Limits::default())?;
        let root: Value = serde_json::from_slice(document).map_err(|_| JsonRefusal::Malformed)?;
        if !root.is_object() {
            return Err(JsonRefusal::Malformed);
        }
        let text = |path: &str| root.pointer(path).and_then(Value::as_str).map(short);
        let count = |path: &str| root.pointer(path).and_then(Value::as_u64);
        Ok(Self {
            software: Software {
                name: text("/software/name").unwrap_or_default().to_lowercase(),
                version: text("/software/version").unwrap_or_default(),
                repository: text("/software/repository"),
                homepage: text("/software/homepage"),
            },
            protocols: protocols(&root),
            services_inbound: strings(root.pointer("/services/inbound")),
            services_outbound: strings(root.pointer("/services/outbound")),
            open_registrations: root
                .pointer("/openRegistrations")
                .and_then(Value::as_bool)
                .unwrap_or_default(),
            usage: Usage {
                users_total: count("/usage/users/total"),
                users_active_month: count("/usage/users/activeMonth"),
                users_active_half_year: count("/usage/users/activeHalfyear"),
                local_posts: count("/usage/localPosts"),
                local_comments: count("/usage/localComments"),
            },
            metadata: root
                .pointer("/metadata")
                .and_then(Value::as_object)
                .cloned()
                .unwrap_or_default(),
        })
    }
}

fn protocols(root: &Value) -> Vec<String> {
    let listed = root.pointer("/protocols");
    if listed.is_some_and(Value::is_array) {
        return strings(listed);
    }
    let mut all = strings(root.pointer("/protocols/inbound"));
    all.extend(strings(root.pointer("/protocols/outbound")));
    all.sort_unstable();
    all.dedup();
    all
}

fn strings(list: Option<&Value>) -> Vec<String> {
    let values = list.and_then(Value::as_array).into_iter().flatten();
    values.filter_map(Value::as_str).take(64).map(short).collect()
}

fn short(text: &str) -> String {
    text.chars().filter(|each| !each.is_control()).take(MAX_NAME).collect()
}

fn object<const N: usize>(counts: [(&str, Option<u64>); N]) -> Map<String, Value> {
    counts
        .into_iter()
        .filter_map(|(key, count)| Some((key.to_owned(), Value::from(count?))))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ours() -> NodeInfo {
        NodeInfo {
            software: Software {
                name: "causeway".to_owned(),
                version: "0.1.0".to_owned(),
                repository: Some("https://code.example/causeway".to_owned()),
                homepage: None,
            },
            protocols: vec!["activitypub".to_owned(), "xmpp".to_owned()],
            services_outbound: vec!["atom1.0".to_owned()],
            usage: Usage {
                users_total: Some(2),
                local_posts: Some(7),
                ..Usage::default()
            },
            ..NodeInfo::default()
        }
    }

    #[test]
    fn documents_have_what_their_schema_requires() {
        let document = ours().to_json(Schema::V2_0);
        assert_eq!(
            document,
            json!({
                "version": "2.0",
                "software": {"name": "causeway", "version": "0.1.0"},
                "protocols": ["activitypub", "xmpp"],
                "services": {"inbound": [], "outbound": ["atom1.0"]},
                "openRegistrations": false,
                "usage": {"users": {"total": 2}, "localPosts": 7},
                "metadata": {}
            })
        );
        let document = ours().to_json(Schema::V2_1);
        assert_eq!(document["version"], "2.1");
        assert_eq!(document["software"]["repository"], "https://code.example/causeway");
        assert_eq!(NodeInfo::from_json(document.to_string().as_bytes()).unwrap(), ours());
        assert!(Schema::V2_1.media_type().ends_with("schema/2.1#\""));
    }

    #[test]
    fn discovery_is_written_and_read() {
        let written = discovery("https://bridge.example", Some("https://bridge.example/actor"));
        assert_eq!(written["links"].as_array().unwrap().len(), 3);
        assert_eq!(
            best_link(written.to_string().as_bytes()).unwrap().as_deref(),
            Some("https://bridge.example/nodeinfo/2.1")
        );
        let old = br#"{"links":[{"rel":"x"},{"rel":"http://nodeinfo.diaspora.software/ns/schema/1.0","href":"https://h/1"}]}"#;
        assert_eq!(best_link(old).unwrap().as_deref(), Some("https://h/1"));
        // One link as an object instead of a list is seen in the wild.
        let single = br#"{"links":{"rel":"http://nodeinfo.diaspora.software/ns/schema/2.0","href":"https://h/2"}}"#;
        assert_eq!(best_link(single).unwrap().as_deref(), Some("https://h/2"));
        assert_eq!(best_link(b"{}").unwrap(), None);
        assert!(best_link(b"[]").is_err());
    }

    #[test]
    fn odd_documents_are_read_as_far_as_they_go() {
        let odd = br#"{"version":2,"software":{"name":"Friendica","version":5},"protocols":{"inbound":["dfrn","ostatus"],"outbound":["ostatus"]},
            "services":[],"openRegistrations":"yes","usage":{"users":{"total":-1,"activeMonth":"3"},"localPosts":1.5},"metadata":[]}"#;
        let info = NodeInfo::from_json(odd).unwrap();
        assert_eq!(info.software.name, "friendica");
        assert_eq!(info.software.version, "");
        assert_eq!(info.protocols, ["dfrn", "ostatus"]);
        assert_eq!(info.usage, Usage::default());
        assert!(info.metadata.is_empty());
        assert_eq!(NodeInfo::from_json(b"{}").unwrap(), NodeInfo::default());
        assert_eq!(NodeInfo::from_json(b"null").unwrap_err().reason(), "json-malformed");
    }

    #[test]
    fn row_61_remote_names_are_cut() {
        let long = json!({"software": {"name": "x".repeat(5_000), "version": "1\n2"}, "protocols": vec!["p"; 500]});
        let info = NodeInfo::from_json(long.to_string().as_bytes()).unwrap();
        assert_eq!(info.software.name.len(), 100);
        assert_eq!(info.software.version, "12");
        assert_eq!(info.protocols.len(), 64);
    }
}
