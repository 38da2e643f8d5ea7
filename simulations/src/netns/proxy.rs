//! The impairment proxy: a process of its own between the sites, in which every line is slow, lossy, far or cut as its settings say.
//!
//! Each client address has an upstream socket of its own, so the proxy is also the address box (NAT): closing that socket is a rebinding.
//! What happens to a datagram is decided in [`lane`]; this file moves bytes.

pub mod control;
pub mod lane;

#[cfg(test)]
mod tests;

use crate::line::LineMake;
use crate::streams::Stream;
use control::{Answer, LineCount, Order, headings};
use lane::{Copy, Fate, Heading, Lane};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::net::{UdpSocket, UnixListener};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::Instant;

/// The largest datagram.
const DATAGRAM_BYTES_MAX: usize = 65_535;
/// Clients of one line; past it the one that was silent longest gives way.
const FLOWS_MAX: usize = 64;

/// All that a proxy is started with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Config {
    /// Feeds the streams of lost datagrams.
    pub seed: u64,
    /// Where orders are taken.
    pub control: PathBuf,
    /// The lines.
    pub lines: Vec<LineConfig>,
}

/// One line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct LineConfig {
    /// The number of the site below.
    pub line: u16,
    /// Where that site sends to.
    pub listen: SocketAddr,
    /// Where the site above listens.
    pub to: SocketAddr,
    /// How it works.
    pub make: LineMake,
}

/// A running proxy; its lines end when it is dropped.
#[derive(Debug)]
pub struct Proxy {
    lines: BTreeMap<u16, Arc<Line>>,
    addresses: BTreeMap<u16, SocketAddr>,
    tasks: Vec<JoinHandle<()>>,
}

/// One datagram under way, and to which client it belongs.
#[derive(Debug)]
struct Parcel {
    client: SocketAddr,
    bytes: Vec<u8>,
    copy: Copy,
}

#[derive(Debug)]
struct Line {
    to: SocketAddr,
    begun: Instant,
    clients: Arc<UdpSocket>,
    state: Mutex<State>,
    up: mpsc::UnboundedSender<(u64, Parcel)>,
    down: mpsc::UnboundedSender<(u64, Parcel)>,
}

#[derive(Debug)]
struct State {
    up: Lane,
    down: Lane,
    nat_ms: Option<u32>,
    flows: BTreeMap<SocketAddr, Flow>,
    opened: u64,
    forgotten: u64,
}

/// One mapping of the address box.
#[derive(Debug)]
struct Flow {
    socket: Arc<UdpSocket>,
    back: JoinHandle<()>,
    number: u64,
    used_us: u64,
}

impl Drop for Flow {
    fn drop(&mut self) {
        self.back.abort();
    }
}

impl Proxy {
    /// Lays the lines and opens the control socket.
    ///
    /// # Errors
    /// When an address or the control socket cannot be bound.
    pub async fn start(config: Config) -> io::Result<Proxy> {
        let mut proxy = Proxy { lines: BTreeMap::new(), addresses: BTreeMap::new(), tasks: Vec::new() };
        for line in config.lines {
            proxy.lay(config.seed, line).await?;
        }
        let control = UnixListener::bind(&config.control)?;
        let lines = proxy.lines.clone();
        proxy.tasks.push(tokio::spawn(async move {
            while let Ok((stream, _)) = control.accept().await {
                let lines = lines.clone();
                tokio::spawn(control::serve(stream, move |order| obey(&lines, &order)));
            }
        }));
        Ok(proxy)
    }

