//! Nobody takes in what its author did not sign: every batch that comes from a peer stands under the signature of the node it names, by the
//! key with which the authority log took that node in.

use super::known::Known;
use super::ledger::Ledger;
use super::tree;
use super::{Breach, Found, Inspect, Promise};
use crate::sighting::Sighting;
use crate::suite::KEYED_HASH;
use mesh_model::id::{Hash, NodeId};
use mesh_model::time::Uptime;
use std::collections::{BTreeMap, BTreeSet};
use sync_protocol::crypto::{ED25519, Suite};
use sync_protocol::record::{AuthorityAct, NodeKeys};

/// The checker.
#[derive(Debug)]
pub struct Signatures {
    found: Found,
    keys: BTreeMap<NodeId, [u8; 32]>,
    /// Batches found good at a site before, by the hash over signed bytes and signature: what travels is the same everywhere.
    verified: BTreeSet<Hash>,
}

impl Default for Signatures {
    fn default() -> Self {
        Signatures { found: Found::new(Promise::Authority), keys: BTreeMap::new(), verified: BTreeSet::new() }
    }
}

impl Signatures {
    fn learn(&mut self, keys: &NodeKeys) {
        self.keys.entry(keys.node()).or_insert(keys.signing.into());
    }
}

impl Inspect for Signatures {
    fn see(&mut self, at: Uptime, sighting: &Sighting<'_>, ledger: &Ledger) {
        let Sighting::Stored { seat, batch, .. } = sighting else { return };
        if batch.source.is_none() {
            // What a node writes itself is its own business; the log is the hub's.
            for act in tree::records(*batch).iter().filter_map(|(record, _)| record.act()) {
                match act {
                    AuthorityAct::Found { hub, .. } => self.learn(&hub),
                    AuthorityAct::Enrol { keys, .. } => self.learn(&keys),
                    _ => {}
                }
            }
            return;
        }
        if !ledger.fresh().is_some_and(|fresh| fresh.is_new_here) {
            return;
        }
        let header = &batch.header;
        let Some(key) = self.keys.get(&header.chain.node) else { return };
        if self.verified.contains(&header.hash()) {
            return;
        }
        let suite: &Suite = if header.alg == KEYED_HASH.alg { &KEYED_HASH } else { &ED25519 };
        if suite.accepts(header.alg, key, header.bytes(), header.signature()) {
            self.verified.insert(header.hash());
        } else {
            let what =
                format!("site {} took in number {} of node {} under a signature that is not its", seat.0, header.seq, header.chain.node);
            self.found.note(Some(at), Some(*seat), what);
        }
    }

    fn finish(&mut self, _: &Known<'_>) -> Vec<Breach> {
        self.found.take()
    }
}
