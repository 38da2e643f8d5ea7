//! The proxy on loopback, without namespaces: rate, loss, delay, cuts and rebinding; and a lane by numbers alone.

use super::control::{Answer, LineCount, Order};
use super::lane::{Copy, Fate, Heading, Lane};
use super::*;
use crate::line::{Loss, Nat, Ppm};
use crate::plan::Way;
use tokio::time::timeout;

/// Longer than anything here takes, on a busy machine too.
const PATIENCE: Duration = Duration::from_secs(10);

fn lane(make: LineMake) -> Lane {
    Lane::new(Heading::Up, make, Stream::new(7, "test", 1))
}

fn arrival(fate: Fate) -> Option<u64> {
    match fate {
        Fate::Arrives { at_us, .. } => Some(at_us),
        Fate::Gone => None,
    }
}

#[test]
fn a_lane_sends_at_its_rate_and_drops_what_its_queue_cannot_hold() {
    let mut lane = lane(LineMake { queue_ms: 1_000, ..LineMake::clean(64_000, 100) });
    // 972 bytes and 28 of headers are 8,000 bits: an eighth of a second each.
    let arrivals: Vec<u64> = (0..20).filter_map(|_| arrival(lane.offer(0, 972))).collect();
    assert_eq!(arrivals[..3], [225_000, 350_000, 475_000]);
    assert_eq!(arrivals.len(), 9, "one second of queue and the one that is being sent");
    assert_eq!(lane.count.dropped, 11);
}

#[test]
fn a_lane_loses_its_share_evenly_or_in_bursts_of_the_given_length() {
    for (loss, want_burst) in [(Loss::Bernoulli(Ppm(50_000)), 1.05), (Loss::Gilbert { share: Ppm(50_000), burst_packets: 8 }, 8.0)] {
        let mut lane = lane(LineMake { loss, ..LineMake::clean(1_000_000_000, 0) });
        let lost: Vec<bool> = (0..200_000_u64).map(|now| arrival(lane.offer(now * 100, 100)).is_none()).collect();
        let bursts = lost.windows(2).filter(|pair| !pair[0] && pair[1]).count();
        let many = lost.iter().filter(|lost| **lost).count();
        assert!((9_000..11_000).contains(&many), "{loss:?}: {many} of 200000");
        let burst = many as f64 / bursts as f64;
        assert!((want_burst * 0.85..want_burst * 1.15).contains(&burst), "{loss:?}: bursts of {burst}");
    }
}

#[test]
fn a_lane_refuses_what_is_too_large_repeats_and_reorders() {
    let make = LineMake { duplicate: Ppm(500_000), reorder: Ppm(200_000), ..LineMake::clean(1_000_000_000, 50) };
    let mut lane = lane(make);
    assert_eq!(lane.offer(0, 1_281), Fate::Gone);
    let fates: Vec<Fate> = (0..1_000_u64).map(|now| lane.offer(now * 1_000, 100)).collect();
    let arrivals: Vec<u64> = fates.iter().filter_map(|fate| arrival(*fate)).collect();
    let twice = fates.iter().filter(|fate| matches!(fate, Fate::Arrives { again_us: Some(_), .. })).count();
    let overtaken = arrivals.windows(2).filter(|pair| pair[1] < pair[0]).count();
    assert!((400..600).contains(&twice), "{twice} came twice");
    assert!((100..250).contains(&overtaken), "{overtaken} were overtaken");
    assert_eq!((lane.count.too_large, lane.count.twice), (1, twice as u64));
}

#[test]
fn a_cut_takes_along_what_would_come_out_meanwhile() {
    let mut lane = lane(LineMake::clean(1_000_000, 50));
    assert!(arrival(lane.offer(0, 100)).is_some());
    assert_eq!(lane.count.waiting_bytes, 100);
    lane.cut();
    assert!(!lane.hands_over(100, Copy::First));
    assert_eq!(lane.offer(1, 100), Fate::Gone);
    lane.repair();
    assert!(arrival(lane.offer(2, 100)).is_some());
    assert_eq!((lane.count.cut, lane.count.carried, lane.count.waiting_bytes), (2, 0, 100));
}

/// A proxy with one line to an echo, and a client.
struct Bench {
    proxy: Proxy,
    folder: tempfile::TempDir,
    client: UdpSocket,
    echo: JoinHandle<()>,
    /// From which port each datagram came to the echo.
    ports: mpsc::UnboundedReceiver<u16>,
}

impl Drop for Bench {
    fn drop(&mut self) {
        self.echo.abort();
    }
}

