//! The URL: what may be asked for at all, before anything is looked up.

use causeway_core::refusal::{Reason, Refusal};
use url::{Host, Url};

use super::addresses::is_open;

/// A longer URL is refused.
const MAX_URL: usize = 4096;

/// Names that never are a public host: special-use domains, and ICANN's `internal`.
const NOT_PUBLIC: [&str; 8] = [
    "alt",
    "home.arpa",
    "internal",
    "invalid",
    "local",
    "localhost",
    "onion",
    "test",
];

/// Decides which URLs may be asked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Gate {
    /// Take `http:` too.
    pub(super) allow_http: bool,
    /// Take loopback addresses, names that are not public, any port.
    pub(super) allow_loopback: bool,
}

impl Gate {
    /// The one form of `url` that is asked for: without fragment, without the dot behind the host.
    ///
    /// # Errors
    /// `address-refused`.
    pub(super) fn check(self, mut url: Url) -> Result<Url, Refusal> {
        self.scheme(&url)?;
        if url.as_str().len() > MAX_URL {
            return Err(refused("a URL of more than 4096 bytes"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(refused("a URL with a user name"));
        }
        // The port of the scheme is never written: `url` drops it.
        if url.port().is_some() && !self.allow_loopback {
            return Err(refused("a port other than the usual one"));
        }
        if let Some(name) = self.host(&url)? {
            url.set_host(Some(&name))
                .map_err(|_| refused("a host without a name"))?;
        }
        url.set_fragment(None); // RFC 9110 §7.1: it is not sent
        Ok(url)
    }

    fn scheme(self, url: &Url) -> Result<(), Refusal> {
        match url.scheme() {
            "https" => Ok(()),
            "http" if self.allow_http => Ok(()),
            _ => Err(refused("only https is asked for")),
        }
    }

    /// Checks the host; answers its name without the final dot, or nothing where it is an address. `url` has already read
    /// the odd spellings of addresses (0x7f.1, 2130706433, full-width digits) as the address they are.
    fn host(self, url: &Url) -> Result<Option<String>, Refusal> {
        match url.host() {
            Some(Host::Ipv4(address)) if is_open(address.into(), self.allow_loopback) => Ok(None),
            Some(Host::Ipv6(address)) if is_open(address.into(), self.allow_loopback) => Ok(None),
            Some(Host::Ipv4(_) | Host::Ipv6(_)) => Err(refused("not an address of the public Internet")),
            Some(Host::Domain(name)) => self.name(name).map(Some),
            None => Err(refused("a URL without a host")),
        }
    }

    fn name(self, name: &str) -> Result<String, Refusal> {
        let name = name.strip_suffix('.').unwrap_or(name);
        if !is_name(name) {
            return Err(refused("a host that is not a name of the DNS"));
        }
        if !self.allow_loopback && !is_public(name) {
            return Err(refused("a host name that is not public"));
        }
        Ok(name.to_owned())
    }
}

/// Whether `name` is `localhost` or below it.
pub(super) fn is_localhost(name: &str) -> bool {
    is_or_below(name, "localhost")
}

/// RFC 1035 §2.3.4: labels of 1 to 63 bytes, 253 in all.
fn is_name(name: &str) -> bool {
    name.len() <= 253 && name.split('.').all(|label| (1..=63).contains(&label.len()))
}

fn is_public(name: &str) -> bool {
    name.contains('.') && !NOT_PUBLIC.iter().any(|zone| is_or_below(name, zone))
}

fn is_or_below(name: &str, zone: &str) -> bool {
    name.strip_suffix(zone)
        .is_some_and(|head| head.is_empty() || head.ends_with('.'))
}

/// The refusal of an address, which will never be taken as it stands.
pub(super) fn refused(detail: &str) -> Refusal {
    Refusal::reject(Reason::AddressRefused, detail)
}
