//! Asking a host who is behind an address: WebFinger, and host-meta where that is missing.

use causeway_core::adapter::Context;
use causeway_core::ports::{HttpRequest, HttpResponse, Redirects};
use causeway_core::refusal::{Reason, Refusal};
use causeway_formats::webfinger::{Acct, Jrd};
use http::{HeaderMap, HeaderValue, Method, header};
use url::Url;

use crate::adapter::ActivityPub;
use crate::ids;
use crate::transport::{is_missing, refusal};

/// What we ask for; programs of before 2014 answer in XML whatever is asked.
// RFC 7033 §4.2, RFC 6415 §3
const ACCEPT: &str = "application/jrd+json, application/json;q=0.9, application/xrd+xml;q=0.5";
/// Bytes of a descriptor read at most.
const LIMIT: usize = 256 * 1024;
/// Redirects followed at most: a bare domain often points to the host of its server.
// security.md row 43
const HOPS: u8 = 5;

/// What a host says of an address.
#[derive(Clone, Debug)]
pub(crate) struct Said {
    /// The id of the actor.
    pub actor: String,
    /// The address it should be known by; the one asked for, when the host does not say.
    pub subject: Acct,
}

impl ActivityPub {
    /// The actor at `acct`, by the word of its host; `None` when there is none on this network.
    ///
    /// # Errors
    /// `Retry` when the host does not answer now.
    pub(crate) async fn said_of(&self, context: &Context, acct: &Acct) -> Result<Option<Said>, Refusal> {
        let jrd = self.described(context, acct.host(), &acct.uri()).await?;
        Ok(jrd.and_then(|jrd| {
            Some(Said {
                actor: jrd.actor()?.to_owned(),
                subject: jrd
                    .subject
                    .as_deref()
                    .and_then(|subject| Acct::parse(subject).ok())
                    .unwrap_or_else(|| acct.clone()),
            })
        }))
    }

    /// The descriptor of `resource` at `host`; `None` when there is none.
    ///
    /// # Errors
    /// `Retry` when the host does not answer now.
    // RFC 7033 §4
    pub(crate) async fn described(
        &self,
        context: &Context,
        host: &str,
        resource: &str,
    ) -> Result<Option<Jrd>, Refusal> {
        if host == self.config.authority() {
            return Ok(None);
        }
        let query: String = url::form_urlencoded::byte_serialize(resource.as_bytes()).collect();
        let answer = at_host(context, host, &format!("/.well-known/webfinger?resource={query}")).await?;
        if is_missing(answer.status) {
            return self.described_by_template(context, host, resource).await;
        }
        readable(context, &answer)
    }

    /// The same by the template in host-meta.
    // RFC 6415 §4.2
    async fn described_by_template(
        &self,
        context: &Context,
        host: &str,
        resource: &str,
    ) -> Result<Option<Jrd>, Refusal> {
        let answer = at_host(context, host, "/.well-known/host-meta").await?;
        let template = readable(context, &answer)?.and_then(|meta| meta.lrdd(resource, true));
        let url = template.filter(|url| ids::object(url).is_some() && !self.config.is_ours(url));
        match url.and_then(|url| Url::parse(&url).ok()) {
            Some(url) => readable(context, &get(context, url).await?),
            None => Ok(None),
        }
    }
}

/// The descriptor in an answer; `None` when the host says no, or something else.
fn readable(context: &Context, answer: &HttpResponse) -> Result<Option<Jrd>, Refusal> {
    match refusal(answer, context.clock.now(), Reason::HostRefused) {
        Some(refusal) if refusal.is_transient() => Err(refusal),
        Some(_) => Ok(None),
        None => Ok(Jrd::read(&answer.body).ok()),
    }
}

/// The answer of `host` by `https`; by `http` where nothing answers there and the client allows it, as on loopback.
async fn at_host(context: &Context, host: &str, path: &str) -> Result<HttpResponse, Refusal> {
    let url = |scheme: &str| {
        Url::parse(&format!("{scheme}://{host}{path}")).map_err(|_| Refusal::reject(Reason::Malformed, "not a host"))
    };
    let failed = match get(context, url("https")?).await {
        Err(refusal) if matches!(refusal.reason, Reason::HostUnreachable | Reason::AddressRefused) => refusal,
        other => return other,
    };
    match get(context, url("http")?).await {
        Err(refusal) if refusal.reason == Reason::AddressRefused => Err(failed),
        other => other,
    }
}

async fn get(context: &Context, url: Url) -> Result<HttpResponse, Refusal> {
    let mut headers = HeaderMap::new();
    headers.insert(header::ACCEPT, HeaderValue::from_static(ACCEPT));
    let request = HttpRequest {
        method: Method::GET,
        url,
        headers,
        body: None,
        redirects: Redirects::Follow(HOPS),
        accept: &[],
        limit: LIMIT,
        signer: None,
    };
    context.http.send(request).await
}
