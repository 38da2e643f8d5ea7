//! Newcomers at a real endpoint: the right token, and all the wrong ones.

use super::*;
use crate::driver::Handle;
use crate::enrol::newcomer::EnrolError;
use crate::link::via::{Forwarder, Upstream};
use crate::testing::{Hub, TOWN, VILLAGE, loopback};
use sync_protocol::enrol::EnrolRefusal;
use tokio::sync::watch;

async fn nodes(handle: &Handle) -> usize {
    handle.view(|node| node.authority().nodes().count()).await.unwrap()
}

#[tokio::test]
async fn a_token_admits_one_machine_of_its_site() {
    let folder = tempfile::tempdir().unwrap();
    let hub = Hub::found(&folder.path().join("hub")).await;
    let token = hub.token(TOWN).await;
    let enrolled = enrol(&hub.env, &folder.path().join("a"), &token, None).await.unwrap();
    assert_eq!((enrolled.site, enrolled.block), (TOWN, 0));
    assert_eq!(Enrolled::load(&folder.path().join("a")).unwrap(), enrolled);
    let other = enrol(&hub.env, &folder.path().join("b"), &token, None).await;
    assert!(matches!(other, Err(EnrolError::Refused(EnrolRefusal::Used))), "{other:?}");
    let second = hub.enrol(&folder.path().join("c"), TOWN).await;
    assert_eq!(second.block, 1);
    assert_eq!(nodes(&hub.daemon.handle).await, 3);
    let again = enrol(&hub.env, &folder.path().join("a"), &token, None).await;
    assert!(matches!(again, Err(EnrolError::Already)));
    hub.daemon.end().await;
}

#[tokio::test]
async fn a_lost_answer_is_given_again_and_spends_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let hub = Hub::found(&folder.path().join("hub")).await;
    let token = hub.token(TOWN).await;
    let data = folder.path().join("a");
    let first = enrol(&hub.env, &data, &token, None).await.unwrap();
    std::fs::remove_file(data.join("keys").join("node.der")).unwrap();
    let second = enrol(&hub.env, &data, &token, None).await.unwrap();
    assert_eq!(first, second);
    assert_eq!(nodes(&hub.daemon.handle).await, 2);
    hub.daemon.end().await;
}

#[tokio::test]
async fn a_wrong_secret_or_pin_admits_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let hub = Hub::found(&folder.path().join("hub")).await;
    let mut wrong = hub.token(TOWN).await;
    wrong.secret = [0; 20].into();
    let refused = enrol(&hub.env, &folder.path().join("a"), &wrong, None).await;
    assert!(matches!(refused, Err(EnrolError::Refused(EnrolRefusal::Wrong))), "{refused:?}");
    let mut forged = hub.token(TOWN).await;
    forged.root_pin = [0; 32].into();
    let refused = enrol(&hub.env, &folder.path().join("b"), &forged, None).await;
    assert!(matches!(refused, Err(EnrolError::Dial(_))), "{refused:?}");
    assert_eq!(nodes(&hub.daemon.handle).await, 1);
    hub.daemon.end().await;
}

#[tokio::test]
async fn a_newcomer_enrols_through_a_neighbour_that_reads_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let hub = Hub::found(&folder.path().join("hub")).await;
    let (_upstream, upstream) = watch::channel(Some(Upstream::Hub(hub.daemon.address)));
    let neighbour = Forwarder::start(&hub.env, hub.env.bind(loopback()).unwrap(), upstream);
    let (_second_upstream, second_upstream) =
        watch::channel(Some(Upstream::Relay(quinn::AsyncUdpSocket::local_addr(&*neighbour).unwrap())));
    let second = Forwarder::start(&hub.env, hub.env.bind(loopback()).unwrap(), second_upstream);
    let mut token = hub.token(VILLAGE).await;
    token.addresses.clear();
    let via = quinn::AsyncUdpSocket::local_addr(&*second).unwrap().to_string();
    let serving = [serve(neighbour), serve(second)].map(tokio::spawn);
    let enrolled = enrol(&hub.env, &folder.path().join("a"), &token, Some(&via)).await.unwrap();
    assert_eq!((enrolled.site, enrolled.via.as_deref()), (VILLAGE, Some(via.as_str())));
    serving.iter().for_each(tokio::task::JoinHandle::abort);
    hub.daemon.end().await;
}

/// Reads a socket as its endpoint would; whatever is not a newcomer's would come out here.
async fn serve(socket: std::sync::Arc<Forwarder>) {
    use quinn::AsyncUdpSocket;
    let mut buffer = vec![0; 2_048 * socket.max_receive_segments()];
    loop {
        let mut meta = [quinn::udp::RecvMeta::default()];
        let mut bufs = [std::io::IoSliceMut::new(&mut buffer)];
        let received = std::future::poll_fn(|cx| socket.poll_recv(cx, &mut bufs, &mut meta)).await.unwrap();
        assert_eq!(received, 0, "a forwarded datagram reached the endpoint");
    }
}
