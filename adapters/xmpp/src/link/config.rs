//! What a link needs to know.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use jid::Jid;

use super::guard::Limits;

/// Where unguessable ids and jitter come from.
pub trait Random: Send + Sync {
    /// Fills `bytes` with unpredictable bytes.
    fn fill(&self, bytes: &mut [u8]);
}

impl<F: Fn(&mut [u8]) + Send + Sync> Random for F {
    fn fill(&self, bytes: &mut [u8]) {
        self(bytes);
    }
}

/// Settings of one component link.
#[derive(Clone)]
pub struct LinkConfig {
    /// `host:port` of the server's component listener.
    pub server: String,
    /// The component's JID, a domain.
    pub jid: Jid,
    /// The secret shared with the server.
    pub secret: String,
    /// Source of ids and jitter.
    pub random: Arc<dyn Random>,
    /// What an incoming stanza may be at most.
    pub limits: Limits,
    /// What a stanza of ours may be at most, in bytes: Prosody's `component_stanza_size_limit` ends the stream of who
    /// sends more, and its default is 512 KiB.
    pub max_outgoing_bytes: usize,
    /// Stanzas and bytes that wait for the socket at most; who sends more waits.
    pub queue_stanzas: usize,
    /// See [`Self::queue_stanzas`].
    pub queue_bytes: usize,
    /// Stanzas that wait for the adapter at most; then nothing more is read.
    pub incoming_stanzas: usize,
    /// For TCP connect and for the whole stream set-up, each.
    pub connect_timeout: Duration,
    /// A write that does not move for so long means a dead peer.
    pub write_timeout: Duration,
    /// Silence after which the server is pinged.
    pub idle: Duration,
    /// Silence after that ping which means a dead peer.
    pub ping_timeout: Duration,
    /// How long a request of ours waits for its answer.
    pub iq_timeout: Duration,
    /// How long a barrier waits.
    pub barrier_timeout: Duration,
    /// The first pause before a reconnect, on average; doubles with each failure in a row.
    pub backoff_first: Duration,
    /// The longest pause, on average.
    pub backoff_cap: Duration,
}

impl LinkConfig {
    /// The defaults, for `jid` at `server` (`host:port`).
    #[must_use]
    pub fn new(server: impl Into<String>, jid: Jid, secret: impl Into<String>, random: Arc<dyn Random>) -> Self {
        Self {
            server: server.into(),
            jid,
            secret: secret.into(),
            random,
            limits: Limits::default(),
            max_outgoing_bytes: 512 * 1024,
            queue_stanzas: 1024,
            queue_bytes: 8 * 1024 * 1024,
            incoming_stanzas: 256,
            connect_timeout: Duration::from_secs(10),
            write_timeout: Duration::from_secs(60),
            idle: Duration::from_secs(30),
            ping_timeout: Duration::from_secs(15),
            iq_timeout: Duration::from_secs(30),
            barrier_timeout: Duration::from_secs(30),
            backoff_first: Duration::from_millis(500),
            backoff_cap: Duration::from_secs(30),
        }
    }

    /// The domain all our JIDs stand in.
    #[must_use]
    pub fn domain(&self) -> &str {
        self.jid.domain().as_str()
    }

    /// 128 random bits in hex.
    pub(crate) fn fresh_id(&self) -> String {
        let mut bytes = [0_u8; 16];
        self.random.fill(&mut bytes);
        hex(&bytes)
    }
}

impl fmt::Debug for LinkConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LinkConfig")
            .field("server", &self.server)
            .field("jid", &self.jid)
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

/// Lower-case hex.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use fmt::Write as _;
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            // writing to a String does not fail
            let _ = write!(text, "{byte:02x}");
            text
        })
}
