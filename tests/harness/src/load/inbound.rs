//! Activities to the inbox: how many are accepted, how soon they are processed, how soon an XMPP subscriber sees them.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use url::Url;

use super::crowd::Crowd;
use super::figures::{Goal, median, percentile, rate};
use super::sender::{Answer, Sender, Signed};
use super::{Sizes, Table};
use crate::bridge::{Bridge, Setup};
use crate::client::RawClient;
use crate::process::eventually;
use crate::prosody::{HOST, PASSWORD, Prosody};
use crate::user::User;

const XHOST: &str = "b11.localhost";
/// Between two paced activities: 100 a second.
const PACE: Duration = Duration::from_millis(10);
/// How long what was accepted may take to be processed and seen.
const SEEN: Duration = Duration::from_secs(120);

/// What a round of the flood came to.
struct Round {
    rate: f64,
    p50: f64,
    p99: f64,
    /// Seconds from the last answer until everything was processed.
    processed: f64,
    /// And until the subscriber had seen everything.
    seen: f64,
}

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
    drop(juliet);
    // from now on she reads with a client that costs nothing
    let mut juliet = RawClient::connect("juliet", HOST, PASSWORD, prosody.c2s_port).await;
    let inbox = Url::parse(&format!("{}/inbox", bridge.url())).expect("a URL");
    paced(&crowd, &inbox, &mut juliet, sizes, table).await;
    let mut rounds = Vec::new();
    for round in 0..sizes.rounds {
        let requests = made(&crowd, &inbox, sizes, round);
        rounds.push(flood(requests, &bridge, &inbox, &mut juliet, sizes.at_once, round).await);
    }
    show(&rounds, table);
}

async fn paced(crowd: &Crowd, inbox: &Url, juliet: &mut RawClient, sizes: Sizes, table: &mut Table) {
    let mut sent: HashMap<String, Instant> = HashMap::new();
    let mut seen: Vec<Duration> = Vec::new();
    let mut next = tokio::time::interval(PACE);
    let sender = Sender::to(inbox);
    let requests = signed(sizes.paced, |number| {
        let text = format!("paced {number} end");
        crowd.sign(
            number % sizes.actors,
            inbox,
            &crowd.note(number % sizes.actors, number, &text),
        )
    });
    let mut requests = requests.into_iter().enumerate().peekable();
    while seen.len() < sizes.paced {
        tokio::select! {
            _ = next.tick(), if requests.peek().is_some() => {
                let Some((number, request)) = requests.next() else { continue };
                sent.insert(format!("paced {number} end"), Instant::now());
                let sender = sender.clone();
                tokio::spawn(async move { sender.send(&request).await });
            }
            text = juliet.wait_for("</message>") => {
                let Some(at) = text.find("paced ") else { continue };
                let words = text.split_at(at).1;
                let Some(end) = words.find(" end") else { continue };
                if let Some(began) = sent.remove(words.split_at(end + 4).0) {
                    seen.push(began.elapsed());
                }
            }
        }
    }
    let (p50, p99) = (percentile(&mut seen, 0.5), percentile(&mut seen, 0.99));
    table.add("POST to XMPP event at 100/s, p50", p50, "ms", Some(Goal::AtMost(20.0)));
    table.add("POST to XMPP event at 100/s, p99", p99, "ms", None);
}

fn made(crowd: &Crowd, inbox: &Url, sizes: Sizes, round: usize) -> Vec<Signed> {
    println!("  round {}: signing {} activities …", round + 1, sizes.inbound);
    signed(sizes.inbound, |number| {
        let (name, text) = (number % sizes.actors, format!("flood {round}-{number}"));
        crowd.sign(name, inbox, &crowd.note(name, (round + 1) * 1_000_000 + number, &text))
    })
}

