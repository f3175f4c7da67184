//! A tolerant view of an ActivityStreams object: one wrong property never spoils the others.
//!
//! Properties may be absent, null, one value or an array; a reference may be an id, an object or a `Link`;
//! a text may come with a language map; a number may be a string. Nothing here decides what a property means.

use causeway_core::time::Timestamp;
use url::Url;

use super::json::{Json, Members};

/// Values of one property looked at, at most.
const MAX_VALUES: usize = 256;

/// The prefixes under which a type of the core vocabulary may be written.
const AS_PREFIXES: [&str; 2] = ["as:", "https://www.w3.org/ns/activitystreams#"];

/// A view of one object.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Doc<'a>(&'a Members);

/// What a property refers to.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Ref<'a> {
    /// An id alone, or the address of a `Link`.
    Id(&'a str),
    /// An object that stands in the property's place.
    Object(Doc<'a>),
}

/// A text, and the same in languages.
#[derive(Clone, Debug, Default)]
pub(crate) struct Worded<'a> {
    /// The property itself.
    pub plain: Option<&'a str>,
    /// Its `…Map`, in the order written.
    pub map: Vec<(&'a str, &'a str)>,
}

/// An address with what is said about it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Link<'a> {
    /// The address.
    pub href: &'a str,
    /// `mediaType`.
    pub media_type: Option<&'a str>,
    /// The object that held it; `None` for a bare string.
    pub doc: Option<Doc<'a>>,
}

impl<'a> Doc<'a> {
    /// A view of `json` if it is an object.
    pub(crate) fn of(json: &'a Json) -> Option<Self> {
        match json {
            Json::Object(members) => Some(Self(members)),
            _ => None,
        }
    }

