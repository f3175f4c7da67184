//! The linear pass before ammonia: balances tags, applies the allow-list, counts what goes.
//!
//! Its output is well nested and of bounded depth, so that the tree builder behind ammonia has
//! nothing to repair: no foster parents, no rebuilt formatting elements, no quadratic time.
//! For the same reason `&` and `<` of the text travel as stand-ins: html5ever 0.40 appends each
//! character reference to the text node by itself, which took seven seconds for 64 KiB of `&`.

use url::Url;

use super::refusal::{HtmlRefusal, Limits};
use super::sanitise::Removed;
use super::tokens::{Tag, Token, tokens};
use super::{links, policy, text, write};
use policy::Fate;

/// Balanced HTML of allowed elements and attributes, with stand-ins that [`restore`] undoes, and
/// what was taken away.
pub(super) fn normalise(html: &str, base: Option<&Url>, limits: &Limits) -> Result<(String, Removed), HtmlRefusal> {
    let mut pass = Pass::new(base, limits.depth, html.len());
    for token in tokens(html) {
        match token {
            Token::Start(tag) => pass.start(&tag)?,
            Token::End(name) => pass.end(&name),
            Token::Text(text) => pass.text(&text),
        }
    }
    Ok(pass.finish())
}

/// Stands for `&` in text on the way through ammonia. XML forbids it, so no clean text holds it.
const AMPERSAND: char = '\u{FFFE}';
/// Stands for `<` in text on the way through ammonia.
const LESS_THAN: char = '\u{FFFF}';

/// Puts the escapes of HTML where the stand-ins are.
pub(super) fn restore(html: &str) -> String {
    html.replace(AMPERSAND, "&amp;").replace(LESS_THAN, "&lt;")
}

struct Open {
    name: &'static str,
    /// Its end tag came while a block inside was still open: it ends with that block.
    ended: bool,
    /// Where the link leads, for `a`.
    address: Option<String>,
}

struct Pass<'a> {
    base: Option<&'a Url>,
    depth: usize,
    out: String,
    open: Vec<Open>,
    removed: Removed,
    /// Elements unwrapped and not yet ended: they count towards the depth.
    unwrapped: usize,
    /// The element whose content is being skipped, and how often it is open.
    skipping: Option<(String, usize)>,
    /// Nothing stands on the present line yet.
    line_is_empty: bool,
    /// An unwrapped block began or ended here: what comes goes on a new line.
    line_break_due: bool,
    link_text: String,
}

impl<'a> Pass<'a> {
    fn new(base: Option<&'a Url>, depth: usize, capacity: usize) -> Self {
        Self {
            base,
            depth,
            out: String::with_capacity(capacity),
            open: Vec::new(),
            removed: Removed::default(),
            unwrapped: 0,
            skipping: None,
            line_is_empty: true,
            line_break_due: false,
            link_text: String::new(),
        }
    }

    fn start(&mut self, tag: &Tag) -> Result<(), HtmlRefusal> {
        if let Some((name, times)) = &mut self.skipping {
            if *name == tag.name && !tag.self_closing {
                *times += 1;
            }
            return Ok(());
        }
        match policy::fate(&tag.name) {
            Fate::Keep("br") => self.line_break(),
            Fate::Keep("img") => self.image(tag),
            Fate::Keep(name) => self.element(name, tag)?,
            Fate::Line => {
                self.removed.count_block(&tag.name);
                self.close("p");
                self.line_break_due |= !self.line_is_empty;
                self.unwrap(tag)?;
            }
            Fate::Cell => {
                if !self.line_is_empty && !self.line_break_due && !self.out.ends_with(' ') {
                    self.out.push(' ');
                    self.link_text.push(' ');
                }
            }
            Fate::Unwrap => {
                self.removed.elements += 1;
                self.unwrap(tag)?;
            }
            Fate::Active => self.skip(tag, |removed| &mut removed.active),
            Fate::Media => self.skip(tag, |removed| &mut removed.media),
        }
        Ok(())
    }

    fn end(&mut self, name: &str) {
        if let Some((skipped, times)) = &mut self.skipping {
            if skipped == name {
                *times -= 1;
                if *times == 0 {
                    self.skipping = None;
                }
            }
            return;
        }
        match policy::fate(name) {
            Fate::Keep(kept) => self.end_element(kept),
            Fate::Line => {
                self.line_break_due |= !self.line_is_empty;
                self.unwrapped = self.unwrapped.saturating_sub(1);
            }
            Fate::Unwrap => self.unwrapped = self.unwrapped.saturating_sub(1),
            Fate::Cell | Fate::Active | Fate::Media => {}
        }
    }

