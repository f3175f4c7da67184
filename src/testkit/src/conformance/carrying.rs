//! What the capability table says is what the adapter does.

use bytes::Bytes;
use causeway_core::adapter::{NothingKnown, ParseContext, Parsed, Target, Verb};
use causeway_core::capabilities::Support;
use causeway_core::id::ActorId;
use causeway_core::model::{Activity, Kind, Payload};
use causeway_core::refusal::{Reason, Refusal};

use super::{SECRET, Subject, now};

/// No kind is forgotten.
pub fn every_kind_has_one_cell_each_way(subject: &Subject) {
    let table = subject.here.capabilities();
    for kind in Kind::ALL {
        for (way, cells) in [("in", table.inbound), ("out", table.outbound)] {
            let cells = cells.iter().filter(|(each, _)| each == kind).count();
            assert_eq!(cells, 1, "{kind:?} {way}");
        }
    }
}

/// `Full` and `Lossy` mean that there is a wire.
pub fn what_is_carried_is_written(subject: &Subject) {
    let table = subject.here.capabilities();
    for kind in subject.written() {
        let rendered = subject.write(Verb::Create, 1, subject.samples().payload(kind));
        let rendered = rendered.unwrap_or_else(|refusal| panic!("{kind:?}: {refusal}"));
        assert!(!rendered.body.is_empty() && !rendered.media_type.is_empty(), "{kind:?}");
        let limit = table.limits.wire_bytes.unwrap_or(usize::MAX);
        assert!(rendered.body.len() <= limit, "{kind:?}");
        if table.gives(kind) == Support::Full {
            assert_eq!(rendered.losses, [], "a whole {kind:?}");
        }
    }
}

/// `No` means that there is none, and that this is said.
pub fn what_is_not_carried_is_refused(subject: &Subject) {
    let table = subject.here.capabilities();
    for kind in Kind::ALL.iter().filter(|kind| !table.gives(**kind).carries()) {
        let payload = subject.samples().payload(*kind);
        let private = payload.audience().is_some_and(|audience| !table.keeps(audience.scope));
        let refusal = subject.write(Verb::Create, 1, payload).expect_err(kind.as_str());
        let expected = if private {
            Reason::PrivateAudience
        } else {
            Reason::UnsupportedKind
        };
        assert_eq!(refusal.reason, expected, "{kind:?}: {refusal}");
        assert!(
            !refusal.is_transient(),
            "{kind:?} will never be carried by trying again"
        );
    }
}

/// A wire knows its author, its object and what it does, for whoever seals, stores and retries it.
pub fn a_wire_says_who_and_what(subject: &Subject) {
    let samples = subject.samples();
    for kind in subject.written() {
        let payload = samples.payload(kind);
        let object = payload.object().cloned();
        for verb in [Verb::Create, Verb::Retract] {
            let payload = if verb == Verb::Retract {
                payload.skeleton()
            } else {
                payload.clone()
            };
            let Ok(rendered) = subject.write(verb, 1, payload) else {
                continue;
            };
            assert_eq!(rendered.verb, verb, "{kind:?}");
            assert_eq!(rendered.actor, samples.author, "{kind:?} {verb:?}");
            if object.is_some() {
                assert_eq!(rendered.object, object, "{kind:?} {verb:?}");
            }
        }
    }
}

/// Nothing but what is handed in decides what is written.
pub fn the_same_is_written_the_same(subject: &Subject) {
    for kind in subject.written() {
        for verb in [Verb::Create, Verb::Update, Verb::Retract] {
            let write = || subject.write(verb, 3, subject.samples().payload(kind));
            assert_eq!(write(), write(), "{kind:?} {verb:?}");
        }
    }
}

/// An edit is another activity than the one before it; a retry is the same.
pub fn every_version_has_its_own_id(subject: &Subject) {
    if !subject.here.capabilities().edits {
        return;
    }
    for kind in subject
        .written()
        .filter(|kind| matches!(kind, Kind::Post | Kind::Comment))
    {
        let id = |version| {
            subject
                .write(Verb::Update, version, subject.samples().payload(kind))
                .unwrap()
                .id
        };
        assert_eq!(id(2), id(2));
        assert!(id(2).is_none() || id(2) != id(3), "{kind:?}");
    }
}

/// What one bridge writes another one understands, as far as the document says all of it.
pub fn what_is_written_is_read_elsewhere(subject: &Subject) {
    let samples = subject.samples();
    let taken = subject.here.capabilities();
    for kind in subject.written().filter(|kind| taken.takes(*kind).carries()) {
        let payload = samples.payload(kind);
        let body = subject.write(Verb::Create, 1, payload.clone()).unwrap().body;
        match read(subject, body) {
            Ok(read) => same(&payload, &samples.author, &read),
            Err(refusal) => assert!(subject.addressed_later.contains(&kind), "{kind:?}: {refusal}"),
        }
    }
}

fn read(subject: &Subject, body: Bytes) -> Result<Activity, Refusal> {
    let nothing = NothingKnown(Refusal::reject(Reason::NotFound, "nothing is fetched here"));
    let context = ParseContext {
        now: now(),
        lookup: &nothing,
    };
    let wire = subject.elsewhere.wire_of_file(body, now())?;
    match subject.elsewhere.parse(&wire, &context) {
        Parsed::Done(mut crossing) => match crossing.activities.pop() {
            Some(crossed) => Ok(crossed.activity),
            None => Err(crossing.refused.remove(0)),
        },
        Parsed::Needs(needs) => panic!("still needs {needs:?}, which nobody has"),
    }
}

fn same(sent: &Payload, author: &ActorId, read: &Activity) {
    let kind = sent.kind();
    assert_eq!(read.payload.kind(), kind);
    assert_eq!(read.actor, *author, "{kind:?}");
    assert_eq!(read.payload.object(), sent.object(), "{kind:?}");
    if sent.post().is_some() {
        let text = read.payload.post().map(|post| post.text.plain.as_str());
        assert_eq!(text, Some(SECRET), "{kind:?}");
    }
}

/// One wire for everybody, whoever the target is.
pub fn what_everybody_sees_is_rendered_once(subject: &Subject) {
    let target = |host: &str| Target {
        network: subject.here.network(),
        host: host.to_owned(),
        address: format!("https://{host}/inbox"),
    };
    for kind in subject.written() {
        let outgoing = subject.outgoing(Verb::Create, 1, subject.samples().payload(kind));
        let variant = |host| subject.here.variant(&outgoing, &target(host));
        assert_eq!(variant("a.example"), variant("b.example"), "{kind:?}");
        assert_eq!(variant("a.example"), variant("a.example"), "{kind:?}");
    }
}
