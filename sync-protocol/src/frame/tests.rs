//! Frames against rubbish, bombs and newer releases; their exact bytes are in `tests/golden/`.

use super::*;
use crate::vector::Rows;
use mesh_model::id::NodeId;
use minicbor::Encoder;
use minicbor::bytes::ByteVec;
use proptest::prelude::*;

fn framed(kind: u16, body: &[u8]) -> Vec<u8> {
    [kind.to_be_bytes().as_slice(), body].concat()
}

/// The CBOR of a bulk frame with this packing and content.
fn bulk(packing: u8, items: &[u8]) -> Vec<u8> {
    let mut body = Encoder::new(Vec::new());
    body.map(2).unwrap().u8(0).unwrap().u8(packing).unwrap().u8(1).unwrap().bytes(items).unwrap();
    framed(BULK, &body.into_writer())
}

fn samples() -> Vec<Frame> {
    let mark = Mark { seq: 7, mark: [2; 8].into() };
    let rows = Rows { heads: vec![crate::vector::Row { seq: 3, head: Hash([4; 32]) }], beyond: Vec::new(), given_up: None };
    let scope: ByteVec = Scope::AUTHORITY.to_bytes().to_vec().into();
    let chains = vec![ChainRows { node: NodeId([5; 16]), branch: Branch([6; 8]), rows }];
    let item = Item { header: vec![1, 2, 3].into(), signature: [9; 64].into(), bodies: vec![ItemBody::Blinded(Hash([3; 32]))] };
    vec![
        Frame::Mark(mark.clone()),
        Frame::Held(Held { seq: 9, urged: Some(vec![Hash([1; 32])]) }),
        Frame::Vectors(Vectors { height: 2, scopes: vec![ScopeRows { scope, chains }], at: mark.clone(), more: None }),
        Frame::Want(Want { ranges: Vec::new(), bodies: None, at: mark.clone() }),
        Frame::Bulk(Bulk { items: vec![item; 9], mark: Some(mark) }),
        Frame::Bye(Farewell::because(Bye::Revoked)),
    ]
}

#[test]
fn every_frame_reads_back_and_none_reads_when_cut_short() {
    for frame in samples() {
        let bytes = frame.to_bytes();
        assert_eq!(Frame::read(&bytes), Ok(frame.clone()), "{}", frame.name());
        for end in 0..bytes.len() {
            assert!(Frame::read(&bytes[..end]).is_err(), "{} cut at {end}", frame.name());
        }
    }
}

#[test]
fn a_frame_over_the_bound_is_refused_unread() {
    let mut bytes = framed(SKIPPABLE, &vec![0; limits::FRAME_BYTES_MAX - 2]);
    assert_eq!(Frame::read(&bytes), Ok(Frame::Skip(SKIPPABLE)));
    bytes.push(0);
    assert_eq!(Frame::read(&bytes), Err(FrameError::Length));
    assert_eq!(Frame::read(&[1]), Err(FrameError::Length));
}

#[test]
fn an_unknown_type_is_skipped_only_when_its_high_bit_says_so() {
    assert_eq!(Frame::read(&framed(0x8123, &[0xff])), Ok(Frame::Skip(0x8123)));
    assert_eq!(Frame::read(&framed(9, &[0xa0])), Err(FrameError::Type(9)));
    assert_eq!(Frame::read(&framed(0, &[0xa0])), Err(FrameError::Type(0)));
}

#[test]
fn a_field_of_a_newer_release_is_skipped() {
    let mut body = Encoder::new(Vec::new());
    body.map(3).unwrap().u8(0).unwrap().u64(7).unwrap().u8(1).unwrap().bytes(&[2; 8]).unwrap();
    body.u8(200).unwrap().array(2).unwrap().str("newer").unwrap().bool(true).unwrap();
    let read = Frame::read(&framed(MARK, &body.into_writer()));
    assert_eq!(read, Ok(Frame::Mark(Mark { seq: 7, mark: [2; 8].into() })));
}

#[test]
fn a_deeply_nested_unknown_field_costs_no_stack() {
    let mut body = Encoder::new(Vec::new());
    body.map(3).unwrap().u8(0).unwrap().u64(7).unwrap().u8(1).unwrap().bytes(&[2; 8]).unwrap().u8(200).unwrap();
    let mut body = body.into_writer();
    body.extend(std::iter::repeat_n(0x81, 200_000));
    body.push(0x00);
    assert_eq!(Frame::read(&framed(MARK, &body)), Ok(Frame::Mark(Mark { seq: 7, mark: [2; 8].into() })));
}

#[test]
fn a_compression_bomb_is_refused() {
    let bomb = zstd::bulk::compress(&vec![0; 64 * 1024 * 1024], 3).unwrap();
    assert!(bomb.len() < limits::FRAME_BYTES_MAX, "{} bytes", bomb.len());
    assert_eq!(Frame::read(&bulk(1, &bomb)), Err(FrameError::Content));
}

