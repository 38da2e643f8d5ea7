//! Reads what checkers need from a raw change: who wrote it, on what, and which value. Written from the storage format alone, on purpose not
//! with the reader that the protocol's door uses.

use mesh_model::id::Hash;
use sha2::{Digest as _, Sha256};

/// Bytes in front of the chunk's type: magic and checksum.
const LEAD_BYTES: usize = 8;
const CHUNK_CHANGE: u8 = 1;
/// The column of values.
const VALUE_COLUMN: u64 = 0x57;

/// One change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// By which later changes depend on it.
    pub hash: [u8; 32],
    /// What it was written on.
    pub deps: Box<[[u8; 32]]>,
    /// Under which name: [`name_of`] the actor.
    pub actor: [u8; 16],
    /// Number among those of the actor.
    pub seq: u64,
    /// The values it puts: [`name_of`] them.
    pub value: [u8; 16],
}

/// Returns what stands for an actor or a value here; a county writes three quarters of a million changes in a year.
#[must_use]
pub fn name_of(bytes: &[u8]) -> [u8; 16] {
    *Hash::of(&[bytes]).0.first_chunk().expect("a hash has 32 bytes")
}

/// Reads a change; `None` for bytes that are none.
#[must_use]
pub fn read(bytes: &[u8]) -> Option<Change> {
    let hashed = bytes.get(LEAD_BYTES..)?;
    let mut rest = Rest(hashed);
    if rest.take(1)? != [CHUNK_CHANGE] {
        return None;
    }
    let len = usize::try_from(rest.number()?).ok()?;
    if rest.0.len() != len {
        return None;
    }
    let deps = usize::try_from(rest.number()?).ok()?;
    let deps = rest.take(deps.checked_mul(32)?)?.chunks_exact(32).map(|dep| dep.try_into().expect("chunks of 32 bytes")).collect();
    let actor = name_of(rest.text()?);
    let (seq, _start_op, _time) = (rest.number()?, rest.number()?, rest.number()?);
    rest.text()?; // a message
    for _ in 0..rest.number()? {
        rest.text()?; // another actor
    }
    let mut columns = Vec::new();
    for _ in 0..rest.number()? {
        columns.push((rest.number()?, usize::try_from(rest.number()?).ok()?));
    }
    let mut value = [0; 16];
    for (column, len) in columns {
        let bytes = rest.take(len)?;
        if column == VALUE_COLUMN {
            value = name_of(bytes);
        }
    }
    Some(Change { hash: Sha256::digest(hashed).into(), deps, actor, seq, value })
}

struct Rest<'a>(&'a [u8]);

impl<'a> Rest<'a> {
    fn take(&mut self, len: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(len)?;
        self.0 = rest;
        Some(taken)
    }

    fn text(&mut self) -> Option<&'a [u8]> {
        let len = usize::try_from(self.number()?).ok()?;
        self.take(len)
    }

    /// Seven bits a byte, the lowest first.
    fn number(&mut self) -> Option<u64> {
        let mut out = 0u64;
        for shift in (0..63).step_by(7) {
            let byte = self.take(1)?[0];
            out |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(out);
            }
        }
        None
    }
}
