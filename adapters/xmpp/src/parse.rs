//! From a wire to the model: finds out what an element is, and leaves the rest to its kind.
//!
//! Taken are an `<item>` of a node, a bare Atom entry, `<retract>`, `<subscribe>`, `<unsubscribe>`, presence, and
//! whatever these may come in (`items`, `publish`, `event`, `pubsub`, `message`, `iq`), with what
//! [`crate::wire::envelope`] says of them.

use causeway_core::adapter::{Answer, Crossed, Crossing, Need, ParseContext, Parsed, Wire};
use causeway_core::id::ActorId;
use causeway_core::model::Attested;
use causeway_core::refusal::{Reason, Refusal};
use minidom::Element;

use crate::Config;
use crate::arrived::{Arrived, Stop};
use crate::author::{PROFILE_NODES, author_of, owner_only};
use crate::ids::{self, Item, MICROBLOG, Place, Reference, Wanted, read_uri};
use crate::watch::hash;
use crate::wire::atom::AtomEntry;
use crate::wire::attachments::Attached;
use crate::wire::bundle::{Bundle, PROFILE};
use crate::wire::document;
use crate::wire::envelope::{Envelope, How};
use crate::wire::item::{PUBSUB_EVENT, PubsubItem, is_pubsub};
use crate::wire::message::Message;
use crate::{attachments, comment, direct, event, follow, post, profile, reaction, repost, retraction};

/// Activities in one wire. A page of a node has at most this many items.
const MAX_ITEMS: usize = 512;

/// What a wire says. One bad item never fails the others.
pub fn parse(config: &Config, wire: &Wire, context: &ParseContext<'_>) -> Parsed {
    let envelope = Envelope::of(wire);
    if envelope.how == How::File && wire.attested != Attested::Nobody {
        return Parsed::refused(Refusal::reject(
            Reason::AuthorUnproven,
            "it is not said how the item came",
        ));
    }
    let element = match document::read(&wire.body) {
        Ok(element) => element,
        Err(refusal) => return Parsed::refused(refusal),
    };
    let mut said = Vec::new();
    Scene { config, wire, context }.read(element, &envelope, &mut said);
    if said.is_empty() {
        said.push(Err(unsupported("says nothing")));
    }
    gathered(said)
}

fn gathered(said: Vec<Result<Crossed, Stop>>) -> Parsed {
    let mut crossing = Crossing::default();
    let mut needs: Vec<Need> = Vec::new();
    for each in said {
        match each {
            Ok(crossed) => crossing.activities.push(crossed),
            Err(Stop::Refused(refusal)) => crossing.refused.push(refusal),
            Err(Stop::Needs(need)) if needs.contains(&need) => {}
            Err(Stop::Needs(need)) => needs.push(need),
        }
    }
    if needs.is_empty() {
        Parsed::Done(crossing)
    } else {
        Parsed::Needs(needs)
    }
}

/// Everything that is the same for all items of a wire.
struct Scene<'a> {
    config: &'a Config,
    wire: &'a Wire,
    context: &'a ParseContext<'a>,
}

