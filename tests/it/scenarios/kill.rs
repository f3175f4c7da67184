//! SIGKILL in the middle of deliveries: every post arrives, each once.

use std::collections::BTreeMap;
use std::time::Duration;

use causeway_harness::process::eventually;

use super::stage::Stage;

/// How often the bridge is killed.
const KILLS: u64 = 20;

#[tokio::test]
async fn the_bridge_is_killed_twenty_times_and_each_post_arrives_exactly_once() {
    let mut stage = Stage::new().await;
    let mut juliet = stage.juliet().await;
    stage.followed("juliet", "alice").await;
    for round in 0..KILLS {
        juliet
            .posts(&format!("killed-post-{round:02}"), &format!("Round {round:02}"))
            .await;
        // a moment that differs from round to round, from before the event arrives to after the delivery
        tokio::time::sleep(Duration::from_millis(round * 7 % 60)).await;
        stage.bridge.kill();
        stage.bridge.launch().await;
    }
    let created = eventually("all posts at the peer", Duration::from_secs(60), || async {
        let mut created: BTreeMap<String, usize> = BTreeMap::new();
        for received in stage
            .peer
            .log()
            .await
            .into_iter()
            .filter(|received| received.kind == "Create")
        {
            *created
                .entry(received.raw["object"]["id"].as_str().unwrap_or_default().to_owned())
                .or_default() += 1;
        }
        (created.len() >= usize::try_from(KILLS).unwrap()).then_some(created)
    })
    .await;
    assert_eq!(created.len(), usize::try_from(KILLS).unwrap());
    assert!(created.values().all(|times| *times == 1), "{created:?}");
}
