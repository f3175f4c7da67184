//! Pictures, sounds, films and files by reference.

use serde::{Deserialize, Serialize};
use url::Url;

/// One attachment, by URL.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Media {
    /// Where it is.
    pub url: Url,
    /// Its media type, such as `image/png`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub media_type: Option<String>,
    /// What it shows, for those who cannot see it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alt: Option<String>,
    /// Its size in bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<u64>,
    /// Width in pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width: Option<u32>,
    /// Height in pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub height: Option<u32>,
    /// Length in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration_ms: Option<u64>,
    /// A BlurHash of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blurhash: Option<String>,
    /// The point to keep in sight when it is cropped: x and y from -1 to 1, from the middle, y upwards.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub focal_point: Option<(f32, f32)>,
    /// A smaller picture standing for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preview: Option<Url>,
}

impl Media {
    /// A file known by its URL alone.
    pub fn at(url: Url) -> Self {
        Self {
            url,
            media_type: None,
            alt: None,
            size: None,
            width: None,
            height: None,
            duration_ms: None,
            blurhash: None,
            focal_point: None,
            preview: None,
        }
    }

    /// Whether its media type says it is of this sort (`image`, `video`, `audio`).
    pub fn is(&self, sort: &str) -> bool {
        self.media_type
            .as_deref()
            .and_then(|media_type| media_type.split('/').next())
            .is_some_and(|top| top.eq_ignore_ascii_case(sort))
    }
}
