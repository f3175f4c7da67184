//! The composition root: the only file that names every adapter.

use std::sync::Arc;
use std::time::Duration;

use causeway_core::adapter::{Adapter, Adapters, Context, Shutdown};
use causeway_core::bus::{Bus, Parts};
use causeway_core::id::{ActorId, Network};
use causeway_core::ports::{Crossings, Queue, Random, Resolved};
use causeway_core::refusal::Refusal;
use causeway_core::route::Links;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::commands::{self, Desk};
use crate::config::Config;
use crate::delivery::{Deliverer, Settings};
use crate::http::client::{GuardedClient, Switches};
use crate::http::ops::{self, Ops};
use crate::http::public::{self, Site};
use crate::http::server::{self, Limits};
use crate::inspect::{Tap, Writer};
use crate::services::{AtOnce, BridgeDirectory, KeyRing, SignaturesCounted, SystemClock, SystemRandom};
use crate::store::Store;
use crate::upkeep::Upkeep;
use crate::{metrics, process};

/// Everything, put together and not running yet.
pub struct App {
    config: Config,
    adapters: Arc<Adapters>,
    context: Context,
    bus: Arc<Bus>,
    store: Store,
    deliverer: Arc<Deliverer>,
    writer: Option<Writer>,
    switch: watch::Sender<bool>,
    ready: Vec<ops::Check>,
    stanzas: Option<ops::Stanzas>,
}

