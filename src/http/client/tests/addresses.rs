//! Which addresses are open: rows 40 and 41, where lists of bad ones were found to have holes.

use std::net::IpAddr;

use causeway_core::refusal::Reason;

use super::super::addresses::is_open;
use super::{assert_rejected, client, closed, fetched, url};

const LOOPBACK: [&str; 5] = [
    "127.0.0.1",
    "127.255.255.254",
    "::1",
    "::ffff:127.0.0.1",
    "::ffff:7f00:1",
];

const BLOCKED: [&str; 66] = [
    // IPv4, the edges of each block
    "0.0.0.0",
    "0.255.255.255",
    "10.0.0.0",
    "10.255.255.255",
    "100.64.0.0",
    "100.100.100.200",
    "100.127.255.255",
    "168.63.129.16",
    "169.254.0.0",
    "169.254.169.254",
    "169.254.255.255",
    "172.16.0.0",
    "172.31.255.255",
    "192.0.0.0",
    "192.0.0.192",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.0.0",
    "192.168.255.255",
    "198.18.0.0",
    "198.19.255.255",
    "198.51.100.7",
    "203.0.113.7",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.254",
    "255.255.255.255",
    // IPv4 in IPv6
    "::ffff:0.0.0.0",
    "::ffff:10.1.2.3",
    "::ffff:100.64.0.1",
    "::ffff:169.254.169.254",
    "::ffff:192.168.1.1",
    "::ffff:a00:1",
    "::10.0.0.1",
    "::93.184.215.14",
    "::ffff:0:10.0.0.1",
    // NAT64
    "64:ff9b::10.0.0.1",
    "64:ff9b::127.0.0.1",
    "64:ff9b::169.254.169.254",
    "64:ff9b:1::1",
    "64:ff9b:1::93.184.215.14",
    "64:ff9b::1:93.184.215.14",
    // IPv6
    "::",
    "::2",
    "1::1",
    "100::1",
    "1fff:ffff::1",
    "2001::1",
    "2001:0:53aa:64c:0:7a2e:a254:9bd1",
    "2001:2::1",
    "2001:10::1",
    "2001:20::1",
    "2001:1ff:ffff::1",
    "2001:db8::1",
    "2002:a00:1::1",
    "2002:7f00:1::",
    "3fff::1",
    "3fff:fff::1",
    "4000::1",
    "5f00::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fec0::1",
    "ff02::1",
];

const ALLOWED: [&str; 26] = [
    "1.1.1.1",
    "9.255.255.255",
    "11.0.0.0",
    "93.184.215.14",
    "100.63.255.255",
    "100.128.0.0",
    "126.255.255.255",
    "128.0.0.1",
    "168.63.129.17",
    "169.253.255.255",
    "172.15.255.255",
    "172.32.0.0",
    "192.0.1.1",
    "192.167.255.255",
    "192.169.0.0",
    "198.17.255.255",
    "198.20.0.0",
    "223.255.255.255",
    "::ffff:1.1.1.1",
    "64:ff9b::93.184.215.14",
    "2000::1",
    "2001:200::1",
    "2001:4860:4860::8888",
    "2003::1",
    "2606:4700:4700::1111",
    "2a01:4f8::1",
];

fn address(text: &str) -> IpAddr {
    text.parse().unwrap()
}

fn literal(address: IpAddr) -> String {
    match address {
        IpAddr::V4(v4) => format!("https://{v4}/"),
        IpAddr::V6(v6) => format!("https://[{v6}]/"),
    }
}

#[test]
fn ssrf_block_rows_40_41_closed_addresses_stay_closed_with_and_without_the_switch() {
    for text in BLOCKED {
        assert!(!is_open(address(text), false), "{text}");
        assert!(!is_open(address(text), true), "{text}, loopback open");
    }
}

#[test]
fn ssrf_block_row_40_loopback_is_open_by_its_switch_only() {
    for text in LOOPBACK {
        assert!(!is_open(address(text), false), "{text}");
        assert!(is_open(address(text), true), "{text}, loopback open");
    }
}

#[test]
fn ssrf_allow_rows_40_41_global_addresses_are_open() {
    for text in ALLOWED {
        assert!(is_open(address(text), false), "{text}");
    }
}

/// The HTTP library asks no resolver about an address: the URL itself has to be looked at.
#[tokio::test]
async fn ssrf_block_rows_40_41_an_address_in_the_url_is_refused() {
    let client = client(closed());
    for text in BLOCKED.iter().chain(&LOOPBACK) {
        let url = url(&literal(address(text)));
        assert_rejected(fetched(&client, url).await, Reason::AddressRefused);
    }
}
