//! What is looked after by and by.

use std::sync::Arc;
use std::time::Duration;

use causeway::upkeep::Upkeep;
use causeway_core::adapter::{Adapter, Adapters};
use causeway_core::ports::{Accounts, Watches};
use causeway_core::refusal::{Reason, Refusal};

use super::world::World;

fn upkeep(world: &World) -> Upkeep {
    let all: Vec<Arc<dyn Adapter>> = vec![world.fa.clone(), world.fb.clone()];
    Upkeep {
        adapters: Arc::new(Adapters::new(all)),
        context: world.context.clone(),
        accounts: Arc::new(world.store.clone()),
        retention: Arc::new(world.store.clone()),
        keep: Duration::from_secs(30 * 24 * 3600),
    }
}

#[tokio::test]
async fn accounts_and_watches_that_a_crash_parted_are_brought_together() {
    let world = World::new().await;
    let upkeep = upkeep(&world);
    let (juliet, romeo) = (world.fa.actor("juliet@capulet"), world.fa.actor("romeo@capulet"));
    world.start("romeo@capulet").await;
    let watched = async |actor| world.store.watch(&world.fa.posts_of(actor)).await.unwrap().is_some();
    assert!(!watched(&juliet).await, "agreed, and the process ended there");
    assert_eq!(upkeep.reconcile().await, 0);
    assert!(watched(&juliet).await && watched(&romeo).await);
    let until = Some(world.context.clock.now().plus(Duration::from_secs(60)));
    let thread = world.fa.posts_of(&world.fa.actor("thread@capulet"));
    world.store.want(&thread, &romeo, until).await.unwrap();

    world.store.close(&romeo, "chat").await.unwrap();
    assert_eq!(upkeep.reconcile().await, 0);
    assert!(watched(&juliet).await);
    assert!(!watched(&romeo).await, "withdrew, and the process ended there");
    assert!(
        world.store.watch(&thread).await.unwrap().is_some(),
        "a thread's ends by itself"
    );
}

#[tokio::test]
async fn the_last_receipt_says_what_became_of_every_deletion() {
    let world = World::new().await;
    for id in ["bob@far", "ann@dead"] {
        world.follower(id).await;
    }
    world.delivers().await;
    world
        .juliet_posts(world.fa.post("capulet/p1", "juliet@capulet", "hello"))
        .await;
    world.delivers().await;
    world
        .fb
        .refuse("dead", Some(Refusal::retry(Reason::HostUnreachable, "down")));
    let upkeep = upkeep(&world);
    world
        .store
        .close(&world.fa.actor("juliet@capulet"), "chat")
        .await
        .unwrap();
    world.delivers().await;
    upkeep.forget().await;
    assert_eq!(world.fa.told(), [], "one host is still to be told");
    for _ in 0..30 {
        world.later(8 * 3600);
        world.delivers().await;
    }
    upkeep.forget().await;
    upkeep.forget().await;
    let told = world.fa.told();
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(
        told[0].0 == "juliet@capulet" && told[0].1.contains("but one"),
        "{told:?}"
    );
}
