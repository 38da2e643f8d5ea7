//! What is still to happen, in order of time; what falls on one millisecond happens in the order it was set down.
//!
//! Answers of journals always take the same time, so they stand in a queue of their own beside the heap.

use crate::layout::Seat;
use mesh_model::time::Uptime;
use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use sync_protocol::io::{Lane, Slot};
use sync_protocol::journal::{Load, LoadId};

/// One end of a wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct End {
    /// Which wire.
    pub wire: u64,
    /// 0: the dialler's, 1: the listener's.
    pub side: usize,
}

impl End {
    /// Returns the other end of the wire.
    #[must_use]
    pub fn opposite(self) -> End {
        End { wire: self.wire, side: 1 - self.side }
    }
}

/// What happens next. Whatever concerns one process names its boot: answers to a process that is gone reach nobody.
#[derive(Clone, Debug)]
pub enum Event {
    /// A frame reaches this end.
    Arrived { end: End, lane: Lane, bytes: u32, frame: Vec<u8> },
    /// An attempt to dial comes to its result.
    Dialled { seat: Seat, boot: u64, slot: Slot },
    /// This end learns that the link is gone.
    Ended { end: End },
    /// A frame of this many bytes has left this end, and it can send again.
    Left { end: End, bytes: usize },
    /// The journal answers.
    Loaded { seat: Seat, boot: u64, id: LoadId, load: Load },
    /// How much waits is looked at.
    Looked,
    /// An action of the plan, by its index.
    Planned { action: usize },
    /// The power is back, unless it failed again.
    Powered { seat: Seat },
    /// A wire may have fallen silent since so many frames, looked at so many times.
    Quiet { wire: u64, frames: u64, looks: u32 },
    /// A copy of a disk is made, for this action of the plan.
    Copied { action: usize },
    /// The disk has synced the commits under way.
    Synced { seat: Seat, boot: u64 },
    /// A timer of the node.
    Wake { seat: Seat, boot: u64 },
    /// The time for a session comes.
    Window { seat: Seat, boot: u64 },
}

impl Event {
    /// Returns the kind in traces, whom it concerns, and a number.
    #[must_use]
    pub fn kind(&self) -> (&'static str, u64, u64) {
        let of = |end: &End| end.wire * 2 + end.side as u64;
        let seat = |seat: &Seat| u64::from(seat.0);
        match self {
            Event::Arrived { end, lane, .. } => ("arrived", of(end), *lane as u64),
            Event::Dialled { seat: who, boot, .. } => ("dialled", seat(who), *boot),
            Event::Ended { end } => ("ended", of(end), 0),
            Event::Left { end, bytes } => ("left", of(end), *bytes as u64),
            Event::Loaded { seat: who, id, .. } => ("loaded", seat(who), id.0),
            Event::Looked => ("looked", 0, 0),
            Event::Planned { action } => ("planned", 0, *action as u64),
            Event::Powered { seat: who } => ("powered", seat(who), 0),
            Event::Quiet { wire, frames, .. } => ("quiet", *wire, *frames),
            Event::Copied { action } => ("copied", 0, *action as u64),
            Event::Synced { seat: who, boot } => ("synced", seat(who), *boot),
            Event::Wake { seat: who, boot } => ("wake", seat(who), *boot),
            Event::Window { seat: who, boot } => ("window", seat(who), *boot),
        }
    }

    /// Returns the bytes that it carries.
    #[must_use]
    pub fn frame(&self) -> &[u8] {
        if let Event::Arrived { frame, .. } = self { frame } else { &[] }
    }
}

/// The heap of events.
#[derive(Debug, Default)]
pub struct Agenda {
    heap: BinaryHeap<Reverse<Item>>,
    /// In order of time, because each is set down the same while ahead.
    answers: VecDeque<Item>,
    set_down: u64,
}

#[derive(Debug)]
struct Item {
    at: Uptime,
    number: u64,
    event: Event,
}

impl Ord for Item {
    fn cmp(&self, other: &Item) -> std::cmp::Ordering {
        (self.at, self.number).cmp(&(other.at, other.number))
    }
}

impl PartialOrd for Item {
    fn partial_cmp(&self, other: &Item) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Item {
    fn eq(&self, other: &Item) -> bool {
        self.number == other.number
    }
}

impl Eq for Item {}

impl Agenda {
    /// Sets an event down for `at`.
    pub fn set_down(&mut self, at: Uptime, event: Event) {
        self.set_down += 1;
        self.heap.push(Reverse(Item { at, number: self.set_down, event }));
    }

    /// Sets the answer of a journal down; each falls on or after the one before.
    pub fn answer(&mut self, at: Uptime, event: Event) {
        self.set_down += 1;
        debug_assert!(self.answers.back().is_none_or(|last| last.at <= at), "answers take equally long");
        self.answers.push_back(Item { at, number: self.set_down, event });
    }

    /// Returns when the next event falls.
    #[must_use]
    pub fn next_at(&self) -> Option<Uptime> {
        let heap = self.heap.peek().map(|Reverse(item)| item.at);
        let answer = self.answers.front().map(|item| item.at);
        heap.into_iter().chain(answer).min()
    }

    /// Takes the next event.
    pub fn next(&mut self) -> Option<(Uptime, Event)> {
        let answer = self.answers.front();
        let heap_first = match (self.heap.peek(), answer) {
            (Some(Reverse(item)), Some(answer)) => item < answer,
            (Some(_), None) => true,
            (None, _) => false,
        };
        let item = if heap_first { self.heap.pop().map(|Reverse(item)| item) } else { self.answers.pop_front() };
        item.map(|item| (item.at, item.event))
    }
}
