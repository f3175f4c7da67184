//! What goes in and out of `parse`, `render` and `deliver`.

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::Need;
use crate::id::{ActorId, Network, ObjectId};
use crate::loss::Loss;
use crate::model::{Activity, Kind};
use crate::refusal::{Reason, Refusal};

/// What a wire said.
#[derive(Clone, Debug, PartialEq)]
pub enum Parsed {
    /// All of it.
    Done(Crossing),
    /// These must be looked up first; `parse` is then called again.
    Needs(Vec<Need>),
}

/// Everything a wire said, in order.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Crossing {
    /// What was understood.
    pub activities: Vec<Crossed>,
    /// What was not, entry by entry.
    pub refused: Vec<Refusal>,
}

/// One activity with what it lost on the way.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Crossed {
    /// The activity, in the wire's own ids.
    pub activity: Activity,
    /// What the wire claims about the object that it makes.
    #[serde(default, skip_serializing_if = "Claim::is_state")]
    pub claim: Claim,
    /// What its wire held and it does not.
    pub losses: Vec<Loss>,
}

impl Crossing {
    /// Whether nobody but those it is for may ever read it: it holds a message, or something private that was refused.
    pub fn is_confidential(&self) -> bool {
        let message = |crossed: &Crossed| crossed.activity.payload.kind() == Kind::Direct;
        self.activities.iter().any(message)
            || self
                .refused
                .iter()
                .any(|refusal| refusal.reason == Reason::PrivateAudience)
    }
}

/// What a wire claims about the object that it makes: it decides what is done where one of that id is, or was.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Claim {
    /// It is so now, new or edited. What ended stays ended.
    #[default]
    State,
    /// It is new: where it is held, this is a repetition and says nothing of how it is now.
    New,
    /// It stands under its id now, as in a place from which things are taken away and others put there: where the one
    /// before ended, this is another.
    Stands,
}

impl Claim {
    fn is_state(&self) -> bool {
        *self == Self::State
    }
}

impl Crossed {
    /// An activity that claims to be how things are.
    pub fn new(activity: Activity, losses: Vec<Loss>) -> Self {
        Self {
            activity,
            claim: Claim::State,
            losses,
        }
    }

    /// The same, with this claim.
    #[must_use]
    pub fn claiming(self, claim: Claim) -> Self {
        Self { claim, ..self }
    }
}

impl Parsed {
    /// One activity and nothing else.
    pub fn one(activity: Activity, losses: Vec<Loss>) -> Self {
        Self::Done(Crossing {
            activities: vec![Crossed::new(activity, losses)],
            refused: Vec::new(),
        })
    }

    /// Nothing but a refusal.
    pub fn refused(refusal: Refusal) -> Self {
        Self::Done(Crossing {
            activities: Vec::new(),
            refused: vec![refusal],
        })
    }
}

/// An activity on its way out. With [`Verb::Retract`] the payload is what is taken back, as
/// [`crate::model::Payload::skeleton`] leaves it: of a follow its two ends, of a post its id and audience.
#[derive(Clone, Debug, PartialEq)]
pub struct Outgoing {
    /// What to do with it at the target.
    pub verb: Verb,
    /// The activity; ids are in the target network's terms wherever they have such, and in their own elsewhere.
    pub activity: Activity,
    /// The version of the object: 1 is the first.
    pub version: u32,
}

/// What to do with an object at a target, decided from what that target holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verb {
    /// It was never there.
    Create,
    /// An earlier version is there.
    Update,
    /// It is there and must go.
    Retract,
    /// It is of that network already and is passed on unchanged.
    Relay,
}

/// Whose bytes are the same.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Variant {
    /// Every target's.
    Shared,
    /// Those for targets of this actor alone.
    For(ActorId),
    /// Those for targets of this sort, by a name of the adapter's own.
    Form(&'static str),
}

/// Where to deliver.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Target {
    /// By which network.
    pub network: Network,
    /// The host, in canonical form: its lane.
    pub host: String,
    /// The address, meaningful to the adapter.
    pub address: String,
}

/// The wire of an outgoing activity, before it is sealed for a target.
#[derive(Clone, Debug, PartialEq)]
pub struct Rendered {
    /// The media type of `body`.
    pub media_type: &'static str,
    /// The bytes.
    pub body: Bytes,
    /// Who speaks, in the target network's terms: signs, or is the sender.
    pub actor: ActorId,
    /// What it is about, in the target network's terms.
    pub object: Option<ObjectId>,
    /// What to do with it there.
    pub verb: Verb,
    /// The wire id of the activity, the same at every try.
    pub id: Option<String>,
    /// What the model held and the wire does not.
    pub losses: Vec<Loss>,
}

/// One item that a target took.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Delivered {
    /// The id the target gave it, when it gives one.
    pub remote_id: Option<String>,
    /// The target's answer, for the trace: `202`, `result`.
    pub answer: String,
}
