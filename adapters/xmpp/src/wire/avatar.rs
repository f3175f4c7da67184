//! XEP-0084 1.1.4, avatars: payloads of the two nodes. The id of the items is the SHA-1 of the bytes, in hex.

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use minidom::Element;

use crate::xml::{Build as _, attr, bare};

/// Node and namespace of what there is.
pub const METADATA: &str = "urn:xmpp:avatar:metadata";
/// Node and namespace of the bytes.
pub const DATA: &str = "urn:xmpp:avatar:data";

/// One form of an avatar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AvatarInfo {
    /// SHA-1 of the bytes, in hex.
    pub id: String,
    /// Size in bytes, where it was said.
    pub bytes: Option<u64>,
    /// `image/png` at least once in a list (XEP-0084 §4.2.1).
    pub media_type: Option<String>,
    /// Pixels.
    pub width: Option<u32>,
    /// Pixels.
    pub height: Option<u32>,
    /// Where it is, if not in the data node.
    pub url: Option<String>,
}

/// Reads `<metadata/>`: none of them means that there is no avatar any more (XEP-0084 §4.2.3).
#[must_use]
pub fn infos(metadata: &Element) -> Option<Vec<AvatarInfo>> {
    let number = |info: &Element, name| info.attr(name).and_then(|number| number.trim().parse().ok());
    let info = |info: &Element| {
        Some(AvatarInfo {
            id: attr(info, "id")?,
            bytes: info.attr("bytes").and_then(|number| number.trim().parse().ok()),
            media_type: attr(info, "type"),
            width: number(info, "width"),
            height: number(info, "height"),
            url: attr(info, "url"),
        })
    };
    let children = metadata.is("metadata", METADATA).then(|| metadata.children())?;
    Some(
        children
            .filter(|child| child.is("info", METADATA))
            .filter_map(info)
            .collect(),
    )
}

/// `<metadata/>`.
#[must_use]
pub fn metadata(infos: &[AvatarInfo]) -> Element {
    bare("metadata", METADATA).children_from(infos.iter().map(|info| {
        bare("info", METADATA)
            .with("id", info.id.as_str())
            .with_opt("bytes", info.bytes.map(|number| number.to_string()))
            .with_opt("type", info.media_type.as_deref())
            .with_opt("width", info.width.map(|number| number.to_string()))
            .with_opt("height", info.height.map(|number| number.to_string()))
            .with_opt("url", info.url.as_deref())
    }))
}

/// The bytes in `<data/>`; `None` if it is none or its text is no base64. Its size is bounded by the stanza's.
#[must_use]
pub fn bytes(data: &Element) -> Option<Bytes> {
    data.is("data", DATA).then(|| from_base64(&data.text()))?
}

/// `<data/>`.
#[must_use]
pub fn data(bytes: &[u8]) -> Element {
    bare("data", DATA).text_node(STANDARD.encode(bytes))
}

/// The id of an avatar.
#[must_use]
pub fn id(bytes: &[u8]) -> String {
    let hash = digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, bytes);
    hash.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Base64 as others write it: in lines, too.
pub(crate) fn from_base64(text: &str) -> Option<Bytes> {
    let text: String = text.chars().filter(|char| !char.is_ascii_whitespace()).collect();
    STANDARD.decode(text).ok().map(Bytes::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_back_and_other_programs_read_it() {
        let info = AvatarInfo {
            id: id(b"abc"),
            bytes: Some(3),
            media_type: Some("image/png".into()),
            width: Some(64),
            height: None,
            url: None,
        };
        assert_eq!(info.id, "a9993e364706816aba3e25717850c26c9cd0d89d");
        let element = metadata(std::slice::from_ref(&info));
        assert_eq!(infos(&element), Some(vec![info]));
        xmpp_parsers::avatar::Metadata::try_from(element).unwrap();
        assert_eq!(infos(&metadata(&[])), Some(vec![]));
        assert_eq!(bytes(&data(b"abc")).unwrap(), b"abc".as_slice());
        assert_eq!(xmpp_parsers::avatar::Data::try_from(data(b"abc")).unwrap().data, b"abc");
    }

    #[test]
    fn odd_ones_are_read_as_far_as_they_go() {
        let odd: Element = "<metadata xmlns='urn:xmpp:avatar:metadata'><info/><info id='x' bytes='many' width='-1'/>\
            <pointer/></metadata>"
            .parse()
            .unwrap();
        let infos = infos(&odd).unwrap();
        assert_eq!(infos.len(), 1);
        assert_eq!((infos[0].bytes, infos[0].width), (None, None));
        let lines: Element = "<data xmlns='urn:xmpp:avatar:data'>\n YW\n Jj </data>".parse().unwrap();
        assert_eq!(bytes(&lines).unwrap(), b"abc".as_slice());
        let broken: Element = "<data xmlns='urn:xmpp:avatar:data'>!</data>".parse().unwrap();
        assert_eq!(bytes(&broken), None);
    }
}
