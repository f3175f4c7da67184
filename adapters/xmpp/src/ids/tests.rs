//! Ids, there and back.

use causeway_core::adapter::{ActorFacts, ObjectFacts};
use causeway_core::id::{ActorId, Network, ObjectId};
use causeway_core::model::Kind;
use proptest::prelude::*;

use super::*;
use crate::Config;

fn config() -> Config {
    Config {
        bridge: "bridge.example".into(),
        serve_domains: vec!["capulet.lit".into()],
    }
}

fn facts<'a>(home: &'a ActorId, handle: Option<&'a str>) -> ActorFacts<'a> {
    ActorFacts {
        home,
        handle,
        opaque: "0a1b2c3d4e",
    }
}

#[test]
fn row_13_jids_have_one_spelling() {
    for spelling in [
        "Juliet@Capulet.LIT",
        "juliet@capulet.lit.",
        "juliet@capulet。lit/balcony",
        "juliet@capulet.lit/a@b",
    ] {
        assert_eq!(
            canonical_jid(spelling).as_deref(),
            Some("juliet@capulet.lit"),
            "{spelling}"
        );
    }
    assert_eq!(
        canonical_jid("bücher.example").as_deref(),
        Some("xn--bcher-kva.example")
    );
    assert_eq!(
        canonical_jid(r"Alice\40Masto.example@bridge.example").as_deref(),
        Some(r"alice\40masto.example@bridge.example")
    );
    for odd in [
        "",
        "@capulet.lit",
        "juliet@",
        "a@b@c",
        "juliet@capulet..lit",
        "ju liet@capulet.lit",
        "juliet@cap%75let.lit",
        "/x",
    ] {
        assert_eq!(canonical_jid(odd), None, "{odd}");
    }
}

#[test]
fn items_are_written_in_one_form_and_read_in_many() {
    let item = Item::new(r"alice\40masto.example@bridge.example", MICROBLOG, "0a1b2c3d").unwrap();
    let canonical = "xmpp:alice%5C40masto.example@bridge.example?;node=urn:xmpp:microblog:0;item=0a1b2c3d";
    assert_eq!(item.uri(), canonical);
    assert_eq!(Item::of(&item.object()), Some(item.clone()));
    for other in [
        r"xmpp:alice\40masto.example@bridge.example?;node=urn:xmpp:microblog:0;item=0a1b2c3d",
        "XMPP:alice%5c40masto.example@BRIDGE.example?;item=0a1b2c3d;node=urn%3Axmpp%3Amicroblog%3A0",
        "xmpp:alice%5C40masto.example@bridge.example?pubsub;action=retrieve;node=urn%3Axmpp%3Amicroblog%3A0;item=0a1b2c3d",
    ] {
        assert_eq!(read_uri(other), Some(Reference::Item(item.clone())), "{other}");
    }
    for odd in [
        "",
        "xmpp:",
        "http://a.example",
        "xmpp:a@b@c?;node=x",
        "xmpp:a.example?;node=%FF",
        "xmpp:a.example?;node=%00;item=x",
    ] {
        assert!(
            !matches!(read_uri(odd), Some(Reference::Item(_) | Reference::Place(_))),
            "{odd}"
        );
    }
}

#[test]
fn movim_reads_the_raw_forms() {
    let place = Place::new(
        r"alice\40masto.example@bridge.example",
        "urn:xmpp:microblog:0:comments/0a1b2c3d",
    )
    .unwrap();
    assert_eq!(
        place.raw_uri(),
        r"xmpp:alice\40masto.example@bridge.example?;node=urn:xmpp:microblog:0:comments/0a1b2c3d"
    );
    let reply = Item::new(r"alice\40masto.example@bridge.example", MICROBLOG, "0a1b2c3d").unwrap();
    assert_eq!(
        reply.raw_uri(),
        r"xmpp:alice\40masto.example@bridge.example?;node=urn:xmpp:microblog:0;item=0a1b2c3d"
    );
    assert_eq!(read_uri(&reply.raw_uri()), Some(Reference::Item(reply)));
    // what would end the value is encoded there too
    let odd = Item::new("romeo@montague.lit", MICROBLOG, "a;b").unwrap();
    assert!(odd.raw_uri().ends_with(";item=a%3Bb"));
}

