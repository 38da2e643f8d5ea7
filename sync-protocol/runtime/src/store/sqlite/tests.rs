//! The journal's promises on a real file.

use super::super::tests::{CASES, batch, body, commit};
use super::*;
use crate::journal::{CommitError, Journal, JournalError};
use mesh_model::id::DocId;
use sync_protocol::journal::{Load, Loaded, StoredBody, Ticket, Write};

#[tokio::test]
async fn every_statement_can_be_prepared() {
    use sqlx::Executor;
    let folder = tempfile::tempdir().unwrap();
    drop(SqliteJournal::open(folder.path()).await.unwrap());
    let mut conn = connect(&folder.path().join(FILE), false).await.unwrap();
    for statement in schema::ALL {
        conn.prepare(sqlx::SqlStr::from_static(statement)).await.unwrap_or_else(|error| panic!("{statement}: {error}"));
    }
}

#[tokio::test]
async fn a_reopened_journal_goes_on_where_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let mut journal = SqliteJournal::open(folder.path()).await.unwrap();
    let first = commit(&mut journal, vec![Write::Batch(batch(CASES, 1, vec![body(1, "a")]))]).await;
    drop(journal);
    let mut journal = SqliteJournal::open(folder.path()).await.unwrap();
    assert_eq!(journal.load().await.unwrap().tail, first[0]);
    let again = commit(&mut journal, vec![Write::Batch(batch(CASES, 1, vec![body(1, "a")]))]).await;
    assert_eq!(again, first);
    let second = commit(&mut journal, vec![Write::Batch(batch(CASES, 2, vec![body(1, "b")]))]).await;
    assert_eq!(second[0].seq, 2);
}

#[tokio::test]
async fn a_full_journal_writes_nothing_of_the_group_and_goes_on_reading() {
    let folder = tempfile::tempdir().unwrap();
    let mut journal = SqliteJournal::open(folder.path()).await.unwrap();
    let first = commit(&mut journal, vec![Write::Batch(batch(CASES, 1, vec![body(1, "a")]))]).await;
    journal.bound_pages(1).await;
    let large = "x".repeat(40_000);
    let group = vec![
        (Ticket(2), vec![Write::Batch(batch(CASES, 2, vec![body(1, "small")]))]),
        (Ticket(3), (3..40).map(|seq| Write::Batch(batch(CASES, seq, vec![body(2, &large)]))).collect()),
    ];
    assert!(matches!(journal.commit(group).await, Err(CommitError::Full)));
    assert_eq!(journal.reader().tail().await.unwrap(), first[0]);
    assert!(!folder.path().join(RESERVE_FILE).exists());
    let headers = vec![batch(CASES, 2, vec![body(1, "small")]).header.hash()];
    let known = journal.reader().fetch(Load::Known { headers }).await.unwrap();
    assert_eq!(known, sync_protocol::journal::Loaded::Known(vec![false]));
    journal.bound_pages(100_000).await;
    let next = commit(&mut journal, vec![Write::Batch(batch(CASES, 2, vec![body(1, "b")]))]).await;
    assert_eq!(next[0].seq, 2);
    assert_eq!(std::fs::metadata(folder.path().join(RESERVE_FILE)).unwrap().len(), RESERVE_BYTES);
}

#[tokio::test]
async fn a_newer_schema_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    drop(SqliteJournal::open(folder.path()).await.unwrap());
    let mut conn = connect(&folder.path().join(FILE), false).await.unwrap();
    sqlx::raw_sql("PRAGMA user_version = 9").execute(&mut conn).await.unwrap();
    drop(conn);
    let refused = SqliteJournal::open(folder.path()).await.unwrap_err();
    assert!(matches!(refused, JournalError::Newer { found: 9, known: 2 }), "{refused}");
}

#[tokio::test]
async fn a_database_of_another_program_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    crate::lock::touch_private(&folder.path().join(FILE)).unwrap();
    let mut conn = connect(&folder.path().join(FILE), false).await.unwrap();
    sqlx::raw_sql("CREATE TABLE other (id INTEGER PRIMARY KEY)").execute(&mut conn).await.unwrap();
    drop(conn);
    let refused = SqliteJournal::open(folder.path()).await.unwrap_err();
    assert!(matches!(refused, JournalError::Foreign { found: 0 }), "{refused}");
}

#[tokio::test]
async fn readers_cannot_write() {
    let folder = tempfile::tempdir().unwrap();
    drop(SqliteJournal::open(folder.path()).await.unwrap());
    let mut reader = connect(&folder.path().join(FILE), true).await.unwrap();
    assert!(sqlx::raw_sql("DELETE FROM note").execute(&mut reader).await.is_err());
}

