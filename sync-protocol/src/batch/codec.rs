//! The header's CBOR: a map of numbered fields, see `docs/wire.md`. The bytes are what is signed and are never rebuilt.

use super::{AuthorityHead, Chain, Header, HeaderError};
use crate::limits::SEQ_MAX;
use mesh_model::id::{Branch, Hash, NodeId};
use mesh_model::place::Scope;
use mesh_model::time::Day;
use minicbor::bytes::{ByteArray, ByteVec};

#[derive(minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
struct Wire {
    #[n(0)]
    alg: Option<u8>,
    #[n(1)]
    schema: Option<u16>,
    #[n(2)]
    node: Option<NodeId>,
    #[n(3)]
    branch: Option<Branch>,
    #[n(4)]
    scope: Option<ByteVec>,
    #[n(5)]
    seq: Option<u64>,
    #[n(6)]
    prev: Option<Hash>,
    #[n(7)]
    boot: Option<ByteArray<16>>,
    #[n(8)]
    height: Option<u64>,
    #[n(9)]
    authority: Option<Hash>,
    #[n(10)]
    day: Option<i32>,
    #[n(11)]
    entries: Option<Hash>,
    #[n(12)]
    bodies: Option<u16>,
}

pub(super) fn encode(header: &Header) -> Vec<u8> {
    let wire = Wire {
        alg: Some(header.alg),
        schema: Some(header.schema),
        node: Some(header.chain.node),
        branch: Some(header.chain.branch),
        scope: Some(header.chain.scope.to_bytes().to_vec().into()),
        seq: Some(header.seq),
        prev: (header.prev != Hash::default()).then_some(header.prev),
        boot: Some(header.boot.into()),
        height: Some(header.authority.height),
        authority: (header.authority.height > 0).then_some(header.authority.hash),
        day: Some(header.day.0),
        entries: Some(header.entries),
        bodies: Some(header.bodies),
    };
    minicbor::to_vec(wire).expect("encoding into memory cannot fail")
}

pub(super) fn decode(bytes: &[u8]) -> Result<Header, HeaderError> {
    use HeaderError::Malformed;
    let wire: Wire = minicbor::decode(bytes).map_err(|_| Malformed("map"))?;
    let height = wire.height.ok_or(Malformed("authority height"))?;
    Ok(Header {
        alg: wire.alg.ok_or(Malformed("alg"))?,
        schema: wire.schema.ok_or(Malformed("schema"))?,
        chain: Chain {
            node: wire.node.ok_or(Malformed("node"))?,
            branch: wire.branch.ok_or(Malformed("branch"))?,
            scope: wire.scope.as_ref().and_then(|bytes| Scope::from_bytes(bytes)).ok_or(Malformed("scope"))?,
        },
        seq: wire.seq.filter(|seq| (1..=SEQ_MAX).contains(seq)).ok_or(Malformed("seq"))?,
        prev: wire.prev.unwrap_or_default(),
        boot: wire.boot.map(Into::into).ok_or(Malformed("boot"))?,
        authority: AuthorityHead { height, hash: wire.authority.unwrap_or_default() },
        day: Day(wire.day.ok_or(Malformed("day"))?),
        entries: wire.entries.ok_or(Malformed("entries"))?,
        bodies: wire.bodies.filter(|n| *n > 0).ok_or(Malformed("bodies"))?,
    })
}
