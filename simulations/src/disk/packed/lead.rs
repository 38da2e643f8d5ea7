//! The signed header of a packed batch: what its chain, its county and its author's key say already is left out, and signed again.

use super::{Regrow, get, get_number, put, put_number, take};
use mesh_model::id::{Hash, NodeId};
use mesh_model::time::Day;
use std::collections::BTreeMap;
use sync_protocol::batch::{AuthorityHead, Chain, Header, SignedHeader};
use sync_protocol::crypto::SigningKey;

/// What the batches of a county have in common, each kept once.
#[derive(Debug)]
pub(crate) struct Shared {
    pub regrow: Regrow,
    keys: BTreeMap<NodeId, SigningKey>,
    boots: Table<[u8; 16]>,
    heads: Table<(u64, Hash)>,
}

#[derive(Debug)]
struct Table<T> {
    entries: Vec<T>,
    numbers: BTreeMap<T, u64>,
}

impl<T: Copy + Ord> Table<T> {
    fn new() -> Table<T> {
        Table { entries: Vec::new(), numbers: BTreeMap::new() }
    }

    fn number(&mut self, entry: T) -> u64 {
        *self.numbers.entry(entry).or_insert_with(|| {
            self.entries.push(entry);
            self.entries.len() as u64 - 1
        })
    }

    fn entry(&self, number: u64) -> Option<T> {
        self.entries.get(usize::try_from(number).ok()?).copied()
    }
}

impl Shared {
    pub fn new(regrow: Regrow) -> Shared {
        Shared { regrow, keys: BTreeMap::new(), boots: Table::new(), heads: Table::new() }
    }

    /// Learns the key of a node, by which its headers are signed again.
    pub fn learn(&mut self, key: &SigningKey) {
        self.keys.insert(key.node(), key.clone());
    }
}

/// What the pool knows of a batch without its packed bytes.
pub(crate) struct Known<'a> {
    pub chain: Chain,
    pub seq: u64,
    /// Returns the pool's number of a header.
    pub number_of: &'a dyn Fn(&Hash) -> Option<u32>,
    /// Returns the header of a number.
    pub header_at: &'a dyn Fn(u32) -> Option<Hash>,
}

/// Of a header kept as it was signed, with its signature.
const VERBATIM: u8 = 0;
/// Of a header that is signed again: nothing before it, a header of the pool, any other.
const FIRST: u8 = 1;
const AFTER_NUMBER: u8 = 2;
const AFTER_HEADER: u8 = 3;

/// Writes a header.
pub(super) fn lead(out: &mut Vec<u8>, signed: &SignedHeader, shared: &mut Shared, known: &Known<'_>) {
    let is_regrown = shared.keys.get(&signed.chain.node).is_some_and(|key| {
        (signed.chain, signed.seq) == (known.chain, known.seq) && SignedHeader::sign((**signed).clone(), key) == *signed
    });
    if !is_regrown {
        out.push(VERBATIM);
        put(out, signed.bytes());
        out.extend_from_slice(signed.signature());
        return;
    }
    if signed.prev == Hash::default() {
        out.push(FIRST);
    } else if let Some(number) = (known.number_of)(&signed.prev) {
        out.push(AFTER_NUMBER);
        put_number(out, u64::from(number));
    } else {
        out.push(AFTER_HEADER);
        out.extend_from_slice(&signed.prev.0);
    }
    put_number(out, u64::from(signed.schema));
    put_number(out, shared.boots.number(signed.boot));
    put_number(out, shared.heads.number((signed.authority.height, signed.authority.hash)));
    put_number(out, u64::from(signed.day.0.cast_unsigned()));
    out.extend_from_slice(&signed.entries.0);
    put_number(out, u64::from(signed.bodies));
}

/// Reads what [`lead`] wrote.
pub(super) fn read_lead(rest: &mut &[u8], shared: &Shared, known: &Known<'_>) -> Option<SignedHeader> {
    let prev = match take(rest, 1)?[0] {
        VERBATIM => {
            let header = get(rest)?.to_vec();
            let signature: [u8; 64] = take(rest, 64)?.try_into().ok()?;
            return SignedHeader::read(header, signature).ok();
        }
        FIRST => Hash::default(),
        AFTER_NUMBER => (known.header_at)(u32::try_from(get_number(rest)?).ok()?)?,
        _ => hash(rest)?,
    };
    let key = shared.keys.get(&known.chain.node)?;
    let schema = u16::try_from(get_number(rest)?).ok()?;
    let boot = shared.boots.entry(get_number(rest)?)?;
    let (height, head) = shared.heads.entry(get_number(rest)?)?;
    let day = Day(u32::try_from(get_number(rest)?).ok()?.cast_signed());
    let entries = hash(rest)?;
    let bodies = u16::try_from(get_number(rest)?).ok()?;
    let authority = AuthorityHead { height, hash: head };
    let header = Header { alg: key.suite().alg, schema, chain: known.chain, seq: known.seq, prev, boot, authority, day, entries, bodies };
    Some(SignedHeader::sign(header, key))
}

fn hash(rest: &mut &[u8]) -> Option<Hash> {
    Some(Hash(take(rest, 32)?.try_into().ok()?))
}
