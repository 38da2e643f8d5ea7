//! What a node is opened with, and how it takes up what its journal holds. Running begins in [`crate::node`].

use super::{NOTE_BRANCHES, Node, book};
use crate::authority::Anchor;
use crate::crypto::SigningKey;
use crate::guard::Guards;
use crate::journal::Stored;
use crate::vector::Rows;
use mesh_model::id::Branch;

/// What a node is opened with; nothing here changes while it runs.
#[derive(Debug)]
pub struct Config {
    /// Signs batches; names the node. What others sign is judged by this key's suite too.
    pub key: SigningKey,
    /// BLAKE3 of the county root's public key: the pin from the enrolment token.
    pub root_pin: [u8; 32],
    /// 16 random bytes of this process start. Whoever draws them keeps [`Guard::FreshBoot`](crate::guard::Guard::FreshBoot).
    pub boot: [u8; 16],
    /// Feeds the generator for branches and jitter; nothing observable depends on it otherwise.
    pub seed: [u8; 32],
    /// How many addresses the runtime may dial.
    pub slots: u16,
    /// Least milliseconds between two receipts of one scope; [`crate::limits::LANDED_PAUSE_MS`] unless a test county is in a hurry.
    pub landed_pause_ms: u64,
    /// Which guards of the protocol stand: all of them.
    pub guards: Guards,
}

impl Config {
    /// Returns what the node believes before it holds any of the authority log.
    pub(super) fn anchor(&self) -> Anchor {
        Anchor { root_pin: self.root_pin, suite: self.key.suite() }
    }
}

/// A store that cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// A stored vector row cannot be read.
    #[error("vector row of chain {chain:?} is damaged")]
    Rows {
        /// Which.
        chain: crate::batch::Chain,
    },
    /// The stored authority log does not replay.
    #[error("the stored authority log does not replay at height {height}")]
    Authority {
        /// Where.
        height: u64,
    },
    /// A local fact of the protocol cannot be read.
    #[error("local fact {key} is damaged")]
    Note {
        /// Which.
        key: String,
    },
}

impl Node {
    pub(super) fn restore(&mut self, stored: Stored) -> Result<(), OpenError> {
        for (peer, seq) in stored.held {
            self.peers.entry(peer).or_default().held = seq;
        }
        for (peer, _, _) in &stored.cursors {
            self.peers.entry(*peer).or_default();
        }
        let rows: Result<Vec<_>, _> = stored
            .rows
            .into_iter()
            .map(|(chain, bytes)| Rows::from_bytes(&bytes).map(|rows| (chain, rows)).ok_or(OpenError::Rows { chain }))
            .collect();
        let taken: Vec<_> = stored.county.iter().map(|(_, batch)| book::Taken::of(batch, true)).collect();
        self.book.settle(rows?, &taken, &self.config.anchor());
        // Only now it is known who is a hub: anybody may have signed what looks like a record.
        let is_hub = |batch: &crate::journal::StoredBatch| self.book.authority().is_hub(batch.header.chain.node);
        let records: Vec<_> = stored.records.iter().map(|(_, batch)| book::Taken::of(batch, is_hub(batch))).collect();
        self.book.settle(Vec::new(), &records, &self.config.anchor());
        let height = taken.iter().flat_map(|batch| &batch.records).filter_map(|(record, _)| height_of(record)).max().unwrap_or(0);
        if self.book.authority().head().height != height {
            return Err(OpenError::Authority { height: self.book.authority().head().height + 1 });
        }
        self.receipts.restore(&self.book, self.id);
        self.ask_receipt_heads();
        Ok(())
    }
}

fn height_of(record: &crate::record::Record) -> Option<u64> {
    match record {
        crate::record::Record::Authority(step) => Some(step.height),
        crate::record::Record::Day(_) | crate::record::Record::Landed(_) | crate::record::Record::Refusal(_) => None,
    }
}

pub(super) fn branches_of(stored: &Stored) -> Result<Vec<Branch>, OpenError> {
    let Some((key, value)) = stored.notes.iter().find(|(key, _)| key == NOTE_BRANCHES) else { return Ok(Vec::new()) };
    let whole = !value.is_empty() && value.len().is_multiple_of(8);
    let branches = value.chunks_exact(8).map(|bytes| Branch(bytes.try_into().expect("chunks of exactly 8 bytes")));
    if whole { Ok(branches.collect()) } else { Err(OpenError::Note { key: key.clone() }) }
}
