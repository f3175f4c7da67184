//! Size, time and media type of an answer: rows 4, 47, 48 and 54.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use causeway_core::ports::HttpClient;
use causeway_core::refusal::Reason;
use http::{Method, StatusCode};
use tokio::io::AsyncWriteExt;

use super::server::{Server, answer, head_of};
use super::{assert_rejected, assert_unreachable, client, fetched, get, open};

const AS2: [&str; 2] = ["application/activity+json", "application/ld+json"];

/// A gzip stream that unfolds to 258 zeros for each 13 bits: deflate's fixed codes, "copy 258 from 1 back", again and again.
fn bomb(decoded: usize) -> Vec<u8> {
    let mut bits: Vec<bool> = vec![true, true, false]; // last block, fixed codes
    bits.extend([false, false, true, true, false, false, false, false]); // the literal 0
    for _ in 0..decoded / 258 {
        bits.extend([true, true, false, false, false, true, false, true]); // length 258
        bits.extend([false; 5]); // distance 1
    }
    bits.extend([false; 7]); // end
    let bytes = bits
        .chunks(8)
        .map(|byte| byte.iter().rev().fold(0, |sum, bit| sum << 1 | u8::from(*bit)));
    let mut gzip = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    gzip.extend(bytes);
    gzip
}

/// `hello`, with its check sum.
const HELLO: [u8; 25] = [
    0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255, 0xcb, 0x48, 0xcd, 0xc9, 0xc9, 7, 0, 0x86, 0xa6, 0x10, 0x36, 5, 0, 0, 0,
];

#[tokio::test]
async fn ssrf_row_47_an_endless_body_is_left_at_the_limit() {
    let sent = Arc::new(AtomicUsize::new(0));
    let count = sent.clone();
    let server = Server::on("127.0.0.1:0", move |_, mut stream| {
        let count = count.clone();
        async move {
            let _ = stream.write_all(&head_of("200 OK", &[])).await;
            while stream.write_all(&[b'a'; 65536]).await.is_ok() {
                count.fetch_add(65536, Ordering::SeqCst);
            }
        }
    })
    .await;
    assert_rejected(fetched(&client(open()), server.url("/")).await, Reason::TooLarge);
    let sent = sent.load(Ordering::SeqCst);
    assert!(sent < 32 << 20, "a limit of 1 MiB, and {sent} bytes went out");
}

#[tokio::test]
async fn ssrf_row_47_a_body_that_tells_its_size_is_not_read() {
    // says that 2 MiB come, and nothing more: a client that reads would wait for them
    let server = Server::on("127.0.0.1:0", |_, mut stream| async move {
        let _ = stream.write_all(&head_of("200 OK", &["content-length: 2097152"])).await;
        std::future::pending().await
    })
    .await;
    assert_rejected(fetched(&client(open()), server.url("/")).await, Reason::TooLarge);
}

#[tokio::test]
async fn ssrf_row_47_the_limit_itself_is_taken() {
    let server = Server::always([head_of("200 OK", &[]), vec![b'a'; 1000]].concat()).await;
    for (limit, taken) in [(1001, true), (1000, true), (999, false), (0, false)] {
        let mut request = get(server.url("/"));
        request.limit = limit;
        match client(open()).send(request).await {
            Ok(answer) => assert!(taken && answer.body.len() == 1000, "{limit}"),
            refused => {
                assert!(!taken, "{limit}");
                assert_rejected(refused, Reason::TooLarge);
            }
        }
    }
}

#[tokio::test]
async fn row_54_compressed_answers_are_read() {
    let server = Server::always(answer("200 OK", &["content-encoding: gzip"], &HELLO)).await;
    let answer = fetched(&client(open()), server.url("/")).await.unwrap();
    assert_eq!(&answer.body[..], b"hello");
    assert!(!answer.headers.contains_key("content-encoding"));
}

#[tokio::test]
async fn row_54_an_answer_without_body_needs_no_decoding() {
    for (method, status) in [
        (Method::HEAD, "200 OK"),
        (Method::GET, "204 No Content"),
        (Method::GET, "304 Same"),
    ] {
        let server = Server::always(head_of(status, &["content-encoding: gzip", "content-length: 25"])).await;
        let mut request = get(server.url("/"));
        request.method = method;
        request.limit = 10;
        let answer = client(open()).send(request).await.unwrap();
        assert!(answer.body.is_empty(), "{status}");
    }
}

#[tokio::test]
async fn row_54_a_compressed_bomb_is_measured_as_it_unfolds() {
    let large = bomb(64 << 20);
    assert!(large.len() < 1 << 20, "what comes is smaller than the limit");
    let server = Server::always(answer("200 OK", &["content-encoding: gzip"], &large)).await;
    assert_rejected(fetched(&client(open()), server.url("/")).await, Reason::TooLarge);

    // the same stream, smaller: the bomb is one that unfolds
    let small = bomb(258 * 10);
    let server = Server::always(answer("503 Busy", &["content-encoding: gzip"], &small)).await;
    let mut request = get(server.url("/"));
    request.limit = 2000;
    assert_eq!(client(open()).send(request).await.unwrap().body, vec![0; 2000]);
}

#[tokio::test]
async fn row_54_compression_that_was_not_asked_for_is_refused() {
    for coding in ["br", "zstd", "deflate", "gzip, gzip", "x-unheard-of"] {
        let field = format!("content-encoding: {coding}");
        let server = Server::always(answer("200 OK", &[&field], b"????")).await;
        assert_rejected(fetched(&client(open()), server.url("/")).await, Reason::MediaType);
    }
}

