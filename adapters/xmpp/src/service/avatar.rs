//! Pictures of people elsewhere, fetched when asked for and kept for a while.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use causeway_core::adapter::Context;
use causeway_core::ports::{HttpRequest, Redirects};
use causeway_core::time::Timestamp;
use tokio::sync::Semaphore;
use url::Url;

use crate::wire::avatar;

/// Bytes of one picture at most: in base64 it must fit a stanza.
const MOST_BYTES: usize = 300 * 1024;
/// Pictures kept at most: 100 of the largest.
const KEPT_BYTES: usize = 100 * MOST_BYTES;
/// Addresses remembered at most, with a picture or without.
const KEPT: usize = 2_000;
/// How long a picture counts as the current one.
const FRESH: Duration = Duration::from_secs(3600);
/// How long an address that gave none is left alone.
const FAILED: Duration = Duration::from_secs(600);
/// Fetches at once.
const AT_ONCE: usize = 4;
/// What clients show. Others are not sent: their name may still be a type that a browser would run.
const TYPES: [&str; 4] = ["image/png", "image/jpeg", "image/gif", "image/webp"];

/// A picture.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Picture {
    /// SHA-1 of the bytes in hex.
    pub(crate) id: String,
    /// Its media type.
    pub(crate) media_type: &'static str,
    /// It.
    pub(crate) bytes: Bytes,
}

/// Pictures by address.
pub(crate) struct Avatars {
    kept: Mutex<Kept>,
    fetches: Semaphore,
}

#[derive(Default)]
struct Kept {
    pictures: HashMap<Url, (Timestamp, Option<Arc<Picture>>)>,
    order: VecDeque<Url>,
    bytes: usize,
}

impl Default for Avatars {
    fn default() -> Self {
        Self {
            kept: Mutex::default(),
            fetches: Semaphore::new(AT_ONCE),
        }
    }
}

impl Avatars {
    /// The picture at `url`; fetched if it is not here and `may_fetch`. `None` where there is none to show.
    pub(crate) async fn picture(&self, context: &Context, url: &Url, may_fetch: bool) -> Option<Arc<Picture>> {
        if let Some(known) = self.known(url, context.clock.now()) {
            return known;
        }
        if !may_fetch {
            return None;
        }
        let _turn = self.fetches.acquire().await.ok()?;
        // somebody else may have fetched it meanwhile
        if let Some(known) = self.known(url, context.clock.now()) {
            return known;
        }
        let picture = fetched(context, url).await.map(Arc::new);
        self.lock().keep(url, context.clock.now(), picture.clone());
        picture
    }

    fn known(&self, url: &Url, now: Timestamp) -> Option<Option<Arc<Picture>>> {
        let kept = self.lock();
        let (since, picture) = kept.pictures.get(url)?;
        let fresh = if picture.is_some() { FRESH } else { FAILED };
        (now.since(*since) < fresh).then(|| picture.clone())
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    fn keep(&mut self, url: &Url, now: Timestamp, picture: Option<Arc<Picture>>) {
        let size = |picture: &Option<Arc<Picture>>| picture.as_ref().map_or(0, |picture| picture.bytes.len());
        self.bytes += size(&picture);
        match self.pictures.insert(url.clone(), (now, picture)) {
            Some((_, old)) => self.bytes = self.bytes.saturating_sub(size(&old)),
            None => self.order.push_back(url.clone()),
        }
        while self.bytes > KEPT_BYTES || self.pictures.len() > KEPT {
            let Some(oldest) = self.order.pop_front() else { return };
            if let Some((_, old)) = self.pictures.remove(&oldest) {
                self.bytes = self.bytes.saturating_sub(size(&old));
            }
        }
    }
}

async fn fetched(context: &Context, url: &Url) -> Option<Picture> {
    let request = HttpRequest {
        method: http::Method::GET,
        url: url.clone(),
        headers: http::HeaderMap::new(),
        body: None,
        redirects: Redirects::Follow(3),
        accept: &TYPES,
        limit: MOST_BYTES,
        signer: None,
    };
    let answer = context.http.send(request).await;
    let answer = answer
        .inspect_err(|refusal| tracing::debug!(%refusal, %url, "no picture"))
        .ok()?;
    let media_type = image_type(&answer.body).filter(|_| answer.status.is_success())?;
    Some(Picture {
        id: avatar::id(&answer.body),
        media_type,
        bytes: answer.body,
    })
}

/// What the bytes are, by their own beginning: the sender's word is not taken for it.
// XEP-0084 §4.1; PRODUCT: Networks: image types only
pub(crate) fn image_type(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, ..] => Some("image/png"),
        [0xff, 0xd8, 0xff, ..] => Some("image/jpeg"),
        [b'G', b'I', b'F', b'8', ..] => Some("image/gif"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some("image/webp"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_known_by_their_bytes() {
        assert_eq!(image_type(b"\x89PNG\r\n\x1a\nrest"), Some("image/png"));
        assert_eq!(image_type(b"RIFF1234WEBPVP8 "), Some("image/webp"));
        for other in [
            &b""[..],
            b"<svg xmlns='http://www.w3.org/2000/svg'/>",
            b"RIFF1234WAVE",
            b"%PDF-1.7",
        ] {
            assert_eq!(image_type(other), None);
        }
    }

    #[test]
    fn what_is_kept_is_bounded() {
        let mut kept = Kept::default();
        let now = Timestamp::from_millis(0);
        let url = |number: usize| Url::parse(&format!("https://a.example/{number}")).unwrap();
        let picture = || {
            Some(Arc::new(Picture {
                id: String::new(),
                media_type: "image/png",
                bytes: Bytes::from(vec![0; MOST_BYTES]),
            }))
        };
        for number in 0..150 {
            kept.keep(&url(number), now, picture());
        }
        assert!(kept.bytes <= KEPT_BYTES);
        assert_eq!(kept.pictures.len(), 100);
        kept.keep(&url(149), now, None);
        assert_eq!(
            (kept.bytes, kept.pictures.len()),
            (99 * MOST_BYTES, 100),
            "replaced, not counted twice"
        );
        for number in 0..KEPT * 2 {
            kept.keep(&url(number), now, None);
        }
        assert!(kept.pictures.len() <= KEPT && kept.order.len() <= KEPT);
    }
}
