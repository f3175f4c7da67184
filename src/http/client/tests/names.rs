//! From names to connections: row 42, DNS rebinding.

use causeway_core::refusal::Reason;

use super::super::GuardedClient;
use super::super::resolver::{Lookup, NameError, SystemDns};
use super::server::{Server, answer};
use super::{Names, assert_rejected, assert_unreachable, closed, fetched, named, open, url};

async fn saying(at: String, body: &'static [u8]) -> Server {
    Server::on(&at, move |_, mut stream| async move {
        use tokio::io::AsyncWriteExt;
        let _ = stream.write_all(&answer("200 OK", &[], body)).await;
    })
    .await
}

#[tokio::test]
async fn ssrf_block_row_42_the_address_checked_is_the_address_connected_to() {
    let first = saying("127.0.0.1:0".to_owned(), b"first").await;
    let second = saying(format!("127.0.0.2:{}", first.port()), b"second").await;
    let names = Names::new(|_, before| {
        let address = if before == 0 { "127.0.0.1" } else { "127.0.0.2" };
        Ok(vec![address.parse().unwrap()])
    });
    let client = named(open(), &names);
    let there = url(&format!("http://rebind.example:{}/", first.port()));
    let answer = fetched(&client, there).await.unwrap();
    assert_eq!(&answer.body[..], b"first");
    assert_eq!((first.seen().len(), second.seen().len()), (1, 0));
    assert_eq!(names.asked(), 1, "one lookup for one connection");
    assert!(first.seen()[0].contains("host: rebind.example"));
}

#[tokio::test]
async fn ssrf_block_row_42_a_second_answer_that_is_closed_is_not_connected_to() {
    let server = saying("127.0.0.1:0".to_owned(), b"hello").await;
    let names = Names::new(|_, before| {
        let address = if before == 0 { "127.0.0.1" } else { "169.254.169.254" };
        Ok(vec![address.parse().unwrap()])
    });
    let client = named(open(), &names);
    let there = url(&format!("http://rebind.example:{}/", server.port()));
    assert!(fetched(&client, there.clone()).await.is_ok());
    assert_rejected(fetched(&client, there).await, Reason::AddressRefused);
}

#[tokio::test]
async fn ssrf_block_row_41_closed_addresses_are_dropped_from_an_answer() {
    let server = saying("127.0.0.1:0".to_owned(), b"hello").await;
    let names = Names::always(&["10.0.0.1", "169.254.169.254", "fe80::1", "127.0.0.1"]);
    let there = url(&format!("http://mixed.example:{}/", server.port()));
    assert!(fetched(&named(open(), &names), there).await.is_ok());
}

#[tokio::test]
async fn ssrf_block_row_41_a_name_with_closed_addresses_only_is_refused() {
    for addresses in [
        &["127.0.0.1", "::1"][..],
        &["10.0.0.1"],
        &["::ffff:10.0.0.1"],
        &["64:ff9b::a00:1"],
    ] {
        let names = Names::always(addresses);
        let answer = fetched(&named(closed(), &names), url("https://inside.example/")).await;
        assert_rejected(answer, Reason::AddressRefused);
        assert_eq!(names.asked(), 1);
    }
}

#[tokio::test]
async fn a_name_without_addresses_may_work_later() {
    let names = Names::new(|name, _| match name {
        "empty.example" => Ok(Vec::new()),
        _ => Err(NameError::Failed("SERVFAIL".to_owned())),
    });
    let client = named(closed(), &names);
    assert_unreachable(fetched(&client, url("https://empty.example/")).await);
    let refusal = fetched(&client, url("https://broken.example/")).await.unwrap_err();
    assert!(refusal.is_transient());
    assert_eq!(
        refusal.detail,
        "broken.example cannot be connected to: the name cannot be looked up: SERVFAIL"
    );
}

#[tokio::test]
async fn a_name_is_asked_in_its_one_spelling() {
    let names = Names::new(|name, _| {
        assert_eq!(name, "xn--bcher-kva.example");
        Ok(Vec::new())
    });
    assert_unreachable(fetched(&named(closed(), &names), url("https://BÜCHER.example./")).await);
    assert_eq!(names.asked(), 1);
}

#[tokio::test]
async fn localhost_is_loopback_and_no_name_server_is_asked() {
    let server = saying("127.0.0.1:0".to_owned(), b"hello").await;
    let names = Names::none();
    let client = named(open(), &names);
    for host in ["localhost", "alice.localhost"] {
        let there = url(&format!("http://{host}:{}/", server.port()));
        assert!(fetched(&client, there).await.is_ok(), "{host}");
    }
    assert_eq!(names.asked(), 0);
}

#[tokio::test]
async fn a_closed_port_may_be_open_later() {
    let server = saying("127.0.0.1:0".to_owned(), b"hello").await;
    // the port is the server's, the address is nobody's
    let there = url(&format!("http://127.0.0.9:{}/", server.port()));
    assert_unreachable(fetched(&named(open(), &Names::none()), there).await);
}

#[tokio::test]
async fn the_systems_names_are_at_hand() {
    let found = SystemDns::new().unwrap().lookup("localhost".to_owned()).await.unwrap();
    assert!(
        !found.is_empty() && found.iter().all(std::net::IpAddr::is_loopback),
        "{found:?}"
    );
}

#[test]
fn a_client_can_be_made_before_there_is_a_runtime() {
    assert!(GuardedClient::new(closed()).is_ok());
}
