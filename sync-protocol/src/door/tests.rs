//! The door, fault by fault and reason by reason, over batches that were really signed.

use super::*;
use crate::authority::{Anchor, Authority};
use crate::batch::{AuthorityHead, Chain};
use crate::crypto::{ED25519, SigningKey};
use crate::profile::{DocumentHeads, actor};
use crate::record::{AuthorityAct, Level, NodeKeys, Placement, found_message};
use mesh_model::id::{Branch, DocId, NodeId, SiteId};
use mesh_model::place::{Scope, Shelf};
use mesh_model::time::Day;

mod bodies;

const HALL: SiteId = SiteId([1; 8]);
const VILLAGE: SiteId = SiteId([2; 8]);
const BOOT: [u8; 16] = [4; 16];

fn hub() -> SigningKey {
    SigningKey::from_secret(&[1; 32])
}

fn village() -> SigningKey {
    SigningKey::from_secret(&[2; 32])
}

fn keys(key: &SigningKey) -> NodeKeys {
    NodeKeys { signing: key.public().into(), wrapping: [0; 32].into(), tls: Hash([1; 32]) }
}

/// Height 1 founds the hub, 2 places the village, 3 enrols its node.
fn authority() -> Authority {
    let root = SigningKey::from_secret(&[99; 32]);
    let signature = root.sign(&found_message("511602", &keys(&hub()), HALL));
    let found = AuthorityAct::Found {
        county: "511602".into(),
        hub: keys(&hub()),
        site: HALL,
        root: root.public().into(),
        signature: signature.into(),
    };
    let place = AuthorityAct::Place { sites: vec![Placement { site: VILLAGE, parent: Some(HALL), level: Level::VILLAGE }] };
    let enrol = AuthorityAct::Enrol { keys: keys(&village()), site: VILLAGE, token: [0; 8].into(), block: 0 };
    let anchor = Anchor { root_pin: *blake3::hash(&root.public()).as_bytes(), suite: &ED25519 };
    let mut log = Authority::default();
    for act in [found, place, enrol] {
        let record = log.next_record(&act);
        let hash = crate::record::hash_of_body(&Record::Authority(record.clone()).to_bytes());
        log.append(&record, hash, &anchor).unwrap();
    }
    log
}

fn cases() -> Scope {
    Scope::site(VILLAGE, Class::CASES, Shelf(2026))
}

fn header(by: &SigningKey, scope: Scope, cited: AuthorityHead, bodies: &[Body]) -> Header {
    Header {
        alg: 1,
        schema: SCHEMA,
        chain: Chain { node: by.node(), branch: Branch([3; 8]), scope },
        seq: 1,
        prev: Hash::default(),
        boot: BOOT,
        authority: cited,
        day: Day(20_700),
        entries: hash_entries(bodies.iter().map(Body::entry)),
        bodies: u16::try_from(bodies.len()).unwrap(),
    }
}

fn entries(bodies: &[Body]) -> Vec<Hash> {
    bodies.iter().map(Body::entry).collect()
}

fn case(value: &[u8]) -> Body {
    case_by(village().node(), value)
}

fn case_by(node: NodeId, value: &[u8]) -> Body {
    let document = DocId::derive(cases(), node, b"1");
    let (bytes, _) = DocumentHeads::default().append(actor(node, &BOOT, document), value.to_vec()).to_bytes();
    Body { document, kind: BodyKind::CHANGE, bytes }
}

fn signed(bodies: &[Body]) -> SignedHeader {
    SignedHeader::sign(header(&village(), cases(), authority().head(), bodies), &village())
}

#[test]
fn an_honest_batch_passes() {
    let bodies = [case(b"event")];
    let header = signed(&bodies);
    assert_eq!(judge_header(&header, &entries(&bodies), &authority(), &ED25519), Ok(()));
    assert_eq!(judge_body(&header, &bodies[0], false), Ok(()));
}

#[test]
fn a_header_that_cites_what_is_not_on_the_log_is_nobodys() {
    let bodies = [case(b"event")];
    for cited in [AuthorityHead { height: 3, hash: Hash([7; 32]) }, AuthorityHead { height: 4, hash: Hash([7; 32]) }] {
        let header = SignedHeader::sign(header(&village(), cases(), cited, &bodies), &village());
        assert_eq!(judge_header(&header, &entries(&bodies), &authority(), &ED25519), Err(HeaderFault::Authority));
    }
}

