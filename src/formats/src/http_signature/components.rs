//! The signature base of RFC 9421: the text that is signed.

use http::HeaderMap;
use sfv::{BareItem, FieldType as _, InnerList, Item, ListEntry};

use super::error::{SignatureError, shown};
use super::normalise::joined;

/// The most components a signature may cover.
const MAX_COVERED: usize = 64;

/// A request as RFC 9421 sees it.
#[derive(Clone, Copy)]
pub(super) struct Message<'a> {
    pub(super) method: &'a str,
    pub(super) scheme: &'a str,
    pub(super) authority: &'a str,
    /// Path and query.
    pub(super) target: &'a str,
    /// What is appended to `@target-uri`; requests have none, but see `rfc9421`.
    pub(super) fragment: Option<&'a str>,
    pub(super) headers: &'a HeaderMap,
}

/// The names of the covered components: each once, lower case, without parameters (we serve none of them).
// RFC 9421 §2
pub(super) fn names(list: &InnerList) -> Result<Vec<String>, SignatureError> {
    if list.items.len() > MAX_COVERED {
        return Err(SignatureError::Malformed(format!(
            "more than {MAX_COVERED} components covered"
        )));
    }
    let mut names: Vec<String> = Vec::new();
    for item in &list.items {
        let name = name(item)?;
        if names.iter().any(|seen| seen == name) {
            return Err(SignatureError::Repeated(format!("component {}", shown(name))));
        }
        names.push(name.to_owned());
    }
    Ok(names)
}

fn name(item: &Item) -> Result<&str, SignatureError> {
    let BareItem::String(name) = &item.bare_item else {
        return Err(SignatureError::Malformed(
            "a covered component is not a string".to_owned(),
        ));
    };
    let name = name.as_str();
    if !item.params.is_empty() {
        return Err(SignatureError::Component(format!("{} has parameters", shown(name))));
    }
    if name.is_empty() || name.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return Err(SignatureError::Malformed(format!(
            "{} is not a component name",
            shown(name)
        )));
    }
    Ok(name)
}

/// The signature base over `list`, and its parameters as they are written after a label.
// RFC 9421 §2.5
pub(super) fn base(message: &Message<'_>, list: &InnerList) -> Result<(String, String), SignatureError> {
    let mut text = String::new();
    for name in names(list)? {
        text.push_str(&format!("\"{name}\": {}\n", message.value(&name)?));
    }
    // RFC 9421 §2.3: the strict serialisation, whatever was received
    let params = vec![ListEntry::InnerList(list.clone())].serialize().unwrap_or_default();
    text.push_str("\"@signature-params\": ");
    text.push_str(&params);
    Ok((text, params))
}

impl Message<'_> {
    /// RFC 9421 §2.1 and §2.2
    fn value(&self, name: &str) -> Result<String, SignatureError> {
        let (path, query) = self.target.split_once('?').unwrap_or((self.target, ""));
        Ok(match name {
            "@method" => self.method.to_owned(),
            "@target-uri" => self.target_uri(),
            "@authority" => self.authority.to_owned(),
            "@scheme" => self.scheme.to_owned(),
            "@request-target" => self.target.to_owned(),
            "@path" => path.to_owned(),
            "@query" => format!("?{query}"),
            unknown if unknown.starts_with('@') => {
                return Err(SignatureError::Component(format!(
                    "{} is not supported",
                    shown(unknown)
                )));
            }
            field => joined(self.headers, field)?,
        })
    }

    fn target_uri(&self) -> String {
        let mut uri = format!("{}://{}{}", self.scheme, self.authority, self.target);
        if let Some(fragment) = self.fragment {
            uri.push('#');
            uri.push_str(fragment);
        }
        uri
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;
    use crate::http_signature::structured::dictionary;

    fn base_of(input: &str) -> Result<String, SignatureError> {
        let mut headers = HeaderMap::new();
        headers.insert("content-length", HeaderValue::from_static("18"));
        headers.insert("content-type", HeaderValue::from_static("application/json"));
        let message = Message {
            method: "POST",
            scheme: "https",
            authority: "example.com",
            target: "/foo?param=Value&Pet=dog",
            fragment: None,
            headers: &headers,
        };
        let dictionary = dictionary("Signature-Input", input)?;
        let Some(ListEntry::InnerList(list)) = dictionary.values().next() else {
            panic!("no inner list")
        };
        base(&message, list).map(|(text, _)| text)
    }

    #[test]
    fn makes_the_example_of_the_rfc() {
        // RFC 9421 §2.5, without its digest
        let input = r#"sig1=("@method" "@authority" "@path" "content-length"  "content-type"); created=1618884473;keyid="test-key-rsa-pss""#;
        let expected = concat!(
            "\"@method\": POST\n\"@authority\": example.com\n\"@path\": /foo\n",
            "\"content-length\": 18\n\"content-type\": application/json\n",
            "\"@signature-params\": (\"@method\" \"@authority\" \"@path\" \"content-length\" \"content-type\")",
            ";created=1618884473;keyid=\"test-key-rsa-pss\""
        );
        assert_eq!(base_of(input).unwrap(), expected);
    }

    #[test]
    fn knows_the_derived_components() {
        // RFC 9421 §2.2.2 to §2.2.7
        let text = base_of(r#"s=("@target-uri" "@scheme" "@request-target" "@query")"#).unwrap();
        for line in [
            "\"@target-uri\": https://example.com/foo?param=Value&Pet=dog",
            "\"@scheme\": https",
            "\"@request-target\": /foo?param=Value&Pet=dog",
            "\"@query\": ?param=Value&Pet=dog",
        ] {
            assert!(text.lines().any(|found| found == line), "{line}");
        }
    }

    #[test]
    fn refuses_what_it_cannot_rebuild() {
        for (input, rule) in [
            (r#"s=("@query-param";name="Pet")"#, "component"),
            (r#"s=("content-type";sf)"#, "component"),
            (r#"s=("@status")"#, "component"),
            (r#"s=("@signature-params")"#, "component"),
            (r#"s=("x-absent")"#, "component"),
            (r#"s=("Content-Type")"#, "malformed"),
            (r#"s=("")"#, "malformed"),
            (r#"s=(content-type)"#, "malformed"),
            (r#"s=("@method" "@method")"#, "repeated"),
        ] {
            assert_eq!(base_of(input).unwrap_err().rule(), rule, "{input}");
        }
    }
}
