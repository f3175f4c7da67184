//! How many documents one core converts in a second: `cargo bench --bench convert`. Prints the figures; with
//! `CONVERT_JSON` set, writes them to that file in the form that `cargo xtask bench` collects.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a measurement that goes wrong is to end loudly"
)]

use std::time::{Duration, Instant};

use bytes::Bytes;
use causeway::app::adapters_for_files;
use causeway::convert::Converter;
use causeway_core::id::Network;
use causeway_core::time::Timestamp;
use serde_json::{Value, json};

/// How long each round of a pair takes.
const TIME: Duration = Duration::from_millis(500);
/// Rounds of each pair; the median counts.
const ROUNDS: usize = 5;
/// What a pair is to reach, in documents a second.
const GOAL: f64 = 20_000.0;

const NOTE: &str = include_str!("../tests/fixtures/post/mastodon_note.activitypub.json");
const ENTRY: &str = include_str!("../tests/fixtures/post/bare_entry.xmpp.xml");

fn main() {
    let adapters = adapters_for_files("bridge.example", "example.org").expect("names that are names");
    let converter = Converter::new(&adapters, Timestamp::from_millis(1_795_413_600_000));
    let pairs = [
        ("convert ActivityPub to XMPP", "activitypub", "xmpp", NOTE),
        ("convert XMPP to ActivityPub", "xmpp", "activitypub", ENTRY),
    ];
    let figures: Vec<Value> = pairs
        .into_iter()
        .map(|(name, from, to, document)| {
            let body = Bytes::from_static(document.as_bytes());
            let mut rates: Vec<f64> = (0..ROUNDS).map(|_| rate(&converter, from, to, &body)).collect();
            rates.sort_unstable_by(f64::total_cmp);
            let rate = rates[ROUNDS / 2];
            println!("{name}: {rate:.0} documents/s on one core (target >= {GOAL})");
            json!({ "name": name, "value": rate, "unit": "/s per core", "goal": { "at-least": GOAL } })
        })
        .collect();
    if let Some(path) = std::env::var_os("CONVERT_JSON") {
        std::fs::write(&path, json!({ "figures": figures }).to_string()).expect("the file can be written");
    }
}

fn rate(converter: &Converter<'_>, from: &str, to: &str, body: &Bytes) -> f64 {
    let started = Instant::now();
    let mut done = 0_u32;
    while started.elapsed() < TIME {
        for _ in 0..100 {
            convert(converter, from, to, body.clone());
            done += 1;
        }
    }
    f64::from(done) / started.elapsed().as_secs_f64()
}

fn convert(converter: &Converter<'_>, from: &str, to: &str, body: Bytes) {
    let read = converter.read(&Network::named(from), body).expect("it can be read");
    for crossed in read {
        let written = converter.write(&Network::named(to), crossed);
        std::hint::black_box(written).expect("it can be written");
    }
}
