//! Enrolment through a neighbour: opaque datagrams behind four bytes that no QUIC packet begins with.
//!
//! A newcomer that cannot reach the hub sends its datagrams to a neighbour, each behind [`PREFIX`]. The neighbour opens none of them: it
//! passes them on to its own upstream only, from one socket a newcomer, within bounds, and prefixes what comes back. The handshake runs
//! between newcomer and hub, so the neighbour can drop, but neither read nor forge.

mod forward;
mod newcomer;

pub use forward::{Forwarder, Upstream};
pub use newcomer::NewcomerSocket;

/// What forwarded datagrams begin with. A QUIC packet has the fixed bit (0x40) in its first byte, so zero is never one.
pub const PREFIX: [u8; 4] = [0x00, b'm', b'v', b'1'];

/// Datagrams of one received buffer: the system may join several of equal length into one.
pub(super) fn segments(len: usize, stride: usize) -> impl Iterator<Item = std::ops::Range<usize>> {
    let stride = stride.max(1);
    (0..len).step_by(stride).map(move |from| from..(from + stride).min(len))
}
