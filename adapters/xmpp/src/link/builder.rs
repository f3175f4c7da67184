//! Builds one stanza's tree from raw XML tokens, resolving namespaces and counting against the guard.
//!
//! Prefixes are not kept: an element that is written again gets a default `xmlns`, which every XMPP program reads.

use std::collections::HashMap;

use minidom::Element;
use rxml::{Namespace, NcName, RawEvent};

use super::guard::{Guard, Limits, Reason};
use super::ns;

type RawName = (Option<NcName>, NcName);

/// Namespace bindings in scope; `None` is the default namespace. The last binding of a prefix wins.
pub(crate) type Scope = HashMap<Option<NcName>, Vec<String>>;

/// One stanza under construction.
#[derive(Debug)]
pub(crate) struct Builder {
    guard: Guard,
    head: Option<Head>,
    open: Vec<Open>,
    scope: Scope,
}

/// A start tag whose attributes are still coming in.
#[derive(Debug)]
struct Head {
    name: RawName,
    attributes: Vec<(RawName, String)>,
    declared: Vec<Option<NcName>>,
}

#[derive(Debug)]
struct Open {
    element: Element,
    /// Belongs to the stanza proper: its namespace was the stream's, and so was its parent's.
    of_stanza: bool,
    declared: Vec<Option<NcName>>,
}

impl Builder {
    /// A builder for the next stanza of a stream whose header declared `scope`.
    pub(crate) fn new(limits: Limits, scope: Scope) -> Self {
        Self {
            guard: Guard::new(limits),
            head: None,
            open: Vec::new(),
            scope,
        }
    }

    /// Takes one token; the finished stanza comes out with its last one.
    pub(crate) fn token(&mut self, event: RawEvent) -> Result<Option<Element>, Reason> {
        self.guard.bytes(event.metrics().len())?;
        match event {
            RawEvent::XmlDeclaration(..) => Ok(None),
            RawEvent::ElementHeadOpen(_, name) => {
                self.guard.open()?;
                self.head = Some(Head {
                    name,
                    attributes: Vec::new(),
                    declared: Vec::new(),
                });
                Ok(None)
            }
            RawEvent::Attribute(_, name, value) => self.attribute(name, value).map(|()| None),
            RawEvent::ElementHeadClose(_) => self.start().map(|()| None),
            RawEvent::Text(_, text) => {
                if let Some(top) = self.open.last_mut() {
                    top.element.append_text(text);
                }
                Ok(None)
            }
            RawEvent::ElementFoot(_) => Ok(self.end()),
        }
    }

    /// Gives the bindings of the stream header back once the stanza is done.
    pub(crate) fn into_scope(mut self) -> Scope {
        while let Some(open) = self.open.pop() {
            undeclare(&mut self.scope, open.declared);
        }
        if let Some(head) = self.head.take() {
            undeclare(&mut self.scope, head.declared);
        }
        self.scope
    }

    fn attribute(&mut self, name: RawName, value: String) -> Result<(), Reason> {
        self.guard.attribute()?;
        let Some(head) = self.head.as_mut() else {
            return Err(Reason::Malformed);
        };
        let Some(prefix) = declared_prefix(&name) else {
            head.attributes.push((name, value));
            return Ok(());
        };
        self.guard.namespace(&value)?;
        if head.declared.contains(&prefix) {
            return Err(Reason::DuplicateAttribute);
        }
        self.scope.entry(prefix.clone()).or_default().push(value);
        head.declared.push(prefix);
        Ok(())
    }

    fn start(&mut self) -> Result<(), Reason> {
        let Some(head) = self.head.take() else {
            return Err(Reason::Malformed);
        };
        let built = build(
            &self.scope,
            &head.name,
            head.attributes,
            self.open.last().is_none_or(|up| up.of_stanza),
        );
        match built {
            Ok((element, of_stanza)) => {
                self.open.push(Open {
                    element,
                    of_stanza,
                    declared: head.declared,
                });
                Ok(())
            }
            Err(reason) => {
                undeclare(&mut self.scope, head.declared);
                Err(reason)
            }
        }
    }

    fn end(&mut self) -> Option<Element> {
        self.guard.close();
        let done = self.open.pop()?;
        undeclare(&mut self.scope, done.declared);
        match self.open.last_mut() {
            Some(parent) => {
                parent.element.append_child(done.element);
                None
            }
            None => Some(done.element),
        }
    }
}

/// Binds a namespace declared by the stream header.
pub(crate) fn declare(scope: &mut Scope, name: &RawName, value: &str) {
    if let Some(prefix) = declared_prefix(name) {
        scope.entry(prefix).or_default().push(value.to_owned());
    }
}

/// `Some(prefix)` where the attribute declares a namespace, `Some(None)` being the default one.
fn declared_prefix((prefix, name): &RawName) -> Option<Option<NcName>> {
    match prefix {
        None if name == "xmlns" => Some(None),
        Some(prefix) if prefix == "xmlns" => Some(Some(name.clone())),
        Some(_) | None => None,
    }
}

fn undeclare(scope: &mut Scope, prefixes: Vec<Option<NcName>>) {
    for prefix in prefixes {
        if let Some(bindings) = scope.get_mut(&prefix) {
            bindings.pop();
            if bindings.is_empty() {
                scope.remove(&prefix);
            }
        }
    }
}

fn build(
    scope: &Scope,
    (prefix, name): &RawName,
    attributes: Vec<(RawName, String)>,
    parent_of_stanza: bool,
) -> Result<(Element, bool), Reason> {
    let namespace = lookup(scope, prefix)?;
    // XEP-0114 §3: stanzas stand in the stream's namespace. Inside we use the client one, which the crates parse; a
    // `jabber:client` message inside `<forwarded/>` is not of the stream and stays as it is.
    let of_stanza = parent_of_stanza && (namespace == ns::COMPONENT || namespace == ns::CLIENT);
    let namespace = if of_stanza { ns::CLIENT } else { namespace };
    let mut element = Element::bare(name.as_str(), namespace);
    for ((prefix, name), value) in attributes {
        let namespace = match prefix {
            None => Namespace::NONE,
            Some(_) => Namespace::from(lookup(scope, &prefix)?.to_owned()),
        };
        // Namespaces in XML 1.0 §6.3: unique after resolution too.
        if element.attrs().get(&namespace, &name).is_some() {
            return Err(Reason::DuplicateAttribute);
        }
        element.attrs_mut().insert(namespace, name, value);
    }
    Ok((element, of_stanza))
}

fn lookup<'a>(scope: &'a Scope, prefix: &Option<NcName>) -> Result<&'a str, Reason> {
    if prefix.as_ref().is_some_and(|prefix| prefix == "xml") {
        return Ok(rxml::XMLNS_XML);
    }
    match scope.get(prefix).and_then(|bindings| bindings.last()) {
        Some(namespace) => Ok(namespace),
        None if prefix.is_none() => Ok(""),
        None => Err(Reason::BadNamespace),
    }
}
