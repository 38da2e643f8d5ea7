//! One connection over a line: two outboxes, the most urgent lane first, one frame at a time at the [line's](super::line) pace.

use super::agenda::End;
use super::line::{Passage, Towards, Track};
use crate::layout::Seat;
use crate::line::LineMake;
use crate::streams::Stream;
use mesh_model::time::Uptime;
use std::collections::VecDeque;
use sync_protocol::io::{Lane, LinkId};

/// One connection.
#[derive(Debug)]
pub struct Wire {
    /// The dialler, then the listener.
    pub seats: [Seat; 2],
    /// Whose line it runs over: the lower end.
    pub line: Seat,
    /// Whether frames of the dialler, and of the listener, still get through.
    pub carries: [bool; 2],
    /// Which ends believe that the link is up.
    pub open: [bool; 2],
    /// Nothing arrives before.
    pub stalled_until: Uptime,
    /// Frames sent so far, for whoever waits for silence.
    pub frames: u64,
    /// Frames that arrived at the dialler, and at the listener.
    pub arrived: [u64; 2],
    /// Frames under way.
    pub under_way: u64,
    /// Which ends have said to be in sync.
    pub proven: [bool; 2],
    /// Whether somebody waits for silence on it.
    pub is_awaited: bool,
    tracks: [Track; 2],
    outboxes: [Outbox; 2],
}

#[derive(Debug, Default)]
struct Outbox {
    lanes: [VecDeque<Vec<u8>>; 3],
    /// A frame is leaving, and an event will tell.
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
    /// Connects two seats; `connection` counts those that the dialler made, so that losses of one site never shift another's.
    #[must_use]
    pub fn new(seed: u64, dialler: Seat, listener: Seat, connection: u64) -> Wire {
        let stream = |side: u64| Stream::new(seed, "loss", u64::from(dialler.0) << 48 | connection << 1 | side);
        Wire {
            seats: [dialler, listener],
            line: dialler,
            carries: [true; 2],
            open: [true; 2],
            stalled_until: Uptime(0),
            frames: 0,
            arrived: [0; 2],
            under_way: 0,
            proven: [false; 2],
            is_awaited: false,
            tracks: [Track::new(Towards::Above, stream(0)), Track::new(Towards::Site, stream(1))],
            outboxes: Default::default(),
        }
    }

    /// Returns whether frames get through both ways.
    #[must_use]
    pub fn is_alive(&self) -> bool {
        self.carries == [true; 2]
    }

    /// Queues a frame at one end.
    pub fn post(&mut self, side: usize, lane: Lane, frame: Vec<u8>) {
        if self.carries != [false; 2] {
            self.outboxes[side].lanes[lane as usize].push_back(frame);
        }
    }

    /// Takes the next frame to go out of one end, if the end is not busy with another.
    pub fn start(&mut self, side: usize) -> Option<(Lane, Vec<u8>)> {
        let outbox = &mut self.outboxes[side];
        if outbox.busy {
            return None;
        }
        Lane::ALL.into_iter().find_map(|lane| outbox.lanes[lane as usize].pop_front().map(|frame| (lane, frame)))
    }

    /// Returns when the frame started at one end has passed.
    pub fn carry(&mut self, side: usize, make: &LineMake, now: Uptime, bytes: u64, lane: Lane) -> Passage {
        self.frames += 1;
        self.tracks[side].carry(make, now.max(self.stalled_until), bytes, lane as usize)
    }

    /// Returns when one end can send again.
    #[must_use]
    pub fn free_at(&self, side: usize) -> Uptime {
        self.tracks[side].busy_until()
    }

    /// Returns when the last frame of one end is there.
    #[must_use]
    pub fn last_arrival(&self, side: usize) -> Uptime {
        self.tracks[side].last_arrival()
    }

    /// Notes that an event will tell when one end can send again.
    pub fn wait(&mut self, side: usize) {
        self.outboxes[side].busy = true;
    }

    /// Returns whether an end waits for such an event.
    #[must_use]
    pub fn is_waiting(&self, side: usize) -> bool {
        self.outboxes[side].busy
    }

    /// Notes that the frame started last has left.
    pub fn left(&mut self, side: usize) {
        self.outboxes[side].busy = false;
    }

    /// Returns whether an end has nothing more to say.
    #[must_use]
    pub fn is_silent(&self, side: usize) -> bool {
        let outbox = &self.outboxes[side];
        !outbox.busy && outbox.lanes.iter().all(VecDeque::is_empty)
    }

    /// Returns bytes that wait at one end.
    #[must_use]
    pub fn waiting_bytes(&self, side: usize) -> u64 {
        self.outboxes[side].lanes.iter().flatten().map(|frame| frame.len() as u64).sum()
    }

    /// Closes one end: what is urgent still goes out, the bulk does not.
    pub fn close(&mut self, side: usize) {
        self.open[side] = false;
        self.outboxes[side].lanes[Lane::Bulk as usize].clear();
    }

    /// Lets nothing through before `until`: a short cut, or an address that changed.
    pub fn stall(&mut self, until: Uptime) {
        self.stalled_until = self.stalled_until.max(until);
        self.tracks.iter_mut().for_each(|track| track.stall(until));
    }

    /// Loses what goes these ways, from here on.
    pub fn sever(&mut self, sides: [bool; 2]) {
        for side in [0, 1] {
            self.carries[side] &= !sides[side];
        }
        if self.carries == [false; 2] {
            self.outboxes = Default::default();
        }
    }
}
