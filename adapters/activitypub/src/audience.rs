//! `to` and `cc` <-> [`Audience`].
//!
//! Wire: `to`, `cc`; `bto` and `bcc` are for the sender's own server and are not read (AP §6.2.1).
//! Spec: AP §5.6 (public addressing), §7.1.1; what the fields mean together is Mastodon's convention, which all follow.
//! Model: to=Public is public, cc=Public unlisted, the author's followers alone followers; else the named actors.
//! Losses: blind recipients (`post-blind`), addresses that are no ids (`post-recipient`), `audience` (`post-audience`).

use causeway_core::id::ActorId;
use causeway_core::model::{Audience, Mention, Scope};
use causeway_core::refusal::{Reason, Refusal};

use crate::ids;
use crate::losses::Losses;
use crate::rules;
use crate::wire::Doc;
use crate::wire::out::PUBLIC;

/// Recipients of one object at most; nobody writes to more by name.
const MAX_RECIPIENTS: usize = 200;

/// The audience that `doc`, by `author`, says it has; `None` when it says nothing.
pub(crate) fn parse(doc: Doc<'_>, author: &ActorId, losses: &mut Losses) -> Option<Audience> {
    // AP §6.2.1: servers strip these; what arrives all the same is nobody's business
    for blind in ["bto", "bcc"].into_iter().filter(|blind| doc.has(blind)) {
        losses.dropped(rules::POST_BLIND, blind, "blind recipients are not read");
    }
    if doc.has("audience") {
        losses.dropped(rules::POST_AUDIENCE, "audience", "only to and cc say who may see it");
    }
    if !doc.has("to") && !doc.has("cc") {
        return None;
    }
    let to: Vec<&str> = doc.ids("to").collect();
    let cc: Vec<&str> = doc.ids("cc").collect();
    let followers = |id: &&str| is_followers(id, author);
    let scope = if to.iter().any(|id| is_public(id)) {
        Scope::Public
    } else if cc.iter().any(|id| is_public(id)) {
        Scope::Unlisted
    } else if to.iter().chain(&cc).any(followers) {
        Scope::Followers
    } else {
        Scope::Limited
    };
    let named = to.iter().chain(&cc).filter(|id| !is_public(id) && !followers(id));
    let mut recipients = Vec::new();
    for id in named {
        match ids::actor(id).filter(|_| recipients.len() < MAX_RECIPIENTS) {
            Some(actor) => recipients.push(actor),
            None => losses.dropped(rules::POST_RECIPIENT, "to", "no id, or too many"),
        }
    }
    Some(Audience::new(scope, recipients))
}

/// The audience of a post: one for named actors only, all of whom the post mentions, is a conversation.
// Mastodon calls the rest "limited": addressed, not talked to
pub(crate) fn conversation(audience: Audience, mentions: &[Mention], said_direct: bool) -> Audience {
    let mentioned = |actor: &ActorId| mentions.iter().any(|mention| mention.actor == *actor);
    let direct = audience.scope == Scope::Limited && (said_direct || audience.recipients.iter().all(mentioned));
    Audience {
        scope: if direct { Scope::Direct } else { audience.scope },
        ..audience
    }
}

// AP §5.6, and the compact forms that JSON-LD makes of it
fn is_public(id: &str) -> bool {
    matches!(id, PUBLIC | "as:Public" | "Public")
}

/// Whether this is the author's followers collection, as far as an id tells: below the author's own id, or, as Friendica
/// and WordPress have it, elsewhere on the same host with a part that says `followers` and one that names the author.
/// Anything else, such as the followers of another or somebody called `followers`, is a recipient by name.
// security.md row 28: a guess must not widen
fn is_followers(id: &str, author: &ActorId) -> bool {
    let author = author.as_str();
    if id.strip_prefix(author) == Some("/followers") {
        return true;
    }
    let parts = |id: &'_ str| {
        id.split(['/', '?', '#', '&', '='])
            .filter(|part| !part.is_empty())
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let (named, parts) = (parts(author).pop(), parts(id));
    let whose = parts
        .iter()
        .filter(|part| *part != "followers")
        .any(|part| Some(part) == named.as_ref());
    whose && parts.iter().any(|part| part == "followers") && ids::same_host(id, author)
}

/// `to` and `cc`.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Addressed {
    /// `to`.
    pub to: Vec<String>,
    /// `cc`.
    pub cc: Vec<String>,
}

