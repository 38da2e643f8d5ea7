//! When a site dials: always at once, or held back until its next window and until the session in it is done.
//!
//! A window opens at a phase of the site's own and whenever its machine starts. In it the node dials by its own back-off, and seldom once
//! dials were in vain for five minutes. The driver hangs up once both ends are in sync and nothing was said for a moment.

use super::agenda::{End, Event};
use super::county::County;
use super::wire::link_of;
use crate::layout::Seat;
use crate::plan::Rhythm;
use crate::streams::Stream;
use mesh_model::id::NodeId;
use mesh_model::time::Uptime;
use sync_protocol::io::{Input, Slot};
use sync_protocol::rhythm::Unanswered;

/// Milliseconds of silence after which a session in sync is over: a receipt for what just landed still comes.
const QUIET_MS: u64 = 2_000;
/// Looks at a silent session that does not get in sync, before only the next proof makes somebody look again.
const LOOKS_MAX: u32 = 30;

/// The window of one site.
#[derive(Debug)]
pub struct Window {
    every_ms: Option<u64>,
    phase_ms: u64,
    /// Dials that failed since the window opened or a link of it came up.
    unanswered: Option<Unanswered>,
    is_open: bool,
    wanted: Option<Slot>,
    stream: Stream,
}

impl Window {
    /// Makes the window of a site, with a phase of its own.
    #[must_use]
    pub fn new(seed: u64, seat: Seat, rhythm: Rhythm) -> Window {
        let every_ms = match rhythm {
            Rhythm::Always => None,
            Rhythm::Every { ms } => Some(ms.max(1_000)),
        };
        let mut stream = Stream::new(seed, "rhythm", u64::from(seat.0));
        let phase_ms = stream.below(every_ms.unwrap_or(1));
        Window { every_ms, phase_ms, unanswered: None, is_open: true, wanted: None, stream }
    }

    /// Opens at the start of the machine.
    pub fn open(&mut self) {
        (self.unanswered, self.is_open, self.wanted) = (None, true, None);
    }

    /// A link came up: dials that fail later are counted anew.
    pub fn answered(&mut self) {
        self.unanswered = None;
    }

    /// A dial failed; returns whether the next one is held back for it.
    pub fn failed(&mut self, now: Uptime) -> bool {
        let Some(every_ms) = self.every_ms else { return false };
        let unanswered = Unanswered::after(self.unanswered, now, every_ms, self.stream.below(u64::MAX));
        self.unanswered = Some(unanswered);
        unanswered.until() > now
    }

    fn next(&self, now: Uptime, every_ms: u64) -> Uptime {
        let since = (now.0 + every_ms).saturating_sub(self.phase_ms) / every_ms;
        Uptime(since * every_ms + self.phase_ms)
    }
}

impl County<'_> {
    fn is_standing(&self, seat: Seat) -> bool {
        self.is_ending || self.machine(seat).window.every_ms.is_none()
    }

    /// The node wants a dial: now, or in the next window.
    pub(super) fn dial_in_time(&mut self, seat: Seat, slot: Slot) {
        if self.is_standing(seat) {
            return self.dial(seat, slot);
        }
        let now = self.now;
        let window = &mut self.machine_mut(seat).window;
        let at = match window.unanswered {
            _ if !window.is_open => window.next(now, window.every_ms.unwrap_or(1)),
            Some(unanswered) if unanswered.until() > now => unanswered.until(),
            Some(_) | None => return self.dial(seat, slot),
        };
        window.wanted = Some(slot);
        let boot = self.machine(seat).boot;
        self.agenda.set_down(at, Event::Window { seat, boot });
    }

    pub(super) fn on_window(&mut self, seat: Seat) {
        let window = &mut self.machine_mut(seat).window;
        if let Some(slot) = window.wanted.take() {
            if !std::mem::replace(&mut window.is_open, true) {
                window.unanswered = None;
            }
            self.dial(seat, slot);
        }
    }

    /// From here on every site dials at once; what was held back is let go.
    pub(super) fn stand_all(&mut self) {
        self.is_ending = true;
        for seat in self.plan.layout.seats().collect::<Vec<_>>() {
            self.on_window(seat);
        }
    }

    /// A node says that it and a peer hold the same: the session may soon be over.
    pub(super) fn on_proven(&mut self, seat: Seat, peer: NodeId) {
        let Some(peer) = self.seat_of(peer) else { return };
        let (lower, upper) = if self.plan.layout.above(seat) == Some(peer) { (seat, peer) } else { (peer, seat) };
        // A relay whose session stands knows what the hub does, however old its last proof is.
        self.note_standing(upper);
        self.chronicle.on_proven(self.now, seat, peer, &self.plan.layout);
        let Some(number) = self.machine(lower).wire else { return };
        let Some(wire) = self.wires.get_mut(&number) else { return };
        wire.proven[usize::from(lower != seat)] = true;
        if wire.proven == [true; 2] && !wire.is_awaited {
            wire.is_awaited = true;
            let frames = wire.frames;
            if !self.is_standing(lower) {
                self.agenda.set_down(self.now.after_ms(QUIET_MS), Event::Quiet { wire: number, frames, looks: 0 });
            }
        }
    }

    /// Hangs up if nothing was said since and both ends are in sync; otherwise looks again.
    pub(super) fn on_quiet(&mut self, number: u64, frames: u64, looks: u32) {
        let Some(wire) = self.wires.get(&number).filter(|wire| wire.is_alive() && wire.open == [true; 2]) else { return };
        let ([lower, upper], said) = (wire.seats, wire.frames);
        if self.is_standing(lower) {
            return;
        }
        let is_quiet = said == frames && wire.under_way == 0 && wire.is_silent(0) && wire.is_silent(1);
        if is_quiet && self.is_in_sync(lower, upper) && self.is_in_sync(upper, lower) {
            self.machine_mut(lower).window.is_open = false;
            self.close_at_driver(number);
        } else if said != frames || looks < LOOKS_MAX {
            let looks = if said == frames { looks + 1 } else { 0 };
            self.agenda.set_down(self.now.after_ms(QUIET_MS), Event::Quiet { wire: number, frames: said, looks });
        } else if let Some(wire) = self.wires.get_mut(&number) {
            wire.is_awaited = false;
        }
    }

    fn close_at_driver(&mut self, number: u64) {
        let end = End { wire: number, side: 0 };
        let Some(wire) = self.wires.get_mut(&number) else { return };
        wire.close(0);
        let seat = wire.seats[0];
        self.on_link_over(end, seat);
        self.give(seat, Input::LinkDown(link_of(end)));
        self.end_when_silent(end);
    }

    /// Returns whether a node says to be in sync with a peer.
    pub(super) fn is_in_sync(&self, seat: Seat, peer: Seat) -> bool {
        let peer = self.id(peer);
        self.node(seat).is_some_and(|node| node.is_in_sync(peer))
    }
}
