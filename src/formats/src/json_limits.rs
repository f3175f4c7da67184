//! Limits on JSON from the network, kept before serde_json parses it.
//!
//! What it is: one linear scan without recursion. It refuses what serde_json would accept and
//! should not: member names that stand twice in one object (serde_json silently takes the last,
//! another parser the first, and a signature checker may have read either), and counts without end.
//! It does not check the grammar beyond that: serde_json does, on what passes.
//! Spec: RFC 8259 §4 (names SHOULD be unique; here they must), §8.1 (UTF-8).

use std::borrow::Cow;
use std::collections::HashSet;

/// The most that one JSON text may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Deepest nesting of objects and arrays (serde_json's own limit is 128).
    pub depth: usize,
    /// Members of one object, elements of one array.
    pub members: usize,
    /// The whole, in bytes.
    pub bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            depth: 64,
            members: 4_096,
            bytes: 1024 * 1024,
        }
    }
}

/// Why a JSON text is not parsed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JsonRefusal {
    /// Longer than [`Limits::bytes`].
    #[error("more than {0} bytes")]
    TooLarge(usize),
    /// Nested deeper than [`Limits::depth`].
    #[error("nested deeper than {0}")]
    TooDeep(usize),
    /// An object or array with more than [`Limits::members`].
    #[error("more than {0} members in one object or array")]
    TooManyMembers(usize),
    /// One object names this member twice.
    #[error("member {0:?} stands twice in one object")]
    DuplicateMember(String),
    /// Not UTF-8.
    #[error("not UTF-8")]
    NotUtf8,
    /// Brackets, strings or names that cannot be told apart.
    #[error("not JSON")]
    Malformed,
}

impl JsonRefusal {
    /// The reason code.
    #[must_use]
    pub fn reason(&self) -> &'static str {
        match self {
            Self::TooLarge(_) => "json-too-large",
            Self::TooDeep(_) => "json-too-deep",
            Self::TooManyMembers(_) => "json-too-many-members",
            Self::DuplicateMember(_) => "json-duplicate-member",
            Self::NotUtf8 => "json-not-utf8",
            Self::Malformed => "json-malformed",
        }
    }
}

/// Whether serde_json may parse this text.
///
/// # Errors
/// The limit it breaks, or what makes it unreadable.
pub fn check(json: &[u8], limits: &Limits) -> Result<(), JsonRefusal> {
    if json.len() > limits.bytes {
        return Err(JsonRefusal::TooLarge(limits.bytes));
    }
    let text = std::str::from_utf8(json).map_err(|_| JsonRefusal::NotUtf8)?;
    let mut scan = Scan {
        limits,
        open: Vec::new(),
    };
    let mut bytes = text.bytes().enumerate();
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'"' => {
                let end = end_of_string(&mut bytes).ok_or(JsonRefusal::Malformed)?;
                scan.string(text.get(at..=end).unwrap_or_default())?;
            }
            b'{' => scan.enter(Container::Object(HashSet::new()))?,
            b'[' => scan.enter(Container::Array)?,
            b'}' => scan.leave(true)?,
            b']' => scan.leave(false)?,
            b',' => scan.comma()?,
            b':' => scan.colon(),
            _ => {}
        }
    }
    if scan.open.is_empty() {
        Ok(())
    } else {
        Err(JsonRefusal::Malformed)
    }
}

enum Container<'a> {
    /// With the names seen so far.
    Object(HashSet<Cow<'a, str>>),
    Array,
}

struct Open<'a> {
    container: Container<'a>,
    /// Commas seen so far.
    commas: usize,
    /// The next string is a member name.
    name_follows: bool,
}

struct Scan<'a> {
    limits: &'a Limits,
    open: Vec<Open<'a>>,
}

impl<'a> Scan<'a> {
    fn enter(&mut self, container: Container<'a>) -> Result<(), JsonRefusal> {
        if self.open.len() >= self.limits.depth {
            return Err(JsonRefusal::TooDeep(self.limits.depth));
        }
        let name_follows = matches!(container, Container::Object(_));
        self.open.push(Open {
            container,
            commas: 0,
            name_follows,
        });
        Ok(())
    }

    fn leave(&mut self, object: bool) -> Result<(), JsonRefusal> {
        match self.open.pop() {
            Some(open) if matches!(open.container, Container::Object(_)) == object => Ok(()),
            Some(_) | None => Err(JsonRefusal::Malformed),
        }
    }

    fn comma(&mut self) -> Result<(), JsonRefusal> {
        let limit = self.limits.members;
        let Some(open) = self.open.last_mut() else {
            return Err(JsonRefusal::Malformed);
        };
        open.commas += 1;
        open.name_follows = matches!(open.container, Container::Object(_));
        if open.commas < limit {
            Ok(())
        } else {
            Err(JsonRefusal::TooManyMembers(limit))
        }
    }

    fn colon(&mut self) {
        if let Some(open) = self.open.last_mut() {
            open.name_follows = false;
        }
    }

    /// A string with its quotation marks.
    fn string(&mut self, quoted: &'a str) -> Result<(), JsonRefusal> {
        let Some(open) = self.open.last_mut().filter(|open| open.name_follows) else {
            return Ok(());
        };
        open.name_follows = false;
        let Container::Object(names) = &mut open.container else {
            return Ok(());
        };
        let name = decode(quoted)?;
        if names.contains(&name) {
            return Err(JsonRefusal::DuplicateMember(name.chars().take(64).collect()));
        }
        names.insert(name);
        Ok(())
    }
}

