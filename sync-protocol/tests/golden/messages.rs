//! One example of every message: it is written as it was released, and what was released is read.

use super::corpus::*;
use mesh_model::id::{Digest, Hash};
use sync_protocol::batch::{AuthorityHead, SignedHeader};
use sync_protocol::crypto::ED25519;
use sync_protocol::frame::*;
use sync_protocol::io::Bye;
use sync_protocol::journal::StoredBody;
use sync_protocol::profile;
use sync_protocol::record::*;
use sync_protocol::vector::{Range, Row, Rows};

#[track_caller]
fn frame(name: &str, value: &Frame) {
    let kept = golden(name, &value.to_bytes());
    assert_eq!(Frame::read(&kept).as_ref(), Ok(value));
}

fn mark() -> Mark {
    Mark { seq: 70_000, mark: [0xb1; 8].into() }
}

fn rows() -> Rows {
    let head = |seq: u64, byte: u8| Row { seq, head: Hash([byte; 32]) };
    Rows {
        heads: vec![head(3, 1), head(4, 2)],
        beyond: vec![Range { from: 7, prev: Hash([3; 32]), to: 9, head: Hash([4; 32]) }],
        given_up: None,
    }
}

#[test]
fn a_hello_in_full_and_in_short() {
    let short = Hello {
        version: 1,
        branch: BRANCH,
        height: 12,
        authority: [0xa1; 8].into(),
        day: 20_700,
        tail: 70_000,
        read: 65_000,
        mark: [0xb1; 8].into(),
        root: Some(Digest([0xc1; 16])),
        shelf_from: None,
        version_min: None,
        features: None,
    };
    frame("frame-hello", &Frame::Hello(short.clone()));
    let full = Hello { shelf_from: Some(2024), version_min: Some(1), features: Some(vec!["sealed".into()]), ..short };
    frame("frame-hello-full", &Frame::Hello(full));
}

#[test]
fn a_proof_with_and_without_its_mark() {
    let claim = Proof {
        height: 12,
        root: Digest([0xc1; 16]),
        tail: 70_000,
        read: 65_000,
        mark: [0xb1; 8].into(),
        answer: None,
        tail_mark: None,
        lost: None,
    };
    frame("frame-proof", &Frame::Proof(claim.clone()));
    frame("frame-proof-full", &Frame::Proof(Proof { answer: Some(true), tail_mark: Some([0xb2; 8].into()), ..claim }));
}

#[test]
fn marks_and_durable_words() {
    frame("frame-mark", &Frame::Mark(mark()));
    frame("frame-held", &Frame::Held(Held { seq: 70_000, urged: None }));
    frame("frame-held-urged", &Frame::Held(Held { seq: 70_000, urged: Some(vec![Hash([0xd1; 32])]) }));
}

#[test]
fn vectors_of_a_forked_chain_with_a_gap() {
    let chains = vec![ChainRows { node: node(), branch: BRANCH, rows: rows() }];
    let scopes = vec![ScopeRows { scope: scope().to_bytes().to_vec().into(), chains }];
    frame("frame-vectors", &Frame::Vectors(Vectors { height: 12, scopes: scopes.clone(), at: mark(), more: None }));
    frame("frame-vectors-full", &Frame::Vectors(Vectors { height: 12, scopes, at: mark(), more: Some(false) }));
    let kept = golden("rows", &rows().to_bytes());
    assert_eq!(Rows::from_bytes(&kept), Some(rows()));
}

#[test]
fn a_want_for_ranges_and_bodies() {
    let range = WantRange { scope: scope().to_bytes().to_vec().into(), node: node(), branch: BRANCH, from: 4, to: 70_000 };
    frame("frame-want", &Frame::Want(Want { ranges: vec![range.clone()], bodies: None, at: mark() }));
    let bodies = Some(vec![WantBodies { header: Hash([0xd1; 32]), indexes: vec![0, 99] }]);
    frame("frame-want-bodies", &Frame::Want(Want { ranges: vec![range], bodies, at: mark() }));
}

#[test]
fn every_good_bye() {
    let byes = [Bye::Shutdown, Bye::Fault, Bye::Revoked, Bye::Replaced, Bye::Silent, Bye::GaveUp, Bye::NoSpace];
    let codes = byes.map(|bye| Farewell::because(bye).code);
    assert_eq!(codes, [1, 2, 3, 4, 5, 6, 7]);
    frame("frame-bye", &Frame::Bye(Farewell { code: Bye::Revoked as u16, retry_after_s: None }));
    frame("frame-bye-for-an-hour", &Frame::Bye(Farewell::because(Bye::Revoked)));
    frame("frame-bye-retry", &Frame::Bye(Farewell { code: 6, retry_after_s: Some(90) }));
}

