//! Text in the forms and languages its author gave it.

use serde::{Deserialize, Serialize};

/// A text. `plain` always says everything that words can say; the other forms are the author's own, where there are any.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text {
    /// Readable without any markup.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub plain: String,
    /// An HTML fragment, sanitised by the adapter that read it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub html: Option<String>,
    /// What the author typed, when that is neither: its media type and text, such as `text/markdown`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<(String, String)>,
    /// The language of the above.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lang: Option<Lang>,
    /// The same in other languages.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub translations: Vec<Translation>,
}

/// A text in one more language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Translation {
    /// The language.
    pub lang: Lang,
    /// Readable without any markup.
    pub plain: String,
    /// A sanitised HTML fragment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub html: Option<String>,
}

/// A BCP 47 language tag, kept as written.
// RFC 5646 §2.1
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Lang(String);

/// Forms of text that a wire may carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TextFormat {
    /// Plain text.
    Plain,
    /// HTML.
    Html,
    /// Well-formed XHTML.
    Xhtml,
    /// Markdown.
    Markdown,
}

impl Text {
    /// Plain text in no stated language.
    pub fn plain(text: impl Into<String>) -> Self {
        Self {
            plain: text.into(),
            ..Self::default()
        }
    }

    /// Whether it says nothing.
    pub fn is_empty(&self) -> bool {
        self.plain.trim().is_empty() && self.html.as_deref().is_none_or(|html| html.trim().is_empty())
    }
}

impl Lang {
    /// A tag: letters, digits and hyphens, begun by a letter, at most 35 characters. `None` for anything else.
    pub fn parse(tag: &str) -> Option<Self> {
        let fits = tag.len() <= 35
            && tag.starts_with(|c: char| c.is_ascii_alphabetic())
            && tag
                .split('-')
                .all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric()));
        fits.then(|| Self(tag.to_owned()))
    }

    /// The tag.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn language_tags() {
        for good in ["en", "de-CH", "zh-Hant-TW", "sr-Latn"] {
            assert_eq!(Lang::parse(good).unwrap().as_str(), good);
        }
        for bad in ["", "-", "en_US", "e n", "en--us", "123", "abcdefghi"] {
            assert_eq!(Lang::parse(bad), None, "{bad}");
        }
    }
}