#[test]
fn a_bulk_of_the_largest_content_passes_and_one_byte_more_does_not() {
    let content = |header_bytes: usize| {
        let item = Item { header: vec![0; header_bytes].into(), signature: [0; 64].into(), bodies: Vec::new() };
        minicbor::to_vec(vec![item]).unwrap()
    };
    let around = content(100_000).len() - 100_000;
    let read = |content: &[u8]| Frame::read(&bulk(1, &zstd::bulk::compress(content, 3).unwrap())).map(|_| content.len());
    let header_bytes = limits::BULK_BYTES_MAX - around;
    assert_eq!(read(&content(header_bytes)), Ok(limits::BULK_BYTES_MAX));
    assert_eq!(read(&content(header_bytes + 1)), Err(FrameError::Content));
}

#[test]
fn a_packing_of_a_newer_release_is_refused() {
    assert_eq!(Frame::read(&bulk(0, &[0x80])), Ok(Frame::Bulk(Bulk::default())));
    assert_eq!(Frame::read(&bulk(2, &[0x80])), Err(FrameError::Content));
}

#[test]
fn equal_items_travel_compressed() {
    let bulk = samples().into_iter().find(|frame| frame.name() == "bulk").unwrap();
    assert!(bulk.to_bytes().len() < 250, "{} bytes", bulk.to_bytes().len());
}

#[test]
fn the_headers_in_a_frame_are_named_for_the_log_of_what_was_sent() {
    use crate::batch::{AuthorityHead, Chain, Header};
    let key = crate::crypto::SigningKey::from_secret(&[1; 32]);
    let header = Header {
        alg: 1,
        schema: 1,
        chain: Chain { node: key.node(), branch: Branch([1; 8]), scope: Scope::AUTHORITY },
        seq: 1,
        prev: Hash::default(),
        boot: [0; 16],
        authority: AuthorityHead::default(),
        day: mesh_model::time::Day(0),
        entries: Hash::default(),
        bodies: 1,
    };
    let header = SignedHeader::sign(header, &key);
    let item = Item { header: header.bytes().to_vec().into(), signature: (*header.signature()).into(), bodies: Vec::new() };
    let frame = Frame::Bulk(Bulk { items: vec![item], mark: None });
    assert_eq!(headers_in(&frame.to_bytes()), [(Scope::AUTHORITY, header.hash())]);
    assert!(headers_in(&Frame::Bye(Farewell::because(Bye::Fault)).to_bytes()).is_empty());
}

/// One item with a body of a photograph's bytes, which nothing packs, and then of a form's.
fn photograph_and_form(photograph_bytes: usize, form_bytes: usize) -> Frame {
    let mut bytes = vec![0; photograph_bytes];
    blake3::Hasher::new().finalize_xof().fill(&mut bytes);
    bytes.extend("申请人 示例甲；".bytes().cycle().take(form_bytes));
    let body = ItemBody::Here { document: mesh_model::id::DocId([7; 16]), kind: 0, bytes: bytes.into() };
    let item = Item { header: vec![1; 200].into(), signature: [9; 64].into(), bodies: vec![body] };
    Frame::Bulk(Bulk { items: vec![item], mark: None })
}

#[test]
fn photographs_travel_as_they_are_and_forms_among_them_are_packed() {
    for (photograph_bytes, form_bytes) in [(1_000, 0), (60_000, 0), (60_000, 20_000), (20_000, 60_000), (0, 60_000)] {
        let frame = photograph_and_form(photograph_bytes, form_bytes);
        let wire = frame.to_bytes();
        assert_eq!(Frame::read(&wire), Ok(frame));
        let at_most = photograph_bytes + form_bytes / 10 + 400;
        assert!(wire.len() <= at_most, "{photograph_bytes} and {form_bytes}: {} bytes", wire.len());
    }
}

proptest! {
    #[test]
    fn rubbish_never_panics(kind in 0u16..12, body in prop::collection::vec(any::<u8>(), 0..300)) {
        if let Ok(frame) = Frame::read(&framed(kind, &body)) {
            prop_assert_eq!(Frame::read(&frame.to_bytes()), Ok(frame));
        }
    }

    #[test]
    fn a_changed_byte_never_panics_and_what_still_reads_reads_back(which in 0..6usize, at in any::<prop::sample::Index>(), to in any::<u8>()) {
        let mut bytes = samples()[which].to_bytes();
        let at = at.index(bytes.len());
        bytes[at] = to;
        if let Ok(frame) = Frame::read(&bytes) {
            prop_assert_eq!(Frame::read(&frame.to_bytes()), Ok(frame));
        }
    }

    #[test]
    fn rubbish_under_compression_never_panics(body in prop::collection::vec(any::<u8>(), 0..300)) {
        let packed = zstd::bulk::compress(&body, 3).unwrap();
        if let Ok(frame) = Frame::read(&bulk(1, &packed)) {
            prop_assert_eq!(Frame::read(&frame.to_bytes()), Ok(frame));
        }
    }
}

#[test]
fn a_compressed_frame_depends_on_nothing_that_was_compressed_before() {
    let content = |byte: u8| {
        let item = Item { header: vec![byte; 400].into(), signature: [byte; 64].into(), bodies: Vec::new() };
        Frame::Bulk(Bulk { items: vec![item], mark: None })
    };
    let first = content(1).to_bytes();
    for byte in 2..50 {
        let other = content(byte).to_bytes();
        assert_eq!(Frame::read(&other).unwrap(), content(byte));
        assert!(Frame::read(&other[..other.len() / 2]).is_err());
    }
    assert_eq!(content(1).to_bytes(), first);
    assert_eq!(Frame::read(&first).unwrap(), content(1));
}
