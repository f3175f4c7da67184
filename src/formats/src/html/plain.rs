//! HTML to text that reads well in a chat window.

use super::policy::{self, Fate};
use super::text::xml_text;
use super::tokens::{Tag, Token, tokens};

/// Whether the addresses behind worded links are written out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Links {
    /// Only the text of the link.
    Text,
    /// `text (address)`, except for mentions, hashtags and texts that are the address.
    TextAndAddress,
}

/// The text of an HTML fragment, with [`Links::Text`].
///
/// Paragraphs are set off by an empty line, `br` is a line feed, list items get a bullet or a
/// number, quotations `> `, an image is its description. Addresses that Mastodon shortens with
/// `invisible` and `ellipsis` spans come out whole. Takes any HTML, in linear time.
#[must_use]
pub fn to_plain(html: &str) -> String {
    to_plain_with(html, Links::Text)
}

/// As [`to_plain`], with a choice about links.
#[must_use]
pub fn to_plain_with(html: &str, links: Links) -> String {
    let mut writer = Writer::new(links);
    for token in tokens(html) {
        match token {
            Token::Start(tag) => writer.start(&tag),
            Token::End(name) => writer.end(&name),
            Token::Text(text) => writer.text(&text),
        }
    }
    let text = writer.out.trim_end();
    xml_text(text).into_owned()
}

/// Deepest quotation and list that is still marked as such.
const MAX_MARKS: usize = 8;

struct Writer {
    links: Links,
    out: String,
    /// Line feeds owed before the next text.
    feeds: usize,
    /// A space owed before the next text.
    space: bool,
    /// Nothing was written since the mark of a list item.
    after_mark: bool,
    /// Open lists: the next number, or none for bullets.
    lists: Vec<Option<u32>>,
    quotes: usize,
    preformatted: usize,
    /// White space that begins a preformatted line, owed until something follows it.
    indent: String,
    skipping: Option<(String, usize)>,
    /// The link that is open: its address, and where its text begins.
    link: Option<(String, usize)>,
}

impl Writer {
    fn new(links: Links) -> Self {
        Self {
            links,
            out: String::new(),
            feeds: 0,
            space: false,
            after_mark: false,
            lists: Vec::new(),
            quotes: 0,
            preformatted: 0,
            indent: String::new(),
            skipping: None,
            link: None,
        }
    }

    fn start(&mut self, tag: &Tag) {
        if let Some((name, times)) = &mut self.skipping {
            *times += usize::from(*name == tag.name);
            return;
        }
        match policy::fate(&tag.name) {
            Fate::Keep("br") => self.feed(),
            Fate::Keep("img") => self.words(tag.attribute("alt").unwrap_or_default()),
            Fate::Keep("a") => self.open_link(tag),
            Fate::Keep("li") => self.item(),
            Fate::Keep(name @ ("ul" | "ol")) => {
                self.block(if self.lists.is_empty() { 2 } else { 1 });
                let first = tag.attribute("start").and_then(|start| start.parse().ok());
                self.lists.push((name == "ol").then(|| first.unwrap_or(1)));
            }
            Fate::Keep(name) if policy::is_block(name) => {
                self.block(2);
                self.quotes += usize::from(name == "blockquote");
                self.preformatted += usize::from(name == "pre");
            }
            Fate::Keep(_) | Fate::Unwrap => {}
            Fate::Line => self.block(1),
            Fate::Cell => self.space = true,
            Fate::Active | Fate::Media if policy::is_void(&tag.name) => {}
            Fate::Active | Fate::Media => self.skipping = Some((tag.name.clone(), 1)),
        }
    }

