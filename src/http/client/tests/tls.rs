//! Who is at the other end: row 39, the names in certificates; and row 43, no way down from https.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::Arc;

use causeway_core::ports::HttpResponse;
use causeway_core::refusal::{Reason, Refusal};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use url::Url;

use super::super::ClientError;
use super::server::{Server, answer, to};
use super::{GuardedClient, Switches};
use super::{Names, assert_rejected, assert_unreachable, client, fetched, open, pem, url};

/// Says `bytes` to the first who comes and agrees with `certificate`.
fn serve(certificate: &str, bytes: Vec<u8>) -> Url {
    let chain = vec![CertificateDer::from_pem_file(pem(certificate)).unwrap()];
    let key = PrivateKeyDer::from_pem_file(pem("server.key")).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        let (stream, _) = listener.accept().unwrap();
        let mut tls = StreamOwned::new(ServerConnection::new(Arc::new(config)).unwrap(), stream);
        let mut head = Vec::new();
        let mut byte = [0];
        while !head.ends_with(b"\r\n\r\n") && matches!(tls.read(&mut byte), Ok(1)) {
            head.push(byte[0]);
        }
        // a client that does not agree has left
        let _ = tls.write_all(&bytes);
        tls.conn.send_close_notify();
        let _ = tls.flush();
    });
    url(&format!("https://localhost:{port}/"))
}

fn hello() -> Vec<u8> {
    answer("200 OK", &[], b"hello")
}

fn https_only() -> Switches {
    Switches {
        allow_http: false,
        ..open()
    }
}

/// Unreachable, and the certificate is why.
#[track_caller]
fn assert_distrusted(answer: Result<HttpResponse, Refusal>, why: &str) {
    let detail = answer.as_ref().unwrap_err().detail.clone();
    assert!(detail.contains("certificate") && detail.contains(why), "{detail}");
    assert_unreachable(answer);
}

#[tokio::test]
async fn row_39_a_certificate_by_the_extra_authority_is_taken() {
    let answer = fetched(&client(https_only()), serve("server.pem", hello()))
        .await
        .unwrap();
    assert_eq!(&answer.body[..], b"hello");
}

#[tokio::test]
async fn row_39_a_certificate_for_another_name_is_not() {
    let answer = fetched(&client(https_only()), serve("wrong-name.pem", hello())).await;
    assert_distrusted(answer, "not valid for name");
}

#[tokio::test]
async fn row_39_a_certificate_out_of_date_is_not() {
    let answer = fetched(&client(https_only()), serve("expired.pem", hello())).await;
    assert_distrusted(answer, "expired");
}

#[tokio::test]
async fn row_39_a_certificate_by_an_unknown_authority_is_not() {
    let mut switches = https_only();
    switches.extra_ca = Some(pem("other-ca.pem"));
    let answer = fetched(&client(switches), serve("server.pem", hello())).await;
    assert_distrusted(answer, "UnknownIssuer");
}

#[tokio::test]
async fn ssrf_redir_row_43_a_redirect_never_leaves_https() {
    let plain = Server::always(hello()).await;
    let there = serve("server.pem", to(plain.url("/").as_str()));
    assert_rejected(fetched(&client(open()), there).await, Reason::AddressRefused);
    assert!(plain.seen().is_empty());
}

#[tokio::test]
async fn ssrf_redir_row_43_a_redirect_may_enter_https() {
    let there = serve("server.pem", hello());
    let plain = Server::always(to(there.as_str())).await;
    assert_eq!(fetched(&client(open()), plain.url("/")).await.unwrap().url, there);
}

#[test]
fn a_file_of_authorities_that_holds_none_is_an_error() {
    let made = |file: &str| {
        let mut switches = open();
        switches.extra_ca = Some(pem(file));
        GuardedClient::with_lookup(switches, Names::none()).err().unwrap()
    };
    assert!(matches!(made("missing.pem"), ClientError::ExtraCaUnreadable { .. }));
    assert!(matches!(made("README.md"), ClientError::ExtraCaEmpty { .. }));
    assert!(matches!(made("server.key"), ClientError::ExtraCaEmpty { .. }));
}

#[test]
fn a_user_agent_that_no_header_can_carry_is_an_error() {
    let mut switches = open();
    switches.user_agent = "two\nlines".to_owned();
    let error = GuardedClient::with_lookup(switches, Names::none()).err().unwrap();
    assert!(matches!(error, ClientError::Build(_)));
}