/// Why the bridge cannot be put together or run.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// The database.
    #[error("{0}")]
    Store(#[from] crate::store::StoreError),
    /// The trace database.
    #[error("traces cannot be kept: {0}")]
    Traces(#[from] sqlx::Error),
    /// What counts.
    #[error("nothing can be counted: {0}")]
    Metrics(#[from] metrics_exporter_prometheus::BuildError),
    /// A thread to write them on.
    #[error("no thread for the traces: {0}")]
    Thread(#[source] std::io::Error),
    /// The HTTP client.
    #[error("{0}")]
    Client(#[from] crate::http::client::ClientError),
    /// A name in the configuration that an adapter does not take.
    #[error("{0}")]
    Adapter(String),
    /// A listener.
    #[error("{listener} cannot listen on {address}: {source}")]
    Listen {
        /// Which.
        listener: &'static str,
        /// Where.
        address: std::net::SocketAddr,
        /// Why.
        source: std::io::Error,
    },
}

impl App {
    /// Puts everything together: opens the database, connects the parts, listens on nothing yet.
    ///
    /// # Errors
    /// [`AppError`], saying what to mend.
    pub async fn build(config: Config) -> Result<Self, AppError> {
        let (switch, shutdown) = Shutdown::new();
        let clock = Arc::new(SystemClock);
        let random: Arc<dyn Random> = Arc::new(SystemRandom);
        let Made {
            adapters,
            ready,
            stanzas,
        } = adapters(&config, &random)?;
        let adapters = Arc::new(adapters);
        let store = Store::open(
            &config.db.url,
            Arc::clone(&adapters),
            clock.clone(),
            Arc::clone(&random),
        )
        .await?;
        let (tap, writer) = tap(&config).await?;
        let links = Links::new(&adapters, pairs(&adapters));
        let bus = Arc::new(Bus::new(Parts {
            adapters: Arc::clone(&adapters),
            events: Arc::new(store.clone()),
            ledger: Arc::new(store.clone()),
            links,
            clock: clock.clone(),
            tap: Arc::clone(&tap),
        }));
        let directory = Arc::new(BridgeDirectory::new(
            Arc::clone(&adapters),
            bus.clone(),
            Arc::new(store.clone()),
            serves(&config),
        ));
        let desk = Arc::new(desk(&adapters, &bus, &store, &directory));
        let context = Context {
            ingest: Arc::new(SignaturesCounted(bus.clone())),
            reads: Arc::new(store.clone()),
            directory: directory.clone(),
            commands: desk.clone(),
            watches: Arc::new(store.clone()),
            places: Arc::new(store.clone()),
            media: Arc::new(store.clone()),
            http: Arc::new(client(&config)?),
            keys: Arc::new(KeyRing::new(Arc::new(store.clone()))),
            clock,
            random,
            shutdown,
        };
        bus.connect(context.clone());
        directory.connect(context.clone());
        desk.connect(context.clone());
        let deliverer = Deliverer::new(
            Arc::new(store.clone()),
            Arc::clone(&adapters),
            context.clone(),
            tap,
            bus.planned(),
            Settings::default(),
        );
        Ok(Self {
            config,
            adapters,
            context,
            bus,
            store,
            deliverer,
            writer,
            switch,
            ready,
            stanzas,
        })
    }

    /// Who an address is, for the operator.
    ///
    /// # Errors
    /// As finding them has them.
    pub async fn lookup(self, address: &str) -> Result<Resolved, Refusal> {
        // a bridge may be running on the same database: what waits there is its own
        let directory = BridgeDirectory::new(
            Arc::clone(&self.adapters),
            Arc::new(AtOnce(Arc::clone(&self.bus))),
            Arc::new(self.store.clone()),
            serves(&self.config),
        );
        directory.connect(self.context.clone());
        directory.find(address, &self.seen_on()).await
    }

    /// Runs until the process is asked to end.
    ///
    /// # Errors
    /// When a listener cannot listen.
    pub async fn serve(self) -> Result<(), AppError> {
        let recorder = metrics::recorder()?;
        let handle = recorder.handle();
        // a second recorder can only be one of a test in the same process
        let _ = ::metrics::set_global_recorder(recorder);
        metrics::describe();
        let web = listen("web.listen", self.config.web.listen).await?;
        let ops_listener = listen("ops.listen", self.config.ops.listen).await?;
        let ops = Ops {
            metrics: handle.clone(),
            checks: self.ready.clone(),
            queue: Arc::new(self.store.clone()),
            census: Arc::new(self.store.clone()),
            networks: self.adapters.iter().map(|adapter| adapter.network()).collect(),
            stanzas: self.stanzas.clone(),
        };

        // SQLite has one process: whatever an earlier run held is free
        if let Err(refusal) = self.store.free().await {
            tracing::warn!(%refusal, "lanes of an earlier run wait for their leases");
        }
        let mut parts = JoinSet::new();
        let shutdown = self.context.shutdown.clone();
        parts.spawn(server::serve(
            web,
            public::router(self.site()),
            Limits::default(),
            shutdown.clone(),
        ));
        parts.spawn(server::serve(
            ops_listener,
            ops::router(ops),
            Limits::default(),
            shutdown.clone(),
        ));
        parts.spawn(metrics::gather(handle, shutdown.clone()));
        parts.spawn(process::run(Arc::clone(&self.bus), shutdown.clone()));
        parts.spawn(Arc::clone(&self.deliverer).run());
        parts.spawn(self.upkeep().run());
        for adapter in self.adapters.iter() {
            parts.spawn(Arc::clone(adapter).run(self.context.clone()));
        }
        if let Some(writer) = self.writer {
            writer.start().map_err(AppError::Thread)?;
        }
        tracing::info!(web = %self.config.web.listen, ops = %self.config.ops.listen, "serving {}", self.config.web.public_url);
        asked_to_end().await;
        tracing::info!("ending; a second signal ends at once");
        self.switch.send_replace(true);
        tokio::select! {
            () = async { while parts.join_next().await.is_some() {} } => {}
            () = asked_to_end() => {}
            () = tokio::time::sleep(GRACE) => tracing::warn!("some work was left to its leases"),
        }
        Ok(())
    }

    fn upkeep(&self) -> Upkeep {
        Upkeep {
            adapters: Arc::clone(&self.adapters),
            context: self.context.clone(),
            accounts: Arc::new(self.store.clone()),
            retention: Arc::new(self.store.clone()),
            keep: Duration::from_secs(u64::from(self.config.db.keep_days) * 24 * 3600),
        }
    }

    fn site(&self) -> Site {
        Site {
            adapters: Arc::clone(&self.adapters),
            context: self.context.clone(),
            public_url: self.config.web.public_url.clone(),
            host: self.config.web_host(),
            handle_domain: self.config.handle_domain(),
            bridge: self.config.xmpp.jid.clone(),
            authorized_fetch: self.config.testing.authorized_fetch,
        }
    }

    fn seen_on(&self) -> Network {
        Network::new(HOME)
    }
}

/// How long parts have to end by themselves.
const GRACE: std::time::Duration = std::time::Duration::from_secs(10);

/// The network whose users are ours.
const HOME: &str = "xmpp";

/// Adapters and what must be so before they are ready.
struct Made {
    adapters: Adapters,
    ready: Vec<ops::Check>,
    stanzas: Option<ops::Stanzas>,
}

fn adapters(config: &Config, random: &Arc<dyn Random>) -> Result<Made, AppError> {
    let mut all: Vec<Arc<dyn Adapter>> = Vec::new();
    let mut ready: Vec<ops::Check> = Vec::new();
    #[cfg(not(feature = "adapter-xmpp"))]
    let stanzas = None;
    #[cfg(feature = "adapter-xmpp")]
    let stanzas: Option<ops::Stanzas> = {
        let settings = causeway_xmpp::Settings {
            jid: config.xmpp.jid.clone(),
            server: config.xmpp.server.clone(),
            secret: config.xmpp.secret.expose().to_owned(),
            serve_domains: config.serve_domains(),
            media_base: config.web.public_url.clone(),
            gateways: gateways(),
        };
        let xmpp = causeway_xmpp::Xmpp::new(settings, Arc::clone(random))
            .map_err(|error| AppError::Adapter(error.to_string()))?;
        let xmpp = Arc::new(xmpp);
        let watched = Arc::clone(&xmpp);
        ready.push(("xmpp", Arc::new(move || watched.connected())));
        let counted = Arc::clone(&xmpp);
        all.push(xmpp);
        Some(Arc::new(move || {
            let counts = counted.counts().into_iter();
            counts.map(|of| (of.kind, of.useful, of.count)).collect()
        }))
    };
    #[cfg(feature = "adapter-activitypub")]
    {
        let settings = causeway_activitypub::Config::new(config.web.public_url.clone(), Some(&config.handle_domain()));
        all.push(Arc::new(causeway_activitypub::ActivityPub::new(settings)));
    }
    let _ = random;
    Ok(Made {
        adapters: Adapters::new(all),
        ready,
        stanzas,
    })
}

/// The networks that XMPP users see a gateway to.
#[cfg(feature = "adapter-xmpp")]
fn gateways() -> Vec<String> {
    let mut names = Vec::new();
    if cfg!(feature = "adapter-activitypub") {
        names.push("activitypub".to_owned());
    }
    names
}

/// The adapters for files: they connect to nothing.
///
/// # Errors
/// When a host is none.
pub fn adapters_for_files(bridge: &str, handle_domain: &str) -> Result<Adapters, String> {
    let mut all: Vec<Arc<dyn Adapter>> = Vec::new();
    let base: url::Url = format!("https://{bridge}/")
        .parse()
        .map_err(|error| format!("--bridge {bridge}: {error}"))?;
    #[cfg(feature = "adapter-xmpp")]
    {
        let settings = causeway_xmpp::Settings {
            jid: bridge.to_owned(),
            server: String::new(),
            secret: String::new(),
            serve_domains: vec![handle_domain.to_owned()],
            media_base: base.clone(),
            gateways: gateways(),
        };
        let xmpp = causeway_xmpp::Xmpp::new(settings, Arc::new(SystemRandom)).map_err(|error| error.to_string())?;
        all.push(Arc::new(xmpp));
    }
    #[cfg(feature = "adapter-activitypub")]
    all.push(Arc::new(causeway_activitypub::ActivityPub::new(
        causeway_activitypub::Config::new(base, Some(handle_domain)),
    )));
    Ok(Adapters::new(all))
}

/// Where the traces of this configuration are: beside the database.
pub fn traces_url(config: &Config) -> String {
    match config.db.url.split_once('?') {
        Some((path, options)) => format!("{path}.traces?{options}"),
        None => format!("{}.traces", config.db.url),
    }
}

async fn tap(config: &Config) -> Result<(Arc<dyn Crossings>, Option<Writer>), AppError> {
    if !config.inspect.enabled {
        return Ok((Arc::new(Tap::counting()), None));
    }
    let (tap, writer) = Tap::recording(&traces_url(config), config.inspect.days).await?;
    Ok((Arc::new(tap), Some(writer)))
}

/// By default only pairs with XMPP on one side are linked.
// PRODUCT, Networks and directions
fn pairs(adapters: &Adapters) -> Vec<(Network, Network)> {
    let home = Network::new(HOME);
    adapters
        .iter()
        .map(|adapter| adapter.network())
        .filter(|other| *other != home)
        .map(|other| (home.clone(), other))
        .collect()
}

fn serves(config: &Config) -> Box<dyn Fn(&ActorId) -> bool + Send + Sync> {
    let domains = config.serve_domains();
    Box::new(move |actor| {
        let local = actor
            .as_str()
            .split_once('@')
            .filter(|_| actor.network().as_str() == HOME);
        local.is_some_and(|(name, domain)| {
            !name.is_empty() && domains.iter().any(|served| served == domain || served == "*")
        })
    })
}

fn desk(adapters: &Arc<Adapters>, bus: &Arc<Bus>, store: &Store, directory: &Arc<BridgeDirectory>) -> Desk {
    Desk::new(commands::Parts {
        accounts: Arc::new(store.clone()),
        reads: Arc::new(store.clone()),
        directory: directory.clone(),
        ingest: bus.clone(),
        adapters: Arc::clone(adapters),
        clock: Arc::new(SystemClock),
        token: Box::new(|| SystemRandom.token()),
    })
}

fn client(config: &Config) -> Result<GuardedClient, AppError> {
    let mut switches = Switches::new(format!(
        "Causeway/{} (+{})",
        env!("CARGO_PKG_VERSION"),
        config.web.public_url
    ));
    switches.allow_http = config.testing.allow_http;
    switches.allow_loopback = config.testing.allow_loopback;
    switches.extra_ca = config.testing.extra_ca.clone();
    Ok(GuardedClient::new(switches)?)
}

async fn listen(listener: &'static str, address: std::net::SocketAddr) -> Result<TcpListener, AppError> {
    TcpListener::bind(address).await.map_err(|source| AppError::Listen {
        listener,
        address,
        source,
    })
}

/// Returns at SIGINT or SIGTERM.
async fn asked_to_end() {
    let Ok(mut terminate) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) else {
        let _ = tokio::signal::ctrl_c().await;
        return;
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
}
