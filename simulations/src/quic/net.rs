//! A county's network in virtual time: hosts, addresses, the lines between them, and one driver that delivers whatever is due.
//!
//! Every site is found under a fixed address, as under a name. What it sends upwards leaves under its public address of the moment, which a
//! box in front of it may map and forget. A packet passes every line on the way through the tree, each with a queue of its own.

mod hosts;
mod socket;

pub use hosts::{PORT, address_of};
pub use socket::SimUdp;

use super::pipe::{PACKET_OVERHEAD_BYTES, Pipe};
use crate::layout::{Layout, Seat};
use crate::line::LineMake;
use crate::plan::Way;
use crate::streams::Stream;
use crate::trace::Trace;
use hosts::Hosts;
use mesh_model::id::Hash;
use mesh_model::time::Uptime;
use socket::Inbox;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::Instant;

/// A socket of a site, by its port.
pub type Berth = (Seat, u16);

/// The network of one run.
pub struct SimNet {
    start: Instant,
    inner: Mutex<Inner>,
    earlier: Notify,
}

/// Bytes and packets of one site.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Carried {
    /// Bytes sent, with what IP and UDP put around them.
    pub sent_bytes: u64,
    /// Bytes that arrived.
    pub received_bytes: u64,
    /// Packets sent.
    pub packets: u64,
}

struct Inner {
    layout: Layout,
    makes: BTreeMap<Seat, LineMake>,
    pipes: BTreeMap<(Seat, Way), Pipe>,
    hosts: Hosts,
    sockets: BTreeMap<Berth, Arc<Inbox>>,
    under_way: BTreeMap<(u64, u64), Packet>,
    sent: u64,
    trace: Trace,
    carried: BTreeMap<Seat, Carried>,
}

struct Packet {
    from: Seat,
    source: SocketAddr,
    to: Berth,
    bytes: Vec<u8>,
}

/// What the trace keeps of a packet.
#[derive(Clone, Copy)]
enum Fate {
    Sent,
    Delivered,
    Lost,
}

impl Fate {
    fn word(self) -> &'static str {
        match self {
            Fate::Sent => "sent",
            Fate::Delivered => "landed",
            Fate::Lost => "lost",
        }
    }
}

impl SimNet {
    /// Lays the lines of a county; nobody is connected yet.
    #[must_use]
    pub fn new(seed: u64, layout: &Layout, makes: BTreeMap<Seat, LineMake>, trace_file: Option<std::fs::File>) -> Arc<SimNet> {
        let pipe = |seat: Seat, way: Way| {
            let kind = if way == Way::Up { "quic-up" } else { "quic-down" };
            ((seat, way), Pipe::new(Stream::new(seed, kind, u64::from(seat.0)), way))
        };
        let inner = Inner {
            layout: layout.clone(),
            pipes: makes.keys().flat_map(|seat| [pipe(*seat, Way::Up), pipe(*seat, Way::Down)]).collect(),
            makes,
            hosts: Hosts::default(),
            sockets: BTreeMap::new(),
            under_way: BTreeMap::new(),
            sent: 0,
            trace: trace_file.map_or_else(Trace::default, |file| Trace::default().into_file(file)),
            carried: BTreeMap::new(),
        };
        Arc::new(SimNet { start: Instant::now(), inner: Mutex::new(inner), earlier: Notify::new() })
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().expect("nobody panics while holding the network")
    }

    /// Returns microseconds since the network was made.
    #[must_use]
    pub fn now_us(&self) -> u64 {
        u64::try_from(self.start.elapsed().as_micros()).unwrap_or(u64::MAX)
    }

