//! XEP-0172 1.1, a nickname: payload of the node of the same name, and child of a presence.

use minidom::Element;

use crate::xml::{Build as _, bare};

/// Namespace and node.
pub const NICK: &str = "http://jabber.org/protocol/nick";

/// Reads `<nick/>`; blank counts as none.
#[must_use]
pub fn from_element(nick: &Element) -> Option<String> {
    let text = nick.is("nick", NICK).then(|| nick.text())?;
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// `<nick/>`.
#[must_use]
pub fn to_element(nick: &str) -> Element {
    bare("nick", NICK).text_node(nick)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_back() {
        assert_eq!(from_element(&to_element("Juliet & co")), Some("Juliet & co".into()));
        assert_eq!(from_element(&bare("nick", NICK).text_node(" \n ")), None);
        assert_eq!(from_element(&bare("nick", "other").text_node("x")), None);
        assert_eq!(xmpp_parsers::nick::Nick::try_from(to_element("x")).unwrap().0, "x");
    }
}
