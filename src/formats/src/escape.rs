//! XEP-0106: addresses of other networks inside the local part of a JID.
//!
//! What it is: `alice@masto.example` becomes the local part `alice\40masto.example`, and back.
//! Spec: XEP-0106 1.1.1 §3, §4. Escaping is done once and undone once: `\5c40` is a backslash and `40`,
//! never an `@`.

use std::borrow::Cow;

use crate::webfinger::{Acct, AcctRefusal};

/// Why a text cannot be, or is not, an escaped local part.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EscapeRefusal {
    /// Empty.
    #[error("empty")]
    Empty,
    /// Begins or ends with a space, escaped or not (XEP-0106 §4.1).
    #[error("begins or ends with a space")]
    OuterSpace,
    /// Longer than the 1,023 bytes of a local part (RFC 7622 §3.3).
    #[error("longer than 1,023 bytes")]
    TooLong,
    /// Holds a character that no local part has, escaped or not.
    #[error("holds a forbidden character")]
    Forbidden,
    /// Unescaped it is not one address `user@host`.
    #[error("not an address: {0}")]
    NotAnAddress(#[from] AcctRefusal),
    /// It is an address, in another spelling than ours; the local part of ours is given.
    #[error("not the canonical spelling, which is {0}")]
    NotCanonical(String),
}

impl EscapeRefusal {
    /// The reason code.
    #[must_use]
    pub fn reason(&self) -> &'static str {
        match self {
            Self::Empty => "localpart-empty",
            Self::OuterSpace => "localpart-outer-space",
            Self::TooLong => "localpart-too-long",
            Self::Forbidden => "localpart-forbidden-character",
            Self::NotAnAddress(_) => "localpart-not-an-address",
            Self::NotCanonical(_) => "localpart-not-canonical",
        }
    }
}

/// Escapes a text to a local part.
///
/// A backslash is escaped only where it would be read as an escape (XEP-0106 §4.2), and also before
/// codes in capitals: case mapping makes `\2F` a `\2f` on its way.
///
/// # Errors
/// [`EscapeRefusal`]: empty, outer space, control characters, too long.
pub fn escape(text: &str) -> Result<String, EscapeRefusal> {
    if text.is_empty() {
        return Err(EscapeRefusal::Empty);
    }
    if text.starts_with(' ') || text.ends_with(' ') {
        return Err(EscapeRefusal::OuterSpace);
    }
    if text.contains(|each: char| each.is_control() || (each.is_whitespace() && each != ' ')) {
        return Err(EscapeRefusal::Forbidden);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for (at, character) in text.char_indices() {
        match code_of(character) {
            Some("5c") if !reads_as_code(text, at) => out.push('\\'),
            Some(code) => {
                out.push('\\');
                out.push_str(code);
            }
            None => out.push(character),
        }
    }
    if out.len() > 1_023 {
        Err(EscapeRefusal::TooLong)
    } else {
        Ok(out)
    }
}

/// Undoes [`escape`], once. A backslash that begins no code stands for itself, and codes are in
/// lower case (XEP-0106 §3.1, §4.3).
///
/// # Errors
/// [`EscapeRefusal`]: empty, too long, a space at an end, or a character that may only stand escaped.
pub fn unescape(local: &str) -> Result<Cow<'_, str>, EscapeRefusal> {
    if local.is_empty() {
        return Err(EscapeRefusal::Empty);
    }
    if local.len() > 1_023 {
        return Err(EscapeRefusal::TooLong);
    }
    let raw = |each: char| each.is_control() || each.is_whitespace() || (each != '\\' && code_of(each).is_some());
    if local.contains(raw) {
        return Err(EscapeRefusal::Forbidden);
    }
    if local.starts_with("\\20") || local.ends_with("\\20") {
        return Err(EscapeRefusal::OuterSpace);
    }
    if !local.contains('\\') {
        return Ok(Cow::Borrowed(local));
    }
    let mut out = String::with_capacity(local.len());
    let mut skip = 0;
    for (at, character) in local.char_indices() {
        if skip > 0 {
            skip -= 1;
        } else if let Some(decoded) = decode_at(local, at) {
            out.push(decoded);
            skip = 2;
        } else {
            out.push(character);
        }
    }
    Ok(Cow::Owned(out))
}

/// The local part for a handle: `alice@masto.example` gives `alice\40masto.example`.
///
/// All spellings of one handle give one local part: lower case, the host canonical.
///
/// # Errors
/// [`EscapeRefusal::NotAnAddress`] where it is none, [`EscapeRefusal::TooLong`].
pub fn handle_to_local(handle: &str) -> Result<String, EscapeRefusal> {
    escape(&lower(&Acct::parse(handle)?))
}

