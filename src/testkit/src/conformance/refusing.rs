//! Whatever comes is answered: with a reason, within bounds, without a panic.

use bytes::Bytes;
use causeway_core::adapter::{Adapter, NothingKnown, ParseContext, Parsed, Verb};
use causeway_core::ports::Random;
use causeway_core::refusal::{Reason, Refusal};

use super::{Subject, Syntax, now};
use crate::chance::TestRandom;
use crate::fixtures::cases;

/// What was made of a document.
enum Answer {
    /// This many things were understood, or must be looked up.
    Taken(usize),
    /// Nothing, for these reasons.
    Refused(Vec<Reason>),
}

fn answer(adapter: &dyn Adapter, body: impl Into<Bytes>) -> Answer {
    let nothing = NothingKnown(Refusal::reject(Reason::NotFound, "nothing is fetched here"));
    let context = ParseContext {
        now: now(),
        lookup: &nothing,
    };
    let wire = match adapter.wire_of_file(body.into(), now()) {
        Ok(wire) => wire,
        Err(refusal) => return Answer::Refused(vec![refusal.reason]),
    };
    match adapter.parse(&wire, &context) {
        Parsed::Needs(needs) => Answer::Taken(needs.len()),
        Parsed::Done(crossing) if crossing.activities.is_empty() => {
            Answer::Refused(crossing.refused.iter().map(|refusal| refusal.reason).collect())
        }
        Parsed::Done(crossing) => Answer::Taken(crossing.activities.len()),
    }
}

fn refused(subject: &Subject, body: impl Into<Bytes>, what: &str) -> Vec<Reason> {
    match answer(&*subject.here, body) {
        Answer::Refused(reasons) => {
            assert!(!reasons.is_empty(), "{what}: refused without a reason");
            reasons
        }
        Answer::Taken(_) => panic!("{what}: taken"),
    }
}

/// Of another syntax, of no known sort, or of none.
pub fn what_is_no_document_is_refused(subject: &Subject) {
    let common: &[&[u8]] = &[b"", b" ", b"\0", b"\xff\xfe", b"%PDF-1.7", b"0123456789"];
    let own: &[&[u8]] = match subject.syntax {
        Syntax::Json => &[
            b"null",
            b"true",
            b"[]",
            b"{}",
            b"\"x\"",
            b"<a xmlns='urn:x'/>",
            b"{\"type\":\"Sing\",\"id\":\"https://a.example/1\",\"actor\":\"https://a.example/u\"}",
            b"{\"type\":[],\"id\":1,\"actor\":{},\"object\":[[]]}",
            b"{\"type\":\"Note\"} {}",
            b"{\"a\":\"\\ud800\"}",
            b"{\"type\":\"Note\",\"type\":\"Note\"}",
        ],
        Syntax::Xml => &[
            b"{}",
            b"<a>",
            b"<a xmlns='urn:x'/>",
            b"<song xmlns='urn:x'><verse/></song>",
            b"<!DOCTYPE a [<!ENTITY b 'c'>]><a xmlns='urn:x'>&b;</a>",
            b"<a xmlns='urn:x'>&nbsp;</a>",
            b"<a xmlns='urn:x' b='1' b='2'/>",
            b"<item xmlns='http://jabber.org/protocol/pubsub'/>",
            b"<entry xmlns='http://www.w3.org/2005/Atom'/>",
            b"<presence xmlns='jabber:client' type='unavailable' from='a@b.example' to='c@d.example'/>",
        ],
    };
    for body in common.iter().chain(own) {
        refused(subject, body.to_vec(), &String::from_utf8_lossy(body));
    }
}

/// Before it costs memory or stack.
pub fn what_is_too_large_or_too_deep_is_refused(subject: &Subject) {
    let limit = subject.here.capabilities().limits.wire_bytes.unwrap_or_default();
    let large = "x".repeat(limit.max(1024 * 1024) * 4);
    let levels = 200_000;
    let documents = match subject.syntax {
        Syntax::Json => [
            format!("{{\"type\":\"Note\",\"content\":\"{large}\"}}"),
            format!("{{\"object\":{}1{}}}", "[".repeat(levels), "]".repeat(levels)),
            format!("{}1{}", "{\"object\":".repeat(levels), "}".repeat(levels)),
        ],
        Syntax::Xml => [
            format!("<entry xmlns='http://www.w3.org/2005/Atom'><title>{large}</title></entry>"),
            format!("{}{}", "<a xmlns='urn:x'>".repeat(levels), "</a>".repeat(levels)),
            format!(
                "<entry xmlns='http://www.w3.org/2005/Atom' {}/>",
                (0..levels).map(|n| format!("a{n}='' ")).collect::<String>()
            ),
        ],
    };
    for body in documents {
        let start: String = body.chars().take(60).collect();
        let reasons = refused(subject, body, &start);
        let known = |reason: &Reason| matches!(reason, Reason::TooLarge | Reason::Malformed);
        assert!(reasons.iter().all(known), "{start}: {reasons:?}");
    }
}

/// A stream that ended too early says nothing.
pub fn half_a_document_is_refused(subject: &Subject) {
    for (title, whole) in documents(subject) {
        let whole = whole.trim_ascii_end();
        for part in 0..32 {
            let end = whole.len() * part / 32;
            refused(subject, whole[..end].to_vec(), &format!("{end} bytes of {title}"));
        }
    }
}

/// A document with a few other bytes in it is understood, or refused with a reason.
pub fn bent_documents_are_answered(subject: &Subject) {
    let random = TestRandom::new(4711);
    for (title, whole) in documents(subject) {
        for _ in 0..64 {
            let bent = bend(&random, whole.clone());
            match answer(&*subject.here, bent.clone()) {
                Answer::Taken(things) => assert!(things > 0),
                Answer::Refused(reasons) => {
                    assert!(!reasons.is_empty(), "{title}: {}", String::from_utf8_lossy(&bent));
                }
            }
        }
    }
}

/// Changes, removes or repeats a few bytes.
fn bend(random: &TestRandom, mut body: Vec<u8>) -> Vec<u8> {
    for _ in 0..3 {
        let mut dice = [0u8; 4];
        random.fill(&mut dice);
        let at = usize::from(u16::from_be_bytes([dice[0], dice[1]])) % body.len();
        match dice[2] % 4 {
            0 => body[at] = dice[3],
            1 => body[at] ^= 1 << (dice[3] % 8),
            2 => _ = body.remove(at),
            _ => body.insert(at, body[at]),
        }
    }
    body
}

/// What is written here, and every fixture of the network.
fn documents(subject: &Subject) -> Vec<(String, Vec<u8>)> {
    let samples = subject.samples();
    let written = subject.written().filter_map(|kind| {
        let rendered = subject.write(Verb::Create, 1, samples.payload(kind)).ok()?;
        Some((kind.as_str().to_owned(), rendered.body.to_vec()))
    });
    let tail = format!("{}.{}", subject.here.network(), subject.extension());
    let kept = cases(&subject.fixtures)
        .into_iter()
        .filter(|case| case.has(&tail))
        .map(|case| (case.title(), case.read(&tail)));
    let documents: Vec<_> = written.chain(kept).collect();
    assert!(documents.len() > 10, "documents are found");
    documents
}
