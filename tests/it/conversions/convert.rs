//! What `causeway convert` does besides the fixtures: several things in one document, bad input, guessed names.

use bytes::Bytes;
use causeway::app::adapters_for_files;
use causeway::convert::{Converter, Names};
use causeway_core::adapter::Crossed;
use causeway_core::id::Network;
use causeway_core::model::{Activity, Payload};
use causeway_core::refusal::{Reason, Refusal};
use causeway_testkit::fixtures::cases;

use super::lab::{Bench, now};
use crate::tidy::root;

const XMPP: Network = Network::new("xmpp");
const ACTIVITYPUB: Network = Network::new("activitypub");

fn read(network: &Network, body: &str) -> Result<Vec<Crossed>, Refusal> {
    Bench::new()
        .converter()
        .read(network, Bytes::copy_from_slice(body.as_bytes()))
}

fn model(case: &str) -> Activity {
    let path = root().join(format!("tests/fixtures/{case}.model.json"));
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

fn written(network: &Network, activity: Activity) -> String {
    let bench = Bench::new();
    let crossed = Crossed::new(activity, Vec::new());
    let converted = bench.converter().write(network, crossed).unwrap();
    String::from_utf8(converted.document.to_vec()).unwrap()
}

fn entry(id: &str, title: &str) -> String {
    format!(
        "<item id='{id}'><entry xmlns='http://www.w3.org/2005/Atom'><title>{title}</title>\
         <author><uri>xmpp:juliet@example.org</uri></author><updated>2026-11-22T10:00:00Z</updated></entry></item>"
    )
}

#[test]
fn a_page_of_a_node_is_all_it_holds_but_what_is_bad() {
    let items = [
        entry("abcdef", "one"),
        "<item id='x'><song/></item>".to_owned(),
        entry("ghijkl", "two"),
    ]
    .concat();
    let page = format!("<items xmlns='http://jabber.org/protocol/pubsub' node='urn:xmpp:microblog:0'>{items}</items>");
    let page = format!("<message xmlns='jabber:client' from='juliet@example.org'>{page}</message>");
    let read = read(&XMPP, &page).unwrap();
    let texts: Vec<_> = read
        .iter()
        .filter_map(|crossed| crossed.activity.payload.post())
        .collect();
    assert_eq!(
        texts.iter().map(|post| post.text.plain.as_str()).collect::<Vec<_>>(),
        ["one", "two"]
    );
}

#[test]
fn bad_input_has_a_reason() {
    let object = "\"id\":\"https://b.example/1\",\"type\":\"Note\",\"content\":\"x\"";
    let foreign = format!(
        "{{\"type\":\"Create\",\"id\":\"https://a.example/1\",\"actor\":\"https://a.example/u\",\"object\":{{{object}}}}}"
    );
    for (network, body, reason) in [
        (&XMPP, "", Reason::Malformed),
        (&XMPP, "<a>", Reason::Malformed),
        (&XMPP, "{}", Reason::Malformed),
        (&ACTIVITYPUB, "<a/>", Reason::Malformed),
        (&ACTIVITYPUB, "{}", Reason::UnsupportedKind),
        // an object of another host is fetched from there, and nothing is fetched for a file
        (&ACTIVITYPUB, &foreign, Reason::NotFound),
        (&Network::new("gopher"), "x", Reason::UnsupportedKind),
    ] {
        assert_eq!(read(network, body).unwrap_err().reason, reason, "{network}: {body}");
    }
    let bench = Bench::new();
    for body in ["", "{}", "[]", "{\"actor\":{\"network\":\"xmpp\",\"id\":\"a@b\"}}"] {
        let refusal = bench.converter().read_model(body.as_bytes()).unwrap_err();
        assert_eq!(refusal.reason, Reason::Malformed, "{body}");
    }
}

#[test]
fn what_a_network_does_not_carry_is_refused() {
    let bench = Bench::new();
    let write = |case| {
        let crossed = Crossed::new(model(case), Vec::new());
        bench.converter().write(&XMPP, crossed).unwrap_err().reason
    };
    assert_eq!(write("retraction/actor"), Reason::UnsupportedKind);
    assert_eq!(write("retraction/unlike"), Reason::UnsupportedKind);
}

#[test]
fn what_was_edited_is_an_update_and_what_ended_a_deletion() {
    for (case, kind) in [
        ("post/note_plain", "Create"),
        ("post/edited", "Update"),
        ("retraction/post", "Delete"),
    ] {
        let text = written(&ACTIVITYPUB, model(case));
        let document: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(document["type"], kind, "{case}");
    }
}

#[test]
fn losses_of_both_ways_are_added() {
    let bench = Bench::new();
    let body = std::fs::read(root().join("tests/fixtures/post/bare_entry.xmpp.xml")).unwrap();
    let crossed = bench.converter().read(&XMPP, body.into()).unwrap().remove(0);
    let inward = crossed.losses.len();
    let converted = bench.converter().write(&ACTIVITYPUB, crossed).unwrap();
    assert!(inward > 0 && converted.losses.len() > inward, "{:?}", converted.losses);
}

#[test]
fn every_name_is_made_once() {
    let bench = Bench::new();
    let names = Names::new(&bench.here);
    for case in cases(&root().join("tests/fixtures")) {
        let Some(path) = case.has("model.json").then(|| case.title()) else {
            continue;
        };
        for network in [&XMPP, &ACTIVITYPUB] {
            let mut once = model(&path);
            names.translate(&mut once, network);
            let mut again = model(&path);
            names.translate(&mut again, network);
            assert_eq!(once, again, "{path}: the same every time");
            names.translate(&mut again, network);
            assert_eq!(once, again, "{path}: what is in a network's terms stays");
        }
    }
}

#[test]
fn what_is_answered_is_its_authors_and_stands_where_its_thread_does() {
    // Alice answers Juliet's post, Bob answers Alice below it
    let text = written(&ACTIVITYPUB, model("comment/reply_to_local_post"));
    let document: serde_json::Value = serde_json::from_str(&text).unwrap();
    let juliet = document["object"]["cc"][1].as_str().unwrap();
    let parent = document["object"]["inReplyTo"].as_str().unwrap();
    assert!(parent.starts_with(&format!("{juliet}/posts/")), "{parent}");

    let bench = Bench::new();
    let mut deep = model("comment/deep");
    Names::new(&bench.here).translate(&mut deep, &XMPP);
    let mut reply = model("comment/reply_to_local_post");
    Names::new(&bench.here).translate(&mut reply, &XMPP);
    let (Payload::Comment(deep), Payload::Comment(reply)) = (deep.payload, reply.payload) else {
        panic!()
    };
    assert_eq!(
        deep.parent,
        Some(reply.post.id),
        "a comment is the same, said or answered"
    );
    assert_eq!(deep.place, reply.place);
}

#[test]
fn hosts_decide_names() {
    let name = |bridge: &str, domain: &str| {
        let adapters = adapters_for_files(bridge, domain).unwrap();
        let mut bare = model("profile/bare");
        Names::new(&adapters).translate(&mut bare, &ACTIVITYPUB);
        let Payload::Profile(profile) = bare.payload else {
            panic!()
        };
        (profile.handle.unwrap(), profile.actor.as_str().to_owned())
    };
    let (own, id) = name("bridge.example", "example.org");
    assert_eq!(own, "juliet@example.org");
    assert!(id.starts_with("https://bridge.example/users/"), "{id}");
    let (other, id) = name("b.example", "elsewhere.example");
    assert_eq!(other, "juliet.example.org@b.example");
    assert!(id.starts_with("https://b.example/users/"), "{id}");
    assert!(adapters_for_files("not a host", "example.org").is_err());
}

#[test]
fn the_clock_is_the_callers() {
    let bench = Bench::new();
    let body = std::fs::read(root().join("tests/fixtures/follow/subscribe.xmpp.xml")).unwrap();
    let crossed = Converter::new(&bench.here, now())
        .read(&XMPP, body.into())
        .unwrap()
        .remove(0);
    assert_eq!(crossed.activity.at, Some(now()));
}