async fn flood(
    requests: Vec<Signed>,
    bridge: &Bridge,
    inbox: &Url,
    juliet: &mut RawClient,
    at_once: usize,
    round: usize,
) -> Round {
    let (count, text) = (requests.len(), format!("flood {round}-"));
    let before = processed(bridge).await;
    let started = Instant::now();
    let sending = async {
        let times = sent(requests, inbox, at_once).await;
        let ended = Instant::now();
        #[allow(clippy::cast_precision_loss, reason = "counts are small")]
        let all = before + count as f64;
        eventually("all are processed", SEEN, async || {
            tokio::time::sleep(Duration::from_millis(200)).await;
            (processed(bridge).await >= all).then_some(())
        })
        .await;
        (times, ended, ended.elapsed())
    };
    let seeing = async {
        sees(juliet, &text, count).await;
        Instant::now()
    };
    let ((mut times, ended, processed), seen) = tokio::join!(sending, seeing);
    let round = Round {
        rate: rate(count, ended - started),
        p50: percentile(&mut times, 0.5),
        p99: percentile(&mut times, 0.99),
        processed: processed.as_secs_f64(),
        seen: seen.saturating_duration_since(ended).as_secs_f64(),
    };
    println!(
        "    {:.0}/s, p50 {:.1} ms, p99 {:.1} ms, processed after {:.1} s, seen after {:.1} s",
        round.rate, round.p50, round.p99, round.processed, round.seen
    );
    round
}

fn show(rounds: &[Round], table: &mut Table) {
    let of = |value: fn(&Round) -> f64| median(rounds.iter().map(value));
    table.add(
        "accepted at the inbox",
        of(|round| round.rate),
        "/s",
        Some(Goal::AtLeast(2000.0)),
    );
    table.add("accepted at the inbox, p50", of(|round| round.p50), "ms", None);
    table.add(
        "accepted at the inbox, p99",
        of(|round| round.p99),
        "ms",
        Some(Goal::AtMost(50.0)),
    );
    let goal = Some(Goal::AtMost(10.0));
    table.add(
        "all processed after the last was accepted",
        of(|round| round.processed),
        "s",
        goal,
    );
    table.add(
        "all seen on XMPP after the last was accepted",
        of(|round| round.seen),
        "s",
        None,
    );
}

/// Sends all, so many at once, and says how long each took.
async fn sent(requests: Vec<Signed>, inbox: &Url, at_once: usize) -> Vec<Duration> {
    let (sender, requests) = (Sender::to(inbox), Arc::new(requests));
    let next = Arc::new(AtomicUsize::new(0));
    let one_after_another = |_| {
        let (sender, requests, next) = (sender.clone(), Arc::clone(&requests), Arc::clone(&next));
        tokio::spawn(async move {
            let mut times = Vec::new();
            while let Some(request) = requests.get(next.fetch_add(1, Ordering::Relaxed)) {
                let Answer { status, took, .. } = sender.send(request).await;
                assert_eq!(status, 202, "all are accepted");
                times.push(took);
            }
            times
        })
    };
    let done = join_all((0..at_once).map(one_after_another)).await;
    done.into_iter()
        .flat_map(|times| times.expect("it was accepted"))
        .collect()
}

/// Makes so many requests on all cores: signing takes longer than anything else.
fn signed(count: usize, make: impl Fn(usize) -> Signed + Sync) -> Vec<Signed> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let share = count.div_ceil(cores);
    let make = &make;
    std::thread::scope(|scope| {
        let parts: Vec<_> = (0..cores)
            .map(|core| (core * share).min(count)..((core + 1) * share).min(count))
            .map(|numbers| scope.spawn(move || numbers.map(make).collect::<Vec<_>>()))
            .collect();
        parts
            .into_iter()
            .flat_map(|part| part.join().expect("it can be signed"))
            .collect()
    })
}

/// Waits until `count` events with `text` have come.
async fn sees(reader: &mut RawClient, text: &str, count: usize) {
    let mut seen = 0;
    while seen < count {
        let stanza = reader.wait_for("</message>").await;
        seen += usize::from(stanza.contains(text));
    }
}

/// Posts processed so far, by the bridge's own count.
async fn processed(bridge: &Bridge) -> f64 {
    let metrics = bridge.metrics().await;
    let posts = metrics.lines().filter(|line| {
        line.starts_with("causeway_events_total")
            && line.contains("from=\"activitypub\"")
            && line.contains("kind=\"post\"")
    });
    posts
        .filter_map(|line| line.rsplit(' ').next()?.parse::<f64>().ok())
        .sum()
}
