//! A person with an XMPP client: writes to the bridge, publishes, follows, reads.

use std::time::Duration;

use minidom::Element;

use crate::client::Client;
use crate::prosody::{HOST, PASSWORD, Prosody};

/// The node of a person's posts.
pub const MICROBLOG: &str = "urn:xmpp:microblog:0";
const PUBSUB: &str = "http://jabber.org/protocol/pubsub";
const EVENT: &str = "http://jabber.org/protocol/pubsub#event";
/// Limit for what should come at once.
const SOON: Duration = Duration::from_secs(15);

/// A person who is online.
pub struct User {
    client: Client,
    jid: String,
}

impl User {
    /// Logs `name` of `prosody`'s host in.
    ///
    /// # Panics
    /// When that does not work.
    pub async fn login(prosody: &Prosody, name: &str) -> Self {
        let jid = format!("{name}@{HOST}");
        Self {
            client: Client::connect(&jid, PASSWORD, prosody.c2s_port).await,
            jid,
        }
    }

    /// The bare JID.
    #[must_use]
    pub fn jid(&self) -> &str {
        &self.jid
    }

    /// The client below, for what has no word here.
    pub fn client(&mut self) -> &mut Client {
        &mut self.client
    }

    /// Writes `text` to `to` and returns the answer.
    ///
    /// # Panics
    /// When there is none in time.
    pub async fn says(&mut self, to: &str, text: &str) -> String {
        self.client.send(chat(to, text)).await;
        self.hears(to).await
    }

    /// Writes `text` to `to` and waits for nothing.
    pub async fn writes(&mut self, to: &str, text: &str) {
        self.client.send(chat(to, text)).await;
    }

    /// The next chat message from `from`.
    ///
    /// # Panics
    /// When there is none in time.
    pub async fn hears(&mut self, from: &str) -> String {
        let is_chat = |stanza: &Element| {
            stanza.name() == "message"
                && from_bare(stanza) == from
                && stanza.get_child("body", "jabber:client").is_some()
        };
        let message = self.client.wait_for("a chat message", SOON, is_chat).await;
        message
            .get_child("body", "jabber:client")
            .map(Element::text)
            .unwrap_or_default()
    }

    /// Says `start` and `YES` to the bridge, and returns the last answer.
    ///
    /// # Panics
    /// When the bridge does not answer.
    pub async fn starts(&mut self, bridge: &str) -> String {
        let shown = self.says(bridge, "start").await;
        assert!(shown.contains("YES"), "{shown}");
        self.says(bridge, "YES").await
    }

    /// Makes the own microblog node with `access` (`open`, `presence`) and room for many items.
    ///
    /// # Panics
    /// When the server refuses.
    pub async fn has_blog(&mut self, access: &str) {
        self.has_node(
            None,
            MICROBLOG,
            &[
                ("pubsub#access_model", access),
                ("pubsub#max_items", "100"),
                ("pubsub#notify_retract", "true"),
                ("pubsub#send_last_published_item", "never"),
            ],
        )
        .await;
    }

    /// Makes a node at `service` (`None`: the own account), or sets it anew.
    ///
    /// # Panics
    /// When the server refuses.
    pub async fn has_node(&mut self, service: Option<&str>, node: &str, options: &[(&str, &str)]) {
        let create: Element = format!("<pubsub xmlns='{PUBSUB}'><create node='{node}'/></pubsub>")
            .parse()
            .expect("xml");
        // it may be there already
        self.client.iq(service, "set", create).await;
        let fields: String = options
            .iter()
            .map(|(name, value)| format!("<field var='{name}'><value>{value}</value></field>"))
            .collect();
        let configure: Element = format!(
            "<pubsub xmlns='{PUBSUB}#owner'><configure node='{node}'><x xmlns='jabber:x:data' type='submit'>\
             <field var='FORM_TYPE' type='hidden'><value>{PUBSUB}#node_config</value></field>{fields}</x></configure></pubsub>"
        )
        .parse()
        .expect("xml");
        let answer = self.client.iq(service, "set", configure).await;
        assert_eq!(answer.attr("type"), Some("result"), "{}", String::from(&answer));
    }

    /// Publishes `entry` (an Atom entry) as the item `id` of `node` at `service` (`None`: the own account).
    ///
    /// # Panics
    /// When the service refuses.
    pub async fn publishes(&mut self, service: Option<&str>, node: &str, id: &str, entry: &str) {
        let answer = self.tries_to_publish(service, node, id, entry).await;
        assert_eq!(answer.attr("type"), Some("result"), "{}", String::from(&answer));
    }

