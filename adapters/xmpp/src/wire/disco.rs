//! XEP-0030 2.5 service discovery, with the forms of XEP-0128 and the hash of XEP-0115 1.6.

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use minidom::Element;

use super::form::{DATA, Form};
use super::pubsub::{Page, PageRequest};
use crate::xml::{Build as _, attr, bare, lang};

/// Namespace of the questions what somebody is and can.
pub const INFO: &str = "http://jabber.org/protocol/disco#info";
/// Namespace of the questions what somebody has.
pub const ITEMS: &str = "http://jabber.org/protocol/disco#items";
const CAPS: &str = "http://jabber.org/protocol/caps";

/// What somebody is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Identity {
    /// As registered at <https://xmpp.org/registrar/disco-categories.html>.
    pub category: String,
    /// The kind within the category.
    pub kind: String,
    /// `xml:lang` of the name.
    pub lang: Option<String>,
    /// For the reader.
    pub name: Option<String>,
}

impl Identity {
    /// An identity without a name.
    #[must_use]
    pub fn new(category: &str, kind: &str) -> Self {
        Self {
            category: category.to_owned(),
            kind: kind.to_owned(),
            lang: None,
            name: None,
        }
    }

    /// The same with a name.
    #[must_use]
    pub fn named(mut self, name: &str) -> Self {
        self.name = Some(name.to_owned());
        self
    }
}

/// An answer to disco#info.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DiscoInfo {
    /// The node asked about, which the answer repeats.
    pub node: Option<String>,
    /// At least one.
    pub identities: Vec<Identity>,
    /// Namespaces spoken.
    pub features: Vec<String>,
    /// XEP-0128: more, such as a node's meta-data.
    pub forms: Vec<Form>,
}

impl DiscoInfo {
    /// The node a question is about, if `payload` is a question (or an answer) of this kind.
    #[must_use]
    pub fn asked(payload: &Element) -> Option<Option<String>> {
        payload.is("query", INFO).then(|| attr(payload, "node"))
    }

    /// A question.
    #[must_use]
    pub fn question(node: Option<&str>) -> Element {
        bare("query", INFO).with_opt("node", node)
    }

    /// Reads an answer; identities without category and type are left out.
    #[must_use]
    pub fn from_element(payload: &Element) -> Option<Self> {
        let node = Self::asked(payload)?;
        let of = |name| payload.children().filter(move |child| child.is(name, INFO));
        let identity = |identity: &Element| {
            let (category, kind) = (attr(identity, "category")?, attr(identity, "type")?);
            Some(Identity {
                category,
                kind,
                lang: lang(identity),
                name: attr(identity, "name"),
            })
        };
        Some(Self {
            node,
            identities: of("identity").filter_map(identity).collect(),
            features: of("feature").filter_map(|feature| attr(feature, "var")).collect(),
            forms: payload
                .children()
                .filter(|child| child.is("x", DATA))
                .map(Form::from_element)
                .collect(),
        })
    }

    /// The answer.
    #[must_use]
    pub fn to_element(&self) -> Element {
        let identities = self.identities.iter().map(|identity| {
            bare("identity", INFO)
                .with("category", identity.category.as_str())
                .with("type", identity.kind.as_str())
                .lang(identity.lang.as_deref())
                .with_opt("name", identity.name.as_deref())
        });
        bare("query", INFO)
            .with_opt("node", self.node.as_deref())
            .children_from(identities)
            .children_from(
                self.features
                    .iter()
                    .map(|feature| bare("feature", INFO).with("var", feature.as_str())),
            )
            .children_from(self.forms.iter().map(Form::to_element))
    }

    /// Whether a feature was named.
    #[must_use]
    pub fn has(&self, feature: &str) -> bool {
        self.features.iter().any(|own| own == feature)
    }

