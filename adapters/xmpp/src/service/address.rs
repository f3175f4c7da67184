//! Who is asked, and by whom.

use causeway_core::adapter::Context;
use causeway_core::id::ActorId;
use causeway_core::ports::{ActorView, Resolved, Standing, Viewer};
use causeway_core::refusal::{Reason, Refusal};

use crate::link::Request;
use crate::{Xmpp, ids};

/// A request with everything known of its two ends.
pub(crate) struct Asked<'a> {
    pub(crate) xmpp: &'a Xmpp,
    pub(crate) context: &'a Context,
    pub(crate) request: &'a Request,
    /// Who asks, by the server's word.
    pub(crate) sender: ActorId,
    /// Who is asked: a bare JID of ours in canonical form, an alias resolved.
    pub(crate) service: String,
}

impl<'a> Asked<'a> {
    /// `None` when one of the two is no JID.
    pub(crate) fn of(xmpp: &'a Xmpp, context: &'a Context, request: &'a Request) -> Option<Self> {
        let sender = ids::actor(request.from.as_str())?;
        let to = ids::canonical_jid(request.to.as_str())?;
        let service = if ids::has_local_part(&to) {
            ids::resolve_virtual(&xmpp.config, &to)?.as_str().to_owned()
        } else {
            to
        };
        Some(Self {
            xmpp,
            context,
            request,
            sender,
            service,
        })
    }

    /// Whether the bridge itself is asked.
    pub(crate) fn is_bridge(&self) -> bool {
        self.service == self.xmpp.config.bridge
    }

    /// As whom the sender reads.
    pub(crate) fn viewer(&self) -> Viewer {
        Viewer::Actor(self.sender.clone())
    }

    /// Whether the sender is a user of a server this bridge serves.
    pub(crate) fn is_served(&self) -> bool {
        self.xmpp.serves(&self.sender)
    }

    /// The person asked; learnt, if the sender may cause that.
    ///
    /// # Errors
    /// `not-found`, the same for who never was and who may not be known; `actor-gone`.
    // security.md row 36
    pub(crate) async fn person(&self) -> Result<ActorView, Refusal> {
        person(self.xmpp, self.context, &self.sender, &self.service).await
    }
}

/// The person whose virtual JID `service` is, as `sender` may know them.
pub(crate) async fn person(
    xmpp: &Xmpp,
    context: &Context,
    sender: &ActorId,
    service: &str,
) -> Result<ActorView, Refusal> {
    let id = ids::resolve_virtual(&xmpp.config, service).ok_or_else(unknown)?;
    let view = match context.reads.actor(&id, &ids::NETWORK).await? {
        Some(view) => view,
        None => learnt(xmpp, context, sender, service).await?,
    };
    match view.standing {
        Standing::Gone | Standing::Stopped => Err(Refusal::gone(Reason::ActorGone, "the account is gone")),
        Standing::Known | Standing::Active | Standing::Paused => Ok(view),
    }
}

async fn learnt(xmpp: &Xmpp, context: &Context, sender: &ActorId, service: &str) -> Result<ActorView, Refusal> {
    // PRODUCT: Consent: only users of served domains cause fetches
    if !xmpp.serves(sender) {
        return Err(unknown());
    }
    let address = ids::address_of(&xmpp.config, service).ok_or_else(unknown)?;
    match context.directory.resolve(sender, &address).await? {
        Resolved::Remote(view) => Ok(*view),
        Resolved::Local(actor) => Err(Refusal::reject(
            Reason::NotFound,
            format!("no bridge is needed: {}", actor.as_str()),
        )),
    }
}

fn unknown() -> Refusal {
    Refusal::reject(Reason::NotFound, "nobody is known by that address")
}
