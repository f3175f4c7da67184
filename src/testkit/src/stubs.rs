//! Ports that answer no, for tests of parts that do not use them.

use std::sync::Arc;

use bytes::Bytes;
use causeway_core::adapter::{Context, Shutdown};
use causeway_core::bus::Bus;
use causeway_core::id::{ActorId, Network};
use causeway_core::ports::{
    Clock, Commands, Crossings, Directory, HttpClient, HttpRequest, HttpResponse, Keys, Later, MediaStore, OwnKey,
    Places, Random, Reads, RemoteKey, Reply, Resolved, Trace, Watches,
};
use causeway_core::refusal::{Reason, Refusal};
use futures_core::future::BoxFuture;
use tokio::sync::watch;

/// Answers no to everything, and drops traces.
#[derive(Clone, Copy, Debug, Default)]
pub struct Nothing;

fn no<'a, T>() -> Later<'a, T> {
    Box::pin(async { Err(Refusal::reject(Reason::NotFound, "not part of this test")) })
}

impl HttpClient for Nothing {
    fn send<'a>(&'a self, _: HttpRequest<'a>) -> Later<'a, HttpResponse> {
        no()
    }
}

impl Keys for Nothing {
    fn own<'a>(&'a self, _: &'a ActorId) -> Later<'a, Arc<OwnKey>> {
        no()
    }

    fn remote<'a>(&'a self, _: &'a Network, _: &'a str) -> Later<'a, Option<Arc<RemoteKey>>> {
        no()
    }

    fn remember(&self, _: RemoteKey) -> Later<'_, ()> {
        no()
    }
}

impl Directory for Nothing {
    fn resolve<'a>(&'a self, _: &'a ActorId, _: &'a str) -> Later<'a, Resolved> {
        no()
    }

    fn serves(&self, _: &ActorId) -> bool {
        false
    }
}

impl Commands for Nothing {
    fn run<'a>(&'a self, _: &'a ActorId, _: &'a str, _: &'static str) -> BoxFuture<'a, Reply> {
        Box::pin(async { Reply::default() })
    }
}

impl MediaStore for Nothing {
    fn put<'a>(&'a self, _: &'a str, _: &'a str, _: Bytes) -> Later<'a, ()> {
        no()
    }

    fn get<'a>(&'a self, _: &'a str) -> Later<'a, Option<(String, Bytes)>> {
        no()
    }
}

impl Crossings for Nothing {
    fn record(&self, _: Trace) {}
}

/// A context over a bus and a store, with no way out, and the switch that ends it.
pub fn context<S>(
    bus: &Arc<Bus>,
    store: &S,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
) -> (Context, watch::Sender<bool>)
where
    S: Reads + Watches + Places + Clone + 'static,
{
    let (switch, shutdown) = Shutdown::new();
    let context = Context {
        ingest: bus.clone(),
        reads: Arc::new(store.clone()),
        directory: Arc::new(Nothing),
        commands: Arc::new(Nothing),
        watches: Arc::new(store.clone()),
        places: Arc::new(store.clone()),
        media: Arc::new(Nothing),
        http: Arc::new(Nothing),
        keys: Arc::new(Nothing),
        clock,
        random,
        shutdown,
    };
    (context, switch)
}
