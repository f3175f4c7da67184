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
        shown: None,
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

#[test]
fn readers_see_what_is_passed_on() {
    use causeway_core::model::{Media, Post, Scope, Text};
    let original = ids::Item::new(r"bob\40b.example@bridge.example", "urn:xmpp:microblog:0", "0a1b2c3d4e").unwrap();
    let post = Post {
        media: vec![Media {
            media_type: Some("image/png".into()),
            ..Media::at("https://b.example/x.png".parse().unwrap())
        }],
        url: "https://b.example/@bob/1".parse().ok(),
        summary: Some("careful".into()),
        sensitive: true,
        ..Post::note(
            original.object(),
            ids::actor(original.service()).unwrap(),
            Text {
                html: Some("<p>So <em>true</em></p>".into()),
                ..Text::plain("So true")
            },
        )
    };
    let sent = |shown: Option<Post>| {
        let repost = Repost {
            id: ids::Item::new(ALICE, "urn:xmpp:microblog:0", "ffffff")
                .unwrap()
                .object(),
            author: ids::actor(ALICE).unwrap(),
            object: original.object(),
            audience: Audience::public(),
            published: Some(now()),
            shown: shown.map(Box::new),
        };
        render(&outgoing(ALICE, Payload::Repost(repost))).unwrap()
    };
    let rendered = sent(Some(post.clone()));
    let xml = text(&rendered);
    for part in [
        ">♻ bob@b.example: So true</title>",
        "<em>true</em>",
        "https://b.example/x.png",
        "https://b.example/@bob/1",
        ">careful</summary>",
        "nsfw",
        "♻ bob@b.example",
    ] {
        assert!(xml.contains(part), "{part}: {xml}");
    }
    // it reads back as the repost alone
    match read_elsewhere(&rendered).activity.payload {
        Payload::Repost(repost) => assert_eq!((repost.object, repost.shown), (original.object(), None)),
        other => panic!("{other:?}"),
    }
    // what is not for everybody is not shown
    let private = Post {
        audience: Audience::new(Scope::Followers, []),
        ..post
    };
    assert_eq!(sent(Some(private)).body, sent(None).body);
}
