//! One spelling for one JID.

use causeway_formats::webfinger::canonical_host;
use jid::BareJid;

/// RFC 7622 §3.1: three parts of at most 1,023 bytes and two separators.
const MAX_JID: usize = 3_071;

/// The bare JID in the one form that ids, blocklists and comparisons use; `None` for what is no JID.
///
/// A resource is dropped. The domain is put into ASCII form (IDNA), lower case, without a final dot, so that `b.org`,
/// `B.ORG.` and `b。org` are one; the local part is prepared by the `jid` crate. Doing it again changes nothing.
// RFC 7622 §3; security.md row 13 and F8 (the jid crate alone keeps those three apart)
pub fn canonical_jid(jid: &str) -> Option<String> {
    let bare = bare(jid);
    let (local, domain) = split(bare);
    if jid.len() > MAX_JID || local.is_some_and(str::is_empty) {
        return None;
    }
    let host = canonical_host(domain).ok()?;
    let prepared = BareJid::new(&local.map_or_else(|| host.clone(), |local| format!("{local}@{host}"))).ok()?;
    // preparing must not move the borders between the parts
    (prepared.domain().as_str() == host && prepared.node().is_some() == local.is_some())
        .then(|| prepared.as_str().to_owned())
}

/// A JID without its resource, otherwise as it is.
pub fn bare(jid: &str) -> &str {
    jid.split_once('/').map_or(jid, |(bare, _)| bare)
}

/// The domain of a JID.
pub fn domain_of(jid: &str) -> &str {
    split(bare(jid)).1
}

/// Whether a domain, or that of a JID, is `domain` or below it.
pub fn is_within(jid: &str, domain: &str) -> bool {
    let below = domain_of(jid).strip_suffix(domain);
    below.is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

/// Whether a JID names somebody at a domain, not the domain.
pub fn has_local_part(jid: &str) -> bool {
    split(bare(jid)).0.is_some()
}

/// RFC 7622 §3.2: the first `@` ends the local part.
fn split(bare: &str) -> (Option<&str>, &str) {
    bare.split_once('@')
        .map_or((None, bare), |(local, domain)| (Some(local), domain))
}
