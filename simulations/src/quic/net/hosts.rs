//! Who is found where: fixed addresses, public ones that move, and boxes that map and forget.

use super::Berth;
use crate::layout::Seat;
use crate::line::Nat;
use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// The port on which every daemon listens.
pub const PORT: u16 = 4_710;
/// The first port that a box maps to.
const MAPPED_FROM: u16 = 20_000;

/// Returns the fixed address of a site.
#[must_use]
pub fn address_of(seat: Seat) -> IpAddr {
    let [high, low] = seat.0.to_be_bytes();
    IpAddr::V4(Ipv4Addr::new(10, 0, high, low))
}

/// Public addresses and mappings.
#[derive(Debug, Default)]
pub struct Hosts {
    moves: BTreeMap<Seat, u8>,
    mappings: BTreeMap<Berth, Mapping>,
    /// Which berth stands behind a public address; those that moved or were forgotten are not in here.
    behind: BTreeMap<SocketAddr, Berth>,
    mapped: BTreeMap<Seat, u16>,
}

#[derive(Clone, Copy, Debug)]
struct Mapping {
    outer: SocketAddr,
    used_us: u64,
    forgets_us: u64,
}

impl Hosts {
    /// Moves a site to its next public address; what stood behind the old one is gone.
    pub fn move_address(&mut self, seat: Seat) {
        let moves = self.moves.entry(seat).or_insert(0);
        *moves = moves.wrapping_add(1).max(1);
        self.forget(seat);
    }

    /// Forgets every mapping of a site.
    pub fn forget(&mut self, seat: Seat) {
        self.mappings.retain(|berth, _| berth.0 != seat);
        self.behind.retain(|_, berth| berth.0 != seat);
    }

    /// Returns the address under which a berth is seen from above.
    pub fn outward(&mut self, now_us: u64, from: Berth, nat: Option<Nat>) -> SocketAddr {
        let moves = self.moves.get(&from.0).copied().unwrap_or(0);
        if nat.is_none() && moves == 0 {
            return (address_of(from.0), from.1).into();
        }
        let forgets_us = nat.map_or(u64::MAX, |nat| u64::from(nat.udp_timeout_ms) * 1_000);
        if let Some(mapping) = self.mappings.get_mut(&from) {
            if now_us.saturating_sub(mapping.used_us) < mapping.forgets_us {
                mapping.used_us = now_us;
                return mapping.outer;
            }
            let gone = mapping.outer;
            self.behind.remove(&gone);
        }
        let [high, low] = from.0.0.to_be_bytes();
        let ip = Ipv4Addr::new(100, 64 + (moves & 63), high, low);
        let outer: SocketAddr = (ip, if nat.is_some() { self.next_port(from.0) } else { from.1 }).into();
        self.mappings.insert(from, Mapping { outer, used_us: now_us, forgets_us });
        self.behind.insert(outer, from);
        outer
    }

    /// Returns who is found under an address now.
    pub fn find(&mut self, now_us: u64, to: SocketAddr) -> Option<Berth> {
        let IpAddr::V4(ip) = to.ip() else { return None };
        if let [10, 0, high, low] = ip.octets() {
            return Some((Seat(u16::from_be_bytes([high, low])), to.port()));
        }
        let berth = *self.behind.get(&to)?;
        let mapping = self.mappings.get_mut(&berth)?;
        if now_us.saturating_sub(mapping.used_us) >= mapping.forgets_us {
            return None;
        }
        mapping.used_us = now_us;
        Some(berth)
    }

    fn next_port(&mut self, seat: Seat) -> u16 {
        let mapped = self.mapped.entry(seat).or_insert(0);
        *mapped = (*mapped + 1) % 40_000;
        MAPPED_FROM + *mapped
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const VILLAGE: Berth = (Seat(2), PORT);
    const BOX: Option<Nat> = Some(Nat { udp_timeout_ms: 30_000 });

    #[test]
    fn a_box_keeps_a_mapping_while_it_is_used_and_forgets_a_silent_one() {
        let mut hosts = Hosts::default();
        let first = hosts.outward(0, VILLAGE, BOX);
        assert_eq!(hosts.find(20_000_000, first), Some(VILLAGE));
        assert_eq!(hosts.outward(45_000_000, VILLAGE, BOX), first);
        assert_eq!(hosts.find(75_000_000, first), None);
        let second = hosts.outward(75_000_000, VILLAGE, BOX);
        assert_ne!(second, first);
        assert_eq!(hosts.find(75_000_001, first), None);
    }

    #[test]
    fn a_site_that_moved_is_found_under_its_name_and_its_new_address_only() {
        let mut hosts = Hosts::default();
        let named = hosts.outward(0, VILLAGE, None);
        hosts.move_address(VILLAGE.0);
        let moved = hosts.outward(1, VILLAGE, None);
        hosts.move_address(VILLAGE.0);
        let again = hosts.outward(2, VILLAGE, None);
        assert_eq!((hosts.find(3, named), hosts.find(3, moved), hosts.find(3, again)), (Some(VILLAGE), None, Some(VILLAGE)));
    }
}
