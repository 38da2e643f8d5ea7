//! What a cache has read or written, kept in memory so that it is not read again: its connection is the only one that writes the file.
//!
//! A part is forgotten before a statement touches it and taken up again after: whatever is cut short in between is read anew.

use super::news::OwnChain;
use mesh_model::doc::item::ItemVersion;
use mesh_model::doc::site::SiteRecord;
use mesh_model::id::{Branch, Hash, NodeId, SiteId};
use mesh_model::place::Scope;
use std::collections::BTreeMap;
use std::sync::Arc;
use sync_protocol::batch::Chain;
use sync_protocol::io::ActPlace;
use sync_protocol::journal::Position;

/// Item versions kept; past it they are read again.
const ITEMS_MAX: usize = 64;

/// Everything that is known.
#[derive(Debug, Default)]
pub(super) struct Known {
    pub watermark: Option<Position>,
    /// No case is marked to be folded again.
    pub is_clean: bool,
    pub own: Option<Own>,
    pub sites: Option<Arc<BTreeMap<SiteId, SiteRecord>>>,
    items: BTreeMap<Hash, ItemVersion>,
}

/// Own chains, and own batches that may still rise, each in the order of their columns.
#[derive(Clone, Debug, Default)]
pub(super) struct Own {
    chains: BTreeMap<Key, OwnChain>,
    batches: BTreeMap<(Key, u64), (Hash, Position)>,
}

type Key = (Vec<u8>, [u8; 8]);

fn key(scope: Scope, branch: Branch) -> Key {
    (scope.to_bytes().to_vec(), branch.0)
}

impl Known {
    /// Returns an item version that was read before.
    pub fn item(&self, hash: Hash) -> Option<ItemVersion> {
        self.items.get(&hash).cloned()
    }

    /// Keeps an item version; what its hash names never changes.
    pub fn keep_item(&mut self, hash: Hash, item: &ItemVersion) {
        if self.items.len() >= ITEMS_MAX {
            self.items.clear();
        }
        self.items.insert(hash, item.clone());
    }
}

impl Own {
    /// Takes over what was read.
    pub fn new(chains: Vec<OwnChain>, batches: &[ActPlace]) -> Own {
        let mut own = Own { chains: chains.into_iter().map(|chain| (key(chain.scope, chain.branch), chain)).collect(), ..Own::default() };
        batches.iter().for_each(|place| own.keep_batch(place));
        own
    }

    fn keep_batch(&mut self, place: &ActPlace) {
        let key = (key(place.chain.scope, place.chain.branch), place.seq);
        self.batches.entry(key).or_insert((place.header, place.at));
    }

    /// Adds an own batch.
    pub fn put(&mut self, place: &ActPlace) {
        let Chain { branch, scope, .. } = place.chain;
        let chain = self.chains.entry(key(scope, branch)).or_insert(OwnChain { branch, scope, seq: place.seq, county: 0, refused: 0 });
        chain.seq = chain.seq.max(place.seq);
        self.keep_batch(place);
    }

    /// Notes that a chain is at the county up to `seq`.
    pub fn set_county(&mut self, chain: &Chain, seq: u64, refused: u64) {
        let key = key(chain.scope, chain.branch);
        if let Some(chain) = self.chains.get_mut(&key) {
            chain.county = chain.county.max(seq);
            chain.refused += refused;
        }
        self.batches.retain(|(of, number), _| *of != key || *number > seq);
    }

    /// Returns own chains in order.
    pub fn chains(&self) -> Vec<OwnChain> {
        self.chains.values().cloned().collect()
    }

    /// Returns own batches in order.
    pub fn batches(&self, me: NodeId) -> Vec<ActPlace> {
        let place = |((key, seq), (header, at)): (&(Key, u64), &(Hash, Position))| {
            let chain = self.chains.get(key)?;
            let chain = Chain { node: me, branch: chain.branch, scope: chain.scope };
            Some(ActPlace { chain, seq: *seq, header: *header, at: *at })
        };
        self.batches.iter().filter_map(place).collect()
    }
}
