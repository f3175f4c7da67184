//! `help`.

use causeway_core::ports::Reply;

use super::{LIST, say};

pub(super) fn help(about: &str) -> Reply {
    let name = about.to_lowercase();
    if let Some(command) = LIST.iter().find(|command| command.name == name) {
        return say(
            format!("{} {}: {}.", command.name, command.arguments, command.about),
            &[],
        );
    }
    let width = LIST
        .iter()
        .map(|command| command.name.len() + command.arguments.len() + 1)
        .max()
        .unwrap_or(0);
    let lines: Vec<String> = LIST
        .iter()
        .map(|command| {
            format!(
                "{:width$}  {}",
                format!("{} {}", command.name, command.arguments),
                command.about
            )
        })
        .collect();
    say(lines.join("\n"), &["start", "status"])
}