    /// XEP-0115 §5.1: the verification string, as SHA-1 in base64.
    #[must_use]
    pub fn caps_hash(&self) -> String {
        STANDARD.encode(digest::digest(
            &digest::SHA1_FOR_LEGACY_USE_ONLY,
            self.caps_text().as_bytes(),
        ))
    }

    /// XEP-0115: `<c/>` for a presence, `node` being a URI that names this program.
    #[must_use]
    pub fn caps(&self, node: &str) -> Element {
        bare("c", CAPS)
            .with("hash", "sha-1")
            .with("node", node)
            .with("ver", self.caps_hash())
    }

    fn caps_text(&self) -> String {
        let identity = |own: &Identity| {
            let [lang, name] = [&own.lang, &own.name].map(|text| text.as_deref().unwrap_or_default());
            format!("{}/{}/{lang}/{name}", own.category, own.kind)
        };
        let mut forms: Vec<&Form> = self.forms.iter().filter(|form| form.form_type.is_some()).collect();
        forms.sort_by(|one, other| one.form_type.cmp(&other.form_type));
        let lines = sorted(self.identities.iter().map(identity))
            .into_iter()
            .chain(sorted(self.features.iter().cloned()))
            .chain(forms.into_iter().flat_map(form_lines));
        lines.flat_map(|line| [line, "<".to_owned()]).collect()
    }
}

// XEP-0115 §5.1, steps 6 and 7
fn form_lines(form: &Form) -> Vec<String> {
    let mut fields: Vec<_> = form
        .fields
        .iter()
        .filter_map(|field| Some((field.var.clone()?, &field.values)))
        .collect();
    fields.sort();
    let lines = fields
        .into_iter()
        .flat_map(|(var, values)| std::iter::once(var).chain(sorted(values.iter().cloned())));
    form.form_type.clone().into_iter().chain(lines).collect()
}

fn sorted(lines: impl Iterator<Item = String>) -> Vec<String> {
    let mut lines: Vec<_> = lines.collect();
    lines.sort();
    lines
}

/// One line of an answer to disco#items.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiscoItem {
    /// Whom to ask about it.
    pub jid: String,
    /// And about which node.
    pub node: Option<String>,
    /// For the reader; of a pubsub item its id (XEP-0060 §5.5).
    pub name: Option<String>,
}

/// An answer to disco#items.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DiscoItems {
    /// The node asked about.
    pub node: Option<String>,
    /// What is there.
    pub items: Vec<DiscoItem>,
    /// Which part of it (XEP-0059).
    pub page: Option<Page>,
}

impl DiscoItems {
    /// The node a question is about, and the page wanted.
    #[must_use]
    pub fn asked(payload: &Element) -> Option<(Option<String>, Option<PageRequest>)> {
        payload
            .is("query", ITEMS)
            .then(|| (attr(payload, "node"), PageRequest::inside(payload)))
    }

    /// A question.
    #[must_use]
    pub fn question(node: Option<&str>, page: Option<&PageRequest>) -> Element {
        bare("query", ITEMS)
            .with_opt("node", node)
            .children_from(page.map(PageRequest::to_element))
    }

    /// Reads an answer; lines without a JID are left out.
    #[must_use]
    pub fn from_element(payload: &Element) -> Option<Self> {
        let (node, _) = Self::asked(payload)?;
        let lines = payload.children().filter(|child| child.is("item", ITEMS));
        let items = lines
            .filter_map(|line| {
                Some(DiscoItem {
                    jid: attr(line, "jid")?,
                    node: attr(line, "node"),
                    name: attr(line, "name"),
                })
            })
            .collect();
        Some(Self {
            node,
            items,
            page: Page::inside(payload),
        })
    }

