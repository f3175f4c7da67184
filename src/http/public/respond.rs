//! Answers that several routes give.

use axum::body::Body;
use axum::http::{HeaderValue, Response, StatusCode, header};
use axum::response::IntoResponse;
use causeway_core::refusal::{Disposition, Refusal};
use serde_json::{Value, json};

/// A document of `media_type`.
pub(super) fn document(status: StatusCode, media_type: &str, body: impl Into<Body>) -> Response<Body> {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    let headers = response.headers_mut();
    if let Ok(value) = HeaderValue::from_str(media_type) {
        headers.insert(header::CONTENT_TYPE, value);
    }
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::VARY, HeaderValue::from_static("Accept"));
    response
}

/// A document that any web page may read.
// RFC 7033 §5
pub(super) fn shared(media_type: &str, body: impl Into<Body>) -> Response<Body> {
    let mut response = document(StatusCode::OK, media_type, body);
    response
        .headers_mut()
        .insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    response
}

/// JSON of `media_type` that any web page may read.
pub(super) fn json_document(media_type: &str, value: &Value) -> Response<Body> {
    shared(media_type, value.to_string())
}

/// A refusal, with its code for programs and a sentence for people.
pub(super) fn refused(status: StatusCode, code: &str, detail: &str) -> Response<Body> {
    document(
        status,
        "application/json",
        json!({ "error": code, "detail": detail }).to_string(),
    )
}

/// A core refusal as an answer.
pub(super) fn refusal(refusal: &Refusal) -> Response<Body> {
    let status = match refusal.disposition {
        Disposition::Gone => StatusCode::GONE,
        Disposition::Retry(_) => StatusCode::SERVICE_UNAVAILABLE,
        Disposition::Ignore | Disposition::Reject | Disposition::Quarantine => StatusCode::BAD_REQUEST,
    };
    let mut response = refused(status, refusal.reason.code(), &refusal.detail);
    if let Disposition::Retry(wait) = refusal.disposition {
        let seconds = wait.map_or(60, |wait| wait.as_secs().max(1));
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// The same bytes for what never was, what is not shown and what is not ours.
// security.md row 36
pub(super) async fn not_found() -> Response<Body> {
    refused(StatusCode::NOT_FOUND, "not-found", "nothing is here").into_response()
}