    /// Delivers everything that is due, for as long as the run lasts.
    pub async fn deliver(self: Arc<SimNet>) {
        loop {
            let head = self.lock().under_way.first_key_value().map(|((at_us, _), _)| *at_us);
            let sleep = async {
                match head {
                    // The runtime's timers count milliseconds: an arrival is rounded up to the next.
                    Some(at_us) => tokio::time::sleep_until(self.start + Duration::from_millis(at_us.div_ceil(1_000))).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                biased;
                () = self.earlier.notified() => {}
                () = sleep => {}
            }
            let now_us = self.now_us();
            let mut inner = self.lock();
            while let Some(first) = inner.under_way.first_entry().filter(|first| first.key().0 <= now_us) {
                let packet = first.remove();
                inner.land(now_us, packet);
            }
        }
    }

    /// Sends one datagram.
    pub(super) fn send(&self, from: Berth, to: SocketAddr, bytes: &[u8]) {
        let now_us = self.now_us();
        let mut inner = self.lock();
        let head = inner.under_way.first_key_value().map(|(key, _)| *key);
        inner.send(now_us, from, to, bytes);
        let moved = inner.under_way.first_key_value().map(|(key, _)| *key) != head;
        drop(inner);
        if moved {
            self.earlier.notify_one();
        }
    }

    /// Puts a line under other settings.
    pub fn shape(&self, seat: Seat, make: LineMake) {
        self.lock().makes.insert(seat, make);
    }

    /// Lets a line carry nothing for a time.
    pub fn cut(&self, seat: Seat, way: Way, for_ms: u64) {
        let until_us = self.now_us() + for_ms * 1_000;
        for ((line, direction), pipe) in &mut self.lock().pipes {
            if *line == seat && (way == Way::Both || way == *direction) {
                pipe.close_until(until_us);
            }
        }
    }

    /// Lets a line carry again.
    pub fn mend(&self, seat: Seat) {
        let now_us = self.now_us();
        self.lock().pipes.iter_mut().filter(|((line, _), _)| *line == seat).for_each(|(_, pipe)| pipe.open(now_us));
    }

    /// Moves a site to another public address.
    pub fn move_address(&self, seat: Seat) {
        self.lock().hosts.move_address(seat);
    }

    /// Makes the box in front of a site forget its mappings.
    pub fn rebind(&self, seat: Seat) {
        self.lock().hosts.forget(seat);
    }

    /// Takes every socket of a site away, as a machine without power does; what it still says is said to nobody.
    pub fn unplug(&self, seat: Seat) {
        let mut inner = self.lock();
        inner.sockets.retain(|(owner, _), inbox| *owner != seat || !inbox.shut());
    }

    /// Returns what a site sent and received.
    #[must_use]
    pub fn carried(&self, seat: Seat) -> Carried {
        self.lock().carried.get(&seat).copied().unwrap_or_default()
    }

    /// Adds a record of the run to the trace.
    pub fn note(&self, kind: &str, seat: Seat, what: &[u8]) {
        let at = Uptime(self.now_us() / 1_000);
        self.lock().trace.note(at, kind, u64::from(seat.0), 0, what);
    }

    /// Ends the trace: its hash and how many records it covers.
    ///
    /// # Errors
    /// The first error of writing its file.
    pub fn end_trace(&self) -> std::io::Result<(Hash, u64)> {
        let trace = &mut self.lock().trace;
        trace.finish()?;
        Ok((trace.hash(), trace.records()))
    }
}

impl std::fmt::Debug for SimNet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SimNet")
    }
}

impl Inner {
    fn send(&mut self, now_us: u64, from: Berth, to: SocketAddr, bytes: &[u8]) {
        let wire_bytes = bytes.len() as u64 + PACKET_OVERHEAD_BYTES;
        let carried = self.carried.entry(from.0).or_default();
        carried.sent_bytes += wire_bytes;
        carried.packets += 1;
        let target = self.hosts.find(now_us, to);
        let hops = target.map(|target| self.hops(from.0, target.0)).unwrap_or_default();
        let upwards = hops.first().is_some_and(|(_, way)| *way == Way::Up);
        let nat = self.makes.get(&from.0).and_then(|make| make.nat);
        let source = if upwards { self.hosts.outward(now_us, from, nat) } else { (address_of(from.0), from.1).into() };
        let mut arrivals = if target.is_some() { vec![now_us] } else { Vec::new() };
        for hop in &hops {
            let make = self.makes[&hop.0];
            let pipe = self.pipes.get_mut(hop).expect("every line has both directions");
            arrivals = arrivals.into_iter().flat_map(|at_us| pipe.pass(&make, at_us, bytes.len())).collect();
        }
        let to = target.unwrap_or((Seat(u16::MAX), 0));
        let fate = if arrivals.is_empty() { Fate::Lost } else { Fate::Sent };
        self.pen(now_us, fate, from.0, to.0, bytes.len());
        for at_us in arrivals {
            self.sent += 1;
            self.under_way.insert((at_us, self.sent), Packet { from: from.0, source, to, bytes: bytes.to_vec() });
        }
    }

    /// Returns the lines between two sites, in order, each with its direction.
    fn hops(&self, from: Seat, to: Seat) -> Vec<(Seat, Way)> {
        let chain = |seat: Seat| std::iter::successors(Some(seat), |seat| self.layout.above(*seat)).collect::<Vec<Seat>>();
        let (ours, theirs) = (chain(from), chain(to));
        let meets = |seat: &&Seat, other: &[Seat]| !other.contains(seat);
        let up = ours.iter().take_while(|seat| meets(seat, &theirs)).map(|seat| (*seat, Way::Up));
        let down: Vec<(Seat, Way)> = theirs.iter().take_while(|seat| meets(seat, &ours)).map(|seat| (*seat, Way::Down)).collect();
        up.chain(down.into_iter().rev()).collect()
    }

    fn land(&mut self, now_us: u64, packet: Packet) {
        let Packet { from, source, to, bytes } = packet;
        let len = bytes.len();
        let landed = self.sockets.get(&to).is_some_and(|inbox| inbox.put(source, bytes));
        if landed {
            self.carried.entry(to.0).or_default().received_bytes += len as u64 + PACKET_OVERHEAD_BYTES;
        }
        self.pen(now_us, if landed { Fate::Delivered } else { Fate::Lost }, from, to.0, len);
    }

    fn pen(&mut self, now_us: u64, fate: Fate, from: Seat, to: Seat, bytes: usize) {
        let whom = u64::from(from.0) << 16 | u64::from(to.0);
        self.trace.note(Uptime(now_us / 1_000), fate.word(), whom, bytes as u64, &[]);
    }
}
