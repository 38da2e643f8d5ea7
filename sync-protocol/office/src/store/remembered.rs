//! What the connection remembers of its own file, so that looking at an unchanged cache asks no statement.
//!
//! Nobody else writes the file. Whatever a transaction may have changed is forgotten when it is taken back; what it is about to change counts
//! only once it is committed.

use mesh_model::doc::site::SiteRecord;
use mesh_model::id::SiteId;
use std::collections::BTreeMap;
use std::sync::Arc;
use sync_protocol::journal::Position;

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
}

impl Remembered {
    /// Takes over what the transaction that was committed moved.
    pub(super) fn commit(&mut self) {
        self.watermark = self.moving.take().or(self.watermark);
    }
}
