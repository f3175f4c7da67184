//! Plain text details: characters that XML forbids, names to show, first lines.

use std::borrow::Cow;

/// The text without the characters that XML 1.0 forbids (one of them ends an XMPP stream).
#[must_use]
pub fn xml_text(text: &str) -> Cow<'_, str> {
    keep(text, is_xml_char)
}

/// The text without bidirectional controls: none can turn a name or a line around.
#[must_use]
pub fn strip_bidi(text: &str) -> Cow<'_, str> {
    keep(text, |character| !is_bidi_control(character))
}

/// A name fit for display on one line: no bidirectional or other controls, white space collapsed.
///
/// Look-alike letters are left alone: a name is shown beside its address, never instead of it.
#[must_use]
pub fn display_name(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let visible = name
        .chars()
        .filter(|&each| is_xml_char(each) && !is_bidi_control(each) && !is_blank(each));
    for character in visible {
        if !character.is_whitespace() && !character.is_control() {
            out.push(character);
        } else if !out.is_empty() && !out.ends_with(' ') {
            out.push(' ');
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// The first line of a plain text that has something on it, of at most `max` characters.
///
/// A longer line is cut at a word if one ends in its second half, and closed with `…` (which counts).
/// This makes the invented title of a post that has none.
#[must_use]
pub fn first_line(plain: &str, max: usize) -> String {
    let line = plain
        .lines()
        .map(str::trim)
        .find(|line| !line.is_empty())
        .unwrap_or_default();
    if line.chars().nth(max).is_none() {
        return line.to_owned();
    }
    let mut kept: Vec<char> = line.chars().take(max.saturating_sub(1)).collect();
    let next = line.chars().nth(kept.len()).unwrap_or_default();
    if !next.is_whitespace() {
        cut_at_word(&mut kept, next);
    }
    let mut out: String = kept.into_iter().collect();
    out.truncate(out.trim_end().len());
    if max > 0 {
        out.push('…');
    }
    out
}

/// XML 1.0 §2.2, production 2.
pub(super) fn is_xml_char(character: char) -> bool {
    matches!(character,
        '\t' | '\n' | '\r' | '\u{20}'..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
}

fn cut_at_word(kept: &mut Vec<char>, next: char) {
    match kept.iter().rposition(|each| each.is_whitespace()) {
        Some(space) if space >= kept.len() / 2 => kept.truncate(space),
        _ => cut_at_cluster(kept, next),
    }
}

/// Never leaves half of a combined character (an accent, an emoji sequence) behind.
fn cut_at_cluster(kept: &mut Vec<char>, next: char) {
    if joins(next) || kept.last() == Some(&'\u{200D}') {
        while kept.last().copied().is_some_and(joins) {
            kept.pop();
        }
        kept.pop();
    }
    while kept.last() == Some(&'\u{200D}') {
        kept.pop();
    }
}

fn joins(character: char) -> bool {
    matches!(character,
        '\u{300}'..='\u{36F}' | '\u{200D}' | '\u{20D0}'..='\u{20FF}' | '\u{FE00}'..='\u{FE0F}'
        | '\u{1F3FB}'..='\u{1F3FF}' | '\u{E0020}'..='\u{E007F}')
}

fn is_bidi_control(character: char) -> bool {
    // Unicode Bidi_Control
    matches!(character,
        '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// Invisible without a use in names; U+200C and U+200D stay, scripts and emoji need them.
fn is_blank(character: char) -> bool {
    matches!(character, '\u{200B}' | '\u{2060}' | '\u{FEFF}' | '\u{AD}' | '\u{180E}')
}

fn keep(text: &str, wanted: impl Fn(char) -> bool) -> Cow<'_, str> {
    if text.chars().all(&wanted) {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(text.chars().filter(|&each| wanted(each)).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn row_74_characters_that_xml_forbids_go() {
        assert_eq!(
            xml_text("a\u{0}b\u{B}c\u{FFFE}d\u{FFFF}e\u{1F600}\t\n"),
            "abcde\u{1F600}\t\n"
        );
        assert!(matches!(xml_text("]]>"), Cow::Borrowed("]]>")));
    }

    #[test]
    fn row_25_bidi_controls_go_from_names() {
        assert_eq!(strip_bidi("alice\u{202E}gpj.exe"), "alicegpj.exe");
        assert_eq!(display_name(" Al\u{202E}ice\n\r Smith\u{1}\u{200B} "), "Alice Smith");
        let hebrew = "דנה";
        assert_eq!(display_name(hebrew), hebrew);
        let family = "👩\u{200D}👧";
        assert_eq!(display_name(family), family);
    }

    #[test]
    fn first_line_is_cut_at_a_word_and_never_inside_a_character() {
        assert_eq!(first_line("\n  \n Hello \nworld", 80), "Hello");
        assert_eq!(first_line("", 80), "");
        assert_eq!(first_line("abc", 3), "abc");
        assert_eq!(first_line("one two three four", 12), "one two…");
        assert_eq!(first_line("one two three", 8), "one two…");
        let long = "é".repeat(200);
        let cut = first_line(&long, 80);
        assert_eq!(cut.chars().count(), 80);
        assert!(cut.ends_with("é…"));
        assert_eq!(first_line("abcde\u{301}f", 6), "abcd…");
        assert_eq!(first_line("ab👩\u{200D}👧cd", 5), "ab…");
        assert_eq!(first_line("ab", 0), "");
    }
}
