//! Pictures that exist only as bytes on their own network.

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, Response, StatusCode, header};

use super::{Site, respond};

/// `GET /media/avatar/{sha1}.{png,jpg,…}`.
// security.md row 4: image types only, never sniffed
pub(super) async fn avatar(State(site): State<Site>, Path(name): Path<String>) -> Response<Body> {
    let sha1 = name.split('.').next().unwrap_or_default();
    if sha1.len() != 40 || !sha1.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return respond::not_found().await;
    }
    match site.context.media.get(sha1).await {
        Ok(Some((media_type, bytes))) if media_type.starts_with("image/") => {
            let mut response = respond::document(StatusCode::OK, &media_type, bytes);
            let headers = response.headers_mut();
            // the name is the content's hash: it never changes
            headers.insert(
                header::CACHE_CONTROL,
                HeaderValue::from_static("public, max-age=31536000, immutable"),
            );
            headers.insert(
                header::CONTENT_SECURITY_POLICY,
                HeaderValue::from_static("default-src 'none'; sandbox"),
            );
            response
        }
        Ok(_) => respond::not_found().await,
        Err(refusal) => respond::refusal(&refusal),
    }
}
