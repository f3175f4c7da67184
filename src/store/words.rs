//! The words that stand in columns.

use causeway_core::adapter::Arrival;
use causeway_core::id::Network;
use causeway_core::model::Attested;
use causeway_core::ports::{ActorState, FollowState, Standing};

use super::error::Fault;

pub(super) fn state(word: &str) -> Result<ActorState, Fault> {
    match word {
        "local" => Ok(ActorState::Local),
        "remote" => Ok(ActorState::Remote),
        "puppet" => Ok(ActorState::Puppet),
        other => Err(unknown(other)),
    }
}

pub(super) fn standing(word: &str) -> Result<Standing, Fault> {
    match word {
        "known" => Ok(Standing::Known),
        "active" => Ok(Standing::Active),
        "paused" => Ok(Standing::Paused),
        "stopped" => Ok(Standing::Stopped),
        "gone" => Ok(Standing::Gone),
        other => Err(unknown(other)),
    }
}

pub(super) fn follow_state(word: &str) -> Result<FollowState, Fault> {
    match word {
        "pending" => Ok(FollowState::Pending),
        "accepted" => Ok(FollowState::Accepted),
        "rejected" => Ok(FollowState::Rejected),
        other => Err(unknown(other)),
    }
}

pub(super) const fn of_follow_state(state: FollowState) -> &'static str {
    match state {
        FollowState::Pending => "pending",
        FollowState::Accepted => "accepted",
        FollowState::Rejected => "rejected",
    }
}

pub(super) fn arrival(word: &str) -> Result<Arrival, Fault> {
    match word {
        "live" => Ok(Arrival::Live),
        "backfill" => Ok(Arrival::Backfill),
        "replay" => Ok(Arrival::Replay),
        other => Err(unknown(other)),
    }
}

pub(super) const fn of_arrival(arrival: Arrival) -> &'static str {
    match arrival {
        Arrival::Live => "live",
        Arrival::Backfill => "backfill",
        Arrival::Replay => "replay",
    }
}

/// Row numbers as one argument, for `json_each`.
pub(super) fn numbers(keys: impl Iterator<Item = i64>) -> String {
    let keys: Vec<String> = keys.map(|key| key.to_string()).collect();
    format!("[{}]", keys.join(","))
}

/// An attestation on a network, as a key.
pub(super) fn origin(network: &Network, attested: &Attested) -> String {
    match attested {
        Attested::Actor(actor) => format!("{network} actor {actor}"),
        Attested::Host(host) => format!("{network} host {host}"),
        Attested::Nobody => format!("{network} nobody"),
    }
}

/// A version or count as core has it.
pub(super) fn small(number: i64) -> u32 {
    u32::try_from(number.max(0)).unwrap_or(u32::MAX)
}

/// A count as core has it.
pub(super) fn count(number: i64) -> u64 {
    u64::try_from(number).unwrap_or_default()
}

/// SHA-256 in hexadecimal digits.
pub(super) fn hash(bytes: &[u8]) -> String {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, bytes);
    digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unknown(word: &str) -> Fault {
    Fault::Data(format!("an unknown word in the database: {word}"))
}
