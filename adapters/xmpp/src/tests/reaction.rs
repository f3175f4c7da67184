//! Reactions, read and written.

use causeway_core::adapter::{Need, Parsed};
use causeway_core::model::{Audience, Payload, Reaction, Scope};

use super::*;
use crate::ids::{COMMENTS, Item, MICROBLOG, Place};

const LIKE: &str = include_str!("../../../../tests/captures/movim/like.xml");

fn object(crossed: &Crossed) -> String {
    match &crossed.activity.payload {
        Payload::Reaction(reaction) => {
            assert_eq!((reaction.emoji.clone(), reaction.custom.clone()), (None, None));
            reaction.object.as_str().to_owned()
        }
        other => panic!("not a reaction: {other:?}"),
    }
}

#[test]
fn a_heart_among_the_comments_we_keep_is_a_like_of_the_post() {
    let node = format!("{COMMENTS}0a1b2c3d4e");
    let crossed = one(LIKE, &request("romeo@montague.lit", ALICE, &node));
    assert_eq!(
        object(&crossed),
        Item::new(ALICE, MICROBLOG, "0a1b2c3d4e").unwrap().uri()
    );
    assert_eq!(
        (crossed.activity.actor.as_str(), &crossed.losses[..]),
        ("romeo@montague.lit", &[][..])
    );
    // the same in a microblog is a post, and with more text a comment
    assert_eq!(
        one(LIKE, &event("romeo@montague.lit", MICROBLOG))
            .activity
            .payload
            .kind()
            .as_str(),
        "post"
    );
    let more = LIKE.replace('♥', "♥ you");
    assert_eq!(
        one(&more, &request("romeo@montague.lit", ALICE, &node))
            .activity
            .payload
            .kind()
            .as_str(),
        "comment"
    );
}

#[test]
fn elsewhere_it_is_asked_which_post_the_place_belongs_to() {
    let envelope = Envelope {
        publisher: Some("romeo@montague.lit".into()),
        open: true,
        ..event("comments.capulet.lit", &format!("{COMMENTS}abc"))
    };
    let need = Need::Object("first:xmpp:comments.capulet.lit?;node=urn:xmpp:microblog:0:comments/abc".into());
    let mut known = Known {
        found: HashMap::new(),
        failed: None,
    };
    assert_eq!(parse_with(LIKE, &envelope, &known), Parsed::Needs(vec![need.clone()]));

    let post = Item::new("juliet@capulet.lit", MICROBLOG, "on-gardens-2f9a")
        .unwrap()
        .uri();
    known.found.insert(need, wire(&post, &Envelope::default()));
    let Parsed::Done(crossing) = parse_with(LIKE, &envelope, &known) else {
        panic!()
    };
    assert_eq!(object(&crossing.activities[0]), post);

    let unknown = Known {
        found: HashMap::new(),
        failed: Some(Refusal::ignore(Reason::NotFound, "")),
    };
    let Parsed::Done(crossing) = parse_with(LIKE, &envelope, &unknown) else {
        panic!()
    };
    assert_eq!(crossing.refused[0].reason, Reason::ParentUnknown);
    // in the author's own account the name of the node is the item's
    let own = Envelope {
        service: Some("juliet@capulet.lit".into()),
        ..envelope
    };
    let Parsed::Done(crossing) = parse_with(LIKE, &own, &unknown) else {
        panic!()
    };
    assert_eq!(
        object(&crossing.activities[0]),
        "xmpp:juliet@capulet.lit?;node=urn:xmpp:microblog:0;item=abc"
    );
}

fn alices(emoji: Option<&str>, scope: Scope) -> Result<Rendered, Refusal> {
    let place = Place::new("comments.capulet.lit", &format!("{COMMENTS}abc")).unwrap();
    let reaction = Reaction {
        id: place.item("0a1b2c3d4e").unwrap().object(),
        author: ids::actor(ALICE).unwrap(),
        object: Item::new("juliet@capulet.lit", MICROBLOG, "abc").unwrap().object(),
        emoji: emoji.map(str::to_owned),
        custom: None,
        audience: Audience::new(scope, []),
    };
    render(&outgoing(ALICE, Payload::Reaction(reaction)))
}

#[test]
fn every_reaction_leaves_as_a_heart() {
    let like = alices(None, Scope::Public).unwrap();
    assert!(text(&like).contains(">♥</title>"));
    assert_eq!(rules(&like.losses), [] as [&str; 0]);
    assert_eq!(
        object(&read_elsewhere(&like)),
        "xmpp:juliet@capulet.lit?;node=urn:xmpp:microblog:0;item=abc"
    );
    let hammer = alices(Some("🔨"), Scope::Public).unwrap();
    assert_eq!(rules(&hammer.losses), ["xmpp-reaction-emoji"]);
    // who reads attachments knows which
    match read_elsewhere(&hammer).activity.payload {
        Payload::Reaction(reaction) => assert_eq!(reaction.emoji.as_deref(), Some("🔨")),
        other => panic!("{other:?}"),
    }
    assert_eq!(
        rules(&alices(Some("❤\u{FE0F}"), Scope::Public).unwrap().losses),
        [] as [&str; 0]
    );
    assert_eq!(
        alices(None, Scope::Followers).unwrap_err().reason,
        Reason::PrivateAudience
    );
}
