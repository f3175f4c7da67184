//! Ids and addresses: the only file that makes or reads the inside of one.
//!
//! What it is: remote ids are kept verbatim; ours are pure functions of the opaque names that core gives.
//! Wire: `https://WHOST/users/{opaque}`, `…/posts/{opaque}`, activities `{object}#create-1`, keys `{actor}#main-key`.
//! Spec: AP §3.1 (ids are HTTPS URLs of their origin), AP §4.1 (actor collections), RFC 7033 (handles elsewhere).

use causeway_core::adapter::{ActorFacts, MintedActor, ObjectFacts, Verb};
use causeway_core::id::{ActorId, Network, ObjectId};
use causeway_core::model::{Attested, Kind, Reach};
use url::Url;

use crate::config::Config;

/// The network this adapter speaks.
pub const NETWORK: Network = Network::new("activitypub");

/// Longest id taken, in bytes (Mastodon's own limit).
pub(crate) const MAX_ID: usize = 2_048;

/// Names that no user gets.
// PRODUCT, Identities
const RESERVED: [&str; 7] = ["actor", "inbox", "relay", "admin", "help", "bridge", "causeway"];

/// Longest name in a handle, in characters.
const MAX_NAME: usize = 100;

/// The actor of this id; `None` for what is not a web address of an origin.
pub fn actor(id: &str) -> Option<ActorId> {
    is_id(id).then(|| ActorId::new(NETWORK, id))
}

/// The object of this id; `None` for what is not a web address of an origin.
pub fn object(id: &str) -> Option<ObjectId> {
    is_id(id).then(|| ObjectId::new(NETWORK, id))
}

/// The host an id or address belongs to, in its one canonical form: lower case, in A-labels, without a final dot, with
/// the port where it is not the scheme's own.
// security.md row 13: one function for all comparisons
pub fn host(id: &str) -> Option<String> {
    let url = Url::parse(id)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https"))?;
    let name = url.host_str()?.trim_end_matches('.').to_ascii_lowercase();
    let name = (!name.is_empty()).then_some(name)?;
    Some(url.port().map_or_else(|| name.clone(), |port| format!("{name}:{port}")))
}

/// Whether both belong to one host.
pub(crate) fn same_host(one: &str, other: &str) -> bool {
    host(one).is_some_and(|one| host(other) == Some(one))
}

/// Where to deliver to this address; `None` for what is not one of the web.
pub(crate) fn reach(address: &str) -> Option<Reach> {
    is_id(address).then(|| host(address)).flatten().map(|host| Reach {
        host,
        address: address.to_owned(),
    })
}

/// Whether whoever attested a wire may speak for `actor` and make or end `object`: the actor itself for what is of its
/// own host, a host for what both are of. Never for ids of ours.
// security.md rows 1, 2, 9, 15
pub fn vouches(config: &Config, origin: &Attested, actor: &ActorId, object: Option<&ObjectId>) -> bool {
    let Some(home) = host(actor.as_str()).filter(|home| *home != config.authority()) else {
        return false;
    };
    let speaks = match origin {
        Attested::Actor(attested) => attested == actor,
        Attested::Host(attested) => *attested == home,
        Attested::Nobody => false,
    };
    speaks && *actor.network() == NETWORK && object.is_none_or(|object| host(object.as_str()).as_ref() == Some(&home))
}

/// Whether `text` can be an id: a web address with a host, without user names or characters that no URL may hold raw.
fn is_id(text: &str) -> bool {
    let clean =
        |each: char| !each.is_whitespace() && !each.is_control() && !matches!(each, '"' | '<' | '>' | '\\' | '`');
    let slashes = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let Some(rest) = slashes.filter(|rest| !rest.starts_with('/') && text.len() <= MAX_ID && text.chars().all(clean))
    else {
        return false;
    };
    let userinfo = rest
        .split(['/', '?', '#'])
        .next()
        .is_some_and(|authority| authority.contains('@'));
    !userinfo && host(text).is_some()
}

impl Config {
    /// The instance actor: signs fetches, and is readable unsigned.
    pub fn instance_actor(&self) -> ActorId {
        ActorId::new(NETWORK, self.at("/actor"))
    }

    /// The inbox of everybody here.
    pub fn shared_inbox(&self) -> String {
        self.at("/inbox")
    }

    /// The actor of ours with this opaque name.
    pub fn actor(&self, opaque: &str) -> ActorId {
        ActorId::new(NETWORK, self.at(&format!("/users/{opaque}")))
    }