async fn run(folder: &Path, statement: &'static str) {
    let mut conn = connect(&folder.join(FILE), false).await.unwrap();
    sqlx::raw_sql(statement).execute(&mut conn).await.unwrap();
}

#[tokio::test]
async fn a_body_with_flipped_bytes_is_missing_and_counted_and_never_handed_out() {
    let folder = tempfile::tempdir().unwrap();
    let mut journal = SqliteJournal::open(folder.path()).await.unwrap();
    let whole = batch(CASES, 1, vec![body(1, "a"), body(1, "b")]);
    commit(&mut journal, vec![Write::Batch(whole.clone())]).await;
    let mut damaged = whole.clone();
    damaged.bodies[1] = StoredBody::Missing(whole.bodies[1].entry());
    run(folder.path(), "UPDATE body SET bytes = x'63' WHERE id & 65535 = 1").await;
    let reader = journal.reader();
    let Loaded::Entries(entries) = reader.fetch(Load::After { seq: 0, bytes_max: 1 }).await.unwrap() else { panic!("entries") };
    assert_eq!(entries[0].batch, damaged);
    let headers = vec![whole.header.hash()];
    assert_eq!(reader.fetch(Load::Batches { headers }).await.unwrap(), Loaded::Batches(vec![damaged.clone()]));
    let Loaded::Document(bodies) = reader.fetch(Load::Document { document: DocId([1; 16]) }).await.unwrap() else { panic!("bodies") };
    assert_eq!(bodies[1].body, damaged.bodies[1]);
    assert_eq!(reader.health().damaged_bodies, 1);
}

#[tokio::test]
async fn damage_is_found_at_the_start_before_anybody_reads() {
    let folder = tempfile::tempdir().unwrap();
    let mut journal = SqliteJournal::open(folder.path()).await.unwrap();
    commit(&mut journal, vec![Write::Batch(batch(CASES, 1, vec![body(1, "a"), body(2, "b")]))]).await;
    assert_eq!(journal.reader().health(), crate::journal::Health::default());
    drop(journal);
    run(folder.path(), "UPDATE body SET document = NULL WHERE id & 65535 = 0").await;
    let journal = SqliteJournal::open(folder.path()).await.unwrap();
    assert_eq!(journal.reader().health(), crate::journal::Health { damaged_bodies: 1, damaged_pages: None });
}

#[tokio::test]
async fn bodies_of_the_first_schema_get_their_entries() {
    let folder = tempfile::tempdir().unwrap();
    let mut journal = SqliteJournal::open(folder.path()).await.unwrap();
    commit(&mut journal, vec![Write::Batch(batch(CASES, 1, vec![body(1, "a")]))]).await;
    drop(journal);
    run(folder.path(), "UPDATE body SET entry = NULL; PRAGMA user_version = 1").await;
    drop(SqliteJournal::open(folder.path()).await.unwrap());
    run(folder.path(), "UPDATE body SET bytes = x'63'").await;
    let journal = SqliteJournal::open(folder.path()).await.unwrap();
    assert_eq!(journal.reader().health().damaged_bodies, 1);
}

#[tokio::test]
async fn after_a_clean_stop_the_one_file_is_the_truth() {
    let folder = tempfile::tempdir().unwrap();
    let mut journal = SqliteJournal::open(folder.path()).await.unwrap();
    let first = commit(&mut journal, vec![Write::Batch(batch(CASES, 1, vec![body(1, "a")]))]).await;
    let reader = journal.reader();
    journal.close().await;
    let copy = tempfile::tempdir().unwrap();
    std::fs::copy(folder.path().join(FILE), copy.path().join(FILE)).unwrap();
    let copied = SqliteJournal::open(copy.path()).await.unwrap();
    assert_eq!(copied.reader().tail().await.unwrap(), first[0]);
    assert_eq!(reader.tail().await.unwrap(), first[0]);
}

#[tokio::test]
async fn a_reserve_that_cannot_be_laid_keeps_no_journal_shut() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join(RESERVE_FILE)).unwrap();
    let mut journal = SqliteJournal::open(folder.path()).await.unwrap();
    std::fs::remove_dir(folder.path().join(RESERVE_FILE)).unwrap();
    commit(&mut journal, vec![Write::Batch(batch(CASES, 1, vec![body(1, "a")]))]).await;
    let laid = std::fs::metadata(folder.path().join(RESERVE_FILE)).unwrap();
    assert_eq!(laid.len(), RESERVE_BYTES);
    assert_eq!(std::os::unix::fs::PermissionsExt::mode(&laid.permissions()) & 0o777, 0o600);
}
