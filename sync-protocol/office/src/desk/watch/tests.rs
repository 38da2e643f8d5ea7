//! What a window says of a full disk, of damage, and of a journal that lost its newest papers.

use crate::api::Private;
use crate::api::case::Register;
use crate::desk::register::take_in;
use crate::desk::{Desk, Role};
use crate::testing::{TestCounty, TestEnv, item_code, open};
use crate::trouble::Trouble;
use crate::view;
use mesh_runtime::driver::{self, Options};
use mesh_runtime::store::memory::{Disk, Room};
use serde_json::json;
use std::sync::Arc;
use sync_protocol::crypto::SigningKey;
use sync_protocol::guard::Guards;
use sync_protocol::io::ActRefusal;
use sync_protocol::limits::LANDED_PAUSE_MS;
use sync_protocol::node::Config;

async fn take(desk: &Desk) -> Result<(), Trouble> {
    let applicant = Private(json!({"name": "示例甲", "id_type": "111", "id_no": "511602199001010001"}));
    let staff = "li".parse().expect("a staff id");
    take_in(desk, Register { item: item_code(), applicant, staff, day: None, channel: None, note: None }).await.map(drop)
}

async fn kinds(desk: &Desk) -> Vec<(String, u64)> {
    let status = view::node::status(desk).await.expect("answers");
    status.problems.into_iter().map(|problem| (problem.kind, problem.count)).collect()
}

fn asides(data: &tempfile::TempDir) -> usize {
    std::fs::read_dir(data.path()).expect("listed").filter_map(Result::ok).filter(|file| crate::store::is_aside(&file.path())).count()
}

#[tokio::test]
async fn a_journal_shorter_than_its_cache_is_said_until_the_papers_are_back() {
    let (whole, data) = (TestCounty::found().await, tempfile::tempdir().expect("a directory"));
    let desk = open(&whole.handle, &whole.env, &data).await;
    take(&desk).await.expect("taken in");
    assert_eq!((kinds(&desk).await, asides(&data)), (Vec::new(), 0));
    drop(desk);
    // The same county without the case, as after the journal's newest pages were lost.
    let shorter = TestCounty::found().await;
    let desk = open(&shorter.handle, &shorter.env, &data).await;
    let found = view::node::status(&desk).await.expect("answers").problems;
    let lost = found.iter().find(|problem| problem.kind == "journal_shortened").expect("it is said");
    assert_eq!((lost.known, lost.at.is_some(), asides(&data)), (Some(1), true, 1));
    drop(desk);
    let desk = open(&shorter.handle, &shorter.env, &data).await;
    assert!(kinds(&desk).await.iter().any(|(kind, _)| kind == "journal_shortened"), "a restart does not forget");
    drop(desk);
    let desk = open(&whole.handle, &whole.env, &data).await;
    assert!(kinds(&desk).await.iter().all(|(kind, _)| kind != "journal_shortened"), "the papers are back");
}

#[tokio::test]
async fn a_store_that_only_the_numbers_remember_is_said() {
    let (county, data) = (TestCounty::found().await, tempfile::tempdir().expect("a directory"));
    let desk = open(&county.handle, &county.env, &data).await;
    take(&desk).await.expect("taken in");
    drop(desk);
    let high = data.path().join("numbers.high");
    let mut bytes = std::fs::read(&high).expect("kept");
    bytes[..8].copy_from_slice(&[7; 8]);
    std::fs::write(&high, bytes).expect("written");
    let desk = open(&county.handle, &county.env, &data).await;
    assert_eq!(kinds(&desk).await, [("store_lost".to_owned(), 1)]);
}

#[tokio::test]
async fn a_full_disk_is_the_first_problem_until_there_is_room() {
    let (env, disk, data) = (TestEnv::on("2026-01-07"), Disk::default(), tempfile::tempdir().expect("a directory"));
    let config = Config {
        key: SigningKey::from_secret(&[8; 32]),
        root_pin: [1; 32],
        boot: [1; 16],
        seed: [2; 32],
        slots: 0,
        landed_pause_ms: LANDED_PAUSE_MS,
        guards: Guards::default(),
    };
    let running = driver::start(env.clone(), config, disk.journal(), None, Options::default()).await.expect("starts");
    let desk = Desk::open(running.handle, env, data.path(), Role::Edge).await.expect("opens");
    disk.fill(Room::None);
    let kept = desk.handle.keep(vec![("office.test".to_owned(), Vec::new())]).await.expect("the driver runs");
    assert_eq!(kept, Err(ActRefusal::Full));
    assert_eq!((kinds(&desk).await, desk.is_full().await), (vec![("full".to_owned(), 1)], true));
    disk.fill(Room::Enough);
    assert_eq!((kinds(&desk).await, desk.is_full().await), (Vec::new(), false));
}

#[tokio::test]
async fn a_store_opened_anew_and_a_fork_are_said_once_with_their_stores() {
    use mesh_model::id::Branch;
    use sync_protocol::io::Notice;
    let (county, data) = (TestCounty::found().await, tempfile::tempdir().expect("a directory"));
    let desk = open(&county.handle, &county.env, &data).await;
    let (send, notices) = tokio::sync::broadcast::channel(4);
    for _ in 0..2 {
        send.send(Notice::BranchOpened { old: Branch([1; 8]), new: Branch([2; 8]) }).expect("heard");
    }
    drop(send);
    Arc::clone(&desk).heed(notices).await;
    let found = view::node::status(&desk).await.expect("answers").problems;
    let expected = format!("{} -> {}", Branch([1; 8]), Branch([2; 8]));
    assert_eq!(
        found.iter().map(|problem| (&*problem.kind, problem.detail.as_deref())).collect::<Vec<_>>(),
        [("branch_opened", Some(&*expected))]
    );
}

#[tokio::test]
async fn a_way_that_is_not_reached_is_told_with_its_reason() {
    use crate::api::node::WayShown;
    use mesh_runtime::telemetry::ways::Why;
    let (county, address) = (TestCounty::found().await, "hub.example:4710".to_owned());
    let ways = county.handle.counters().ways();
    ways.configure(std::slice::from_ref(&address));
    ways.missed(0, Why { word: "unreachable", detail: "timed out".to_owned() });
    let status = view::node::status(&county.desk).await.expect("answers");
    let (why, detail) = (Some("unreachable".to_owned()), Some("timed out".to_owned()));
    assert_eq!(status.ways, [WayShown { address, node: None, reached: false, why, detail }]);
    assert!(!view::sync::all_reached(&status.ways), "a proof with another peer is no whole answer");
}
