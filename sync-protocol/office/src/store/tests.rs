//! The cache as a file: every statement prepares, and whatever is no cache of this release is replaced.

use super::cases::{CaseRow, Dirty};
use super::{Cache, FILE, schema};
use crate::testing::code;
use mesh_model::division::Level;
use mesh_model::doc::site::SiteRecord;
use mesh_model::id::{DocId, SiteId};
use mesh_model::place::{Class, Scope, Shelf};
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

async fn empty() -> (Cache, tempfile::TempDir) {
    let data = tempfile::tempdir().expect("a directory");
    (Cache::open(data.path(), Statements::Awaited).await.expect("opens"), data)
}

fn site(name: &str) -> SiteRecord {
    SiteRecord { site: SiteId([1; 8]), code: code("511602101000"), kind: Level::Township, parent: None, name: name.to_owned() }
}

fn case() -> CaseRow {
    CaseRow {
        document: DocId([1; 16]),
        scope: Scope::site(SiteId([1; 8]), Class::CASES, Shelf(0)),
        number: None,
        item: None,
        item_hash: None,
        item_name: None,
        state: "registered".to_owned(),
        on_hold: false,
        custodian: None,
        clock: None,
        due: None,
        ended: false,
        incomplete: false,
        marked: true,
    }
}

#[tokio::test]
async fn a_watermark_counts_once_it_is_committed() {
    let (mut cache, _data) = empty().await;
    let (old, new) = (Position { seq: 7, mark: [7; 8] }, Position { seq: 8, mark: [8; 8] });
    for at in [old, new] {
        cache.begin().await.expect("begun");
        cache.set_watermark(at).await.expect("moved");
        match at.seq {
            7 => cache.commit().await.expect("committed"),
            _ => cache.roll_back().await,
        }
    }
    assert_eq!(cache.watermark().await.expect("read"), old);
    cache.begin().await.expect("begun");
    cache.commit().await.expect("committed");
    assert_eq!(cache.watermark().await.expect("read"), old);
}

#[tokio::test]
async fn a_site_is_named_by_what_is_committed() {
    let (mut cache, _data) = empty().await;
    cache.put_site(&site("first"), &[1]).await.expect("kept");
    assert_eq!(cache.registry().await.expect("read")[&SiteId([1; 8])].name, "first");
    cache.begin().await.expect("begun");
    cache.put_site(&site("second"), &[2]).await.expect("kept");
    assert_eq!(cache.registry().await.expect("read")[&SiteId([1; 8])].name, "second");
    cache.roll_back().await;
    assert_eq!(cache.registry().await.expect("read")[&SiteId([1; 8])].name, "first");
}

#[tokio::test]
async fn a_case_is_folded_again_after_its_marking_and_after_a_fold_that_was_taken_back() {
    let (mut cache, _data) = empty().await;
    cache.put_case(&case()).await.expect("kept");
    assert!(cache.dirty(1).await.expect("listed").is_empty());
    cache.soil(Dirty::Right).await.expect("marked");
    assert_eq!(cache.dirty(1).await.expect("listed"), [case().document]);
    cache.begin().await.expect("begun");
    cache.put_case(&case()).await.expect("kept");
    assert!(cache.dirty(1).await.expect("listed").is_empty());
    cache.roll_back().await;
    assert_eq!(cache.dirty(1).await.expect("listed"), [case().document]);
}
