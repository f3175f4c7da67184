//! The third stage: lanes claimed, deliveries handed out.

use causeway_core::adapter::{Outgoing, Target, Verb};
use causeway_core::delivery;
use causeway_core::id::Network;
use causeway_core::model::Profile;
use causeway_core::ports::{ActorKey, DeliveryId, Job, LaneClaim, LaneId, Later, ObjectKey, Outcome, Queue, TargetKey};
use causeway_core::time::Timestamp;
use sqlx::FromRow;

use super::accounts::agreed;
use super::db::Tx;
use super::error::Fault;
use super::{Store, words};

#[derive(FromRow)]
struct LaneRow {
    key: i64,
    network: String,
    host: String,
    fails: i64,
    lease_until: i64,
}

#[derive(FromRow)]
struct JobRow {
    seq: i64,
    object: i64,
    author: i64,
    target: i64,
    attempts: i64,
    since: i64,
    version: i64,
    gone: bool,
    at_home: bool,
    network: String,
    host: String,
    address: String,
    held: Option<i64>,
    tried: Option<i64>,
    in_audience: bool,
}

/// The next deliveries of a lane; of two of one object to one target only the first, whose outcome decides on the other.
///
/// The plus keeps SQLite to the index in the order of `seq`: it would else sort the whole lane for each batch.
///
/// `in_audience` is whether a target may see an object now. What has no audience of its own is owed to those it names. One of ours is
/// shown what others do not show to everybody only after agreeing to that; what is said to them as a message is no such
/// thing. Of a local author nothing is for networks that they do not, or no longer, agree to.
const NEXT: &str = concat!(
    "
    SELECT d.seq, d.object, d.author, d.target, d.attempts, d.since, o.version, o.gone IS NOT NULL AS gone,
           o.network = t.network AS at_home, t.network, t.host, t.address, c.version AS held, c.tried,
           (o.kind IN ('follow', 'profile', 'block', 'report', 'move') OR o.scope IN ('public', 'unlisted')
            OR EXISTS (SELECT 1 FROM object_recipient r JOIN actor a ON a.key = r.actor
                       WHERE r.object = o.key AND (a.own = d.target OR a.shared = d.target)
                         AND ((o.kind <> 'post' AND NOT (o.kind = 'comment' AND EXISTS (
                                SELECT 1 FROM object r JOIN actor ra ON ra.key = r.author
                                WHERE r.key = o.root AND ra.state <> 'local')))
                              OR w.state = 'local' OR a.state <> 'local'
                              OR ",
    agreed!("a.key", "a.network", "'receive-followers'"),
    "))
            OR (o.scope = 'followers'
                AND EXISTS (SELECT 1 FROM actor a
                            WHERE (a.own = d.target OR a.shared = d.target)
                              AND (w.state = 'local' OR a.state <> 'local'
                                   OR ",
    agreed!("a.key", "a.network", "'receive-followers'"),
    ")
                              AND EXISTS (SELECT 1 FROM follow f
                                          WHERE f.follower = a.key AND f.followee = o.author AND f.state = 'accepted'))))
           AND (w.state <> 'local' OR t.network = w.network
                OR ",
    agreed!("w.key", "t.network", "'bridge'"),
    ") AS in_audience
    FROM delivery d JOIN object o ON o.key = d.object JOIN target t ON t.key = d.target JOIN actor w ON w.key = d.author
      LEFT JOIN object_copy c ON c.object = d.object AND c.target = d.target
    WHERE d.lane = $1 AND d.state = 'open' AND +d.due <= $2
      AND NOT EXISTS (SELECT 1 FROM delivery e WHERE e.state = 'open' AND e.object = d.object AND e.target = d.target
                        AND e.seq < d.seq)
    ORDER BY d.seq LIMIT $3"
);

impl Queue for Store {
    fn claim(&self, now: Timestamp, lease_ms: u64, lanes: usize) -> Later<'_, Vec<LaneClaim>> {
        let asked = (
            now.millis(),
            i64::try_from(lease_ms).unwrap_or(i64::MAX),
            i64::try_from(lanes).unwrap_or(i64::MAX),
        );
        Box::pin(async move {
            // most of the time nothing is due, and finding that out costs the writer nothing
            if !self.read(asked.0, |tx, now| Box::pin(tx.anything_due(*now))).await? {
                return Ok(Vec::new());
            }
            self.write(asked, |tx, (now, lease, lanes)| {
                Box::pin(tx.claim(*now, *lease, *lanes))
            })
            .await
        })
    }

    fn renew<'a>(&'a self, claim: &'a LaneClaim, until: Timestamp) -> Later<'a, bool> {
        let asked = (claim.lane, claim.lease_until.millis(), until.millis());
        self.write(asked, |tx, (lane, held, until)| {
            Box::pin(tx.renew_lease(*lane, *held, *until))
        })
    }

    fn next(&self, lane: LaneId, now: Timestamp, limit: usize) -> Later<'_, Vec<Job>> {
        let asked = (lane, now.millis(), i64::try_from(limit).unwrap_or(i64::MAX));
        self.write(asked, |tx, (lane, now, limit)| {
            Box::pin(tx.next_jobs(*lane, *now, *limit))
        })
    }

    fn outgoing<'a>(
        &'a self,
        object: ObjectKey,
        network: &'a Network,
        verb: Verb,
    ) -> Later<'a, (Outgoing, Option<Profile>, Option<String>)> {
        self.read((object, network.clone(), verb), |tx, (object, network, verb)| {
            Box::pin(tx.outgoing(*object, network, *verb))
        })
    }

    fn settle<'a>(
        &'a self,
        claim: &'a LaneClaim,
        outcomes: Vec<(DeliveryId, Outcome)>,
        release: Option<Timestamp>,
    ) -> Later<'a, ()> {
        let mut outcomes = outcomes;
        // in order, so that what waits never overtakes what it waits for
        outcomes.sort_by_key(|(delivery, _)| *delivery);
        self.write((claim.clone(), outcomes, release), |tx, (claim, outcomes, release)| {
            Box::pin(tx.settle_lane(claim, outcomes, *release))
        })
    }

    fn free(&self) -> Later<'_, ()> {
        self.write((), |tx, ()| Box::pin(tx.free()))
    }

    fn depth(&self) -> Later<'_, (u64, Option<Timestamp>)> {
        self.read((), |tx, ()| Box::pin(tx.depth()))
    }
}

