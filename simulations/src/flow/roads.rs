//! Lines and the connections over them: dialling, sending, breaking.

use super::agenda::{End, Event};
use super::county::County;
use super::wire::{FRAME_OVERHEAD_BYTES, Wire, end_of, link_of};
use crate::layout::Seat;
use crate::line::LineMake;
use sync_protocol::io::{Input, Lane, LinkId, Side, Slot};

/// Milliseconds until a dial without an answer counts as failed.
const DIAL_MS: u64 = 5_000;
/// Milliseconds of silence after which an end calls its link gone.
const SILENCE_MS: u64 = 15_000;
/// Bytes of a frame's length prefix.
const PREFIX_BYTES: u64 = 4;

impl County {
    fn make_of(&self, line: Seat) -> LineMake {
        self.plan.sites[&line].line.expect("every site below the hub has a line")
    }

    fn is_line_up(&self, line: Seat) -> bool {
        self.machine(line).line_down_until <= self.now
    }

    pub(super) fn dial(&mut self, seat: Seat, slot: Slot) {
        let wait_ms = if self.is_line_up(seat) { 2 * u64::from(self.make_of(seat).delay_ms) } else { DIAL_MS };
        let boot = self.machine(seat).boot;
        self.agenda.set_down(self.now.after_ms(wait_ms), Event::Dialled { seat, boot, slot });
    }

    pub(super) fn on_dialled(&mut self, seat: Seat, slot: Slot) {
        let answering = self.plan.layout.above(seat).filter(|above| self.is_line_up(seat) && self.node(*above).is_some());
        let Some(above) = answering else {
            return self.give(seat, Input::DialFailed(slot));
        };
        self.sessions += 1;
        let wire = self.sessions;
        self.wires.insert(wire, Wire::new(seat, above));
        let [dialler, listener] = [0, 1].map(|side| link_of(End { wire, side }));
        let (dialler_id, listener_id) = (self.id(seat), self.id(above));
        self.give(above, Input::LinkUp { link: listener, peer: dialler_id, side: Side::Accepted });
        self.give(seat, Input::LinkUp { link: dialler, peer: listener_id, side: Side::Dialled(slot) });
    }

    pub(super) fn transmit(&mut self, seat: Seat, link: LinkId, lane: Lane, frame: Vec<u8>) {
        let tally = &mut self.machine_mut(seat).tally;
        tally.frames += 1;
        tally.sent_bytes += frame.len() as u64 + PREFIX_BYTES;
        let end = end_of(link);
        if let Some(wire) = self.wires.get_mut(&end.wire) {
            wire.post(end.side, lane, frame);
            self.start_sending(end);
        }
    }

    fn start_sending(&mut self, end: End) {
        let Some(wire) = self.wires.get_mut(&end.wire) else { return };
        let Some((lane, frame)) = wire.start(end.side) else { return };
        let up = end.side == 0;
        let make = self.plan.sites[&wire.line].line.expect("every site below the hub has a line");
        let bps = if up { make.up_bps } else { make.down_bps };
        let bits = 8 * (frame.len() + FRAME_OVERHEAD_BYTES) as u64;
        let left = self.now.after_ms((bits * 1_000).div_ceil(bps));
        self.agenda.set_down(left, Event::Left { end, bytes: frame.len() });
        self.agenda.set_down(left.after_ms(u64::from(make.delay_ms)), Event::Arrived { end: end.opposite(), lane, frame });
    }

    pub(super) fn on_left(&mut self, end: End, bytes: usize) {
        let Some(wire) = self.wires.get_mut(&end.wire).filter(|wire| wire.alive) else {
            return;
        };
        wire.left(end.side);
        let (seat, open) = (wire.seats[end.side], wire.open[end.side]);
        if open {
            self.give(seat, Input::Drained { link: link_of(end), bytes });
        }
        self.start_sending(end);
        self.end_when_silent(end);
    }

    pub(super) fn on_arrived(&mut self, end: End, lane: Lane, frame: Vec<u8>) {
        let Some(wire) = self.wires.get(&end.wire).filter(|wire| wire.alive && wire.open[end.side]) else {
            return;
        };
        let seat = wire.seats[end.side];
        self.machine_mut(seat).tally.received_bytes += frame.len() as u64 + PREFIX_BYTES;
        self.give(seat, Input::Received { link: link_of(end), lane, frame });
    }

    pub(super) fn hang_up(&mut self, link: LinkId) {
        let end = end_of(link);
        if let Some(wire) = self.wires.get_mut(&end.wire) {
            wire.close(end.side);
            self.end_when_silent(end);
        }
    }

    /// Tells the other end once a closed one has said its last word.
    fn end_when_silent(&mut self, end: End) {
        let Some(wire) = self.wires.get(&end.wire) else { return };
        if wire.open == [false, false] {
            self.wires.remove(&end.wire);
        } else if wire.alive && !wire.open[end.side] && wire.is_silent(end.side) {
            let at = self.now.after_ms(u64::from(self.make_of(wire.line).delay_ms));
            self.agenda.set_down(at, Event::Ended { end: end.opposite() });
        }
    }

    pub(super) fn on_ended(&mut self, end: End) {
        let Some(wire) = self.wires.get_mut(&end.wire).filter(|wire| wire.open[end.side]) else {
            return;
        };
        wire.open[end.side] = false;
        let seat = wire.seats[end.side];
        if wire.open == [false, false] {
            self.wires.remove(&end.wire);
        }
        self.give(seat, Input::LinkDown(link_of(end)));
    }

    pub(super) fn line_down(&mut self, line: Seat, for_ms: u64) {
        let until = self.now.after_ms(for_ms);
        let machine = self.machine_mut(line);
        machine.line_down_until = machine.line_down_until.max(until);
        self.sever_where(|wire| wire.line == line);
    }

    /// Cuts every line for a moment: all sessions start again.
    pub fn cut_all_lines(&mut self) {
        self.sever_where(|_| true);
    }

    /// Loses what is under way; the ends learn it by silence.
    pub(super) fn sever_where(&mut self, is_hit: impl Fn(&Wire) -> bool) {
        let at = self.now.after_ms(SILENCE_MS);
        for (number, wire) in self.wires.iter_mut().filter(|(_, wire)| wire.alive && is_hit(wire)) {
            wire.sever();
            for side in [0, 1] {
                self.agenda.set_down(at, Event::Ended { end: End { wire: *number, side } });
            }
        }
    }
}
