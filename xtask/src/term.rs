//! Output for people: colours on a terminal only, lengths of time, a table.

use std::io::{IsTerminal, stdout};
use std::time::Duration;

/// The SGR codes in use.
const BOLD: &str = "1";
const RED: &str = "31";
const GREEN: &str = "32";

pub(crate) fn bold(text: &str) -> String {
    coloured(BOLD, text)
}

pub(crate) fn red(text: &str) -> String {
    coloured(RED, text)
}

pub(crate) fn green(text: &str) -> String {
    coloured(GREEN, text)
}

/// Plain when the output is a file or a pipe, or when NO_COLOR is set to anything.
fn coloured(code: &str, text: &str) -> String {
    let plain = !stdout().is_terminal() || std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    if plain {
        text.to_owned()
    } else {
        format!("\u{1b}[{code}m{text}\u{1b}[0m")
    }
}

/// `4.2 s` below a minute, `3 min 07 s` above.
pub(crate) fn seconds(time: Duration) -> String {
    let whole = time.as_secs();
    if whole < 60 {
        format!("{:.1} s", time.as_secs_f64())
    } else {
        format!("{} min {:02} s", whole / 60, whole % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::seconds;
    use std::time::Duration;

    #[test]
    fn lengths_of_time_read_well() {
        assert_eq!(seconds(Duration::from_millis(4_240)), "4.2 s");
        assert_eq!(seconds(Duration::from_secs(187)), "3 min 07 s");
    }
}
