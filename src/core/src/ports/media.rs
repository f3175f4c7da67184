//! Pictures that exist only as bytes on their own network, kept so that others can fetch them by URL.

use bytes::Bytes;

use super::Later;

/// Small pictures by the SHA-1 of their bytes.
pub trait MediaStore: Send + Sync {
    /// Keeps a picture under `sha1`, 40 lower-case hex digits. Again changes nothing.
    ///
    /// # Errors
    /// `media-refused` when it is not a picture of a type that is served; `Retry` when it could not be written.
    fn put<'a>(&'a self, sha1: &'a str, media_type: &'a str, bytes: Bytes) -> Later<'a, ()>;

    /// Its media type and bytes.
    ///
    /// # Errors
    /// `Retry` when the store does not answer.
    fn get<'a>(&'a self, sha1: &'a str) -> Later<'a, Option<(String, Bytes)>>;
}