    /// Its members as written.
    pub(crate) fn members(self) -> impl Iterator<Item = (&'a str, &'a Json)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// A member that is there and not null.
    pub(crate) fn get(self, name: &str) -> Option<&'a Json> {
        self.0
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value)
            .filter(|value| **value != Json::Null)
    }

    /// Whether a member is there and says anything.
    pub(crate) fn has(self, name: &str) -> bool {
        self.get(name)
            .is_some_and(|value| !matches!(value, Json::List(list) if list.is_empty()))
    }

    /// The id, whatever it is worth.
    // JSON-LD 1.1 §9.1: `id` is what the ActivityStreams context calls `@id`
    pub(crate) fn id(self) -> Option<&'a str> {
        self.text("id").or_else(|| self.text("@id")).filter(|id| !id.is_empty())
    }

    /// Its types, core types by their short names.
    pub(crate) fn types(self) -> impl Iterator<Item = &'a str> {
        let own = if self.has("type") { "type" } else { "@type" };
        self.each(own).filter_map(Json::as_text).map(|name| {
            AS_PREFIXES
                .iter()
                .find_map(|prefix| name.strip_prefix(prefix))
                .unwrap_or(name)
        })
    }

    /// Whether one of its types is `name`.
    pub(crate) fn is(self, name: &str) -> bool {
        self.types().any(|each| each == name)
    }

    /// The values of a property: those of an array, or the one there is.
    pub(crate) fn each(self, name: &str) -> impl Iterator<Item = &'a Json> {
        let values = match self.get(name) {
            Some(Json::List(list)) => list.as_slice(),
            Some(one) => std::slice::from_ref(one),
            None => &[],
        };
        values.iter().filter(|value| **value != Json::Null).take(MAX_VALUES)
    }

    /// The objects among the values of a property.
    pub(crate) fn docs(self, name: &str) -> impl Iterator<Item = Doc<'a>> {
        self.each(name).filter_map(Doc::of)
    }

    /// What a property refers to.
    pub(crate) fn refs(self, name: &str) -> impl Iterator<Item = Ref<'a>> {
        self.each(name).filter_map(Ref::of)
    }

    /// What a property refers to first.
    pub(crate) fn first(self, name: &str) -> Option<Ref<'a>> {
        self.refs(name).next()
    }

    /// The ids a property refers to.
    pub(crate) fn ids(self, name: &str) -> impl Iterator<Item = &'a str> {
        self.refs(name).filter_map(Ref::id)
    }

    /// A property that is a text, or whose first value is.
    pub(crate) fn text(self, name: &str) -> Option<&'a str> {
        self.each(name).next().and_then(Json::as_text)
    }

    /// A text with its language map. A map in the property's own place is taken too.
    // AS2 §4.7: natural language values
    pub(crate) fn worded(self, name: &str) -> Worded<'a> {
        let map = self
            .get(&format!("{name}Map"))
            .or_else(|| self.get(name))
            .and_then(Doc::of);
        let map = map.into_iter().flat_map(Doc::members).take(MAX_VALUES);
        Worded {
            plain: self.text(name),
            map: map.filter_map(|(lang, value)| Some((lang, value.as_text()?))).collect(),
        }
    }

    /// A date-time. One without an offset is taken as UTC.
    // AS2 §2.3; PHP and Python programs forget the offset
    pub(crate) fn time(self, name: &str) -> Option<Timestamp> {
        let text = self.text(name)?;
        Timestamp::parse(text).or_else(|| Timestamp::parse(&format!("{text}Z")))
    }

    /// A number that is not negative.
    pub(crate) fn count(self, name: &str) -> Option<u64> {
        match self.each(name).next()? {
            Json::Number(number) => number.as_u64(),
            Json::Text(text) => text.trim().parse().ok(),
            _ => None,
        }
    }

    /// A number that fits a picture's edge.
    pub(crate) fn pixels(self, name: &str) -> Option<u32> {
        self.count(name)
            .and_then(|count| u32::try_from(count).ok())
            .filter(|count| *count > 0)
    }

    /// A number.
    pub(crate) fn float(self, name: &str) -> Option<f64> {
        self.get(name).and_then(Json::as_float)
    }

    /// A flag, when it is said.
    pub(crate) fn flag(self, name: &str) -> Option<bool> {
        match self.get(name)? {
            Json::Bool(flag) => Some(*flag),
            Json::Text(text) => text.parse().ok(),
            _ => None,
        }
    }

    /// The addresses in a property: strings, `Link`s, and objects with a `url` or `href` of their own.
    pub(crate) fn links(self, name: &str) -> Vec<Link<'a>> {
        let mut links = Vec::new();
        for value in self.each(name) {
            match (value, Doc::of(value)) {
                (Json::Text(href), _) => links.push(Link {
                    href,
                    media_type: None,
                    doc: None,
                }),
                (_, Some(doc)) => links.extend(doc.own_links()),
                _ => {}
            }
        }
        links
    }

    /// The addresses an object gives for itself: of a `Link` its `href`, of others their `url`, else `href`.
    fn own_links(self) -> Vec<Link<'a>> {
        let media_type = self.text("mediaType");
        if let (Some(href), false) = (self.text("href"), self.has("url")) {
            return vec![Link {
                href,
                media_type,
                doc: Some(self),
            }];
        }
        let own = |link: Link<'a>| Link {
            media_type: link.media_type.or(media_type),
            doc: link.doc.or(Some(self)),
            ..link
        };
        self.shallow_links().into_iter().map(own).collect()
    }

    fn shallow_links(self) -> Vec<Link<'a>> {
        let link = |value: &'a Json| match value {
            Json::Text(href) => Some(Link {
                href,
                media_type: None,
                doc: None,
            }),
            other => Doc::of(other).and_then(|doc| {
                Some(Link {
                    href: doc.text("href")?,
                    media_type: doc.text("mediaType"),
                    doc: Some(doc),
                })
            }),
        };
        self.each("url").filter_map(link).collect()
    }
}

impl<'a> Ref<'a> {
    fn of(json: &'a Json) -> Option<Self> {
        match json {
            Json::Text(id) if !id.is_empty() => Some(Self::Id(id)),
            other => Doc::of(other).and_then(|doc| match (doc.is("Link"), doc.text("href")) {
                (true, Some(href)) => Some(Self::Id(href)),
                (true, None) => None,
                (false, _) => Some(Self::Object(doc)),
            }),
        }
    }

