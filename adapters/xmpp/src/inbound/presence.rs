//! Contacts in rosters: to have somebody elsewhere there is to follow them.

use causeway_core::adapter::Context;
use causeway_core::id::ActorId;
use causeway_core::refusal::Refusal;
use minidom::Element;

use crate::link::Stanza;
use crate::stanza::presence;
use crate::{Xmpp, ids, service};

/// What is answered to a request for presence, or to its end. No presence is ever sent but this answer.
// RFC 6121 §3.1, §3.3; PRODUCT: Ways in
pub(super) async fn answer(xmpp: &Xmpp, context: &Context, stanza: &Stanza) -> Vec<Element> {
    let Some(sender) = ids::actor(stanza.from.as_str()) else {
        return Vec::new();
    };
    let (us, them) = (ids::bare(stanza.to.as_str()), sender.as_str());
    if stanza.to.node().is_none() {
        // the bridge itself may stand in anybody's roster
        let kind = if asks(stanza) { "subscribed" } else { "unsubscribed" };
        return vec![presence(kind, us, them)];
    }
    if !asks(stanza) {
        if let Err(refusal) = ended(xmpp, context, &sender, us, stanza).await {
            tracing::debug!(%refusal, %sender, to = us, "the end of a follow");
        }
        return vec![presence("unsubscribed", us, them)];
    }
    match service::follow(xmpp, context, &sender, us, &stanza.element).await {
        Ok(_) => vec![presence("subscribed", us, them)],
        // neither yes nor no: the request stays pending, and their server asks again
        // RFC 6121 §3.1.3
        Err(refusal) if refusal.is_transient() => {
            tracing::debug!(%refusal, %sender, to = us, "a contact is left pending");
            Vec::new()
        }
        Err(refusal) => {
            tracing::debug!(%refusal, %sender, to = us, "a contact was refused");
            vec![presence("unsubscribed", us, them)]
        }
    }
}

/// The end of a follow, where there is one: nobody else writes anything down here.
async fn ended(xmpp: &Xmpp, context: &Context, sender: &ActorId, us: &str, stanza: &Stanza) -> Result<(), Refusal> {
    let Some(person) = ids::resolve_virtual(&xmpp.config, us) else {
        return Ok(());
    };
    let Some(view) = context.reads.actor(&person, &ids::NETWORK).await? else {
        return Ok(());
    };
    match context.reads.follow(sender, &view.home).await? {
        Some(_) => service::unfollow(xmpp, context, sender, us, &stanza.element).await,
        None => Ok(()),
    }
}

fn asks(stanza: &Stanza) -> bool {
    stanza.kind.as_deref() == Some("subscribe")
}
