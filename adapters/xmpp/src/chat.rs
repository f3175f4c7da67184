//! Plain text with people: commands and notices.

use causeway_core::adapter::Context;
use causeway_core::id::ActorId;
use causeway_core::ports::Reply;
use causeway_core::refusal::Refusal;
use minidom::Element;

use crate::link::{Condition, Stanza};
use crate::notices::Notice;
use crate::stanza::CLIENT;
use crate::wire::message::Message;
use crate::xml::{Build, bare};
use crate::{Xmpp, conversation, error, ids, stanza};

/// A text to a person, from the bridge.
///
/// # Errors
/// When it is not known to have been taken by the server.
pub(crate) async fn tell(xmpp: &Xmpp, actor: &ActorId, text: &str) -> Result<(), Refusal> {
    let message = stanza::chat(&xmpp.config.bridge, actor.as_str(), text);
    xmpp.barriers.deliver(&[message]).await.map_err(error::sending)
}

/// The same, if this person was not told of such a thing before. It waits for nothing and failing is no reason to fail.
pub(crate) async fn notice(xmpp: &Xmpp, notice: Notice, actor: &ActorId, text: &str) {
    notice_about(xmpp, notice, actor, "", text).await;
}

/// The same, once for each thing or person it is about.
pub(crate) async fn notice_about(xmpp: &Xmpp, notice: Notice, actor: &ActorId, about: &str, text: &str) {
    if !xmpp.notices.first(notice, actor, about) {
        return;
    }
    let message = stanza::chat(&xmpp.config.bridge, actor.as_str(), text);
    if let Err(error) = xmpp.link.send(&[message]).await {
        tracing::info!(%error, ?notice, "a notice could not be sent");
        xmpp.notices.forget(notice, actor, about);
    }
}

/// What a message is to us.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Said {
    /// Something typed by a person, now.
    Text(String),
    /// Something that only its recipient should read, encrypted.
    Encrypted,
    /// Word that something typed before is taken back.
    Retraction,
    /// Nothing: a receipt, a chat state, a copy, a late copy.
    Nothing,
}

/// Reads a message of type chat or normal.
pub(crate) fn said(message: &Element) -> Said {
    if message.children().any(is_copy) {
        return Said::Nothing;
    }
    if message.children().any(is_encrypted) {
        return Said::Encrypted;
    }
    // XEP-0424 §3.1: the body, where there is one, is for clients that do not know it
    if Message::from_element(message).retracts.is_some() {
        return Said::Retraction;
    }
    let body = message.get_child("body", CLIENT).map(Element::text).unwrap_or_default();
    match body.trim() {
        "" => Said::Nothing,
        // OTR has no element of its own
        body if body.starts_with("?OTR") => Said::Encrypted,
        body => Said::Text(body.to_owned()),
    }
}

/// Copies of what was said elsewhere or before, which only one's own server may hand out.
// XEP-0297 §7, XEP-0313 §5, XEP-0203 §4; security.md row 6
fn is_copy(child: &Element) -> bool {
    matches!(
        child.ns().as_str(),
        "urn:xmpp:carbons:2" | "urn:xmpp:mam:2" | "urn:xmpp:forward:0" | "urn:xmpp:delay"
    )
}

// XEP-0380 §3; older clients mark nothing
fn is_encrypted(child: &Element) -> bool {
    let ns = child.ns();
    ns == "urn:xmpp:eme:0"
        || ns == "eu.siacs.conversations.axolotl"
        || ns.starts_with("urn:xmpp:omemo:")
        || ns == "urn:xmpp:openpgp:0"
        || ns == "jabber:x:encrypted"
}