    /// The id it refers to.
    pub(crate) fn id(self) -> Option<&'a str> {
        match self {
            Self::Id(id) => Some(id),
            Self::Object(doc) => doc.id(),
        }
    }

    /// The object, when it stands there.
    pub(crate) fn doc(self) -> Option<Doc<'a>> {
        match self {
            Self::Id(_) => None,
            Self::Object(doc) => Some(doc),
        }
    }
}

impl Json {
    /// The text, of a text or of a JSON-LD value object.
    pub(crate) fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Object(members) => Doc(members).get("@value").and_then(|value| match value {
                Self::Text(text) => Some(text.as_str()),
                _ => None,
            }),
            _ => None,
        }
    }

    /// The number, of a number or of a text that is one.
    pub(crate) fn as_float(&self) -> Option<f64> {
        match self {
            Self::Number(number) => number.as_f64(),
            Self::Text(text) => text.trim().parse().ok(),
            _ => None,
        }
        .filter(|float| float.is_finite())
    }
}

impl Link<'_> {
    /// The address, if it is one of the web.
    pub(crate) fn web(&self) -> Option<Url> {
        web(self.href)
    }

    /// Whether its media type is of this sort (`image`).
    pub(crate) fn is(&self, sort: &str) -> bool {
        let top = self.media_type.and_then(|media_type| media_type.split('/').next());
        top.is_some_and(|top| top.eq_ignore_ascii_case(sort))
    }
}

/// An address of the web, of a length that programs take.
pub(crate) fn web(text: &str) -> Option<Url> {
    let fits = text.len() <= crate::ids::MAX_ID;
    Url::parse(text.trim())
        .ok()
        .filter(|url| fits && matches!(url.scheme(), "http" | "https") && url.has_host())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Json {
        Json::read(text.as_bytes()).unwrap()
    }

    #[test]
    fn one_many_null_and_nested_are_alike() {
        let json = read(
            r#"{"a":"x","b":["x",null,{"id":"y"}],"c":{"type":"Link","href":"z"},"d":null,"e":7,"f":{"type":"Link"}}"#,
        );
        let doc = Doc::of(&json).unwrap();
        let ids = |name| doc.ids(name).collect::<Vec<_>>();
        assert_eq!(ids("a"), ["x"]);
        assert_eq!(ids("b"), ["x", "y"]);
        assert_eq!(ids("c"), ["z"]);
        for none in ["d", "e", "f", "missing"] {
            assert!(ids(none).is_empty(), "{none}");
        }
    }

    #[test]
    fn types_lose_their_prefix() {
        for text in [
            r#"{"type":["as:Note"]}"#,
            r#"{"@type":"https://www.w3.org/ns/activitystreams#Note"}"#,
        ] {
            assert!(Doc::of(&read(text)).unwrap().is("Note"), "{text}");
        }
        assert!(!Doc::of(&read(r#"{"type":{"id":"Note"}}"#)).unwrap().is("Note"));
    }

    #[test]
    fn numbers_flags_and_times_may_be_odd() {
        let json = read(r#"{"a":"12","b":-1,"c":"true","d":"2026-01-02T03:04:05","e":"1e999999","f":70000000000}"#);
        let doc = Doc::of(&json).unwrap();
        assert_eq!(
            (doc.count("a"), doc.count("b"), doc.flag("c")),
            (Some(12), None, Some(true))
        );
        assert_eq!(doc.time("d").unwrap().to_string(), "2026-01-02T03:04:05Z");
        assert_eq!((doc.float("e"), doc.pixels("f")), (None, None));
    }

    #[test]
    fn addresses_in_every_form() {
        let json = read(
            r#"{"url":["http://a/",{"type":"Link","href":"http://b/","mediaType":"text/html"},
                {"type":"Image","mediaType":"image/png","url":[{"type":"Link","href":"http://c/"},"http://d/"]}]}"#,
        );
        let links = Doc::of(&json).unwrap().links("url");
        let seen: Vec<_> = links.iter().map(|link| (link.href, link.media_type)).collect();
        let png = Some("image/png");
        assert_eq!(
            seen,
            [
                ("http://a/", None),
                ("http://b/", Some("text/html")),
                ("http://c/", png),
                ("http://d/", png)
            ]
        );
        assert_eq!(web("javascript:alert(1)"), None);
        assert_eq!(web("data:image/png;base64,AAAA"), None);
    }
}
