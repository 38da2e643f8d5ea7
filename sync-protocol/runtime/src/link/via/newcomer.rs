//! The newcomer's socket: adds the prefix on the way out, takes only prefixed datagrams in.

use super::{PREFIX, segments};
use quinn::udp::{RecvMeta, Transmit};
use quinn::{AsyncUdpSocket, UdpPoller};
use std::io::{self, IoSliceMut};
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

/// A socket whose peer is reached through a neighbour.
#[derive(Debug)]
pub struct NewcomerSocket(Arc<dyn AsyncUdpSocket>);

impl NewcomerSocket {
    /// Wraps a bound socket.
    #[must_use]
    pub fn new(socket: Arc<dyn AsyncUdpSocket>) -> NewcomerSocket {
        NewcomerSocket(socket)
    }
}

impl AsyncUdpSocket for NewcomerSocket {
    fn create_io_poller(self: Arc<Self>) -> Pin<Box<dyn UdpPoller>> {
        self.0.clone().create_io_poller()
    }

    fn try_send(&self, transmit: &Transmit<'_>) -> io::Result<()> {
        let contents = [PREFIX.as_slice(), transmit.contents].concat();
        self.0.try_send(&Transmit {
            destination: transmit.destination,
            ecn: transmit.ecn,
            contents: &contents,
            segment_size: None,
            src_ip: transmit.src_ip,
        })
    }

    fn poll_recv(&self, cx: &mut Context<'_>, bufs: &mut [IoSliceMut<'_>], meta: &mut [RecvMeta]) -> Poll<io::Result<usize>> {
        loop {
            let Poll::Ready(count) = self.0.poll_recv(cx, bufs, meta)? else {
                return Poll::Pending;
            };
            let mut kept = 0;
            for (buf, meta) in bufs.iter_mut().zip(meta.iter_mut()).take(count) {
                strip(buf, meta);
                kept += meta.len;
            }
            // A buffer of length 0 is skipped by the endpoint; only a round without any byte asks the socket again.
            if kept > 0 || count == 0 {
                return Poll::Ready(Ok(count));
            }
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }

    fn max_receive_segments(&self) -> usize {
        self.0.max_receive_segments()
    }

    fn may_fragment(&self) -> bool {
        self.0.may_fragment()
    }
}

/// Takes the prefix off every datagram of a buffer and closes the gaps; what has none is left out.
fn strip(buf: &mut [u8], meta: &mut RecvMeta) {
    let mut end = 0;
    for segment in segments(meta.len, meta.stride) {
        if buf[segment.clone()].starts_with(&PREFIX) {
            let body = segment.start + PREFIX.len()..segment.end;
            let len = body.len();
            buf.copy_within(body, end);
            end += len;
        }
    }
    meta.len = end;
    meta.stride = meta.stride.saturating_sub(PREFIX.len()).max(1);
}
