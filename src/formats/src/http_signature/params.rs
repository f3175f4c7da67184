//! The parameters of a draft-cavage `Signature` header: `name="value"` or `name=token`, separated by commas.
//!
//! A reader of our own, since the library's splits at every comma, also inside quotes, chokes on a space after one, and takes the
//! last of two equal names.

use super::error::{SignatureError, shown};

/// The longest `Signature` header that is looked at, in bytes: an 8192-bit signature is 1368 of them.
const MAX_BYTES: usize = 8 * 1024;
/// The most parameters; the draft knows six.
const MAX_PARAMS: usize = 16;

/// Parameters by name, in wire order, no name twice.
pub(super) struct Params<'a>(Vec<(&'a str, String)>);

impl<'a> Params<'a> {
    /// Reads a whole header value.
    // draft-cavage-http-signatures-12 §4.1, RFC 9110 §5.6.2 to §5.6.6
    pub(super) fn parse(value: &'a str) -> Result<Self, SignatureError> {
        if value.len() > MAX_BYTES {
            return Err(malformed(format!("Signature is longer than {MAX_BYTES} bytes")));
        }
        let mut params = Self(Vec::new());
        let mut rest = skip_space(value);
        while params.0.len() < MAX_PARAMS {
            rest = params.take(rest)?;
            if rest.is_empty() {
                return Ok(params);
            }
            rest = rest
                .strip_prefix(',')
                .ok_or_else(|| malformed("Signature: expected a comma".to_owned()))?;
            rest = skip_space(rest);
        }
        Err(malformed(format!("Signature has more than {MAX_PARAMS} parameters")))
    }

    /// The value with this name.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(found, _)| *found == name)
            .map(|(_, value)| value.as_str())
    }

    /// The value with this name, which must be there.
    pub(super) fn require(&self, name: &str) -> Result<&str, SignatureError> {
        self.get(name)
            .ok_or_else(|| malformed(format!("Signature has no {name}")))
    }

    /// Takes one parameter off the front and returns what follows it.
    fn take(&mut self, input: &'a str) -> Result<&'a str, SignatureError> {
        let (name, after) = input
            .split_once('=')
            .ok_or_else(|| malformed("Signature: expected name=value".to_owned()))?;
        if name.is_empty() || !name.bytes().all(is_token) {
            return Err(malformed(format!("Signature: {} is not a parameter name", shown(name))));
        }
        if self.get(name).is_some() {
            return Err(SignatureError::Repeated(format!("parameter {name}")));
        }
        let (value, rest) = match after.strip_prefix('"') {
            Some(quoted) => unquote(quoted)?,
            None => bare(after)?,
        };
        self.0.push((name, value));
        Ok(skip_space(rest))
    }
}

/// The text of a quoted string whose opening quote is gone, and what follows it. RFC 9110 §5.6.4
fn unquote(input: &str) -> Result<(String, &str), SignatureError> {
    let mut text = String::new();
    let mut chars = input.chars();
    while let Some(next) = chars.next() {
        match next {
            '"' => return Ok((text, chars.as_str())),
            '\\' => text.extend(chars.next()),
            _ => text.push(next),
        }
    }
    Err(malformed("Signature: a quote is not closed".to_owned()))
}

/// A bare token (numbers are written so) and what follows it.
fn bare(input: &str) -> Result<(String, &str), SignatureError> {
    let end = input
        .find(|next: char| !u8::try_from(next).is_ok_and(is_token))
        .unwrap_or(input.len());
    match input.split_at_checked(end) {
        Some((token, rest)) if !token.is_empty() => Ok((token.to_owned(), rest)),
        _ => Err(malformed("Signature: a parameter has no value".to_owned())),
    }
}

/// RFC 9110 §5.6.2
fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

fn skip_space(input: &str) -> &str {
    input.trim_start_matches([' ', '\t'])
}

fn malformed(detail: String) -> SignatureError {
    SignatureError::Malformed(detail)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn reads_both_separators_quotes_commas_and_numbers() {
        for separator in [",", ", ", " ,\t"] {
            let header = [
                "keyId=\"https://a.example/?x=1,2#\\\"k\\\\\"",
                "created=1402170695",
                "headers=\"host date\"",
            ];
            let header = header.join(separator);
            let params = Params::parse(&header).unwrap();
            assert_eq!(params.get("keyId"), Some("https://a.example/?x=1,2#\"k\\"), "{header}");
            assert_eq!(params.get("created"), Some("1402170695"));
            assert_eq!(params.get("headers"), Some("host date"));
            assert_eq!(params.get("algorithm"), None);
        }
    }

    #[test]
    fn refuses_what_is_not_a_parameter_list() {
        for odd in [
            "",
            ",",
            "a",
            "a=",
            "a=\"b",
            "a=\"b\\",
            "a=\"b\"c=\"d\"",
            "a=\"b\",",
            "=\"b\"",
            "a b=\"c\"",
            "a=b c=d",
        ] {
            assert!(Params::parse(odd).is_err(), "{odd:?}");
        }
        assert!(Params::parse(&"a=\"".repeat(5000)).is_err());
        let many: Vec<String> = (0..17).map(|n| format!("a{n}=1")).collect();
        assert!(Params::parse(&many.join(",")).is_err());
        assert!(Params::parse(&many[..16].join(",")).is_ok());
        assert_eq!(
            Params::parse("keyId=\"a\",keyId=\"b\"").err().unwrap().rule(),
            "repeated"
        );
    }

    proptest! {
        #[test]
        fn never_panics_and_never_invents(header in "\\PC{0,200}|([a-z]{1,3}=\"?[a-z\\\\\",=é]{0,9}\"?,? ?){0,20}") {
            if let Ok(params) = Params::parse(&header) {
                for (name, _) in &params.0 {
                    prop_assert!(header.contains(name));
                }
            }
        }
    }
}