#[tokio::test]
async fn an_error_is_an_answer_however_long_its_page_is() {
    let page = vec![b'a'; 4 << 20];
    let server = Server::always(answer(
        "503 Busy",
        &["content-type: text/html", "retry-after: 7"],
        &page,
    ))
    .await;
    let mut request = get(server.url("/"));
    request.accept = &AS2;
    request.limit = 100;
    let answer = client(open()).send(request).await.unwrap();
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(answer.headers["retry-after"], "7");
    assert_eq!(answer.body.len(), 100);
}

#[tokio::test]
async fn ssrf_row_48_one_deadline_for_the_whole_body() {
    let server = Server::on("127.0.0.1:0", |_, mut stream| async move {
        let _ = stream.write_all(&head_of("200 OK", &[])).await;
        while stream.write_all(b"a").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    })
    .await;
    assert_ends_in_time(&server).await;
}

#[tokio::test]
async fn ssrf_row_48_one_deadline_for_the_header_too() {
    let server = Server::on("127.0.0.1:0", |_, mut stream| async move {
        while stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    })
    .await;
    assert_ends_in_time(&server).await;
}

#[tokio::test]
async fn ssrf_row_48_one_deadline_for_all_redirects() {
    let server = Server::on("127.0.0.1:0", |head, mut stream| async move {
        let next = format!("{}a", super::server::path(&head));
        tokio::time::sleep(Duration::from_millis(200)).await;
        let _ = stream.write_all(&super::server::to(&next)).await;
    })
    .await;
    assert_ends_in_time(&server).await;
}

/// The client is given half a second.
async fn assert_ends_in_time(server: &Server) {
    let mut switches = open();
    switches.total_timeout = Duration::from_millis(500);
    let began = Instant::now();
    let answer = fetched(&client(switches), server.url("/")).await;
    let took = began.elapsed();
    assert_unreachable(answer);
    assert!(
        took >= Duration::from_millis(500) && took < Duration::from_secs(5),
        "{took:?}"
    );
}

#[tokio::test]
async fn row_4_only_the_media_types_asked_for_are_taken() {
    for (field, taken) in [
        ("content-type: application/activity+json", true),
        ("content-type: application/activity+json; charset=utf-8", true),
        (
            "content-type: Application/LD+JSON ; profile=\"https://www.w3.org/ns/activitystreams\"",
            true,
        ),
        ("content-type: text/html", false),
        ("content-type: text/plain", false),
        ("content-type: image/png", false),
        ("content-type: application/octet-stream", false),
        ("content-type: application/json", false),
        ("content-type: application/activity+jsonx", false),
        ("content-type: text/html; application/activity+json", false),
        ("content-type: text/html, application/activity+json", false),
        ("content-type:", false),
        ("x-content-type: application/activity+json", false),
        (
            "content-type: application/activity+json\r\ncontent-type: text/html",
            false,
        ),
    ] {
        let server = Server::always(answer("200 OK", &[field], b"{}")).await;
        let mut request = get(server.url("/"));
        request.accept = &AS2;
        match client(open()).send(request).await {
            Ok(_) => assert!(taken, "{field}"),
            refused => {
                assert!(!taken, "{field}");
                assert_rejected(refused, Reason::MediaType);
            }
        }
    }
}

#[tokio::test]
async fn a_large_header_is_refused() {
    let field = format!("x-large: {}", "a".repeat(40 * 1024));
    for status in ["200 OK", "302 Found", "500 Broken"] {
        let server = Server::always(answer(status, &["location: /next", &field], b"")).await;
        assert_rejected(fetched(&client(open()), server.url("/")).await, Reason::TooLarge);
        assert_eq!(server.seen().len(), 1);
    }
}

#[tokio::test]
async fn a_header_without_end_is_not_read_to_its_end() {
    let sent = Arc::new(AtomicUsize::new(0));
    let count = sent.clone();
    let server = Server::on("127.0.0.1:0", move |_, mut stream| {
        let count = count.clone();
        async move {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nx: ").await;
            while stream.write_all(&[b'a'; 65536]).await.is_ok() {
                count.fetch_add(65536, Ordering::SeqCst);
            }
        }
    })
    .await;
    assert_unreachable(fetched(&client(open()), server.url("/")).await);
    assert!(sent.load(Ordering::SeqCst) < 32 << 20);
}

#[tokio::test]
async fn many_fields_are_refused() {
    let fields: Vec<String> = (0..120).map(|number| format!("x-{number}: a")).collect();
    let fields: Vec<&str> = fields.iter().map(String::as_str).collect();
    let server = Server::always(answer("200 OK", &fields, b"")).await;
    assert_unreachable(fetched(&client(open()), server.url("/")).await);
}

#[tokio::test]
async fn an_answer_that_breaks_off_may_be_whole_later() {
    for bytes in [
        Vec::new(),
        b"HTTP/1.1 200".to_vec(),
        b"SSH-2.0-OpenSSH_9.2\r\n".to_vec(),
        head_of("200 OK", &["content-length: 10"]),
        answer("200 OK", &["content-encoding: gzip"], &HELLO[..15]),
    ] {
        let server = Server::always(bytes).await;
        assert_unreachable(fetched(&client(open()), server.url("/")).await);
    }
}
