//! One connection over a line: two outboxes, the most urgent lane first, one frame at a time at the line's rate.
//!
//! Message-level on purpose: a frame arrives whole or not at all, there is no loss below it, no slow start and no handshake beyond one round
//! trip. What packets do is the business of another engine.

use crate::layout::Seat;
use std::collections::{BTreeMap, VecDeque};
use sync_protocol::io::{Lane, LinkId};

use super::agenda::End;

/// Bytes that a frame costs on the line beyond itself: length prefix, stream and packet headers.
pub const FRAME_OVERHEAD_BYTES: usize = 64;

/// One connection.
#[derive(Debug)]
pub struct Wire {
    /// The dialler, then the listener.
    pub seats: [Seat; 2],
    /// Whose line it runs over: the lower end.
    pub line: Seat,
    /// Whether frames still get through.
    pub alive: bool,
    /// Which ends believe that the link is up.
    pub open: [bool; 2],
    outboxes: [Outbox; 2],
}

#[derive(Debug, Default)]
struct Outbox {
    lanes: BTreeMap<Lane, VecDeque<Vec<u8>>>,
    busy: bool,
}

/// Returns the link id by which a node knows its end.
#[must_use]
pub fn link_of(end: End) -> LinkId {
    LinkId(end.wire * 2 + end.side as u64)
}

/// Returns the end that a node means by a link id.
#[must_use]
pub fn end_of(link: LinkId) -> End {
    End { wire: link.0 / 2, side: usize::from(link.0 % 2 == 1) }
}

impl Wire {
    /// Connects two seats.
    #[must_use]
    pub fn new(dialler: Seat, listener: Seat) -> Wire {
        Wire { seats: [dialler, listener], line: dialler, alive: true, open: [true; 2], outboxes: Default::default() }
    }

    /// Queues a frame at one end.
    pub fn post(&mut self, side: usize, lane: Lane, frame: Vec<u8>) {
        if self.alive {
            self.outboxes[side].lanes.entry(lane).or_default().push_back(frame);
        }
    }

    /// Takes the next frame to go out of one end, if the end is not busy with another.
    pub fn start(&mut self, side: usize) -> Option<(Lane, Vec<u8>)> {
        let outbox = &mut self.outboxes[side];
        if !self.alive || outbox.busy {
            return None;
        }
        let next = outbox.lanes.iter_mut().find_map(|(lane, queue)| queue.pop_front().map(|frame| (*lane, frame)));
        outbox.busy = next.is_some();
        next
    }

    /// Notes that the frame started last has left.
    pub fn left(&mut self, side: usize) {
        self.outboxes[side].busy = false;
    }

    /// Returns whether an end has nothing more to say.
    #[must_use]
    pub fn is_silent(&self, side: usize) -> bool {
        let outbox = &self.outboxes[side];
        !outbox.busy && outbox.lanes.values().all(VecDeque::is_empty)
    }

    /// Closes one end: what is urgent still goes out, the bulk does not.
    pub fn close(&mut self, side: usize) {
        self.open[side] = false;
        self.outboxes[side].lanes.remove(&Lane::Bulk);
    }

    /// Loses everything under way.
    pub fn sever(&mut self) {
        self.alive = false;
        self.outboxes = Default::default();
    }
}
