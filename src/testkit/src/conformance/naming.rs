//! Names are pure functions: a retry, a crash or a replay makes the same ones.

use causeway_core::adapter::ObjectFacts;
use causeway_core::model::Kind;

use super::Subject;
use super::samples::mint;

/// Handles as networks write them.
const HANDLES: [&str; 5] = [
    "carol@social.example",
    "Carol.O'Hara@Social.Example",
    "a_b-c~d@sub.social.example",
    "golem.de",
    "ünï@bücher.example",
];

/// Attempts that a store makes before it gives up.
const ATTEMPTS: u32 = 6;

/// The same facts make the same name.
pub fn names_are_the_same_every_time(subject: &Subject) {
    for handle in HANDLES {
        for attempt in 0..ATTEMPTS {
            let name = || mint(&*subject.here, handle, "0paque", attempt);
            assert_eq!(name(), name(), "{handle} {attempt}");
            let name = name().unwrap_or_else(|| panic!("{handle} gets no name at attempt {attempt}"));
            assert_eq!(*name.id.network(), subject.here.network(), "{handle}");
        }
    }
}

/// A name that is taken is followed by others.
pub fn another_attempt_is_another_name(subject: &Subject) {
    for handle in HANDLES {
        let names: Vec<_> = (0..ATTEMPTS)
            .map(|attempt| mint(&*subject.here, handle, "0paque", attempt))
            .collect();
        for (attempt, name) in names.iter().enumerate() {
            assert!(!names[..attempt].contains(name), "{handle}: {name:?} twice");
        }
    }
    let one = mint(&*subject.here, "carol@social.example", "0ne", 0);
    assert_ne!(one, mint(&*subject.here, "carol@other.example", "tw0", 0));
}

/// Objects of different names, kinds or authors are told apart, and the same one always has the same id.
pub fn objects_have_ids_of_their_own(subject: &Subject) {
    let samples = subject.samples();
    let other = mint(&*subject.here, "dave@social.example", "d4ve", 0).unwrap().id;
    let place = subject.here.place_of(&subject.post);
    let id = |kind, opaque, author| {
        let facts = ObjectFacts {
            kind,
            opaque,
            author,
            place: place.as_ref(),
            about: None,
        };
        subject.here.mint_object(&facts)
    };
    for kind in [Kind::Post, Kind::Comment, Kind::Repost, Kind::Follow] {
        let one = id(kind, "0ne0ne", &samples.author).unwrap_or_else(|| panic!("a {kind:?} gets no id"));
        assert_eq!(Some(&one), id(kind, "0ne0ne", &samples.author).as_ref());
        assert_eq!(*one.network(), subject.here.network());
        assert_ne!(Some(&one), id(kind, "tw0tw0", &samples.author).as_ref(), "{kind:?}");
        if kind != Kind::Comment {
            assert_ne!(Some(&one), id(kind, "0ne0ne", &other).as_ref(), "{kind:?}");
        }
    }
}

/// Where comments are gathered does not change either, and two posts have two places.
pub fn a_place_is_the_same_every_time(subject: &Subject) {
    let own = subject.samples().id(Kind::Post);
    for object in [&own, &subject.post] {
        assert_eq!(subject.here.place_of(object), subject.here.place_of(object));
    }
    if let Some(place) = subject.here.place_of(&own) {
        assert_ne!(Some(place), subject.here.place_of(&subject.post));
    }
}

/// A place that the bridge keeps for its own people needs no delivery.
pub fn what_is_kept_here_is_not_delivered_elsewhere(subject: &Subject) {
    let own = subject.samples().id(Kind::Post);
    if let Some(place) = subject.here.place_of(&own) {
        assert_eq!(subject.here.place_reach(&place), None);
    }
}