/// The position of the closing quotation mark.
fn end_of_string(bytes: &mut impl Iterator<Item = (usize, u8)>) -> Option<usize> {
    let mut escaped = false;
    for (at, byte) in bytes {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return Some(at),
            _ => {}
        }
    }
    None
}

/// `"a"` and `"\u0061"` are the same name.
fn decode(quoted: &str) -> Result<Cow<'_, str>, JsonRefusal> {
    if quoted.contains('\\') {
        let name: String = serde_json::from_str(quoted).map_err(|_| JsonRefusal::Malformed)?;
        return Ok(Cow::Owned(name));
    }
    let name = quoted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    name.map(Cow::Borrowed).ok_or(JsonRefusal::Malformed)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    fn reason(json: impl AsRef<[u8]>) -> &'static str {
        check(json.as_ref(), &Limits::default()).map_or_else(|refusal| refusal.reason(), |()| "ok")
    }

    /// Accepted by the suite, refused here on purpose: their names stand twice.
    const DUPLICATES: [&str; 2] = ["y_object_duplicated_key.json", "y_object_duplicated_key_and_value.json"];

    #[test]
    fn row_62_json_test_suite() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/captures/json-parsing");
        let mut seen = [0; 3];
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            if path.extension().is_none_or(|extension| extension != "json") {
                continue;
            }
            let json = std::fs::read(&path).unwrap();
            let checked = check(&json, &Limits::default());
            let parsed = serde_json::from_slice::<Value>(&json);
            match name.as_bytes()[0] {
                b'y' if DUPLICATES.contains(&name.as_str()) => {
                    assert!(matches!(checked, Err(JsonRefusal::DuplicateMember(_))), "{name}");
                }
                b'y' => {
                    assert_eq!(checked, Ok(()), "{name}");
                    assert!(parsed.is_ok(), "{name}");
                    seen[0] += 1;
                }
                b'n' => {
                    assert!(checked.is_err() || parsed.is_err(), "{name}");
                    seen[1] += 1;
                }
                _ => seen[2] += 1,
            }
        }
        assert_eq!(seen, [93, 186, 35]);
        // The two files of the suite that are too large to keep.
        assert_eq!(reason("[".repeat(100_000)), "json-too-deep");
        assert_eq!(reason("[{\"\":".repeat(50_000)), "json-too-deep");
    }

    #[test]
    fn row_63_ap_016_duplicate_names_are_refused() {
        assert_eq!(reason(r#"{"actor":"a","id":1,"actor":"b"}"#), "json-duplicate-member");
        assert_eq!(reason(r#"{"actor":"a","\u0061ctor":"b"}"#), "json-duplicate-member");
        assert_eq!(reason(r#"[{"x":{"a":[],"b":{"a":1},"a":2}}]"#), "json-duplicate-member");
        assert_eq!(reason(r#"{"a":{"a":{"a":"a"}},"b":["a","a"],"c":"b"}"#), "ok");
        assert_eq!(reason(r#"{"a":",\"a\":","b":1}"#), "ok");
        assert_eq!(reason(r#"{"A":1,"a":2}"#), "ok");
    }

    #[test]
    fn limits_trip_where_they_say() {
        let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
        assert_eq!(reason(nested(64)), "ok");
        assert_eq!(reason(nested(65)), "json-too-deep");
        let array = |count: usize| format!("[{}0]", "0,".repeat(count - 1));
        assert_eq!(reason(array(4_096)), "ok");
        assert_eq!(reason(array(4_097)), "json-too-many-members");
        let object = |count: usize| {
            let members: Vec<String> = (0..count).map(|n| format!("\"{n}\":0")).collect();
            format!("{{{}}}", members.join(","))
        };
        assert_eq!(reason(object(4_096)), "ok");
        assert_eq!(reason(object(4_097)), "json-too-many-members");
        assert_eq!(reason(format!("\"{}\"", "x".repeat(1024 * 1024))), "json-too-large");
    }

    #[test]
    fn what_is_no_json_is_refused() {
        assert_eq!(reason(b"{\"a\":\"\xE9\"}"), "json-not-utf8");
        for bad in ["{", "]", "[}", "\"", "{\"a", "{\"\\u12\":1}", ","] {
            assert_eq!(reason(bad), "json-malformed", "{bad}");
        }
    }

    proptest! {
        #[test]
        fn every_text_of_serde_json_passes(value in json()) {
            let text = serde_json::to_vec(&value).unwrap();
            prop_assert_eq!(check(&text, &Limits::default()), Ok(()));
        }

        #[test]
        fn no_input_panics(bytes in prop::collection::vec(prop::sample::select(b"{}[]\",:\\u00e1 ax\xff".to_vec()), 0..60)) {
            let checked = check(&bytes, &Limits::default());
            if checked.is_ok() && let Ok(Value::Object(map)) = serde_json::from_slice(&bytes) {
                let again = serde_json::to_string(&map).unwrap();
                prop_assert_eq!(check(again.as_bytes(), &Limits::default()), Ok(()));
            }
        }
    }

    fn json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<i64>().prop_map(Value::from),
            any::<String>().prop_map(Value::from),
        ];
        leaf.prop_recursive(5, 64, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
                prop::collection::hash_map(any::<String>(), inner, 0..6)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }
}
