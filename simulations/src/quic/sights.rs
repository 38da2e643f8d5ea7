//! What the processes of a run were seen doing, in order, until the engine looks.

use super::net::SimNet;
use crate::layout::Seat;
use mesh_model::id::NodeId;
use mesh_runtime::driver::Passed;
use std::sync::{Arc, Mutex};
use sync_protocol::io::{ActPlace, Bye, Notice};

/// One thing seen at a site.
#[derive(Debug)]
pub enum Seen {
    /// The process started.
    Booted,
    /// The node asked for a dial.
    Dialled,
    /// A dial came to nothing.
    DialFailed,
    /// The node hung up.
    HungUp(NodeId, Bye),
    /// A link ended.
    LinkDown(NodeId),
    /// A link is up; the node dialled or not.
    LinkUp(NodeId, Dialled),
    /// The node's own news.
    Notice(Notice),
    /// The process is gone.
    PoweredOff,
    /// A clerk has a receipt for a paper of the plan.
    Printed(u64, Vec<ActPlace>),
    /// The disk went back.
    Rolled,
    /// A frame was handed to a link.
    Sent(NodeId, Vec<u8>),
}

/// Who opened a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialled {
    /// This node.
    Here,
    /// The peer.
    There,
}

/// Whether frames are kept for a watcher.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Frames {
    /// Counted only.
    Counted,
    /// Kept whole.
    Kept,
}

/// The list of what was seen, with the milliseconds of the run's clock.
#[derive(Clone)]
pub struct Sights {
    net: Arc<SimNet>,
    frames: Frames,
    list: Arc<Mutex<Vec<(u64, Seat, Seen)>>>,
}

impl Sights {
    /// Begins an empty list.
    #[must_use]
    pub fn new(net: &Arc<SimNet>, frames: Frames) -> Sights {
        Sights { net: net.clone(), frames, list: Arc::default() }
    }

    /// Returns the milliseconds of the run's clock.
    #[must_use]
    pub fn now_ms(&self) -> u64 {
        self.net.now_us() / 1_000
    }

    /// Adds one thing.
    pub fn see(&self, seat: Seat, seen: Seen) {
        let at_ms = self.now_ms();
        self.list.lock().expect("nobody panics while holding the list").push((at_ms, seat, seen));
    }

    /// Adds what passed between a node and the network.
    pub fn pass(&self, seat: Seat, passed: Passed<'_>) {
        let seen = match passed {
            Passed::Dial => Seen::Dialled,
            Passed::DialFailed => Seen::DialFailed,
            Passed::HungUp { peer, bye } => Seen::HungUp(peer, bye),
            Passed::LinkDown { peer } => Seen::LinkDown(peer),
            Passed::LinkUp { peer, dialled } => Seen::LinkUp(peer, if dialled { Dialled::Here } else { Dialled::There }),
            Passed::Sent { peer, lane: _, frame } => match self.frames {
                Frames::Counted => Seen::Sent(peer, Vec::new()),
                Frames::Kept => Seen::Sent(peer, frame.to_vec()),
            },
        };
        self.see(seat, seen);
    }

    /// Takes everything that was seen since the last time.
    #[must_use]
    pub fn take(&self) -> Vec<(u64, Seat, Seen)> {
        std::mem::take(&mut *self.list.lock().expect("nobody panics while holding the list"))
    }
}
