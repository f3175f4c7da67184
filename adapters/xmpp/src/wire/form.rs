//! XEP-0004 2.13.1 data forms, as far as pubsub and disco use them.

use minidom::Element;

use crate::xml::{Build as _, attr, bare};

pub(crate) const DATA: &str = "jabber:x:data";

/// What the form is for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum FormKind {
    /// To be filled in.
    Form,
    /// Filled in.
    #[default]
    Submit,
    /// Not filled in, and never will be.
    Cancel,
    /// Data for reading.
    Result,
}

/// A field's type; an unknown one reads as [`FieldKind::TextSingle`] (XEP-0004 §3.3).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[allow(missing_docs, reason = "XEP-0004 §3.3, by name")]
pub enum FieldKind {
    Boolean,
    Fixed,
    Hidden,
    JidMulti,
    JidSingle,
    ListMulti,
    ListSingle,
    TextMulti,
    TextPrivate,
    #[default]
    TextSingle,
}

impl FieldKind {
    const ALL: [(Self, &'static str); 10] = [
        (Self::Boolean, "boolean"),
        (Self::Fixed, "fixed"),
        (Self::Hidden, "hidden"),
        (Self::JidMulti, "jid-multi"),
        (Self::JidSingle, "jid-single"),
        (Self::ListMulti, "list-multi"),
        (Self::ListSingle, "list-single"),
        (Self::TextMulti, "text-multi"),
        (Self::TextPrivate, "text-private"),
        (Self::TextSingle, "text-single"),
    ];

    fn parse(name: &str) -> Self {
        Self::ALL
            .into_iter()
            .find_map(|(kind, own)| (own == name).then_some(kind))
            .unwrap_or_default()
    }

    fn as_str(self) -> &'static str {
        Self::ALL
            .into_iter()
            .find_map(|(kind, name)| (kind == self).then_some(name))
            .unwrap_or("text-single")
    }
}

/// One field.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Field {
    /// Its name; a fixed one has none.
    pub var: Option<String>,
    /// Its type, where it was written.
    pub kind: Option<FieldKind>,
    /// For the reader.
    pub label: Option<String>,
    /// None or several.
    pub values: Vec<String>,
    /// To choose from: value and label.
    pub options: Vec<(String, Option<String>)>,
    /// Has to be filled in.
    pub required: bool,
}

impl Field {
    /// A field with one value.
    #[must_use]
    pub fn new(var: &str, kind: FieldKind, value: impl Into<String>) -> Self {
        Self {
            var: Some(var.to_owned()),
            kind: Some(kind),
            values: vec![value.into()],
            ..Self::default()
        }
    }

    /// The same with a label.
    #[must_use]
    pub fn labelled(mut self, label: &str) -> Self {
        self.label = Some(label.to_owned());
        self
    }

    fn from_element(field: &Element) -> Self {
        let values = |parent: &Element| {
            parent
                .children()
                .filter(|c| c.is("value", DATA))
                .map(Element::text)
                .collect()
        };
        let option = |option: &Element| {
            let value: Vec<String> = values(option);
            (value.concat(), attr(option, "label"))
        };
        Self {
            var: attr(field, "var"),
            kind: field.attr("type").map(FieldKind::parse),
            label: attr(field, "label"),
            values: values(field),
            options: field
                .children()
                .filter(|child| child.is("option", DATA))
                .map(option)
                .collect(),
            required: field.has_child("required", DATA),
        }
    }

    fn to_element(&self) -> Element {
        let options = self.options.iter().map(|(option, label)| {
            bare("option", DATA)
                .with_opt("label", label.as_deref())
                .child(value(option))
        });
        bare("field", DATA)
            .with_opt("var", self.var.as_deref())
            .with_opt("type", self.kind.map(FieldKind::as_str))
            .with_opt("label", self.label.as_deref())
            .children_from(self.required.then(|| bare("required", DATA)))
            .children_from(self.values.iter().map(|text| value(text)))
            .children_from(options)
    }
}

fn value(text: &str) -> Element {
    let value = bare("value", DATA);
    if text.is_empty() { value } else { value.text_node(text) }
}

/// A form.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Form {
    /// What it is for; an unknown type reads as [`FormKind::Submit`].
    pub kind: FormKind,
    /// `FORM_TYPE` (XEP-0068).
    pub form_type: Option<String>,
    /// For the reader.
    pub title: Option<String>,
    /// For the reader.
    pub instructions: Vec<String>,
    /// All other fields, in order.
    pub fields: Vec<Field>,
}

impl Form {
    /// A form of that type.
    #[must_use]
    pub fn new(kind: FormKind, form_type: &str, fields: Vec<Field>) -> Self {
        Self {
            kind,
            form_type: Some(form_type.to_owned()),
            fields,
            ..Self::default()
        }
    }

    /// Finds `<x/>` among the children.
    #[must_use]
    pub fn inside(parent: &Element) -> Option<Self> {
        parent.get_child("x", DATA).map(Self::from_element)
    }

    /// Reads `<x/>`.
    #[must_use]
    pub fn from_element(form: &Element) -> Self {
        let kind = match form.attr("type") {
            Some("form") => FormKind::Form,
            Some("cancel") => FormKind::Cancel,
            Some("result") => FormKind::Result,
            Some(_) | None => FormKind::Submit,
        };
        let mut fields: Vec<_> = form
            .children()
            .filter(|child| child.is("field", DATA))
            .map(Field::from_element)
            .collect();
        let place = fields
            .iter()
            .position(|field| field.var.as_deref() == Some("FORM_TYPE"));
        let form_type = place.and_then(|place| fields.remove(place).values.into_iter().next());
        let texts = |name| {
            form.children()
                .filter(move |child| child.is(name, DATA))
                .map(Element::text)
        };
        Self {
            kind,
            form_type,
            title: texts("title").next(),
            instructions: texts("instructions").collect(),
            fields,
        }
    }

    /// The first value of a field.
    #[must_use]
    pub fn value(&self, var: &str) -> Option<&str> {
        self.fields
            .iter()
            .find(|field| field.var.as_deref() == Some(var))?
            .values
            .first()
            .map(String::as_str)
    }

    /// A boolean field; XEP-0004 §3.3 allows four spellings, and Python programs have sent two more.
    #[must_use]
    pub fn flag(&self, var: &str) -> Option<bool> {
        match self.value(var)?.trim() {
            "1" | "true" | "True" => Some(true),
            "0" | "false" | "False" => Some(false),
            _ => None,
        }
    }

    /// The `<x/>`.
    #[must_use]
    pub fn to_element(&self) -> Element {
        let kind = match self.kind {
            FormKind::Form => "form",
            FormKind::Submit => "submit",
            FormKind::Cancel => "cancel",
            FormKind::Result => "result",
        };
        let form_type = self
            .form_type
            .as_ref()
            .map(|text| Field::new("FORM_TYPE", FieldKind::Hidden, text));
        bare("x", DATA)
            .with("type", kind)
            .children_from(self.title.as_ref().map(|text| bare("title", DATA).text_node(text)))
            .children_from(
                self.instructions
                    .iter()
                    .map(|text| bare("instructions", DATA).text_node(text)),
            )
            .children_from(form_type.iter().chain(&self.fields).map(Field::to_element))
    }
}
