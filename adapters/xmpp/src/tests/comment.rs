//! Comments, read and written.

use causeway_core::model::{Audience, Comment, Payload, Post, Scope, Text};

use super::*;
use crate::ids::{COMMENTS, Item, MICROBLOG, Place};

const COMMENT: &str = include_str!("../../../../tests/captures/movim/comment.xml");
const REPLY: &str = include_str!("../../../../tests/captures/movim/reply.xml");

fn comment(crossed: &Crossed) -> &Comment {
    match &crossed.activity.payload {
        Payload::Comment(comment) => comment,
        other => panic!("not a comment: {other:?}"),
    }
}

fn alices(place: &Place, text: Text) -> Comment {
    let post = Post::note(
        place.item("0a1b2c3d4e").unwrap().object(),
        ids::actor(ALICE).unwrap(),
        text,
    );
    let parent = Item::new("juliet@capulet.lit", MICROBLOG, "on-gardens-2f9a")
        .unwrap()
        .object();
    let published = Some(now());
    Comment {
        parent: Some(parent),
        root: None,
        place: Some(place.id()),
        post: Post { published, ..post },
    }
}

fn place() -> Place {
    Place::new("comments.capulet.lit", &format!("{COMMENTS}on-gardens-2f9a")).unwrap()
}

fn rendered(comment: Comment) -> Result<Rendered, Refusal> {
    render(&outgoing(ALICE, Payload::Comment(Box::new(comment))))
}

#[test]
fn movim_comment_stands_in_a_place() {
    let crossed = one(COMMENT, &event("comments.capulet.lit", place().node()));
    let comment = comment(&crossed);
    assert_eq!(comment.place, Some(place().id()));
    assert_eq!((comment.parent.clone(), comment.root.clone()), (None, None));
    assert_eq!(comment.post.title, None);
    assert_eq!(
        comment.post.text.plain,
        "By any other name, @alice@masto.example?\nIt would smell as sweet."
    );
    assert_eq!(comment.post.author.as_str(), "romeo@montague.lit");
    assert_eq!(comment.post.mentions[0].actor.as_str(), ALICE);
    assert_eq!(crossed.losses, []);
}

#[test]
fn a_comment_published_here_is_its_senders_and_needs_no_probe() {
    let node = format!("{COMMENTS}0a1b2c3d4e");
    let known = Known {
        found: HashMap::new(),
        failed: None,
    };
    let parsed = parse_with(COMMENT, &request("juliet@capulet.lit/balcony", ALICE, &node), &known);
    let Parsed::Done(crossing) = parsed else {
        panic!("needs something")
    };
    assert_eq!(crossing.activities[0].activity.actor.as_str(), "juliet@capulet.lit");
}

#[test]
fn the_author_of_a_comment_must_be_proven() {
    let anonymous = COMMENT.replace(" publisher='romeo@montague.lit/orchard'", "");
    assert_eq!(
        refused(&anonymous, &event("comments.capulet.lit", place().node())),
        Reason::AuthorUnproven
    );
    let read = Envelope {
        how: How::Read,
        ..event("comments.capulet.lit", place().node())
    };
    assert_eq!(refused(COMMENT, &read), Reason::AuthorUnproven);
}

#[test]
fn an_answer_outside_a_place_names_its_parent() {
    let crossed = one(REPLY, &event("juliet@capulet.lit", MICROBLOG));
    let comment = comment(&crossed);
    assert_eq!(
        comment.parent.as_ref().unwrap().as_str(),
        "xmpp:juliet@capulet.lit?;node=urn:xmpp:microblog:0;item=on-gardens-2f9a"
    );
    assert_eq!(
        (comment.place.clone(), comment.post.real_title()),
        (None, Some("A second thought"))
    );
    let web = REPLY.replace(
        "xmpp:juliet@capulet.lit?;node=urn%3Axmpp%3Amicroblog%3A0;item=on-gardens-2f9a",
        "https://a.example/1",
    );
    assert_eq!(
        refused(&web, &event("juliet@capulet.lit", MICROBLOG)),
        Reason::ParentUnknown
    );
}

