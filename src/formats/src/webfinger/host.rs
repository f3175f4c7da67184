//! One spelling for each host.

use url::Host;

/// Why a text is no host name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a host name")]
pub struct HostRefusal;

impl HostRefusal {
    /// The reason code.
    #[must_use]
    pub fn reason(&self) -> &'static str {
        "host-invalid"
    }
}

/// The one spelling of a host name: lower case, A-labels, no dot at the end.
///
/// `Good.Example.`, `good。example` and `ｇｏｏｄ.example` are `good.example`, `bücher.example` is
/// `xn--bcher-kva.example` (UTS 46 as browsers use it, so the host meant is the host fetched).
/// IP addresses come out in their usual form (`127.1` is `127.0.0.1`, IPv6 in brackets); whether
/// they are wanted is for others to say. Every comparison, key, block list and dedupe uses this
/// (a comparison of JIDs does not fold all of these, and CVE-2023-42451 came of two foldings).
///
/// # Errors
/// [`HostRefusal`] for anything else: empty labels, ports, percent signs, too long for the DNS.
pub fn canonical_host(host: &str) -> Result<String, HostRefusal> {
    let odd = |each: char| matches!(each, '%' | '@' | '/' | ':') || each.is_whitespace();
    let is_v6 = host.starts_with('[');
    // The URL parser would decode percent signs; nothing else here does.
    if host.len() > 1_024 || (!is_v6 && host.contains(odd)) {
        return Err(HostRefusal);
    }
    let dotless = host
        .strip_suffix(['.', '\u{3002}', '\u{FF0E}', '\u{FF61}'])
        .unwrap_or(host);
    match Host::parse(dotless).map_err(|_| HostRefusal)? {
        Host::Domain(domain) if fits_dns(&domain) => Ok(domain),
        Host::Domain(_) => Err(HostRefusal),
        Host::Ipv4(address) => Ok(address.to_string()),
        Host::Ipv6(address) => Ok(format!("[{address}]")),
    }
}

/// RFC 1035 §2.3.4, and letters, digits, hyphens, underscores only.
fn fits_dns(domain: &str) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    domain.len() <= 253 && domain.split('.').all(label)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::canonical_host;

    #[test]
    fn row_13_jid_004_006_one_host_one_name() {
        for spelling in [
            "good.example",
            "good.example.",
            "GOOD.Example",
            "good。example",
            "good.example。",
            "good．example",
            "ｇｏｏｄ.example",
        ] {
            assert_eq!(canonical_host(spelling).unwrap(), "good.example", "{spelling}");
        }
        for spelling in [
            "bücher.example",
            "BÜCHER.example",
            "bu\u{308}cher.example",
            "xn--bcher-kva.example",
            "XN--BCHER-KVA.example.",
        ] {
            assert_eq!(canonical_host(spelling).unwrap(), "xn--bcher-kva.example", "{spelling}");
        }
    }

    #[test]
    fn row_25_look_alikes_stay_apart() {
        let cyrillic = canonical_host("gооd.example").unwrap();
        assert!(cyrillic.starts_with("xn--"));
        assert_ne!(canonical_host("good.example").unwrap(), cyrillic);
    }

    #[test]
    fn addresses_have_one_spelling_too() {
        for spelling in ["127.0.0.1", "127.1", "0x7f.1", "2130706433", "127.0.0.1."] {
            assert_eq!(canonical_host(spelling).unwrap(), "127.0.0.1", "{spelling}");
        }
        assert_eq!(canonical_host("[0:0::0001]").unwrap(), "[::1]");
        assert_eq!(canonical_host("localhost").unwrap(), "localhost");
    }

    #[test]
    fn what_is_no_host_is_refused() {
        let long_label = format!("{}.example", "a".repeat(64));
        let long_name = "a.".repeat(127) + "example";
        for bad in [
            "",
            ".",
            "..",
            "a..b",
            ".a",
            "a.b..",
            "a b",
            "a/b",
            "a@b",
            "a:80",
            "ex%61mple.com",
            "a\r\nb",
            "a\0b",
            "[::1",
            "::1",
            "a<b",
            "a'b",
            "256.1.1.1.1",
            &long_label,
            &long_name,
        ] {
            assert_eq!(canonical_host(bad), Err(super::HostRefusal), "{bad:?}");
        }
    }

    proptest! {
        #[test]
        fn the_canonical_name_is_its_own(host in "\\PC{0,20}") {
            if let Ok(name) = canonical_host(&host) {
                prop_assert_eq!(canonical_host(&name), Ok(name));
            }
        }
    }
}
