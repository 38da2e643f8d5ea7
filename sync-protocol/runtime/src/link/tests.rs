//! Two endpoints on loopback: lanes, bounds, farewells, datagrams for newcomers.

use super::lanes::{FrameBytes, FromLink, Link};
use super::*;
use crate::env::RealEnv;
use crate::identity::ca::CountyCa;
use crate::identity::keys::NodeSecrets;
use crate::identity::tls::Newcomers;
use crate::identity::{Directory, Identity, Listed, Role, SharedDirectory};
use crate::telemetry::ways::Why;
use mesh_model::id::NodeId;
use sync_protocol::io::{Bye, Lane, LinkId};
use sync_protocol::limits::FRAME_BYTES_MAX;
use tokio::sync::mpsc;

struct End {
    env: Arc<dyn Env>,
    net: Net,
    node: NodeId,
    directory: SharedDirectory,
}

/// Two nodes of one county, each with an endpoint on loopback.
fn pair() -> (tempfile::TempDir, End, End) {
    let folder = tempfile::tempdir().unwrap();
    let env: Arc<dyn Env> = Arc::new(RealEnv::new());
    let (_, ca) = CountyCa::found(&*env, folder.path(), "511602").unwrap();
    let end = |name: &str, role: Role| {
        let data = folder.path().join(name);
        issue(&env, &ca, &data, role);
        open(&env, &data, crate::testing::loopback())
    };
    let (hub, site) = (end("hub", Role::Hub), end("site", Role::Site));
    (folder, hub, site)
}

/// Makes a node's keys and certificate under `data`.
fn issue(env: &Arc<dyn Env>, ca: &CountyCa, data: &std::path::Path, role: Role) {
    crate::lock::create_private_dir(data).unwrap();
    let secrets = NodeSecrets::create(&**env, data).unwrap();
    let chain = ca.issue_for_spki(&**env, &secrets.tls_key().spki(), secrets.public().node(), role).unwrap();
    Identity::save_certificates(data, &chain, ca.root()).unwrap();
}

/// Opens the endpoint of the node that lies under `data`.
fn open(env: &Arc<dyn Env>, data: &std::path::Path, listen: SocketAddr) -> End {
    let identity = Identity::load(data).unwrap();
    let directory = SharedDirectory::default();
    let tls = identity.tls(env, &directory, Newcomers::Refused).unwrap();
    let net = Net::open(&**env, listen, &LinkSettings::default(), &tls).unwrap();
    End { env: env.clone(), net, node: identity.secrets.public().node(), directory }
}

async fn connect(site: &End, hub: &End) -> (Connected, Connected) {
    let name = hub.net.local_addr().unwrap().to_string();
    let accepting = async { arrive(hub.net.accept().await.unwrap()).await.unwrap() };
    let (dialled, arrived) = tokio::join!(site.net.dial(&name), accepting);
    let Arrival::Node(arrived) = arrived else { panic!("a node arrives as one") };
    (dialled.unwrap(), arrived)
}

fn start(end: &End, id: u64, connected: Connected) -> (Link, Arc<FrameBytes>, mpsc::Receiver<FromLink>) {
    let (report, reports) = mpsc::channel(64);
    let counters = Arc::new(FrameBytes::default());
    (Link::start(&end.env, LinkId(id), connected.connection, counters.clone(), report), counters, reports)
}

async fn next_frame(reports: &mut mpsc::Receiver<FromLink>) -> Option<(Lane, Vec<u8>)> {
    loop {
        match reports.recv().await? {
            FromLink::Received { lane, frame, .. } => return Some((lane, frame)),
            FromLink::Drained { .. } => {}
            FromLink::Down { .. } => return None,
        }
    }
}

#[tokio::test]
async fn both_ends_know_each_other_and_frames_keep_their_lane_and_order() {
    let (_folder, hub, site) = pair();
    let (dialled, arrived) = connect(&site, &hub).await;
    assert_eq!((dialled.peer.node, dialled.peer.role), (hub.node, Role::Hub));
    assert_eq!((arrived.peer.node, arrived.peer.role), (site.node, Role::Site));
    let (site_link, site_bytes, mut to_site) = start(&site, 1, dialled);
    let (hub_link, hub_bytes, mut to_hub) = start(&hub, 2, arrived);
    // Either end may be the first to speak on a lane.
    hub_link.send(Lane::Bulk, vec![7; 100_000]);
    assert_eq!(next_frame(&mut to_site).await, Some((Lane::Bulk, vec![7; 100_000])));
    for number in 0..20u8 {
        site_link.send(Lane::Control, vec![number; 3]);
    }
    for number in 0..20u8 {
        assert_eq!(next_frame(&mut to_hub).await, Some((Lane::Control, vec![number; 3])));
    }
    assert_eq!(hub_bytes.bytes(), (1 + 4 + 100_000, 1 + 20 * 7));
    assert_eq!(site_bytes.bytes(), (1 + 20 * 7, 1 + 4 + 100_000));
    assert_eq!(hub_bytes.frames(), (1, 20));
}

