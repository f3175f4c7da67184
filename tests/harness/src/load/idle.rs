//! Cold start and idle memory.

use std::path::Path;
use std::time::{Duration, Instant};

use super::figures::{Goal, median};
use super::{Sizes, Table};
use crate::bridge::{Bridge, Setup};
use crate::prosody::Prosody;

/// How long it is left alone before its memory is read.
const ALONE: Duration = Duration::from_secs(3);

pub(super) async fn measure(program: &Path, prosody: &Prosody, sizes: Sizes, table: &mut Table) {
    let (mut starts, mut sizes_of) = (Vec::new(), Vec::new());
    for _ in 0..sizes.rounds {
        let started = Instant::now();
        let bridge = Bridge::start(program, Setup::on(prosody, "b10.localhost")).await;
        starts.push(started.elapsed().as_secs_f64() * 1000.0);
        tokio::time::sleep(ALONE).await;
        sizes_of.push(resident(bridge.pid()));
    }
    table.add(
        "cold start, empty database",
        median(starts),
        "ms",
        Some(Goal::AtMost(1000.0)),
    );
    table.add("idle memory", median(sizes_of), "MB", Some(Goal::AtMost(40.0)));
}

/// Megabytes in memory.
fn resident(pid: u32) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).expect("the system tells of its processes");
    let kilobytes = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let number = kilobytes
        .and_then(|text| text.split_whitespace().next())
        .and_then(|text| text.parse::<f64>().ok());
    number.expect("the size of a process that runs") / 1024.0
}