    fn text(&mut self, raw: &str) {
        if self.skipping.is_some() {
            return;
        }
        let mut clean = text::xml_text(raw);
        if clean.len() != raw.len() {
            self.removed.characters += 1;
        }
        if clean.contains('\r') {
            clean = clean.replace("\r\n", "\n").replace('\r', "\n").into();
        }
        let mut visible: &str = &clean;
        if self.is_pre_start() {
            // WHATWG HTML §13.2.6.4.7: a line feed that follows <pre> is not part of the text.
            visible = visible.trim_start_matches('\n');
        }
        if self.out.is_empty() {
            // A tree builder takes it for a byte order mark and drops it.
            visible = visible.trim_start_matches('\u{FEFF}');
        }
        if visible.trim().is_empty() && (self.line_break_due || visible.is_empty()) {
            return;
        }
        self.break_line_if_due();
        write_text(&mut self.out, visible);
        self.line_is_empty &= visible.trim().is_empty();
        if self.link().is_some() {
            self.link_text.push_str(visible);
        }
    }

    fn finish(mut self) -> (String, Removed) {
        self.close_to(0);
        (self.out, self.removed)
    }

    fn element(&mut self, name: &'static str, tag: &Tag) -> Result<(), HtmlRefusal> {
        self.close_implied(name);
        if self.open.len() + self.unwrapped >= self.depth {
            return Err(HtmlRefusal::TooDeep { limit: self.depth });
        }
        let attributes = self.attributes(name, tag);
        let address = attributes
            .iter()
            .find(|(key, _)| name == "a" && *key == "href")
            .map(|(_, value)| value.clone());
        if name == "a" && address.is_none() {
            // An anchor that leads nowhere is only its text.
            return Ok(());
        }
        if policy::is_block(name) {
            self.line_break_due = false;
            self.line_is_empty = true;
        } else {
            self.break_line_if_due();
        }
        let pairs = attributes.iter().map(|(key, value)| (*key, value.as_str()));
        write::start(&mut self.out, name, pairs);
        if address.is_some() {
            self.link_text.clear();
        }
        self.open.push(Open {
            name,
            ended: false,
            address,
        });
        Ok(())
    }

    fn image(&mut self, tag: &Tag) {
        let attributes = self.attributes("img", tag);
        if attributes.iter().any(|(key, _)| *key == "src") {
            self.break_line_if_due();
            self.line_is_empty = false;
            let pairs = attributes.iter().map(|(key, value)| (*key, value.as_str()));
            write::start(&mut self.out, "img", pairs);
        } else {
            self.removed.images += 1;
            self.text(tag.attribute("alt").unwrap_or_default());
        }
    }

    fn line_break(&mut self) {
        self.line_break_due = false;
        self.line_is_empty = true;
        self.out.push_str("<br>");
        self.link_text.push(' ');
    }

    fn break_line_if_due(&mut self) {
        if self.line_break_due {
            self.line_break();
        }
    }

    /// Keeps the attributes of the list, counts the others.
    fn attributes(&mut self, element: &str, tag: &Tag) -> Vec<(&'static str, String)> {
        let mut kept = Vec::new();
        for (name, value) in &tag.attributes {
            let allowed = allowed_name(element, name)
                .and_then(|key| Some((key, policy::attribute(element, key, value, self.base)?)));
            match (allowed, name.as_str()) {
                (Some((key, new)), _) => {
                    if key == "class" && new.split(' ').count() < value.split_ascii_whitespace().count() {
                        self.removed.classes += 1;
                    }
                    kept.push((key, new.into_owned()));
                }
                (None, "class") if value.trim().is_empty() => {}
                (None, "class") => self.removed.classes += 1,
                (None, "href") if element == "a" => self.removed.links += 1,
                (None, "src") if element == "img" => {}
                (None, name) if policy::is_cosmetic(name) => {}
                (None, _) => self.removed.attributes += 1,
            }
        }
        kept
    }