#[tokio::test]
async fn what_is_queued_still_travels_before_a_farewell_and_then_the_link_is_down() {
    let (_folder, hub, site) = pair();
    let (dialled, arrived) = connect(&site, &hub).await;
    let connection = arrived.connection.clone();
    let (site_link, _, _to_site) = start(&site, 1, dialled);
    let (_hub_link, _, mut to_hub) = start(&hub, 2, arrived);
    site_link.send(Lane::Urged, vec![1; 50_000]);
    site_link.close(Bye::Shutdown).await;
    assert_eq!(next_frame(&mut to_hub).await, Some((Lane::Urged, vec![1; 50_000])));
    assert_eq!(next_frame(&mut to_hub).await, None);
    let quinn::ConnectionError::ApplicationClosed(closed) = connection.closed().await else { panic!("closed by the application") };
    assert_eq!(closed.error_code, (Bye::Shutdown as u32).into());
}

#[tokio::test]
async fn a_frame_over_the_bound_ends_the_link_before_it_is_read() {
    let (_folder, hub, site) = pair();
    let (dialled, arrived) = connect(&site, &hub).await;
    let (_hub_link, _, mut to_hub) = start(&hub, 2, arrived);
    let mut stream = dialled.connection.open_uni().await.unwrap();
    let length = u32::try_from(FRAME_BYTES_MAX + 1).unwrap();
    stream.write_all(&[[1].as_slice(), &length.to_be_bytes()].concat()).await.unwrap();
    assert_eq!(next_frame(&mut to_hub).await, None);
}

#[tokio::test]
async fn a_lane_that_does_not_exist_or_is_opened_twice_ends_the_link() {
    for names in [&[9][..], &[1, 1]] {
        let (_folder, hub, site) = pair();
        let (dialled, arrived) = connect(&site, &hub).await;
        let (_hub_link, _, mut to_hub) = start(&hub, 2, arrived);
        let mut open = Vec::new();
        for name in names {
            let mut stream = dialled.connection.open_uni().await.unwrap();
            // The other end may have closed already.
            let _ = stream.write_all(&[*name]).await;
            open.push(stream);
        }
        assert_eq!(next_frame(&mut to_hub).await, None);
    }
}

#[tokio::test]
async fn a_peer_that_is_revoked_is_not_let_in() {
    let (_folder, hub, site) = pair();
    let listed = Listed { tls: mesh_model::id::Hash::default(), role: Role::Site, revoked: true };
    hub.directory.replace(Directory { nodes: [(site.node, listed)].into() });
    let name = hub.net.local_addr().unwrap().to_string();
    let accepting = async { arrive(hub.net.accept().await.unwrap()).await };
    let dialling = async {
        // The client's side of TLS 1.3 is done before the server has judged its certificate; the refusal closes the connection.
        match site.net.dial(&name).await {
            Ok(connected) => Why::of_connection(&connected.connection.closed().await),
            Err(error) => Why::of_dial(&error),
        }
    };
    let (arrived, why) = tokio::join!(accepting, dialling);
    assert!(arrived.is_none());
    assert_eq!(why.bye(), Some(Bye::Revoked), "the dialler knows why it is refused: {why:?}");
}

#[tokio::test]
async fn a_peer_that_is_gone_is_reported_down() {
    let (_folder, hub, site) = pair();
    let (dialled, arrived) = connect(&site, &hub).await;
    let (_hub_link, _, mut to_hub) = start(&hub, 2, arrived);
    dialled.connection.close(0u32.into(), b"");
    assert!(matches!(to_hub.recv().await, Some(FromLink::Down { link: LinkId(2), .. })));
}

/// A process of its own as far as links can tell: what runs on it ends without a word when it is shut down.
fn process() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap()
}

/// Takes every connection that arrives, and keeps it.
async fn keep_all(net: Net) {
    let mut kept = Vec::new();
    while let Some(incoming) = net.accept().await {
        kept.push(arrive(incoming).await);
    }
}

#[test]
fn a_process_that_was_killed_is_answered_for_by_the_next_one() {
    let folder = tempfile::tempdir().unwrap();
    let env: Arc<dyn Env> = Arc::new(RealEnv::new());
    let (_, ca) = CountyCa::found(&*env, folder.path(), "511602").unwrap();
    let (hub_data, site_data) = (folder.path().join("hub"), folder.path().join("site"));
    issue(&env, &ca, &hub_data, Role::Hub);
    issue(&env, &ca, &site_data, Role::Site);
    let (here, there) = (process(), process());
    let serve = |on: &tokio::runtime::Runtime, listen: SocketAddr| {
        let _entered = on.enter();
        let net = open(&env, &hub_data, listen).net;
        let address = net.local_addr().unwrap();
        drop(on.spawn(keep_all(net)));
        address
    };
    let address = serve(&there, crate::testing::loopback());
    let site = {
        let _entered = here.enter();
        open(&env, &site_data, crate::testing::loopback())
    };
    let connection = here.block_on(site.net.dial(&address.to_string())).unwrap().connection;
    there.shutdown_timeout(Duration::from_secs(5));
    let next = process();
    assert_eq!(serve(&next, address), address);
    here.block_on(async {
        let mut stream = connection.open_uni().await.unwrap();
        stream.write_all(b"is anybody there").await.unwrap();
        let ended = tokio::time::timeout(Duration::from_secs(10), connection.closed()).await;
        assert!(matches!(ended, Ok(quinn::ConnectionError::Reset)), "{ended:?}");
        site.net.dial(&address.to_string()).await.unwrap();
    });
}
