//! What it costs to meet again when there is nothing new: bytes and frames, whatever the two have in common.

use crate::drivers::{Driver, Hub, TOWN};
use crate::line::{Line, Passed};
use mesh_model::id::{DocId, NodeId};
use mesh_model::place::{Class, Scope, Shelf};
use std::time::Duration;
use sync_protocol::io::{ActPlace, LocalBody, Rung};
use sync_protocol::node::Node;

/// Frame bytes that one reconnection may cost, both directions together.
const BYTES_MAX: u64 = 200;
/// Documents of one act.
const AT_ONCE: usize = 500;

/// What one reconnection took.
#[derive(Clone, Copy, Debug)]
struct Cost {
    /// Frame bytes with their lengths, sent by the dialler and by the listener.
    bytes: (u64, u64),
    /// Frames, likewise.
    frames: (u64, u64),
    /// On the line, handshake of QUIC and TLS included.
    passed: Passed,
    /// Questions for documents to the two journals.
    loaded: u64,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn meeting_again_with_nothing_new_costs_two_hundred_bytes_whatever_is_in_common() {
    let few = cost_with(2_000).await;
    let many = cost_with(20_000).await;
    for (documents, cost) in [(2_000, few), (20_000, many)] {
        let ((out, back), (frames_out, frames_back)) = (cost.bytes, cost.frames);
        println!(
            "{documents} documents in common: {} B of frames ({out} + {back}) in {frames_out} + {frames_back} frames; {} B in {} datagrams",
            out + back,
            cost.passed.bytes,
            cost.passed.datagrams
        );
        assert!(out + back <= BYTES_MAX, "{documents} documents: {cost:?}");
        // One frame there and one back: one round trip.
        assert_eq!(cost.frames, (1, 1), "{documents} documents: {cost:?}");
        assert_eq!(cost.loaded, 0, "{documents} documents: {cost:?}");
    }
    let (few, many) = (few.bytes.0 + few.bytes.1, many.bytes.0 + many.bytes.1);
    assert!(few.abs_diff(many) * 10 <= few, "{few} B against {many} B");
}

async fn cost_with(documents: usize) -> Cost {
    let folder = tempfile::Builder::new().tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder");
    let hub = Hub::found(&folder.path().join("hub")).await;
    let data = folder.path().join("town");
    hub.enrol(&data).await;
    let line = Line::to(hub.driver.address);
    let town = Driver::run(&data, vec![line.address().to_string()]).await;
    let (town_id, hub_id) = (id_of(&town).await, id_of(&hub.driver).await);
    town.until("the township is listed", move |node| node.authority().is_active(town_id)).await;
    write(&hub.driver, Scope::county(Class::ORDERS, Shelf(2026)), hub_id, documents / 2).await;
    let last = write(&town, Scope::site(TOWN, Class::CASES, Shelf(2026)), town_id, documents / 2).await;
    // A receipt that is still to come would be news.
    town.until("the last act has landed", move |node| node.rung(&last) == Rung::County).await;
    settle(&town, &hub.driver).await;
    town.end().await;
    hub.driver.until("the line is down", |node| node.peers().iter().all(|peer| !peer.linked)).await;

    let (before, (hub_bytes, hub_frames), loaded) = (line.passed(), hub.driver.line(), hub.driver.asked.count());
    let town = Driver::run(&data, vec![line.address().to_string()]).await;
    settle(&town, &hub.driver).await;
    let ((sent, received), (frames_sent, frames_received)) = town.line();
    let (hub_bytes_after, hub_frames_after) = hub.driver.line();
    let passed = line.passed();
    // Both codecs must tell the same story.
    assert_eq!((hub_bytes_after.1 - hub_bytes.1, hub_bytes_after.0 - hub_bytes.0), (sent, received));
    assert_eq!((hub_frames_after.1 - hub_frames.1, hub_frames_after.0 - hub_frames.0), (frames_sent, frames_received));
    let cost = Cost {
        bytes: (sent, received),
        frames: (frames_sent, frames_received),
        passed: Passed { datagrams: passed.datagrams - before.datagrams, bytes: passed.bytes - before.bytes },
        loaded: hub.driver.asked.count() - loaded + town.asked.count(),
    };
    town.end().await;
    hub.driver.end().await;
    cost
}

async fn id_of(driver: &Driver) -> NodeId {
    driver.handle.view(Node::id).await.expect("the driver runs")
}

async fn write(driver: &Driver, scope: Scope, author: NodeId, documents: usize) -> ActPlace {
    let bodies: Vec<LocalBody> = (0..documents)
        .map(|number| LocalBody::Event { document: DocId::derive(scope, author, &number.to_be_bytes()), value: vec![0xa0] })
        .collect();
    let mut places = Vec::new();
    for some in bodies.chunks(AT_ONCE) {
        let answer = driver.handle.act(scope, some.to_vec(), vec![]).await;
        places = answer.expect("the driver runs").expect("the act is durable");
    }
    *places.last().expect("documents were written")
}

/// Waits until the two have shown each other that they hold the same.
async fn settle(town: &Driver, hub: &Driver) {
    let quiet = |node: &Node| !node.peers().is_empty() && node.peers().iter().all(|peer| peer.linked && peer.in_sync);
    let settled = async {
        loop {
            town.until("the township is in step", quiet).await;
            hub.until("the hub is in step", quiet).await;
            if same(town, hub).await && town.handle.view(quiet).await == Ok(true) {
                return;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(120), settled).await.expect("the two settle");
}

/// Returns whether the two hold the same, scope by scope.
async fn same(town: &Driver, hub: &Driver) -> bool {
    let here = town.handle.view(Node::digests).await.expect("the driver runs");
    here == hub.handle.view(Node::digests).await.expect("the driver runs")
}
