//! Tests of the HTML functions together.

mod cleaning;
mod hostile;
mod movim;
mod perf;
mod plain;
mod xhtml;

use super::{Sanitised, sanitise};

/// Cleans without a base; the input is within the limits.
fn clean(html: &str) -> Sanitised {
    sanitise(html, None).expect("within the limits")
}

/// Cleans and shows the HTML.
fn cleaned(html: &str) -> String {
    clean(html).into_html()
}