#[test]
fn actors_get_readable_names_and_clashes_differ() {
    let home = ActorId::new(Network::new("activitypub"), "https://masto.example/users/alice");
    let name = |handle, attempt| {
        mint_actor(&config(), &facts(&home, handle), attempt)
            .unwrap()
            .id
            .as_str()
            .to_owned()
    };
    let alice: Vec<_> = (0..4)
        .map(|attempt| name(Some("Alice@Masto.Example"), attempt))
        .collect();
    assert_eq!(
        alice,
        [
            r"alice\40masto.example@bridge.example",
            r"alice.group\40masto.example@bridge.example",
            r"alice.2\40masto.example@bridge.example",
            r"alice.3\40masto.example@bridge.example",
        ]
    );
    assert_eq!(name(Some("golem.de"), 0), "golem.de@bridge.example");
    assert_eq!(name(None, 0), "0a1b2c3d4e@bridge.example");
    assert_eq!(name(Some("\u{7}"), 0), "0a1b2c3d4e@bridge.example");
    assert_eq!(name(Some(&"x".repeat(2000)), 2), "0a1b2c3d4e.2@bridge.example");
}

#[test]
fn row_24_one_alias_and_no_double_reading() {
    let address = |jid: &str| address_of(&config(), jid);
    assert_eq!(
        address(r"alice\40masto.example@bridge.example").as_deref(),
        Some("alice@masto.example")
    );
    assert_eq!(
        address("alice%masto.example@bridge.example/phone").as_deref(),
        Some("alice@masto.example")
    );
    assert_eq!(
        resolve_virtual(&config(), "Alice%masto.example@bridge.example")
            .unwrap()
            .as_str(),
        r"alice\40masto.example@bridge.example"
    );
    for odd in [
        r"alice\40good.example\40evil.example@bridge.example",
        r"alice\5c40good.example@bridge.example",
        "a%b%c.example@bridge.example",
        r"a%evil.example\40good.example@bridge.example",
        r"alice\40masto.example@elsewhere.example",
        "bridge.example",
    ] {
        assert_eq!(address(odd), None, "{odd}");
    }
}

#[test]
fn objects_get_short_ids_where_they_belong() {
    let author = actor(r"alice\40masto.example@bridge.example").unwrap();
    let post = ObjectFacts {
        kind: Kind::Post,
        opaque: "0a1b2c3d4e",
        author: &author,
        place: None,
        about: None,
    };
    let id = mint_object(&config(), &post).unwrap();
    assert_eq!(
        id.as_str(),
        "xmpp:alice%5C40masto.example@bridge.example?;node=urn:xmpp:microblog:0;item=0a1b2c3d4e"
    );
    assert_eq!(mint_object(&config(), &post).unwrap(), id);

    let place = place_of(&config(), &id).unwrap();
    assert!(
        place
            .as_str()
            .ends_with("node=urn:xmpp:microblog:0:comments/0a1b2c3d4e")
    );
    assert_eq!(place_reach(&config(), &place), None);
    let comment = ObjectFacts {
        kind: Kind::Comment,
        opaque: "ffffff",
        place: Some(&place),
        ..post
    };
    let comment = Item::of(&mint_object(&config(), &comment).unwrap()).unwrap();
    assert_eq!(comment.place().id(), place);
    assert_eq!(place_of(&config(), &comment.object()), Some(place.clone()));
    assert_eq!(
        mint_object(
            &config(),
            &ObjectFacts {
                kind: Kind::Comment,
                ..post
            }
        ),
        None
    );

    let like = ObjectFacts {
        kind: Kind::Reaction,
        opaque: "abcdef",
        about: Some(&id),
        ..post
    };
    assert_eq!(
        Item::of(&mint_object(&config(), &like).unwrap()).unwrap().place().id(),
        place
    );
    let short = mint_object(&config(), &ObjectFacts { opaque: "a", ..post }).unwrap();
    assert_eq!(Item::of(&short).unwrap().id(), "item-a");
    assert_eq!(
        mint_object(
            &config(),
            &ObjectFacts {
                opaque: &"a".repeat(129),
                ..post
            }
        ),
        None
    );
    let follow = mint_object(
        &config(),
        &ObjectFacts {
            kind: Kind::Follow,
            ..post
        },
    )
    .unwrap();
    assert!(is_follow(&follow) && Item::of(&follow).is_none() && uri_of(&follow).is_none());
}

