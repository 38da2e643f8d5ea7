//! The event profile: a change on a case is exactly one `put` on the root map, key = event id, value = one CBOR event.
//!
//! The bytes are those of an automerge change chunk. There is exactly one way to write such a change, so reading it is: take the fields,
//! write them again, compare. Nothing is decompressed, counted or materialised from a peer's numbers, and whatever passes here loads in
//! the automerge library byte for byte (shown by test). Format: automerge storage, change chunk (type 1).

use crate::limits;
use mesh_model::id::{DocId, EventId, Hash, NodeId};
use sha2::{Digest as _, Sha256};

/// A change of the event profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventChange {
    /// Hashes of the changes it was written on, ascending.
    pub deps: Vec<[u8; 32]>,
    /// Derived from node, boot and document; see [`actor`].
    pub actor: [u8; 16],
    /// Dense from 1 for each actor.
    pub seq: u64,
    /// One more than the greatest of its dependencies; 1 on a new document.
    pub start_op: u64,
    /// The event's bytes, 1 to [`limits::EVENT_BYTES_MAX`].
    pub value: Vec<u8>,
}

/// Bytes that are not one event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProfileError {
    /// The bytes end before the change does.
    #[error("the change is cut short")]
    Short,
    /// A count or size is over the bound.
    #[error("the change is over a bound")]
    Bound,
    /// Not the one way to write an event: another operation, column, compression, message, time or checksum.
    #[error("the bytes are not the canonical form of one event")]
    Form,
}

const MAGIC: [u8; 4] = [0x85, 0x6f, 0x4a, 0x83];
const CHUNK_CHANGE: u8 = 1;
/// Of the hash, in front of what it covers.
const CHECKSUM_BYTES: usize = 4;

/// Returns the actor under which a node writes a document in one process start.
#[must_use]
pub fn actor(node: NodeId, boot: &[u8; 16], document: DocId) -> [u8; 16] {
    Hash::of(&[b"actor", &node.0, boot, &document.0]).0[..16].try_into().expect("a hash has 32 bytes")
}

impl EventChange {
    /// Returns the id of its event.
    #[must_use]
    pub fn event(&self) -> EventId {
        EventId::of(&self.value)
    }

    /// Returns the raw change chunk and its hash, by which later changes depend on it.
    #[must_use]
    pub fn to_bytes(&self) -> (Vec<u8>, [u8; 32]) {
        let data = self.data();
        let mut bytes = Vec::with_capacity(data.len() + 16);
        bytes.extend_from_slice(&MAGIC);
        bytes.extend_from_slice(&[0; CHECKSUM_BYTES]);
        let hashed = bytes.len();
        bytes.push(CHUNK_CHANGE);
        put_leb(&mut bytes, data.len() as u64);
        bytes.extend_from_slice(&data);
        let hash: [u8; 32] = Sha256::digest(&bytes[hashed..]).into();
        bytes[MAGIC.len()..hashed].copy_from_slice(&hash[..CHECKSUM_BYTES]);
        (bytes, hash)
    }

    fn data(&self) -> Vec<u8> {
        let key = data_encoding::HEXLOWER.encode(&self.event().0);
        let mut key_column = vec![0x7f];
        put_leb(&mut key_column, key.len() as u64);
        key_column.extend_from_slice(key.as_bytes());
        let mut meta_column = vec![0x7f];
        put_leb(&mut meta_column, (self.value.len() as u64) << 4 | 7);

        let mut out = Vec::with_capacity(self.value.len() + 32 * self.deps.len() + 160);
        put_leb(&mut out, self.deps.len() as u64);
        self.deps.iter().for_each(|dep| out.extend_from_slice(dep));
        put_leb(&mut out, 16);
        out.extend_from_slice(&self.actor);
        put_leb(&mut out, self.seq);
        put_leb(&mut out, self.start_op);
        out.extend_from_slice(&[0, 0, 0]); // time, message, other actors: none
        // Columns in the library's order: key, insert, action, value meta, value, predecessor count.
        let columns: [(u8, &[u8]); 6] =
            [(0x15, &key_column), (0x34, &[1]), (0x42, &[0x7f, 1]), (0x56, &meta_column), (0x57, &self.value), (0x70, &[0x7f, 0])];
        put_leb(&mut out, columns.len() as u64);
        for (spec, bytes) in columns {
            put_leb(&mut out, u64::from(spec));
            put_leb(&mut out, bytes.len() as u64);
        }
        columns.iter().for_each(|(_, bytes)| out.extend_from_slice(bytes));
        out
    }
}

