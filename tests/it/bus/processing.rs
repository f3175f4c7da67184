//! The second stage at work: past what panics, and beside a bridge that runs.

use std::sync::Arc;

use causeway::process;
use causeway::services::AtOnce;
use causeway_core::adapter::Shutdown;
use causeway_core::model::Payload;
use causeway_core::ports::{Ingest, Reads};
use causeway_core::refusal::{Disposition, Reason};

use super::world::World;

#[tokio::test]
async fn an_event_that_makes_us_panic_is_parked_and_what_follows_flows_on() {
    let world = World::new().await;
    let post = |id: &str, text: &str| {
        let post = world.fa.post(id, "juliet@capulet", text);
        world.of_fa("juliet@capulet", Payload::Post(Box::new(post)))
    };
    let (switch, shutdown) = Shutdown::new();
    let working = tokio::spawn(process::run(Arc::clone(&world.bus), shutdown));
    let refusal = world.bus.processed(post("capulet/p1", "panic")).await.unwrap_err();
    assert_eq!(
        (refusal.reason, refusal.disposition),
        (Reason::Internal, Disposition::Quarantine)
    );
    let crossing = world.bus.processed(post("capulet/p2", "fine")).await.unwrap();
    assert_eq!(crossing.refused, []);
    assert_eq!(world.bus.pending(9).await.unwrap().len(), 0, "parked, not pending");
    switch.send_replace(true);
    working.await.unwrap();
}

#[tokio::test]
async fn a_tool_beside_a_running_bridge_touches_nothing_that_waits() {
    let world = World::new().await;
    let waiting = world.fa.post("capulet/p1", "juliet@capulet", "the running bridge's");
    world
        .bus
        .ingest(world.of_fa("juliet@capulet", Payload::Post(Box::new(waiting))))
        .await
        .unwrap();
    let bob = world.fb.profile("bob@far");
    let tool = AtOnce(Arc::clone(&world.bus));
    let wire = world.of_fb("bob@far", Payload::Profile(Box::new(bob.clone())));
    let crossing = tool.processed(wire).await.unwrap();
    assert_eq!((crossing.activities.len(), crossing.refused.len()), (1, 0));
    let view = world
        .store
        .actor(&bob.actor, &world.fa.actor("x").network().clone())
        .await;
    assert!(view.unwrap().is_some(), "what was asked for is known");
    assert_eq!(world.bus.pending(9).await.unwrap().len(), 1);
}
