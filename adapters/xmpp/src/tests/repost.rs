//! Reposts, read and written.

use causeway_core::id::{Network, ObjectId};
use causeway_core::model::{Audience, Payload, Repost};

use super::*;
use crate::ids::{Item, MICROBLOG};

const REPOST: &str = include_str!("../../../../tests/captures/movim/repost.xml");

fn repost(crossed: &Crossed) -> &Repost {
    match &crossed.activity.payload {
        Payload::Repost(repost) => repost,
        other => panic!("not a repost: {other:?}"),
    }
}

#[test]
fn movim_passes_on_by_a_link() {
    let crossed = one(REPOST, &event("juliet@capulet.lit", MICROBLOG));
    let repost = repost(&crossed);
    assert_eq!(
        repost.object,
        Item::new(ALICE, MICROBLOG, "0a1b2c3d4e").unwrap().object()
    );
    assert_eq!(
        (repost.author.as_str(), repost.published),
        ("juliet@capulet.lit", Timestamp::parse("2026-11-22T10:00:00Z"))
    );
    assert_eq!(rules(&crossed.losses), ["xmpp-repost-copy"]);
    // the original's author in the entry is XEP-0277's way of saying whose it is: never who passed it on
    let named = REPOST.replace("<uri>xmpp:juliet@capulet.lit", "<uri>xmpp:romeo@montague.lit");
    assert_eq!(
        super::repost::repost(&one(&named, &event("juliet@capulet.lit", MICROBLOG)))
            .author
            .as_str(),
        "juliet@capulet.lit"
    );
}

#[test]
fn ours_has_a_link_the_same_discussion_and_a_title_that_is_none() {
    let original = Item::new(ALICE, MICROBLOG, "0a1b2c3d4e").unwrap().object();
    let bob = r"bob\40b.example@bridge.example";
    let sent = Repost {
        id: Item::new(bob, MICROBLOG, "ffffffff").unwrap().object(),
        author: ids::actor(bob).unwrap(),
        object: original,
        audience: Audience::public(),
        published: Some(now()),
    };
    let rendered = render(&outgoing(bob, Payload::Repost(sent.clone()))).unwrap();
    let wire = text(&rendered).replace('"', "'");
    assert!(wire.contains(">♻ alice@masto.example</title>"), "{wire}");
    assert!(wire.contains("comments/0a1b2c3d4e'"), "{wire}");
    assert_eq!(rules(&rendered.losses), ["xmpp-repost-title"]);
    assert_eq!(super::repost::repost(&read_elsewhere(&rendered)), &sent);

    let foreign = Repost {
        object: ObjectId::new(Network::new("diaspora"), "guid"),
        ..sent
    };
    assert_eq!(
        render(&outgoing(bob, Payload::Repost(foreign))).unwrap_err().reason,
        Reason::ParentNotBridged
    );
}
