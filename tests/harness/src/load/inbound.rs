//! Activities to the inbox: how many are accepted, how soon they are processed, how soon an XMPP subscriber sees them.

use std::collections::HashMap;
use std::path::Path;
use std::time::{Duration, Instant};

use futures_util::{StreamExt as _, stream};
use url::Url;

use super::crowd::Crowd;
use super::figures::{percentile, rate};
use super::{Sizes, Table};
use crate::bridge::{Bridge, Setup};
use crate::process::eventually;
use crate::prosody::Prosody;
use crate::user::User;

const XHOST: &str = "b11.localhost";
/// Between two paced activities: 100 a second.
const PACE: Duration = Duration::from_millis(10);

pub(super) async fn measure(program: &Path, prosody: &Prosody, sizes: Sizes, table: &mut Table) {
    let mut setup = Setup::on(prosody, XHOST);
    "warn".clone_into(&mut setup.log);
    let bridge = Bridge::start(program, setup).await;
    let crowd = Crowd::start().await;
    let mut juliet = User::login(prosody, "juliet").await;
    juliet.has_blog("open").await;
    juliet.starts(XHOST).await;
    println!("  following {} actors …", sizes.actors);
    for name in 0..sizes.actors {
        let said = juliet.says(XHOST, &format!("follow {}", crowd.actor(name))).await;
        assert!(said.contains("follow") || said.contains("Asked"), "{said}");
    }
    let inbox = Url::parse(&format!("{}/inbox", bridge.url())).expect("a URL");
    paced(&crowd, &inbox, &mut juliet, sizes, table).await;
    flood(&crowd, &bridge, &inbox, sizes, table).await;
}

async fn paced(crowd: &Crowd, inbox: &Url, juliet: &mut User, sizes: Sizes, table: &mut Table) {
    let mut sent: HashMap<String, Instant> = HashMap::new();
    let mut seen: Vec<Duration> = Vec::new();
    let mut next = tokio::time::interval(PACE);
    let mut number = 0;
    while seen.len() < sizes.paced {
        tokio::select! {
            _ = next.tick(), if number < sizes.paced => {
                let name = number % sizes.actors;
                let text = format!("paced {number} end");
                let signed = crowd.sign(name, inbox, &crowd.note(name, number, &text));
                sent.insert(text, Instant::now());
                let crowd = crowd.clone();
                tokio::spawn(async move { crowd.send(signed).await });
                number += 1;
            }
            stanza = juliet.client().wait_for("an event", Duration::from_secs(30), |stanza| stanza.name() == "message") => {
                let text = String::from(&stanza);
                let Some(at) = text.find("paced ") else { continue };
                let words = text.split_at(at).1;
                let Some(end) = words.find(" end") else { continue };
                if let Some(began) = sent.remove(words.split_at(end + 4).0) {
                    seen.push(began.elapsed());
                }
            }
        }
    }
    table.add(
        "POST to XMPP event at 100/s, p50",
        percentile(&mut seen, 0.5),
        "ms",
        Some(("<=", 20.0)),
    );
    table.add(
        "POST to XMPP event at 100/s, p99",
        percentile(&mut seen, 0.99),
        "ms",
        None,
    );
}

async fn flood(crowd: &Crowd, bridge: &Bridge, inbox: &Url, sizes: Sizes, table: &mut Table) {
    println!("  signing {} activities …", sizes.inbound);
    let requests: Vec<_> = (0..sizes.inbound)
        .map(|number| {
            let name = number % sizes.actors;
            crowd.sign(
                name,
                inbox,
                &crowd.note(name, 100_000 + number, &format!("flood {number}")),
            )
        })
        .collect();
    let before = processed(bridge).await;
    let started = Instant::now();
    let answers: Vec<_> = stream::iter(requests)
        .map(|request| crowd.send(request))
        .buffer_unordered(sizes.at_once)
        .collect()
        .await;
    let took = started.elapsed();
    assert!(
        answers.iter().all(|(status, _)| status.as_u16() == 202),
        "all are accepted"
    );
    let mut times: Vec<Duration> = answers.into_iter().map(|(_, time)| time).collect();
    table.add(
        "accepted at the inbox",
        rate(sizes.inbound, took),
        "/s",
        Some((">=", 2000.0)),
    );
    table.add("accepted at the inbox, p50", percentile(&mut times, 0.5), "ms", None);
    table.add(
        "accepted at the inbox, p99",
        percentile(&mut times, 0.99),
        "ms",
        Some(("<=", 50.0)),
    );
    let ended = Instant::now();
    eventually("all are processed", Duration::from_secs(300), async || {
        #[allow(clippy::cast_precision_loss, reason = "counts are small")]
        let all = processed(bridge).await - before >= sizes.inbound as f64;
        all.then_some(())
    })
    .await;
    table.add(
        "processed after the last was accepted",
        ended.elapsed().as_secs_f64(),
        "s",
        Some(("<=", 10.0)),
    );
}

/// Posts processed so far, by the bridge's own count.
async fn processed(bridge: &Bridge) -> f64 {
    let metrics = bridge.metrics().await;
    let line = metrics.lines().find(|line| {
        line.starts_with("causeway_events_total") && line.contains("activitypub") && line.contains("\"post\"")
    });
    line.and_then(|line| line.rsplit(' ').next())
        .and_then(|count| count.parse().ok())
        .unwrap_or_default()
}
