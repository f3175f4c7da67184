//! Pictures served under our own URL.

use bytes::Bytes;
use causeway_core::ports::{Later, MediaStore};
use causeway_core::refusal::{Reason, Refusal};

use super::Store;
use super::db::Tx;
use super::error::Fault;

/// The types of pictures that are served: none of them can hold a script.
// security.md rows 4 and 73
const SERVED: [&str; 4] = ["image/png", "image/jpeg", "image/gif", "image/webp"];

impl MediaStore for Store {
    fn put<'a>(&'a self, sha1: &'a str, media_type: &'a str, bytes: Bytes) -> Later<'a, ()> {
        if !SERVED.contains(&media_type) {
            let refusal = Refusal::reject(Reason::MediaRefused, format!("{media_type} is not served"));
            return Box::pin(async { Err(refusal) });
        }
        self.write(
            (sha1.to_owned(), media_type.to_owned(), bytes),
            |tx, (sha1, media_type, bytes)| Box::pin(tx.put_media(sha1, media_type, bytes)),
        )
    }

    fn get<'a>(&'a self, sha1: &'a str) -> Later<'a, Option<(String, Bytes)>> {
        self.read(sha1.to_owned(), |tx, sha1| Box::pin(tx.media(sha1)))
    }
}

impl Tx {
    async fn put_media(&mut self, sha1: &str, media_type: &str, bytes: &[u8]) -> Result<(), Fault> {
        sqlx::query(
            "INSERT INTO media (sha1, media_type, bytes, since) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
        )
        .bind(sha1)
        .bind(media_type)
        .bind(bytes)
        .bind(self.now())
        .execute(&mut *self.conn)
        .await?;
        Ok(())
    }

    async fn media(&mut self, sha1: &str) -> Result<Option<(String, Bytes)>, Fault> {
        let row: Option<(String, Vec<u8>)> = sqlx::query_as("SELECT media_type, bytes FROM media WHERE sha1 = $1")
            .bind(sha1)
            .fetch_optional(&mut *self.conn)
            .await?;
        Ok(row.map(|(media_type, bytes)| (media_type, bytes.into())))
    }
}
