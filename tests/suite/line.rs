//! A line between two UDP addresses that can be cut and mended, and counts what passes.

use std::collections::BTreeMap;
use std::net::{SocketAddr, UdpSocket};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// How long a listening thread goes without looking whether the line still exists.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// Datagrams and their bytes, without IP and UDP headers, both ways together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Passed {
    pub datagrams: u64,
    pub bytes: u64,
}

/// A running line; it ends when dropped.
pub struct Line {
    address: SocketAddr,
    state: Arc<State>,
}

#[derive(Default)]
struct State {
    cut: AtomicBool,
    gone: AtomicBool,
    datagrams: AtomicU64,
    bytes: AtomicU64,
}

impl Line {
    /// Lays a line whose far end is `target`; whoever sends to [`Line::address`] talks to it.
    pub fn to(target: SocketAddr) -> Line {
        let near = Arc::new(UdpSocket::bind("127.0.0.1:0").expect("a socket"));
        near.set_read_timeout(Some(LOOK_EVERY)).expect("a timeout");
        let address = near.local_addr().expect("an address");
        let state = Arc::new(State::default());
        let shared = state.clone();
        std::thread::spawn(move || carry_out(&near, target, &shared));
        Line { address, state }
    }

    /// Returns the near end.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Drops everything from now on.
    pub fn cut(&self) {
        self.state.cut.store(true, Ordering::SeqCst);
    }

    /// Carries again.
    pub fn mend(&self) {
        self.state.cut.store(false, Ordering::SeqCst);
    }

    /// Returns what has passed so far.
    pub fn passed(&self) -> Passed {
        Passed { datagrams: self.state.datagrams.load(Ordering::SeqCst), bytes: self.state.bytes.load(Ordering::SeqCst) }
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.state.gone.store(true, Ordering::SeqCst);
    }
}

impl State {
    fn carry(&self, from: &UdpSocket, to: SocketAddr, datagram: &[u8]) {
        if self.cut.load(Ordering::SeqCst) {
            return;
        }
        // A line may lose what the system does not take.
        if from.send_to(datagram, to).is_ok() {
            self.datagrams.fetch_add(1, Ordering::SeqCst);
            self.bytes.fetch_add(datagram.len() as u64, Ordering::SeqCst);
        }
    }

    fn is_gone(&self) -> bool {
        self.gone.load(Ordering::SeqCst)
    }
}

/// Carries from the near end; every sender there gets a socket of its own towards the far end.
fn carry_out(near: &Arc<UdpSocket>, target: SocketAddr, state: &Arc<State>) {
    let senders: Mutex<BTreeMap<SocketAddr, Arc<UdpSocket>>> = Mutex::default();
    let mut buffer = [0; 65_536];
    while !state.is_gone() {
        let Ok((bytes, sender)) = near.recv_from(&mut buffer) else {
            continue;
        };
        let mut senders = senders.lock().expect("one thread");
        let far = senders.entry(sender).or_insert_with(|| {
            let far = Arc::new(UdpSocket::bind("127.0.0.1:0").expect("a socket"));
            far.set_read_timeout(Some(LOOK_EVERY)).expect("a timeout");
            let (back, near, state) = (far.clone(), near.clone(), state.clone());
            std::thread::spawn(move || carry_back(&back, &near, sender, &state));
            far
        });
        state.carry(far, target, &buffer[..bytes]);
    }
}

fn carry_back(far: &UdpSocket, near: &UdpSocket, sender: SocketAddr, state: &State) {
    let mut buffer = [0; 65_536];
    while !state.is_gone() {
        if let Ok((bytes, _)) = far.recv_from(&mut buffer) {
            state.carry(near, sender, &buffer[..bytes]);
        }
    }
}
