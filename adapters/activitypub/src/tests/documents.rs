//! Documents that are asked for.

use causeway_core::adapter::{RenderContext, Resource, Slice, Verb};
use causeway_core::model::{Audience, Payload, Post, Profile, Reaction, Repost};
use causeway_core::ports::{ActorState, ActorView, ObjectView, Standing};
use causeway_core::refusal::Disposition;
use serde_json::{Value, json};

use super::{alice, config, hers, juliet, now, object, post, written};
use crate::document;

fn get(resource: &Resource, accept: &str) -> Option<Result<Value, causeway_core::refusal::Refusal>> {
    let accept = [accept.to_owned()];
    let rendered = document::representation(&config(), resource, &accept, &RenderContext::default())?;
    Some(rendered.map(|rendered| super::json(&rendered)))
}

fn document(resource: &Resource) -> Value {
    get(resource, "application/activity+json").unwrap().unwrap()
}

fn view(payload: Payload) -> ObjectView {
    let id = payload.object().unwrap().clone();
    let (home, author) = (id.clone(), Profile::of(juliet()));
    ObjectView {
        id,
        home,
        payload: Some(payload),
        version: 2,
        gone: None,
        author,
        stored: now(),
    }
}

fn account(standing: Standing) -> Resource {
    let mut profile = Profile::of(juliet());
    profile.handle = Some("juliet@capulet.example".to_owned());
    Resource::Actor(Box::new(ActorView {
        id: juliet(),
        home: juliet(),
        state: ActorState::Local,
        standing,
        consents: Vec::new(),
        profile,
        public_key: Some("PEM".to_owned()),
        opaque: "k3v9".to_owned(),
        posts: 0,
        followers: 0,
        following: 0,
    }))
}

#[test]
fn an_actor_with_its_key_and_its_places() {
    let actor = document(&account(Standing::Active));
    let at = |path: &str| json!(format!("https://social.example/users/k3v9{path}"));
    assert_eq!((&actor["id"], &actor["type"]), (&at(""), &json!("Person")));
    for place in ["inbox", "outbox", "followers", "following"] {
        assert_eq!(actor[place], at(&format!("/{place}")));
    }
    assert_eq!(actor["endpoints"]["sharedInbox"], "https://social.example/inbox");
    assert_eq!(
        actor["publicKey"],
        json!({"id": at("#main-key"), "owner": at(""), "publicKeyPem": "PEM"})
    );
    assert_eq!(
        (&actor["preferredUsername"], &actor["webfinger"]),
        (&json!("juliet"), &json!("juliet@capulet.example"))
    );
}

#[test]
fn an_actor_that_stopped_is_gone() {
    for standing in [Standing::Stopped, Standing::Gone] {
        let refusal = get(&account(standing), "application/activity+json")
            .unwrap()
            .unwrap_err();
        assert_eq!(refusal.disposition, Disposition::Gone);
    }
}

#[test]
fn the_instance_actor_is_an_application_with_a_key() {
    let actor = super::json(&document::instance_actor(&config(), "PEM").unwrap());
    assert_eq!(
        (&actor["id"], &actor["type"]),
        (&json!("https://social.example/actor"), &json!("Application"))
    );
    assert_eq!(actor["preferredUsername"], "social.example");
    assert_eq!(actor["publicKey"]["id"], "https://social.example/actor#main-key");
    assert_eq!(
        (&actor["followers"], &actor["inbox"]),
        (&Value::Null, &json!("https://social.example/actor/inbox"))
    );
}

#[test]
fn an_object_is_the_same_as_inside_its_activity() {
    let payload = Payload::Post(Box::new(post("<p>x</p>")));
    let mut alone = document(&Resource::Object(Box::new(view(payload.clone()))));
    alone.as_object_mut().unwrap().remove("@context").unwrap();
    assert_eq!(alone, written(Verb::Create, 2, payload)["object"]);
}

#[test]
fn what_is_gone_is_a_tombstone() {
    let gone = ObjectView {
        payload: None,
        gone: Some(now()),
        ..view(Payload::Post(Box::new(post("x"))))
    };
    let tombstone = document(&Resource::Object(Box::new(gone)));
    assert_eq!(
        (&tombstone["type"], &tombstone["deleted"]),
        (&json!("Tombstone"), &json!("2026-11-22T18:42:51Z"))
    );
    assert_eq!(tombstone["content"], Value::Null);
}

