//! The neighbour's socket: takes prefixed datagrams out of the stream before the endpoint sees them, and passes them on.

use super::{PREFIX, segments};
use crate::env::Env;
use mesh_model::time::Uptime;
use quinn::udp::{RecvMeta, Transmit};
use quinn::{AsyncUdpSocket, UdpPoller};
use std::collections::BTreeMap;
use std::future::poll_fn;
use std::io::{self, IoSliceMut};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use tokio::sync::{mpsc, watch};

/// Newcomers served at one time.
const NEWCOMERS_MAX: usize = 8;
/// Datagrams of one newcomer passed on at once.
const BURST: u32 = 64;
/// Datagrams of one newcomer passed on in a second, on the long run.
const DATAGRAMS_PER_S: u64 = 32;
/// Milliseconds of silence after which a newcomer's place is free.
const IDLE_MS: u64 = 60_000;
/// Datagrams that wait to be passed on; further ones are dropped, as any network does.
const WAITING_MAX: usize = 256;
/// Bytes of one datagram.
const DATAGRAM_BYTES_MAX: usize = 2_048;

/// Where a neighbour passes newcomers on to: its own upstream and nobody else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Upstream {
    /// The hub itself: the prefix is taken off.
    Hub(SocketAddr),
    /// Another relay: the prefix stays, for it to do the same.
    Relay(SocketAddr),
}

/// A socket that serves the endpoint as before and newcomers besides.
#[derive(Debug)]
pub struct Forwarder {
    inner: Arc<dyn AsyncUdpSocket>,
    newcomers: mpsc::Sender<(SocketAddr, Vec<u8>)>,
}

impl Forwarder {
    /// Wraps a bound socket and starts passing on to whatever `upstream` says at the time; `None`: nowhere.
    #[must_use]
    pub fn start(env: &Arc<dyn Env>, inner: Arc<dyn AsyncUdpSocket>, upstream: watch::Receiver<Option<Upstream>>) -> Arc<Forwarder> {
        let (newcomers, waiting) = mpsc::channel(WAITING_MAX);
        let desk = Desk { env: env.clone(), back: inner.clone(), upstream, lines: BTreeMap::new() };
        env.spawn(Box::pin(desk.run(waiting)));
        Arc::new(Forwarder { inner, newcomers })
    }
}

impl AsyncUdpSocket for Forwarder {
    fn create_io_poller(self: Arc<Self>) -> Pin<Box<dyn UdpPoller>> {
        self.inner.clone().create_io_poller()
    }

    fn try_send(&self, transmit: &Transmit<'_>) -> io::Result<()> {
        self.inner.try_send(transmit)
    }

    fn poll_recv(&self, cx: &mut Context<'_>, bufs: &mut [IoSliceMut<'_>], meta: &mut [RecvMeta]) -> Poll<io::Result<usize>> {
        loop {
            let Poll::Ready(count) = self.inner.poll_recv(cx, bufs, meta)? else {
                return Poll::Pending;
            };
            let mut kept = 0;
            for (buf, meta) in bufs.iter().zip(meta.iter_mut()).take(count) {
                if buf[..meta.len].starts_with(&PREFIX) {
                    for segment in segments(meta.len, meta.stride) {
                        let _ = self.newcomers.try_send((meta.addr, buf[segment].to_vec()));
                    }
                    meta.len = 0;
                }
                kept += meta.len;
            }
            if kept > 0 || count == 0 {
                return Poll::Ready(Ok(count));
            }
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.inner.local_addr()
    }

    fn max_transmit_segments(&self) -> usize {
        self.inner.max_transmit_segments()
    }

    fn max_receive_segments(&self) -> usize {
        self.inner.max_receive_segments()
    }

    fn may_fragment(&self) -> bool {
        self.inner.may_fragment()
    }
}

struct Desk {
    env: Arc<dyn Env>,
    back: Arc<dyn AsyncUdpSocket>,
    upstream: watch::Receiver<Option<Upstream>>,
    lines: BTreeMap<SocketAddr, Line>,
}

