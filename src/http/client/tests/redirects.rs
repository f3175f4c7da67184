//! Redirects: rows 20, 43 and 44.

use causeway_core::ports::{HttpClient, Redirects};
use causeway_core::refusal::Reason;
use http::{HeaderValue, Method, StatusCode};

use super::server::{Server, answer, path, to};
use super::{Witness, assert_rejected, client, fetched, get, open};

/// `/0` points to `/1` and so on.
async fn endless() -> Server {
    Server::saying(|head| {
        let number: u32 = path(head).trim_start_matches('/').parse().unwrap();
        to(&format!("/{}", number + 1))
    })
    .await
}

#[tokio::test]
async fn ssrf_redir_row_43_each_kind_of_redirect_is_followed() {
    for status in [
        "301 Moved",
        "302 Found",
        "303 See Other",
        "307 Temporary",
        "308 Permanent",
    ] {
        let server = Server::saying(move |head| match path(head) {
            "/a/first" => answer(status, &["location: ../b?c#d"], b"not here"),
            _ => answer("200 OK", &[], b"here"),
        })
        .await;
        let found = fetched(&client(open()), server.url("/a/first")).await.unwrap();
        assert_eq!(&found.body[..], b"here");
        assert_eq!(
            found.url,
            server.url("/b?c"),
            "the URL after redirects, without fragment"
        );
    }
}

#[tokio::test]
async fn ssrf_redir_rows_43_44_too_many_redirects_are_not_followed() {
    for (asked, hops) in [(0, 0), (1, 1), (5, 5), (9, 5), (255, 5)] {
        let server = endless().await;
        let mut request = get(server.url("/0"));
        request.redirects = Redirects::Follow(asked);
        assert_rejected(client(open()).send(request).await, Reason::HostUnreachable);
        assert_eq!(server.seen().len(), hops + 1, "{asked} redirects allowed");
    }
}

#[tokio::test]
async fn ssrf_redir_row_44_circles_are_left_at_once() {
    let own = Server::saying(|head| to(path(head))).await;
    assert_rejected(fetched(&client(open()), own.url("/")).await, Reason::HostUnreachable);
    assert_eq!(own.seen().len(), 1);

    let two = Server::saying(|head| to(if path(head) == "/a" { "/b#x" } else { "/a#y" })).await;
    assert_rejected(fetched(&client(open()), two.url("/a")).await, Reason::HostUnreachable);
    assert_eq!(two.seen().len(), 2);
}

#[tokio::test]
async fn ssrf_redir_rows_20_43_a_redirect_passes_the_same_gate() {
    for location in [
        "http://10.0.0.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::ffff:10.0.0.1]/",
        "http://[fd00:ec2::254]/",
        "//192.168.0.1/",
        "http://0xa9fea9fe/",
        "http://alice:secret@127.0.0.1/",
        "file:///etc/passwd",
        "data:text/plain,hello",
        "gopher://127.0.0.1:6379/",
        "http://",
        "http://[::1",
    ] {
        let server = Server::always(to(location)).await;
        let answer = fetched(&client(open()), server.url("/")).await;
        assert_rejected(answer, Reason::AddressRefused);
        assert_eq!(server.seen().len(), 1, "{location}");
    }
}

#[tokio::test]
async fn ssrf_redir_row_20_another_origin_sees_neither_signature_nor_authorization() {
    let (there, log) = (Server::always(answer("200 OK", &[], b"here")).await, Witness::default());
    let location = there.url("/new").to_string();
    let here = Server::always(to(&location)).await;

    let mut request = get(here.url("/old"));
    for (name, value) in [
        ("authorization", "Bearer secret"),
        ("proxy-authorization", "Basic secret"),
        ("signature-input", "secret=()"),
        ("x-kept", "kept"),
    ] {
        request.headers.insert(name, HeaderValue::from_static(value));
    }
    request.signer = Some(&log);
    assert!(client(open()).send(request).await.is_ok());

    let (first, second) = (here.seen().remove(0), there.seen().remove(0));
    assert!(first.contains("authorization: bearer secret\r\n"));
    assert!(first.contains(&format!("signature: signed=get {}\r\n", here.url("/old"))));
    assert!(!second.contains("secret"), "{second}");
    assert!(second.contains("x-kept: kept\r\n"));
    assert!(second.contains(&format!("signature: signed=get {location}\r\n")));
    assert!(
        !second.contains("/old"),
        "neither in a signature nor as a referer: {second}"
    );
    assert_eq!(
        log.signed(),
        [format!("GET {}", here.url("/old")), format!("GET {location}")]
    );
}