#[test]
fn headers_are_signed_as_they_were() {
    for (name, header) in [("header", header()), ("header-first", first_header())] {
        let signed = SignedHeader::sign(header.clone(), &key());
        let kept = golden(name, &[signed.bytes(), signed.signature()].concat());
        let (bytes, signature) = kept.split_at(kept.len() - 64);
        let read = SignedHeader::read(bytes.to_vec(), signature.try_into().unwrap()).unwrap();
        assert_eq!(*read, header);
        assert!(read.is_signed_by(&key().public(), &ED25519));
        assert_eq!(read.hash(), signed.hash());
        golden(&format!("{name}-hash"), &read.hash().0);
    }
}

#[test]
fn an_event_change_is_written_as_it_was() {
    let (bytes, hash) = change().to_bytes();
    let kept = golden("event-change", &bytes);
    assert_eq!(profile::read_hashed(&kept), Ok((change(), hash)));
    golden("event-change-hash", &hash);
}

#[test]
fn a_batch_item_whole_and_blinded() {
    let whole = Item::of(&batch());
    let blinded = Item { bodies: vec![ItemBody::Blinded(body().entry())], ..whole.clone() };
    for (name, item) in [("item", whole), ("item-blinded", blinded)] {
        let kept = golden(name, &minicbor::to_vec(&item).unwrap());
        assert_eq!(minicbor::decode::<Item>(&kept).unwrap(), item);
        assert_eq!(item.open().unwrap().bodies[0].entry(), body().entry());
    }
    golden("entry", &body().entry().0);
}

#[test]
fn a_bulk_frame_plain_and_compressed() {
    let lean = Item { header: b"header".to_vec().into(), signature: [0xe1; 64].into(), bodies: vec![ItemBody::Blinded(Hash([0xe2; 32]))] };
    frame("frame-bulk-plain", &Frame::Bulk(Bulk { items: vec![lean], mark: Some(mark()) }));
    // How well it is compressed may change with the library; that it can be read may not.
    let packed = Bulk { items: vec![Item::of(&batch())], mark: None };
    let written = Frame::Bulk(packed.clone()).to_bytes();
    let kept = kept("frame-bulk-packed").unwrap_or_else(|| golden("frame-bulk-packed", &written));
    assert_eq!(Frame::read(&kept), Ok(Frame::Bulk(packed.clone())));
    let StoredBody::Here(read) = packed.items[0].clone().open().unwrap().bodies.remove(0) else { unreachable!() };
    assert_eq!(read, body());
}

#[track_caller]
fn record(name: &str, value: &Record) {
    let kept = golden(name, &value.to_bytes());
    assert_eq!(Record::read(&kept).unwrap().as_ref(), Some(value));
}

fn step(act: AuthorityAct) -> Record {
    let below = AuthorityHead { height: 11, hash: Hash([0xf1; 32]) };
    Record::Authority(AuthorityRecord::new(below, &act))
}

#[test]
fn every_act_of_the_authority_log() {
    let signature = key().sign(&found_message("511602", &keys(), SITE));
    golden("found-message", &found_message("511602", &keys(), SITE));
    let found =
        AuthorityAct::Found { county: "511602".into(), hub: keys(), site: SITE, root: key().public().into(), signature: signature.into() };
    record("record-found", &step(found));
    record("record-enrol", &step(AuthorityAct::Enrol { keys: keys(), site: SITE, token: [0xf2; 8].into(), block: 3 }));
    let cut = Cut { branch: BRANCH, scope: scope().to_bytes().to_vec().into(), seq: 70_000, head: Hash([0xf3; 32]) };
    record("record-revoke", &step(AuthorityAct::Revoke { node: node(), cuts: vec![cut] }));
    let sites = vec![
        Placement { site: SITE, parent: None, level: Level::TOWNSHIP },
        Placement { site: mesh_model::id::SiteId([0x45; 8]), parent: Some(SITE), level: Level::VILLAGE },
    ];
    record("record-place", &step(AuthorityAct::Place { sites }));
}

#[test]
fn the_other_records_of_the_hub() {
    record("record-day", &Record::Day(DayRecord { day: 20_700, height: 12, authority: Hash([0xa2; 32]), prev: Hash([0xa3; 32]) }));
    let line = LandedChain { node: node(), branch: BRANCH, seq: 70_000, head: Hash([0xa4; 32]), safe: 65_000 };
    record("record-landed", &Record::Landed(Landed { era: 1, chains: vec![line] }));
    record("record-refusal", &Record::Refusal(Refusal { header: Hash([0xa5; 32]), index: 99, reason: 3 }));
    golden("protocol-document", &protocol_document(scope()).0);
}
