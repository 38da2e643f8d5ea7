//! A line that can be cut: forwards UDP datagrams, counts their bytes, drops them while it is cut.
//!
//! Every client address has a socket of its own to the other end, as behind a home router, so that two clients are never mixed up.

use std::collections::HashMap;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::net::UdpSocket;
use tokio::task::JoinHandle;

/// The largest datagram.
const DATAGRAM_BYTES_MAX: usize = 65_535;
/// Clients of one line; past it the one that was silent longest gives way.
const FLOWS_MAX: usize = 64;

/// A running line; it ends when dropped.
#[derive(Debug)]
pub struct Forwarder {
    address: SocketAddr,
    line: Arc<Line>,
    task: JoinHandle<()>,
}

/// What was counted on a line: bytes of datagrams, without IP and UDP headers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Traffic {
    /// Towards the other end.
    pub up_bytes: u64,
    /// Back to clients.
    pub down_bytes: u64,
    /// Dropped while the line was cut, either way.
    pub dropped_bytes: u64,
}

impl Traffic {
    /// Returns what arrived, both ways.
    #[must_use]
    pub fn carried(self) -> u64 {
        self.up_bytes + self.down_bytes
    }
}

#[derive(Debug, Default)]
struct Line {
    cut: AtomicBool,
    up: AtomicU64,
    down: AtomicU64,
    dropped: AtomicU64,
    other_end: Mutex<Option<SocketAddr>>,
}

impl Line {
    /// Counts a datagram; `false` when it is lost.
    fn carries(&self, counter: &AtomicU64, bytes: usize) -> bool {
        let cut = self.cut.load(Ordering::SeqCst);
        let counter = if cut { &self.dropped } else { counter };
        counter.fetch_add(bytes as u64, Ordering::Relaxed);
        !cut
    }

    fn other_end(&self) -> Option<SocketAddr> {
        *self.other_end.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Forwarder {
    /// Lays a line that begins at a free port of this machine; it leads nowhere until [`Forwarder::lead_to`].
    ///
    /// # Errors
    /// When no port can be bound.
    pub async fn lay() -> io::Result<Forwarder> {
        let socket = Arc::new(UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await?);
        let address = socket.local_addr()?;
        let line = Arc::new(Line::default());
        let task = tokio::spawn(run(socket, line.clone()));
        Ok(Forwarder { address, line, task })
    }

    /// Says where the line ends; a flow that led elsewhere is opened anew.
    pub fn lead_to(&self, other_end: SocketAddr) {
        *self.line.other_end.lock().unwrap_or_else(PoisonError::into_inner) = Some(other_end);
    }

    /// Returns where clients send to.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Cuts the line: from here on every datagram is dropped, either way.
    pub fn cut(&self) {
        self.line.cut.store(true, Ordering::SeqCst);
    }

    /// Repairs the line.
    pub fn repair(&self) {
        self.line.cut.store(false, Ordering::SeqCst);
    }

    /// Returns whether the line is cut.
    #[must_use]
    pub fn is_cut(&self) -> bool {
        self.line.cut.load(Ordering::SeqCst)
    }

    /// Returns what was counted so far.
    #[must_use]
    pub fn traffic(&self) -> Traffic {
        Traffic {
            up_bytes: self.line.up.load(Ordering::Relaxed),
            down_bytes: self.line.down.load(Ordering::Relaxed),
            dropped_bytes: self.line.dropped.load(Ordering::Relaxed),
        }
    }
}

impl Drop for Forwarder {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// One client's way to the other end.
struct Flow {
    socket: Arc<UdpSocket>,
    back: JoinHandle<()>,
    other_end: SocketAddr,
    last_used: u64,
}

impl Drop for Flow {
    fn drop(&mut self) {
        self.back.abort();
    }
}

async fn run(clients: Arc<UdpSocket>, line: Arc<Line>) {
    let mut flows: HashMap<SocketAddr, Flow> = HashMap::new();
    let mut buffer = vec![0; DATAGRAM_BYTES_MAX];
    for turn in 0_u64.. {
        // An error is one of a single datagram, such as a port that nobody listens on any more.
        let Ok((bytes, client)) = clients.recv_from(&mut buffer).await else {
            continue;
        };
        if !line.carries(&line.up, bytes) {
            continue;
        }
        if flows.get(&client).is_some_and(|flow| Some(flow.other_end) != line.other_end()) {
            flows.remove(&client);
        }
        if !flows.contains_key(&client) {
            let Some(flow) = open(&clients, client, &line).await else {
                continue;
            };
            make_room(&mut flows);
            flows.insert(client, flow);
        }
        if let Some(flow) = flows.get_mut(&client) {
            flow.last_used = turn;
            // A datagram may be lost on any line.
            let _ = flow.socket.send(&buffer[..bytes]).await;
        }
    }
}

fn make_room(flows: &mut HashMap<SocketAddr, Flow>) {
    if flows.len() >= FLOWS_MAX
        && let Some(silent) = flows.iter().min_by_key(|(_, flow)| flow.last_used).map(|(client, _)| *client)
    {
        flows.remove(&silent);
    }
}

async fn open(clients: &Arc<UdpSocket>, client: SocketAddr, line: &Arc<Line>) -> Option<Flow> {
    let other_end = line.other_end()?;
    let socket = Arc::new(UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await.ok()?);
    socket.connect(other_end).await.ok()?;
    let (clients, line, from) = (clients.clone(), line.clone(), socket.clone());
    let back = tokio::spawn(async move {
        let mut buffer = vec![0; DATAGRAM_BYTES_MAX];
        loop {
            let Ok(bytes) = from.recv(&mut buffer).await else {
                // The other end is not there at the moment; the next datagram may find it again.
                tokio::task::yield_now().await;
                continue;
            };
            if line.carries(&line.down, bytes) {
                let _ = clients.send_to(&buffer[..bytes], client).await;
            }
        }
    });
    Some(Flow { socket, back, other_end, last_used: 0 })
}

#[cfg(test)]
mod tests;
