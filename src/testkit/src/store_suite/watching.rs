//! Watched sources; places and pictures kept here.

use std::time::Duration;

use bytes::Bytes;
use causeway_core::id::PlaceId;
use causeway_core::model::Scope;
use causeway_core::ports::{Viewer, WatchState};
use causeway_core::refusal::Reason;

use super::World;

fn source(world: &World, name: &str) -> PlaceId {
    PlaceId::new(world.n(), format!("near.example/{name}"))
}

/// Newest first, across a restart; what left is forgotten.
pub async fn what_stands_there_is_remembered(mut world: World) {
    let juliet = world.opened("juliet@near.example").await;
    let blog = source(&world, "blog");
    let (early, late) = (world.now(), world.now().plus(Duration::from_secs(1)));
    world
        .ports
        .watches
        .mark(&blog, &[("lost".to_owned(), early)], &[])
        .await
        .unwrap();
    world.ports.watches.want(&blog, &juliet, None).await.unwrap();
    let items = [("a".to_owned(), early), ("b".to_owned(), late), ("c".to_owned(), early)];
    world.ports.watches.mark(&blog, &items, &[]).await.unwrap();
    world.ports.watches.mark(&blog, &[], &["c".to_owned()]).await.unwrap();
    world.reopen().await;
    let watch = world.ports.watches.watch(&blog).await.unwrap().unwrap();
    assert_eq!(watch.seen, [("b".to_owned(), late), ("a".to_owned(), early)]);
    assert_eq!(
        (watch.actor, watch.state, watch.until),
        (juliet, WatchState::Wanted, None)
    );
    assert_eq!(world.ports.watches.watched(&world.n()).await.unwrap().len(), 1);
    assert!(world.ports.watches.watched(&world.f()).await.unwrap().is_empty());
    world.ports.watches.end(&blog).await.unwrap();
    assert_eq!(world.ports.watches.watch(&blog).await.unwrap(), None);
}

/// Never shortens.
pub async fn wanting_again_extends(world: World) {
    let juliet = world.opened("juliet@near.example").await;
    let thread = source(&world, "thread");
    let at = |seconds| Some(world.now().plus(Duration::from_secs(seconds)));
    for (until, then) in [
        (at(60), at(60)),
        (at(90), at(90)),
        (at(30), at(90)),
        (None, None),
        (at(60), None),
    ] {
        world.ports.watches.want(&thread, &juliet, until).await.unwrap();
        assert_eq!(world.ports.watches.watch(&thread).await.unwrap().unwrap().until, then);
    }
    world.ports.watches.report(&thread, WatchState::Active).await.unwrap();
    world.ports.watches.want(&thread, &juliet, None).await.unwrap();
    assert_eq!(
        world.ports.watches.watch(&thread).await.unwrap().unwrap().state,
        WatchState::Active
    );
}

/// As the reason why nothing of theirs leaves; only that of what is watched for good.
pub async fn a_hindrance_is_shown_to_the_actor(world: World) {
    let juliet = world.opened("juliet@near.example").await;
    let (blog, thread) = (source(&world, "blog"), source(&world, "thread"));
    let later = Some(world.now().plus(Duration::from_secs(60)));
    world.ports.watches.want(&blog, &juliet, None).await.unwrap();
    world.ports.watches.want(&thread, &juliet, later).await.unwrap();
    let hindrance = async || {
        world
            .ports
            .accounts
            .account(&juliet)
            .await
            .unwrap()
            .expect("an account")
            .hindrance
    };
    world
        .ports
        .watches
        .report(&thread, WatchState::Hindered(Reason::PublishForbidden))
        .await
        .unwrap();
    assert_eq!(hindrance().await, None);
    world
        .ports
        .watches
        .report(&blog, WatchState::Hindered(Reason::NodeClosed))
        .await
        .unwrap();
    assert_eq!(hindrance().await, Some(Reason::NodeClosed));
    world.ports.watches.report(&blog, WatchState::Active).await.unwrap();
    assert_eq!(hindrance().await, None);
}

/// Others' places have their own.
pub async fn only_places_kept_here_have_subscribers(world: World) {
    let juliet = world.opened("juliet@near.example").await;
    let mut elsewhere = world.near_post("1", &juliet, Scope::Public, &[]);
    elsewhere.replies = Some(world.others_place("thread"));
    let here = world.near_post("2", &juliet, Scope::Public, &[]);
    world.publish(&elsewhere).await;
    world.publish(&here).await;
    let view = world.see(&Viewer::Anyone, &here.id, &world.n()).await.unwrap();
    let place = view.payload.unwrap().post().unwrap().replies.clone().unwrap();
    let nurse = world.near.actor("nurse@near.example");
    let reach = world.near.profile("nurse@near.example").reach.own.unwrap();
    let places = &world.ports.places;
    for nowhere in [world.others_place("thread"), world.others_place("other")] {
        assert_eq!(
            places.subscribe(&nowhere, &nurse, &reach).await.unwrap_err().reason,
            Reason::NotFound
        );
    }
    assert!(!places.subscribed(&place, &nurse).await.unwrap());
    places.unsubscribe(&place, &nurse).await.unwrap();
    for _ in 0..2 {
        places.subscribe(&place, &nurse, &reach).await.unwrap();
        assert!(places.subscribed(&place, &nurse).await.unwrap());
    }
    places.unsubscribe(&place, &nurse).await.unwrap();
    assert!(!places.subscribed(&place, &nurse).await.unwrap());
}

/// The first bytes under a name stay; what may hold a script is not served.
pub async fn pictures_are_kept_and_only_pictures(mut world: World) {
    let sha1 = "da39a3ee5e6b4b0d3255bfef95601890afd80709";
    let media = &world.ports.media;
    assert_eq!(media.get(sha1).await.unwrap(), None);
    let refused = media
        .put(sha1, "image/svg+xml", Bytes::from_static(b"<svg/>"))
        .await
        .unwrap_err();
    assert_eq!(refused.reason, Reason::MediaRefused);
    media
        .put(sha1, "image/png", Bytes::from_static(b"first"))
        .await
        .unwrap();
    media
        .put(sha1, "image/png", Bytes::from_static(b"second"))
        .await
        .unwrap();
    world.reopen().await;
    let kept = world.ports.media.get(sha1).await.unwrap();
    assert_eq!(kept, Some(("image/png".to_owned(), Bytes::from_static(b"first"))));
}
