//! What is still to happen, in order of time; what falls on one millisecond happens in the order it was set down.

use crate::layout::Seat;
use mesh_model::time::Uptime;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
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
    Arrived { end: End, lane: Lane, frame: Vec<u8> },
    /// An attempt to dial comes to its result.
    Dialled { seat: Seat, boot: u64, slot: Slot },
    /// This end learns that the link is gone.
    Ended { end: End },
    /// A frame of this many bytes has left this end.
    Left { end: End, bytes: usize },
    /// The journal answers.
    Loaded { seat: Seat, boot: u64, id: LoadId, load: Load },
    /// An action of the plan, by its index.
    Planned { action: usize },
    /// The power is back, unless it failed again.
    Powered { seat: Seat },
    /// The disk has synced the commits under way.
    Synced { seat: Seat, boot: u64 },
    /// A timer of the node.
    Wake { seat: Seat, boot: u64 },
}

impl Event {
    /// Returns what the trace keeps of the event.
    #[must_use]
    pub fn record(&self) -> Vec<u8> {
        let of_seat = |kind: u8, seat: &Seat, number: u64| [&[kind], &seat.0.to_be_bytes()[..], &number.to_be_bytes()].concat();
        let of_end = |kind: u8, end: &End, rest: &[u8]| [&[kind], &end.wire.to_be_bytes()[..], &[u8::from(end.side == 1)], rest].concat();
        match self {
            Event::Arrived { end, lane, frame } => of_end(1, end, &[&[*lane as u8], &frame[..]].concat()),
            Event::Dialled { seat, boot, slot: _ } => of_seat(2, seat, *boot),
            Event::Ended { end } => of_end(3, end, &[]),
            Event::Left { end, bytes } => of_end(4, end, &bytes.to_be_bytes()),
            Event::Loaded { seat, boot: _, id, load: _ } => of_seat(5, seat, id.0),
            Event::Planned { action } => of_seat(6, &Seat::HUB, *action as u64),
            Event::Powered { seat } => of_seat(7, seat, 0),
            Event::Synced { seat, boot } => of_seat(8, seat, *boot),
            Event::Wake { seat, boot } => of_seat(9, seat, *boot),
        }
    }
}

/// The heap of events.
#[derive(Debug, Default)]
pub struct Agenda {
    heap: BinaryHeap<Reverse<Item>>,
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

    /// Takes the next event that falls on or before `until`.
    pub fn next_until(&mut self, until: Uptime) -> Option<(Uptime, Event)> {
        if self.heap.peek().is_none_or(|Reverse(item)| item.at > until) {
            return None;
        }
        self.heap.pop().map(|Reverse(item)| (item.at, item.event))
    }
}
