//! Cards of the ledger: what checkers need of one batch, in little room, since a county writes three quarters of a million in a year.

use crate::check::change::{self, Change};
use crate::disk::Content;
use mesh_model::id::{DocId, Hash};
use std::collections::BTreeMap;
use std::num::NonZero;
use std::sync::Arc;
use sync_protocol::batch::{AuthorityHead, BodyKind, Chain};
use sync_protocol::journal::{StoredBatch, StoredBody};

/// What is known of one batch, wherever it lies.
#[derive(Clone, Debug)]
pub struct Card {
    /// Its name.
    pub header: Hash,
    /// The header before it.
    pub prev: Hash,
    /// Whose, where it belongs, and on what it was written; many batches share one.
    pub lead: Arc<Lead>,
    /// Place in the chain.
    pub seq: u64,
    /// Bytes of its bodies.
    pub bytes: u64,
    /// Changes in it that could be read.
    pub changes: Box<[(DocId, Change)]>,
    /// Indexes of bodies that call themselves changes and are none.
    pub unreadable: Box<[u16]>,
}

/// What the batches of one process start have in common for as long as the authority log does not move.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lead {
    /// Whose, and where they belong.
    pub chain: Chain,
    /// The author's process start.
    pub boot: [u8; 16],
    /// What the author knew of the authority log.
    pub authority: AuthorityHead,
}

/// The newest lead of each chain.
#[derive(Clone, Debug, Default)]
pub(super) struct Leads(BTreeMap<Chain, Arc<Lead>>);

impl Leads {
    fn share(&mut self, lead: Lead) -> Arc<Lead> {
        let newest = self.0.entry(lead.chain).or_insert_with(|| Arc::new(lead));
        if **newest != lead {
            *newest = Arc::new(lead);
        }
        Arc::clone(newest)
    }
}

impl Card {
    pub(super) fn of(batch: &StoredBatch, header: Hash, leads: &mut Leads) -> Card {
        let mut bytes = 0;
        let (mut changes, mut unreadable) = (Vec::new(), Vec::new());
        for (index, body) in (0..).zip(&batch.bodies) {
            let StoredBody::Here(body) = body else { continue };
            bytes += body.bytes.len() as u64;
            if body.kind == BodyKind::CHANGE {
                match change::read(&body.bytes) {
                    Some(change) => changes.push((body.document, change)),
                    None => unreadable.push(index),
                }
            }
        }
        let head = &batch.header;
        let lead = leads.share(Lead { chain: head.chain, boot: head.boot, authority: head.authority });
        Card { header, prev: head.prev, lead, seq: head.seq, bytes, changes: changes.into(), unreadable: unreadable.into() }
    }
}

/// Reads batches from the disks that hold them.
pub(super) fn read_cards(batches: &[(&Content, Hash)]) -> Vec<Card> {
    let mut leads = Leads::default();
    let read = |(disk, header): &(&Content, Hash)| {
        let batch = disk.batch(header).expect("a disk holds what it has placed");
        Card::of(&batch, *header, &mut leads)
    };
    batches.iter().map(read).collect()
}

/// Does the same for all of a list, a part on each core; the order stays.
pub(super) fn side_by_side<T: Sync, R: Send>(all: &[T], each: impl Fn(&[T]) -> Vec<R> + Sync) -> Vec<R> {
    let threads = std::thread::available_parallelism().map_or(1, NonZero::get);
    std::thread::scope(|scope| {
        let parts = all.chunks(all.len().div_ceil(threads).max(1));
        let workers: Vec<_> = parts.map(|part| scope.spawn(|| each(part))).collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
    })
}
