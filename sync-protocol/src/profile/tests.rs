//! The profile against the automerge library, and against rubbish.

use super::*;
use automerge::transaction::{CommitOptions, Transactable};
use automerge::{ActorId, Automerge, ROOT, ReadDoc, ScalarValue};
use proptest::prelude::*;

fn by_library(document: &mut Automerge, value: &[u8]) -> (Vec<u8>, [u8; 32]) {
    let mut tx = document.transaction();
    tx.put(ROOT, EventId::of(value).to_string(), ScalarValue::Bytes(value.to_vec())).unwrap();
    tx.commit_with(CommitOptions::default().with_time(0));
    let change = document.get_last_local_change().unwrap();
    (change.raw_bytes().to_vec(), change.hash().0)
}

#[test]
fn our_bytes_are_those_of_the_library() {
    let actor = [7; 16];
    let mut library = Automerge::new().with_actor(ActorId::from(actor));
    let mut heads = DocumentHeads::default();
    for len in [1usize, 100, 4_000, limits::EVENT_BYTES_MAX] {
        let value = vec![len as u8; len];
        let change = heads.append(actor, value.clone());
        let (bytes, hash) = change.to_bytes();
        assert_eq!((bytes.clone(), hash), by_library(&mut library, &value));
        heads.take(&read(&bytes).unwrap(), hash, &actor);
    }
}

#[test]
fn concurrent_events_load_in_the_library_whatever_the_order() {
    let (left, right) = ([1; 16], [2; 16]);
    let root = DocumentHeads::default().append(left, b"root".to_vec());
    let (root_bytes, root_hash) = root.to_bytes();
    let mut heads = DocumentHeads::default();
    heads.take(&root, root_hash, &left);
    let (a, a_hash) = heads.append(left, b"a".to_vec()).to_bytes();
    let mut elsewhere = DocumentHeads::default();
    elsewhere.take(&root, root_hash, &right);
    let (b, b_hash) = elsewhere.append(right, b"b".to_vec()).to_bytes();
    let mut both = DocumentHeads::default();
    for (bytes, hash) in [(&b, b_hash), (&a, a_hash), (&root_bytes, root_hash)] {
        both.take(&read(bytes).unwrap(), hash, &left);
    }
    let (merged, _) = both.append(left, b"merge".to_vec()).to_bytes();
    let mut document = Automerge::new();
    document.load_incremental(&[root_bytes, b, a, merged].concat()).unwrap();
    assert_eq!(document.keys(ROOT).count(), 4);
    let again = Automerge::load(&document.save()).unwrap();
    assert_eq!(again.get_heads(), document.get_heads());
}

#[test]
fn a_change_with_a_second_operation_is_refused() {
    let mut document = Automerge::new().with_actor(ActorId::from([7; 16]));
    let mut tx = document.transaction();
    tx.put(ROOT, EventId::of(b"x").to_string(), ScalarValue::Bytes(b"x".to_vec())).unwrap();
    tx.put(ROOT, "other", 1).unwrap();
    tx.commit();
    let bytes = document.get_last_local_change().unwrap().raw_bytes().to_vec();
    assert_eq!(read(&bytes), Err(ProfileError::Form));
}

proptest! {
    #[test]
    fn rubbish_is_refused_and_never_panics(at in 0usize..400, to in any::<u8>(), cut in 0usize..400) {
        let change = DocumentHeads::default().append([3; 16], vec![9; 200]);
        let (good, _) = change.to_bytes();
        let mut bad = good.clone();
        let at = at % bad.len();
        let changed = bad[at] != to;
        bad[at] = to;
        prop_assert_eq!(read(&bad).is_ok(), !changed);
        bad.truncate(cut % good.len());
        prop_assert!(read(&bad).is_err());
    }
}
