//! Addresses of people: `acct:user@host`, and what a WebFinger query asks for.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use url::Url;

use super::host::canonical_host;

/// Why a text is no address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AcctRefusal {
    /// There is no `@` between a user and a host, or more than one.
    #[error("not of the form user@host")]
    Form,
    /// The user part is empty, too long, or holds characters no address has.
    #[error("not a user name")]
    User,
    /// The host part is no host name, or its port no port.
    #[error("not a host name")]
    Host,
}

impl AcctRefusal {
    /// The reason code.
    #[must_use]
    pub fn reason(&self) -> &'static str {
        match self {
            Self::Form => "address-form",
            Self::User => "address-user",
            Self::Host => "host-invalid",
        }
    }
}

/// The address of a person: `user@host`, rarely with a port.
///
/// The user part keeps the case it was given in, for display, and is compared without it (ASCII),
/// as every program of the field does in spite of RFC 7565 §4; the host is a [`canonical_host`].
#[derive(Clone, Debug, Eq)]
pub struct Acct {
    user: String,
    host: String,
}

impl Acct {
    /// Reads `acct:user@host`, `@user@host` or `user@host`, each with an optional `:port`.
    ///
    /// Percent-encoding is resolved behind `acct:` only (RFC 7565 §7). Port 443 is no port.
    ///
    /// # Errors
    /// [`AcctRefusal`] where it is none of these.
    pub fn parse(text: &str) -> Result<Self, AcctRefusal> {
        let (user, host) = match strip_scheme(text, "acct:") {
            Some(rest) => {
                let (user, host) = split(rest)?;
                (percent_decode(user).ok_or(AcctRefusal::User)?, host)
            }
            None => {
                let (user, host) = split(text.strip_prefix('@').unwrap_or(text))?;
                (user.to_owned(), host)
            }
        };
        Self::new(&user, host)
    }

    /// An address of its two parts; `host` may hold a port.
    ///
    /// # Errors
    /// [`AcctRefusal::User`], [`AcctRefusal::Host`].
    pub fn new(user: &str, host: &str) -> Result<Self, AcctRefusal> {
        if user.is_empty() || user.len() > 255 || !user.chars().all(is_user_char) {
            return Err(AcctRefusal::User);
        }
        Ok(Self {
            user: user.to_owned(),
            host: canonical_authority(host)?,
        })
    }

    /// The user part, in the case it came in.
    #[must_use]
    pub fn user(&self) -> &str {
        &self.user
    }

    /// The host, with a port if it is not 443.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// `user@host` in lower case: equal for equal addresses, fit as a key.
    #[must_use]
    pub fn key(&self) -> String {
        format!("{}@{}", self.user.to_ascii_lowercase(), self.host)
    }

    /// `acct:user@host`, percent-encoded (RFC 7565 §7).
    #[must_use]
    pub fn uri(&self) -> String {
        let mut uri = String::from("acct:");
        for byte in self.user.bytes() {
            if byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=".contains(&byte) {
                uri.push(char::from(byte));
            } else {
                uri.push_str(&format!("%{byte:02X}"));
            }
        }
        uri.push('@');
        uri + &self.host
    }
}

impl PartialEq for Acct {
    fn eq(&self, other: &Self) -> bool {
        self.host == other.host && self.user.eq_ignore_ascii_case(&other.user)
    }
}

impl Hash for Acct {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.key().hash(state);
    }
}

/// `user@host`
impl fmt::Display for Acct {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}@{}", self.user, self.host)
    }
}

impl FromStr for Acct {
    type Err = AcctRefusal;

    fn from_str(text: &str) -> Result<Self, AcctRefusal> {
        Self::parse(text)
    }
}

/// What a WebFinger query asks for, or what a user typed to find someone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Resource {
    /// An address.
    Acct(Acct),
    /// A web address: of a profile, a post, an actor.
    Url(Url),
}

impl Resource {
    /// Reads an address ([`Acct::parse`]) or an http(s) URL with a host and no user name.
    ///
    /// # Errors
    /// [`AcctRefusal`] where it is neither.
    pub fn parse(text: &str) -> Result<Self, AcctRefusal> {
        let web = ["https://", "http://"]
            .iter()
            .any(|scheme| strip_scheme(text, scheme).is_some());
        if !web {
            return Acct::parse(text).map(Self::Acct);
        }
        if text.contains(|each: char| each.is_control() || each.is_whitespace()) {
            return Err(AcctRefusal::Form);
        }
        let url = Url::parse(text).map_err(|_| AcctRefusal::Form)?;
        let anonymous = url.username().is_empty() && url.password().is_none();
        let host = url.host_str().ok_or(AcctRefusal::Host)?;
        canonical_host(host).map_err(|_| AcctRefusal::Host)?;
        if anonymous {
            Ok(Self::Url(url))
        } else {
            Err(AcctRefusal::Form)
        }
    }
}

/// The wire form of a `resource` parameter.
impl fmt::Display for Resource {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Acct(acct) => formatter.write_str(&acct.uri()),
            Self::Url(url) => formatter.write_str(url.as_str()),
        }
    }
}

fn split(text: &str) -> Result<(&str, &str), AcctRefusal> {
    let (user, host) = text.split_once('@').ok_or(AcctRefusal::Form)?;
    if host.contains('@') {
        Err(AcctRefusal::Form)
    } else {
        Ok((user, host))
    }
}

