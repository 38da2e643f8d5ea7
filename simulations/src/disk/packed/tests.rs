//! Whatever goes in comes out byte for byte: signed again where the key is known, verbatim where it is not.

use super::*;
use crate::suite::KEYED_HASH;
use mesh_model::id::{Branch, DocId, Hash, SiteId};
use mesh_model::place::{Class, Scope, Shelf};
use mesh_model::time::Day;
use sync_protocol::batch::{AuthorityHead, Chain, Header, SignedHeader};
use sync_protocol::crypto::SigningKey;

const BEFORE: Hash = Hash([9; 32]);

fn batch(key: &SigningKey, prev: Hash, filling: &[u8]) -> StoredBatch {
    let chain = Chain { node: key.node(), branch: Branch([3; 8]), scope: Scope::site(SiteId([4; 8]), Class::CASES, Shelf(2026)) };
    let authority = AuthorityHead { height: 7, hash: Hash([5; 32]) };
    let (entries, boot) = (Hash([6; 32]), [8; 16]);
    let header = Header { alg: key.suite().alg, schema: 1, chain, seq: 300, prev, boot, authority, day: Day(-5), entries, bodies: 2 };
    let body = |bytes: Vec<u8>| StoredBody::Here(Body { document: DocId([2; 16]), kind: BodyKind::CHANGE, bytes });
    let bodies = vec![body([b"head", filling, b"tail"].concat()), body(vec![1; 300])];
    StoredBatch { header: SignedHeader::sign(header, key), bodies, source: None }
}

/// Packs and unpacks where the pool knows the one header before it as number 70,000.
fn packed(batch: &StoredBatch, shared: &mut Shared) -> usize {
    let number_of = |hash: &Hash| (*hash == BEFORE).then_some(70_000);
    let header_at = |number: u32| (number == 70_000).then_some(BEFORE);
    let (chain, seq) = (batch.header.chain, batch.header.seq);
    let known = Known { chain, seq, number_of: &number_of, header_at: &header_at };
    let bytes = pack(batch, shared, &known).unwrap();
    assert_eq!(unpack(&bytes, shared, &known).as_ref(), Some(batch));
    bytes.len()
}

#[test]
fn a_batch_comes_out_as_it_went_in_and_is_small_where_its_key_is_known() {
    let (key, stranger) = (SigningKey::with_suite(&KEYED_HASH, &[1; 32]), SigningKey::with_suite(&KEYED_HASH, &[2; 32]));
    let mut shared = Shared::new(Regrow { seed: 1 });
    shared.learn(&key);
    let filling = Regrow { seed: 1 }.filling(77, 4_000);
    for prev in [Hash::default(), BEFORE, Hash([1; 32])] {
        let (known, unknown) = (packed(&batch(&key, prev, &filling), &mut shared), packed(&batch(&stranger, prev, &filling), &mut shared));
        assert!(known < 440 && unknown > known + 150, "{known} and {unknown} bytes");
    }
    let damaged = [&filling[..3_999], &[filling[3_999] ^ 1]].concat();
    assert!(packed(&batch(&key, BEFORE, &damaged), &mut shared) > 4_000, "what does not grow again is kept");
}

#[test]
fn a_signature_that_is_not_the_keys_is_kept_as_it_is() {
    let key = SigningKey::with_suite(&KEYED_HASH, &[1; 32]);
    let mut shared = Shared::new(Regrow { seed: 1 });
    shared.learn(&key);
    let mut forged = batch(&key, BEFORE, b"");
    forged.header = SignedHeader::read(forged.header.bytes().to_vec(), [7; 64]).unwrap();
    packed(&forged, &mut shared);
}
