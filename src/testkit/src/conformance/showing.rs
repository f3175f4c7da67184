//! The table is shown by examples that people can read.

use causeway_core::model::Kind;

use super::Subject;
use crate::fixtures::{Direction, coverage};

/// Every cell that promises something has a fixture that shows it.
pub fn the_table_is_shown_by_fixtures(subject: &Subject) {
    let network = subject.here.network();
    let table = subject.here.capabilities();
    let later = |kind: Kind, direction: Direction| subject.lost_later.contains(&(kind, direction));
    let faults: Vec<_> = coverage(&subject.fixtures, network.as_str(), subject.extension(), table)
        .into_iter()
        .filter(|fault| !later(fault.kind, fault.direction))
        .map(|fault| fault.to_string())
        .collect();
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}
