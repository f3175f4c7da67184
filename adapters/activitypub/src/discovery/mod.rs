//! Finding an actor by what a person types: `@alice@masto.example`, `alice@masto.example`, `acct:…`, the address of an
//! actor, of a profile page or of a post.
//!
//! An address is proven both ways: its host leads to the actor, and the actor's host leads from the actor's own name back
//! to the same actor. Where these are two hosts (a bare domain delegates to a server), the address is the one that both
//! agree on.

mod webfinger;

use std::time::Duration;

use causeway_core::adapter::{Context, ResolvesActors, Wire};
use causeway_core::refusal::{Reason, Refusal};
use causeway_formats::webfinger::{Acct, Resource};
use futures_core::future::BoxFuture;
use url::Url;

use crate::adapter::ActivityPub;
use crate::fetch::{Fetched, mismatch};
use crate::transport::within;
use crate::wire::Ref;
use crate::{ids, profile};
use webfinger::Said;

/// How long one search may take in all.
const PATIENCE: Duration = Duration::from_secs(30);

/// The name under which a wire carries the address proven for its actor.
pub(crate) const HANDLE: &str = "handle";

impl ResolvesActors for ActivityPub {
    fn resolve<'a>(&'a self, context: &'a Context, address: &'a str) -> BoxFuture<'a, Result<Wire, Refusal>> {
        Box::pin(within(context, PATIENCE, self.found(context, address)))
    }
}

impl ActivityPub {
    async fn found(&self, context: &Context, address: &str) -> Result<Wire, Refusal> {
        match Resource::parse(address.trim()) {
            Ok(Resource::Acct(asked)) => self.by_address(context, &asked).await,
            Ok(Resource::Url(url)) => self.by_url(context, &url).await,
            Err(_) => Err(nobody()),
        }
    }

    async fn by_address(&self, context: &Context, asked: &Acct) -> Result<Wire, Refusal> {
        let said = self.said_of(context, asked).await?.ok_or_else(nobody)?;
        let actor = self.by_id(context, &said.actor).await?;
        is_actor(&actor).then_some(()).ok_or_else(nobody)?;
        let handle = self.agreed(context, &actor, asked, &said).await?;
        Ok(actor.into_wire(Some((HANDLE, handle.to_string()))))
    }

    async fn by_url(&self, context: &Context, url: &Url) -> Result<Wire, Refusal> {
        let found = match self.by_id(context, url.as_str()).await {
            // a page for people: its host may know whose
            Err(refusal) if refusal.reason == Reason::MediaType => {
                let host = ids::host(url.as_str()).ok_or_else(nobody)?;
                let jrd = self.described(context, &host, url.as_str()).await?;
                let actor = jrd.as_ref().and_then(|jrd| jrd.actor()).ok_or_else(nobody)?;
                self.by_id(context, actor).await?
            }
            Err(refusal) if refusal.reason == Reason::Loop => return Err(nobody()),
            other => other?,
        };
        let actor = if is_actor(&found) {
            found
        } else {
            let author = author(&found).ok_or_else(nobody)?;
            self.by_id(context, &author).await?
        };
        is_actor(&actor).then_some(()).ok_or_else(nobody)?;
        // nobody claimed an address, so none need be proven
        let handle = match own_address(&actor) {
            Some(own) => self.canonical(context, &actor, &own, None).await.unwrap_or_default(),
            None => None,
        };
        Ok(actor.into_wire(handle.map(|handle| (HANDLE, handle.to_string()))))
    }

    /// The address that the host asked and the actor's own host agree on.
    // security.md row 14
    async fn agreed(&self, context: &Context, actor: &Fetched, asked: &Acct, said: &Said) -> Result<Acct, Refusal> {
        let own = own_address(actor);
        let canonical = match &own {
            Some(own) => self.canonical(context, actor, own, Some((asked, said))).await?,
            None => None,
        };
        match canonical {
            Some(canonical) => {
                let claimed = [asked, &said.subject];
                let fits = claimed
                    .into_iter()
                    .any(|claim| *claim == canonical || own.as_ref() == Some(claim));
                fits.then_some(canonical)
            }
            // FEP-2c59: the actor's own document may name the address as well
            None => (names(actor).as_ref() == Some(asked) && said.subject == *asked).then(|| asked.clone()),
        }
        .ok_or_else(|| mismatch("the address leads to an actor that does not lead back"))
    }

    /// The address that the actor's own host gives it, where that leads back to the actor: `own`, or another one whose
    /// host says the same. `known` is what was asked before.
    async fn canonical(
        &self,
        context: &Context,
        actor: &Fetched,
        own: &Acct,
        known: Option<(&Acct, &Said)>,
    ) -> Result<Option<Acct>, Refusal> {
        let said = self.said(context, own, known).await?;
        let Some(said) = said.filter(|said| actor.is_at(&said.actor)) else {
            return Ok(None);
        };
        if said.subject == *own {
            return Ok(Some(said.subject));
        }
        let subject = said.subject;
        // the other host's silence takes nothing from the address that is proven already
        let there = self.said(context, &subject, known).await.unwrap_or_default();
        let confirmed = there.is_some_and(|there| there.subject == subject && actor.is_at(&there.actor));
        Ok(Some(if confirmed { subject } else { own.clone() }))
    }

    async fn said(
        &self,
        context: &Context,
        acct: &Acct,
        known: Option<(&Acct, &Said)>,
    ) -> Result<Option<Said>, Refusal> {
        match known {
            Some((asked, said)) if asked == acct => Ok(Some(said.clone())),
            Some(_) | None => self.said_of(context, acct).await,
        }
    }
}

fn is_actor(found: &Fetched) -> bool {
    found.doc().is_some_and(profile::is_actor)
}

/// Who wrote a post or did an activity.
fn author(found: &Fetched) -> Option<String> {
    let doc = found.doc()?;
    let author = doc.first("attributedTo").or_else(|| doc.first("actor"));
    author.and_then(Ref::id).map(str::to_owned)
}

/// The actor's name at its own host.
fn own_address(actor: &Fetched) -> Option<Acct> {
    let name = actor.doc()?.text("preferredUsername")?;
    Acct::new(name, &ids::host(&actor.id)?).ok()
}

/// The address that the actor's document names.
// FEP-2c59
fn names(actor: &Fetched) -> Option<Acct> {
    Acct::parse(actor.doc()?.text("webfinger")?).ok()
}

fn nobody() -> Refusal {
    Refusal::reject(Reason::NotFound, "nobody of that name is on this network")
}