/// How to address what `author` says to `audience`.
///
/// # Errors
/// `private-audience` when it is for named actors and names none that this network knows.
pub(crate) fn render(audience: &Audience, author: &ActorId, losses: &mut Losses) -> Result<Addressed, Refusal> {
    let mut named = Vec::new();
    for recipient in &audience.recipients {
        if *recipient.network() != ids::NETWORK {
            losses.dropped(rules::POST_RECIPIENT, "audience.recipients", "not on this network");
        } else if recipient != author {
            named.push(recipient.as_str().to_owned());
        }
    }
    let public = || PUBLIC.to_owned();
    let followers = ids::followers(author);
    let with = |first: String| std::iter::once(first).chain(named.iter().cloned()).collect();
    match audience.scope {
        Scope::Public => Ok(Addressed {
            to: vec![public()],
            cc: with(followers),
        }),
        Scope::Unlisted => Ok(Addressed {
            to: vec![followers],
            cc: with(public()),
        }),
        Scope::Followers => Ok(Addressed {
            to: vec![followers],
            cc: named,
        }),
        Scope::Limited | Scope::Direct if named.is_empty() => Err(Refusal::reject(
            Reason::PrivateAudience,
            "addressed to nobody on this network",
        )),
        Scope::Limited | Scope::Direct => Ok(Addressed {
            to: named,
            cc: Vec::new(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::Json;

    const AUTHOR: &str = "https://m.example/users/a";

    fn read(text: &str) -> Option<Audience> {
        let json = Json::read(text.as_bytes()).unwrap();
        parse(
            Doc::of(&json).unwrap(),
            &ids::actor(AUTHOR).unwrap(),
            &mut Losses::default(),
        )
    }

    #[test]
    fn scopes_by_to_and_cc() {
        for (text, scope, recipients) in [
            (r#"{"to":"as:Public"}"#, Scope::Public, 0),
            (
                r#"{"to":["Public"],"cc":["https://m.example/users/a/followers","https://o.example/b"]}"#,
                Scope::Public,
                1,
            ),
            (
                r#"{"to":"https://m.example/users/a/followers","cc":"as:Public"}"#,
                Scope::Unlisted,
                0,
            ),
            (r#"{"to":["https://m.example/users/a/followers"]}"#, Scope::Followers, 0),
            (
                r#"{"to":[],"cc":[{"id":"https://m.example/followers/a"}]}"#,
                Scope::Followers,
                0,
            ),
            // somebody of that name, and the followers of others
            (r#"{"to":["https://m.example/users/followers"]}"#, Scope::Limited, 1),
            (r#"{"to":["https://m.example/users/b/followers"]}"#, Scope::Limited, 1),
            (
                r#"{"to":["https://m.example/groups/followers?of=b"]}"#,
                Scope::Limited,
                1,
            ),
            (
                r#"{"to":["https://evil.example/users/a/followers"]}"#,
                Scope::Limited,
                1,
            ),
            (
                r#"{"to":["https://o.example/b","https://o.example/b"],"bto":"as:Public"}"#,
                Scope::Limited,
                1,
            ),
        ] {
            let audience = read(text).unwrap();
            assert_eq!(
                (audience.scope, audience.recipients.len()),
                (scope, recipients),
                "{text}"
            );
        }
        assert_eq!(read(r#"{"bto":["as:Public"],"to":null,"cc":[]}"#), None);
    }

    #[test]
    fn row_26_public_is_written_for_public_things_only() {
        let author = ids::actor(AUTHOR).unwrap();
        let friend = ids::actor("https://o.example/b").unwrap();
        for scope in [
            Scope::Public,
            Scope::Unlisted,
            Scope::Followers,
            Scope::Limited,
            Scope::Direct,
        ] {
            let audience = Audience::new(scope, [friend.clone()]);
            let Addressed { to, cc } = render(&audience, &author, &mut Losses::default()).unwrap();
            let all: Vec<_> = to.iter().chain(&cc).collect();
            assert_eq!(all.iter().any(|id| *id == PUBLIC), scope.is_public(), "{scope:?}");
            assert_eq!(
                all.iter().any(|id| id.ends_with("/followers")),
                scope <= Scope::Followers,
                "{scope:?}"
            );
            assert!(all.iter().any(|id| *id == friend.as_str()));
        }
        for scope in [Scope::Limited, Scope::Direct] {
            let refusal = render(&Audience::new(scope, []), &author, &mut Losses::default()).unwrap_err();
            assert_eq!(refusal.reason, Reason::PrivateAudience);
        }
    }
}
