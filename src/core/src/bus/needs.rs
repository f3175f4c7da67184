//! Asking `parse` again until it has what it needs, within a budget.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use crate::adapter::{Adapter, Answer, Context, Crossing, Lookup, Need, ParseContext, Parsed, Wire};
use crate::refusal::{Reason, Refusal};
use crate::time::Timestamp;
use futures_core::future::BoxFuture;

/// How often `parse` may ask.
const ROUNDS: usize = 3;
/// How many things it may ask for in all.
const NEEDS: usize = 20;
/// How long fetching may take in all.
const TIME: Duration = Duration::from_secs(30);

#[derive(Default)]
struct Fetched(BTreeMap<Need, Result<Wire, Refusal>>);

impl Lookup for Fetched {
    fn lookup(&self, need: &Need) -> Answer<'_> {
        match self.0.get(need) {
            None => Answer::NotAsked,
            Some(Ok(wire)) => Answer::Found(wire),
            Some(Err(refusal)) => Answer::Failed(refusal),
        }
    }
}

/// What `wire` says, with what it needs fetched. A wire that asks for more than the budget gets every further need
/// answered as failed, and must finish.
///
/// # Errors
/// `Retry` when something it needs cannot be had now; `Quarantine` when it asks the same again and again.
pub(super) async fn parse(adapter: &Arc<dyn Adapter>, wire: &Wire, context: &Context) -> Result<Crossing, Refusal> {
    gather(&Reader { adapter, wire, context }).await
}

/// Reads one wire, and fetches what it needs.
trait Reads {
    fn now(&self) -> Timestamp;
    fn parse(&self, known: &ParseContext<'_>) -> Parsed;
    fn fetch<'a>(&'a self, need: &'a Need) -> BoxFuture<'a, Result<Wire, Refusal>>;
}

struct Reader<'a> {
    adapter: &'a Arc<dyn Adapter>,
    wire: &'a Wire,
    context: &'a Context,
}

impl Reads for Reader<'_> {
    fn now(&self) -> Timestamp {
        self.context.clock.now()
    }

    fn parse(&self, known: &ParseContext<'_>) -> Parsed {
        self.adapter.parse(self.wire, known)
    }

    fn fetch<'a>(&'a self, need: &'a Need) -> BoxFuture<'a, Result<Wire, Refusal>> {
        self.adapter.fetch(self.context, need)
    }
}

async fn gather(reader: &impl Reads) -> Result<Crossing, Refusal> {
    let deadline = reader.now().plus(TIME);
    let mut fetched = Fetched::default();
    let read = |fetched: &Fetched| {
        reader.parse(&ParseContext {
            now: reader.now(),
            lookup: fetched,
        })
    };
    for round in 0..=ROUNDS {
        let asked = match read(&fetched) {
            Parsed::Done(crossing) => return Ok(crossing),
            Parsed::Needs(needs) => needs,
        };
        let mut news = false;
        for need in asked {
            if fetched.0.contains_key(&need) {
                continue;
            }
            news = true;
            let spent = round >= ROUNDS || fetched.0.len() >= NEEDS || reader.now() >= deadline;
            let answer = if spent {
                Err(over_budget())
            } else {
                reader.fetch(&need).await
            };
            if let Err(refusal) = &answer
                && refusal.is_transient()
                && !spent
            {
                return Err(refusal.clone());
            }
            fetched.0.insert(need, answer);
        }
        if !news {
            break;
        }
    }
    // the last round's answers are all failures: it must finish now
    match read(&fetched) {
        Parsed::Done(crossing) => Ok(crossing),
        Parsed::Needs(_) => Err(Refusal::new(
            Reason::Internal,
            crate::refusal::Disposition::Quarantine,
            "asks for the same again and again",
        )),
    }
}

fn over_budget() -> Refusal {
    Refusal::reject(Reason::TooLarge, "needs more fetches than one wire may cause")
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::pin::pin;
    use std::task::{Context as Task, Poll, Waker};

    use super::*;

    /// A wire that, asked for the `n`th time, says what `asks` does, in a world where nothing can be had.
    struct Greedy<F> {
        asks: F,
        asked: Cell<usize>,
        fetched: Cell<usize>,
    }

    impl<F: Fn(usize, &ParseContext<'_>) -> Parsed> Reads for Greedy<F> {
        fn now(&self) -> Timestamp {
            Timestamp::from_millis(0)
        }

        fn parse(&self, known: &ParseContext<'_>) -> Parsed {
            self.asked.set(self.asked.get() + 1);
            (self.asks)(self.asked.get(), known)
        }

        fn fetch<'a>(&'a self, _: &'a Need) -> BoxFuture<'a, Result<Wire, Refusal>> {
            self.fetched.set(self.fetched.get() + 1);
            Box::pin(async { Err(Refusal::reject(Reason::NotFound, "not there")) })
        }
    }

    /// What comes of it, and how often something was fetched.
    fn ran(asks: impl Fn(usize, &ParseContext<'_>) -> Parsed) -> (Result<Crossing, Refusal>, usize) {
        let greedy = Greedy {
            asks,
            asked: Cell::new(0),
            fetched: Cell::new(0),
        };
        let mut gathering = pin!(gather(&greedy));
        match gathering.as_mut().poll(&mut Task::from_waker(Waker::noop())) {
            Poll::Ready(result) => (result, greedy.fetched.get()),
            Poll::Pending => panic!("nothing here waits"),
        }
    }

    fn object(name: String) -> Need {
        Need::Object(name)
    }

    #[test]
    fn row_57_a_wire_that_asks_for_more_and_more_ends() {
        // each answer leads to a new question
        let (result, fetches) = ran(|n, _| Parsed::Needs(vec![object(format!("n{n}"))]));
        assert_eq!(result.unwrap_err().reason, Reason::Internal);
        assert_eq!(fetches, ROUNDS);
        // very much at once
        let crowd = |n: usize| (0..500).map(move |each| object(format!("{n}-{each}"))).collect();
        let (result, fetches) = ran(|n, _| Parsed::Needs(crowd(n)));
        assert!(result.is_err());
        assert_eq!(fetches, NEEDS);
        // the same again and again
        let (result, fetches) = ran(|_, _| Parsed::Needs(vec![object("a".to_owned())]));
        assert_eq!(result.unwrap_err().disposition, crate::refusal::Disposition::Quarantine);
        assert_eq!(fetches, 1);
    }

    #[test]
    fn what_is_over_the_budget_is_answered_as_failed_so_that_it_can_finish() {
        let (result, fetches) = ran(|n, known| {
            let need = object(format!("n{n}"));
            match known.lookup.lookup(&object(format!("n{}", ROUNDS + 1))) {
                Answer::Failed(refusal) if refusal.reason == Reason::TooLarge => Parsed::Done(Crossing::default()),
                _ => Parsed::Needs(vec![need]),
            }
        });
        assert_eq!(result, Ok(Crossing::default()));
        assert_eq!(fetches, ROUNDS);
    }
}