impl Scene<'_> {
    /// Reads an element and what it holds. As deep as the limits on XML let a document be.
    fn read(&self, element: Element, envelope: &Envelope, said: &mut Vec<Result<Crossed, Stop>>) {
        if said.len() >= MAX_ITEMS {
            return;
        }
        let received = self.wire.received;
        match element.name() {
            "subscribe" | "unsubscribe" if is_pubsub(&element) => {
                said.push(follow::parse_subscription(self.config, &element, envelope, received).map_err(Stop::from));
            }
            "presence" => {
                said.push(follow::parse_presence(self.config, &element, envelope, received).map_err(Stop::from));
            }
            "retract" if is_pubsub(&element) => said.push(self.retraction(&element, envelope)),
            "message" if Message::is(&element) && !element.has_child("event", PUBSUB_EVENT) => {
                said.push(self.direct(&element, envelope));
            }
            "message" | "iq" | "event" | "pubsub" | "items" | "publish" => {
                let inner = within(&element, envelope);
                for child in element.children() {
                    self.read(child.clone(), &inner, said);
                }
            }
            // an item is gone, and nobody took it back
            "purge" | "delete" | "configuration" | "collection" | "subscription" | "publish-options" => {
                said.push(Err(unsupported("says nothing of what anybody wrote")));
            }
            _ => match self.item(element, envelope) {
                Ok(all) => said.extend(all.into_iter().map(Ok)),
                Err(stop) => said.push(Err(stop)),
            },
        }
    }

    fn retraction(&self, element: &Element, envelope: &Envelope) -> Result<Crossed, Stop> {
        let envelope = within(element, envelope);
        let place = place(&envelope).ok_or_else(nowhere)?;
        let crossed = retraction::parse(self.config, &place, element, &envelope)?;
        self.not_ours(&crossed.activity.actor)?;
        Ok(crossed)
    }

    fn direct(&self, element: &Element, envelope: &Envelope) -> Result<Crossed, Stop> {
        let crossed = direct::parse(self.config, element, envelope, self.wire.received)?;
        self.not_ours(&crossed.activity.actor)?;
        Ok(crossed)
    }

    /// What an item says: one thing, but that attachments say all at once.
    fn item(&self, element: Element, envelope: &Envelope) -> Result<Vec<Crossed>, Stop> {
        if element.is("profile", PROFILE) {
            return self.profile(&element, envelope).map(|crossed| vec![crossed]);
        }
        let PubsubItem { id, publisher, payload } = PubsubItem::from_element(element);
        let place = place(envelope)
            .or_else(|| named_by(payload.as_ref(), envelope)?.0)
            .ok_or_else(nowhere)?;
        let id = id.or_else(|| named_by(payload.as_ref(), envelope)?.1);
        // XEP-0277 §5: the item of this id tells of the blog
        if id.as_deref() == Some("0") {
            return Err(unsupported("the blog's own metadata"));
        }
        let item = id
            .and_then(|id| place.item(&id))
            .ok_or_else(|| malformed("an item without a possible id"))?;
        let publisher = publisher.or_else(|| envelope.publisher.clone());
        let author = self.author(&place, envelope, publisher.as_deref(), payload.as_ref())?;
        self.not_ours(&author)?;
        if let Some(part) = payload.as_ref().filter(|_| PROFILE_NODES.contains(&item.node())) {
            return profile::parse(&author, part, self.context).map(|crossed| vec![crossed]);
        }
        let payload = self.opened(&item, payload, envelope)?;
        if let Some(attached) = Attached::from_element(&payload).filter(|_| attachments::is(&place)) {
            // in a file nothing came before
            let replaces = envelope.how != How::File;
            return Ok(attachments::parse(&item, &author, &attached, replaces)?);
        }
        if event::is(&payload) {
            let entry = event::entry(&payload);
            return Ok(vec![event::parse(&self.arrived(&item, &author, &entry), &payload)?]);
        }
        let entry = AtomEntry::from_element(&payload).ok_or_else(|| unsupported("not an Atom entry"))?;
        self.entry(&item, &author, &entry).map(|crossed| vec![crossed])
    }

    /// A whole profile, read by this bridge where its owner keeps it.
    fn profile(&self, element: &Element, envelope: &Envelope) -> Result<Crossed, Stop> {
        let owner = envelope.service.as_deref().and_then(ids::actor).ok_or_else(nowhere)?;
        self.not_ours(&owner)?;
        Ok(profile::crossed(
            &owner,
            &Bundle::from_element(element).unwrap_or_default(),
        ))
    }

    fn arrived<'b>(&'b self, item: &'b Item, author: &'b ActorId, entry: &'b AtomEntry) -> Arrived<'b> {
        Arrived {
            config: self.config,
            context: self.context,
            item,
            author,
            entry,
        }
    }

    /// The kinds of entries, the more special first.
    fn entry(&self, item: &Item, author: &ActorId, entry: &AtomEntry) -> Result<Crossed, Stop> {
        let arrived = self.arrived(item, author, entry);
        if entry.deleted {
            return Ok(retraction::parse_tombstone(&arrived));
        }
        if reaction::is(item, entry) {
            return reaction::parse(&arrived);
        }
        match repost::original(entry).filter(|_| !item.place().is_comments()) {
            Some(original) => Ok(repost::parse(&arrived, &original)),
            None if comment::is(item, entry) => Ok(comment::parse(&arrived)?),
            None => Ok(post::parse(&arrived)?),
        }
    }

    /// Who wrote it. In a file nobody vouches for anything: there, and only there, the entry is believed.
    fn author(
        &self,
        place: &Place,
        envelope: &Envelope,
        publisher: Option<&str>,
        payload: Option<&Element>,
    ) -> Result<ActorId, Refusal> {
        let claimed = || match (envelope.how, payload.and_then(claimed_author)?) {
            (How::File, jid) => ids::actor(&jid),
            (How::Event | How::Iq | How::Read, _) => None,
        };
        author_of(self.config, place, envelope.how, publisher, envelope.from.as_deref())
            .or_else(|refusal| claimed().ok_or(refusal))
    }

    /// What comes back from where we published it is no news.
    // security.md row 80
    fn not_ours(&self, author: &ActorId) -> Result<(), Refusal> {
        if ids::domain_of(author.as_str()) == self.config.bridge {
            return Err(Refusal::ignore(Reason::Loop, "by this bridge"));
        }
        Ok(())
    }

    /// The payload, once it is proven that everybody may read the item: by a probe, unless this bridge keeps the node.
    /// An event may come without payload; the probe then brings it.
    // PRODUCT: Consent, "Openness is proved per item"
    fn opened(&self, item: &Item, payload: Option<Element>, envelope: &Envelope) -> Result<Element, Stop> {
        let kept = envelope.how == How::Iq && ids::domain_of(item.service()) == self.config.bridge;
        if kept || envelope.open || envelope.how == How::File {
            return payload.ok_or_else(|| malformed("an item without a payload"));
        }
        let need = Wanted::Probe(item.clone()).need();
        match self.context.lookup.lookup(&need) {
            Answer::NotAsked => Err(Stop::Needs(need)),
            Answer::Found(wire) => {
                let read = PubsubItem::from_element(document::read(&wire.body)?).payload;
                let read = read.ok_or_else(|| malformed("an item without a payload"))?;
                let same = payload.is_none_or(|payload| hash(&payload) == hash(&read));
                // where only the owner publishes, what everybody may read is theirs, and newer
                if same || owner_only(&item.place()) {
                    return Ok(read);
                }
                Err(Refusal::ignore(Reason::Superseded, "another version stands there by now").into())
            }
            Answer::Failed(refusal) if refusal.is_transient() => Err(refusal.clone().into()),
            Answer::Failed(refusal) => {
                Err(Refusal::reject(Reason::NodeClosed, format!("not open to everybody: {}", refusal.detail)).into())
            }
        }
    }
}

