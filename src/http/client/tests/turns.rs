//! How many requests run at a time: row 49, nobody makes us an attacker of a third host.

use std::sync::Arc;
use std::time::Duration;

use causeway_core::refusal::{Disposition, Reason};
use futures_util::future::join_all;
use tokio::io::AsyncWriteExt;
use tokio::sync::Semaphore;

use super::server::{Server, answer};
use super::{client, fetched, open};

/// Answers when the test lets it.
async fn waiting(answers: &Arc<Semaphore>) -> Server {
    let answers = answers.clone();
    Server::on("127.0.0.1:0", move |_, mut stream| {
        let answers = answers.clone();
        async move {
            answers.acquire().await.unwrap().forget();
            let _ = stream.write_all(&answer("200 OK", &[], b"")).await;
        }
    })
    .await
}

async fn until(what: &str, condition: impl Fn() -> bool) {
    let wait = async {
        while !condition() {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(5), wait).await.expect(what);
}

#[tokio::test]
async fn row_49_only_so_many_requests_go_to_one_host() {
    let answers = Arc::new(Semaphore::new(0));
    let busy = waiting(&answers).await;
    let idle = Server::always(answer("200 OK", &[], b"")).await;
    let mut switches = open();
    switches.per_host = 2;
    switches.in_all = 3;
    let client = Arc::new(client(switches));

    let asked = (0..6).map(|_| {
        tokio::spawn({
            let (client, url) = (client.clone(), busy.url("/"));
            async move { fetched(&client, url).await.is_ok() }
        })
    });
    let asked: Vec<_> = asked.collect();
    until("two arrive", || busy.seen().len() == 2).await;
    // four wait for this host, and hold up nobody else
    assert!(fetched(&client, idle.url("/")).await.is_ok());
    assert_eq!(busy.seen().len(), 2);

    answers.add_permits(1);
    until("one more arrives", || busy.seen().len() == 3).await;
    answers.add_permits(5);
    assert!(join_all(asked).await.into_iter().all(|ok| ok.unwrap()));
    assert_eq!(busy.seen().len(), 6);
    assert_eq!(client.turns.remembered(), 0, "no request, no memory of a host");
}

#[tokio::test]
async fn row_49_only_so_many_requests_go_out_in_all() {
    let answers = Arc::new(Semaphore::new(0));
    let servers = [
        waiting(&answers).await,
        waiting(&answers).await,
        waiting(&answers).await,
    ];
    let mut switches = open();
    switches.in_all = 2;
    let client = Arc::new(client(switches));
    let asked: Vec<_> = servers
        .iter()
        .map(|server| {
            let (client, url) = (client.clone(), server.url("/"));
            tokio::spawn(async move { fetched(&client, url).await.is_ok() })
        })
        .collect();
    let arrived = || servers.iter().map(|server| server.seen().len()).sum::<usize>();
    until("two arrive", || arrived() == 2).await;
    answers.add_permits(1);
    until("the third arrives", || arrived() == 3).await;
    answers.add_permits(2);
    assert!(join_all(asked).await.into_iter().all(|ok| ok.unwrap()));
}

#[tokio::test]
async fn row_49_who_waits_too_long_for_a_turn_comes_again_and_the_host_is_not_blamed() {
    let answers = Arc::new(Semaphore::new(0));
    let server = waiting(&answers).await;
    let mut switches = open();
    switches.per_host = 1;
    switches.total_timeout = Duration::from_millis(400);
    let client = client(switches);
    let (first, second) = tokio::join!(fetched(&client, server.url("/")), async {
        until("the first arrives", || server.seen().len() == 1).await;
        tokio::time::timeout(Duration::from_millis(200), fetched(&client, server.url("/"))).await
    });
    assert_eq!(first.unwrap_err().reason, Reason::HostUnreachable);
    assert!(second.is_err(), "given up while it waited");
    assert_eq!(client.turns.remembered(), 0, "a request given up is forgotten");

    let held = client.turns.take(&server.url("/"), deadline(5000)).await.unwrap();
    let refusal = fetched(&client, server.url("/")).await.unwrap_err();
    drop(held);
    assert_eq!(refusal.reason, Reason::RateLimited);
    assert_eq!(refusal.disposition, Disposition::Retry(Some(Duration::from_secs(10))));
    assert_eq!(server.seen().len(), 1);
    assert_eq!(client.turns.remembered(), 0);
}

fn deadline(milliseconds: u64) -> tokio::time::Instant {
    tokio::time::Instant::now() + Duration::from_millis(milliseconds)
}
