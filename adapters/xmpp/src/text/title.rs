//! Which titles are titles.

use causeway_core::model::Title;
use causeway_formats::html::{first_line, strip_bidi};

/// Longest title taken as one, in bytes.
// security.md part 4.6
const MAX_TITLE: usize = 1_024;

/// What an entry's title is, besides its text.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// A title.
    Real(Title),
    /// A title, of which only the beginning is kept.
    Cut(Title),
    /// The beginning of the text, again.
    Repeats,
    /// Nothing.
    None,
}

/// Judges a title that stands beside a text. It is none when a bridge marked it as made up, and when the text, in one
/// of the forms given, begins with it: equal to it, or up to the end of a word, or anywhere if the title itself ends in
/// an ellipsis. White space does not count. Short posts of Movim and Libervia bear their text as title, and Atom leaves
/// them no choice (RFC 4287 §4.1.2); since the text says all of it again, dropping such a title loses nothing.
pub(super) fn judge(title: &str, invented: bool, texts: &[&str]) -> Verdict {
    let title = one_line(&strip_bidi(title));
    if title.is_empty() || invented {
        return Verdict::None;
    }
    if texts.iter().any(|text| begins_with(&one_line(text), &title)) {
        return Verdict::Repeats;
    }
    let fits = title.len() <= MAX_TITLE;
    let text = if fits { title } else { first_line(&title, MAX_TITLE / 4) };
    let title = Title { text, invented: false };
    if fits {
        Verdict::Real(title)
    } else {
        Verdict::Cut(title)
    }
}

/// On one line, each run of white space a space.
pub(super) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn begins_with(text: &str, title: &str) -> bool {
    let stem = title.strip_suffix('…').or_else(|| title.strip_suffix("..."));
    let open = |rest: &str| !rest.starts_with(char::is_alphanumeric);
    text.strip_prefix(title).is_some_and(open)
        || stem.is_some_and(|stem| !stem.trim_end().is_empty() && text.starts_with(stem.trim_end()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn real(title: &str, text: &str) -> bool {
        matches!(judge(title, false, &[text]), Verdict::Real(_))
    }

    #[test]
    fn a_title_that_the_text_begins_with_is_none() {
        for (title, text) in [
            ("hello", "hello"),
            ("hello world", "hello\n world, how are you"),
            ("hello wor…", "hello world"),
            ("hello ...", "hello world"),
            ("hello, world!", "hello, world! I am here"),
        ] {
            assert_eq!(judge(title, false, &[text]), Verdict::Repeats, "{title}");
        }
    }

    #[test]
    fn any_other_title_is_one() {
        for (title, text) in [
            ("On hello", "hello"),
            ("hell", "hello"),
            ("hello world", "hello"),
            ("…", "hello"),
            ("hello", ""),
        ] {
            assert!(real(title, text), "{title}");
        }
        assert_eq!(judge(" \n", false, &["x"]), Verdict::None);
        assert_eq!(judge("Anything", true, &["x"]), Verdict::None);
        assert!(
            matches!(judge(&"long ".repeat(400), false, &["x"]), Verdict::Cut(title) if title.text.len() <= MAX_TITLE)
        );
    }

    #[test]
    fn row_25_bidi_controls_do_not_turn_a_title() {
        assert_eq!(
            judge("a\u{202E}b", false, &[]),
            Verdict::Real(Title {
                text: "ab".into(),
                invented: false
            })
        );
    }
}
