//! Whole documents: bodies of HTTP answers, files.

use rxml::error::EndOrError;
use rxml::parser::CommentMode;
use rxml::{Error, Event, Options, Parse, Parser, WithOptions};

use super::guard::{Guard, Limits, XmlRefusal};

/// Whether a whole document is well-formed and within the limits.
///
/// # Errors
/// What is wrong with it.
pub fn check_document(document: &[u8], limits: &Limits) -> Result<(), XmlRefusal> {
    read(document, limits, |_| {})
}

/// Reads a whole document, handing on each event once it was found to be within the limits.
///
/// A byte order mark, comments, and processing instructions before the root (`xml-stylesheet`,
/// which feeds have) are passed over.
///
/// # Errors
/// What is wrong with it; events before the fault have been handed on by then.
pub fn read(document: &[u8], limits: &Limits, mut each: impl FnMut(Event)) -> Result<(), XmlRefusal> {
    if document.len() > limits.bytes {
        return Err(XmlRefusal::TooLarge(limits.bytes));
    }
    let text = std::str::from_utf8(document).map_err(|_| XmlRefusal::NotUtf8)?;
    let mut rest = root_of(text)?.as_bytes();
    let mut parser = Parser::with_options(Options {
        max_token_length: limits.token,
        comments: CommentMode::Discard,
        ..Options::default()
    });
    let mut guard = Guard::new(*limits);
    loop {
        match parser.parse(&mut rest, true) {
            Ok(Some(event)) => {
                guard.feed(&event)?;
                each(event);
            }
            Ok(None) if guard.is_complete() => return Ok(()),
            Ok(None) | Err(EndOrError::NeedMoreData) => {
                return Err(XmlRefusal::Malformed("the document ends early".to_owned()));
            }
            Err(EndOrError::Error(error)) => return Err(refusal(error, limits)),
        }
    }
}

/// The document from its root element on, if the prolog has no document type (XML 1.0 §2.8).
fn root_of(document: &str) -> Result<&str, XmlRefusal> {
    let mut rest = document.strip_prefix('\u{FEFF}').unwrap_or(document);
    let mut first = true;
    loop {
        rest = rest.trim_ascii_start();
        rest = if let Some(comment) = rest.strip_prefix("<!--") {
            after(comment, "-->")?
        } else if let Some(instruction) = rest.strip_prefix("<?") {
            let tail = after(instruction, "?>")?;
            check_declaration(instruction.strip_suffix(tail).unwrap_or_default(), first)?;
            tail
        } else if has_doctype(rest) {
            return Err(XmlRefusal::Doctype);
        } else {
            return Ok(rest);
        };
        first = false;
    }
}

fn has_doctype(text: &str) -> bool {
    text.get(..9)
        .is_some_and(|start| start.eq_ignore_ascii_case("<!doctype"))
}

/// XML 1.0 §4.3.3: the declaration may name an encoding; only UTF-8 and its part ASCII are read.
fn check_declaration(instruction: &str, first: bool) -> Result<(), XmlRefusal> {
    let Some(declaration) = instruction
        .strip_prefix("xml")
        .filter(|rest| rest.starts_with(|each: char| each.is_ascii_whitespace()))
    else {
        return Ok(());
    };
    if !first {
        return Err(XmlRefusal::Malformed("the XML declaration is not first".to_owned()));
    }
    let Some((_, encoding)) = declaration.split_once("encoding") else {
        return Ok(());
    };
    let value = encoding.trim_start_matches(|each: char| each == '=' || each.is_ascii_whitespace());
    let name = value.split(['"', '\'']).nth(1).unwrap_or_default();
    let known = ["utf-8", "utf8", "us-ascii"]
        .iter()
        .any(|it| name.eq_ignore_ascii_case(it));
    if known { Ok(()) } else { Err(XmlRefusal::NotUtf8) }
}

fn after<'a>(text: &'a str, end: &str) -> Result<&'a str, XmlRefusal> {
    text.split_once(end)
        .map(|(_, tail)| tail)
        .ok_or_else(|| XmlRefusal::Malformed("the prolog does not end".to_owned()))
}

fn refusal(error: Error, limits: &Limits) -> XmlRefusal {
    match error {
        Error::UndeclaredEntity => XmlRefusal::Entity,
        Error::InvalidUtf8Byte(_) => XmlRefusal::NotUtf8,
        Error::RestrictedXml(what) if what.contains("long") || what.contains("length") => {
            XmlRefusal::TokenTooLong(limits.token)
        }
        other => XmlRefusal::Malformed(other.to_string()),
    }
}
