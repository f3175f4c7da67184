//! What a chat message says besides its words: which message it corrects, answers or takes back, and its files.

use minidom::Element;

use crate::stanza::CLIENT;
use crate::xml::{Build, attr, bare, lang};

/// XEP-0308 §3.
pub(crate) const CORRECT: &str = "urn:xmpp:message-correct:0";
/// XEP-0424 §3.
pub(crate) const RETRACT: &str = "urn:xmpp:message-retract:1";
/// XEP-0461 §3.
pub(crate) const REPLY: &str = "urn:xmpp:reply:0";
/// XEP-0447 §3.
pub(crate) const SFS: &str = "urn:xmpp:sfs:0";
/// XEP-0066 §3.
pub(crate) const OOB: &str = "jabber:x:oob";
/// XEP-0428 §3.
const FALLBACK: &str = "urn:xmpp:fallback:0";
/// XEP-0446 §3.
const FILE: &str = "urn:xmpp:file:metadata:0";
/// XEP-0103 §2, as XEP-0447 §3.1 uses it.
pub(crate) const URL_DATA: &str = "http://jabber.org/protocol/url-data";
/// XEP-0334 §5.
const HINTS: &str = "urn:xmpp:hints";
/// XEP-0359 §3.
const STABLE: &str = "urn:xmpp:sid:0";

/// A file that a message carries, by its web address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct File {
    pub(crate) url: String,
    pub(crate) media_type: Option<String>,
    pub(crate) desc: Option<String>,
    pub(crate) size: Option<u64>,
    pub(crate) width: Option<u32>,
    pub(crate) height: Option<u32>,
}

/// A message of one person to another.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Message {
    pub(crate) id: Option<String>,
    pub(crate) lang: Option<String>,
    pub(crate) body: String,
    /// The message that this one stands in for.
    pub(crate) replaces: Option<String>,
    /// The message that is taken back.
    pub(crate) retracts: Option<String>,
    /// Whose message this answers, and which.
    pub(crate) answers: Option<(String, String)>,
    pub(crate) files: Vec<File>,
}

/// What older clients show of a message that was taken back.
// XEP-0424 §3.1
const RETRACTED: &str = "A message was retracted by its author. Your client cannot take it away.";

impl Message {
    /// The message that takes back the one called `name`.
    pub(crate) fn retracting(name: &str) -> Self {
        Self {
            id: Some(format!("{name}-gone")),
            retracts: Some(name.to_owned()),
            body: RETRACTED.to_owned(),
            ..Self::default()
        }
    }

    /// Whether an element is a message that says, corrects or takes back something.
    pub(crate) fn is(element: &Element) -> bool {
        element.is("message", CLIENT)
            && (element.has_child("body", CLIENT)
                || element.has_child("x", OOB)
                || element.has_child("file-sharing", SFS)
                || retracted(element).is_some())
    }

    /// Reads one. Words that only stand in for what older clients do not know are no words of it.
    pub(crate) fn from_element(element: &Element) -> Self {
        let body = element.get_child("body", CLIENT);
        let reply = element.get_child("reply", REPLY);
        let files = files(element);
        let mut words = body.map(Element::text).unwrap_or_default();
        for (about, is_read) in [(REPLY, reply.is_some()), (SFS, !files.is_empty())] {
            if is_read {
                words = without_fallback(element, about, words);
            }
        }
        // XEP-0066 §4: clients show the file in place of a body that says its address
        if files.iter().any(|file| file.url == words.trim()) {
            words.clear();
        }
        Self {
            id: attr(element, "id"),
            lang: body.and_then(lang).or_else(|| lang(element)),
            body: words.trim().to_owned(),
            replaces: element.get_child("replace", CORRECT).and_then(|it| attr(it, "id")),
            retracts: retracted(element),
            answers: reply.and_then(|reply| Some((attr(reply, "to")?, attr(reply, "id")?))),
            files,
        }
    }

    /// Writes one, from nobody and to nobody yet. A copy stays in the archive, so that it is there at the next login.
    pub(crate) fn to_element(&self) -> Element {
        let reply = self
            .answers
            .as_ref()
            .map(|(to, id)| bare("reply", REPLY).with("to", to.as_str()).with("id", id.as_str()));
        let replaces = self.replaces.as_ref();
        let retracts = self.retracts.as_ref();
        bare("message", CLIENT)
            .with("type", "chat")
            .with_opt("id", self.id.clone())
            .child(
                bare("body", CLIENT)
                    .lang(self.lang.as_deref())
                    .text_node(self.body.as_str()),
            )
            .children_from(replaces.map(|id| bare("replace", CORRECT).with("id", id.as_str())))
            .children_from(retracts.map(|id| bare("retract", RETRACT).with("id", id.as_str())))
            .children_from(retracts.map(|_| bare("fallback", FALLBACK).with("for", RETRACT)))
            .children_from(reply)
            .children_from(self.files.iter().map(File::to_element))
            .children_from(self.shown_file().map(oob))
            .children_from(
                self.id
                    .as_ref()
                    .map(|id| bare("origin-id", STABLE).with("id", id.as_str())),
            )
            .child(bare("store", HINTS))
    }

    /// The file whose address is all the body says: clients of old show it in its place.
    fn shown_file(&self) -> Option<&File> {
        self.files.iter().find(|file| file.url == self.body)
    }
}