#[tokio::test]
async fn ssrf_redir_row_20_a_signature_made_by_the_caller_stays_at_its_origin() {
    let there = Server::always(answer("200 OK", &[], b"here")).await;
    let location = there.url("/new").to_string();
    let here = Server::always(to(&location)).await;
    let mut request = get(here.url("/old"));
    request
        .headers
        .insert("signature", HeaderValue::from_static("keyId=\"me\""));
    assert!(client(open()).send(request).await.is_ok());
    assert!(here.seen()[0].contains("signature: "));
    assert!(!there.seen()[0].contains("signature"));
}

#[tokio::test]
async fn ssrf_redir_row_20_what_was_dropped_on_the_way_does_not_come_back() {
    let here = std::sync::Arc::new(std::sync::OnceLock::new());
    let home: std::sync::Arc<std::sync::OnceLock<String>> = here.clone();
    let there = Server::saying(move |_| to(home.get().unwrap())).await;
    let away = there.url("/").to_string();
    let server = Server::saying(move |head| match path(head) {
        "/old" => to(&away),
        "/home" => to("/last"),
        _ => answer("200 OK", &[], b"home"),
    })
    .await;
    here.set(server.url("/home").to_string()).unwrap();

    let mut request = get(server.url("/old"));
    request
        .headers
        .insert("authorization", HeaderValue::from_static("Bearer secret"));
    assert!(client(open()).send(request).await.is_ok());
    let seen = server.seen();
    assert!(seen[0].contains("secret"));
    assert_eq!(seen.len(), 3);
    assert!(!seen[1].contains("secret"), "the other origin chose this URL");
    assert!(!seen[2].contains("secret"), "and so it led to this one");
}

#[tokio::test]
async fn ssrf_redir_row_20_within_one_origin_each_hop_is_signed_anew() {
    let server = Server::saying(|head| match path(head) {
        "/old" => to("/new"),
        _ => answer("200 OK", &[], b"here"),
    })
    .await;
    let log = Witness::default();
    let mut request = get(server.url("/old"));
    request
        .headers
        .insert("authorization", HeaderValue::from_static("Bearer mine"));
    request.signer = Some(&log);
    assert!(client(open()).send(request).await.is_ok());
    let seen = server.seen();
    assert!(seen[1].contains("authorization: bearer mine\r\n"));
    assert!(seen[1].contains(&format!("signature: signed=get {}\r\n", server.url("/new"))));
    assert_eq!(seen[1].matches("signature").count(), 1);
}

#[tokio::test]
async fn ssrf_redir_a_redirect_is_shown_where_it_is_not_to_be_followed() {
    let server = Server::always(to("/new")).await;
    let mut shown = get(server.url("/a"));
    shown.redirects = Redirects::Show;
    let mut post = get(server.url("/b"));
    post.method = Method::POST;
    let mut body = get(server.url("/c"));
    body.body = Some(bytes::Bytes::from_static(b"body"));
    for request in [shown, post, body] {
        let asked = request.url.clone();
        let answer = client(open()).send(request).await.unwrap();
        assert_eq!(answer.status, StatusCode::FOUND);
        assert_eq!(answer.headers["location"], "/new");
        assert_eq!(answer.url, asked);
    }
    assert_eq!(server.seen().len(), 3);
}

#[tokio::test]
async fn ssrf_redir_what_points_nowhere_is_an_answer() {
    for (status, fields) in [
        ("302 Found", &[][..]),
        ("300 Multiple Choices", &["location: /new"][..]),
        ("304 Not Modified", &["location: /new"]),
        ("201 Created", &["location: /new"]),
    ] {
        let server = Server::always(answer(status, fields, b"")).await;
        let answer = fetched(&client(open()), server.url("/")).await.unwrap();
        assert!(status.starts_with(answer.status.as_str()));
        assert_eq!(server.seen().len(), 1);
    }
}

#[tokio::test]
async fn a_request_that_cannot_be_signed_is_not_made() {
    struct Broken;
    impl causeway_core::ports::Signer for Broken {
        fn sign(
            &self,
            _: &Method,
            _: &url::Url,
            _: Option<&[u8]>,
        ) -> Result<http::HeaderMap, causeway_core::refusal::Refusal> {
            Err(causeway_core::refusal::Refusal::reject(Reason::KeyGone, "no key"))
        }
    }
    let server = Server::always(answer("200 OK", &[], b"")).await;
    let mut request = get(server.url("/"));
    request.signer = Some(&Broken);
    assert_rejected(client(open()).send(request).await, Reason::KeyGone);
    assert!(server.seen().is_empty());
}
