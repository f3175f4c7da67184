//! The pure rules of the third stage: which verb a target gets, when a failed delivery is tried again, when a lane rests.

use std::time::Duration;

use crate::adapter::Verb;
use crate::ports::Job;
use crate::refusal::{Disposition, Reason, Refusal};
use crate::time::Timestamp;

/// After how long a delivery is given up.
pub const GIVE_UP: Duration = Duration::from_secs(7 * 24 * 3600);

/// How many failures in a row open a lane's breaker.
pub const BREAKER_FAILS: u32 = 5;

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
/// Seconds to wait after the first, second … failure; the last goes for all later ones.
const BACKOFF: [u64; 8] = [
    MINUTE,
    5 * MINUTE,
    15 * MINUTE,
    HOUR,
    3 * HOUR,
    6 * HOUR,
    12 * HOUR,
    24 * HOUR,
];
const BREAKER_FIRST: u64 = 30 * MINUTE;
const LONGEST: u64 = 24 * HOUR;

/// What a target must be sent, from what it holds and may see.
///
/// # Errors
/// When there is nothing to send: it never had what has ended meanwhile, holds the latest version already, or must not
/// have it.
pub fn verb(job: &Job) -> Result<Verb, Refusal> {
    // what must go must go from whoever may have it; what must come counts as there only where that is certain
    let ends = job.gone || !job.in_audience;
    let held = if ends { job.held.or(job.tried) } else { job.held };
    match (held, ends) {
        (Some(_), true) => Ok(Verb::Retract),
        (None, true) if job.gone => Err(Refusal::ignore(Reason::Superseded, "ended before it was first sent")),
        (None, true) => Err(Refusal::ignore(
            Reason::PrivateAudience,
            "the target is not in the audience",
        )),
        (None, false) if job.at_home => Ok(Verb::Relay),
        (None, false) if begun(job).is_some() => Ok(Verb::Update),
        (None, false) => Ok(Verb::Create),
        (Some(held), false) if held >= job.version => {
            Err(Refusal::ignore(Reason::Superseded, "the target holds this version"))
        }
        (Some(_), false) if job.at_home => Ok(Verb::Relay),
        (Some(_), false) => Ok(Verb::Update),
    }
}

/// The version whose `Create` goes before the `Update` to a target that may hold it or hold nothing: whoever has it takes
/// the first for a repetition and the second for the edit, whoever has nothing needs the first. Both say the latest.
pub fn begun(job: &Job) -> Option<u32> {
    let open = !job.gone && job.in_audience && !job.at_home && job.held.is_none();
    job.tried.filter(|tried| open && *tried < job.version)
}

/// What becomes of a delivery that was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Tried again then.
    At(Timestamp),
    /// Never again.
    Dead,
}

/// When a delivery refused with `refusal` at its `attempts`th try is tried again. `unit` is chance from 0 to 1, for
/// jitter of a quarter either way.
pub fn next(refusal: &Refusal, attempts: u32, since: Timestamp, now: Timestamp, unit: f64) -> Next {
    let wait = match refusal.disposition {
        Disposition::Retry(Some(asked)) => asked.min(Duration::from_secs(LONGEST)),
        Disposition::Retry(None) => jitter(backoff(attempts), unit),
        Disposition::Ignore | Disposition::Reject | Disposition::Gone | Disposition::Quarantine => return Next::Dead,
    };
    if now.since(since) >= GIVE_UP {
        Next::Dead
    } else {
        Next::At(now.plus(wait))
    }
}

/// How long a lane rests after its `fails`th failure in a row; `None` while the breaker is closed.
pub fn rest(fails: u32, unit: f64) -> Option<Duration> {
    let over = fails.checked_sub(BREAKER_FAILS)?;
    let seconds = BREAKER_FIRST.saturating_mul(1 << over.min(8)).min(LONGEST);
    Some(jitter(Duration::from_secs(seconds), unit))
}

fn backoff(attempts: u32) -> Duration {
    let step = usize::try_from(attempts.saturating_sub(1)).unwrap_or(usize::MAX);
    Duration::from_secs(BACKOFF.get(step).copied().unwrap_or(LONGEST))
}

