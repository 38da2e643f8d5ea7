//! Batches that many disks hold, kept once: a county's papers lie at the village, the township and the hub.
//!
//! A batch is known by its header hash, which covers its bodies, so what one disk knows of a body is true for every other. What a disk
//! does *not* know is its own affair and stands there. In a pool of [`Bodies::Counted`] batches are [packed](super::packed).

use super::packed::{self, Known, Regrow, Shared};
use super::shelves::{Place, Shelves};
use crate::numbers::Numbers;
use crate::plan::Bodies;
use mesh_model::id::{DocId, Hash};
use mesh_model::place::Class;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use sync_protocol::batch::{BodyKind, Chain};
use sync_protocol::crypto::SigningKey;
use sync_protocol::journal::{StoredBatch, StoredBody};
use sync_protocol::record::RecordTag;

/// Where keys are hashes already, their first bytes are as good as any.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Prefix(u64);

impl Hasher for Prefix {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for eight in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..eight.len()].copy_from_slice(eight);
            self.0 = (self.0.rotate_left(5) ^ u64::from_le_bytes(word)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        }
    }

    fn write_usize(&mut self, _: usize) {}

    fn write_u64(&mut self, number: u64) {
        self.0 = (self.0.rotate_left(5) ^ number).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }

    fn write_u32(&mut self, number: u32) {
        self.0 = (self.0.rotate_left(5) ^ u64::from(number)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }
}

/// A map whose order nobody sees.
pub(super) type Index<K, V> = HashMap<K, V, BuildHasherDefault<Prefix>>;

/// Batches kept unpacked: a county writes about as many between two windows of its villages.
const RECENT: usize = 4_096;

/// A batch by its number in the pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Number(pub u32);

#[derive(Debug)]
enum Form {
    Packed(Place),
    Whole(Box<StoredBatch>),
}

/// One batch.
#[derive(Debug)]
pub(super) struct Kept {
    pub hash: Hash,
    pub chain: u32,
    pub seq: u64,
    /// Of the authority log or of days.
    pub is_county: bool,
    /// With a record of the protocol in one of its bodies.
    pub has_record: bool,
    /// Bytes of the bodies known.
    pub body_bytes: u32,
    form: Form,
}

/// Everything that any disk of a county holds or held.
#[derive(Debug, Default)]
pub(super) struct Pool {
    shared: Option<Shared>,
    shelves: Shelves,
    pub kept: Vec<Kept>,
    /// By header hash.
    numbers: Numbers<Number>,
    /// The newest batches unpacked, each at its number modulo [`RECENT`]: what was just written is soon sent.
    recent: Vec<Option<(Number, StoredBatch)>>,
    pub chains: Vec<Chain>,
    chain_numbers: Index<Chain, u32>,
    /// Of each chain, by seq and number.
    by_chain: Vec<Vec<Number>>,
    by_document: Index<DocId, Vec<(Number, u16)>>,
}

/// The pool as disks share it.
#[derive(Clone, Debug, Default)]
pub struct SharedPool(Arc<RwLock<Pool>>);

impl SharedPool {
    /// Makes the pool of one county.
    #[must_use]
    pub fn new(seed: u64, bodies: Bodies) -> SharedPool {
        let shared = match bodies {
            Bodies::Counted => Some(Shared::new(Regrow { seed })),
            Bodies::Stored => None,
        };
        SharedPool(Arc::new(RwLock::new(Pool { shared, ..Pool::default() })))
    }

    /// Learns the key of a node: its headers take less room.
    pub fn learn(&self, key: &SigningKey) {
        if let Some(shared) = &mut self.write().shared {
            shared.learn(key);
        }
    }

    /// Returns the header hash of a batch by its number.
    pub(crate) fn header_of(&self, number: u32) -> Hash {
        self.read().at(Number(number)).hash
    }

