//! Carries what was written from the log over into the database's file, beside the writer: a peer that waits to be
//! acknowledged does not wait for that too.

use sqlx::sqlite::SqliteConnection;
use tokio::sync::mpsc::Receiver;

/// Works whenever it hears that enough was written, until nobody is left who could write.
pub(super) async fn work(mut conn: SqliteConnection, mut news: Receiver<()>) {
    while news.recv().await.is_some() {
        // passive: it waits for nobody and keeps nobody waiting; what cannot be carried over yet is the next time
        let done = sqlx::query("PRAGMA wal_checkpoint(PASSIVE)").execute(&mut conn).await;
        if let Err(error) = done {
            tracing::warn!(%error, "the log could not be carried over");
        }
    }
}
