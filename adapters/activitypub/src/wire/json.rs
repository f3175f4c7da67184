//! JSON from strangers: members in the order written, none twice, not too deep.

use std::collections::HashSet;
use std::fmt;

use causeway_core::refusal::{Reason, Refusal};
use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};

/// Bytes of one document read at most.
pub(crate) const MAX_WIRE: usize = 1024 * 1024;

/// Arrays and objects inside one another, at most. What programs send is below 12.
const MAX_DEPTH: usize = 32;

/// So few members of an object are compared one by one.
const FEW: usize = 32;

/// A JSON value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Json {
    Null,
    Bool(bool),
    Number(serde_json::Number),
    Text(String),
    List(Vec<Json>),
    Object(Members),
}

/// The members of an object in the order written.
pub(crate) type Members = Vec<(String, Json)>;

impl Json {
    /// Reads one document.
    ///
    /// # Errors
    /// `too-large` over [`MAX_WIRE`]; `malformed` for what is no JSON, names a member twice or is too deep.
    // RFC 8259 §4: what two members of one name mean differs from reader to reader, so nobody may decide by them
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, Refusal> {
        if bytes.len() > MAX_WIRE {
            return Err(Refusal::reject(Reason::TooLarge, format!("more than {MAX_WIRE} bytes")));
        }
        let malformed = |error: serde_json::Error| Refusal::reject(Reason::Malformed, error.to_string());
        let mut reader = serde_json::Deserializer::from_slice(bytes);
        let json = Value(MAX_DEPTH).deserialize(&mut reader).map_err(malformed)?;
        reader.end().map_err(malformed)?;
        Ok(json)
    }
}

/// Reads a value that may hold this many levels more.
#[derive(Clone, Copy)]
struct Value(usize);

impl Value {
    fn inner<E: serde::de::Error>(self) -> Result<Self, E> {
        self.0
            .checked_sub(1)
            .map(Self)
            .ok_or_else(|| E::custom("nested too deep"))
    }
}

impl<'de> DeserializeSeed<'de> for Value {
    type Value = Json;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Json, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Value {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Json, E> {
        Ok(Json::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Json, E> {
        Ok(Json::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Json, E> {
        Ok(Json::Number(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Json, E> {
        Ok(serde_json::Number::from_f64(value).map_or(Json::Null, Json::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Json, E> {
        Ok(Json::Text(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Json, E> {
        Ok(Json::Text(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Json, A::Error> {
        let inner = self.inner()?;
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(inner)? {
            list.push(item);
        }
        Ok(Json::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Json, A::Error> {
        let inner = self.inner()?;
        let mut members = Members::new();
        let mut seen = HashSet::new();
        while let Some(name) = map.next_key::<String>()? {
            // a few names are compared faster than hashed
            let twice = match members.len() {
                ..FEW => members.iter().any(|(other, _)| *other == name),
                FEW => {
                    seen.extend(members.iter().map(|(other, _)| other.clone()));
                    !seen.insert(name.clone())
                }
                _ => !seen.insert(name.clone()),
            };
            if twice {
                return Err(A::Error::custom(format_args!("member {name:?} stands twice")));
            }
            members.push((name, map.next_value_seed(inner)?));
        }
        Ok(Json::Object(members))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_keep_their_order_and_stand_once() {
        let Json::Object(members) = Json::read(br#"{"b":1,"a":[null,true,"x",1.5,-2]}"#).unwrap() else {
            panic!()
        };
        assert_eq!(
            members.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(),
            ["b", "a"]
        );
        for twice in [r#"{"id":"a","id":"b"}"#, r#"{"o":{"id":1,"i\u0064":2}}"#] {
            assert_eq!(
                Json::read(twice.as_bytes()).unwrap_err().reason,
                Reason::Malformed,
                "{twice}"
            );
        }
        for count in [FEW - 1, FEW, FEW + 1, FEW + 2, 3 * FEW] {
            let names: Vec<String> = (0..count).map(|n| format!(r#""m{n}":0"#)).collect();
            let once = format!("{{{}}}", names.join(","));
            assert!(Json::read(once.as_bytes()).is_ok(), "{count} names");
            for again in [0, count - 1] {
                let twice = format!(r#"{{{},"m{again}":1}}"#, names.join(","));
                assert!(Json::read(twice.as_bytes()).is_err(), "the {again}th of {count} again");
            }
        }
    }

    #[test]
    fn depth_size_and_rubbish_are_refused() {
        let deep = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        assert!(Json::read(deep(MAX_DEPTH).as_bytes()).is_ok());
        for bad in [
            deep(MAX_DEPTH + 1),
            deep(100_000),
            "{} {}".to_owned(),
            "{'a':1}".to_owned(),
            String::new(),
        ] {
            assert_eq!(Json::read(bad.as_bytes()).unwrap_err().reason, Reason::Malformed);
        }
        assert_eq!(Json::read(b"\xff").unwrap_err().reason, Reason::Malformed);
        assert_eq!(
            Json::read(&vec![b' '; MAX_WIRE + 1]).unwrap_err().reason,
            Reason::TooLarge
        );
    }
}
