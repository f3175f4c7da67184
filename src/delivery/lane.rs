//! One lane: its next deliveries, in order per author and target, different ones side by side.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use causeway_core::adapter::{Delivered, Rendered, Target, Verb};
use causeway_core::delivery::{self, Next};
use causeway_core::ports::{ActorKey, DeliveryId, Job, LaneClaim, Outcome, TargetKey, Trace, TraceDelivery};
use causeway_core::refusal::{Disposition, Reason, Refusal};
use causeway_core::time::Timestamp;
use futures_util::StreamExt;
use futures_util::stream;

use super::render::label;
use super::worker::Deliverer;

/// Deliveries read at once.
const BATCH: usize = 200;
/// A lane is given back after this long, so that others have their turn.
const TURN: Duration = Duration::from_secs(60);

/// A delivery that is ready to go.
struct Prepared {
    job: Job,
    verb: Verb,
    /// Sent first, where a version before may be there or not.
    first: Option<Arc<Rendered>>,
    rendered: Arc<Rendered>,
    confidential: bool,
}

impl Prepared {
    fn each(&self) -> impl Iterator<Item = &Arc<Rendered>> {
        self.first.iter().chain([&self.rendered])
    }
}

/// Works on a claimed lane until it has nothing due, its host fails, or its turn is over.
pub(super) async fn work(worker: &Deliverer, mut claim: LaneClaim) {
    if let Err(refusal) = turn(worker, &mut claim).await {
        // whatever was not written is done again when the lease ends, with the same ids
        tracing::warn!(%refusal, host = claim.host, "a lane was left to its lease");
    }
}

async fn turn(worker: &Deliverer, claim: &mut LaneClaim) -> Result<(), Refusal> {
    let clock = &worker.context.clock;
    let end = clock.now().plus(TURN);
    loop {
        let jobs = worker.queue.next(claim.lane, clock.now(), BATCH).await?;
        if jobs.is_empty() {
            return worker.queue.settle(claim, Vec::new(), Some(clock.now())).await;
        }
        // nothing more was due: given back with the outcomes, not by a look of its own
        let drained = jobs.len() < BATCH;
        let outcomes = holding(worker, claim, batch(worker, jobs)).await;
        let failed = weigh(claim, &outcomes);
        let rest = delivery::rest(claim.fails, worker.context.random.unit()).filter(|_| failed);
        let stop = failed || drained || clock.now() >= end || worker.context.shutdown.is_requested();
        let due = rest.map_or_else(|| clock.now(), |rest| clock.now().plus(rest));
        worker.queue.settle(claim, outcomes, stop.then_some(due)).await?;
        if stop {
            return Ok(());
        }
    }
}

/// Does `work`, however long its host takes, and holds the lane meanwhile: else another worker would send the same.
async fn holding<T>(worker: &Deliverer, claim: &mut LaneClaim, work: impl Future<Output = T>) -> T {
    let mut work = std::pin::pin!(work);
    let lease = Duration::from_millis(worker.settings.lease_ms);
    loop {
        let soon = worker
            .context
            .clock
            .sleep_until(worker.context.clock.now().plus(lease / 3));
        tokio::select! {
            done = &mut work => return done,
            () = soon => {}
        }
        let until = worker.context.clock.now().plus(lease);
        match worker.queue.renew(claim, until).await {
            Ok(true) => claim.lease_until = until,
            Ok(false) => tracing::warn!(host = claim.host, "a lane was lost while its host was slow"),
            Err(refusal) => tracing::warn!(%refusal, host = claim.host, "a lane could not be held longer"),
        }
    }
}

/// Counts the host's failures in a row: an answer of any sort ends them. `true` when the host failed.
fn weigh(claim: &mut LaneClaim, outcomes: &[(DeliveryId, Outcome)]) -> bool {
    let down = |outcome: &Outcome| matches!(outcome, Outcome::Again { refusal, .. } if is_down(refusal));
    let failed = outcomes.iter().any(|(_, outcome)| down(outcome));
    let answered = outcomes
        .iter()
        .any(|(_, outcome)| !down(outcome) && !matches!(outcome, Outcome::Dropped(_)));
    claim.fails = match (failed, answered) {
        (true, false) => claim.fails.saturating_add(1),
        (_, true) => 0,
        (false, false) => claim.fails,
    };
    failed && !answered
}

/// Whether the host did not answer at all. One that is expected back at a known time is not down.
fn is_down(refusal: &Refusal) -> bool {
    refusal.reason == Reason::HostUnreachable && refusal.disposition == Disposition::Retry(None)
}

async fn batch(worker: &Deliverer, jobs: Vec<Job>) -> Vec<(DeliveryId, Outcome)> {
    let mut ordered: BTreeMap<(ActorKey, TargetKey), Vec<Job>> = BTreeMap::new();
    for job in jobs {
        ordered.entry((job.author, job.target_key)).or_default().push(job);
    }
    // what one delivery learnt of the host, the others need not find out again, each for as long as a timeout takes
    let down = OnceLock::new();
    let done: Vec<Vec<(DeliveryId, Outcome)>> = stream::iter(ordered.into_values())
        .map(|jobs| in_order(worker, jobs, &down))
        .buffer_unordered(worker.settings.per_host)
        .collect()
        .await;
    done.into_iter().flatten().collect()
}

