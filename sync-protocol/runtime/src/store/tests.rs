//! The contract of a journal, held against every store; what only SQLite can break is in `sqlite/tests.rs`.

use super::memory::{Disk, Room};
use super::{MemoryJournal, SqliteJournal};
use crate::journal::{CommitError, Journal};
use mesh_model::id::{Branch, DocId, Hash, NodeId, SiteId};
use mesh_model::place::{Class, Scope, Shelf};
use mesh_model::time::Day;
use sync_protocol::batch::{AuthorityHead, Body, BodyKind, Chain, Header, SignedHeader, hash_entries};
use sync_protocol::crypto::SigningKey;
use sync_protocol::journal::{Load, Loaded, Position, Source, StoredBatch, StoredBody, Ticket, Write, mark_of, roll};

pub(super) const CASES: Scope = Scope::site(SiteId([7; 8]), Class::CASES, Shelf(2026));
pub(super) const SOURCE: Source = Source { node: NodeId([3; 16]), branch: Branch([4; 8]) };

pub(super) fn body(document: u8, text: &str) -> Body {
    Body { document: DocId([document; 16]), kind: BodyKind::CHANGE, bytes: text.as_bytes().to_vec() }
}

pub(super) fn record(tag: u16) -> Body {
    Body { document: DocId([9; 16]), kind: BodyKind::RECORD, bytes: [tag.to_be_bytes().as_slice(), &[0xa0]].concat() }
}

pub(super) fn batch(scope: Scope, seq: u64, bodies: Vec<Body>) -> StoredBatch {
    let key = SigningKey::from_secret(&[1; 32]);
    let header = Header {
        alg: 1,
        schema: 1,
        chain: Chain { node: key.node(), branch: Branch([2; 8]), scope },
        seq,
        prev: Hash::default(),
        boot: [5; 16],
        authority: AuthorityHead::default(),
        day: Day(20_000),
        entries: hash_entries(bodies.iter().map(Body::entry)),
        bodies: u16::try_from(bodies.len()).unwrap(),
    };
    let header = SignedHeader::sign(header, &key);
    StoredBatch { header, bodies: bodies.into_iter().map(StoredBody::Here).collect(), source: None }
}

pub(super) async fn commit(journal: &mut impl Journal, writes: Vec<Write>) -> Vec<Position> {
    journal.commit(vec![(Ticket(1), writes)]).await.unwrap().remove(0)
}

/// Runs a check on a store in memory and on SQLite.
macro_rules! on_every_store {
    ($name:ident, $journal:ident, $check:expr) => {
        #[tokio::test]
        async fn $name() {
            let mut $journal = MemoryJournal::default();
            $check;
            let folder = tempfile::tempdir().unwrap();
            let mut $journal = SqliteJournal::open(folder.path()).await.unwrap();
            $check;
        }
    };
}

on_every_store!(positions_are_dense_over_a_group_and_carry_the_rolling_hash, journal, {
    let (one, two, three) = (batch(CASES, 1, vec![body(1, "a")]), batch(CASES, 2, vec![body(1, "b")]), batch(CASES, 3, vec![body(2, "c")]));
    let group = vec![
        (Ticket(1), vec![Write::Batch(one.clone()), Write::Batch(two.clone())]),
        (Ticket(2), vec![Write::Note { key: "k".into(), value: vec![1] }]),
        (Ticket(3), vec![Write::Batch(three.clone())]),
    ];
    let answers = journal.commit(group).await.unwrap();
    let mut rolling = Hash::default();
    let expected: Vec<Position> = [&one, &two, &three]
        .iter()
        .zip(1..)
        .map(|(batch, seq)| {
            rolling = roll(&rolling, &batch.header.hash(), None);
            Position { seq, mark: mark_of(&rolling) }
        })
        .collect();
    assert_eq!(answers, vec![expected[..2].to_vec(), vec![], expected[2..].to_vec()]);
    let reader = journal.reader();
    assert_eq!(reader.tail().await.unwrap(), expected[2]);
    assert_eq!(reader.fetch(Load::MarkAt { seq: 2 }).await.unwrap(), Loaded::Mark(Some(expected[1].mark)));
    assert_eq!(reader.fetch(Load::MarkAt { seq: 0 }).await.unwrap(), Loaded::Mark(Some([0; 8])));
    assert_eq!(reader.fetch(Load::MarkAt { seq: 4 }).await.unwrap(), Loaded::Mark(None));
    assert_eq!(journal.load().await.unwrap().tail, expected[2]);
});

