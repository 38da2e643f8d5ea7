//! Papers go only to those who may hold them: county papers by level, a site's to itself, the one above and the hub, own chains always.

use super::known::Known;
use super::ledger::Ledger;
use super::{Breach, Found, Inspect, Promise};
use crate::layout::Seat;
use crate::sighting::Sighting;
use mesh_model::id::NodeId;
use mesh_model::place::Scope;
use mesh_model::time::Uptime;
use std::collections::BTreeMap;

/// The checker: who was first sent papers of which scope and author, by whom.
#[derive(Debug, Default)]
pub struct Disclosure {
    first: BTreeMap<(Seat, Scope, NodeId), (Uptime, Seat)>,
}

impl Inspect for Disclosure {
    fn see(&mut self, at: Uptime, sighting: &Sighting<'_>, _: &Ledger) {
        if let Sighting::Sent { seat, peer, batches } = sighting {
            for chain in batches.iter().map(|batch| batch.header.chain) {
                self.first.entry((*peer, chain.scope, chain.node)).or_insert((at, *seat));
            }
        }
    }

    fn finish(&mut self, known: &Known<'_>) -> Vec<Breach> {
        let mut found = Found::new(Promise::Disclosure);
        for ((peer, scope, author), (at, seat)) in &self.first {
            let own = known.node(*peer) == *author;
            if !own && !known.may_hold(*peer, *scope) {
                found.note(Some(*at), Some(*seat), format!("site {} sent papers of {scope:?} to site {}", seat.0, peer.0));
            }
        }
        found.into()
    }
}
