//! A simulated UDP socket, as QUIC endpoints use it: always writable, one datagram at a time.

use super::{Berth, SimNet, address_of};
use crate::layout::Seat;
use quinn::udp::{RecvMeta, Transmit};
use quinn::{AsyncUdpSocket, UdpPoller};
use std::collections::VecDeque;
use std::io::{self, IoSliceMut};
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

/// The first port given to those that ask for any.
const ANY_FROM: u16 = 50_000;
/// Datagrams that wait at one socket; further ones are dropped, as a full buffer does.
const WAITING_MAX: usize = 4_096;

/// What arrived at a socket.
#[derive(Debug, Default)]
pub(super) struct Inbox(Mutex<Waiting>);

#[derive(Debug, Default)]
struct Waiting {
    datagrams: VecDeque<(SocketAddr, Vec<u8>)>,
    waker: Option<Waker>,
    is_shut: bool,
}

impl Inbox {
    pub(super) fn put(&self, source: SocketAddr, bytes: Vec<u8>) -> bool {
        let mut waiting = self.0.lock().expect("nobody panics while holding an inbox");
        if waiting.datagrams.len() >= WAITING_MAX {
            return false;
        }
        waiting.datagrams.push_back((source, bytes));
        if let Some(waker) = waiting.waker.take() {
            waker.wake();
        }
        true
    }

    /// Shuts the socket for good.
    pub(super) fn shut(&self) -> bool {
        let mut waiting = self.0.lock().expect("nobody panics while holding an inbox");
        waiting.is_shut = true;
        waiting.datagrams.clear();
        true
    }

    fn is_shut(&self) -> bool {
        self.0.lock().expect("nobody panics while holding an inbox").is_shut
    }
}

/// A bound socket.
#[derive(Debug)]
pub struct SimUdp {
    net: Arc<SimNet>,
    berth: Berth,
    inbox: Arc<Inbox>,
}

impl SimUdp {
    /// Binds a port of a site; port 0 takes a free one.
    ///
    /// # Errors
    /// When the port is taken.
    pub fn bind(net: &Arc<SimNet>, seat: Seat, port: u16) -> io::Result<Arc<SimUdp>> {
        let mut inner = net.lock();
        let free = |port: &u16| !inner.sockets.contains_key(&(seat, *port));
        let port = if port == 0 { (ANY_FROM..).find(free) } else { Some(port).filter(free) };
        let berth = (seat, port.ok_or(io::ErrorKind::AddrInUse)?);
        let inbox = Arc::new(Inbox::default());
        inner.sockets.insert(berth, inbox.clone());
        drop(inner);
        Ok(Arc::new(SimUdp { net: net.clone(), berth, inbox }))
    }
}

impl Drop for SimUdp {
    fn drop(&mut self) {
        let mut inner = self.net.lock();
        if inner.sockets.get(&self.berth).is_some_and(|inbox| Arc::ptr_eq(inbox, &self.inbox)) {
            inner.sockets.remove(&self.berth);
        }
    }
}

impl AsyncUdpSocket for SimUdp {
    fn create_io_poller(self: Arc<Self>) -> Pin<Box<dyn UdpPoller>> {
        Box::pin(AlwaysWritable)
    }

    fn try_send(&self, transmit: &Transmit<'_>) -> io::Result<()> {
        if !self.inbox.is_shut() {
            let segment = transmit.segment_size.unwrap_or(transmit.contents.len()).max(1);
            for datagram in transmit.contents.chunks(segment) {
                self.net.send(self.berth, transmit.destination, datagram);
            }
        }
        Ok(())
    }

    fn poll_recv(&self, cx: &mut Context<'_>, bufs: &mut [IoSliceMut<'_>], meta: &mut [RecvMeta]) -> Poll<io::Result<usize>> {
        let mut waiting = self.inbox.0.lock().expect("nobody panics while holding an inbox");
        let mut taken = 0;
        for (buf, meta) in bufs.iter_mut().zip(meta.iter_mut()) {
            let Some((source, datagram)) = waiting.datagrams.pop_front() else { break };
            let len = datagram.len().min(buf.len());
            buf[..len].copy_from_slice(&datagram[..len]);
            *meta = RecvMeta { addr: source, len, stride: len, ecn: None, dst_ip: None };
            taken += 1;
        }
        if taken > 0 {
            return Poll::Ready(Ok(taken));
        }
        waiting.waker = Some(cx.waker().clone());
        Poll::Pending
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        Ok((address_of(self.berth.0), self.berth.1).into())
    }

    fn may_fragment(&self) -> bool {
        false
    }
}

#[derive(Debug)]
struct AlwaysWritable;

impl UdpPoller for AlwaysWritable {
    fn poll_writable(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