on_every_store!(a_batch_stored_already_answers_with_its_old_position, journal, {
    let one = batch(CASES, 1, vec![body(1, "a")]);
    let first = commit(&mut journal, vec![Write::Batch(one.clone())]).await;
    let again = commit(&mut journal, vec![Write::Batch(batch(CASES, 2, vec![body(1, "b")])), Write::Batch(one.clone())]).await;
    assert_eq!(again[1], first[0]);
    assert_eq!(journal.reader().tail().await.unwrap().seq, 2);
});

on_every_store!(a_missing_body_that_comes_late_takes_a_position_once, journal, {
    let mut one = batch(CASES, 1, vec![body(1, "a"), body(2, "b")]);
    let late = one.bodies[1].clone();
    one.bodies[1] = StoredBody::Missing(late.entry());
    commit(&mut journal, vec![Write::Batch(one.clone())]).await;
    let write = Write::LateBody { header: one.header.hash(), index: 1, body: late.clone(), source: Some(SOURCE) };
    let first = commit(&mut journal, vec![write.clone()]).await;
    assert_eq!(first[0].seq, 2);
    assert_eq!(commit(&mut journal, vec![write]).await, first);
    let Loaded::Entries(entries) = journal.reader().fetch(Load::After { seq: 1, bytes_max: 1 }).await.unwrap() else { panic!("entries") };
    assert_eq!(entries.len(), 1);
    assert_eq!((entries[0].at, entries[0].late_body, entries[0].source), (first[0], Some(1), Some(SOURCE)));
    assert_eq!(entries[0].batch.bodies[1], late);
});

on_every_store!(a_refused_body_keeps_its_entry_and_shows_no_bytes, journal, {
    let one = batch(CASES, 1, vec![body(1, "a")]);
    let entry = one.bodies[0].entry();
    commit(&mut journal, vec![Write::Batch(one.clone())]).await;
    let refused = StoredBody::Refused { entry, by: Hash([8; 32]) };
    commit(&mut journal, vec![Write::LateBody { header: one.header.hash(), index: 0, body: refused.clone(), source: None }]).await;
    let Loaded::Batches(found) = journal.reader().fetch(Load::Batches { headers: vec![one.header.hash()] }).await.unwrap() else {
        panic!("batches")
    };
    assert_eq!(found[0].bodies, vec![refused]);
});

on_every_store!(every_question_is_answered_from_what_is_committed, journal, {
    let mut two = batch(CASES, 2, vec![body(2, "bb")]);
    two.source = Some(SOURCE);
    let one = batch(CASES, 1, vec![body(1, "a"), body(2, "b")]);
    commit(&mut journal, vec![Write::Batch(one.clone()), Write::Batch(two.clone())]).await;
    let reader = journal.reader();
    let chain = one.header.chain;
    let whole = reader.fetch(Load::Chain { chain, from: 1, to: u64::MAX, bytes_max: 1_000 }).await.unwrap();
    assert_eq!(whole, Loaded::Batches(vec![one.clone(), two.clone()]));
    let first = reader.fetch(Load::Chain { chain, from: 1, to: 9, bytes_max: 0 }).await.unwrap();
    assert_eq!(first, Loaded::Batches(vec![one.clone()]));
    let known = reader.fetch(Load::Known { headers: vec![two.header.hash(), Hash([1; 32])] }).await.unwrap();
    assert_eq!(known, Loaded::Known(vec![true, false]));
    let Loaded::Entries(entries) = reader.fetch(Load::After { seq: 0, bytes_max: 1_000 }).await.unwrap() else { panic!("entries") };
    assert_eq!(entries.iter().map(|entry| (entry.at.seq, entry.source)).collect::<Vec<_>>(), vec![(1, None), (2, Some(SOURCE))]);
    assert_eq!(entries[1].batch, two);
    let Loaded::Document(bodies) = reader.fetch(Load::Document { document: DocId([2; 16]) }).await.unwrap() else { panic!("bodies") };
    assert_eq!(bodies.iter().map(|found| (found.at.seq, found.index)).collect::<Vec<_>>(), vec![(1, 1), (2, 0)]);
});

