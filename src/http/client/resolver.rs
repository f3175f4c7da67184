//! Names to addresses: looked up once, checked, and exactly the checked ones are connected to.
//!
//! The HTTP library asks this resolver when it opens a connection and connects to nothing but the answer, so a name server
//! that answers differently the second time (DNS rebinding) is never asked a second time.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use futures_core::future::BoxFuture;
use hickory_resolver::TokioResolver;
use hickory_resolver::config::LookupIpStrategy;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::ClientError;
use super::addresses::is_open;
use super::gate::is_localhost;

/// More addresses than this are not tried.
const MAX_ADDRESSES: usize = 16;

const LOOPBACK: [IpAddr; 2] = [IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)];

/// Why a name has no address to connect to.
#[derive(Debug, thiserror::Error)]
pub(super) enum NameError {
    /// It has addresses, all of them closed.
    #[error("every address of the name is one that is never connected to")]
    Closed,
    /// It has none.
    #[error("the name has no address")]
    Empty,
    /// The name servers do not know, or do not answer.
    #[error("the name cannot be looked up: {0}")]
    Failed(String),
}

/// Where addresses come from.
pub(super) trait Lookup: Send + Sync + 'static {
    /// The addresses of the host `name`, which has no final dot.
    ///
    /// # Errors
    /// [`NameError::Failed`] or [`NameError::Empty`].
    fn lookup(&self, name: String) -> BoxFuture<'static, Result<Vec<IpAddr>, NameError>>;
}

/// The system's name servers and hosts file.
pub(super) struct SystemDns {
    resolver: TokioResolver,
}

impl SystemDns {
    /// Reads the system's configuration, once.
    ///
    /// # Errors
    /// When there is none.
    pub(super) fn new() -> Result<Self, ClientError> {
        let unreadable = |error| ClientError::NameServers(format!("{error}"));
        let mut builder = TokioResolver::builder_tokio().map_err(unreadable)?;
        builder.options_mut().ip_strategy = LookupIpStrategy::Ipv4AndIpv6;
        // beyond its limit the library answers "busy"; how many requests there are is limited before, in `turns`
        builder.options_mut().max_active_requests = 1024;
        let resolver = builder.build().map_err(unreadable)?;
        Ok(Self { resolver })
    }
}

impl Lookup for SystemDns {
    fn lookup(&self, name: String) -> BoxFuture<'static, Result<Vec<IpAddr>, NameError>> {
        let resolver = self.resolver.clone();
        Box::pin(async move {
            // With the final dot the name is absolute: the system's search list is not tried.
            let found = resolver.lookup_ip(format!("{name}.")).await;
            let found = found.map_err(|error| NameError::Failed(error.to_string()))?;
            Ok(found.iter().collect())
        })
    }
}

/// Looks names up and lets only open addresses through.
pub(super) struct GuardedResolver {
    /// Where addresses come from.
    pub(super) lookup: Arc<dyn Lookup>,
    /// Whether loopback is open.
    pub(super) allow_loopback: bool,
}

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let (lookup, loopback) = (self.lookup.clone(), self.allow_loopback);
        Box::pin(async move {
            // `localhost` is loopback whatever a name server says
            let found = match name.as_str() {
                name if loopback && is_localhost(name) => LOOPBACK.to_vec(),
                name => lookup.lookup(name.to_owned()).await?,
            };
            Ok(open_ones(found, loopback)?)
        })
    }
}

fn open_ones(found: Vec<IpAddr>, loopback: bool) -> Result<Addrs, NameError> {
    if found.is_empty() {
        return Err(NameError::Empty);
    }
    let open: Vec<SocketAddr> = found
        .into_iter()
        .filter(|address| is_open(*address, loopback))
        .take(MAX_ADDRESSES)
        .map(|address| SocketAddr::new(address.to_canonical(), 0)) // port 0: the URL's
        .collect();
    if open.is_empty() {
        return Err(NameError::Closed);
    }
    Ok(Box::new(open.into_iter()))
}
