//! Which addresses may be connected to: global unicast, and nothing that stands for something else.
//!
//! Lists of what is bad go out of date, so for IPv6 the rule is the other way round: only what IANA has given out as global
//! unicast passes, less the blocks in it that are special. IPv4 is nearly all given out; there the list of exceptions is
//! the registry itself (RFC 6890 and its successors), and everything from 224.0.0.0 on.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// IPv4 blocks that are never connected to: network and prefix length.
const CLOSED_V4: [(Ipv4Addr, u32); 16] = [
    (Ipv4Addr::new(0, 0, 0, 0), 8),        // this network; 0.0.0.0 reaches loopback on Linux
    (Ipv4Addr::new(10, 0, 0, 0), 8),       // private
    (Ipv4Addr::new(100, 64, 0, 0), 10),    // carrier-grade NAT; some clouds keep their metadata here
    (Ipv4Addr::new(127, 0, 0, 0), 8),      // loopback
    (Ipv4Addr::new(168, 63, 129, 16), 32), // a public number, but the platform's own service inside Azure
    (Ipv4Addr::new(169, 254, 0, 0), 16),   // link-local, cloud metadata
    (Ipv4Addr::new(172, 16, 0, 0), 12),    // private
    (Ipv4Addr::new(192, 0, 0, 0), 24),     // protocol assignments
    (Ipv4Addr::new(192, 0, 2, 0), 24),     // documentation
    (Ipv4Addr::new(192, 88, 99, 0), 24),   // 6to4 relays, withdrawn
    (Ipv4Addr::new(192, 168, 0, 0), 16),   // private
    (Ipv4Addr::new(198, 18, 0, 0), 15),    // benchmarks
    (Ipv4Addr::new(198, 51, 100, 0), 24),  // documentation
    (Ipv4Addr::new(203, 0, 113, 0), 24),   // documentation
    (Ipv4Addr::new(224, 0, 0, 0), 4),      // multicast
    (Ipv4Addr::new(240, 0, 0, 0), 4),      // reserved, broadcast
];

/// Blocks inside 2000::/3 that are never connected to: network and prefix length.
const CLOSED_V6: [(Ipv6Addr, u32); 4] = [
    // protocol assignments: Teredo, benchmarks, ORCHID, AS112 and what will be assigned next
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23),
    (Ipv6Addr::new(0x2001, 0x0db8, 0, 0, 0, 0, 0, 0), 32), // documentation
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16),      // 6to4: an IPv4 address in disguise, withdrawn
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20),      // documentation
];

/// The only IPv6 block given out as global unicast.
const GLOBAL_V6: (Ipv6Addr, u32) = (Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3);

/// The well-known prefix of NAT64: an IPv4 address reached through the network's translator.
const NAT64: (Ipv6Addr, u32) = (Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, 0, 0), 96);

/// Whether `address` may be connected to: global unicast, or loopback where `loopback` says so.
pub(super) fn is_open(address: IpAddr, loopback: bool) -> bool {
    // ::ffff:0:0/96 is IPv4 to the system that connects, so it is IPv4 here
    let address = address.to_canonical();
    (loopback && address.is_loopback()) || is_global(address)
}

fn is_global(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => is_global_v4(v4),
        // An IPv6-only host sees the IPv4 Internet as NAT64 addresses: the address inside decides. The local-use prefix
        // 64:ff9b:1::/48 has no such promise and falls through to "not global".
        IpAddr::V6(v6) if in_v6(v6, NAT64) => is_global_v4(low_v4(v6)),
        IpAddr::V6(v6) => in_v6(v6, GLOBAL_V6) && !CLOSED_V6.iter().any(|block| in_v6(v6, *block)),
    }
}

fn is_global_v4(address: Ipv4Addr) -> bool {
    !CLOSED_V4.iter().any(|block| in_v4(address, *block))
}

fn in_v4(address: Ipv4Addr, (network, length): (Ipv4Addr, u32)) -> bool {
    let other = address.to_bits() ^ network.to_bits();
    other.leading_zeros() >= length
}

fn in_v6(address: Ipv6Addr, (network, length): (Ipv6Addr, u32)) -> bool {
    let other = address.to_bits() ^ network.to_bits();
    other.leading_zeros() >= length
}

fn low_v4(address: Ipv6Addr) -> Ipv4Addr {
    let [.., a, b, c, d] = address.octets();
    Ipv4Addr::new(a, b, c, d)
}
