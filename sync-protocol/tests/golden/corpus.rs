//! The files, and the values that many of them share.

use mesh_model::id::{Branch, DocId, Hash, NodeId, SiteId};
use mesh_model::place::{Class, Scope, Shelf};
use mesh_model::time::Day;
use sync_protocol::batch::{AuthorityHead, Body, BodyKind, Chain, Header, SCHEMA, SignedHeader, hash_entries};
use sync_protocol::crypto::SigningKey;
use sync_protocol::journal::{StoredBatch, StoredBody};
use sync_protocol::profile::{EventChange, actor};
use sync_protocol::record::NodeKeys;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/");

/// Compares bytes with the file of this name and returns what the file holds.
#[track_caller]
pub fn golden(name: &str, bytes: &[u8]) -> Vec<u8> {
    let kept = kept(name);
    if kept.as_deref() != Some(bytes) && wants_writing() {
        write(name, bytes);
        return bytes.to_vec();
    }
    let kept = kept.unwrap_or_else(|| panic!("golden/{name}.hex is missing; its bytes would be\n{}", hex(bytes)));
    assert_eq!(hex(bytes), hex(&kept), "golden/{name}.hex: what this release writes is not what was released");
    kept
}

/// Returns what the file of this name holds.
#[expect(clippy::disallowed_methods, reason = "the corpus is files, and this is a test")]
pub fn kept(name: &str) -> Option<Vec<u8>> {
    let text = std::fs::read_to_string(format!("{FOLDER}{name}.hex")).ok()?;
    let digits: Vec<u8> = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
    Some(digits.chunks(2).map(byte).collect())
}

#[expect(clippy::disallowed_methods, reason = "writing is asked for by the environment, and this is a test")]
fn wants_writing() -> bool {
    std::env::var("MESH_GOLDEN").is_ok_and(|value| value == "write")
}

#[expect(clippy::disallowed_methods, reason = "the corpus is files, and this is a test")]
fn write(name: &str, bytes: &[u8]) {
    std::fs::write(format!("{FOLDER}{name}.hex"), hex(bytes)).unwrap();
}

/// 32 bytes a line.
fn hex(bytes: &[u8]) -> String {
    bytes.chunks(32).map(|line| line.iter().map(|byte| format!("{byte:02x}")).collect::<String>() + "\n").collect()
}

pub fn key() -> SigningKey {
    SigningKey::from_secret(&[0x11; 32])
}

pub fn node() -> NodeId {
    key().node()
}

pub fn keys() -> NodeKeys {
    NodeKeys { signing: key().public().into(), wrapping: [0x22; 32].into(), tls: Hash([0x33; 32]) }
}

pub const SITE: SiteId = SiteId([0x44; 8]);
pub const BRANCH: Branch = Branch([0x55; 8]);
pub const BOOT: [u8; 16] = [0x66; 16];

pub fn scope() -> Scope {
    Scope::site(SITE, Class::CASES, Shelf(2026))
}

pub fn document() -> DocId {
    DocId::derive(scope(), node(), b"golden")
}

pub fn change() -> EventChange {
    EventChange {
        deps: vec![[0x77; 32], [0x88; 32]],
        actor: actor(node(), &BOOT, document()),
        seq: 2,
        start_op: 300,
        value: b"event".to_vec(),
    }
}

pub fn body() -> Body {
    Body { document: document(), kind: BodyKind::CHANGE, bytes: change().to_bytes().0 }
}

pub fn header() -> Header {
    Header {
        alg: 1,
        schema: SCHEMA,
        chain: Chain { node: node(), branch: BRANCH, scope: scope() },
        seq: 70_000,
        prev: Hash([0x99; 32]),
        boot: BOOT,
        authority: AuthorityHead { height: 12, hash: Hash([0xaa; 32]) },
        day: Day(20_700),
        entries: hash_entries([body().entry()]),
        bodies: 1,
    }
}

/// The first header of a chain before anything is known: the fields that may be absent are.
pub fn first_header() -> Header {
    Header { seq: 1, prev: Hash::default(), authority: AuthorityHead::default(), day: Day(0), ..header() }
}

pub fn batch() -> StoredBatch {
    StoredBatch { header: SignedHeader::sign(header(), &key()), bodies: vec![StoredBody::Here(body())], source: None }
}
