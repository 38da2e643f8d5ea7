//! Queues are bounded, and a session carries little more than its receiver lacked.

use super::known::Known;
use super::ledger::{CardNo, Ledger};
use super::unsettled::Unsettled;
use super::{Breach, Found, Inspect, Promise};
use crate::layout::Seat;
use crate::plan::Plan;
use crate::sighting::Sighting;
use mesh_model::time::Uptime;
use std::collections::{BTreeMap, BTreeSet};
use sync_protocol::journal::StoredBatch;

/// Bytes that one link of a node may have handed on and not yet sent when it is looked at: what the design allows to wait (512 KiB), one answer
/// of the journal on top of it (256 KiB) and the batch that exceeds it (64 KiB). A thin line under papers of 200 KB reaches 245 KB.
pub const LINK_BYTES_MAX: u64 = (512 + 256 + 64) * 1024;
/// Commits of a node that may wait for the disk when it is looked at; the same seeds reached 13, and bursts write up to 40 papers at once.
pub const COMMITS_MAX: u64 = 64;
/// Bytes of bodies that one session may carry to a peer that has them, beyond as many as the peer lacked; the same seeds reached 152 KB where no
/// store had opened another branch.
pub const REPEATED_BYTES_MAX: u64 = 256 * 1024;
/// What it may be after a disk of one of the two went back: below a fork up to 256 batches are asked for, and a township hands on what
/// its villages give it back before it has read that the hub holds it; seed 540 of 6 sites and 12 days
/// reached 313 KB (`simulate hunt --sites 6 --days 12 --seeds 540..540`).
pub const REPEATED_AFTER_A_COPY_BYTES_MAX: u64 = 1024 * 1024;

/// What one session carried one way.
#[derive(Debug, Default)]
struct Carried {
    lacked_bytes: u64,
    repeated_bytes: u64,
    sent: BTreeSet<CardNo>,
    /// A store of the two had gone back and they had not come to terms.
    unsettled: bool,
}

/// The checker.
#[derive(Debug)]
pub struct Bounds {
    found: Found,
    links: BTreeMap<Seat, u64>,
    carried: BTreeMap<(Seat, Seat), Carried>,
    unsettled: Unsettled,
}

impl Bounds {
    /// Watches a plan being carried out.
    #[must_use]
    pub fn following(plan: &Plan) -> Bounds {
        let found = Found::new(Promise::Bounds);
        Bounds { found, links: BTreeMap::new(), carried: BTreeMap::new(), unsettled: Unsettled::for_stores(plan) }
    }
}

impl Inspect for Bounds {
    fn see(&mut self, at: Uptime, sighting: &Sighting<'_>, ledger: &Ledger) {
        self.unsettled.see(at, sighting, ledger);
        match sighting {
            Sighting::Booted { seat } => drop(self.links.insert(*seat, 0)),
            Sighting::LinkUp { seat, peer } => {
                *self.links.entry(*seat).or_default() += 1;
                self.end_session(at, *seat, *peer);
            }
            Sighting::LinkDown { seat, peer } => {
                let links = self.links.entry(*seat).or_default();
                *links = links.saturating_sub(1);
                self.end_session(at, *seat, *peer);
            }
            Sighting::Queued { seat, link_bytes, commits } => {
                let links = self.links.get(seat).copied().unwrap_or(0).max(1);
                if *link_bytes > links * LINK_BYTES_MAX {
                    self.found.note(Some(at), Some(*seat), format!("{link_bytes} bytes wait at site {} for {links} links", seat.0));
                }
                if *commits > COMMITS_MAX {
                    self.found.note(Some(at), Some(*seat), format!("{commits} commits of site {} wait for the disk", seat.0));
                }
            }
            Sighting::Sent { seat, peer, batches } => self.on_sent(*seat, *peer, batches, ledger),
            _ => {}
        }
    }

    fn finish(&mut self, known: &Known<'_>) -> Vec<Breach> {
        let open: Vec<(Seat, Seat)> = self.carried.keys().copied().collect();
        open.into_iter().for_each(|(seat, peer)| self.end_session(known.evidence.plan.end(), seat, peer));
        self.found.take()
    }
}

impl Bounds {
    fn on_sent(&mut self, seat: Seat, peer: Seat, batches: &[StoredBatch], ledger: &Ledger) {
        let unsettled = self.unsettled.between(seat, peer);
        let carried = self.carried.entry((seat, peer)).or_default();
        carried.unsettled |= unsettled;
        for card in batches.iter().filter_map(|batch| ledger.number(&batch.header.hash())) {
            let bytes = ledger.card(card).bytes;
            if carried.sent.insert(card) && !ledger.holds_card(peer, card) {
                carried.lacked_bytes += bytes;
            } else {
                carried.repeated_bytes += bytes;
            }
        }
    }

    fn end_session(&mut self, at: Uptime, seat: Seat, peer: Seat) {
        let Some(carried) = self.carried.remove(&(seat, peer)) else { return };
        let allowed = if carried.unsettled { REPEATED_AFTER_A_COPY_BYTES_MAX } else { REPEATED_BYTES_MAX };
        if carried.repeated_bytes > carried.lacked_bytes + allowed {
            let what = format!(
                "one session of site {} carried {} bytes to site {}, which had them, and {} that it lacked",
                seat.0, carried.repeated_bytes, peer.0, carried.lacked_bytes
            );
            self.found.note(Some(at), Some(seat), what);
        }
    }
}