    async fn lay(&mut self, seed: u64, config: LineConfig) -> io::Result<()> {
        let clients = Arc::new(UdpSocket::bind(config.listen).await?);
        self.addresses.insert(config.line, clients.local_addr()?);
        let stream = |kind| Stream::new(seed, kind, u64::from(config.line));
        let state = State {
            up: Lane::new(Heading::Up, config.make, stream("proxy-up")),
            down: Lane::new(Heading::Down, config.make, stream("proxy-down")),
            nat_ms: config.make.nat.map(|nat| nat.udp_timeout_ms),
            flows: BTreeMap::new(),
            opened: 0,
            forgotten: 0,
        };
        let (up, coming_up) = mpsc::unbounded_channel();
        let (down, coming_down) = mpsc::unbounded_channel();
        let line = Arc::new(Line { to: config.to, begun: Instant::now(), clients, state: Mutex::new(state), up, down });
        self.tasks.push(tokio::spawn(carry(line.clone(), Heading::Up, coming_up)));
        self.tasks.push(tokio::spawn(carry(line.clone(), Heading::Down, coming_down)));
        self.tasks.push(tokio::spawn(take_in(line.clone())));
        self.lines.insert(config.line, line);
        Ok(())
    }

    /// Returns where the site below a line sends to.
    #[must_use]
    pub fn address(&self, line: u16) -> Option<SocketAddr> {
        self.addresses.get(&line).copied()
    }

    /// Obeys one order, as the control socket does.
    pub fn obey(&self, order: &Order) -> Answer {
        obey(&self.lines, order)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
        // A flow's task holds its line, and the line its flow.
        self.lines.values().for_each(|line| line.state().flows.clear());
    }
}

fn obey(lines: &BTreeMap<u16, Arc<Line>>, order: &Order) -> Answer {
    let number = match order {
        Order::Stats => return Answer::Stats { lines: lines.iter().map(|(number, line)| (*number, line.count())).collect() },
        Order::Down { line, .. } | Order::Rebind { line } | Order::Shape { line, .. } | Order::Up { line, .. } => line,
    };
    let Some(line) = lines.get(number) else {
        return Answer::Refused { why: format!("there is no line {number}") };
    };
    let mut state = line.state();
    match order {
        Order::Stats => {}
        Order::Down { way, .. } => headings(*way).iter().for_each(|heading| state.lane(*heading).cut()),
        Order::Rebind { .. } => {
            state.forgotten += state.flows.len() as u64;
            state.flows.clear();
        }
        Order::Shape { make, .. } => {
            state.up.shape(*make);
            state.down.shape(*make);
            state.nat_ms = make.nat.map(|nat| nat.udp_timeout_ms);
        }
        Order::Up { way, .. } => headings(*way).iter().for_each(|heading| state.lane(*heading).repair()),
    }
    Answer::Done
}

impl State {
    fn lane(&mut self, heading: Heading) -> &mut Lane {
        match heading {
            Heading::Down => &mut self.down,
            Heading::Up => &mut self.up,
        }
    }

    /// Returns a client's mapping if it is there and not silent for too long; one that is too old is forgotten.
    fn flow(&mut self, client: SocketAddr, now_us: u64) -> Option<&mut Flow> {
        let silent_us = now_us.saturating_sub(self.flows.get(&client)?.used_us);
        if self.nat_ms.is_some_and(|ms| silent_us > u64::from(ms) * 1_000) {
            self.flows.remove(&client);
            self.forgotten += 1;
        }
        self.flows.get_mut(&client)
    }
}

impl Line {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now_us(&self) -> u64 {
        u64::try_from(self.begun.elapsed().as_micros()).unwrap_or(u64::MAX)
    }

    fn count(&self) -> LineCount {
        let state = self.state();
        LineCount { up: state.up.count, down: state.down.count, flows: state.opened, forgotten: state.forgotten }
    }

    /// Puts a datagram on the line.
    fn send(&self, heading: Heading, client: SocketAddr, bytes: &[u8]) {
        let fate = self.state().lane(heading).offer(self.now_us(), bytes.len());
        let Fate::Arrives { at_us, again_us } = fate else { return };
        let lane = match heading {
            Heading::Down => &self.down,
            Heading::Up => &self.up,
        };
        let copies = std::iter::once((at_us, Copy::First)).chain(again_us.map(|at| (at, Copy::Second)));
        for (at, copy) in copies {
            // The other end is gone only when the proxy is.
            let _ = lane.send((at, Parcel { client, bytes: bytes.to_vec(), copy }));
        }
    }