    pub(super) fn read(&self) -> RwLockReadGuard<'_, Pool> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn write(&self) -> RwLockWriteGuard<'_, Pool> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Pool {
    pub fn number_of(&self, header: &Hash) -> Option<Number> {
        self.numbers.get(header, |number| self.at(number).hash)
    }

    pub fn at(&self, number: Number) -> &Kept {
        &self.kept[number.0 as usize]
    }

    /// Takes a batch in, or what it adds to what is known of its bodies.
    pub fn take(&mut self, batch: StoredBatch) -> Number {
        let hash = batch.header.hash();
        if let Some(number) = self.number_of(&hash) {
            if self.lacks_bodies(number) {
                for (index, body) in (0..).zip(batch.bodies) {
                    self.complete(number, index, body);
                }
            }
            return number;
        }
        let number = Number(u32::try_from(self.kept.len()).expect("fewer than four thousand million batches"));
        let chain = self.chain_number(batch.header.chain);
        let is_county = matches!(batch.header.chain.scope.class, Class::AUTHORITY | Class::DAY);
        for (index, body) in (0..).zip(&batch.bodies) {
            if let StoredBody::Here(body) = body {
                self.by_document.entry(body.document).or_default().push((number, index));
            }
        }
        let (seq, has_record, body_bytes) = (batch.header.seq, batch.bodies.iter().any(is_protocol_record), bytes_of(&batch));
        let form = self.form(number, chain, StoredBatch { source: None, ..batch });
        self.kept.push(Kept { hash, chain, seq, is_county, has_record, body_bytes, form });
        self.numbers.put(&hash, number, |number| self.kept[number.0 as usize].hash);
        let (kept, in_chain) = (&self.kept, &mut self.by_chain[chain as usize]);
        let at = in_chain.len() - in_chain.iter().rev().take_while(|other| kept[other.0 as usize].seq > seq).count();
        in_chain.insert(at, number);
        number
    }

    /// Notes a body that was not known so far.
    pub fn complete(&mut self, number: Number, index: u16, body: StoredBody) {
        let StoredBody::Here(here) = &body else { return };
        let mut batch = self.read(number);
        if matches!(batch.bodies[usize::from(index)], StoredBody::Here(_)) {
            return;
        }
        self.by_document.entry(here.document).or_default().push((number, index));
        batch.bodies[usize::from(index)] = body;
        let (has_record, body_bytes) = (batch.bodies.iter().any(is_protocol_record), bytes_of(&batch));
        let form = self.form(number, self.at(number).chain, batch);
        let kept = &mut self.kept[number.0 as usize];
        (kept.has_record, kept.body_bytes, kept.form) = (has_record, body_bytes, form);
    }

    fn lacks_bodies(&self, number: Number) -> bool {
        match &self.at(number).form {
            Form::Packed(_) => false,
            Form::Whole(batch) => batch.bodies.iter().any(|body| !matches!(body, StoredBody::Here(_))),
        }
    }

    /// Returns a batch with every body that anybody knows.
    pub fn read(&self, number: Number) -> StoredBatch {
        match &self.at(number).form {
            Form::Whole(batch) => (**batch).clone(),
            Form::Packed(place) => {
                if let Some(Some((at, batch))) = self.recent.get(number.0 as usize % RECENT)
                    && *at == number
                {
                    return batch.clone();
                }
                let shared = self.shared.as_ref().expect("only such a pool packs");
                let kept = self.at(number);
                let header_at = |number: u32| self.kept.get(number as usize).map(|kept| kept.hash);
                let known = Known { chain: self.chains[kept.chain as usize], seq: kept.seq, number_of: &|_| None, header_at: &header_at };
                packed::unpack(self.shelves.read(*place), shared, &known).expect("the pool reads what it wrote")
            }
        }
    }

    /// Returns the batches of a chain from one seq to another, by seq.
    pub fn chain(&self, chain: &Chain, from: u64, to: u64) -> impl Iterator<Item = Number> {
        let in_chain = self.chain_numbers.get(chain).map_or(&[][..], |chain| &self.by_chain[*chain as usize]);
        let first = in_chain.partition_point(|number| self.at(*number).seq < from);
        in_chain[first..].iter().copied().take_while(move |number| self.at(*number).seq <= to.max(from))
    }

    /// Returns where bodies of a document are.
    pub fn document(&self, document: &DocId) -> &[(Number, u16)] {
        self.by_document.get(document).map_or(&[], Vec::as_slice)
    }

    fn chain_number(&mut self, chain: Chain) -> u32 {
        let (chains, by_chain) = (&mut self.chains, &mut self.by_chain);
        *self.chain_numbers.entry(chain).or_insert_with(|| {
            chains.push(chain);
            by_chain.push(Vec::new());
            u32::try_from(chains.len() - 1).expect("fewer chains than batches")
        })
    }

    fn form(&mut self, number: Number, chain: u32, batch: StoredBatch) -> Form {
        let (numbers, kept, chain) = (&self.numbers, &self.kept, self.chains[chain as usize]);
        let number_of = |hash: &Hash| numbers.get(hash, |number| kept[number.0 as usize].hash).map(|number| number.0);
        let known = Known { chain, seq: batch.header.seq, number_of: &number_of, header_at: &|_| None };
        let Some(packed) = self.shared.as_mut().and_then(|shared| packed::pack(&batch, shared, &known)) else {
            return Form::Whole(Box::new(batch));
        };
        let slot = number.0 as usize % RECENT;
        if self.recent.len() <= slot {
            self.recent.resize_with(slot + 1, || None);
        }
        self.recent[slot] = Some((number, batch));
        Form::Packed(self.shelves.put(&packed))
    }
}

fn bytes_of(batch: &StoredBatch) -> u32 {
    let here = |body: &StoredBody| if let StoredBody::Here(body) = body { body.bytes.len() } else { 0 };
    u32::try_from(batch.bodies.iter().map(here).sum::<usize>()).unwrap_or(u32::MAX)
}

pub(super) fn is_protocol_record(body: &StoredBody) -> bool {
    match body {
        StoredBody::Here(body) if body.kind == BodyKind::RECORD => {
            RecordTag::of(&body.bytes).is_some_and(|tag| (1..RecordTag::DOMAIN).contains(&tag.0))
        }
        StoredBody::Here(_) | StoredBody::Missing(_) | StoredBody::Refused { .. } => false,
    }
}