#[test]
fn an_author_is_unknown_below_its_own_enrolment_and_a_stranger_everywhere() {
    let bodies = [case(b"event")];
    let log = authority();
    let early = SignedHeader::sign(header(&village(), cases(), log.head_at(2).unwrap(), &bodies), &village());
    assert_eq!(judge_header(&early, &entries(&bodies), &log, &ED25519), Err(HeaderFault::Author));
    let stranger = SigningKey::from_secret(&[9; 32]);
    let strange = SignedHeader::sign(header(&stranger, cases(), log.head(), &bodies), &stranger);
    assert_eq!(judge_header(&strange, &entries(&bodies), &log, &ED25519), Err(HeaderFault::Author));
}

#[test]
fn a_header_signed_by_another_key_or_algorithm_is_refused() {
    let bodies = [case(b"event")];
    let log = authority();
    let forged = SignedHeader::sign(header(&village(), cases(), log.head(), &bodies), &hub());
    assert_eq!(judge_header(&forged, &entries(&bodies), &log, &ED25519), Err(HeaderFault::Signature));
    let newer = Header { alg: 2, ..header(&village(), cases(), log.head(), &bodies) };
    assert_eq!(judge_header(&SignedHeader::sign(newer, &village()), &entries(&bodies), &log, &ED25519), Err(HeaderFault::Signature));
}

#[test]
fn entries_other_than_the_signed_ones_are_refused() {
    let bodies = [case(b"one"), case(b"two")];
    let (header, log) = (signed(&bodies), authority());
    let good = entries(&bodies);
    for bad in [vec![good[1], good[0]], vec![good[0]], vec![good[0], good[1], good[1]], vec![good[0], good[0]], Vec::new()] {
        assert_eq!(judge_header(&header, &bad, &log, &ED25519), Err(HeaderFault::Entries));
    }
    assert_eq!(judge_header(&header, &good, &log, &ED25519), Ok(()));
}

#[test]
fn a_batch_of_a_hundred_and_one_bodies_is_refused_and_one_of_a_hundred_is_not() {
    let of = |count: usize| vec![case(b"event"); count];
    for (count, judged) in [(limits::BATCH_BODIES_MAX, Ok(())), (limits::BATCH_BODIES_MAX + 1, Err(HeaderFault::Size))] {
        let bodies = of(count);
        assert_eq!(judge_header(&signed(&bodies), &entries(&bodies), &authority(), &ED25519), judged);
    }
}

#[test]
fn only_a_hub_node_writes_in_the_countys_scopes() {
    let log = authority();
    let scope = Scope::county(Class::ORDERS, Shelf(2026));
    let bodies = [Body { document: DocId::derive(scope, hub().node(), b"1"), kind: BodyKind::WRAP, bytes: vec![1] }];
    for (key, judged) in [(hub(), Ok(())), (village(), Err(HeaderFault::NotHub))] {
        let header = SignedHeader::sign(header(&key, scope, log.head(), &bodies), &key);
        assert_eq!(judge_header(&header, &entries(&bodies), &log, &ED25519), judged);
    }
}

#[test]
fn a_flipped_bit_anywhere_in_header_signature_or_body_is_refused() {
    let bodies = [case(b"event")];
    let (good, log) = (signed(&bodies), authority());
    let passes = |header: &[u8], signature: [u8; 64], body: Body| {
        SignedHeader::read(header.to_vec(), signature).is_ok_and(|header| judge_header(&header, &[body.entry()], &log, &ED25519).is_ok())
    };
    assert!(passes(good.bytes(), *good.signature(), bodies[0].clone()));
    for bit in 0..good.bytes().len() * 8 {
        let mut bytes = good.bytes().to_vec();
        bytes[bit / 8] ^= 1 << (bit % 8);
        assert!(!passes(&bytes, *good.signature(), bodies[0].clone()), "header bit {bit}");
    }
    for bit in 0..512 {
        let mut signature = *good.signature();
        signature[bit / 8] ^= 1 << (bit % 8);
        assert!(!passes(good.bytes(), signature, bodies[0].clone()), "signature bit {bit}");
    }
    for bit in 0..bodies[0].bytes.len() * 8 {
        let mut body = bodies[0].clone();
        body.bytes[bit / 8] ^= 1 << (bit % 8);
        assert!(!passes(good.bytes(), *good.signature(), body), "body bit {bit}");
    }
    let moved = Body { document: DocId([0; 16]), ..bodies[0].clone() };
    assert!(!passes(good.bytes(), *good.signature(), moved), "the document is under the signature");
    let renamed = Body { kind: BodyKind::RECORD, ..bodies[0].clone() };
    assert!(!passes(good.bytes(), *good.signature(), renamed), "the kind is under the signature");
}
