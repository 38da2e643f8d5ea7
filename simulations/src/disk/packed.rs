//! A batch in few bytes: a header that its author's key signs again, and bodies whose filling grows again from its paper's number.
//!
//! Only what is regrown byte for byte is packed so; everything else is kept as it is.

mod lead;

pub(super) use lead::{Known, Shared};

use lead::{lead, read_lead};
use sync_protocol::batch::{Body, BodyKind};
use sync_protocol::journal::{StoredBatch, StoredBody};

/// How a filling begins, so that it is found inside a change.
const MAGIC: [u8; 8] = *b"\x93filling";
/// Magic, number of the paper, length.
const HEAD_BYTES: usize = 8 + 8 + 4;

/// Grows fillings.
#[derive(Clone, Copy, Debug)]
pub struct Regrow {
    /// The run's seed.
    pub seed: u64,
}

impl Regrow {
    /// Returns the filling of a paper: `bytes` of them, which do not compress; at least those that name it.
    #[must_use]
    pub fn filling(self, paper: u64, bytes: usize) -> Vec<u8> {
        let mut out = Vec::with_capacity(bytes.max(HEAD_BYTES) + 8);
        self.grow(&mut out, paper, bytes);
        out
    }

    /// As [`Regrow::filling`], at the end of `out`.
    fn grow(self, out: &mut Vec<u8>, paper: u64, bytes: usize) {
        let bytes = bytes.max(HEAD_BYTES);
        let end = out.len() + bytes;
        out.extend_from_slice(&MAGIC);
        out.extend_from_slice(&paper.to_be_bytes());
        out.extend_from_slice(&u32::try_from(bytes).unwrap_or(u32::MAX).to_be_bytes());
        let mut state = self.seed ^ paper.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        while out.len() < end {
            // SplitMix64: not for secrets, and as hard to compress as any.
            state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
            let mut word = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            word = (word ^ (word >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            out.extend_from_slice(&(word ^ (word >> 31)).to_le_bytes());
        }
        out.truncate(end);
    }

    /// Returns where a filling stands in a body: its start, its paper and its length.
    fn find(self, bytes: &[u8]) -> Option<(usize, u64, usize)> {
        let start = bytes.windows(MAGIC.len()).position(|window| window == MAGIC)?;
        let head = bytes.get(start + 8..start + HEAD_BYTES)?;
        let paper = u64::from_be_bytes(head[..8].try_into().ok()?);
        let length = usize::try_from(u32::from_be_bytes(head[8..].try_into().ok()?)).ok()?;
        let is_whole = bytes.get(start..start.checked_add(length)?)? == self.filling(paper, length);
        is_whole.then_some((start, paper, length))
    }
}

const PLAIN: u8 = 0;
const GROWN: u8 = 1;

/// Packs a batch; `None` when a body is not here.
pub(super) fn pack(batch: &StoredBatch, shared: &mut Shared, known: &Known<'_>) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(512);
    lead(&mut out, &batch.header, shared, known);
    for body in &batch.bodies {
        let StoredBody::Here(body) = body else { return None };
        out.extend_from_slice(&body.document.0);
        out.push(body.kind.0);
        match shared.regrow.find(&body.bytes) {
            None => {
                out.push(PLAIN);
                put(&mut out, &body.bytes);
            }
            Some((start, paper, length)) => {
                out.push(GROWN);
                put_number(&mut out, paper);
                put_number(&mut out, length as u64);
                put(&mut out, &body.bytes[..start]);
                put(&mut out, &body.bytes[start + length..]);
            }
        }
    }
    Some(out)
}

/// Unpacks what [`pack`] wrote.
pub(super) fn unpack(bytes: &[u8], shared: &Shared, known: &Known<'_>) -> Option<StoredBatch> {
    let mut rest = bytes;
    let header = read_lead(&mut rest, shared, known)?;
    let mut bodies = Vec::with_capacity(usize::from(header.bodies));
    while !rest.is_empty() {
        let document = mesh_model::id::DocId(take(&mut rest, 16)?.try_into().ok()?);
        let kind = BodyKind(take(&mut rest, 1)?[0]);
        let bytes = if take(&mut rest, 1)?[0] == PLAIN {
            get(&mut rest)?.to_vec()
        } else {
            let paper = get_number(&mut rest)?;
            let length = usize::try_from(get_number(&mut rest)?).ok()?;
            let (before, after) = (get(&mut rest)?, get(&mut rest)?);
            let mut bytes = Vec::with_capacity(before.len() + length + after.len() + 8);
            bytes.extend_from_slice(before);
            shared.regrow.grow(&mut bytes, paper, length);
            bytes.extend_from_slice(after);
            bytes
        };
        bodies.push(StoredBody::Here(Body { document, kind, bytes }));
    }
    Some(StoredBatch { header, bodies, source: None })
}

fn put(out: &mut Vec<u8>, bytes: &[u8]) {
    put_number(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

fn get<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let length = usize::try_from(get_number(rest)?).ok()?;
    take(rest, length)
}

/// Seven bits a byte, the lowest first.
fn put_number(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

fn get_number(rest: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let byte = take(rest, 1)?[0];
        number |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

fn take<'a>(rest: &mut &'a [u8], length: usize) -> Option<&'a [u8]> {
    let (taken, left) = rest.split_at_checked(length)?;
    *rest = left;
    Some(taken)
}

#[cfg(test)]
mod tests;