fn jitter(wait: Duration, unit: f64) -> Duration {
    wait.mul_f64(0.75 + 0.5 * unit.clamp(0.0, 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::adapter::Target;
    use crate::id::Network;
    use crate::ports::{ActorKey, DeliveryId, ObjectKey, TargetKey};

    fn job(held: Option<u32>, gone: bool, in_audience: bool) -> Job {
        Job {
            delivery: DeliveryId(1),
            object: ObjectKey(1),
            version: 2,
            author: ActorKey(1),
            target: Target {
                network: Network::new("fake"),
                host: "h".into(),
                address: "a".into(),
            },
            target_key: TargetKey(1),
            held,
            tried: None,
            gone,
            in_audience,
            at_home: false,
            attempts: 1,
            since: Timestamp::from_millis(0),
        }
    }

    #[test]
    fn the_verb_follows_from_what_the_target_holds() {
        assert_eq!(verb(&job(None, false, true)), Ok(Verb::Create));
        assert_eq!(verb(&job(Some(1), false, true)), Ok(Verb::Update));
        assert_eq!(verb(&job(Some(1), true, true)), Ok(Verb::Retract));
        assert_eq!(
            verb(&job(Some(2), false, false)),
            Ok(Verb::Retract),
            "an edit narrowed the audience"
        );
        assert_eq!(verb(&job(None, true, true)).unwrap_err().reason, Reason::Superseded);
        assert_eq!(
            verb(&job(None, false, false)).unwrap_err().reason,
            Reason::PrivateAudience
        );
        assert_eq!(verb(&job(Some(2), false, true)).unwrap_err().reason, Reason::Superseded);
    }

    #[test]
    fn what_may_be_there_is_made_and_edited_or_taken_back() {
        let tried = |version: u32, held, gone, in_audience| Job {
            tried: Some(version),
            ..job(held, gone, in_audience)
        };
        let same = tried(2, None, false, true);
        assert_eq!((verb(&same), begun(&same)), (Ok(Verb::Create), None), "the same again");
        let edited = tried(1, None, false, true);
        assert_eq!((verb(&edited), begun(&edited)), (Ok(Verb::Update), Some(1)));
        let held = tried(1, Some(1), false, true);
        assert_eq!((verb(&held), begun(&held)), (Ok(Verb::Update), None));
        for ended in [tried(1, None, true, true), tried(1, None, false, false)] {
            assert_eq!((verb(&ended), begun(&ended)), (Ok(Verb::Retract), None));
        }
        let relayed = Job {
            at_home: true,
            ..tried(1, None, false, true)
        };
        assert_eq!((verb(&relayed), begun(&relayed)), (Ok(Verb::Relay), None));
    }

    #[test]
    fn retries_back_off_and_end_after_a_week() {
        let at = Timestamp::from_millis(0);
        let transient = Refusal::retry(Reason::HostUnreachable, "");
        assert_eq!(
            next(&transient, 1, at, at, 0.5),
            Next::At(at.plus(Duration::from_secs(60)))
        );
        assert_eq!(
            next(&transient, 99, at, at, 0.5),
            Next::At(at.plus(Duration::from_secs(LONGEST)))
        );
        assert_eq!(next(&transient, 9, at, at.plus(GIVE_UP), 0.5), Next::Dead);
        assert_eq!(
            next(&Refusal::reject(Reason::HostRefused, ""), 1, at, at, 0.5),
            Next::Dead
        );
        let asked = Refusal::new(
            Reason::RateLimited,
            Disposition::Retry(Some(Duration::from_secs(7))),
            "",
        );
        assert_eq!(next(&asked, 1, at, at, 0.9), Next::At(at.plus(Duration::from_secs(7))));
    }

    #[test]
    fn a_lane_rests_longer_each_time() {
        assert_eq!(rest(BREAKER_FAILS - 1, 0.5), None);
        assert_eq!(rest(BREAKER_FAILS, 0.5), Some(Duration::from_secs(BREAKER_FIRST)));
        assert_eq!(
            rest(BREAKER_FAILS + 1, 0.5),
            Some(Duration::from_secs(2 * BREAKER_FIRST))
        );
        assert_eq!(rest(u32::MAX, 0.5), Some(Duration::from_secs(LONGEST)));
    }
}