/// Reads a change and its hash.
///
/// # Errors
/// [`ProfileError`] for everything that is not the canonical form of one event within the bounds.
pub fn read(bytes: &[u8]) -> Result<EventChange, ProfileError> {
    read_hashed(bytes).map(|(change, _)| change)
}

/// As [`read`], with the change's hash.
///
/// # Errors
/// As [`read`].
pub fn read_hashed(bytes: &[u8]) -> Result<(EventChange, [u8; 32]), ProfileError> {
    let mut rest = Cursor(bytes);
    rest.take(9)?;
    rest.leb()?;
    let deps = usize::try_from(rest.leb()?).map_err(|_| ProfileError::Bound)?;
    if deps > limits::CHANGE_DEPS_MAX {
        return Err(ProfileError::Bound);
    }
    let deps: Vec<[u8; 32]> =
        rest.take(deps * 32)?.chunks_exact(32).map(|dep| dep.try_into().expect("chunks of exactly 32 bytes")).collect();
    rest.leb()?;
    let actor: [u8; 16] = rest.take(16)?.try_into().expect("took 16 bytes");
    let seq = rest.leb()?;
    let start_op = rest.leb()?;
    rest.take(3)?;
    rest.leb()?;
    let mut value_len = 0;
    for _ in 0..6 {
        let (spec, len) = (rest.leb()?, rest.leb()?);
        value_len = if spec == 0x57 { len } else { value_len };
    }
    let value_len = usize::try_from(value_len).map_err(|_| ProfileError::Bound)?;
    if value_len > limits::EVENT_BYTES_MAX {
        return Err(ProfileError::Bound);
    }
    if value_len == 0 {
        return Err(ProfileError::Form);
    }
    // The value is followed by the two bytes of the predecessor column and nothing else.
    let end = rest.0.len().checked_sub(2).ok_or(ProfileError::Short)?;
    let start = end.checked_sub(value_len).ok_or(ProfileError::Short)?;
    let change = EventChange { deps, actor, seq, start_op, value: rest.0[start..end].to_vec() };
    let ascending = change.deps.windows(2).all(|pair| pair[0] < pair[1]);
    let (canonical, hash) = change.to_bytes();
    let numbered = (1..=limits::EVENT_OP_MAX).contains(&seq) && (1..=limits::EVENT_OP_MAX).contains(&start_op);
    if ascending && numbered && canonical == bytes { Ok((change, hash)) } else { Err(ProfileError::Form) }
}

/// The state of one document that the next event is written on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DocumentHeads {
    heads: std::collections::BTreeMap<[u8; 32], u64>,
    known: std::collections::BTreeSet<[u8; 32]>,
    covered: std::collections::BTreeSet<[u8; 32]>,
    own_seq: u64,
}

impl DocumentHeads {
    /// Takes in one change of the document, in any order.
    pub fn take(&mut self, change: &EventChange, hash: [u8; 32], own_actor: &[u8; 16]) {
        if !self.known.insert(hash) {
            return;
        }
        for dep in &change.deps {
            self.heads.remove(dep);
            self.covered.insert(*dep);
        }
        if !self.covered.contains(&hash) {
            self.heads.insert(hash, change.start_op);
        }
        if change.actor == *own_actor {
            self.own_seq = self.own_seq.max(change.seq);
        }
    }

    /// Returns what the next change needs of these heads; changes that they know already must not be taken in again.
    #[must_use]
    pub fn to_write_on(self) -> DocumentHeads {
        DocumentHeads { heads: self.heads, own_seq: self.own_seq, ..DocumentHeads::default() }
    }

    /// Returns the change that appends `value` on these heads.
    #[must_use]
    pub fn append(&self, actor: [u8; 16], value: Vec<u8>) -> EventChange {
        EventChange {
            deps: self.heads.keys().take(limits::CHANGE_DEPS_MAX).copied().collect(),
            actor,
            seq: self.own_seq + 1,
            start_op: (self.heads.values().max().copied().unwrap_or(0) + 1).min(limits::EVENT_OP_MAX),
            value,
        }
    }
}

struct Cursor<'a>(&'a [u8]);

impl<'a> Cursor<'a> {
    fn take(&mut self, len: usize) -> Result<&'a [u8], ProfileError> {
        let (taken, rest) = self.0.split_at_checked(len).ok_or(ProfileError::Short)?;
        self.0 = rest;
        Ok(taken)
    }

    fn leb(&mut self) -> Result<u64, ProfileError> {
        let mut out = 0u64;
        for shift in (0..63).step_by(7) {
            let byte = self.take(1)?[0];
            out |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(out);
            }
        }
        Err(ProfileError::Bound)
    }
}

fn put_leb(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

#[cfg(test)]
mod tests;