#[test]
fn local_posts_without_a_place_get_one_at_the_bridge() {
    let place = |jid| place_of(&config(), &Item::new(jid, MICROBLOG, "hello-world").unwrap().object()).unwrap();
    let juliet = place("juliet@capulet.lit");
    assert!(
        juliet
            .as_str()
            .starts_with("xmpp:bridge.example?;node=urn:xmpp:microblog:0:comments/")
    );
    assert_ne!(juliet, place("nurse@capulet.lit"));
    assert_eq!(place_reach(&config(), &juliet), None);
    let theirs = place_at("xmpp:comments.capulet.lit?;node=urn%3Axmpp%3Amicroblog%3A0%3Acomments%2Fabc").unwrap();
    assert_eq!(place_reach(&config(), &theirs).unwrap().host, "comments.capulet.lit");
    let foreign = ObjectId::new(Network::new("activitypub"), "https://masto.example/1");
    assert_eq!(place_of(&config(), &foreign), None);
}

#[test]
fn needs_read_back() {
    let item = Item::new("juliet@capulet.lit", MICROBLOG, "a;b?c").unwrap();
    let wanted = [
        Wanted::Probe(item.clone()),
        Wanted::First(item.place()),
        Wanted::Profile(actor("juliet@capulet.lit").unwrap()),
        Wanted::Item(item),
    ];
    for wanted in wanted {
        assert_eq!(Wanted::of(&wanted.need()), Some(wanted));
    }
    assert_eq!(
        Wanted::of(&causeway_core::adapter::Need::Object("https://masto.example/1".into())),
        None
    );
}

proptest! {
    #[test]
    fn canonical_is_a_fixed_point(jid in "\\PC{0,40}") {
        if let Some(once) = canonical_jid(&jid) {
            prop_assert_eq!(canonical_jid(&once), Some(once.clone()));
        }
    }

    #[test]
    fn items_round_trip(node in "\\PC{1,60}", id in "\\PC{1,60}") {
        if let Some(item) = Item::new("juliet@capulet.lit", &node, &id) {
            prop_assert_eq!(Item::of(&item.object()), Some(item.clone()));
            prop_assert_eq!(Place::of(&item.place().id()), Some(item.place()));
            let raw = read_uri(&item.raw_uri());
            prop_assert_eq!(raw, Some(Reference::Item(item)));
        }
    }

    #[test]
    fn encoding_is_undone(text in "\\PC{0,80}") {
        prop_assert_eq!(decode(&encode(&text)), Some(text));
    }

    #[test]
    fn no_uri_panics(uri in "(xmpp:)?[ -~é\u{3002}]{0,80}") {
        let _ = read_uri(&uri);
    }

    #[test]
    fn a_handle_comes_back(user in "[a-z0-9_]{1,20}", host in "[a-z]{1,10}\\.example") {
        let handle = format!("{user}@{host}");
        let jid = virtual_jid(&config(), &handle).unwrap();
        prop_assert_eq!(address_of(&config(), jid.as_str()), Some(handle));
    }
}
