//! Cold start and idle memory.

use std::path::Path;
use std::time::{Duration, Instant};

use super::Table;
use crate::bridge::{Bridge, Setup};
use crate::prosody::Prosody;

/// How long it is left alone before its memory is read.
const ALONE: Duration = Duration::from_secs(3);

pub(super) async fn measure(program: &Path, prosody: &Prosody, table: &mut Table) {
    let mut starts = Vec::new();
    for round in 0..5 {
        let started = Instant::now();
        let bridge = Bridge::start(program, Setup::on(prosody, "b10.localhost")).await;
        starts.push(started.elapsed());
        if round == 4 {
            tokio::time::sleep(ALONE).await;
            table.add("idle memory", resident(bridge.pid()), "MB", Some(("<=", 40.0)));
        }
    }
    table.add(
        "cold start, empty database",
        super::figures::percentile(&mut starts, 0.5),
        "ms",
        Some(("<=", 1000.0)),
    );
}

/// Megabytes in memory.
fn resident(pid: u32) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let kilobytes = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let number = kilobytes
        .and_then(|text| text.split_whitespace().next())
        .and_then(|text| text.parse::<f64>().ok());
    number.unwrap_or_default() / 1024.0
}
