//! How many documents one core converts in a second: `cargo bench --bench convert`.

use std::time::{Duration, Instant};

use bytes::Bytes;
use causeway::app::adapters_for_files;
use causeway::convert::Converter;
use causeway_core::id::Network;
use causeway_core::time::Timestamp;

/// How long each pair is measured.
const TIME: Duration = Duration::from_secs(2);

const NOTE: &str = include_str!("../tests/fixtures/post/mastodon_note.activitypub.json");
const ENTRY: &str = include_str!("../tests/fixtures/post/bare_entry.xmpp.xml");

fn main() {
    let adapters = adapters_for_files("bridge.example", "example.org").unwrap_or_default();
    let converter = Converter::new(&adapters, Timestamp::from_millis(1_795_413_600_000));
    for (from, to, document) in [("activitypub", "xmpp", NOTE), ("xmpp", "activitypub", ENTRY)] {
        let body = Bytes::from_static(document.as_bytes());
        let started = Instant::now();
        let mut done = 0_u32;
        while started.elapsed() < TIME {
            for _ in 0..100 {
                convert(&converter, from, to, body.clone());
                done += 1;
            }
        }
        let rate = f64::from(done) / started.elapsed().as_secs_f64();
        println!("convert {from} to {to}: {rate:.0} documents/s per core (goal >= 20000)");
    }
}

fn convert(converter: &Converter<'_>, from: &str, to: &str, body: Bytes) {
    let read = converter.read(&Network::named(from), body);
    for crossed in read.into_iter().flatten() {
        let written = converter.write(&Network::named(to), crossed);
        if let Err(refusal) = std::hint::black_box(written) {
            println!("{refusal}");
        }
    }
}
