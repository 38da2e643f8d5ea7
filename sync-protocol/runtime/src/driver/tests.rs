//! A driver over a journal in memory and over SQLite: tickets, groups, a full disk, a county on loopback.

use super::*;
use crate::env::{RealEnv, random};
use crate::identity::tls::Newcomers;
use crate::identity::{Identity, SharedDirectory};
use crate::link::Net;
use crate::link::settings::{HANDSHAKE_PATIENCE, LinkSettings};
use crate::store::memory::{Disk, Room};
use crate::testing::{Hub, TOWN, VILLAGE, loopback, run};
use mesh_model::id::DocId;
use mesh_model::place::{Class, Scope, Shelf};
use sync_protocol::crypto::SigningKey;
use sync_protocol::guard::Guards;
use sync_protocol::io::{LocalBody, Rung};
use sync_protocol::record::{AuthorityAct, NodeKeys, found_message};
use tokio::net::UdpSocket;

fn event(scope: Scope, text: &str) -> LocalBody {
    let document = DocId::derive(scope, mesh_model::id::NodeId([1; 16]), text.as_bytes());
    LocalBody::Event { document, value: text.as_bytes().to_vec() }
}

/// Waits until `done` holds for the node; every wait is for a notice, none for a time.
async fn until(handle: &Handle, done: impl Fn(&Node) -> bool + Clone + Send + 'static) {
    let mut notices = handle.notices();
    while !handle.view(done.clone()).await.unwrap() {
        notices.recv().await.unwrap();
    }
}

#[tokio::test]
async fn an_act_at_a_village_lands_at_the_hub_through_its_township() {
    let folder = tempfile::tempdir().unwrap();
    let hub = Hub::found(&folder.path().join("hub")).await;
    let (town_data, village_data) = (folder.path().join("town"), folder.path().join("village"));
    hub.enrol(&town_data, TOWN).await;
    hub.enrol(&village_data, VILLAGE).await;
    let town = run(&hub.env, &town_data, vec![hub.daemon.address.to_string()], None).await;
    let village = run(&hub.env, &village_data, vec![town.address.to_string()], None).await;
    let village_id = village.handle.view(Node::id).await.unwrap();
    until(&village.handle, move |node| node.authority().is_active(village_id)).await;

    let scope = Scope::site(VILLAGE, Class::CASES, Shelf(2026));
    let notes = vec![("office.receipt".to_owned(), vec![1])];
    let places = village.handle.act(scope, vec![event(scope, "register")], notes).await.unwrap().unwrap();
    let place = places[0];
    assert_eq!(village.handle.reader().note("office.receipt").await.unwrap(), Some(vec![1]));
    until(&village.handle, move |node| node.rung(&place) == Rung::County).await;

    let digest = move |node: &Node| node.digests().into_iter().find(|(found, _, _)| *found == scope).map(|(_, digest, _)| digest);
    let at_village = village.handle.view(digest).await.unwrap();
    until(&hub.daemon.handle, move |node| digest(node) == at_village).await;
    assert!(at_village.is_some());
    let bytes = village.handle.counters().line_bytes();
    assert!(bytes.values().all(|(sent, received)| *sent > 0 && *received > 0), "{bytes:?}");
    let town_id = town.handle.view(Node::id).await.unwrap();
    let sent = std::fs::read_to_string(village_data.join("sent.jsonl")).unwrap();
    let scope: String = scope.to_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    let line = format!("{{\"peer\":\"{town_id}\",\"scope\":\"{scope}\",\"header\":\"{}\"}}", place.header);
    assert_eq!(sent.lines().filter(|found| **found == line).count(), 1, "{sent}");
    village.end().await;
    town.end().await;
    hub.daemon.end().await;
}

#[tokio::test]
async fn handshakes_from_addresses_where_nobody_answers_do_not_shut_the_door() {
    let folder = tempfile::tempdir().unwrap();
    let hub = Hub::found(&folder.path().join("hub")).await;
    let village_data = folder.path().join("village");
    hub.enrol(&village_data, VILLAGE).await;
    let tls = Identity::load(&village_data).unwrap().tls(&hub.env, &SharedDirectory::default(), Newcomers::Refused).unwrap();
    let net = Net::open(&*hub.env, loopback(), &LinkSettings::default(), &tls).unwrap();
    let mute = UdpSocket::bind(loopback()).await.unwrap();
    for _ in 0..2 * links::ARRIVING_MAX {
        // A first flight that is caught, and sent on by a socket that never reads an answer.
        let caught = UdpSocket::bind(loopback()).await.unwrap();
        let mut flight = [0; 2_048];
        let bytes = tokio::select! {
            biased;
            _ = net.connect(caught.local_addr().unwrap()) => panic!("nobody answers there"),
            bytes = caught.recv(&mut flight) => bytes.unwrap(),
        };
        mute.send_to(&flight[..bytes], hub.daemon.address).await.unwrap();
    }
    let village = run(&hub.env, &village_data, vec![hub.daemon.address.to_string()], None).await;
    let village_id = village.handle.view(Node::id).await.unwrap();
    let comes_in = until(&village.handle, move |node| node.authority().is_active(village_id));
    tokio::time::timeout(HANDSHAKE_PATIENCE / 3, comes_in).await.expect("no longer than a handshake of the flood lasts");
    village.end().await;
    hub.daemon.end().await;
}

