//! Asking `parse` again until it has what it needs, within a budget.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use crate::adapter::{Adapter, Answer, Context, Crossing, Lookup, Need, ParseContext, Parsed, Wire};
use crate::refusal::{Reason, Refusal};

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
    let deadline = context.clock.now().plus(TIME);
    let mut fetched = Fetched::default();
    for round in 0..=ROUNDS {
        let asked = match adapter.parse(
            wire,
            &ParseContext {
                now: context.clock.now(),
                lookup: &fetched,
            },
        ) {
            Parsed::Done(crossing) => return Ok(crossing),
            Parsed::Needs(needs) => needs,
        };
        let mut news = false;
        for need in asked {
            if fetched.0.contains_key(&need) {
                continue;
            }
            news = true;
            let spent = round >= ROUNDS || fetched.0.len() >= NEEDS || context.clock.now() >= deadline;
            let answer = if spent {
                Err(over_budget())
            } else {
                adapter.fetch(context, &need).await
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
    match adapter.parse(
        wire,
        &ParseContext {
            now: context.clock.now(),
            lookup: &fetched,
        },
    ) {
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
