//! The requests that this network answers: inboxes and the instance actor. What is under `/users/` is served by the
//! product, which asks for [`causeway_core::adapter::Adapter::representation`].

use std::sync::Arc;

use bytes::Bytes;
use causeway_core::adapter::{Context, Handler, Raw, RawSource, Route};
use causeway_core::refusal::{Disposition, Reason, Refusal};
use http::{HeaderValue, Method, Request, Response, StatusCode, header};
use serde_json::json;

use crate::adapter::ActivityPub;
use crate::ids;
use crate::wire::MAX_WIRE;

/// Seconds after which a sender is asked to come again when nothing better is known.
const COME_AGAIN: u64 = 60;

/// The routes.
// AP §4.1 (sharedInbox), §7.1
pub(crate) fn routes(adapter: &Arc<ActivityPub>, context: &Context) -> Vec<Route> {
    let inbox = |path| route(Method::POST, path, MAX_WIRE, handler(adapter, context, posted));
    vec![
        inbox("/inbox"),
        inbox("/users/{id}/inbox"),
        inbox("/actor/inbox"),
        route(Method::GET, "/actor", 0, handler(adapter, context, instance)),
        route(Method::GET, "/actor/outbox", 0, handler(adapter, context, outbox)),
    ]
}

fn route(method: Method, path: &'static str, body_limit: usize, handler: Handler) -> Route {
    Route {
        method,
        path,
        body_limit,
        handler,
    }
}

/// A handler that shares the adapter and what it was given.
fn handler<A>(
    adapter: &Arc<ActivityPub>,
    context: &Context,
    answer: impl Fn(Arc<ActivityPub>, Context, Request<Bytes>) -> A + Send + Sync + 'static,
) -> Handler
where
    A: Future<Output = Response<Bytes>> + Send + 'static,
{
    let (adapter, context) = (Arc::clone(adapter), context.clone());
    Arc::new(move |request| Box::pin(answer(Arc::clone(&adapter), context.clone(), request)))
}

async fn instance(adapter: Arc<ActivityPub>, context: Context, _: Request<Bytes>) -> Response<Bytes> {
    adapter.instance_document(&context).await
}

async fn outbox(adapter: Arc<ActivityPub>, _: Context, _: Request<Bytes>) -> Response<Bytes> {
    adapter.instance_outbox()
}

/// An activity. Answered after it is stored, or for good reason is not.
async fn posted(adapter: Arc<ActivityPub>, context: Context, request: Request<Bytes>) -> Response<Bytes> {
    let (parts, body) = request.into_parts();
    let said = body.clone();
    let raw = Raw {
        source: RawSource::Request(Box::new(parts)),
        body,
        received: context.clock.now(),
    };
    match context.ingest.arrived(&ids::NETWORK, raw).await {
        Ok(_) => empty(StatusCode::ACCEPTED),
        Err(refusal) => {
            if refusal.reason == Reason::SignatureOther {
                adapter.follow_up(&context, &said);
            }
            refused(&refusal)
        }
    }
}

/// A document of `media_type`.
pub(crate) fn document(status: StatusCode, media_type: &'static str, body: impl Into<Bytes>) -> Response<Bytes> {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

fn empty(status: StatusCode) -> Response<Bytes> {
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = status;
    response
}

/// A refusal as an answer: its reason code for programs, nothing for people to probe with.
pub(crate) fn refused(refusal: &Refusal) -> Response<Bytes> {
    let status = status(refusal);
    if status == StatusCode::ACCEPTED {
        return empty(status);
    }
    let body = json!({ "error": refusal.reason.code() }).to_string();
    let mut response = document(status, "application/json", body);
    if let Disposition::Retry(wait) = refusal.disposition {
        let seconds = wait.map_or(COME_AGAIN, |wait| wait.as_secs().max(1));
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

fn status(refusal: &Refusal) -> StatusCode {
    match (refusal.disposition, refusal.reason) {
        (Disposition::Ignore, _) => StatusCode::ACCEPTED,
        (Disposition::Retry(_), _) => StatusCode::SERVICE_UNAVAILABLE,
        (Disposition::Gone, _) => StatusCode::GONE,
        (_, Reason::SignatureMissing | Reason::SignatureBad | Reason::SignatureOther | Reason::KeyGone) => {
            StatusCode::UNAUTHORIZED
        }
        (_, Reason::TooLarge) => StatusCode::PAYLOAD_TOO_LARGE,
        (_, Reason::MediaType) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        (Disposition::Reject | Disposition::Quarantine, _) => StatusCode::BAD_REQUEST,
    }
}
