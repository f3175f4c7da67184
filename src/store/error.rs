//! Why the store could not be opened, and how faults of single calls become refusals.

use causeway_core::refusal::{Disposition, Reason, Refusal};
use sqlx::error::ErrorKind;
use sqlx::migrate::MigrateError;

/// Why a store could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The address is not one of a database that is supported.
    #[error("not the address of a database (`sqlite:FILE`): {0}")]
    Address(String),
    /// A newer version of the program has written it.
    #[error(
        "the database was written by a newer causeway (migration {0} is not known here); run that version or restore a backup"
    )]
    Newer(i64),
    /// The database was changed by hand, or is not ours.
    #[error("the database's tables cannot be brought up to date: {0}")]
    Migration(#[source] MigrateError),
    /// It cannot be opened.
    #[error("the database cannot be opened: {0}")]
    Database(#[from] sqlx::Error),
    /// The system gives no thread to work on.
    #[error("no thread for the database: {0}")]
    Thread(#[source] std::io::Error),
}

impl From<MigrateError> for StoreError {
    fn from(error: MigrateError) -> Self {
        match error {
            MigrateError::VersionMissing(version) | MigrateError::VersionTooNew(version, _) => Self::Newer(version),
            other => Self::Migration(other),
        }
    }
}

/// Why one piece of work was not done.
#[derive(Debug)]
pub(super) enum Fault {
    /// The database said no.
    Sql(sqlx::Error),
    /// What is stored, or to be, is not what it must be.
    Data(String),
    /// The caller is told no. Whatever was written before is undone.
    Refused(Refusal),
    /// An id must be made, which a reader cannot.
    Mint,
}

impl From<sqlx::Error> for Fault {
    fn from(error: sqlx::Error) -> Self {
        Self::Sql(error)
    }
}

impl From<serde_json::Error> for Fault {
    fn from(error: serde_json::Error) -> Self {
        Self::Data(error.to_string())
    }
}

impl From<Refusal> for Fault {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<Fault> for Refusal {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Refused(refusal) => refusal,
            Fault::Sql(error) if never(&error) => parked(&error.to_string()),
            Fault::Sql(error) => Refusal::internal(error),
            Fault::Data(what) => parked(&what),
            Fault::Mint => Refusal::internal("an id was to be made while reading"),
        }
    }
}

/// Whether trying again cannot help.
fn never(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Database(inner) => !matches!(inner.kind(), ErrorKind::Other),
        sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) | sqlx::Error::Encode(_) => true,
        _ => false,
    }
}

fn parked(what: &str) -> Refusal {
    Refusal::new(Reason::Internal, Disposition::Quarantine, what)
}
