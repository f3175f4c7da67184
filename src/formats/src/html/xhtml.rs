//! HTML to the XHTML of Atom content (XEP-0277 §2.3, RFC 4287 §3.1.1.3).

use std::fmt::Write as _;

use super::policy;
use super::sanitise::Sanitised;
use super::text::xml_text;
use super::tokens::{Tag, Token, tokens};

/// One well-formed `<div xmlns="http://www.w3.org/1999/xhtml">…</div>`, for content of type xhtml.
///
/// Void elements are closed, entities resolved, characters that XML forbids left out. Two habits of
/// Movim's reader (2026-08) are minded: it breaks attributes that hold an apostrophe, so text
/// attributes get U+2019 and addresses `%27`; it deletes white space between two tags, so that
/// white space moves into the neighbouring text.
#[must_use]
pub fn to_xhtml(html: &Sanitised) -> String {
    let mut writer = Writer::default();
    for token in tokens(html.html()) {
        match token {
            Token::Start(tag) => writer.start(&tag),
            Token::End(name) => writer.end(&name),
            Token::Text(text) => writer.text(&text),
        }
    }
    let content = writer.out;
    format!("<div xmlns=\"http://www.w3.org/1999/xhtml\">{content}</div>")
}

/// What stands before a run of inline tags.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Before {
    /// The edge of a block, or a line break: white space there means nothing.
    #[default]
    Edge,
    /// Text, into which white space can move.
    Text,
    /// An image, into which it cannot.
    Image,
}

#[derive(Default)]
struct Writer {
    out: String,
    /// What the last run of inline tags follows, and where in `out` the run begins.
    before: Before,
    run: usize,
    /// White space between two tags, not yet placed.
    blank: String,
}

impl Writer {
    fn start(&mut self, tag: &Tag) {
        let name = tag.name.as_str();
        let block = policy::is_block(name);
        self.place_blank(block || name == "br");
        self.out.push('<');
        self.out.push_str(name);
        for (key, value) in &tag.attributes {
            self.attribute(key, value);
        }
        if policy::is_void(name) {
            self.out.push_str("/>");
            self.follow(if name == "br" { Before::Edge } else { Before::Image });
        } else {
            self.out.push('>');
            if block {
                self.follow(Before::Edge);
            }
        }
    }

    fn end(&mut self, name: &str) {
        let block = policy::is_block(name);
        self.place_blank(block);
        let _ = write!(self.out, "</{name}>");
        if block {
            self.follow(Before::Edge);
        }
    }

    fn text(&mut self, text: &str) {
        let text = xml_text(text);
        if text.chars().all(|each| each.is_ascii_whitespace()) && !self.is_in_text() {
            self.blank.push_str(&text);
            return;
        }
        let blank = std::mem::take(&mut self.blank);
        escape(&mut self.out, &blank);
        escape(&mut self.out, &text);
        self.follow(Before::Text);
    }

    fn attribute(&mut self, name: &str, value: &str) {
        let apostrophe = if matches!(name, "href" | "src") {
            "%27"
        } else {
            "\u{2019}"
        };
        let value = xml_text(value).replace('\'', apostrophe);
        // XML needs a value: <ol reversed> is reversed="reversed".
        let value = if name == "reversed" { "reversed" } else { &value };
        let _ = write!(self.out, " {name}=\"");
        escape(&mut self.out, value);
        self.out.push('"');
    }

    /// Places the white space that stood before the tag to come.
    fn place_blank(&mut self, edge_follows: bool) {
        let blank = std::mem::take(&mut self.blank);
        if blank.is_empty() || edge_follows {
            return;
        }
        match self.before {
            Before::Text => self.out.insert_str(self.run, &blank),
            Before::Image => self.out.push('\u{a0}'),
            Before::Edge => return,
        }
        self.follow_blank();
    }

    fn follow(&mut self, before: Before) {
        self.before = before;
        self.run = self.out.len();
    }

    /// One blank per run is enough; a second one at the same place would be another space.
    fn follow_blank(&mut self) {
        if self.before == Before::Image {
            self.follow(Before::Text);
        }
    }

    /// Whether the last thing written is text (comments may split it).
    fn is_in_text(&self) -> bool {
        self.before == Before::Text && self.run == self.out.len() && !self.out.is_empty()
    }
}

fn escape(out: &mut String, text: &str) {
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\r' => out.push_str("&#13;"),
            other => out.push(other),
        }
    }
}