    /// The opaque name, if `id` is exactly an actor of ours.
    pub fn opaque_of<'a>(&self, id: &'a str) -> Option<&'a str> {
        let opaque = id.strip_prefix(&self.at("/users/"))?;
        (!opaque.is_empty() && opaque.bytes().all(|byte| byte.is_ascii_alphanumeric())).then_some(opaque)
    }

    /// The actor of ours whose object or activity `id` is.
    pub fn author_of(&self, id: &str) -> Option<ActorId> {
        let opaque = id.strip_prefix(&self.at("/users/"))?.split(['/', '#']).next()?;
        self.opaque_of(&self.at(&format!("/users/{opaque}")))
            .map(|opaque| self.actor(opaque))
    }

    /// Whether `id` is of this bridge.
    pub fn is_ours(&self, id: &str) -> bool {
        host(id) == Some(self.authority())
    }
}

/// The inbox of an actor of ours.
pub fn inbox(actor: &ActorId) -> String {
    format!("{actor}/inbox", actor = actor.as_str())
}

/// The outbox of an actor of ours.
pub fn outbox(actor: &ActorId) -> String {
    format!("{actor}/outbox", actor = actor.as_str())
}

/// The followers collection of an actor of ours.
pub fn followers(actor: &ActorId) -> String {
    format!("{actor}/followers", actor = actor.as_str())
}

/// The collection of those whom an actor of ours follows.
pub fn following(actor: &ActorId) -> String {
    format!("{actor}/following", actor = actor.as_str())
}

/// The id of the key of an actor of ours.
pub fn key(actor: &ActorId) -> String {
    format!("{actor}#main-key", actor = actor.as_str())
}

/// The collection of answers to an object of ours.
pub fn replies(object: &ObjectId) -> String {
    format!("{object}/replies", object = object.as_str())
}

