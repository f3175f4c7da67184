//! One object, as seen on a network.

use causeway_core::id::{Network, ObjectId};
use causeway_core::ports::{ObjectView, Viewer};
use causeway_core::time::Timestamp;

use super::{Tx, visible};
use crate::store::error::Fault;
use crate::store::objects::ObjectRow;
use crate::store::words;

const SEEN: &str = concat!(
    "SELECT EXISTS (SELECT 1 FROM object o JOIN actor w ON w.key = o.author WHERE o.key = $3 AND ",
    visible!(),
    ")"
);

impl Tx {
    pub(super) async fn view_object(
        &mut self,
        viewer: &Viewer,
        id: &ObjectId,
        on: &Network,
    ) -> Result<Option<ObjectView>, Fault> {
        let Some(row) = self.find_object(id).await? else {
            return Ok(None);
        };
        let viewer = self.viewer(viewer).await?;
        let seen: bool = sqlx::query_scalar(SEEN)
            .bind(viewer)
            .bind(on.as_str())
            .bind(row.key)
            .fetch_one(&mut *self.conn)
            .await?;
        if seen {
            self.object_view(&row, on).await
        } else {
            Ok(None)
        }
    }

    /// The view of a row that the viewer may see.
    pub(super) async fn object_view(&mut self, row: &ObjectRow, on: &Network) -> Result<Option<ObjectView>, Fault> {
        let (Some(home), Some(author)) = (row.home(), row.author) else {
            return Ok(None);
        };
        let id = self.object_on(row, on).await?.unwrap_or_else(|| home.clone());
        let author = self.actor(author).await?;
        let payload = match row.stored_payload()? {
            Some(payload) if row.gone.is_none() => Some(self.payload_on(row, payload, on).await?),
            _ => None,
        };
        Ok(Some(ObjectView {
            id,
            home,
            payload,
            version: words::small(row.version),
            gone: row.gone.map(Timestamp::from_millis),
            author: self.profile_on(&author, row.era, on).await?,
            stored: Timestamp::from_millis(row.stored),
        }))
    }
}
