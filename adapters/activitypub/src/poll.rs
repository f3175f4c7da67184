//! A `Question` <-> [`Poll`], and the vote of one of ours.
//!
//! Wire: `oneOf|anyOf[{type:Note,name,replies{totalItems}}]`, `endTime`, `closed`, `votersCount`; a vote is
//! `Create{Note{name,inReplyTo,attributedTo,to}}` without content. None comes in: nobody here asks.
//! Spec: AS2 vocabulary §3.1 `Question`; Mastodon's `votersCount`, "Poll-specific properties".
//! Losses: choices without a name, or too many (`post-poll`).

use causeway_core::adapter::{Outgoing, Rendered, Verb};
use causeway_core::id::ObjectId;
use causeway_core::model::{Choice, Comment, Poll, Post};
use causeway_core::refusal::{Reason, Refusal};

use crate::audience::{self, Addressed};
use crate::losses::Losses;
use crate::render::{self, nowhere, on_network};
use crate::wire::{Doc, out};
use crate::{ids, rules, text};

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

/// Writes the vote that a comment is.
///
/// # Errors
/// `unsupported-kind` for its change or end, which no program takes; others as [`document`].
pub(crate) fn vote(outgoing: &Outgoing, comment: &Comment) -> Result<Rendered, Refusal> {
    if outgoing.verb != Verb::Create {
        return Err(Refusal::ignore(Reason::UnsupportedKind, "a vote stays as it was given"));
    }
    let author = on_network(&comment.post.author)?;
    let vote = document(&comment.post, comment.parent.as_ref())?;
    let id = ids::activity(comment.post.id.as_str(), outgoing.verb, outgoing.version);
    let mut activity = out::Activity::new("Create", id, author.as_str(), vote);
    activity.to.clone_from(&activity.object.to);
    render::finish(outgoing, author, Some(&comment.post.id), activity, Losses::default())
}

/// A vote by itself.
///
/// # Errors
/// `private-audience` where it would go to more than whoever asked; `not-found` when what was asked is not on this
/// network.
pub(crate) fn document(post: &Post, question: Option<&ObjectId>) -> Result<out::Vote, Refusal> {
    let author = on_network(&post.author)?;
    let question = question
        .filter(|question| *question.network() == ids::NETWORK)
        .ok_or_else(nowhere)?;
    let Addressed { to, cc } = audience::render(&post.audience, author, &mut Losses::default())?;
    let followers = ids::followers(author);
    if to
        .iter()
        .chain(&cc)
        .any(|address| *address == out::PUBLIC || *address == followers)
    {
        return Err(Refusal::reject(
            Reason::PrivateAudience,
            "a vote is for whoever asked alone",
        ));
    }
    Ok(out::Vote {
        id: post.id.as_str().to_owned(),
        kind: "Note",
        attributed_to: author.as_str().to_owned(),
        in_reply_to: question.as_str().to_owned(),
        name: post.vote.clone().unwrap_or_default(),
        to,
    })
}
