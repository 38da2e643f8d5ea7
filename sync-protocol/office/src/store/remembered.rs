//! What the connection remembers of its own file, so that looking at an unchanged cache asks no statement.
//!
//! Nobody else writes the file. Whatever a transaction may have changed is forgotten when it is taken back; what it is about to change counts
//! only once it is committed.

use mesh_model::doc::item::ItemVersion;
use mesh_model::doc::site::SiteRecord;
use mesh_model::id::{Hash, SiteId};
use std::collections::BTreeMap;
use std::sync::Arc;
use sync_protocol::journal::Position;

/// Item versions kept read; a window works with a few dozen.
const ITEMS_MAX: usize = 32;

/// The registry as the cache has it.
pub(crate) type Registry = Arc<BTreeMap<SiteId, SiteRecord>>;

/// What is known of the file without asking.
#[derive(Debug, Default)]
pub(super) struct Remembered {
    /// The committed watermark.
    pub watermark: Option<Position>,
    /// The watermark of the open transaction.
    pub moving: Option<Position>,
    /// Whether no case waits to be folded again.
    pub is_clean: bool,
    /// Every site.
    pub sites: Option<Registry>,
    items: BTreeMap<Hash, ItemVersion>,
}

impl Remembered {
    /// Takes over what the transaction that was committed moved.
    pub(super) fn commit(&mut self) {
        self.watermark = self.moving.take().or(self.watermark);
    }

    /// Returns an item version that was read before.
    pub(super) fn item(&self, hash: Hash) -> Option<ItemVersion> {
        self.items.get(&hash).cloned()
    }

    /// Keeps an item version, which its hash pins for good.
    pub(super) fn keep_item(&mut self, hash: Hash, item: &ItemVersion) {
        if self.items.len() >= ITEMS_MAX {
            self.items.clear();
        }
        self.items.insert(hash, item.clone());
    }
}
