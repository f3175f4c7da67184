//! Who follows whom.

use causeway_core::adapter::Slice;
use causeway_core::id::{ActorId, Network};
use causeway_core::ports::{FollowState, Page, Viewer};

use super::{Tx, no_position, nothing_of, sql};
use crate::store::error::Fault;
use crate::store::words;

/// The statements of one list. `$1` is whose it is; `$2` a position, `$3` how many, `$4` how many not.
struct List {
    /// From newer to older, older than the position.
    older: &'static str,
    /// From older to newer, newer than the position.
    newer: &'static str,
    /// How many there are in all, how many are agreed, how many of all are newer than the position.
    counts: &'static str,
    /// The position of actor `$2`.
    position: &'static str,
}

macro_rules! list {
    ($whose:literal, $other:literal) => {
        List {
            older: concat!(
                "SELECT f.key, f.",
                $other,
                ", f.state FROM follow f WHERE f.",
                $whose,
                " = $1 AND f.key < $2 ORDER BY f.key DESC LIMIT $3 OFFSET $4"
            ),
            newer: concat!(
                "SELECT f.key, f.",
                $other,
                ", f.state FROM follow f WHERE f.",
                $whose,
                " = $1 AND f.key > $2 ORDER BY f.key LIMIT $3 OFFSET $4"
            ),
            counts: concat!(
                "SELECT COUNT(*), COALESCE(CAST(SUM(CASE WHEN f.state = 'accepted' THEN 1 ELSE 0 END) AS BIGINT), 0),
                        COALESCE(CAST(SUM(CASE WHEN f.key > $2 THEN 1 ELSE 0 END) AS BIGINT), 0)
                 FROM follow f WHERE f.",
                $whose,
                " = $1"
            ),
            position: concat!(
                "SELECT f.key FROM follow f WHERE f.",
                $whose,
                " = $1 AND f.",
                $other,
                " = $2"
            ),
        }
    };
}

const FOLLOWERS: List = list!("followee", "follower");
const FOLLOWING: List = list!("follower", "followee");

impl Tx {
    pub(super) async fn followers(
        &mut self,
        viewer: &Viewer,
        actor: &ActorId,
        on: &Network,
        page: &Page,
    ) -> Result<Slice<(ActorId, FollowState)>, Fault> {
        self.follows(&FOLLOWERS, viewer, actor, on, page).await
    }

    pub(super) async fn following(
        &mut self,
        viewer: &Viewer,
        actor: &ActorId,
        on: &Network,
        page: &Page,
    ) -> Result<Slice<(ActorId, FollowState)>, Fault> {
        self.follows(&FOLLOWING, viewer, actor, on, page).await
    }

    async fn follows(
        &mut self,
        list: &List,
        viewer: &Viewer,
        actor: &ActorId,
        on: &Network,
        page: &Page,
    ) -> Result<Slice<(ActorId, FollowState)>, Fault> {
        let Some(row) = self.find_actor(actor).await? else {
            return Ok(nothing_of(0));
        };
        if self.viewer(viewer).await? != Some(row.key) {
            // others learn how many, never who
            let (_, accepted, _) = self.follow_counts(list, row.key, 0).await?;
            return Ok(nothing_of(accepted));
        }
        let rows = self.follow_page(list, row.key, on, page).await?;
        let first = rows.first().map(|(key, ..)| *key);
        let (total, _, newer) = self.follow_counts(list, row.key, first.unwrap_or(i64::MAX)).await?;
        let mut items = Vec::with_capacity(rows.len());
        for (_, other, state) in rows {
            let other = self.actor(other).await?;
            let name = self.actor_on(&other, other.era, on).await?;
            let id = name.map_or_else(|| other.home(), |name| name.id);
            items.push((id, words::follow_state(&state)?));
        }
        let index = if first.is_some() { newer } else { 0 };
        let more = index.saturating_add(u64::try_from(items.len()).unwrap_or(u64::MAX)) < total;
        let next = items.last().filter(|_| more).map(|(id, _)| id.as_str().to_owned());
        Ok(Slice {
            items,
            total,
            index,
            next,
        })
    }

    async fn follow_page(
        &mut self,
        list: &List,
        of: i64,
        on: &Network,
        page: &Page,
    ) -> Result<Vec<(i64, i64, String)>, Fault> {
        let (statement, from) = match (&page.before, &page.after) {
            (Some(before), _) => (list.older, self.follow_position(list, of, on, before).await?),
            (None, Some(after)) => (list.newer, self.follow_position(list, of, on, after).await?),
            (None, None) => (list.older, i64::MAX),
        };
        let skip = if page.before.is_none() && page.after.is_none() {
            page.index.unwrap_or_default()
        } else {
            0
        };
        let mut rows: Vec<(i64, i64, String)> = sqlx::query_as(statement)
            .bind(of)
            .bind(from)
            .bind(sql(u64::try_from(page.max).unwrap_or(u64::MAX)))
            .bind(sql(skip))
            .fetch_all(&mut *self.conn)
            .await?;
        if page.before.is_none() && page.after.is_some() {
            rows.reverse();
        }
        Ok(rows)
    }

    async fn follow_position(&mut self, list: &List, of: i64, on: &Network, id: &str) -> Result<i64, Fault> {
        let other = self
            .find_actor(&ActorId::new(on.clone(), id))
            .await?
            .ok_or_else(no_position)?;
        let key: Option<i64> = sqlx::query_scalar(list.position)
            .bind(of)
            .bind(other.key)
            .fetch_optional(&mut *self.conn)
            .await?;
        key.ok_or_else(no_position)
    }

    async fn follow_counts(&mut self, list: &List, of: i64, from: i64) -> Result<(u64, u64, u64), Fault> {
        let (total, accepted, newer): (i64, i64, i64) = sqlx::query_as(list.counts)
            .bind(of)
            .bind(from)
            .fetch_one(&mut *self.conn)
            .await?;
        Ok((words::count(total), words::count(accepted), words::count(newer)))
    }

    pub(super) async fn follow_state(
        &mut self,
        follower: &ActorId,
        followee: &ActorId,
    ) -> Result<Option<FollowState>, Fault> {
        let (Some(follower), Some(followee)) = (self.find_actor(follower).await?, self.find_actor(followee).await?)
        else {
            return Ok(None);
        };
        Ok(self
            .follow_between(follower.key, followee.key)
            .await?
            .map(|fact| fact.state))
    }
}
