//! What comes back is known for our own: nobody out there speaks for ids that are made here.

use causeway_core::model::{Attested, Kind};

use super::Subject;

/// Neither the actor, nor a native, nor any host.
pub fn nobody_vouches_for_what_is_made_here(subject: &Subject) {
    let samples = subject.samples();
    let origins = [
        Attested::Actor(samples.author.clone()),
        Attested::Actor(subject.native.clone()),
        Attested::Host(subject.host.to_owned()),
        Attested::Host("social.example".to_owned()),
        Attested::Nobody,
    ];
    for origin in &origins {
        assert!(!subject.here.vouches(origin, &samples.author, None), "{origin:?}");
        for kind in Kind::ALL {
            let object = samples.id(*kind);
            assert!(
                !subject.here.vouches(origin, &samples.author, Some(&object)),
                "{origin:?} for a {kind:?}"
            );
        }
    }
}

/// A native speaks for what is theirs, if the native said it, and for nothing of ours.
pub fn natives_speak_for_themselves_alone(subject: &Subject) {
    let origin = Attested::Actor(subject.native.clone());
    let vouches = |origin: &Attested, object| subject.here.vouches(origin, &subject.native, object);
    assert!(vouches(&origin, None));
    assert!(vouches(&origin, Some(&subject.post)));
    assert!(!vouches(&Attested::Nobody, None));
    assert!(!vouches(&Attested::Nobody, Some(&subject.post)));
    let samples = subject.samples();
    assert!(!vouches(&Attested::Actor(samples.author.clone()), Some(&subject.post)));
    assert!(!vouches(&origin, Some(&samples.id(Kind::Post))), "a post of ours");
}