/// Answers a message of a person.
pub(crate) async fn answer(xmpp: &Xmpp, context: &Context, stanza: &Stanza) {
    let Some(sender) = ids::actor(stanza.from.as_str()) else {
        return;
    };
    let to_bridge = stanza.to.node().is_none();
    match (said(&stanza.element), to_bridge) {
        (Said::Nothing, _) | (Said::Retraction, true) => xmpp.counters.messages_ignored.one(),
        (Said::Encrypted, _) => {
            let text = "I cannot read encrypted messages, and nothing encrypted is ever bridged. \
                        Switch encryption off for this conversation and write again.";
            refuse(xmpp, stanza, "encrypted: only plain text is read here").await;
            notice(xmpp, Notice::Encrypted, &sender, text).await;
        }
        (Said::Text(line), true) => {
            xmpp.counters.commands.one();
            let reply = context.commands.run(&sender, &line, "chat").await;
            say(xmpp, stanza, &reply).await;
        }
        (Said::Text(_) | Said::Retraction, false) => {
            if let Err(refusal) = conversation::pass_on(xmpp, context, &sender, stanza).await {
                refuse(xmpp, stanza, &refusal.to_string()).await;
            }
        }
    }
}

/// The answer to a command, to the very client that asked.
async fn say(xmpp: &Xmpp, stanza: &Stanza, reply: &Reply) {
    let mut text = reply.text.clone();
    if !reply.choices.is_empty() {
        text = format!("{text}\n[{}]", reply.choices.join("] ["));
    }
    let thread = stanza.element.get_child("thread", CLIENT).map(Element::text);
    let thread = thread.map(|thread| bare("thread", CLIENT).text_node(thread));
    let message = stanza::chat(&xmpp.config.bridge, stanza.from.as_str(), &text).children_from(thread);
    send(xmpp, message).await;
}

async fn refuse(xmpp: &Xmpp, stanza: &Stanza, text: &str) {
    let message = bare("message", CLIENT)
        .with("type", "error")
        .with("from", stanza.to.as_str())
        .with("to", stanza.from.as_str())
        .with_opt("id", stanza.id.clone())
        .child(error::no(Condition::NotAcceptable, text).to_element());
    send(xmpp, message).await;
}

async fn send(xmpp: &Xmpp, message: Element) {
    if let Err(error) = xmpp.link.send(&[message]).await {
        tracing::info!(%error, "an answer could not be sent");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(inner: &str) -> Said {
        said(
            &format!("<message xmlns='jabber:client' type='chat'>{inner}</message>")
                .parse()
                .unwrap(),
        )
    }

    #[test]
    fn only_what_a_person_types_is_text() {
        assert_eq!(read("<body> help </body>"), Said::Text("help".into()));
        for nothing in [
            "",
            "<body> </body>",
            "<active xmlns='http://jabber.org/protocol/chatstates'/>",
            "<received xmlns='urn:xmpp:receipts' id='1'/>",
            "<received xmlns='urn:xmpp:carbons:2'><forwarded xmlns='urn:xmpp:forward:0'/></received><body>stop</body>",
            "<result xmlns='urn:xmpp:mam:2'/><body>stop</body>",
            "<reactions xmlns='urn:xmpp:reactions:0' id='m-00000001'/>",
            "<body>stop</body><delay xmlns='urn:xmpp:delay' stamp='2002-09-10T23:08:25Z'/>",
        ] {
            assert_eq!(read(nothing), Said::Nothing, "{nothing}");
        }
    }

    #[test]
    fn what_takes_a_command_back_is_no_command() {
        let inner = "<body>stop</body><retract xmlns='urn:xmpp:message-retract:1' id='m-00000001'/>";
        assert_eq!(read(inner), Said::Retraction);
    }

    #[test]
    fn encrypted_messages_are_known_by_every_sort() {
        for encrypted in [
            "<body>This message is encrypted</body><encryption xmlns='urn:xmpp:eme:0' namespace='urn:xmpp:omemo:2'/>",
            "<encrypted xmlns='eu.siacs.conversations.axolotl'/>",
            "<encrypted xmlns='urn:xmpp:omemo:2'/><body>x</body>",
            "<openpgp xmlns='urn:xmpp:openpgp:0'/>",
            "<x xmlns='jabber:x:encrypted'>a</x><body>x</body>",
            "<body>?OTR:AAMC</body>",
        ] {
            assert_eq!(read(encrypted), Said::Encrypted, "{encrypted}");
        }
    }
}
