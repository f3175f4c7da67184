//! Lists of objects, page by page.

use causeway_core::adapter::Slice;
use causeway_core::id::{ActorId, Network, ObjectId, PlaceId};
use causeway_core::ports::{ObjectView, Page, Viewer};

use super::{Tx, no_position, nothing_of, sql, visible};
use crate::store::error::Fault;
use crate::store::words;

/// The statements of one list. `$1` and `$2` are the viewer and the network, `$3` whose list it is; `$4`, `$5` a position,
/// `$6` how many, `$7` how many not.
struct List {
    /// Keys older than the position, newest first.
    older: &'static str,
    /// Keys newer than the position, oldest first.
    newer: &'static str,
    /// How many there are in all, and how many of them are newer than the position.
    counts: &'static str,
    /// Whether the oldest stands first.
    ascending: bool,
}

macro_rules! list {
    ($of:literal, $ascending:literal) => {
        List {
            older: concat!(
                "SELECT o.key FROM object o JOIN actor w ON w.key = o.author WHERE ", $of, " AND ", visible!(),
                " AND (o.sort, o.key) < ($4, $5) ORDER BY o.sort DESC, o.key DESC LIMIT $6 OFFSET $7"
            ),
            newer: concat!(
                "SELECT o.key FROM object o JOIN actor w ON w.key = o.author WHERE ", $of, " AND ", visible!(),
                " AND (o.sort, o.key) > ($4, $5) ORDER BY o.sort, o.key LIMIT $6 OFFSET $7"
            ),
            counts: concat!(
                "SELECT COUNT(*), COALESCE(CAST(SUM(CASE WHEN (o.sort, o.key) > ($4, $5) THEN 1 ELSE 0 END) AS BIGINT), 0)
                 FROM object o JOIN actor w ON w.key = o.author WHERE ", $of, " AND ", visible!()
            ),
            ascending: $ascending,
        }
    };
}

const TIMELINE: List = list!(
    "o.author = $3 AND o.kind IN ('post', 'repost') AND o.gone IS NULL AND o.era = w.era",
    false
);
// a reaction stands among the comments on what it is about
const COMMENTS: List = list!(
    "o.root = $3 AND o.kind IN ('comment', 'reaction') AND (o.kind = 'comment' OR o.about = $3) AND o.gone IS NULL",
    true
);
const REACTIONS: List = list!("o.about = $3 AND o.kind = 'reaction' AND o.gone IS NULL", false);

/// Of other networks' comments those alone that have an id where they are read.
const REPLIES: List = list!(
    "o.about = $3 AND o.kind = 'comment' AND o.gone IS NULL
     AND (o.network = $2 OR EXISTS (SELECT 1 FROM object_address a WHERE a.object = o.key AND a.network = $2))",
    true
);

/// Before everything and after everything.
const ENDS: [(i64, i64); 2] = [(i64::MIN, i64::MIN), (i64::MAX, i64::MAX)];

/// Whose list, and who looks from where.
struct Asked<'a> {
    viewer: Option<i64>,
    on: &'a Network,
    of: i64,
}

impl Tx {
    pub(super) async fn timeline(
        &mut self,
        viewer: &Viewer,
        author: &ActorId,
        on: &Network,
        page: &Page,
    ) -> Result<Slice<ObjectView>, Fault> {
        let author = self.find_actor(author).await?;
        self.list_of(&TIMELINE, viewer, author.map(|row| row.key), on, page)
            .await
    }

    pub(super) async fn comments(
        &mut self,
        viewer: &Viewer,
        place: &PlaceId,
        on: &Network,
        page: &Page,
    ) -> Result<Slice<ObjectView>, Fault> {
        let root = self.object_at(place).await?;
        self.list_of(&COMMENTS, viewer, root.map(|row| row.key), on, page).await
    }

    pub(super) async fn replies(
        &mut self,
        viewer: &Viewer,
        object: &ObjectId,
        on: &Network,
        page: &Page,
    ) -> Result<Slice<ObjectView>, Fault> {
        let object = self.find_object(object).await?;
        self.list_of(&REPLIES, viewer, object.map(|row| row.key), on, page)
            .await
    }

