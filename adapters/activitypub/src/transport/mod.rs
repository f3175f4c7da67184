//! Signed requests: POST to inboxes, GET of documents.
//!
//! Every request is signed by draft-cavage first. After 401 or 403 it is signed anew by RFC 9421 and sent once more
//! ("double knock"); a host that takes the second is remembered and gets RFC 9421 first from then on. That a host signs
//! its own requests by RFC 9421 proves nothing and is not looked at.

mod answer;
mod deliver;
mod schemes;
mod signing;

use std::pin::pin;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use causeway_core::adapter::Context;
use causeway_core::id::ActorId;
use causeway_core::ports::{HttpRequest, HttpResponse, Redirects};
use causeway_core::refusal::{Disposition, Reason, Refusal};
use causeway_core::time::Timestamp;
use causeway_formats::http_signature::Scheme;
use futures_util::future::{Either, select};
use http::{HeaderMap, Method, StatusCode};
use url::Url;

pub(crate) use answer::{is_missing, refusal};
use schemes::Schemes;
use signing::{Knock, OwnKeys, SigningKey};

use crate::ids;

/// What sending needs to remember.
#[derive(Default)]
pub(crate) struct Transport {
    keys: OwnKeys,
    schemes: Schemes,
}

/// A request to be signed.
pub(crate) struct Request<'a> {
    /// Who signs.
    pub actor: &'a ActorId,
    pub method: Method,
    pub url: Url,
    /// Sent, not signed: programs differ in what they expect to be covered, and these say nothing that matters.
    pub headers: HeaderMap,
    pub body: Option<Bytes>,
    pub redirects: Redirects,
    /// Media types taken; empty takes any.
    pub accept: &'a [&'a str],
    /// Bytes of the answer read at most.
    pub limit: usize,
}

impl Transport {
    /// Signs and sends; knocks again in the other scheme when the first is refused.
    ///
    /// # Errors
    /// Those of the signer's key, and of the guarded client. Every status is an answer.
    pub(crate) async fn send(&self, context: &Context, request: &Request<'_>) -> Result<HttpResponse, Refusal> {
        let key = self.keys.of(context, request.actor).await?;
        let host = ids::host(request.url.as_str())
            .ok_or_else(|| Refusal::reject(Reason::Malformed, "an address without host"))?;
        let first = self.schemes.first(&host, context.clock.now()).await;
        let answer = knock(context, request, &key, &host, first).await?;
        if !denied(answer.status) {
            return Ok(answer);
        }
        let second = match first {
            Scheme::Cavage => Scheme::Rfc9421,
            Scheme::Rfc9421 => Scheme::Cavage,
        };
        let again = knock(context, request, &key, &host, second).await?;
        if again.status.is_success() {
            self.schemes.took(&host, second, context.clock.now()).await;
        }
        // an answer that only says it does not understand the second knock says less than the first
        let worse = refusal(&again, context.clock.now(), Reason::HostRefused)
            .is_some_and(|refusal| refusal.disposition == Disposition::Reject);
        Ok(if worse { answer } else { again })
    }
}

async fn knock(
    context: &Context,
    request: &Request<'_>,
    key: &SigningKey,
    host: &str,
    scheme: Scheme,
) -> Result<HttpResponse, Refusal> {
    let signer = Knock {
        key,
        scheme,
        host,
        now: system_time(context.clock.now()),
    };
    let request = HttpRequest {
        method: request.method.clone(),
        url: request.url.clone(),
        headers: request.headers.clone(),
        body: request.body.clone(),
        redirects: request.redirects,
        accept: request.accept,
        limit: request.limit,
        signer: Some(&signer),
    };
    context.http.send(request).await
}

fn denied(status: StatusCode) -> bool {
    matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN)
}

/// The instant in the terms of signatures.
pub(crate) fn system_time(at: Timestamp) -> SystemTime {
    UNIX_EPOCH + Duration::from_millis(u64::try_from(at.millis()).unwrap_or_default())
}

/// What `work` comes to, or `Retry` when that takes longer than `limit`.
///
/// # Errors
/// Those of `work`; `host-unreachable`.
pub(crate) async fn within<T>(
    context: &Context,
    limit: Duration,
    work: impl Future<Output = Result<T, Refusal>>,
) -> Result<T, Refusal> {
    let timer = context.clock.sleep_until(context.clock.now().plus(limit));
    match select(pin!(work), timer).await {
        Either::Left((done, _)) => done,
        Either::Right(_) => Err(Refusal::retry(Reason::HostUnreachable, "no answer in time")),
    }
}