    fn end(&mut self, name: &str) {
        if let Some((skipped, times)) = &mut self.skipping {
            *times -= usize::from(skipped == name);
            if *times == 0 {
                self.skipping = None;
            }
            return;
        }
        match policy::fate(name) {
            Fate::Keep("a") => self.close_link(),
            Fate::Keep("li") => self.block(1),
            Fate::Keep("ul" | "ol") => {
                self.lists.pop();
                self.block(if self.lists.is_empty() { 2 } else { 1 });
            }
            Fate::Keep(name) if policy::is_block(name) => {
                self.block(2);
                if name == "blockquote" {
                    self.quotes = self.quotes.saturating_sub(1);
                }
                if name == "pre" {
                    self.preformatted = self.preformatted.saturating_sub(1);
                }
            }
            Fate::Line => self.block(1),
            Fate::Keep(_) | Fate::Unwrap | Fate::Cell | Fate::Active | Fate::Media => {}
        }
    }

    fn text(&mut self, text: &str) {
        if self.skipping.is_some() {
            return;
        }
        if self.preformatted == 0 {
            self.words(text);
            return;
        }
        for (number, line) in text.split('\n').enumerate() {
            if number > 0 {
                self.feeds += 1;
                self.space = false;
                self.indent.clear();
            }
            let line_begins = self.feeds > 0 || self.after_mark || self.out.is_empty();
            if line_begins && line.trim().is_empty() {
                self.indent.push_str(line);
            } else {
                self.flush();
                self.out.push_str(line);
            }
        }
    }

    /// Text whose white space collapses.
    fn words(&mut self, text: &str) {
        let is_space = |each: char| each.is_ascii_whitespace();
        for (number, word) in text.split(is_space).enumerate() {
            self.space |= number > 0;
            if word.trim().is_empty() {
                // Nothing but no-break spaces, or nothing at all.
                self.space |= !word.is_empty();
            } else {
                self.flush();
                let plain = word.replace('\u{a0}', " ");
                self.out.push_str(&plain);
            }
        }
    }

    /// Begins a list item.
    fn item(&mut self) {
        self.after_mark = false;
        self.block(1);
        let depth = self.lists.len().clamp(1, MAX_MARKS);
        let mark = match self.lists.last_mut() {
            Some(Some(number)) => {
                let mark = format!("{number}. ");
                *number = number.saturating_add(1);
                mark
            }
            Some(None) | None => "• ".to_owned(),
        };
        self.flush();
        self.out.push_str(&"  ".repeat(depth - 1));
        self.out.push_str(&mark);
        self.after_mark = true;
    }

    fn open_link(&mut self, tag: &Tag) {
        let address = tag.attribute("href").unwrap_or_default();
        let web = address.starts_with("http://") || address.starts_with("https://");
        let named = tag.has_class("mention") || tag.has_class("hashtag");
        if self.links == Links::TextAndAddress && web && !named {
            self.link = Some((address.to_owned(), self.out.len()));
        }
    }

    fn close_link(&mut self) {
        let Some((address, begins)) = self.link.take() else {
            return;
        };
        let text = self.out.get(begins..).unwrap_or_default().trim();
        let same = |text: &str| text.trim_end_matches('/') == address.trim_end_matches('/');
        if !text.is_empty() && !same(text) && !text.starts_with(['#', '@']) {
            self.out.push_str(&format!(" ({address})"));
        }
    }

    fn feed(&mut self) {
        self.feeds = (self.feeds + 1).min(2);
        self.space = false;
    }

    /// A block begins or ends: at least so many line feeds before what comes.
    fn block(&mut self, feeds: usize) {
        self.indent.clear();
        if !self.after_mark {
            self.feeds = self.feeds.max(feeds);
        }
        self.space = false;
    }

    /// Writes what is owed.
    fn flush(&mut self) {
        let quotes = self.quotes.min(MAX_MARKS);
        if self.out.is_empty() {
            self.out.push_str(&"> ".repeat(quotes));
        } else if self.feeds > 0 {
            self.out.truncate(self.out.trim_end_matches(' ').len());
            for _ in 0..self.feeds {
                self.out.push('\n');
            }
            self.out.push_str(&"> ".repeat(quotes));
        } else if self.space && !self.after_mark && !self.out.ends_with(['\n', ' ']) {
            self.out.push(' ');
        }
        self.out.push_str(&self.indent);
        self.indent.clear();
        self.feeds = 0;
        self.space = false;
        self.after_mark = false;
    }
}
