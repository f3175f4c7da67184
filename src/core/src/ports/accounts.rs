//! Local actors: what they agreed to.

use super::Later;
use crate::id::{ActorId, Network};
use crate::model::Profile;
use crate::time::Timestamp;

/// Whether an actor takes part.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Standing {
    /// Known, and nothing more: a local actor of this standing never agreed.
    #[default]
    Known,
    /// Takes part.
    Active,
    /// Keeps everything and sends nothing.
    Paused,
    /// Withdrew; what it had sent is being retracted or is.
    Stopped,
    /// Deleted.
    Gone,
}

/// A local actor, as it looks at itself.
#[derive(Clone, Debug, PartialEq)]
pub struct Account {
    /// Its home id.
    pub actor: ActorId,
    /// Whether it takes part.
    pub standing: Standing,
    /// Where it agreed to be seen, and as who: network, id and handle there.
    pub identities: Vec<(Network, ActorId, Option<String>)>,
    /// Why nothing of it leaves although it agreed, when that is so.
    pub hindrance: Option<crate::refusal::Reason>,
}

/// What `start` makes of an actor.
#[derive(Clone, Debug)]
pub struct NewAccount<'a> {
    /// The home id.
    pub actor: &'a ActorId,
    /// The profile to begin with.
    pub profile: &'a Profile,
    /// The networks agreed to.
    pub networks: &'a [Network],
    /// The version of the text that was agreed to.
    pub text: &'a str,
    /// How they agreed: `chat`, `ad-hoc`.
    pub via: &'a str,
}

/// One line of the consent ledger, which only grows.
#[derive(Clone, Debug, PartialEq)]
pub struct ConsentEntry {
    /// When.
    pub at: Timestamp,
    /// For which network.
    pub network: Network,
    /// For what: `bridge`, `index`, `research`.
    pub purpose: String,
    /// Given or withdrawn.
    pub given: bool,
    /// Which text.
    pub text: String,
    /// How.
    pub via: String,
}

/// What a local actor agreed to besides being bridged, or withdrew.
#[derive(Clone, Copy, Debug)]
pub struct Agreement<'a> {
    /// Who.
    pub actor: &'a ActorId,
    /// To what, such as `receive-followers`.
    pub purpose: &'a str,
    /// Given or withdrawn.
    pub given: bool,
    /// The version of the text that was shown.
    pub text: &'a str,
    /// How: chat, ad-hoc, web, cli.
    pub via: &'a str,
}

/// Consent, and the identities that come and go with it.
pub trait Accounts: Send + Sync {
    /// The account of a local actor; `None` when nobody by that id ever agreed.
    ///
    /// # Errors
    /// `Retry` when the store does not answer.
    fn account<'a>(&'a self, actor: &'a ActorId) -> Later<'a, Option<Account>>;

    /// Records consent, makes the actor active, and mints a fresh generation of ids and names on each
    /// network. Doing it again while active changes nothing.
    ///
    /// # Errors
    /// `Retry` when it could not be written.
    fn open<'a>(&'a self, new: NewAccount<'a>) -> Later<'a, Account>;

    /// Records the withdrawal, retracts everything that was sent, and makes the ids of this generation gone for ever.
    ///
    /// # Errors
    /// `not-opted-in` when there is nothing to withdraw; `Retry` when it could not be written.
    fn close<'a>(&'a self, actor: &'a ActorId, via: &'a str) -> Later<'a, ()>;

    /// Records that somebody active agreed to something besides being bridged, or withdrew that.
    ///
    /// # Errors
    /// `not-opted-in` when they are not bridged; `Retry` when it could not be written.
    fn agree<'a>(&'a self, agreement: Agreement<'a>) -> Later<'a, ()>;

    /// The whole ledger of an actor, oldest first.
    ///
    /// # Errors
    /// `Retry` when the store does not answer.
    fn consents<'a>(&'a self, actor: &'a ActorId) -> Later<'a, Vec<ConsentEntry>>;

    /// The active local actors whose home is `network`.
    ///
    /// # Errors
    /// `Retry` when the store does not answer.
    fn active<'a>(&'a self, network: &'a Network) -> Later<'a, Vec<ActorId>>;
}