fn canonical_authority(authority: &str) -> Result<String, AcctRefusal> {
    let colon = authority
        .rfind(':')
        .filter(|&at| authority.rfind(']').is_none_or(|bracket| bracket < at));
    let (host, port) = match colon {
        Some(at) => (authority.get(..at), authority.get(at + 1..)),
        None => (Some(authority), None),
    };
    let host = canonical_host(host.unwrap_or_default()).map_err(|_| AcctRefusal::Host)?;
    match port {
        None => Ok(host),
        Some(port) if port.len() <= 5 && port.bytes().all(|byte| byte.is_ascii_digit()) => match port.parse::<u16>() {
            Ok(443) => Ok(host),
            Ok(port) if port > 0 => Ok(format!("{host}:{port}")),
            Ok(_) | Err(_) => Err(AcctRefusal::Host),
        },
        Some(_) => Err(AcctRefusal::Host),
    }
}

/// RFC 7565 §7: unreserved and sub-delims; beyond ASCII, letters and digits of any script.
fn is_user_char(character: char) -> bool {
    if character.is_ascii() {
        character.is_ascii_alphanumeric() || "-._~!$&'()*+,;=".contains(character)
    } else {
        character.is_alphanumeric()
    }
}

fn strip_scheme<'a>(text: &'a str, scheme: &str) -> Option<&'a str> {
    let (start, rest) = text.split_at_checked(scheme.len())?;
    start.eq_ignore_ascii_case(scheme).then_some(rest)
}

fn percent_decode(text: &str) -> Option<String> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        if byte == b'%' {
            let high = char::from(bytes.next()?).to_digit(16)?;
            let low = char::from(bytes.next()?).to_digit(16)?;
            decoded.push(u8::try_from(high * 16 + low).ok()?);
        } else {
            decoded.push(byte);
        }
    }
    String::from_utf8(decoded).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn all_forms_are_one_address() {
        let plain = Acct::parse("alice@masto.example").unwrap();
        for form in [
            "acct:alice@masto.example",
            "ACCT:Alice@Masto.Example.",
            "@alice@masto.example",
            "alice@masto.example:443",
            "acct:al%69ce@masto。example",
        ] {
            assert_eq!(Acct::parse(form).unwrap(), plain, "{form}");
            assert_eq!(Acct::parse(form).unwrap().key(), "alice@masto.example");
        }
        assert_eq!(
            Acct::parse("Alice@masto.example").unwrap().to_string(),
            "Alice@masto.example"
        );
        let port = Acct::parse("acct:a.b-c_d@localhost:8005").unwrap();
        assert_eq!((port.user(), port.host()), ("a.b-c_d", "localhost:8005"));
        assert_eq!(port.uri(), "acct:a.b-c_d@localhost:8005");
        let greek = Acct::parse("λ@h.example").unwrap();
        assert_eq!(greek.uri(), "acct:%CE%BB@h.example");
        assert_eq!(Acct::parse(&greek.uri()).unwrap(), greek);
        assert_eq!(Acct::parse("a@[::1]:80").unwrap().host(), "[::1]:80");
        assert_eq!(
            Acct::parse("bridge.example@bridge.example").unwrap().user(),
            "bridge.example"
        );
    }

    #[test]
    fn row_77_what_is_no_address_is_refused() {
        for bad in [
            "",
            "@",
            "a",
            "a@",
            "@b",
            "a@b@c",
            "@@b",
            "acct:",
            "a b@c",
            "a@b c",
            "a\r\n@b",
            "a@b\r\nX: y",
            "a\u{202E}@b",
            "a\u{0}@b",
            "a@b:0",
            "a@b:99999",
            "a@b:+1",
            "a@b:",
            "a/b@c",
            "a?b@c",
            "a#b@c",
            "a%40b@c",
            "acct:a%40b@c",
            "acct:a%zz@c",
            "acct:a%@c",
            "acct:%ff@c",
            "a\\b@c",
            "<a>@b",
            "mailto:a@b.example",
            "a@%62",
        ] {
            assert!(Acct::parse(bad).is_err(), "{bad:?}");
        }
        assert!(Acct::parse(&format!("{}@b.example", "a".repeat(256))).is_err());
    }

    #[test]
    fn resources_are_addresses_or_web_addresses() {
        let url = Resource::parse("https://masto.example/@alice").unwrap();
        assert_eq!(url.to_string(), "https://masto.example/@alice");
        assert!(matches!(Resource::parse("acct:a@b.example"), Ok(Resource::Acct(_))));
        assert_eq!(Resource::parse("@a@b.example").unwrap().to_string(), "acct:a@b.example");
        for bad in [
            "ftp://b.example/",
            "https://",
            "https://u@b.example/",
            "https://b.example/\r\nX",
            "javascript:a@b",
            "data:,a@b",
            "x",
        ] {
            assert!(Resource::parse(bad).is_err(), "{bad:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(text in "\\PC{0,12}@\\PC{0,12}") {
            if let Ok(acct) = Acct::parse(&text) {
                let shown = acct.to_string();
                prop_assert_eq!(Acct::parse(&shown), Ok(acct.clone()));
                prop_assert_eq!(Acct::parse(&acct.uri()), Ok(acct));
            }
        }
    }
}
