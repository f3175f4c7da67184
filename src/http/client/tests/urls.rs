//! Which URLs are asked for: rows 13, 45, 46 and 50.

use causeway_core::refusal::Reason;

use super::super::gate::Gate;
use super::server::{Server, answer};
use super::{assert_rejected, client, closed, fetched, open, url};

const CLOSED: Gate = Gate {
    allow_http: false,
    allow_loopback: false,
};

fn reason(gate: Gate, text: &str) -> Option<Reason> {
    gate.check(url(text)).err().map(|refusal| refusal.reason)
}

#[track_caller]
fn assert_refused(text: &str) {
    assert_eq!(reason(CLOSED, text), Some(Reason::AddressRefused), "{text}");
}

fn passed(text: &str) -> String {
    CLOSED.check(url(text)).unwrap().into()
}

#[test]
fn ssrf_url_row_45_only_https_is_asked_for() {
    for text in [
        "http://example.org/",
        "ftp://example.org/",
        "file:///etc/passwd",
        "data:text/plain,hello",
        "gopher://example.org/",
        "javascript:alert(1)",
        "acct:alice@example.org",
        "xmpp:alice@example.org",
        "blob:https://example.org/1",
        "wss://example.org/",
    ] {
        assert_refused(text);
    }
}

#[test]
fn ssrf_url_row_50_ports_and_user_names_are_refused() {
    for text in [
        "https://example.org:22/",
        "https://example.org:80/",
        "https://example.org:8443/",
        "https://alice@example.org/",
        "https://:secret@example.org/",
        "https://example.org@10.0.0.1/",
    ] {
        assert_refused(text);
    }
    let http = Gate {
        allow_http: true,
        ..CLOSED
    };
    assert_eq!(reason(http, "http://example.org/"), None);
    assert_eq!(reason(http, "http://example.org:80/"), None);
    assert_eq!(reason(http, "http://example.org:443/"), Some(Reason::AddressRefused));
    assert_eq!(reason(http, "https://example.org:80/"), Some(Reason::AddressRefused));
}

#[test]
fn ssrf_url_row_50_names_that_are_not_public_are_refused() {
    for host in [
        "localhost",
        "LOCALHOST.",
        "a.localhost",
        "printer.local",
        "metadata.google.internal",
        "abcdefghijklmnop.onion",
        "router.home.arpa",
        "x.test",
        "x.invalid",
        "x.alt",
        "intranet",
        "com.",
        "a..example.org",
        ".example.org",
        "example.org..",
    ] {
        assert_refused(&format!("https://{host}/"));
    }
    let long = "a.".repeat(130);
    assert_refused(&format!("https://{long}example.org/"));
    let label = "a".repeat(64);
    assert_refused(&format!("https://{label}.example.org/"));
    for host in ["notlocalhost.org", "local.example.org", "onion.pet", "mytest.example"] {
        assert_eq!(reason(CLOSED, &format!("https://{host}/")), None, "{host}");
    }
}

#[test]
fn ssrf_url_rows_40_46_odd_spellings_of_addresses_are_read_as_addresses() {
    for host in [
        "127.1",
        "0x7f.1",
        "0x7f000001",
        "2130706433",
        "017700000001",
        "0177.0.0.1",
        "0",
        "127.0.0.1.",
        "127。0。0。1",
        "①②⑦.⓪.⓪.①",
        "%31%32%37.0.0.1",
        "1%2e0.0.127@10.0.0.1",
        "[::]",
        "[0:0:0:0:0:0:0:1]",
        "[::ffff:7f00:1]",
        "[::127.0.0.1]",
        "0xa9.0xfe.0xa9.0xfe",
        "2852039166",
    ] {
        assert_refused(&format!("https://{host}/"));
    }
}

#[test]
fn ssrf_url_row_13_one_host_has_one_spelling() {
    for host in [
        "example.org",
        "EXAMPLE.org",
        "example.org.",
        "example。org",
        "ｅxample.org",
    ] {
        assert_eq!(passed(&format!("https://{host}/a")), "https://example.org/a");
    }
    assert_eq!(passed("https://bücher.example/"), "https://xn--bcher-kva.example/");
    assert_eq!(
        passed("https://example.org:443/a?b#main-key"),
        "https://example.org/a?b"
    );
}

#[test]
fn ssrf_url_a_long_url_is_refused() {
    let room = 4096 - "https://example.org/".len();
    assert_eq!(
        reason(CLOSED, &format!("https://example.org/{}", "a".repeat(room))),
        None
    );
    assert_refused(&format!("https://example.org/{}", "a".repeat(room + 1)));
}

#[tokio::test]
async fn ssrf_url_row_50_plain_http_is_refused_before_anything_is_sent() {
    let server = Server::always(answer("200 OK", &[], b"hello")).await;
    let mut switches = open();
    switches.allow_http = false;
    assert_rejected(
        fetched(&client(switches), server.url("/")).await,
        Reason::AddressRefused,
    );
    assert_rejected(
        fetched(&client(closed()), server.url("/")).await,
        Reason::AddressRefused,
    );
    assert!(server.seen().is_empty());
}

#[tokio::test]
async fn ssrf_url_the_fragment_is_neither_sent_nor_answered() {
    let server = Server::always(answer("200 OK", &[], b"hello")).await;
    let answer = fetched(&client(open()), server.url("/actor#main-key")).await.unwrap();
    assert_eq!(answer.url, server.url("/actor"));
    assert_eq!(&answer.body[..], b"hello");
    assert!(server.seen()[0].starts_with("get /actor http/1.1\r\n"));
}