/// The page of a collection that begins `before` or `after` a position; without one, the first. The public listener reads these names.
pub fn page(collection: &str, from: Option<(&'static str, &str)>) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.append_pair("page", "true");
    if let Some((side, position)) = from {
        query.append_pair(side, position);
    }
    format!("{collection}?{}", query.finish())
}

/// The id of what is done to an object of ours: the same at every try.
pub(crate) fn activity(object: &str, verb: Verb, version: u32) -> String {
    match verb {
        Verb::Create => format!("{object}#create-{version}"),
        Verb::Update => format!("{object}#update-{version}"),
        Verb::Retract => format!("{object}#delete"),
        Verb::Relay => format!("{object}#relay-{version}"),
    }
}

/// The id of taking back an activity of ours.
pub(crate) fn undo(activity: &str) -> String {
    format!("{activity}#undo")
}

/// The `attempt`th name on this network for an actor of another one.
pub fn mint_actor(config: &Config, facts: &ActorFacts<'_>, attempt: u32) -> Option<MintedActor> {
    if *facts.home.network() == NETWORK {
        return None;
    }
    let home = facts.handle.unwrap_or_else(|| facts.home.as_str());
    let id = config.actor(facts.opaque);
    Some(MintedActor {
        id,
        handle: Some(handle(config, home, attempt)),
    })
}

/// `name@HANDLE_DOMAIN` where the actor's own domain is that, `name.domain@WHOST` otherwise.
fn handle(config: &Config, home: &str, attempt: u32) -> String {
    let (name, domain) = home.rsplit_once('@').unwrap_or((home, ""));
    let native = domain.eq_ignore_ascii_case(&config.handle_domain);
    let (stem, at) = match (native, domain) {
        (true, _) => (name_part(name), config.handle_domain.clone()),
        (false, "") => (name_part(name), config.authority()),
        (false, domain) => (name_part(&format!("{name}.{domain}")), config.authority()),
    };
    let taken = RESERVED.contains(&stem.as_str()) || stem == config.authority();
    match attempt.saturating_add(u32::from(taken)) {
        0 => format!("{stem}@{at}"),
        again => format!("{stem}{}@{at}", again.saturating_add(1)),
    }
}

/// Only `[a-z0-9_.-]`, begun and ended by `[a-z0-9_]`; anything else becomes `_`.
fn name_part(name: &str) -> String {
    let inner = |each: char| matches!(each, 'a'..='z' | '0'..='9' | '_' | '.' | '-');
    let mut name: Vec<char> = name
        .chars()
        .flat_map(char::to_lowercase)
        .take(MAX_NAME)
        .map(|each| if inner(each) { each } else { '_' })
        .collect();
    if name.is_empty() {
        name.push('_');
    }
    let last = name.len() - 1;
    for end in [0, last] {
        if let Some(each) = name.get_mut(end).filter(|each| matches!(each, '.' | '-')) {
            *each = '_';
        }
    }
    name.into_iter().collect()
}

/// The id on this network for an object of another one, whose author has a name here.
pub fn mint_object(config: &Config, facts: &ObjectFacts<'_>) -> Option<ObjectId> {
    let author = facts.author.as_str();
    config.opaque_of(author)?;
    Some(ObjectId::new(
        NETWORK,
        format!("{author}/{}/{}", shelf(facts), facts.opaque),
    ))
}

fn shelf(facts: &ObjectFacts<'_>) -> &'static str {
    match facts.kind {
        Kind::Post | Kind::Comment => "posts",
        Kind::Reaction => "likes",
        Kind::Repost => "reposts",
        // what is about a follow answers it
        Kind::Follow if facts.about.is_some() => "answers",
        Kind::Follow => "follows",
        Kind::Block => "blocks",
        Kind::Report => "reports",
        Kind::Direct => "messages",
        Kind::Profile | Kind::Retraction | Kind::Move => "activities",
    }
}

/// Whether an id of ours is of something that is taken back by `Undo`; posts and comments are deleted.
pub(crate) fn is_undone(object: &ObjectId) -> bool {
    let shelf = object.as_str().rsplit('/').nth(1);
    matches!(shelf, Some("likes" | "reposts" | "follows" | "answers" | "blocks"))
}

/// An id for a remote activity that has none of its own: of its actor's host, the same at every try.
pub(crate) fn implied(actor: &ActorId, verb: &str, about: &str) -> Option<ObjectId> {
    object(&format!("{}#{verb}/{about}", actor.as_str()))
}

/// The address that people type for an actor whose name and id are known.
pub(crate) fn handle_at(name: &str, id: &str) -> Option<String> {
    let fits = (1..=MAX_NAME).contains(&name.len())
        && name
            .chars()
            .all(|each| each.is_alphanumeric() || matches!(each, '_' | '.' | '-' | '~' | '!' | '+' | '='));
    host(id).filter(|_| fits).map(|host| format!("{name}@{host}"))
}

/// A guess at the address of an actor known by its id alone, for the text of a mention.
pub(crate) fn guessed_handle(id: &str) -> Option<String> {
    let url = Url::parse(id).ok()?;
    let name = url
        .path_segments()?
        .rfind(|segment| !segment.is_empty())?
        .trim_start_matches('@')
        .to_owned();
    handle_at(&name, id)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config() -> Config {
        Config::new("https://Social.Example/x?y#z".parse().unwrap(), Some("capulet.example"))
    }

    fn named(home: &str, attempt: u32) -> String {
        let id = ActorId::new(Network::new("xmpp"), home);
        let facts = ActorFacts {
            home: &id,
            handle: None,
            opaque: "k3v9",
        };
        let minted = mint_actor(&config(), &facts, attempt).unwrap();
        assert_eq!(minted.id.as_str(), "https://social.example/users/k3v9");
        minted.handle.unwrap()
    }

    #[test]
    fn handles_follow_the_domain_and_the_character_rules() {
        for (home, handle) in [
            ("juliet@capulet.example", "juliet@capulet.example"),
            ("Juliet@CAPULET.example", "juliet@capulet.example"),
            ("romeo@montague.example", "romeo.montague.example@social.example"),
            ("é.t'é@capulet.example", "_.t__@capulet.example"),
            ("-x-@capulet.example", "_x_@capulet.example"),
            ("admin@capulet.example", "admin2@capulet.example"),
            ("https://feeds.example/rss", "https___feeds.example_rss@social.example"),
            ("@capulet.example", "_@capulet.example"),
        ] {
            assert_eq!(named(home, 0), handle, "{home}");
        }
        assert_eq!(named("juliet@capulet.example", 1), "juliet2@capulet.example");
        assert_eq!(named("juliet@capulet.example", 2), "juliet3@capulet.example");
        assert_eq!(named("admin@capulet.example", 1), "admin3@capulet.example");
        let own = actor("https://masto.example/users/alice").unwrap();
        assert_eq!(
            mint_actor(
                &config(),
                &ActorFacts {
                    home: &own,
                    handle: None,
                    opaque: "x"
                },
                0
            ),
            None
        );
    }

    #[test]
    fn objects_stand_under_their_author_by_kind() {
        let author = config().actor("k3v9");
        let request = object("https://masto.example/f/1").unwrap();
        let mint = |kind, about| {
            mint_object(
                &config(),
                &ObjectFacts {
                    kind,
                    opaque: "p1",
                    author: &author,
                    place: None,
                    about,
                },
            )
        };
        for (kind, about, path) in [
            (Kind::Post, None, "posts/p1"),
            (Kind::Comment, None, "posts/p1"),
            (Kind::Follow, None, "follows/p1"),
            (Kind::Follow, Some(&request), "answers/p1"),
            (Kind::Reaction, Some(&request), "likes/p1"),
        ] {
            let id = mint(kind, about).unwrap();
            assert_eq!(id.as_str(), format!("https://social.example/users/k3v9/{path}"));
            assert_eq!(config().author_of(id.as_str()), Some(author.clone()));
            assert_eq!(is_undone(&id), !path.starts_with("posts"));
        }
        let stranger = actor("https://masto.example/users/alice").unwrap();
        let facts = ObjectFacts {
            kind: Kind::Post,
            opaque: "p1",
            author: &stranger,
            place: None,
            about: None,
        };
        assert_eq!(mint_object(&config(), &facts), None);
    }

    #[test]
    fn row_13_one_host_in_one_form() {
        for same in [
            "https://good.example/a",
            "HTTPS://GOOD.example./",
            "https://good。example/",
            "http://good.example:80",
        ] {
            assert_eq!(host(same).as_deref(), Some("good.example"), "{same}");
        }
        assert_eq!(host("http://localhost:8005/u").as_deref(), Some("localhost:8005"));
        assert_eq!(host("ftp://good.example/"), None);
    }

    #[test]
    fn ids_are_web_addresses_and_nothing_else() {
        for good in [
            "https://a.example",
            "http://a.example/?author=1",
            "https://a.example/p?p=11#activity-create",
        ] {
            assert_eq!(actor(good).unwrap().as_str(), good);
        }
        for bad in [
            "",
            "a",
            "/users/a",
            "https:",
            "https://",
            "acct:a@b",
            "javascript:1",
            "data:,x",
            "https://u@a.example/",
            "https://a.example/\n",
            "https://a.example/ x",
            "https:a.example",
            "https:///a.example",
            "https://good@evil.example",
        ] {
            assert_eq!(actor(bad), None, "{bad:?}");
        }
        assert_eq!(object(&format!("https://a.example/{}", "x".repeat(MAX_ID))), None);
    }

    #[test]
    fn rows_2_9_15_who_may_speak_for_whom() {
        let alice = actor("https://good.example/users/alice").unwrap();
        let post = object("https://good.example/posts/1").unwrap();
        let foreign = object("https://evil.example/posts/1").unwrap();
        let by = |id: &str| Attested::Actor(actor(id).unwrap());
        let host = |name: &str| Attested::Host(name.to_owned());
        let says = |origin: &Attested, object| vouches(&config(), origin, &alice, object);
        assert!(says(&by("https://good.example/users/alice"), Some(&post)));
        assert!(says(&host("good.example"), Some(&post)));
        assert!(says(&host("good.example"), None));
        assert!(
            !says(&by("https://good.example/users/bob"), Some(&post)),
            "another on the same host"
        );
        assert!(!says(&by("https://good.example/users/alice"), Some(&foreign)));
        assert!(!says(&host("evil.example"), Some(&post)));
        assert!(!says(&Attested::Nobody, Some(&post)));
        let ours = config().actor("k3v9");
        assert!(
            !vouches(&config(), &host("social.example"), &ours, None),
            "never from outside"
        );
    }

    #[test]
    fn opaque_names_are_exact() {
        let config = config();
        assert_eq!(config.opaque_of("https://social.example/users/k3v9"), Some("k3v9"));
        for other in [
            "https://social.example/users/k3v9/inbox",
            "https://social.example/users/",
            "https://evil.example/users/a",
        ] {
            assert_eq!(config.opaque_of(other), None, "{other}");
        }
        assert_eq!(
            page("https://s/o", Some(("before", "https://s/a b"))),
            "https://s/o?page=true&before=https%3A%2F%2Fs%2Fa+b"
        );
    }
}