#[test]
fn likes_and_reposts_can_be_asked_for() {
    let (id, author, object) = (hers("likes/l1"), juliet(), object("https://masto.example/n/1"));
    let like = Reaction {
        id,
        author,
        object,
        emoji: None,
        custom: None,
        audience: Audience::public(),
    };
    let like = document(&Resource::Object(Box::new(view(Payload::Reaction(like)))));
    assert_eq!(
        (&like["type"], &like["id"]),
        (&json!("Like"), &json!("https://social.example/users/k3v9/likes/l1"))
    );
}

#[test]
fn an_outbox_and_its_pages() {
    let whole = document(&Resource::Outbox {
        actor: juliet(),
        total: 3,
        page: None,
    });
    assert_eq!(
        (&whole["type"], &whole["totalItems"]),
        (&json!("OrderedCollection"), &json!(3))
    );
    assert_eq!(whole["first"], "https://social.example/users/k3v9/outbox?page=true");
    let repost = Repost {
        id: hers("reposts/r1"),
        author: juliet(),
        object: object("https://masto.example/n/1"),
        audience: Audience::public(),
        published: None,
        shown: None,
    };
    let nobody = Post {
        audience: Audience::new(causeway_core::model::Scope::Limited, []),
        ..post("x")
    };
    let items = [
        Payload::Post(Box::new(post("x"))),
        Payload::Repost(repost),
        Payload::Post(Box::new(nobody)),
    ];
    let slice = Slice {
        items: items.map(view).into(),
        total: 3,
        index: 0,
        next: Some("p9".to_owned()),
    };
    let page = document(&Resource::Outbox {
        actor: juliet(),
        total: 3,
        page: Some(slice),
    });
    let kinds: Vec<_> = page["orderedItems"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["type"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, ["Create", "Announce"], "what cannot be written is left out");
    assert_eq!(
        page["orderedItems"][0]["id"],
        "https://social.example/users/k3v9/posts/p1#create-2"
    );
    assert_eq!(
        page["next"],
        "https://social.example/users/k3v9/outbox?page=true&before=p9"
    );
    assert_eq!(page["partOf"], "https://social.example/users/k3v9/outbox");
}

#[test]
fn replies_are_ids_of_this_network() {
    let at = |page| {
        document(&Resource::Replies {
            actor: juliet(),
            object: hers("posts/p1"),
            total: 3,
            page,
        })
    };
    let whole = at(None);
    assert_eq!(
        (&whole["type"], &whole["totalItems"], &whole["first"]),
        (
            &json!("Collection"),
            &json!(3),
            &json!("https://social.example/users/k3v9/posts/p1/replies?page=true")
        )
    );
    let elsewhere =
        causeway_core::id::ObjectId::new(causeway_core::id::Network::new("xmpp"), "xmpp:a@b?;node=c;item=d");
    let mut foreign = view(Payload::Post(Box::new(post("x"))));
    foreign.id = elsewhere;
    let page = at(Some(Slice {
        items: vec![view(Payload::Post(Box::new(post("x")))), foreign],
        total: 3,
        index: 0,
        next: Some("p9".to_owned()),
    }));
    assert_eq!(page["type"], json!("CollectionPage"));
    assert_eq!(page["items"], json!(["https://social.example/users/k3v9/posts/p1"]));
    assert_eq!(
        page["next"],
        json!("https://social.example/users/k3v9/posts/p1/replies?page=true&after=p9")
    );
}

#[test]
fn followers_are_numbers_unless_there_is_a_page() {
    let hidden = document(&Resource::Followers {
        actor: juliet(),
        total: 7,
        page: None,
    });
    assert_eq!(
        (&hidden["totalItems"], &hidden["first"], &hidden["orderedItems"]),
        (&json!(7), &Value::Null, &Value::Null)
    );
    let slice = Slice {
        items: vec![alice()],
        total: 1,
        index: 0,
        next: None,
    };
    let shown = document(&Resource::Following {
        actor: juliet(),
        total: 1,
        page: Some(slice),
    });
    assert_eq!(shown["orderedItems"], json!([alice().as_str()]));
}

#[test]
fn only_who_asks_for_activitypub_gets_it() {
    let whole = Resource::Outbox {
        actor: juliet(),
        total: 0,
        page: None,
    };
    for good in [
        "application/activity+json",
        "application/activity+json; charset=utf-8",
        "application/ld+json; profile=\"https://www.w3.org/ns/activitystreams\"",
    ] {
        assert!(get(&whole, good).is_some(), "{good}");
    }
    for other in ["text/html", "*/*", "application/json", ""] {
        assert!(get(&whole, other).is_none(), "{other}");
    }
}
