//! Tests of the HTML functions together.

mod cleaning;
mod hostile;
mod movim;
mod plain;
mod xhtml;

use super::{Sanitised, sanitise, to_plain};

/// Cleans without a base; the input is within the limits.
fn clean(html: &str) -> Sanitised {
    sanitise(html, None).expect("within the limits")
}

/// Cleans and shows the HTML.
fn cleaned(html: &str) -> String {
    clean(html).into_html()
}

/// The words of a text, with Movim's apostrophe and without the marks of quotations.
fn words(html: &str) -> Vec<String> {
    to_plain(html)
        .replace('\'', "\u{2019}")
        .split_whitespace()
        .filter(|word| *word != ">")
        .map(String::from)
        .collect()
}
