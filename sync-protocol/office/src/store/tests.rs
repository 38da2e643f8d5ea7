//! The cache as a file: every statement prepares, and whatever is no cache of this release is replaced.

use super::{Cache, FILE, schema};
use mesh_runtime::env::Statements;
use sqlx::Executor;
use std::os::unix::fs::PermissionsExt;
use sync_protocol::journal::Position;

#[tokio::test]
async fn every_statement_prepares() {
    let data = tempfile::tempdir().expect("a directory");
    let mut cache = Cache::open(data.path(), Statements::Awaited).await.expect("opens");
    for statement in schema::ALL {
        if let Err(error) = cache.conn.prepare(sqlx::SqlStr::from_static(statement)).await {
            panic!("{statement}: {error}");
        }
    }
}

#[tokio::test]
async fn a_cache_goes_on_where_it_was() {
    let data = tempfile::tempdir().expect("a directory");
    let at = Position { seq: 7, mark: [7; 8] };
    Cache::open(data.path(), Statements::Awaited).await.expect("opens").set_watermark(at).await.expect("kept");
    assert_eq!(Cache::open(data.path(), Statements::Awaited).await.expect("opens").watermark().await.expect("read"), at);
}

#[tokio::test]
async fn a_damaged_cache_begins_empty_and_private() {
    let data = tempfile::tempdir().expect("a directory");
    std::fs::write(data.path().join(FILE), b"this is no database, and never was one").expect("written");
    let mut cache = Cache::open(data.path(), Statements::Awaited).await.expect("opens");
    assert_eq!(cache.watermark().await.expect("read"), Position::default());
    let mode = std::fs::metadata(data.path().join(FILE)).expect("is there").permissions().mode();
    assert_eq!(mode & 0o077, 0);
}

#[tokio::test]
async fn a_cache_of_another_release_begins_empty() {
    let data = tempfile::tempdir().expect("a directory");
    let mut cache = Cache::open(data.path(), Statements::Awaited).await.expect("opens");
    cache.set_watermark(Position { seq: 7, mark: [7; 8] }).await.expect("kept");
    cache.conn.execute("PRAGMA user_version = 99").await.expect("set");
    drop(cache);
    assert_eq!(Cache::open(data.path(), Statements::Awaited).await.expect("opens").watermark().await.expect("read").seq, 0);
}
