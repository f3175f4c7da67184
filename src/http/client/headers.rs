//! Header fields of one hop: the caller's, less what is ours to say and what another origin may not see.

use http::HeaderMap;
use http::header::{self, HeaderName};

/// Fields that describe the connection or the message as it is sent: the client's own.
const OURS: [HeaderName; 13] = [
    header::ACCEPT_ENCODING,
    header::CONNECTION,
    header::CONTENT_LENGTH,
    header::COOKIE,
    header::EXPECT,
    header::HOST,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
    header::REFERER,
    header::TE,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
    header::USER_AGENT,
];

/// Fields that speak to one origin only.
const FOR_ONE_ORIGIN: [HeaderName; 4] = [
    header::AUTHORIZATION,
    header::PROXY_AUTHORIZATION,
    HeaderName::from_static("signature"),
    HeaderName::from_static("signature-input"),
];

/// The fields of a hop: the caller's, then the signer's in place of those of the same name. `strayed`: the hop, or one
/// before it, is of another origin than the first.
pub(super) fn of_hop(caller: &HeaderMap, signed: HeaderMap, strayed: bool) -> HeaderMap {
    let mut headers = caller.clone();
    if strayed {
        remove(&mut headers, &FOR_ONE_ORIGIN);
    }
    headers.extend(signed); // replaces: a signature is of the values it was made of
    remove(&mut headers, &OURS);
    headers
}

fn remove(headers: &mut HeaderMap, names: &[HeaderName]) {
    for name in names {
        headers.remove(name);
    }
}