    /// Hands a datagram over at its end of the line.
    async fn hand_over(self: &Arc<Self>, heading: Heading, parcel: Parcel) {
        if !self.state().lane(heading).hands_over(parcel.bytes.len(), parcel.copy) {
            return;
        }
        // Any line may lose a datagram: what cannot be sent is lost.
        match heading {
            Heading::Down => drop(self.clients.send_to(&parcel.bytes, parcel.client).await),
            Heading::Up => {
                if let Some(socket) = self.mapped(parcel.client).await {
                    let _ = socket.send(&parcel.bytes).await;
                }
            }
        }
    }

    async fn mapped(self: &Arc<Self>, client: SocketAddr) -> Option<Arc<UdpSocket>> {
        let now_us = self.now_us();
        if let Some(flow) = self.state().flow(client, now_us) {
            flow.used_us = now_us;
            return Some(flow.socket.clone());
        }
        let any = if self.to.ip().is_loopback() { Ipv4Addr::LOCALHOST } else { Ipv4Addr::UNSPECIFIED };
        let socket = Arc::new(UdpSocket::bind((any, 0)).await.ok()?);
        socket.connect(self.to).await.ok()?;
        let mut state = self.state();
        if state.flows.len() >= FLOWS_MAX
            && let Some(silent) = state.flows.iter().min_by_key(|(_, flow)| flow.used_us).map(|(client, _)| *client)
        {
            state.flows.remove(&silent);
        }
        state.opened += 1;
        let number = state.opened;
        let back = tokio::spawn(bring_back(self.clone(), client, socket.clone(), number));
        state.flows.insert(client, Flow { socket: socket.clone(), back, number, used_us: now_us });
        Some(socket)
    }

    /// Notes that the other end answered over a mapping; false when the box has forgotten it.
    fn answers(&self, client: SocketAddr, number: u64) -> bool {
        let now_us = self.now_us();
        let mut state = self.state();
        let Some(flow) = state.flow(client, now_us).filter(|flow| flow.number == number) else { return false };
        flow.used_us = now_us;
        true
    }
}

async fn take_in(line: Arc<Line>) {
    let mut buffer = vec![0; DATAGRAM_BYTES_MAX];
    loop {
        // An error is one of a single datagram, such as a port that nobody listens on any more.
        if let Ok((bytes, client)) = line.clients.recv_from(&mut buffer).await {
            line.send(Heading::Up, client, &buffer[..bytes]);
        }
    }
}

async fn bring_back(line: Arc<Line>, client: SocketAddr, socket: Arc<UdpSocket>, number: u64) {
    let mut buffer = vec![0; DATAGRAM_BYTES_MAX];
    loop {
        let Ok(bytes) = socket.recv(&mut buffer).await else {
            // Nobody listens there at the moment; the next datagram may find somebody.
            tokio::task::yield_now().await;
            continue;
        };
        if !line.answers(client, number) {
            return;
        }
        line.send(Heading::Down, client, &buffer[..bytes]);
    }
}

/// Keeps datagrams for as long as they are under way, and hands each over when it is due.
async fn carry(line: Arc<Line>, heading: Heading, mut coming: mpsc::UnboundedReceiver<(u64, Parcel)>) {
    let mut under_way: BTreeMap<(u64, u64), Parcel> = BTreeMap::new();
    let mut number = 0;
    loop {
        let due = under_way.keys().next().map(|(at, _)| line.begun + Duration::from_micros(*at));
        tokio::select! {
            biased;
            parcel = coming.recv() => {
                let Some((at, parcel)) = parcel else { return };
                number += 1;
                under_way.insert((at, number), parcel);
            }
            () = tokio::time::sleep_until(due.unwrap_or_else(Instant::now)), if due.is_some() => {
                let now_us = line.now_us();
                while let Some(entry) = under_way.first_entry().filter(|entry| entry.key().0 <= now_us) {
                    line.hand_over(heading, entry.remove()).await;
                }
            }
        }
    }
}
