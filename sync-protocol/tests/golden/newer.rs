//! What a newer release might say: read as far as it is understood, skipped where that is safe, forwarded as it came.

use super::corpus::*;
use sync_protocol::batch::SignedHeader;
use sync_protocol::crypto::ED25519;
use sync_protocol::frame::{Frame, FrameError, Mark};
use sync_protocol::record::Record;

/// Adds one field with this number to a small CBOR map.
fn with_field(map: &[u8], number: u8) -> Vec<u8> {
    assert!((0xa0..0xb7).contains(&map[0]), "a map of fewer than 23 fields");
    let mut out = map.to_vec();
    out[0] += 1;
    out.extend([0x18, number, 0x82, 0x63, b'n', b'e', b'w', 0xf5]);
    out
}

#[test]
fn a_frame_with_a_newer_field_is_read_without_it() {
    let mark = Frame::Mark(Mark { seq: 70_000, mark: [0xb1; 8].into() });
    let bytes = mark.to_bytes();
    let newer = [&bytes[..2], &with_field(&bytes[2..], 200)].concat();
    let kept = golden("newer-frame-field", &newer);
    assert_eq!(Frame::read(&kept), Ok(mark));
}

#[test]
fn a_skippable_frame_is_skipped_and_another_ends_the_session() {
    let kept = golden("newer-frame-skippable", &[0x80, 0x01, 0xa1, 0x00, 0x01]);
    assert_eq!(Frame::read(&kept), Ok(Frame::Skip(0x8001)));
    let kept = golden("newer-frame-needed", &[0x00, 0x7f, 0xa1, 0x00, 0x01]);
    assert_eq!(Frame::read(&kept), Err(FrameError::Type(0x7f)));
}

#[test]
fn a_header_with_a_newer_field_keeps_it_under_the_signature() {
    let old = SignedHeader::sign(header(), &key());
    let bytes = with_field(old.bytes(), 100);
    let signature = key().sign(&bytes);
    let kept = golden("newer-header-field", &[bytes.as_slice(), &signature].concat());
    let (bytes, signature) = kept.split_at(kept.len() - 64);
    let read = SignedHeader::read(bytes.to_vec(), signature.try_into().unwrap()).unwrap();
    assert_eq!(*read, header());
    assert_eq!(read.bytes(), bytes);
    assert!(read.is_signed_by(&key().public(), &ED25519));
    assert_ne!(read.hash(), old.hash());
}

#[test]
fn a_record_with_a_newer_field_is_read_without_it() {
    let day = kept("record-day").expect("a golden file");
    let newer = [&day[..2], &with_field(&day[2..], 50)].concat();
    let kept = golden("newer-record-field", &newer);
    assert_eq!(Record::read(&kept).unwrap(), Record::read(&day).unwrap());
}

#[test]
fn a_record_of_a_newer_tag_is_nobodys_business_here() {
    let kept = golden("newer-record-tag", &[0x00, 0x3f, 0xa0]);
    assert_eq!(Record::read(&kept).unwrap(), None);
}

#[test]
fn an_act_of_a_newer_release_is_kept_and_does_nothing() {
    let mut bytes = vec![0x00, 0x01, 0xa3, 0x00, 0x0c, 0x01, 0x58, 0x20];
    bytes.extend([0xf1; 32]);
    bytes.extend([0x02, 0x43, 0x82, 0x09, 0xa0]);
    let kept = golden("newer-authority-act", &bytes);
    let Ok(Some(Record::Authority(step))) = Record::read(&kept) else { panic!("the record reads") };
    assert_eq!((step.height, step.act()), (12, None));
}
