//! What a person sees: colours in a terminal, plain text when piped.

use std::io::{IsTerminal, Write};

/// Prints an error. One that does not begin with `error` is given that word.
pub(super) fn error(message: &str) {
    let message = if message.starts_with("error") {
        message.to_owned()
    } else {
        format!("error: {message}")
    };
    let mut stderr = std::io::stderr();
    let (start, end) = if stderr.is_terminal() {
        ("\x1b[31m", "\x1b[0m")
    } else {
        ("", "")
    };
    let safe: String = message
        .chars()
        .map(|c| if c.is_control() && c != '\n' { ' ' } else { c })
        .collect();
    // nobody is left to tell when standard error is closed
    let _ = writeln!(stderr, "{start}{safe}{end}");
}

/// Writes to standard output; a closed pipe is the reader's way to say that it has seen enough.
pub(super) fn print(text: &str) {
    let _ = std::io::stdout().write_all(text.as_bytes());
}

/// A table of rows, columns as wide as they need to be. Control characters of remote text are shown as spaces.
pub(super) fn table(head: &[&str], rows: &[Vec<String>]) {
    let rows: Vec<Vec<String>> = rows
        .iter()
        .map(|row| row.iter().map(|cell| plain(cell)).collect())
        .collect();
    let mut widths: Vec<usize> = head.iter().map(|cell| cell.chars().count()).collect();
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let line = |cells: &mut dyn Iterator<Item = &str>| {
        let padded: Vec<String> = cells
            .zip(&widths)
            .map(|(cell, width)| format!("{cell:width$}"))
            .collect();
        padded.join("  ").trim_end().to_owned() + "\n"
    };
    let bold = std::io::stdout().is_terminal();
    let title = line(&mut head.iter().copied());
    print(&if bold { format!("\x1b[1m{title}\x1b[0m") } else { title });
    for row in &rows {
        print(&line(&mut row.iter().map(String::as_str)));
    }
}

// security.md row 76
fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}
