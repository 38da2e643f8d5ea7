//! The journal's promises on a real file.

use super::super::tests::{CASES, batch, body, commit};
use super::*;
use crate::journal::{CommitError, Journal, JournalError};
use sync_protocol::journal::{Load, Ticket, Write};

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
    assert!(matches!(refused, JournalError::Newer { found: 9, known: 1 }), "{refused}");
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
