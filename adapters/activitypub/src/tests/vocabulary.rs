//! Everything we emit is read by the `activitystreams` crate, as its own types.

use activitystreams::activity::{Accept, Announce, Create, Delete, Follow, Like, Reject, Undo, Update};
use activitystreams::actor::{ApActor, Application, Person};
use activitystreams::base::AnyBase;
use activitystreams::collection::{OrderedCollection, OrderedCollectionPage};
use activitystreams::object::{ApObject, Article, Note, Tombstone};
use activitystreams::prelude::*;
use causeway_core::adapter::{RenderContext, Rendered, Resource, Slice, Verb};
use causeway_core::model::{
    Audience, Follow as Followed, FollowStep, Payload, Post, PostForm, Profile, Reaction, Repost, Title,
};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{alice, config, hers, juliet, now, object, post, render};

fn as_type<T: DeserializeOwned>(rendered: &Rendered) -> T {
    let text = String::from_utf8_lossy(&rendered.body);
    serde_json::from_slice(&rendered.body).unwrap_or_else(|error| panic!("{error}: {text}"))
}

fn sent(verb: Verb, payload: Payload) -> Rendered {
    render(verb, 1, &juliet(), payload).unwrap()
}

fn got(resource: &Resource) -> Rendered {
    let accept = ["application/activity+json".to_owned()];
    crate::document::representation(&config(), resource, &accept, &RenderContext::default())
        .unwrap()
        .unwrap()
}

fn inner<T: DeserializeOwned>(any: &AnyBase) -> T {
    let value: Value = serde_json::to_value(any).unwrap();
    serde_json::from_value(value.clone()).unwrap_or_else(|error| panic!("{error}: {value}"))
}

#[test]
fn posts_are_notes_and_articles() {
    let title = Some(Title {
        text: "t".to_owned(),
        invented: false,
    });
    for (form, name) in [(PostForm::Note, None), (PostForm::Article, Some("t"))] {
        let payload = Payload::Post(Box::new(Post {
            form,
            title: title.clone(),
            ..post("<p>x</p>")
        }));
        let create: Create = as_type(&sent(Verb::Create, payload.clone()));
        let any = create.object_unchecked().as_one().unwrap().clone();
        if name.is_some() {
            let article: ApObject<Article> = inner(&any);
            assert_eq!(article.name().unwrap().as_single_xsd_string(), name);
        } else {
            let note: ApObject<Note> = inner(&any);
            assert!(
                note.content()
                    .unwrap()
                    .as_single_xsd_string()
                    .unwrap()
                    .contains("<strong>t</strong>")
            );
            assert_eq!(
                note.url().unwrap().as_single_xsd_any_uri().unwrap().as_str(),
                hers("posts/p1").as_str()
            );
        }
        let _: Update = as_type(&sent(Verb::Update, payload.clone()));
        let delete: Delete = as_type(&sent(Verb::Retract, payload));
        let tombstone: Tombstone = inner(delete.object_unchecked().as_one().unwrap());
        assert_eq!(tombstone.id_unchecked().unwrap().as_str(), hers("posts/p1").as_str());
    }
}

#[test]
fn activities_are_of_their_types() {
    let follow = |step| {
        let request = (step != FollowStep::Request).then(|| object("https://masto.example/f/1"));
        let (follower, followee) = if request.is_none() {
            (juliet(), alice())
        } else {
            (alice(), juliet())
        };
        Payload::Follow(Followed {
            id: hers("follows/f1"),
            follower,
            followee,
            step,
            request,
        })
    };
    let _: Follow = as_type(&sent(Verb::Create, follow(FollowStep::Request)));
    let _: Accept = as_type(&sent(Verb::Create, follow(FollowStep::Accept)));
    let _: Reject = as_type(&sent(Verb::Create, follow(FollowStep::Reject)));
    let undo: Undo = as_type(&sent(Verb::Retract, follow(FollowStep::Request)));
    let _: Follow = inner(undo.object_unchecked().as_one().unwrap());
    let (author, object) = (juliet(), object("https://masto.example/n/1"));
    let like = Reaction {
        id: hers("likes/l1"),
        author: author.clone(),
        object: object.clone(),
        emoji: Some("♥".to_owned()),
        custom: None,
        audience: Audience::public(),
    };
    let _: Like = as_type(&sent(Verb::Create, Payload::Reaction(like)));
    let repost = Repost {
        id: hers("reposts/r1"),
        author,
        object,
        audience: Audience::public(),
        published: Some(now()),
        shown: None,
    };
    let announce: Announce = as_type(&sent(Verb::Create, Payload::Repost(repost)));
    assert_eq!(
        announce.object_unchecked().as_single_id().unwrap().as_str(),
        "https://masto.example/n/1"
    );
}

#[test]
fn actors_and_collections_are_of_their_types() {
    let mut profile = Profile::of(juliet());
    profile.handle = Some("juliet@capulet.example".to_owned());
    let update: Update = as_type(&sent(Verb::Update, Payload::Profile(Box::new(profile))));
    let person: ApActor<Person> = inner(update.object_unchecked().as_one().unwrap());
    assert_eq!(person.preferred_username(), Some("juliet"));
    assert_eq!(
        person.inbox_unchecked().as_str(),
        "https://social.example/users/k3v9/inbox"
    );
    let _: ApActor<Application> = as_type(&crate::document::instance_actor(&config(), "PEM").unwrap());
    let outbox: OrderedCollection = as_type(&got(&Resource::Outbox {
        actor: juliet(),
        total: 3,
        page: None,
    }));
    assert_eq!(outbox.total_items(), Some(3));
    let slice = Slice {
        items: vec![alice()],
        total: 1,
        index: 0,
        next: None,
    };
    let page: OrderedCollectionPage = as_type(&got(&Resource::Followers {
        actor: juliet(),
        total: 1,
        page: Some(slice),
    }));
    assert!(
        page.ordered_items()
            .unwrap()
            .as_many()
            .is_some_and(|items| items.len() == 1)
    );
}