#[test]
fn the_whole_text_goes_into_the_title() {
    let html = Some("<p>Two<br>lines, <b>bold</b></p>".into());
    let comment = alices(
        &place(),
        Text {
            html,
            ..Text::plain("Two\nlines, bold")
        },
    );
    let rendered = rendered(comment.clone()).unwrap();
    let wire = text(&rendered).replace('"', "'");
    assert!(
        wire.contains("<title type='text'>Two\nlines, bold</title>") && !wire.contains("<content"),
        "{wire}"
    );
    assert!(
        wire.contains("href='xmpp:juliet@capulet.lit?;node=urn:xmpp:microblog:0;item=on-gardens-2f9a'"),
        "{wire}"
    );
    assert_eq!(rules(&rendered.losses), ["xmpp-comment-markup"]);
    let back = read_elsewhere(&rendered);
    let back = super::comment::comment(&back);
    assert_eq!((&back.parent, &back.place), (&comment.parent, &comment.place));
    assert_eq!(
        (back.post.text.plain.as_str(), back.post.title.clone()),
        ("Two\nlines, bold", None)
    );
}

#[test]
fn movim_reads_the_address_of_a_virtual_parent_raw() {
    let mut comment = alices(
        &Place::new(ALICE, &format!("{COMMENTS}zzzzzz")).unwrap(),
        Text::plain("x"),
    );
    comment.parent = Some(Item::new(ALICE, MICROBLOG, "zzzzzz").unwrap().object());
    let wire = text(&rendered(comment).unwrap()).replace('"', "'");
    assert!(
        wire.contains(r"href='xmpp:alice\40masto.example@bridge.example?;node=urn:xmpp:microblog:0;item=zzzzzz'"),
        "{wire}"
    );
}

#[test]
fn row_26_nothing_private_goes_into_an_open_node() {
    let private = |place: &Place| {
        let mut comment = alices(place, Text::plain("x"));
        comment.post.audience = Audience::new(Scope::Limited, [ids::actor("juliet@capulet.lit").unwrap()]);
        rendered(comment)
    };
    let said = private(&place()).unwrap();
    let wire = text(&said).replace('"', "'");
    assert!(
        wire.starts_with("<message ") && wire.contains(" id='0a1b2c3d4e'") && wire.contains("]\nx</body>"),
        "{wire}"
    );
    assert_eq!(rules(&said.losses), ["xmpp-comment-message"]);
    let ours = private(&Place::new(ALICE, &format!("{COMMENTS}zzzzzz")).unwrap()).unwrap();
    assert!(
        text(&ours).starts_with("<item "),
        "only this bridge knows whom to show it to"
    );
}

#[test]
fn what_was_said_to_a_person_is_corrected_and_retracted() {
    let mut comment = alices(&place(), Text::plain("y"));
    comment.post.audience = Audience::new(Scope::Followers, [ids::actor("juliet@capulet.lit").unwrap()]);
    let edit = Outgoing {
        verb: Verb::Update,
        version: 3,
        ..outgoing(ALICE, Payload::Comment(Box::new(comment)))
    };
    let wire = text(&render(&edit).unwrap()).replace('"', "'");
    assert!(
        wire.contains("id='0a1b2c3d4e-3'")
            && wire.contains("<replace xmlns='urn:xmpp:message-correct:0' id='0a1b2c3d4e'/>"),
        "{wire}"
    );
    let gone = crate::wire::message::Message::retracting("0a1b2c3d4e").to_element();
    let retract = gone.get_child("retract", "urn:xmpp:message-retract:1").unwrap();
    assert_eq!(retract.attr("id"), Some("0a1b2c3d4e"));
}

#[test]
fn a_parent_elsewhere_is_named_as_lost() {
    let mut comment = alices(&place(), Text::plain("x"));
    comment.parent = Some(causeway_core::id::ObjectId::new(
        causeway_core::id::Network::new("diaspora"),
        "guid",
    ));
    assert_eq!(rules(&rendered(comment).unwrap().losses), ["xmpp-comment-parent"]);
}