impl Tx {
    async fn anything_due(&mut self, now: i64) -> Result<bool, Fault> {
        let due = sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM lane
                            WHERE due IS NOT NULL AND due <= $1 AND (lease_until IS NULL OR lease_until <= $1))",
        )
        .bind(now)
        .fetch_one(&mut *self.conn)
        .await?;
        Ok(due)
    }

    async fn claim(&mut self, now: i64, lease: i64, lanes: i64) -> Result<Vec<LaneClaim>, Fault> {
        let rows: Vec<LaneRow> = sqlx::query_as(
            "UPDATE lane SET lease_until = $2
             WHERE key IN (SELECT key FROM lane
                           WHERE due IS NOT NULL AND due <= $1 AND (lease_until IS NULL OR lease_until <= $1)
                           ORDER BY due, key LIMIT $3)
             RETURNING key, network, host, fails, lease_until",
        )
        .bind(now)
        .bind(now.saturating_add(lease))
        .bind(lanes)
        .fetch_all(&mut *self.conn)
        .await?;
        Ok(rows.into_iter().map(LaneRow::claim).collect())
    }

    async fn renew_lease(&mut self, lane: LaneId, held: i64, until: i64) -> Result<bool, Fault> {
        let done = sqlx::query("UPDATE lane SET lease_until = $3 WHERE key = $1 AND lease_until = $2")
            .bind(lane.0)
            .bind(held)
            .bind(until)
            .execute(&mut *self.conn)
            .await?;
        Ok(done.rows_affected() > 0)
    }

    /// The attempt is counted, and what the target may hold from now on is marked, before anything is sent.
    async fn next_jobs(&mut self, lane: LaneId, now: i64, limit: i64) -> Result<Vec<Job>, Fault> {
        let rows: Vec<JobRow> = sqlx::query_as(NEXT)
            .bind(lane.0)
            .bind(now)
            .bind(limit)
            .fetch_all(&mut *self.conn)
            .await?;
        let jobs: Vec<Job> = rows.into_iter().map(JobRow::job).collect();
        if jobs.is_empty() {
            return Ok(jobs);
        }
        // one statement for all: there may be a row for each of a host's inboxes
        sqlx::query("UPDATE delivery SET attempts = attempts + 1 WHERE seq IN (SELECT value FROM json_each($1))")
            .bind(words::numbers(jobs.iter().map(|job| job.delivery.0)))
            .execute(&mut *self.conn)
            .await?;
        let gives = |job: &&Job| matches!(delivery::verb(job), Ok(Verb::Create | Verb::Update | Verb::Relay));
        sqlx::query(
            "INSERT INTO object_copy (object, target, tried)
             SELECT d.object, d.target, o.version
             FROM json_each($1) j JOIN delivery d ON d.seq = j.value JOIN object o ON o.key = d.object WHERE TRUE
             ON CONFLICT (object, target) DO UPDATE SET tried = COALESCE(object_copy.tried, excluded.tried)",
        )
        .bind(words::numbers(jobs.iter().filter(gives).map(|job| job.delivery.0)))
        .execute(&mut *self.conn)
        .await?;
        Ok(jobs)
    }

    async fn free(&mut self) -> Result<(), Fault> {
        sqlx::query("UPDATE lane SET lease_until = NULL WHERE lease_until IS NOT NULL")
            .execute(&mut *self.conn)
            .await?;
        Ok(())
    }

    async fn depth(&mut self) -> Result<(u64, Option<Timestamp>), Fault> {
        let (open, oldest): (i64, Option<i64>) =
            sqlx::query_as("SELECT COUNT(*), MIN(since) FROM delivery WHERE state = 'open'")
                .fetch_one(&mut *self.conn)
                .await?;
        Ok((words::count(open), oldest.map(Timestamp::from_millis)))
    }
}

impl LaneRow {
    fn claim(self) -> LaneClaim {
        LaneClaim {
            lane: LaneId(self.key),
            network: Network::named(self.network),
            host: self.host,
            fails: words::small(self.fails),
            lease_until: Timestamp::from_millis(self.lease_until),
        }
    }
}

impl JobRow {
    fn job(self) -> Job {
        Job {
            delivery: DeliveryId(self.seq),
            object: ObjectKey(self.object),
            version: words::small(self.version),
            author: ActorKey(self.author),
            target: Target {
                network: Network::named(self.network),
                host: self.host,
                address: self.address,
            },
            target_key: TargetKey(self.target),
            held: self.held.map(words::small),
            tried: self.tried.map(words::small),
            gone: self.gone,
            in_audience: self.in_audience,
            at_home: self.at_home,
            attempts: words::small(self.attempts.saturating_add(1)),
            since: Timestamp::from_millis(self.since),
        }
    }
}
