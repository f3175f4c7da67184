//! A `Question` <-> [`Poll`].
//!
//! Wire: `oneOf|anyOf[{type:Note,name,replies{totalItems}}]`, `endTime`, `closed`, `votersCount`.
//! Spec: AS2 vocabulary §3.1 `Question`; Mastodon's `votersCount`.
//! Losses: choices without a name, or too many (`post-poll`).

use causeway_core::model::{Choice, Poll};

use crate::losses::Losses;
use crate::rules;
use crate::text;
use crate::wire::{Doc, out};

/// Choices of one poll kept, at most.
const MAX_CHOICES: usize = 50;

/// The poll in `doc`, if it is one.
pub(crate) fn parse(doc: Doc<'_>, losses: &mut Losses) -> Option<Poll> {
    let multiple = doc.has("anyOf");
    if !multiple && !doc.has("oneOf") {
        return None;
    }
    let mut choices: Vec<Choice> = Vec::new();
    for entry in doc.docs(if multiple { "anyOf" } else { "oneOf" }) {
        let name = entry.text("name").map(text::line).unwrap_or_default();
        if name.is_empty() || choices.len() >= MAX_CHOICES {
            losses.dropped(rules::POST_POLL, "oneOf", "a choice without a name, or too many");
        } else {
            choices.push(Choice {
                name,
                votes: votes(entry),
            });
        }
    }
    let (ends, closed, voters) = (doc.time("endTime"), doc.time("closed"), doc.count("votersCount"));
    Some(Poll {
        choices,
        multiple,
        ends,
        closed,
        voters,
    })
}

fn votes(entry: Doc<'_>) -> u64 {
    entry
        .docs("replies")
        .next()
        .and_then(|replies| replies.count("totalItems"))
        .unwrap_or_default()
}

/// Writes the poll into `object`, which becomes a `Question`.
pub(crate) fn render(poll: &Poll, object: &mut out::Object) {
    let choice = |choice: &Choice| out::Choice {
        kind: "Note",
        name: choice.name.clone(),
        replies: out::Count {
            kind: "Collection",
            total_items: choice.votes,
        },
    };
    let choices = poll.choices.iter().map(choice).collect();
    object.kind = "Question";
    if poll.multiple {
        object.any_of = choices;
    } else {
        object.one_of = choices;
    }
    object.end_time = poll.ends;
    object.closed = poll.closed;
    object.voters_count = poll.voters;
}
