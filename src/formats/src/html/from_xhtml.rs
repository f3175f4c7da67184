//! The XHTML of an XMPP client or a feed to HTML.

use url::Url;

use super::refusal::{HtmlRefusal, Limits};
use super::sanitise::{Sanitised, sanitise};
use super::{policy, write};
use crate::xml_limits::{self, XmlRefusal};

/// Cleans what stood in content of type xhtml: one `div`, or a piece of its inside.
///
/// The XML is read as XML (`<b/>` is empty there, and open for ever to an HTML parser), its
/// elements and attributes are then judged by [`sanitise`] under their local names.
///
/// # Errors
/// [`HtmlRefusal`]: not well-formed, or over the limits of [`sanitise`] or [`xml_limits`].
pub fn from_xhtml(fragment: &str, base: Option<&Url>) -> Result<Sanitised, HtmlRefusal> {
    let limit = Limits::default().bytes;
    if fragment.len() > limit {
        return Err(HtmlRefusal::TooLong {
            bytes: fragment.len(),
            limit,
        });
    }
    let html = spell_as_html(fragment)?;
    sanitise(&html, base)
}

fn spell_as_html(fragment: &str) -> Result<String, XmlRefusal> {
    let document = format!("<div xmlns=\"http://www.w3.org/1999/xhtml\">{fragment}</div>");
    let mut out = String::with_capacity(fragment.len());
    let mut open: Vec<String> = Vec::new();
    xml_limits::read(
        document.as_bytes(),
        &xml_limits::Limits::default(),
        |event| match event {
            rxml::Event::StartElement(_, (_, name), attributes) => {
                let pairs = attributes
                    .iter()
                    .filter(|((namespace, _), _)| namespace.is_empty())
                    .map(|((_, key), value)| (key.as_str(), value.as_str()));
                write::start(&mut out, &name, pairs);
                open.push(name.to_string());
            }
            rxml::Event::EndElement(_) => {
                if let Some(name) = open.pop().filter(|name| !policy::is_void(name)) {
                    write::end(&mut out, &name);
                }
            }
            rxml::Event::Text(_, text) => write::text(&mut out, &text),
            rxml::Event::XmlDeclaration(..) => {}
        },
    )?;
    Ok(out)
}
