//! Private never becomes public, and what ended is not told again.

use causeway_core::adapter::Verb;
use causeway_core::model::{Kind, Scope};
use causeway_core::refusal::Reason;

use super::{PAGE, SECRET, Subject};

const SCOPES: [Scope; 5] = [
    Scope::Public,
    Scope::Unlisted,
    Scope::Followers,
    Scope::Limited,
    Scope::Direct,
];

/// Kinds with a text and an audience.
const TEXTS: [Kind; 2] = [Kind::Post, Kind::Comment];

/// A scope that the table does not list has no wire.
pub fn what_the_network_cannot_keep_is_refused(subject: &Subject) {
    let table = subject.here.capabilities();
    for kind in TEXTS.into_iter().filter(|kind| table.gives(*kind).carries()) {
        for scope in SCOPES {
            let rendered = subject.write(Verb::Create, 1, subject.samples().payload_for(kind, scope));
            match rendered {
                Ok(_) => assert!(table.keeps(scope), "{kind:?} for {scope:?} is written"),
                Err(refusal) => {
                    assert!(!table.keeps(scope), "{kind:?} for {scope:?}: {refusal}");
                    assert_eq!(refusal.reason, Reason::PrivateAudience, "{kind:?} for {scope:?}");
                }
            }
        }
    }
}

/// The mark of what is for everybody stands where it belongs and nowhere else.
pub fn what_is_not_public_does_not_say_it_is(subject: &Subject) {
    for kind in TEXTS {
        for scope in SCOPES {
            let rendered = subject.write(Verb::Create, 1, subject.samples().payload_for(kind, scope));
            let Ok(rendered) = rendered else { continue };
            let marked = holds(&rendered.body, subject.public_mark);
            assert_eq!(marked, scope.is_public(), "{kind:?} for {scope:?}");
            assert!(
                scope.is_public() || !holds(&rendered.body, PAGE),
                "{kind:?} for {scope:?}"
            );
        }
    }
}

/// A target that must forget something hears no word of it, even if more is handed in than should be.
pub fn a_retraction_says_nothing_of_what_was_said(subject: &Subject) {
    for kind in subject.written() {
        let payload = subject.samples().payload(kind);
        for payload in [payload.skeleton(), payload] {
            let rendered = subject.write(Verb::Retract, 2, payload);
            let Ok(rendered) = rendered else { continue };
            assert!(!holds(&rendered.body, SECRET), "{kind:?}");
            assert!(!holds(&rendered.body, PAGE), "{kind:?}");
        }
    }
}

/// Refusals are logged and shown to others.
pub fn a_refusal_says_nothing_of_what_was_said(subject: &Subject) {
    for kind in Kind::ALL {
        for scope in SCOPES {
            let rendered = subject.write(Verb::Create, 1, subject.samples().payload_for(*kind, scope));
            if let Err(refusal) = rendered {
                assert!(!refusal.detail.contains(SECRET), "{refusal}");
            }
        }
    }
}

fn holds(body: &[u8], words: &str) -> bool {
    String::from_utf8_lossy(body).contains(words)
}