/// The handle in a local part: `alice\40masto.example` gives `alice@masto.example`.
///
/// # Errors
/// [`EscapeRefusal::NotAnAddress`] where it holds not exactly one address (a local name such as
/// `relay` is none), [`EscapeRefusal::NotCanonical`] where [`handle_to_local`] would spell it
/// otherwise: one actor has one JID.
pub fn local_to_handle(local: &str) -> Result<Acct, EscapeRefusal> {
    let text = unescape(local)?;
    if text.starts_with('@') {
        return Err(EscapeRefusal::NotAnAddress(AcctRefusal::User));
    }
    let acct = Acct::parse(&text)?;
    let ours = escape(&lower(&acct))?;
    if ours == local {
        Ok(acct)
    } else {
        Err(EscapeRefusal::NotCanonical(ours))
    }
}

/// The handle in the alias form `alice%masto.example`: exactly one `%`, a name and a host.
///
/// # Errors
/// [`EscapeRefusal::NotAnAddress`] for anything else.
pub fn percent_alias(local: &str) -> Result<Acct, EscapeRefusal> {
    let Some((user, host)) = local.split_once('%').filter(|_| !local.contains('\\')) else {
        return Err(EscapeRefusal::NotAnAddress(AcctRefusal::Form));
    };
    Ok(Acct::new(user, host)?)
}

/// Local parts know no capitals: nodeprep would fold them, beyond ASCII too.
fn lower(acct: &Acct) -> String {
    format!("{}@{}", acct.user().to_lowercase(), acct.host())
}

/// XEP-0106 §3.2.
const CODES: [(char, &str); 10] = [
    (' ', "20"),
    ('"', "22"),
    ('&', "26"),
    ('\'', "27"),
    ('/', "2f"),
    (':', "3a"),
    ('<', "3c"),
    ('>', "3e"),
    ('@', "40"),
    ('\\', "5c"),
];

fn code_of(character: char) -> Option<&'static str> {
    CODES.iter().find(|(each, _)| *each == character).map(|(_, code)| *code)
}

/// What the escape that begins here stands for.
fn decode_at(text: &str, at: usize) -> Option<char> {
    let code = text.get(at..)?.strip_prefix('\\')?.get(..2)?;
    let (character, _) = CODES.iter().find(|(_, each)| *each == code)?;
    Some(*character)
}