    /// The same, whatever the service says.
    ///
    /// # Panics
    /// When `entry` is not XML.
    pub async fn tries_to_publish(&mut self, service: Option<&str>, node: &str, id: &str, entry: &str) -> Element {
        let publish: Element = format!(
            "<pubsub xmlns='{PUBSUB}'><publish node='{node}'><item id='{id}'>{entry}</item></publish></pubsub>"
        )
        .parse()
        .expect("xml");
        self.client.iq(service, "set", publish).await
    }

    /// Posts to the own microblog.
    ///
    /// # Panics
    /// When the server refuses.
    pub async fn posts(&mut self, id: &str, text: &str) {
        let entry = note(&self.jid, id, text, "2026-11-23T06:00:00Z");
        self.publishes(None, MICROBLOG, id, &entry).await;
    }

    /// Takes the item `id` of `node` back.
    ///
    /// # Panics
    /// When the service refuses.
    pub async fn retracts(&mut self, service: Option<&str>, node: &str, id: &str) {
        let retract: Element = format!(
            "<pubsub xmlns='{PUBSUB}'><retract node='{node}' notify='true'><item id='{id}'/></retract></pubsub>"
        )
        .parse()
        .expect("xml");
        let answer = self.client.iq(service, "set", retract).await;
        assert_eq!(answer.attr("type"), Some("result"), "{}", String::from(&answer));
    }

    /// Subscribes to `node` of `service` and returns the state that the answer tells, or the error's condition.
    ///
    /// # Panics
    /// When there is no answer.
    pub async fn subscribes(&mut self, service: &str, node: &str) -> String {
        let subscribe: Element = format!(
            "<pubsub xmlns='{PUBSUB}'><subscribe node='{node}' jid='{}'/></pubsub>",
            self.jid
        )
        .parse()
        .expect("xml");
        let answer = self.client.iq(Some(service), "set", subscribe).await;
        let pubsub = answer.get_child("pubsub", PUBSUB);
        let state = pubsub
            .and_then(|pubsub| pubsub.get_child("subscription", PUBSUB))
            .and_then(|it| it.attr("subscription"));
        state.map_or_else(|| condition(&answer), str::to_owned)
    }

    /// The items of `node` at `service`, oldest first: id and payload.
    ///
    /// # Panics
    /// When the service answers an error.
    pub async fn items(&mut self, service: &str, node: &str) -> Vec<(String, Element)> {
        let items: Element = format!("<pubsub xmlns='{PUBSUB}'><items node='{node}'/></pubsub>")
            .parse()
            .expect("xml");
        let answer = self.client.iq(Some(service), "get", items).await;
        assert_eq!(answer.attr("type"), Some("result"), "{}", String::from(&answer));
        let items = answer
            .get_child("pubsub", PUBSUB)
            .and_then(|pubsub| pubsub.get_child("items", PUBSUB));
        items
            .map(|items| items.children().filter_map(item).collect())
            .unwrap_or_default()
    }

    /// Waits for an event of `node` at `service` that `wanted` takes: its first item or retraction.
    ///
    /// # Panics
    /// When none comes in time.
    pub async fn event(&mut self, what: &str, service: &str, node: &str, wanted: impl Fn(&Element) -> bool) -> Element {
        let fits = |stanza: &Element| {
            from_bare(stanza) == service && event_child(stanza, node).is_some_and(|child| wanted(&child))
        };
        let message = self.client.wait_for(what, SOON, fits).await;
        event_child(&message, node).expect("it was there")
    }
}

/// An Atom entry as a small client writes it.
#[must_use]
pub fn note(jid: &str, id: &str, text: &str, updated: &str) -> String {
    format!(
        "<entry xmlns='http://www.w3.org/2005/Atom'><id>{id}</id><title>{text}</title>\
         <author><uri>xmpp:{jid}</uri></author><published>2026-11-23T06:00:00Z</published><updated>{updated}</updated></entry>"
    )
}

fn chat(to: &str, text: &str) -> Element {
    let mut message: Element = format!("<message xmlns='jabber:client' type='chat' to='{to}'/>")
        .parse()
        .expect("xml");
    let mut body = Element::bare("body", "jabber:client");
    body.append_text(text);
    message.append_child(body);
    message
}

fn from_bare(stanza: &Element) -> &str {
    stanza
        .attr("from")
        .and_then(|from| from.split('/').next())
        .unwrap_or_default()
}

fn event_child(message: &Element, node: &str) -> Option<Element> {
    let items = message
        .get_child("event", EVENT)?
        .children()
        .find(|child| child.attr("node") == Some(node))?;
    items.children().next().cloned().or_else(|| Some(items.clone()))
}

fn item(item: &Element) -> Option<(String, Element)> {
    Some((item.attr("id")?.to_owned(), item.children().next()?.clone()))
}

fn condition(answer: &Element) -> String {
    let error = answer.children().find(|child| child.name() == "error");
    error
        .and_then(|error| error.children().next())
        .map(|it| it.name().to_owned())
        .unwrap_or_default()
}
