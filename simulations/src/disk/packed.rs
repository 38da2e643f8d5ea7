//! A batch in few bytes: its header as signed, its signature, and bodies whose filling grows again from its paper's number.
//!
//! Only what is regrown byte for byte is packed so; everything else is kept as it is.

use sync_protocol::batch::{Body, BodyKind, SignedHeader};
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
        let bytes = bytes.max(HEAD_BYTES);
        let mut out = Vec::with_capacity(bytes + 8);
        out.extend_from_slice(&MAGIC);
        out.extend_from_slice(&paper.to_be_bytes());
        out.extend_from_slice(&u32::try_from(bytes).unwrap_or(u32::MAX).to_be_bytes());
        let mut state = self.seed ^ paper.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        while out.len() < bytes {
            // SplitMix64: not for secrets, and as hard to compress as any.
            state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
            let mut word = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            word = (word ^ (word >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            out.extend_from_slice(&(word ^ (word >> 31)).to_le_bytes());
        }
        out.truncate(bytes);
        out
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
pub(super) fn pack(batch: &StoredBatch, regrow: Regrow) -> Option<Box<[u8]>> {
    let mut out = Vec::with_capacity(512);
    put(&mut out, batch.header.bytes());
    out.extend_from_slice(batch.header.signature());
    for body in &batch.bodies {
        let StoredBody::Here(body) = body else { return None };
        out.extend_from_slice(&body.document.0);
        out.push(body.kind.0);
        match regrow.find(&body.bytes) {
            None => {
                out.push(PLAIN);
                put(&mut out, &body.bytes);
            }
            Some((start, paper, length)) => {
                out.push(GROWN);
                out.extend_from_slice(&paper.to_be_bytes());
                out.extend_from_slice(&u32::try_from(length).ok()?.to_be_bytes());
                put(&mut out, &body.bytes[..start]);
                put(&mut out, &body.bytes[start + length..]);
            }
        }
    }
    Some(out.into_boxed_slice())
}

/// Unpacks what [`pack`] wrote.
pub(super) fn unpack(bytes: &[u8], regrow: Regrow) -> Option<StoredBatch> {
    let mut rest = bytes;
    let header = get(&mut rest)?.to_vec();
    let signature: [u8; 64] = take(&mut rest, 64)?.try_into().ok()?;
    let header = SignedHeader::read(header, signature).ok()?;
    let mut bodies = Vec::with_capacity(usize::from(header.bodies));
    while !rest.is_empty() {
        let document = mesh_model::id::DocId(take(&mut rest, 16)?.try_into().ok()?);
        let kind = BodyKind(take(&mut rest, 1)?[0]);
        let bytes = if take(&mut rest, 1)?[0] == PLAIN {
            get(&mut rest)?.to_vec()
        } else {
            let paper = u64::from_be_bytes(take(&mut rest, 8)?.try_into().ok()?);
            let length = usize::try_from(u32::from_be_bytes(take(&mut rest, 4)?.try_into().ok()?)).ok()?;
            let (before, after) = (get(&mut rest)?, get(&mut rest)?);
            [before, &regrow.filling(paper, length), after].concat()
        };
        bodies.push(StoredBody::Here(Body { document, kind, bytes }));
    }
    Some(StoredBatch { header, bodies, source: None })
}

fn put(out: &mut Vec<u8>, bytes: &[u8]) {
    out.extend_from_slice(&u16::try_from(bytes.len()).expect("a body has at most 48 KiB").to_be_bytes());
    out.extend_from_slice(bytes);
}

fn get<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let length = u16::from_be_bytes(take(rest, 2)?.try_into().ok()?);
    take(rest, usize::from(length))
}

fn take<'a>(rest: &mut &'a [u8], length: usize) -> Option<&'a [u8]> {
    let (taken, left) = rest.split_at_checked(length)?;
    *rest = left;
    Some(taken)
}