/// Whether the backslash here would be an escape once everything is in lower case.
fn reads_as_code(text: &str, at: usize) -> bool {
    let code = text.get(at + 1..).and_then(|rest| rest.get(..2));
    code.is_some_and(|code| CODES.iter().any(|(_, each)| each.eq_ignore_ascii_case(code)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_examples_of_the_xep() {
        // XEP-0106 §5.1, §4.2, §4.3
        for (text, local) in [
            ("space cadet", r"space\20cadet"),
            (r#"call me "ishmael""#, r"call\20me\20\22ishmael\22"),
            ("at&t guy", r"at\26t\20guy"),
            ("d'artagnan", r"d\27artagnan"),
            ("/.fanboy", r"\2f.fanboy"),
            ("::foo::", r"\3a\3afoo\3a\3a"),
            ("<foo>", r"\3cfoo\3e"),
            ("user@host", r"user\40host"),
            (r"c:\net", r"c\3a\net"),
            (r"c:\\net", r"c\3a\\net"),
            (r"c:\cool stuff", r"c\3a\cool\20stuff"),
            (r"c:\5commas", r"c\3a\5c5commas"),
            (r"\2plus\2is\4", r"\2plus\2is\4"),
            (r"foo\bar", r"foo\bar"),
            (r"foo\41r", r"foo\41r"),
            (r"a\20b", r"a\5c20b"),
            (r"a\2Fb", r"a\5c2Fb"),
            (r"\3and\2is\5cool", r"\5c3and\2is\5c5cool"),
        ] {
            assert_eq!(escape(text).unwrap(), local, "{text}");
            assert_eq!(unescape(local).unwrap(), text, "{local}");
        }
    }

    #[test]
    fn row_24_jid_015_016_spaces_at_the_ends_are_refused() {
        for bad in [" a", "a ", " "] {
            assert_eq!(escape(bad), Err(EscapeRefusal::OuterSpace));
        }
        for bad in [r"\20a", r"a\20", r"\20"] {
            assert_eq!(unescape(bad), Err(EscapeRefusal::OuterSpace));
        }
        assert_eq!(escape(""), Err(EscapeRefusal::Empty));
        assert_eq!(escape("a\nb"), Err(EscapeRefusal::Forbidden));
        assert_eq!(escape(&"@".repeat(342)), Err(EscapeRefusal::TooLong));
        for raw in ["a@b", "a b", "a/b", "a:b", "a\"b"] {
            assert_eq!(unescape(raw), Err(EscapeRefusal::Forbidden), "{raw}");
        }
    }

    #[test]
    fn handles_go_there_and_back() {
        for handle in [
            "alice@masto.example",
            "@Alice@Masto.Example.",
            "acct:alice@masto。example",
        ] {
            assert_eq!(handle_to_local(handle).unwrap(), r"alice\40masto.example");
        }
        assert_eq!(
            local_to_handle(r"alice\40masto.example").unwrap().to_string(),
            "alice@masto.example"
        );
        assert_eq!(
            handle_to_local("bob@localhost:8005").unwrap(),
            r"bob\40localhost\3a8005"
        );
        assert_eq!(
            local_to_handle(r"bob\40localhost\3a8005").unwrap().host(),
            "localhost:8005"
        );
        assert_eq!(handle_to_local("d'or@h.example").unwrap(), r"d\27or\40h.example");
    }

    #[test]
    fn row_24_jid_017_024_nothing_else_is_a_handle() {
        let reason = |local: &str| local_to_handle(local).unwrap_err().reason();
        // two addresses in one
        assert_eq!(
            reason(r"alice\40good.example\40evil.example"),
            "localpart-not-an-address"
        );
        // escaped twice, unescaped once
        assert_eq!(reason(r"alice\5c40good.example"), "localpart-not-an-address");
        assert_eq!(reason(r"alice\5c5c40good.example"), "localpart-not-an-address");
        // the alias form is no escape
        assert_eq!(reason("alice%good.example"), "localpart-not-an-address");
        assert_eq!(reason(r"alice%evil.example\40good.example"), "localpart-not-an-address");
        // other spellings of one handle
        for other in [
            r"Alice\40good.example",
            r"alice\40GOOD.example",
            r"alice\40good.example.",
            r"alice\40good.example\3a443",
            r"alice\40good。example",
        ] {
            assert_eq!(
                local_to_handle(other),
                Err(EscapeRefusal::NotCanonical(r"alice\40good.example".to_owned())),
                "{other}"
            );
        }
        // no user, no host, a scheme, names of our own
        for bad in [
            r"\40good.example",
            r"alice\40",
            r"\40alice\40good.example",
            r"acct\3aalice\40good.example",
            "relay",
            r"a\2fb\40good.example",
            r"a\20b\40good.example",
        ] {
            assert!(local_to_handle(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn percent_aliases_have_exactly_one_percent() {
        assert_eq!(
            percent_alias("alice%good.example").unwrap().to_string(),
            "alice@good.example"
        );
        for bad in [
            "alice",
            "a%b%c.example",
            "%good.example",
            "alice%",
            r"a\40b%c.example",
            "a%b\\40c",
        ] {
            assert!(percent_alias(bad).is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn escaping_is_undone(text in "[ -~]{1,30}|\\PC{1,30}|(\\\\|[0-9a-f]|[2345][0-9A-Fa-f]){1,12}") {
            if let Ok(local) = escape(&text) {
                prop_assert_eq!(unescape(&local).unwrap(), text.as_str());
            }
        }

        #[test]
        fn unescaping_then_escaping_changes_nothing_but_the_spelling(local in "(\\\\(20|22|26|27|2f|3a|3c|3e|40|5c)|[a-z0-9]|\\\\){1,12}") {
            if let Ok(text) = unescape(&local) {
                let again = escape(&text).unwrap();
                prop_assert_eq!(unescape(&again).unwrap(), text);
            }
        }

        #[test]
        fn a_handle_has_one_local_part(user in "[a-z0-9_.'&-]{1,12}", host in "[a-z][a-z0-9]{0,8}(\\.[a-z]{2,5}){1,2}") {
            let handle = format!("{user}@{host}");
            let local = handle_to_local(&handle).unwrap();
            prop_assert_eq!(local_to_handle(&local).unwrap().to_string(), handle.as_str());
            prop_assert_eq!(handle_to_local(&handle.to_uppercase()).unwrap(), local);
        }
    }
}