impl File {
    fn to_element(&self) -> Element {
        let field = |name, value: Option<String>| value.map(|value| bare(name, FILE).text_node(value));
        let file = bare("file", FILE)
            .children_from(field("media-type", self.media_type.clone()))
            .children_from(field("desc", self.desc.clone()))
            .children_from(field("size", self.size.map(|size| size.to_string())))
            .children_from(field("width", self.width.map(|width| width.to_string())))
            .children_from(field("height", self.height.map(|height| height.to_string())));
        let source = bare("url-data", URL_DATA).with("target", self.url.as_str());
        bare("file-sharing", SFS)
            .with("disposition", "inline")
            .child(file)
            .child(bare("sources", SFS).child(source))
    }

    fn from_element(sharing: &Element) -> Option<Self> {
        let source = sharing.get_child("sources", SFS)?.get_child("url-data", URL_DATA)?;
        let file = sharing.get_child("file", FILE);
        let text = |name| {
            file.and_then(|file| file.get_child(name, FILE))
                .map(Element::text)
                .filter(|text| !text.trim().is_empty())
        };
        Some(Self {
            url: attr(source, "target")?,
            media_type: text("media-type"),
            desc: text("desc"),
            size: text("size").and_then(|size| size.parse().ok()),
            width: text("width").and_then(|width| width.parse().ok()),
            height: text("height").and_then(|height| height.parse().ok()),
        })
    }
}

fn oob(file: &File) -> Element {
    bare("x", OOB).child(bare("url", OOB).text_node(file.url.as_str()))
}

/// Which message is taken back, in the form of today and in that of Libervia 0.9.
fn retracted(element: &Element) -> Option<String> {
    let today = element.get_child("retract", RETRACT);
    let before = || {
        let apply = element.get_child("apply-to", "urn:xmpp:fasten:0")?;
        apply
            .has_child("retract", "urn:xmpp:message-retract:0")
            .then_some(apply)
    };
    today.or_else(before).and_then(|it| attr(it, "id"))
}

/// Files by both of their forms, each address once.
fn files(element: &Element) -> Vec<File> {
    let shared = element.children().filter(|child| child.is("file-sharing", SFS));
    let mut files: Vec<File> = shared.filter_map(File::from_element).collect();
    let plain = element.children().filter(|child| child.is("x", OOB));
    for url in plain.filter_map(|x| Some(x.get_child("url", OOB)?.text())) {
        if files.iter().all(|file| file.url != url) {
            files.push(File { url, ..File::default() });
        }
    }
    files
}

/// The body without what stands in for something that is read in its own form: a part of it, counted in characters, or
/// all of it.
// XEP-0428 §3.2
fn without_fallback(element: &Element, about: &str, body: String) -> String {
    let marked = element
        .children()
        .find(|child| child.is("fallback", FALLBACK) && child.attr("for") == Some(about));
    let Some(marked) = marked else { return body };
    let Some(part) = marked.get_child("body", FALLBACK) else {
        return if marked.children().next().is_none() {
            String::new()
        } else {
            body
        };
    };
    let bound = |name| part.attr(name).and_then(|value| value.parse::<usize>().ok());
    let (start, end) = (bound("start").unwrap_or(0), bound("end").unwrap_or(usize::MAX));
    body.chars()
        .enumerate()
        .filter(|(at, _)| *at < start || *at >= end)
        .map(|(_, character)| character)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(inner: &str) -> Message {
        let text = format!("<message xmlns='jabber:client' type='chat' id='m-00000001'>{inner}</message>");
        Message::from_element(&text.parse().unwrap())
    }

    #[test]
    fn what_is_written_is_read() {
        let message = Message {
            id: Some("0wl57a1r".into()),
            lang: Some("en".into()),
            body: "See this".into(),
            replaces: Some("0wl57a1q".into()),
            retracts: None,
            answers: Some(("juliet@example.org".into(), "m-00000001".into())),
            files: vec![File {
                url: "https://m.example/cat.png".into(),
                media_type: Some("image/png".into()),
                desc: Some("A cat".into()),
                size: Some(7),
                width: Some(3),
                height: Some(2),
            }],
        };
        assert_eq!(Message::from_element(&message.to_element()), message);
    }

    #[test]
    fn a_body_that_only_stands_in_is_no_text() {
        let oob =
            read("<body>https://m.example/a.png</body><x xmlns='jabber:x:oob'><url>https://m.example/a.png</url></x>");
        assert_eq!((oob.body.as_str(), oob.files.len()), ("", 1));
        let reply = read(
            "<body>&gt; Ünter uns\nYes</body><reply xmlns='urn:xmpp:reply:0' to='a@b' id='m-1'/>\
             <fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:reply:0'><body start='0' end='12'/></fallback>",
        );
        assert_eq!(reply.body, "Yes");
        // somebody else's fallback hides nothing
        let odd = read("<body>Yes</body><fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:reply:0'/>");
        assert_eq!(odd.body, "Yes");
    }

    #[test]
    fn both_forms_of_a_retraction_name_their_message() {
        let today = read("<retract xmlns='urn:xmpp:message-retract:1' id='m-1'/>");
        let before = read(
            "<apply-to xmlns='urn:xmpp:fasten:0' id='m-1'><retract xmlns='urn:xmpp:message-retract:0'/></apply-to>",
        );
        assert_eq!(
            (today.retracts.as_deref(), before.retracts.as_deref()),
            (Some("m-1"), Some("m-1"))
        );
    }

    #[test]
    fn odd_bounds_of_a_fallback_cost_nothing() {
        for (start, end) in [("9", "2"), ("-1", "x"), ("0", "99999999999999999999"), ("1", "2")] {
            let text = format!(
                "<body>abc</body><reply xmlns='urn:xmpp:reply:0' to='a@b' id='m-1'/>\
                 <fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:reply:0'><body start='{start}' end='{end}'/></fallback>"
            );
            assert!(read(&text).body.len() <= 3, "{start} {end}");
        }
    }
}
