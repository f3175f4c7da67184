//! Votes: an answer of ours below a poll that says nothing but `vote` and a number.
//!
//! No client of a network without polls can vote otherwise. A vote is nobody's business but that of whoever asked.

use super::Question;
use crate::model::{Audience, Choice, Comment, Poll, Scope};
use crate::ports::{ActorFact, ActorState, ObjectFact};
use crate::refusal::{Reason, Refusal};

/// What stands before the number.
const WORD: &str = "vote";

/// The comment as the vote that it is; as it was, if it is none.
///
/// # Errors
/// `malformed` for a choice that there is not; `too-old` once the poll has ended.
pub(super) fn counted(
    question: &Question<'_>,
    author: &ActorFact,
    parent: &ObjectFact,
    mut comment: Comment,
) -> Result<Comment, Refusal> {
    let poll = parent.payload.post().and_then(|post| post.poll.as_ref());
    let theirs = author.state == ActorState::Local && parent.author.state != ActorState::Local;
    let (Some(poll), true, Some(number)) = (poll, theirs, number(&comment.post.text.plain)) else {
        comment.post.vote = None;
        return Ok(comment);
    };
    if poll.closed.or(poll.ends).is_some_and(|end| end <= question.received) {
        return Err(Refusal::reject(Reason::TooOld, "the poll is closed"));
    }
    comment.post.vote = Some(choice(poll, number)?.name.clone());
    comment.post.audience = Audience::new(Scope::Limited, [parent.author.id.clone()]);
    Ok(comment)
}

fn choice(poll: &Poll, number: usize) -> Result<&Choice, Refusal> {
    number
        .checked_sub(1)
        .and_then(|index| poll.choices.get(index))
        .ok_or_else(|| {
            Refusal::reject(
                Reason::Malformed,
                format!("the choices are 1 to {}", poll.choices.len()),
            )
        })
}

/// The number of a text that is a vote.
fn number(text: &str) -> Option<usize> {
    let mut words = text.split_whitespace();
    let (word, number, None) = (words.next()?, words.next()?, words.next()) else {
        return None;
    };
    let digits = number.trim_start_matches('#');
    let vote = word.eq_ignore_ascii_case(WORD) && (1..=3).contains(&digits.len());
    digits
        .parse()
        .ok()
        .filter(|_| vote && digits.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn only_a_word_and_a_number_are_a_vote() {
        for (text, expected) in [
            ("vote 2", Some(2)),
            (" Vote  #12\n", Some(12)),
            ("VOTE 0", Some(0)),
            ("vote", None),
            ("vote two", None),
            ("vote 2!", None),
            ("vote +2", None),
            ("vote 2 please", None),
            ("I vote 2", None),
            ("vote 99999999999999999999", None),
        ] {
            assert_eq!(number(text), expected, "{text}");
        }
    }
}