    fn unwrap(&mut self, tag: &Tag) -> Result<(), HtmlRefusal> {
        if policy::is_void(&tag.name) || has_optional_end(&tag.name) {
            return Ok(());
        }
        if self.open.len() + self.unwrapped >= self.depth {
            return Err(HtmlRefusal::TooDeep { limit: self.depth });
        }
        self.unwrapped += 1;
        Ok(())
    }

    fn skip(&mut self, tag: &Tag, counter: fn(&mut Removed) -> &mut u32) {
        *counter(&mut self.removed) += 1;
        let foreign = matches!(tag.name.as_str(), "svg" | "math");
        let empty = policy::is_void(&tag.name) || (foreign && tag.self_closing);
        if !empty {
            self.skipping = Some((tag.name.clone(), 1));
        }
    }

    /// Ends what the start of `name` ends by the rules of HTML (WHATWG HTML §13.2.6.4.7).
    fn close_implied(&mut self, name: &str) {
        if name == "a" {
            self.close("a");
        }
        if !policy::is_block(name) {
            return;
        }
        self.close("p");
        if name == "li" {
            let item = self
                .open
                .iter()
                .rposition(|each| policy::is_block(each.name) && each.name != "p");
            if let Some(at) = item.filter(|&at| self.is_open_at(at, "li")) {
                self.close_to(at);
            }
        } else if policy::is_heading(name) {
            let last = self.open.len().saturating_sub(1);
            if self.open.last().is_some_and(|each| policy::is_heading(each.name)) {
                self.close_to(last);
            }
        }
    }

    fn end_element(&mut self, name: &'static str) {
        let matches = |each: &Open| each.name == name || (policy::is_heading(name) && policy::is_heading(each.name));
        let Some(at) = self.open.iter().rposition(matches) else {
            return;
        };
        let inside = self.open.iter().skip(at + 1);
        let blocked = if policy::is_block(name) {
            name == "li" && inside.map(|each| each.name).any(|each| matches!(each, "ul" | "ol"))
        } else {
            inside.map(|each| each.name).any(policy::is_block)
        };
        if !blocked {
            self.close_to(at);
        } else if let Some(open) = self.open.get_mut(at).filter(|each| each.name != "li") {
            open.ended = true;
        }
    }

    fn close(&mut self, name: &str) {
        if let Some(at) = self.open.iter().rposition(|each| each.name == name) {
            self.close_to(at);
        }
    }

    fn close_to(&mut self, length: usize) {
        while self.open.len() > length || self.open.last().is_some_and(|each| each.ended) {
            let Some(open) = self.open.pop() else { return };
            if let Some(place) = open.address.and_then(|it| links::disguised(&self.link_text, &it)) {
                self.removed.disguised += 1;
                write_text(&mut self.out, &format!(" [{place}]"));
            }
            write::end(&mut self.out, open.name);
            if policy::is_block(open.name) {
                self.line_break_due = false;
                self.line_is_empty = true;
            }
        }
    }

    fn link(&self) -> Option<&Open> {
        self.open.iter().find(|each| each.name == "a")
    }

    fn is_open_at(&self, at: usize, name: &str) -> bool {
        self.open.get(at).is_some_and(|each| each.name == name)
    }

    /// Whether the last thing written is the start tag of `pre`, with or without attributes.
    fn is_pre_start(&self) -> bool {
        self.open.last().is_some_and(|each| each.name == "pre")
            && self.out.ends_with('>')
            && self
                .out
                .rfind('<')
                .and_then(|at| self.out.get(at..))
                .is_some_and(|tag| tag.starts_with("<pre"))
    }
}

fn write_text(out: &mut String, text: &str) {
    out.extend(text.chars().map(|character| match character {
        '&' => AMPERSAND,
        '<' => LESS_THAN,
        other => other,
    }));
}

fn allowed_name(element: &str, name: &str) -> Option<&'static str> {
    if name == "class" {
        return Some("class");
    }
    let (_, names) = policy::ATTRIBUTES.iter().find(|(each, _)| *each == element)?;
    names.iter().find(|each| **each == name).copied()
}

/// Their end tags may be left out, so that open ones say nothing about the depth.
fn has_optional_end(name: &str) -> bool {
    matches!(
        name,
        "caption"
            | "colgroup"
            | "dd"
            | "dt"
            | "optgroup"
            | "option"
            | "rp"
            | "rt"
            | "tbody"
            | "tfoot"
            | "thead"
            | "tr"
            | "html"
            | "body"
            | "head"
    )
}
