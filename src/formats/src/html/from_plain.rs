//! Plain text to HTML.

use super::links;
use super::policy;
use super::text::xml_text;
use super::write;

/// The schemes of addresses that become links by themselves.
const SCHEMES: [&str; 3] = ["http://", "https://", "xmpp:"];

/// Safe HTML of a plain text: empty lines part paragraphs, line feeds become `br`, addresses of
/// http, https and xmpp become links.
///
/// Nothing else is markup: the Markdown source that Movim publishes as content of type text is
/// taken as the text it is (XEP-0277 §2.3 knows no Markdown). Cleaning the result changes nothing.
#[must_use]
pub fn from_plain(plain: &str) -> String {
    let text = xml_text(plain).replace("\r\n", "\n").replace('\r', "\n");
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    let mut in_paragraph = false;
    for line in text.split('\n').map(str::trim_end) {
        if line.trim().is_empty() {
            if in_paragraph {
                out.push_str("</p>");
            }
            in_paragraph = false;
            continue;
        }
        out.push_str(if in_paragraph { "<br>" } else { "<p>" });
        in_paragraph = true;
        link_line(&mut out, line);
    }
    if in_paragraph {
        out.push_str("</p>");
    }
    out
}

fn link_line(out: &mut String, line: &str) {
    let mut rest = line;
    while let Some(at) = find_scheme(rest) {
        let (before, candidate) = rest.split_at(at);
        write::text(out, before);
        let (word, after) = candidate.split_at(end_of_word(candidate));
        let (address, tail) = word.split_at(trimmed(word));
        match link_address(address) {
            Some(href) => {
                let rel = ("rel", policy::LINK_REL);
                write::start(out, "a", [("href", href.as_str()), rel]);
                write::text(out, address);
                write::end(out, "a");
            }
            None => write::text(out, address),
        }
        write::text(out, tail);
        rest = after;
    }
    write::text(out, rest);
}

/// Where the next address begins: a known scheme that is not the tail of a longer word.
fn find_scheme(text: &str) -> Option<usize> {
    let mut previous = ' ';
    for (at, character) in text.char_indices() {
        let begins = !previous.is_alphanumeric() && matches!(character, 'h' | 'H' | 'x' | 'X');
        if begins && SCHEMES.iter().any(|scheme| has_prefix(text, at, scheme)) {
            return Some(at);
        }
        previous = character;
    }
    None
}

fn has_prefix(text: &str, at: usize, prefix: &str) -> bool {
    text.get(at..at + prefix.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}

fn end_of_word(text: &str) -> usize {
    text.find(|each: char| each.is_whitespace() || each.is_control() || matches!(each, '<' | '>' | '"'))
        .unwrap_or(text.len())
}

/// The length without punctuation that belongs to the sentence, not to the address.
fn trimmed(word: &str) -> usize {
    let mut end = word.len();
    let open = |bracket| word.matches(bracket).count();
    let mut excess = [open(')').saturating_sub(open('(')), open(']').saturating_sub(open('['))];
    while let Some(last) = word.get(..end).and_then(|kept| kept.chars().next_back()) {
        let cut = match (last, &mut excess) {
            (')', [round, _]) if *round > 0 => {
                *round -= 1;
                true
            }
            (']', [_, square]) if *square > 0 => {
                *square -= 1;
                true
            }
            ('.' | ',' | ';' | ':' | '!' | '?' | '\'' | '’' | '”' | '»' | '…' | '*' | '_' | '~', _) => true,
            _ => false,
        };
        if !cut {
            break;
        }
        end -= last.len_utf8();
    }
    end
}

fn link_address(address: &str) -> Option<String> {
    let long_enough = SCHEMES
        .iter()
        .any(|scheme| address.len() > scheme.len() && has_prefix(address, 0, scheme));
    if !long_enough {
        return None;
    }
    policy::address(address, None, &["http", "https", "xmpp"]).filter(|href| links::disguised(address, href).is_none())
}