/// What a wrapper adds to what is known: the node, and in a file the addresses of its stanza.
fn within(element: &Element, envelope: &Envelope) -> Envelope {
    let mut inner = envelope.clone();
    inner.node = inner.node.or_else(|| element.attr("node").map(str::to_owned));
    if envelope.how == How::File && matches!(element.name(), "message" | "iq") {
        let address = |name| element.attr(name).map(str::to_owned);
        // a request goes to the service, an event and an answer come from it
        let request = element.attr("type") == Some("set");
        inner.service = inner.service.or_else(|| address(if request { "to" } else { "from" }));
        inner.from = inner.from.or_else(|| address("from").filter(|_| request));
        inner.to = inner.to.or_else(|| address("to"));
    }
    inner
}

fn place(envelope: &Envelope) -> Option<Place> {
    Place::new(envelope.service.as_deref()?, envelope.node.as_deref()?)
}

/// In a file, where an entry says it stands: by its link to itself, else in its author's microblog.
fn named_by(payload: Option<&Element>, envelope: &Envelope) -> Option<(Option<Place>, Option<String>)> {
    let entry = AtomEntry::from_element(payload.filter(|_| envelope.how == How::File)?)?;
    let own = entry.links("alternate").find_map(|link| match read_uri(&link.href)? {
        Reference::Item(item) => Some(item),
        Reference::Place(_) | Reference::Jid(_) => None,
    });
    if let Some(item) = own {
        return Some((Some(item.place()), Some(item.id().to_owned())));
    }
    let author = payload.and_then(claimed_author);
    Some((author.and_then(|jid| Place::new(&jid, MICROBLOG)), entry.id))
}

fn claimed_author(payload: &Element) -> Option<String> {
    match read_uri(&AtomEntry::from_element(payload)?.author?.uri?)? {
        Reference::Jid(jid) => Some(jid),
        Reference::Item(_) | Reference::Place(_) => None,
    }
}

fn nowhere() -> Stop {
    malformed("it is not said where the item stands")
}

fn malformed(detail: &str) -> Stop {
    Refusal::reject(Reason::Malformed, detail).into()
}

fn unsupported(detail: &str) -> Stop {
    Refusal::ignore(Reason::UnsupportedKind, detail).into()
}