#[tokio::test]
async fn a_window_without_peers_saves_and_finds_everything_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let hub = Hub::found(&folder.path().join("hub")).await;
    let scope = Scope::county(Class::ORDERS, Shelf(2026));
    let mut waiting = tokio::task::JoinSet::new();
    for number in 0..40 {
        let handle = hub.daemon.handle.clone();
        let text = format!("order {number}");
        waiting.spawn(async move { handle.act(scope, vec![event(scope, &text)], vec![]).await.unwrap().unwrap()[0].seq });
    }
    let mut seqs = waiting.join_all().await;
    seqs.sort_unstable();
    assert_eq!(seqs, (1..=40).collect::<Vec<u64>>());
    let tail = *hub.daemon.handle.tail_watch().borrow();
    let data = hub.daemon.data.clone();
    hub.daemon.end().await;
    let again = run(&hub.env, &data, vec![], None).await;
    assert_eq!(*again.handle.tail_watch().borrow(), tail);
    let held = again.handle.view(move |node| node.digests().into_iter().find(|(found, _, _)| *found == scope)).await.unwrap();
    assert_eq!(held.map(|(_, _, batches)| batches), Some(40));
    again.end().await;
}

#[tokio::test]
async fn a_driver_that_has_ended_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let hub = Hub::found(&folder.path().join("hub")).await;
    let handle = hub.daemon.handle.clone();
    hub.daemon.end().await;
    assert_eq!(handle.sync_now().await, Err(DriverGone));
    assert_eq!(handle.view(Node::id).await, Err(DriverGone));
}

#[tokio::test]
async fn the_node_s_own_facts_cannot_be_overwritten_by_a_room() {
    let folder = tempfile::tempdir().unwrap();
    let hub = Hub::found(&folder.path().join("hub")).await;
    let refused = hub.daemon.handle.keep(vec![("protocol.branches".to_owned(), vec![])]).await.unwrap();
    assert_eq!(refused, Err(ActRefusal::Size));
    hub.daemon.end().await;
}

/// A hub on a disk in memory that talks to nobody.
async fn hub_on(disk: &Disk) -> Running {
    let env: Arc<dyn Env> = Arc::new(RealEnv::new());
    let (key, root) = (SigningKey::from_secret(&[1; 32]), SigningKey::from_secret(&[2; 32]));
    let root_pin = mesh_model::id::Hash::of(&[&root.public()]).0;
    let config =
        Config { key: key.clone(), root_pin, boot: random(&*env), seed: [3; 32], slots: 0, landed_pause_ms: 10, guards: Guards::default() };
    let running = start(env, config, disk.journal(), None, Options::default()).await.unwrap();
    let hub = NodeKeys { signing: key.public().into(), wrapping: [4; 32].into(), tls: mesh_model::id::Hash([5; 32]) };
    let signature = root.sign(&found_message("511602", &hub, crate::testing::HALL)).into();
    let found = AuthorityAct::Found { county: "511602".into(), hub, site: crate::testing::HALL, root: root.public().into(), signature };
    running.handle.hub_act(HubStep::Authority { act: Box::new(found), notes: vec![] }).await.unwrap().unwrap();
    running
}

#[tokio::test]
async fn a_full_disk_refuses_every_waiting_act_and_reading_goes_on() {
    let disk = Disk::default();
    let Running { handle, ended } = hub_on(&disk).await;
    let scope = Scope::county(Class::ORDERS, Shelf(2026));
    let kept = handle.act(scope, vec![event(scope, "kept")], vec![]).await.unwrap().unwrap();
    disk.fill(Room::None);
    let mut waiting = tokio::task::JoinSet::new();
    for number in 0..8 {
        let handle = handle.clone();
        let text = format!("lost {number}");
        waiting.spawn(async move { handle.act(scope, vec![event(scope, &text)], vec![]).await.unwrap() });
    }
    assert!(waiting.join_all().await.into_iter().all(|answer| answer == Err(ActRefusal::Full)));
    assert_eq!(handle.keep(vec![("room.fact".to_owned(), vec![1])]).await.unwrap(), Err(ActRefusal::Full));
    assert_eq!(handle.reader().tail().await.unwrap(), kept[0].at);
    disk.fill(Room::Enough);
    let next = handle.act(scope, vec![event(scope, "next")], vec![]).await.unwrap().unwrap();
    assert_eq!((next[0].seq, next[0].at.seq), (kept[0].seq + 1, kept[0].at.seq + 1));
    handle.shutdown().await;
    ended.await.unwrap().unwrap();
}
