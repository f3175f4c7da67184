//! One local post to many inboxes of one host.

use std::path::Path;
use std::time::{Duration, Instant};

use futures_util::{StreamExt as _, stream};
use url::Url;

use super::crowd::Crowd;
use super::figures::rate;
use super::{Sizes, Table};
use crate::bridge::{Bridge, Setup};
use crate::process::eventually;
use crate::prosody::Prosody;
use crate::user::User;

const XHOST: &str = "b12.localhost";

pub(super) async fn measure(program: &Path, prosody: &Prosody, sizes: Sizes, table: &mut Table) {
    let mut setup = Setup::on(prosody, XHOST);
    "warn".clone_into(&mut setup.log);
    let bridge = Bridge::start(program, setup).await;
    let crowd = Crowd::start().await;
    let mut nurse = User::login(prosody, "nurse").await;
    nurse.has_blog("open").await;
    nurse.starts(XHOST).await;
    let actor = bridge.actor(&format!("nurse.localhost@{}", bridge.web_host())).await;
    println!("  {} followers …", sizes.inboxes);
    let inbox = Url::parse(&format!("{actor}/inbox")).expect("a URL");
    stream::iter(0..sizes.inboxes)
        .for_each_concurrent(16, async |name| {
            let status = crowd
                .send(crowd.sign(name, &inbox, &crowd.follow(name, &actor)))
                .await
                .0;
            assert_eq!(status.as_u16(), 202);
        })
        .await;
    let count = format!("followed by {}:", sizes.inboxes);
    loop {
        let said = nurse.says(XHOST, "followers").await;
        if said.contains(&count) {
            break;
        }
    }
    let before = crowd.taken();
    let started = Instant::now();
    nurse.posts("to-everybody", "To everybody").await;
    eventually("everybody has it", Duration::from_secs(120), async || {
        (crowd.taken() - before >= sizes.inboxes).then_some(())
    })
    .await;
    let took = crowd.last().expect("one came last") - started;
    table.add(
        "fan-out to inboxes of one host",
        rate(sizes.inboxes, took),
        "/s",
        Some((">=", 1500.0)),
    );
}
