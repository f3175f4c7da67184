//! ActivityStreams documents: how they are read, and how they are written.

pub(crate) mod doc;
pub(crate) mod json;
pub(crate) mod out;

pub(crate) use doc::{Doc, Link, Ref, web};
pub(crate) use json::{Json, MAX_WIRE};
