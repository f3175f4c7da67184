//! Deviations of remote programs, one file each, naming program and version.

pub(crate) mod lemmy;
pub(crate) mod misskey;
pub(crate) mod peertube;