/// One author's deliveries to one target.
async fn in_order(worker: &Deliverer, jobs: Vec<Job>, down: &OnceLock<Refusal>) -> Vec<(DeliveryId, Outcome)> {
    let mut outcomes = Vec::with_capacity(jobs.len());
    let mut wires: Vec<Prepared> = Vec::new();
    for job in jobs {
        match prepare(worker, job).await {
            Ok(wire) => wires.push(wire),
            Err(ended) => outcomes.push(ended),
        }
    }
    let Some(target) = wires.first().map(|wire| wire.job.target.clone()) else {
        return outcomes;
    };
    let items: Vec<Arc<Rendered>> = wires.iter().flat_map(Prepared::each).cloned().collect();
    let results = match down.get() {
        Some(refusal) => vec![Err(Refusal::clone(refusal)); items.len()],
        None => deliver(worker, &target, &items).await,
    };
    if let Some(refusal) = results
        .iter()
        .find_map(|result| result.as_ref().err().filter(|refusal| is_down(refusal)))
    {
        // the first to find out is as good as any other
        let _ = down.set(refusal.clone());
    }
    let mut results = results.into_iter();
    for wire in wires {
        // the last is what counts; one before it that was refused for good does not stop it
        let mut last = Err(unanswered());
        for (rendered, result) in wire.each().zip(results.by_ref()) {
            trace(worker, &wire, rendered, &result);
            last = result;
        }
        outcomes.push((wire.job.delivery, outcome(worker, &wire.job, wire.verb, last)));
    }
    outcomes
}

async fn prepare(worker: &Deliverer, job: Job) -> Result<Prepared, (DeliveryId, Outcome)> {
    let verb = match delivery::verb(&job) {
        Ok(verb) => verb,
        Err(refusal) => return Err((job.delivery, Outcome::Dropped(refusal))),
    };
    match rendered(worker, &job, verb).await {
        Ok((first, rendered, confidential)) => Ok(Prepared {
            job,
            verb,
            first,
            rendered,
            confidential,
        }),
        Err(refusal) => {
            tracing::info!(%refusal, target = label(&job.target), "a delivery could not be rendered");
            Err((job.delivery, failed(worker, &job, refusal)))
        }
    }
}

type Wires = (Option<Arc<Rendered>>, Arc<Rendered>, bool);

async fn rendered(worker: &Deliverer, job: &Job, verb: Verb) -> Result<Wires, Refusal> {
    let (wire, confidential) = worker.renderer.rendered(job, verb, job.version).await?;
    let first = match delivery::begun(job) {
        Some(version) => Some(worker.renderer.rendered(job, Verb::Create, version).await?.0),
        None => None,
    };
    // where making and editing are the same wire, once is enough
    let first = first.filter(|first| (&first.id, &first.body) != (&wire.id, &wire.body));
    Ok((first, wire, confidential))
}

async fn deliver(worker: &Deliverer, target: &Target, items: &[Arc<Rendered>]) -> Vec<Result<Delivered, Refusal>> {
    let Some(adapter) = worker.adapters.get(&target.network) else {
        let refusal = Refusal::retry(Reason::UnsupportedKind, "no adapter for that network is running");
        return vec![Err(refusal); items.len()];
    };
    let mut results = adapter.deliver(&worker.context, target, items).await;
    // an adapter that answers too little has not said that the rest arrived
    results.resize_with(items.len(), || Err(unanswered()));
    results
}

fn unanswered() -> Refusal {
    Refusal::internal("the adapter gave no answer")
}

fn outcome(worker: &Deliverer, job: &Job, verb: Verb, result: Result<Delivered, Refusal>) -> Outcome {
    match result {
        Ok(answer) => {
            let holds = match verb {
                Verb::Create | Verb::Update | Verb::Relay => Some(job.version),
                Verb::Retract => None,
            };
            Outcome::Done { holds, answer }
        }
        Err(refusal) => failed(worker, job, refusal),
    }
}

fn failed(worker: &Deliverer, job: &Job, refusal: Refusal) -> Outcome {
    let now: Timestamp = worker.context.clock.now();
    match delivery::next(&refusal, job.attempts, job.since, now, worker.context.random.unit()) {
        Next::At(at) => Outcome::Again { at, refusal },
        Next::Dead => Outcome::Dead(refusal),
    }
}

fn trace(worker: &Deliverer, wire: &Prepared, rendered: &Arc<Rendered>, result: &Result<Delivered, Refusal>) {
    worker.tap.record(Trace::Delivered(Box::new(TraceDelivery {
        rendered: Some(Arc::clone(rendered)),
        target: wire.job.target.clone(),
        confidential: wire.confidential,
        result: result
            .as_ref()
            .map(|delivered| delivered.answer.clone())
            .map_err(Clone::clone),
        at: worker.context.clock.now(),
    })));
}
