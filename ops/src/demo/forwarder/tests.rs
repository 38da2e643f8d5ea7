//! A line carries, counts, keeps clients apart, and loses what is sent while it is cut.

use super::*;

async fn socket() -> UdpSocket {
    UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port")
}

/// An end that answers each datagram with the same bytes twice over.
async fn echo() -> SocketAddr {
    let end = socket().await;
    let address = end.local_addr().expect("bound");
    tokio::spawn(async move {
        let mut buffer = [0; 2_048];
        while let Ok((bytes, from)) = end.recv_from(&mut buffer).await {
            let twice = buffer[..bytes].repeat(2);
            end.send_to(&twice, from).await.expect("sent");
        }
    });
    address
}

async fn line() -> Forwarder {
    let line = Forwarder::lay().await.expect("a free port");
    line.lead_to(echo().await);
    line
}

async fn ask(client: &UdpSocket, line: &Forwarder, text: &[u8]) -> Vec<u8> {
    client.send_to(text, line.address()).await.expect("sent");
    let mut buffer = [0; 2_048];
    let (bytes, from) = client.recv_from(&mut buffer).await.expect("answered");
    assert_eq!(from, line.address());
    buffer[..bytes].to_vec()
}

#[tokio::test]
async fn a_line_carries_both_ways_and_counts_bytes() {
    let (line, client) = (line().await, socket().await);
    assert_eq!(ask(&client, &line, b"abc").await, b"abcabc");
    let traffic = line.traffic();
    assert_eq!((traffic.up_bytes, traffic.down_bytes, traffic.dropped_bytes), (3, 6, 0));
    assert_eq!(traffic.carried(), 9);
}

#[tokio::test]
async fn two_clients_each_get_their_own_answers() {
    let (line, one, two) = (line().await, socket().await, socket().await);
    one.send_to(b"1", line.address()).await.expect("sent");
    two.send_to(b"2", line.address()).await.expect("sent");
    let mut buffer = [0; 8];
    assert_eq!(one.recv_from(&mut buffer).await.expect("answered").0, 2);
    assert_eq!(&buffer[..2], b"11");
    assert_eq!(two.recv_from(&mut buffer).await.expect("answered").0, 2);
    assert_eq!(&buffer[..2], b"22");
}

#[tokio::test]
async fn what_is_sent_while_the_line_is_cut_is_lost_and_counted_apart() {
    let (line, client) = (line().await, socket().await);
    ask(&client, &line, b"before").await;
    line.cut();
    assert!(line.is_cut());
    client.send_to(b"lost", line.address()).await.expect("sent");
    while line.traffic().dropped_bytes < 4 {
        tokio::task::yield_now().await;
    }
    line.repair();
    assert_eq!(ask(&client, &line, b"after").await, b"afterafter");
    assert_eq!(line.traffic(), Traffic { up_bytes: 11, down_bytes: 22, dropped_bytes: 4 });
}
