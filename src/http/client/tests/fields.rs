//! Header fields of a request: what is the client's own to say.

use causeway_core::ports::HttpClient;
use http::{HeaderValue, Method};

use super::server::{Server, answer};
use super::{client, fetched, get, open};

#[tokio::test]
async fn the_connection_and_the_message_are_the_clients_own() {
    let server = Server::always(answer("200 OK", &[], b"")).await;
    let mut request = get(server.url("/"));
    for name in [
        "user-agent",
        "host",
        "accept-encoding",
        "content-length",
        "te",
        "cookie",
        "referer",
        "expect",
    ] {
        request.headers.insert(name, HeaderValue::from_static("7"));
    }
    request
        .headers
        .insert("accept", HeaderValue::from_static("application/activity+json"));
    assert!(client(open()).send(request).await.is_ok());
    let head = server.seen().remove(0);
    assert!(!head.contains(": 7\r\n"), "{head}");
    assert!(head.contains("user-agent: causeway-test/1\r\n"));
    assert!(head.contains(&format!("host: 127.0.0.1:{}\r\n", server.port())));
    assert!(head.contains("accept-encoding: gzip\r\n"));
    assert!(head.contains("accept: application/activity+json\r\n"));
}

#[tokio::test]
async fn a_cookie_is_not_kept() {
    let server = Server::always(answer("200 OK", &["set-cookie: id=1"], b"")).await;
    let client = client(open());
    for _ in 0..2 {
        assert!(fetched(&client, server.url("/")).await.is_ok());
    }
    assert!(!server.seen().concat().contains("cookie"));
}

#[tokio::test]
async fn a_body_is_sent_with_its_length() {
    let server = Server::always(answer("202 Accepted", &[], b"")).await;
    let mut request = get(server.url("/inbox"));
    request.method = Method::POST;
    request.body = Some(bytes::Bytes::from_static(b"{\"type\":\"Like\"}"));
    let answer = client(open()).send(request).await.unwrap();
    assert_eq!(answer.status, http::StatusCode::ACCEPTED);
    let head = server.seen().remove(0);
    assert!(head.starts_with("post /inbox http/1.1\r\n"));
    assert!(head.contains("content-length: 15\r\n"));
}