impl Bench {
    async fn start(make: LineMake) -> Bench {
        let folder = tempfile::tempdir().unwrap();
        let server = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let to = server.local_addr().unwrap();
        let (seen, ports) = mpsc::unbounded_channel();
        let echo = tokio::spawn(async move {
            let mut buffer = [0; 2_048];
            while let Ok((bytes, from)) = server.recv_from(&mut buffer).await {
                let _ = seen.send(from.port());
                let _ = server.send_to(&buffer[..bytes], from).await;
            }
        });
        let line = LineConfig { line: 1, listen: (Ipv4Addr::LOCALHOST, 0).into(), to, make };
        let config = Config { seed: 3, control: folder.path().join("control.sock"), lines: vec![line] };
        let proxy = Proxy::start(config).await.unwrap();
        let client = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        client.connect(proxy.address(1).unwrap()).await.unwrap();
        Bench { proxy, folder, client, echo, ports }
    }

    async fn order(&self, order: Order) {
        let answer = control::order(&self.folder.path().join("control.sock"), &order).await.unwrap();
        assert_eq!(answer, Answer::Done);
    }

    async fn count(&self) -> LineCount {
        match control::order(&self.folder.path().join("control.sock"), &Order::Stats).await.unwrap() {
            Answer::Stats { lines } => lines[&1],
            other => panic!("{other:?}"),
        }
    }

    /// Sends one datagram and waits for its echo; returns milliseconds and the port it came from.
    async fn round(&mut self) -> (u128, u16) {
        let begun = Instant::now();
        self.client.send(&[1; 100]).await.unwrap();
        let mut buffer = [0; 2_048];
        timeout(PATIENCE, self.client.recv(&mut buffer)).await.expect("an echo").unwrap();
        (begun.elapsed().as_millis(), self.ports.recv().await.unwrap())
    }
}

#[tokio::test]
async fn a_datagram_is_under_way_for_twice_the_delay_and_the_line_can_be_shaped() {
    let mut bench = Bench::start(LineMake::clean(10_000_000, 60)).await;
    let (far_ms, _) = bench.round().await;
    assert!(far_ms >= 120, "{far_ms} ms");
    bench.order(Order::Shape { line: 1, make: LineMake::clean(10_000_000, 0) }).await;
    let mut near_ms = u128::MAX;
    for _ in 0..10 {
        near_ms = near_ms.min(bench.round().await.0);
    }
    assert!(near_ms < 120, "{near_ms} ms");
}

#[tokio::test]
async fn a_line_carries_at_its_rate() {
    let bench = Bench::start(LineMake { down_bps: 100_000_000, ..LineMake::clean(400_000, 0) }).await;
    let begun = Instant::now();
    // Ten datagrams of 1,000 bytes on 400 kbit/s: a fifth of a second.
    for _ in 0..10 {
        bench.client.send(&[1; 972]).await.unwrap();
    }
    let mut buffer = [0; 2_048];
    for _ in 0..10 {
        timeout(PATIENCE, bench.client.recv(&mut buffer)).await.expect("an echo").unwrap();
    }
    let took_ms = begun.elapsed().as_millis();
    assert!((190..2_000).contains(&took_ms), "{took_ms} ms");
    let count = bench.count().await;
    assert_eq!((count.up.carried, count.up.carried_bytes, count.up.waiting_bytes), (10, 9_720, 0));
}

#[tokio::test]
async fn a_cut_line_carries_nothing_in_the_cut_direction_until_it_is_repaired() {
    let mut bench = Bench::start(LineMake::clean(10_000_000, 0)).await;
    bench.round().await;
    bench.order(Order::Down { line: 1, way: Way::Down }).await;
    bench.client.send(&[1; 100]).await.unwrap();
    // It came through to the echo, and the answer is lost.
    timeout(PATIENCE, bench.ports.recv()).await.expect("the way up is open");
    let mut buffer = [0; 2_048];
    assert!(timeout(Duration::from_millis(200), bench.client.recv(&mut buffer)).await.is_err());
    bench.order(Order::Up { line: 1, way: Way::Both }).await;
    bench.round().await;
    let count = bench.count().await;
    assert_eq!((count.up.cut, count.down.cut, count.up.carried, count.down.carried), (0, 1, 3, 2));
}

#[tokio::test]
async fn a_rebound_or_silent_client_comes_from_another_port() {
    let nat = Some(Nat { udp_timeout_ms: 300 });
    let mut bench = Bench::start(LineMake { nat, ..LineMake::clean(10_000_000, 0) }).await;
    let (_, first) = bench.round().await;
    bench.order(Order::Rebind { line: 1 }).await;
    let (_, second) = bench.round().await;
    assert_ne!(first, second);
    // The mapping's own time-out is what is waited for.
    tokio::time::sleep(Duration::from_millis(400)).await;
    let (_, third) = bench.round().await;
    assert_ne!(second, third);
    let count = bench.count().await;
    assert_eq!((count.flows, count.forgotten), (3, 2));
}

#[tokio::test]
async fn an_order_about_an_unknown_line_or_in_no_known_form_is_refused() {
    let bench = Bench::start(LineMake::clean(10_000_000, 0)).await;
    let unknown = bench.proxy.obey(&Order::Rebind { line: 9 });
    assert_eq!(unknown, Answer::Refused { why: "there is no line 9".into() });
}
