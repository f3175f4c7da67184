//! Structured field values (RFC 9651), read with `sfv` but without its "the last one wins": what stands twice in a security header
//! is read one way by us and another way by someone else, so it is refused.

use std::collections::HashSet;

use sfv::visitor::{DictionaryVisitor, EntryVisitor, InnerListVisitor, ItemVisitor, ParameterVisitor};
use sfv::{BareItem, BareItemFromInput, Dictionary, KeyRef, ListEntry, Parser};

use super::error::SignatureError;

/// The longest structured header that is looked at, in bytes.
const MAX_BYTES: usize = 8 * 1024;

/// Reads a dictionary in which no key and no parameter stands twice. `header` is for the error text.
pub(super) fn dictionary(header: &str, value: &str) -> Result<Dictionary, SignatureError> {
    if value.len() > MAX_BYTES {
        return Err(SignatureError::Malformed(format!(
            "{header} is longer than {MAX_BYTES} bytes"
        )));
    }
    let malformed = |error: sfv::Error| SignatureError::Malformed(format!("{header}: {error}"));
    Parser::new(value)
        .parse_dictionary_with_visitor(Once::default())
        .map_err(malformed)?;
    Parser::new(value).parse::<Dictionary>().map_err(malformed)
}

/// The bytes of a member that is a byte sequence.
pub(super) fn bytes(member: &ListEntry) -> Option<&[u8]> {
    match member {
        ListEntry::Item(item) => match &item.bare_item {
            BareItem::ByteSequence(bytes) => Some(bytes),
            _ => None,
        },
        ListEntry::InnerList(_) => None,
    }
}

/// Something stood twice.
#[derive(Debug, thiserror::Error)]
#[error("{0} stands more than once")]
struct Twice(String);

/// Remembers the names seen in one scope: the keys of a dictionary, or the parameters of one item.
#[derive(Default)]
struct Once<'de>(HashSet<&'de str>);

impl<'de> Once<'de> {
    fn see(&mut self, key: &'de KeyRef) -> Result<(), Twice> {
        if self.0.insert(key.as_str()) {
            Ok(())
        } else {
            Err(Twice(key.as_str().to_owned()))
        }
    }
}

impl<'de> DictionaryVisitor<'de> for Once<'de> {
    type Out = ();
    type Error = Twice;

    fn entry(&mut self, key: &'de KeyRef) -> Result<impl EntryVisitor<'de>, Twice> {
        self.see(key).map(|()| Member)
    }

    fn finish(self) -> Result<(), Twice> {
        Ok(())
    }
}

impl<'de> ParameterVisitor<'de> for Once<'de> {
    type Out = ();
    type Error = Twice;

    fn parameter(&mut self, key: &'de KeyRef, _value: BareItemFromInput<'de>) -> Result<(), Twice> {
        self.see(key)
    }

    fn finish(self) -> Result<(), Twice> {
        Ok(())
    }
}

/// A member of the dictionary: hands each set of parameters to a fresh [`Once`].
struct Member;

impl<'de> EntryVisitor<'de> for Member {
    type Error = Twice;

    fn item(self) -> Result<impl ItemVisitor<'de>, Twice> {
        Ok(Self)
    }

    fn inner_list(self) -> Result<impl InnerListVisitor<'de>, Twice> {
        Ok(Self)
    }
}

impl<'de> ItemVisitor<'de> for Member {
    type Out = ();
    type Error = Twice;

    fn bare_item(self, _: BareItemFromInput<'de>) -> Result<impl ParameterVisitor<'de, Out = ()>, Twice> {
        Ok(Once::default())
    }
}

impl<'de> InnerListVisitor<'de> for Member {
    type Error = Twice;

    fn item(&mut self) -> Result<impl ItemVisitor<'de>, Twice> {
        Ok(Self)
    }

    fn finish(self) -> Result<impl ParameterVisitor<'de>, Twice> {
        Ok(Once::default())
    }
}