/// One newcomer's way to the upstream.
struct Line {
    socket: Arc<dyn AsyncUdpSocket>,
    replies: crate::env::Task,
    upstream: Upstream,
    budget: u32,
    seen: Uptime,
}

impl Drop for Line {
    fn drop(&mut self) {
        self.replies.abort();
    }
}

impl Desk {
    async fn run(mut self, mut waiting: mpsc::Receiver<(SocketAddr, Vec<u8>)>) {
        while let Some((newcomer, datagram)) = waiting.recv().await {
            let upstream = *self.upstream.borrow();
            if let Some(upstream) = upstream {
                self.pass_on(newcomer, &datagram, upstream);
            }
        }
    }

    fn pass_on(&mut self, newcomer: SocketAddr, datagram: &[u8], upstream: Upstream) {
        let now = self.env.uptime();
        self.lines.retain(|_, line| now.ms_since(line.seen) < IDLE_MS && line.upstream == upstream);
        if !self.lines.contains_key(&newcomer) {
            if self.lines.len() >= NEWCOMERS_MAX {
                return;
            }
            let Ok(line) = self.open(newcomer, upstream, now) else { return };
            self.lines.insert(newcomer, line);
        }
        let Some(line) = self.lines.get_mut(&newcomer) else { return };
        let earned = now.ms_since(line.seen) * DATAGRAMS_PER_S / 1_000;
        if earned > 0 {
            line.budget = line.budget.saturating_add(u32::try_from(earned).unwrap_or(BURST)).min(BURST);
            line.seen = now;
        }
        if line.budget == 0 {
            return;
        }
        line.budget -= 1;
        let (destination, contents) = match upstream {
            Upstream::Hub(hub) => (hub, &datagram[PREFIX.len()..]),
            Upstream::Relay(relay) => (relay, datagram),
        };
        // A full buffer loses the datagram, as any network may; the newcomer's QUIC sends it again.
        let _ = line.socket.try_send(&Transmit { destination, ecn: None, contents, segment_size: None, src_ip: None });
    }

    fn open(&self, newcomer: SocketAddr, upstream: Upstream, now: Uptime) -> io::Result<Line> {
        let (Upstream::Hub(address) | Upstream::Relay(address)) = upstream;
        let any = if address.is_ipv4() { (Ipv4Addr::UNSPECIFIED, 0).into() } else { (Ipv6Addr::UNSPECIFIED, 0).into() };
        let socket = self.env.bind(any)?;
        let replies = self.env.spawn(Box::pin(reply(socket.clone(), self.back.clone(), newcomer, upstream)));
        Ok(Line { socket, replies, upstream, budget: BURST, seen: now })
    }
}

/// Carries what the upstream answers back to one newcomer.
async fn reply(socket: Arc<dyn AsyncUdpSocket>, back: Arc<dyn AsyncUdpSocket>, newcomer: SocketAddr, upstream: Upstream) {
    let (Upstream::Hub(address) | Upstream::Relay(address)) = upstream;
    let mut buffer = vec![0; DATAGRAM_BYTES_MAX * socket.max_receive_segments()];
    loop {
        let mut meta = [RecvMeta::default()];
        let received = poll_fn(|cx| socket.poll_recv(cx, &mut [IoSliceMut::new(&mut buffer)], &mut meta)).await;
        match received {
            Ok(0) => continue,
            Ok(_) => {}
            Err(_) => return,
        }
        let [meta] = meta;
        if meta.addr != address {
            continue;
        }
        for segment in segments(meta.len, meta.stride) {
            let datagram = &buffer[segment];
            let contents = match upstream {
                Upstream::Hub(_) => [PREFIX.as_slice(), datagram].concat(),
                Upstream::Relay(_) => datagram.to_vec(),
            };
            let _ = back.try_send(&Transmit { destination: newcomer, ecn: None, contents: &contents, segment_size: None, src_ip: None });
        }
    }
}
