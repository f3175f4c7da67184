//! The texts of an entry: title and content, plain and rich.

mod read;
mod title;
mod write;

pub(crate) use read::read;
pub(crate) use write::{MAX_PLAIN, Written, write, write_comment};

/// Characters of a title made of a text.
pub(crate) const INVENTED_TITLE: usize = 80;