    /// The answer.
    #[must_use]
    pub fn to_element(&self) -> Element {
        let items = self.items.iter().map(|item| {
            bare("item", ITEMS)
                .with("jid", item.jid.as_str())
                .with_opt("node", item.node.as_deref())
                .with_opt("name", item.name.as_deref())
        });
        bare("query", ITEMS)
            .with_opt("node", self.node.as_deref())
            .children_from(items)
            .children_from(self.page.as_ref().map(Page::to_element))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::form::{Field, FieldKind, FormKind};

    #[test]
    fn hash_of_the_simple_example() {
        // XEP-0115 §5.2
        let info = DiscoInfo {
            identities: vec![Identity::new("client", "pc").named("Exodus 0.9.1")],
            features: [ITEMS, INFO, CAPS, "http://jabber.org/protocol/muc"]
                .map(str::to_owned)
                .to_vec(),
            ..DiscoInfo::default()
        };
        assert_eq!(info.caps_hash(), "QgayPKawpkPSDYmwT/WM94uAlu0=");
        assert_eq!(info.caps("urn:x").attr("ver"), Some("QgayPKawpkPSDYmwT/WM94uAlu0="));
    }

    #[test]
    fn hash_of_the_complex_example() {
        // XEP-0115 §5.3
        let field = |var: &str, values: &[&str]| Field {
            var: Some(var.into()),
            values: values.iter().map(|&value| value.into()).collect(),
            ..Field::default()
        };
        let fields = vec![
            field("os", &["Mac"]),
            field("ip_version", &["ipv4", "ipv6"]),
            field("software_version", &["0.11"]),
            field("software", &["Psi"]),
            field("os_version", &["10.5.1"]),
        ];
        let name = |lang: &str, name: &str| Identity {
            lang: Some(lang.into()),
            ..Identity::new("client", "pc").named(name)
        };
        let info = DiscoInfo {
            identities: vec![name("en", "Psi 0.11"), name("el", "Ψ 0.11")],
            features: [CAPS, INFO, ITEMS, "http://jabber.org/protocol/muc"]
                .map(str::to_owned)
                .to_vec(),
            forms: vec![Form::new(FormKind::Result, "urn:xmpp:dataforms:softwareinfo", fields)],
            node: None,
        };
        assert_eq!(info.caps_hash(), "q07IKJEyjvHSyhy//CH0CxmKi8w=");
    }

    #[test]
    fn answers_read_back_and_other_programs_read_them() {
        let info = DiscoInfo {
            node: Some("urn:xmpp:microblog:0".into()),
            identities: vec![Identity::new("pubsub", "leaf").named("Blog")],
            features: vec!["http://jabber.org/protocol/pubsub".into()],
            forms: vec![Form::new(
                FormKind::Result,
                "http://jabber.org/protocol/pubsub#meta-data",
                vec![Field::new("pubsub#title", FieldKind::TextSingle, "Blog")],
            )],
        };
        assert_eq!(DiscoInfo::from_element(&info.to_element()), Some(info.clone()));
        let theirs = xmpp_parsers::disco::DiscoInfoResult::try_from(info.to_element()).unwrap();
        assert_eq!(
            theirs.extensions[0].form_type(),
            Some("http://jabber.org/protocol/pubsub#meta-data")
        );

        let items = DiscoItems {
            node: None,
            items: vec![DiscoItem {
                jid: "a@b.example".into(),
                node: Some("n".into()),
                name: None,
            }],
            page: Some(Page {
                first: Some(("1".into(), Some(0))),
                last: Some("1".into()),
                count: Some(1),
            }),
        };
        assert_eq!(DiscoItems::from_element(&items.to_element()), Some(items.clone()));
        let theirs = xmpp_parsers::disco::DiscoItemsResult::try_from(items.to_element()).unwrap();
        assert_eq!(theirs.rsm.unwrap().count, Some(1));
        let question = DiscoItems::question(
            Some("n"),
            Some(&PageRequest {
                max: Some(5),
                ..PageRequest::default()
            }),
        );
        assert_eq!(DiscoItems::asked(&question).unwrap().1.unwrap().max, Some(5));
        assert_eq!(DiscoInfo::asked(&question), None);
    }
}