on_every_store!(a_node_is_opened_with_its_facts_and_the_county_records, journal, {
    let day = batch(Scope::county(Class::DAY, Shelf(2026)), 1, vec![record(2)]);
    let receipt = batch(CASES, 1, vec![record(3)]);
    let plain = batch(CASES, 2, vec![body(1, "a"), record(64)]);
    let at = Position { seq: 5, mark: [6; 8] };
    let mut writes: Vec<Write> = [&day, &receipt, &plain].into_iter().cloned().map(Write::Batch).collect();
    writes.push(Write::Rows { chain: receipt.header.chain, bytes: vec![1, 2] });
    let later = Branch([0; 8]);
    writes.push(Write::Cursor { peer: SOURCE.node, branch: SOURCE.branch, at: Position::default() });
    writes.push(Write::Cursor { peer: SOURCE.node, branch: later, at });
    writes.push(Write::Cursor { peer: SOURCE.node, branch: SOURCE.branch, at });
    writes.push(Write::Held { peer: SOURCE.node, seq: 2 });
    writes.push(Write::Note { key: "node.branch".into(), value: vec![7] });
    commit(&mut journal, writes).await;
    let stored = journal.load().await.unwrap();
    assert_eq!(stored.county.iter().map(|(at, batch)| (at.seq, batch)).collect::<Vec<_>>(), vec![(1, &day)]);
    assert_eq!(stored.records.iter().map(|(at, batch)| (at.seq, batch)).collect::<Vec<_>>(), vec![(2, &receipt)]);
    assert_eq!(stored.rows, vec![(receipt.header.chain, vec![1, 2])]);
    assert_eq!(stored.cursors, vec![(SOURCE.node, later, at), (SOURCE.node, SOURCE.branch, at)], "in the order in which they were written");
    assert_eq!(stored.held, vec![(SOURCE.node, 2)]);
    assert_eq!(stored.notes, vec![("node.branch".to_owned(), vec![7])]);
    assert_eq!(journal.reader().note("node.branch").await.unwrap(), Some(vec![7]));
    assert_eq!(journal.reader().note("node").await.unwrap(), None);
});

#[tokio::test]
async fn a_cut_loses_what_a_lazy_disk_did_not_sync() {
    let disk = Disk::default();
    let mut journal = disk.journal();
    commit(&mut journal, vec![Write::Batch(batch(CASES, 1, vec![body(1, "a")]))]).await;
    disk.be_lazy();
    commit(&mut journal, vec![Write::Batch(batch(CASES, 2, vec![body(1, "b")]))]).await;
    disk.sync();
    commit(&mut journal, vec![Write::Batch(batch(CASES, 3, vec![body(1, "c")]))]).await;
    disk.cut();
    assert_eq!(disk.journal().load().await.unwrap().tail.seq, 2);
}

#[tokio::test]
async fn a_full_disk_in_memory_writes_nothing_and_recovers() {
    let disk = Disk::default();
    let mut journal = disk.journal();
    disk.fill(Room::None);
    let refused = journal.commit(vec![(Ticket(1), vec![Write::Batch(batch(CASES, 1, vec![body(1, "a")]))])]).await;
    assert!(matches!(refused, Err(CommitError::Full)));
    disk.fill(Room::Enough);
    assert_eq!(commit(&mut journal, vec![Write::Batch(batch(CASES, 1, vec![body(1, "a")]))]).await[0].seq, 1);
}
