//! The link without a server: bytes in, bytes out, and a scripted peer for faults a real server cannot be made to show.

mod peer;
mod reader;
mod requests;
mod writer;

use minidom::Element;

/// A tree for a test.
fn tree(xml: &str) -> Element {
    xml.parse().unwrap()
}
