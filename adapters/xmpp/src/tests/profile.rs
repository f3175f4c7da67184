//! Profiles, read and written.

use causeway_core::adapter::{Need, Parsed};
use causeway_core::model::{CustomEmoji, Media, Payload, Profile, ProfileField, Text};
use url::Url;

use super::*;
use crate::wire::bundle::Bundle;

const NICK: &str = "<item id='current'><nick xmlns='http://jabber.org/protocol/nick'>Juliet \u{202E}C</nick></item>";
const BUNDLE: &str = "<profile xmlns='urn:causeway:profile:0'><nick xmlns='http://jabber.org/protocol/nick'>Old</nick>\
    <vcard xmlns='urn:ietf:params:xml:ns:vcard-4.0'><fn><text>Juliet Capulet</text></fn><note><text>Thou art</text></note>\
    <url><uri>javascript:x()</uri></url><url><uri>https://capulet.lit/</uri></url><bday><date>2000-02-14</date></bday></vcard>\
    <metadata xmlns='urn:xmpp:avatar:metadata'><info id='a9993e364706816aba3e25717850c26c9cd0d89d' bytes='3' type='image/png'/></metadata></profile>";

fn profile(crossed: &Crossed) -> &Profile {
    match &crossed.activity.payload {
        Payload::Profile(profile) => profile,
        other => panic!("not a profile: {other:?}"),
    }
}

#[test]
fn an_event_of_one_part_asks_for_all_that_strangers_see() {
    let envelope = event("juliet@capulet.lit", "http://jabber.org/protocol/nick");
    let mut known = Known {
        found: HashMap::new(),
        failed: None,
    };
    let need = Need::Actor("profile:juliet@capulet.lit".into());
    assert_eq!(parse_with(NICK, &envelope, &known), Parsed::Needs(vec![need.clone()]));

    known.found.insert(need, wire(BUNDLE, &Envelope::default()));
    let Parsed::Done(crossing) = parse_with(NICK, &envelope, &known) else {
        panic!()
    };
    let crossed = &crossing.activities[0];
    let profile = profile(crossed);
    assert_eq!(
        profile.name.as_deref(),
        Some("Old"),
        "what the event says may be for others than strangers"
    );
    assert_eq!(
        (profile.handle.as_deref(), profile.bio.plain.as_str()),
        (Some("juliet@capulet.lit"), "Thou art")
    );
    assert_eq!(profile.url.as_ref().unwrap().as_str(), "https://capulet.lit/");
    let avatar = profile.avatar.as_ref().unwrap();
    assert_eq!(
        avatar.url.as_str(),
        "xmpp:juliet@capulet.lit?;node=urn:xmpp:avatar:data;item=a9993e364706816aba3e25717850c26c9cd0d89d"
    );
    assert_eq!(
        (avatar.media_type.as_deref(), avatar.size),
        (Some("image/png"), Some(3))
    );
    assert_eq!(
        rules(&crossed.losses),
        ["xmpp-profile-unknown"],
        "a birthday is not for the web"
    );

    let failed = Known {
        found: HashMap::new(),
        failed: Some(Refusal::retry(Reason::HostUnreachable, "")),
    };
    let Parsed::Done(crossing) = parse_with(NICK, &envelope, &failed) else {
        panic!()
    };
    assert_eq!(
        crossing.refused[0].reason,
        Reason::HostUnreachable,
        "a part alone would wipe the rest"
    );
}

#[test]
fn only_the_owner_changes_a_profile() {
    let forged = NICK.replace("id='current'", "id='current' publisher='tybalt@capulet.lit'");
    assert_eq!(
        refused(&forged, &event("juliet@capulet.lit", "http://jabber.org/protocol/nick")),
        Reason::AuthorUnproven
    );
    assert_eq!(
        refused(NICK, &event(ALICE, "http://jabber.org/protocol/nick")),
        Reason::Loop
    );
}

#[test]
fn a_whole_bundle_is_a_profile() {
    let read = Envelope {
        how: How::Read,
        service: Some("juliet@capulet.lit".into()),
        ..Envelope::default()
    };
    assert_eq!(profile(&one(BUNDLE, &read)).name.as_deref(), Some("Old"));
    let empty = one("<profile xmlns='urn:causeway:profile:0'/>", &read);
    assert_eq!(
        (profile(&empty).name.clone(), profile(&empty).avatar.clone()),
        (None, None)
    );
}

#[test]
fn what_a_vcard_can_say_is_sent() {
    let mut sent = Profile::of(ids::actor(ALICE).unwrap());
    sent.name = Some("Alice".into());
    sent.handle = Some("alice@masto.example".into());
    sent.bio = Text {
        html: Some("<p><b>Hi</b></p>".into()),
        ..Text::plain("Hi\u{0}")
    };
    sent.fields = vec![ProfileField {
        name: "Pronouns".into(),
        value: Text::plain("she"),
    }];
    sent.header = Some(Media::at(Url::parse("https://masto.example/h.png").unwrap()));
    sent.avatar = Some(Media::at(Url::parse("https://masto.example/a.png").unwrap()));
    sent.emoji = vec![CustomEmoji {
        name: ":x:".into(),
        url: Url::parse("https://masto.example/x.png").unwrap(),
        media_type: None,
    }];
    let rendered = render(&outgoing(ALICE, Payload::Profile(Box::new(sent)))).unwrap();
    assert_eq!(
        rules(&rendered.losses),
        ["xmpp-profile-markup", "xmpp-profile-field", "xmpp-profile-other"]
    );
    let bundle = Bundle::from_element(&text(&rendered).parse().unwrap()).unwrap();
    let back = crate::profile::read(&ids::actor("x@y.example").unwrap(), &bundle, &mut Vec::new());
    assert_eq!(
        (back.name.as_deref(), back.bio.plain.as_str()),
        (Some("Alice"), "Hi\nPronouns: she")
    );
    assert_eq!(back.avatar.unwrap().url.as_str(), "https://masto.example/a.png");
}