    pub(super) async fn reactions(
        &mut self,
        viewer: &Viewer,
        object: &ObjectId,
        on: &Network,
        page: &Page,
    ) -> Result<Slice<ObjectView>, Fault> {
        let object = self.find_object(object).await?;
        self.list_of(&REACTIONS, viewer, object.map(|row| row.key), on, page)
            .await
    }

    /// The list of whatever has the number `of`; of nothing there is none.
    async fn list_of(
        &mut self,
        list: &List,
        viewer: &Viewer,
        of: Option<i64>,
        on: &Network,
        page: &Page,
    ) -> Result<Slice<ObjectView>, Fault> {
        let Some(of) = of else {
            return Ok(nothing_of(0));
        };
        let asked = Asked {
            viewer: self.viewer(viewer).await?,
            on,
            of,
        };
        self.list(list, &asked, page).await
    }

    async fn list(&mut self, list: &List, asked: &Asked<'_>, page: &Page) -> Result<Slice<ObjectView>, Fault> {
        let keys = self.page(list, asked, page).await?;
        let mut items = Vec::with_capacity(keys.len());
        let (mut first, mut last) = (None, None);
        for key in keys {
            let row = self.object(key).await?;
            first = first.or(Some((row.sort, row.key)));
            last = Some((row.sort, row.key));
            items.extend(self.object_view(&row, asked.on).await?);
        }
        let (total, index) = self.rank(list, asked, first).await?;
        let shown = u64::try_from(items.len()).unwrap_or(u64::MAX);
        let more = last.is_some() && index.saturating_add(shown) < total;
        let next = items.last().filter(|_| more).map(|view| view.id.as_str().to_owned());
        Ok(Slice {
            items,
            total,
            index,
            next,
        })
    }

    /// The keys of a page, in the list's order.
    async fn page(&mut self, list: &List, asked: &Asked<'_>, page: &Page) -> Result<Vec<i64>, Fault> {
        let [start, end] = ENDS;
        let (older, from) = match (&page.before, &page.after) {
            (Some(before), _) => (true, self.position(asked.on, before).await?),
            (None, Some(after)) => (false, self.position(asked.on, after).await?),
            (None, None) => (!list.ascending, if list.ascending { start } else { end }),
        };
        let skip = if page.before.is_none() && page.after.is_none() {
            page.index.unwrap_or_default()
        } else {
            0
        };
        let mut keys: Vec<i64> = sqlx::query_scalar(if older { list.older } else { list.newer })
            .bind(asked.viewer)
            .bind(asked.on.as_str())
            .bind(asked.of)
            .bind(from.0)
            .bind(from.1)
            .bind(sql(u64::try_from(page.max).unwrap_or(u64::MAX)))
            .bind(sql(skip))
            .fetch_all(&mut *self.conn)
            .await?;
        // read from the position outwards, shown in the list's order
        if older == list.ascending {
            keys.reverse();
        }
        Ok(keys)
    }

    async fn position(&mut self, on: &Network, id: &str) -> Result<(i64, i64), Fault> {
        let row = self
            .find_object(&ObjectId::new(on.clone(), id))
            .await?
            .ok_or_else(no_position)?;
        Ok((row.sort, row.key))
    }

    /// How many the list has, and where in it `first` stands.
    async fn rank(&mut self, list: &List, asked: &Asked<'_>, first: Option<(i64, i64)>) -> Result<(u64, u64), Fault> {
        let [_, end] = ENDS;
        let at = first.unwrap_or(end);
        let (total, newer): (i64, i64) = sqlx::query_as(list.counts)
            .bind(asked.viewer)
            .bind(asked.on.as_str())
            .bind(asked.of)
            .bind(at.0)
            .bind(at.1)
            .fetch_one(&mut *self.conn)
            .await?;
        let index = match (first, list.ascending) {
            (None, _) => 0,
            (Some(_), true) => total - newer - 1,
            (Some(_), false) => newer,
        };
        Ok((words::count(total), words::count(index)))
    }
}
