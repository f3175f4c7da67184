//! What happened in a node since it was last looked at: a pure comparison of marks with what stands there now.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use causeway_core::time::Timestamp;

use super::mark::Mark;

/// What stands in a node: id and hash, oldest first, the newest so many.
pub(crate) type Present<'a> = &'a [(String, String)];

/// What happened.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Changes {
    /// Items that are new or changed, by their place in what stands there, with the mark they had.
    pub(crate) news: Vec<(usize, Option<Mark>)>,
    /// Marks for items that nobody knew and that are older than one that is known: they were there all the time, out of
    /// sight.
    pub(crate) old: Vec<Mark>,
    /// Items that were taken away.
    pub(crate) taken: Vec<Mark>,
    /// Items that were not found; nobody knows that they were taken away.
    pub(crate) lost: Vec<Mark>,
    /// Lost items that stand there again as they were.
    pub(crate) found: Vec<Mark>,
    /// Lost items that are forgotten.
    pub(crate) forgotten: Vec<Mark>,
}

/// Marks kept of lost items.
const KEPT: usize = 200;

/// Compares.
///
/// Absence is not deletion. A service that needs room takes the oldest first: an item that vanished was taken away only
/// if one that is older in every respect (last changed before this one was first seen) is still there, unchanged.
/// Without such a witness it is lost, in silence. And what was never seen is new only if nothing known came after it: what
/// stood beyond the window of the first look comes into sight when newer items go.
// PRODUCT: XMPP side, "Absence is not deletion"
pub(crate) fn compare(seen: &[Mark], present: Present<'_>) -> Changes {
    let known: HashMap<&str, &Mark> = seen.iter().map(|mark| (mark.id.as_str(), mark)).collect();
    let mut changes = Changes::default();
    let mut witness: Option<Timestamp> = None;
    let first_known = present.iter().position(|(id, _)| known.contains_key(id.as_str()));
    let before = present.get(..first_known.unwrap_or(0)).unwrap_or_default();
    // before all that is known, in its own order, so that it is evicted first and is no reason to call others taken away
    let start = seen.iter().map(|mark| mark.first.min(mark.last)).min();
    changes.old = start.map_or_else(Vec::new, |start| baseline(before, start));
    for (place, (id, hash)) in present.iter().enumerate().skip(before.len()) {
        match known.get(id.as_str()) {
            Some(mark) if mark.hash == *hash && mark.lost => changes.found.push(Mark::clone(mark)),
            Some(mark) if mark.hash == *hash => witness = Some(witness.map_or(mark.last, |known| known.min(mark.last))),
            mark => changes.news.push((place, mark.map(|mark| Mark::clone(mark)))),
        }
    }
    let there: HashSet<&str> = present.iter().map(|(id, _)| id.as_str()).collect();
    let (mut lost, gone): (Vec<&Mark>, Vec<&Mark>) = seen
        .iter()
        .filter(|mark| !there.contains(mark.id.as_str()))
        .partition(|mark| mark.lost);
    for mark in gone {
        if witness.is_some_and(|witness| witness < mark.first) {
            changes.taken.push(mark.clone());
        } else {
            changes.lost.push(mark.clone());
        }
    }
    lost.sort_by_key(|mark| std::cmp::Reverse(mark.last));
    let room = KEPT.saturating_sub(changes.lost.len());
    changes.forgotten = lost.into_iter().skip(room).cloned().collect();
    changes
}

