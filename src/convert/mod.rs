//! Converts one document into another network's, from files: no server, no store, no network.
//!
//! Identities are made by the same pure functions as in the running bridge; what the bridge would look up (a handle, an
//! opaque name) is guessed from the id, the same way each time.

mod names;

use bytes::Bytes;
use causeway_core::adapter::{
    Adapter, Adapters, Crossed, Crossing, NothingKnown, Outgoing, ParseContext, Parsed, RenderContext, Verb, Wire,
};
use causeway_core::id::Network;
use causeway_core::loss::Loss;
use causeway_core::model::{Activity, Payload};
use causeway_core::refusal::{Reason, Refusal};
use causeway_core::time::Timestamp;

pub use names::Names;

/// One converted activity.
#[derive(Clone, Debug)]
pub struct Converted {
    /// The target document.
    pub document: Bytes,
    /// What was lost on the way in, then on the way out.
    pub losses: Vec<Loss>,
}

/// A converter between adapters' networks and the model's JSON.
pub struct Converter<'a> {
    adapters: &'a Adapters,
    names: Names<'a>,
    now: Timestamp,
}

impl<'a> Converter<'a> {
    /// A converter whose clock stands at `now`.
    pub fn new(adapters: &'a Adapters, now: Timestamp) -> Self {
        Self {
            adapters,
            names: Names::new(adapters),
            now,
        }
    }

    /// What a document of `network` says.
    ///
    /// # Errors
    /// When nothing of it was understood, the first reason why.
    pub fn read(&self, network: &Network, body: Bytes) -> Result<Vec<Crossed>, Refusal> {
        let adapter = self.adapter(network)?;
        let wire: Wire = adapter.wire_of_file(body, self.now)?;
        let nothing = NothingKnown(Refusal::reject(Reason::NotFound, "nothing is fetched for a file"));
        let context = ParseContext {
            now: self.now,
            lookup: &nothing,
        };
        let crossing: Crossing = match adapter.parse(&wire, &context) {
            Parsed::Done(crossing) => crossing,
            Parsed::Needs(_) => return Err(Refusal::reject(Reason::NotFound, "needs more than the file holds")),
        };
        match crossing.refused.into_iter().next() {
            Some(refusal) if crossing.activities.is_empty() => Err(refusal),
            _ => Ok(crossing.activities),
        }
    }

    /// What the model's JSON says.
    ///
    /// # Errors
    /// `malformed`.
    pub fn read_model(&self, body: &[u8]) -> Result<Vec<Crossed>, Refusal> {
        let activity: Activity =
            serde_json::from_slice(body).map_err(|error| Refusal::reject(Reason::Malformed, error.to_string()))?;
        Ok(vec![Crossed::new(activity, Vec::new())])
    }

    /// The document of `network` for an activity.
    ///
    /// # Errors
    /// The adapter's reason why there is none.
    pub fn write(&self, network: &Network, crossed: Crossed) -> Result<Converted, Refusal> {
        let adapter = self.adapter(network)?;
        let Crossed {
            mut activity,
            mut losses,
            ..
        } = crossed;
        let author = self.names.profile(&activity.actor, network);
        self.names.translate(&mut activity, network);
        let verb = verb(&activity.payload);
        let outgoing = Outgoing {
            verb,
            activity,
            version: 1,
        };
        let context = RenderContext {
            author: Some(&author),
            public_key: None,
        };
        let rendered = adapter.render(&outgoing, &context)?;
        losses.extend(rendered.losses);
        Ok(Converted {
            document: rendered.body,
            losses,
        })
    }

    /// The model's JSON for an activity.
    ///
    /// # Errors
    /// `internal`, when it cannot be written.
    pub fn write_model(&self, crossed: Crossed) -> Result<Converted, Refusal> {
        let document = serde_json::to_vec_pretty(&crossed.activity).map_err(Refusal::internal)?;
        Ok(Converted {
            document: document.into(),
            losses: crossed.losses,
        })
    }

    fn adapter(&self, network: &Network) -> Result<&dyn Adapter, Refusal> {
        let adapter = self.adapters.get(network).map(AsRef::as_ref);
        adapter.ok_or_else(|| Refusal::reject(Reason::UnsupportedKind, format!("no adapter speaks {network}")))
    }
}

/// A file knows no earlier versions: an edited post was there before, a retraction takes back.
fn verb(payload: &Payload) -> Verb {
    match payload {
        Payload::Retraction(_) => Verb::Retract,
        _ if payload.post().is_some_and(|post| post.edited.is_some()) => Verb::Update,
        _ => Verb::Create,
    }
}
