//! XEP-0100 1.0 §6, `jabber:iq:gateway`: an address of the other network in, a JID out.

use jid::Jid;
use minidom::Element;

use crate::xml::{Build as _, bare};

/// Namespace.
pub const GATEWAY: &str = "jabber:iq:gateway";

/// The answer to a `get`: what to type.
#[must_use]
pub fn form(description: &str, prompt: &str) -> Element {
    bare("query", GATEWAY)
        .child(bare("desc", GATEWAY).text_node(description))
        .child(bare("prompt", GATEWAY).text_node(prompt))
}

/// What was typed, from the payload of a `set`; blank counts as nothing.
#[must_use]
pub fn typed(payload: &Element) -> Option<String> {
    let prompt = payload
        .is("query", GATEWAY)
        .then(|| payload.get_child("prompt", GATEWAY))??
        .text();
    let prompt = prompt.trim();
    (!prompt.is_empty()).then(|| prompt.to_owned())
}

/// The answer to a `set`.
#[must_use]
pub fn address(jid: &Jid) -> Element {
    // clients before 2005 look into <prompt/>; XEP-0100 §6.3 wants <jid/>
    bare("query", GATEWAY).child(bare("jid", GATEWAY).text_node(jid.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_asked_for_and_given() {
        let form = form("An address of the fediverse", "user@host");
        let texts: Vec<_> = form.children().map(|child| (child.name(), child.text())).collect();
        assert_eq!(
            texts,
            [
                ("desc", "An address of the fediverse".into()),
                ("prompt", "user@host".into())
            ]
        );

        let set: Element = "<query xmlns='jabber:iq:gateway'><prompt> a@b.example\n</prompt></query>"
            .parse()
            .unwrap();
        assert_eq!(typed(&set).as_deref(), Some("a@b.example"));
        for nothing in [
            "<query xmlns='jabber:iq:gateway'><prompt> </prompt></query>",
            "<query xmlns='jabber:iq:gateway'/>",
        ] {
            assert_eq!(typed(&nothing.parse().unwrap()), None);
        }
        let jid: Jid = r"a\40b.example@c.example".parse().unwrap();
        assert_eq!(
            address(&jid).get_child("jid", GATEWAY).unwrap().text(),
            r"a\40b.example@c.example"
        );
    }
}