/// Marks for all that stands in a node at first sight, in its own order: `now` is after all of them.
pub(crate) fn baseline(present: Present<'_>, now: Timestamp) -> Vec<Mark> {
    let count = present.len();
    let at = |place: usize| now.minus(Duration::from_millis(u64::try_from(count - place).unwrap_or(0)));
    let mark = |(place, (id, hash)): (usize, &(String, String))| Mark {
        id: id.clone(),
        hash: hash.clone(),
        first: at(place),
        last: at(place),
        lost: false,
        unproven: false,
    };
    present.iter().enumerate().map(mark).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(id: &str, time: i64) -> Mark {
        let at = Timestamp::from_millis(time);
        Mark {
            id: id.into(),
            hash: "0".into(),
            first: at,
            last: at,
            lost: false,
            unproven: false,
        }
    }

    fn seen(ids: &[&str]) -> Vec<Mark> {
        ids.iter().zip(1..).map(|(id, time)| mark(id, time)).collect()
    }

    fn present(ids: &[&str]) -> Vec<(String, String)> {
        ids.iter().map(|id| ((*id).to_owned(), "0".to_owned())).collect()
    }

    fn ids(marks: &[Mark]) -> Vec<&str> {
        marks.iter().map(|mark| mark.id.as_str()).collect()
    }

    #[test]
    fn eviction_is_no_deletion() {
        // a node of three items, six posts around a restart
        for there in [&["b", "c", "d"][..], &["c", "d", "e"], &["d", "e", "f"]] {
            let changes = compare(&seen(&["a", "b", "c"]), &present(there));
            assert!(changes.taken.is_empty(), "{there:?}");
            assert_eq!(
                changes.news.len(),
                there.iter().filter(|id| !["a", "b", "c"].contains(id)).count()
            );
        }
        let all = compare(&seen(&["a", "b", "c"]), &[]);
        assert_eq!(
            (ids(&all.taken).len(), ids(&all.lost).len()),
            (0, 3),
            "a purge is no deletion"
        );
    }

    #[test]
    fn what_stands_before_all_that_is_known_is_old() {
        let changes = compare(&seen(&["c", "d"]), &present(&["a", "b", "c", "x"]));
        assert_eq!(ids(&changes.old), ["a", "b"]);
        assert_eq!(changes.news, [(3, None)], "and what comes after is news");
        assert!(changes.old[0].last < changes.old[1].last && changes.old[1].last < Timestamp::from_millis(1));
        // marked, they take the first place in the order of eviction
        let marks: Vec<Mark> = changes.old.iter().cloned().chain(seen(&["c", "d"])).collect();
        let evicted = compare(&marks, &present(&["c", "d"]));
        assert_eq!((ids(&evicted.taken), ids(&evicted.lost)), (vec![], vec!["a", "b"]));
        // a lost mark is known too, and so is one that was edited
        let mut lost = seen(&["c"]);
        lost[0].lost = true;
        assert_eq!(ids(&compare(&lost, &present(&["a", "c"])).old), ["a"]);
        let edited = [("a".to_owned(), "0".to_owned()), ("c".to_owned(), "1".to_owned())];
        let changes = compare(&seen(&["c"]), &edited);
        assert_eq!((ids(&changes.old), changes.news.len()), (vec!["a"], 1));
        // where nothing known is left, all is news: it came after
        assert_eq!(compare(&seen(&["c"]), &present(&["d", "e"])).news.len(), 2);
    }

    #[test]
    fn what_is_missing_from_the_middle_was_taken_away() {
        let changes = compare(&seen(&["a", "b", "c"]), &present(&["a", "c", "d"]));
        assert_eq!(ids(&changes.taken), ["b"]);
        assert_eq!(changes.news, [(2, None)]);
        assert_eq!(
            ids(&compare(&seen(&["a", "b", "c"]), &present(&["a", "b"])).taken),
            ["c"],
            "and from the end"
        );
    }

    #[test]
    fn an_edit_moves_an_item_in_the_order_of_eviction() {
        let mut marks = seen(&["a", "b", "c"]);
        // a was edited last: the service may have taken b and c before it
        marks[0].last = Timestamp::from_millis(9);
        assert!(compare(&marks, &present(&["a"])).taken.is_empty());
        // a is being edited now: it is news and no witness
        let edited = vec![("a".to_owned(), "1".to_owned())];
        let changes = compare(&seen(&["a", "b"]), &edited);
        assert_eq!((changes.news.len(), changes.taken.len()), (1, 0));
        // b was edited late, but stood there before c: a service that keeps the order of creation takes it first
        let mut marks = seen(&["b", "c"]);
        marks[0].last = Timestamp::from_millis(9);
        assert!(compare(&marks, &present(&["c"])).taken.is_empty());
    }

    #[test]
    fn what_comes_back_is_neither_news_nor_a_witness() {
        let mut marks = seen(&["a", "b"]);
        marks[0].lost = true;
        let changes = compare(&marks, &present(&["a"]));
        assert_eq!((ids(&changes.found), ids(&changes.lost)), (vec!["a"], vec!["b"]));
        assert!(changes.news.is_empty() && changes.taken.is_empty());
    }

    #[test]
    fn lost_marks_are_bounded() {
        let marks: Vec<Mark> = (0..KEPT + 5)
            .map(|number| Mark {
                lost: true,
                ..mark(&number.to_string(), i64::try_from(number).unwrap())
            })
            .collect();
        let changes = compare(&marks, &[]);
        assert_eq!(ids(&changes.forgotten), ["4", "3", "2", "1", "0"], "the oldest go");
    }

    #[test]
    fn a_baseline_keeps_the_order() {
        let now = Timestamp::from_millis(1000);
        let marks = baseline(&present(&["a", "b", "c"]), now);
        assert!(marks.windows(2).all(|pair| pair[0].last < pair[1].last) && marks.iter().all(|mark| mark.last < now));
        assert_eq!(compare(&marks, &present(&["a", "b", "c"])), Changes::default());
        assert_eq!(ids(&compare(&marks, &present(&["a", "c"])).taken), ["b"]);
    }
}
