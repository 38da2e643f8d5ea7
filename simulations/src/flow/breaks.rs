//! How connections break: cuts of both directions or of one, short ones that are waited out, long ones that are learned by silence.

use super::agenda::{End, Event};
use super::calibration::{ROUND_RTT_PERMILLE, SILENCE_MS};
use super::county::County;
use super::line::rtt_ms;
use super::wire::Wire;
use crate::layout::Seat;
use crate::plan::Way;

impl County<'_> {
    pub(super) fn line_down(&mut self, line: Seat, for_ms: u64, way: Way) {
        let until = self.now.after_ms(for_ms);
        let sides = match way {
            Way::Both => [true, true],
            Way::Up => [true, false],
            Way::Down => [false, true],
        };
        let machine = self.machine_mut(line);
        for (down_until, is_hit) in machine.line_down_until.iter_mut().zip(sides) {
            if is_hit {
                *down_until = (*down_until).max(until);
            }
        }
        if for_ms < SILENCE_MS && way == Way::Both {
            self.coverage.sometimes("flow: a line was away for less than a silence");
            return self.stall(line, for_ms);
        }
        self.coverage.sometimes(if way == Way::Both { "flow: a line was cut" } else { "flow: a line was cut one way" });
        self.sever_where(sides, |wire| wire.line == line);
    }

    /// What is under way on a line is late by so much, and a recovery.
    pub(super) fn stall(&mut self, line: Seat, for_ms: u64) {
        let recovery_ms = rtt_ms(&self.make_of(line)) * ROUND_RTT_PERMILLE / 1_000;
        let until = self.now.after_ms(for_ms + recovery_ms);
        for wire in self.wires.values_mut().filter(|wire| wire.line == line && wire.is_alive()) {
            wire.stall(until);
        }
    }

    /// Loses what is under way; the ends learn it by silence.
    ///
    /// Where one direction still carries, its receiver learns it last: after its peer has fallen silent.
    pub(super) fn sever_where(&mut self, sides: [bool; 2], is_hit: impl Fn(&Wire) -> bool) {
        let now = self.now;
        for (number, wire) in self.wires.iter_mut().filter(|(_, wire)| wire.carries != [false; 2] && is_hit(wire)) {
            let was_alive = wire.is_alive();
            if wire.under_way > 0 || !wire.is_silent(0) || !wire.is_silent(1) {
                self.coverage.sometimes("flow: a connection broke in mid-transfer");
            }
            if wire.arrived.contains(&0) {
                self.coverage.sometimes("flow: a connection broke before both hellos arrived");
            }
            wire.sever(sides);
            if was_alive {
                for side in [0, 1] {
                    let silences = if wire.carries[1 - side] { 2 } else { 1 };
                    self.agenda.set_down(now.after_ms(silences * SILENCE_MS), Event::Ended { end: End { wire: *number, side } });
                }
            }
        }
    }
}
