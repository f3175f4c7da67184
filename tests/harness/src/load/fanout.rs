//! One local post to many inboxes of one host.

use std::path::Path;
use std::time::{Duration, Instant};

use futures_util::{StreamExt as _, stream};
use url::Url;

use super::crowd::Crowd;
use super::figures::{Goal, median, rate};
use super::sender::Sender;
use super::{Sizes, Table};
use crate::bridge::{Bridge, Setup};
use crate::process::eventually;
use crate::prosody::Prosody;
use crate::user::User;

const XHOST: &str = "b12.localhost";
/// How long following, and one post to everybody, may take.
const LIMIT: Duration = Duration::from_secs(120);
/// Follows under way at once.
const AT_ONCE: usize = 16;

pub(super) async fn measure(program: &Path, prosody: &Prosody, sizes: Sizes, table: &mut Table) {
    let mut setup = Setup::on(prosody, XHOST);
    "warn".clone_into(&mut setup.log);
    let bridge = Bridge::start(program, setup).await;
    let crowd = Crowd::start().await;
    let mut nurse = User::login(prosody, "nurse").await;
    nurse.has_blog("open").await;
    nurse.starts(XHOST).await;
    let took = follow(&crowd, &bridge, &mut nurse, sizes).await;
    let first = rate(sizes.inboxes, took);
    table.add("followers from a host met for the first time", first, "/s", None);
    let mut rates = Vec::new();
    for round in 0..sizes.rounds {
        rates.push(post(&crowd, &mut nurse, sizes, round).await);
    }
    let goal = Some(Goal::AtLeast(1500.0));
    table.add("fan-out to inboxes of one host", median(rates), "/s", goal);
}

async fn follow(crowd: &Crowd, bridge: &Bridge, nurse: &mut User, sizes: Sizes) -> Duration {
    println!("  {} followers …", sizes.inboxes);
    let actor = bridge.actor(&format!("nurse.localhost@{}", bridge.web_host())).await;
    let inbox = Url::parse(&format!("{actor}/inbox")).expect("a URL");
    let sender = Sender::to(&inbox);
    let started = Instant::now();
    stream::iter(0..sizes.inboxes)
        .for_each_concurrent(AT_ONCE, async |name| {
            let request = crowd.sign(name, &inbox, &crowd.follow(name, &actor));
            sender.accepted(&request, LIMIT).await;
        })
        .await;
    let count = format!("followed by {}:", sizes.inboxes);
    loop {
        let said = nurse.says(XHOST, "followers").await;
        if said.contains(&count) {
            return started.elapsed();
        }
        assert!(
            started.elapsed() < LIMIT,
            "not {} followers after {LIMIT:?}: {said}",
            sizes.inboxes
        );
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// Posts once and returns how many inboxes a second had it.
async fn post(crowd: &Crowd, nurse: &mut User, sizes: Sizes, round: usize) -> f64 {
    let before = crowd.taken();
    let started = Instant::now();
    nurse.posts(&format!("to-everybody-{round}"), "To everybody").await;
    eventually("everybody has it", LIMIT, async || {
        (crowd.taken() - before >= sizes.inboxes).then_some(())
    })
    .await;
    let rate = rate(sizes.inboxes, crowd.last().expect("one came last") - started);
    println!("    round {}: {rate:.0}/s", round + 1);
    rate
}
