//! Addresses of other networks to JIDs, for clients that ask for them (XEP-0100 §6.3).

use causeway_core::ports::Resolved;
use jid::Jid;

use super::Answer;
use super::address::Asked;
use crate::error::{fault, no};
use crate::link::{Condition, Fault};
use crate::wire::gateway;

pub(super) fn prompt(asked: &Asked<'_>) -> Answer {
    if !asked.is_bridge() {
        return Err(Fault::from(Condition::ServiceUnavailable));
    }
    let description = "Type the address of somebody elsewhere, such as alice@masto.example, or the URL of their page.";
    Ok(Some(gateway::form(description, "Address or URL")))
}

pub(super) async fn address(asked: &Asked<'_>) -> Answer {
    if !asked.is_bridge() {
        return Err(Fault::from(Condition::ServiceUnavailable));
    }
    let Some(typed) = gateway::typed(&asked.request.payload) else {
        return Err(no(Condition::BadRequest, "malformed: an address is missing"));
    };
    if !asked.is_served() {
        return Err(no(Condition::Forbidden, "not-served: this bridge serves other domains"));
    }
    let found = asked
        .context
        .directory
        .resolve(&asked.sender, &typed)
        .await
        .map_err(|refusal| fault(&refusal))?;
    let id = match found {
        Resolved::Remote(view) => view.id,
        Resolved::Local(actor) => actor,
    };
    let jid: Jid = id
        .as_str()
        .parse()
        .map_err(|_| Fault::from(Condition::InternalServerError))?;
    Ok(Some(gateway::address(&jid)))
}
