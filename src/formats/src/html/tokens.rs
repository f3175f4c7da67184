//! A thin view of html5gum's tokens: start tags, end tags and text, as UTF-8.

use html5gum::{DefaultEmitter, Tokenizer};

/// One token of an HTML text; comments, doctypes and parse errors are left out.
#[derive(Debug)]
pub(super) enum Token {
    /// `<name …>`
    Start(Tag),
    /// `</name>`
    End(String),
    /// Character data, its references resolved.
    Text(String),
}

/// A start tag.
#[derive(Debug)]
pub(super) struct Tag {
    /// Name in lower case.
    pub(super) name: String,
    /// Attributes in alphabetical order, each name once.
    pub(super) attributes: Vec<(String, String)>,
    /// Whether it was written `<name/>`, which counts in SVG and MathML only.
    pub(super) self_closing: bool,
}

impl Tag {
    /// The value of one attribute.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        let (_, value) = self.attributes.iter().find(|(key, _)| key == name)?;
        Some(value)
    }

    /// Whether the class attribute holds this class.
    pub(super) fn has_class(&self, class: &str) -> bool {
        self.attribute("class")
            .is_some_and(|classes| classes.split_ascii_whitespace().any(|each| each == class))
    }
}

/// The tokens of `html`, in order. Linear in its length.
pub(super) fn tokens(html: &str) -> impl Iterator<Item = Token> {
    let mut emitter = DefaultEmitter::new_with_span();
    // The content of script, style, title and the like is text, not tags (WHATWG HTML §13.2.6.4.4).
    emitter.naively_switch_states(true);
    Tokenizer::new_with_emitter(html, emitter).filter_map(|token| {
        let Ok(token) = token;
        convert(token)
    })
}

fn convert(token: html5gum::Token<()>) -> Option<Token> {
    match token {
        html5gum::Token::StartTag(tag) => Some(Token::Start(Tag {
            name: utf8(&tag.name),
            attributes: tag
                .attributes
                .iter()
                .map(|(name, value)| (utf8(name), utf8(value)))
                .collect(),
            self_closing: tag.self_closing,
        })),
        html5gum::Token::EndTag(tag) => Some(Token::End(utf8(&tag.name))),
        html5gum::Token::String(text) => Some(Token::Text(utf8(&text))),
        html5gum::Token::Comment(_) | html5gum::Token::Doctype(_) | html5gum::Token::Error(_) => None,
    }
}

fn utf8(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
