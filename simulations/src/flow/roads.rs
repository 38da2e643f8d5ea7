//! Lines and the connections over them: dialling, sending, breaking.

use super::agenda::{End, Event};
use super::calibration::{
    DIAL_MS, DIAL_TRY_BYTES, HANDSHAKE_DOWN_BYTES, HANDSHAKE_UP_BYTES, KEEP_ALIVE_BYTES, KEEP_ALIVE_MS, SOCKET_BYTES,
};
use super::county::County;
use super::line;
use super::wire::{Wire, end_of, link_of};
use crate::layout::Seat;
use crate::line::LineMake;
use crate::sighting::{Depth, Sighting};
use sync_protocol::frame::Frame;
use sync_protocol::io::{Input, Lane, LinkId, Side, Slot};

impl County<'_> {
    pub(super) fn make_of(&self, line: Seat) -> LineMake {
        self.machine(line).line.expect("every site below the hub has a line")
    }

    pub(super) fn dial(&mut self, seat: Seat, slot: Slot) {
        let make = self.make_of(seat);
        let wait_ms = if self.machine(seat).is_line_up(self.now) { line::handshake_ms(&make) } else { DIAL_MS };
        let boot = self.machine(seat).boot;
        self.agenda.set_down(self.now.after_ms(wait_ms), Event::Dialled { seat, boot, slot });
    }

    pub(super) fn on_dialled(&mut self, seat: Seat, slot: Slot) {
        let is_up = self.machine(seat).is_line_up(self.now);
        let answering = self.plan.layout.above(seat).filter(|above| is_up && self.node(*above).is_some());
        let Some(above) = answering else {
            let now = self.now;
            let machine = self.machine_mut(seat);
            machine.tally.failed_dials += 1;
            machine.tally.sent_bytes += DIAL_TRY_BYTES;
            if machine.window.failed(now) {
                self.coverage.sometimes("flow: nobody answered a site with a rhythm, and it dialled seldom");
            }
            return self.give(seat, Input::DialFailed(slot));
        };
        self.sessions += 1;
        let (wire, now, seed) = (self.sessions, self.now, self.plan.seed);
        let machine = self.machine_mut(seat);
        machine.connections += 1;
        machine.tally.sessions += 1;
        machine.tally.sent_bytes += HANDSHAKE_UP_BYTES;
        machine.tally.received_bytes += HANDSHAKE_DOWN_BYTES;
        (machine.linked_since, machine.alive_since) = (Some(now), now);
        machine.wire = Some(wire);
        machine.window.answered();
        let (connection, is_revoked) = (machine.connections, machine.is_revoked);
        let listening = &mut self.machine_mut(above).tally;
        listening.sent_bytes += HANDSHAKE_DOWN_BYTES;
        listening.received_bytes += HANDSHAKE_UP_BYTES;
        if above == Seat::HUB {
            let minute = self.chronicle.minute(now);
            minute.sessions += 1;
            minute.bytes += HANDSHAKE_UP_BYTES + HANDSHAKE_DOWN_BYTES;
        }
        if self.wires.values().any(|older| older.line == seat && older.open[1]) {
            self.coverage.sometimes("flow: a session began beside an older one of the same peer");
        }
        if is_revoked {
            self.coverage.sometimes("flow: a revoked node dialled");
        }
        self.wires.insert(wire, Wire::new(seed, seat, above, connection));
        let [dialler, listener] = [0, 1].map(|side| link_of(End { wire, side }));
        let (dialler_id, listener_id) = (self.id(seat), self.id(above));
        self.see(&Sighting::LinkUp { seat: above, peer: seat });
        self.give(above, Input::LinkUp { link: listener, peer: dialler_id, side: Side::Accepted });
        self.see(&Sighting::LinkUp { seat, peer: above });
        self.give(seat, Input::LinkUp { link: dialler, peer: listener_id, side: Side::Dialled(slot) });
    }

    pub(super) fn transmit(&mut self, seat: Seat, link: LinkId, lane: Lane, frame: Vec<u8>) {
        self.machine_mut(seat).tally.frames += 1;
        let end = end_of(link);
        if let Some(wire) = self.wires.get_mut(&end.wire) {
            let stands = |seat: &Seat| self.healed[usize::from(seat.0)] && !self.machines[usize::from(seat.0)].is_outcast();
            let is_healed = wire.seats.iter().all(stands);
            self.healed_frames += u64::from(is_healed);
            let overtakes = lane == Lane::Urged && wire.waiting_bytes(end.side) > 0;
            wire.post(end.side, lane, frame);
            if overtakes {
                self.coverage.sometimes("flow: an urged frame overtook the bulk");
            }
            self.start_sending(end);
        }
    }

    /// Sends what waits at an end for as long as the line is free.
    fn start_sending(&mut self, end: End) {
        loop {
            let now = self.now;
            let Some(wire) = self.wires.get_mut(&end.wire) else { return };
            if !wire.is_waiting(end.side) && wire.free_at(end.side) > now && !wire.is_silent(end.side) {
                let at = wire.free_at(end.side);
                wire.wait(end.side);
                return self.agenda.set_down(at, Event::Left { end, bytes: 0 });
            }
            let Some((lane, frame)) = wire.start(end.side) else { return };
            let ([seat, peer], line) = ([wire.seats[end.side], wire.seats[1 - end.side]], wire.line);
            let make = self.machines[usize::from(line.0)].line.expect("every site below the hub has a line");
            let length = frame.len();
            let passage = wire.carry(end.side, &make, now, length as u64, lane);
            let (carries, open) = (wire.carries[end.side], wire.open[end.side]);
            let is_small = length as u64 <= SOCKET_BYTES;
            if !is_small {
                wire.wait(end.side);
            }
            wire.under_way += u64::from(carries);
            self.machine_mut(seat).tally.sent_bytes += passage.sent_bytes;
            if seat == Seat::HUB {
                self.chronicle.minute(now).bytes += passage.sent_bytes;
            }
            self.see_sent(seat, peer, &frame);
            if carries {
                let bytes = u32::try_from(passage.received_bytes).unwrap_or(u32::MAX);
                self.agenda.set_down(passage.arrives, Event::Arrived { end: end.opposite(), lane, bytes, frame });
            }
            if !is_small {
                return self.agenda.set_down(passage.left, Event::Left { end, bytes: length });
            }
            if open && let Some(node) = &mut self.machine_mut(seat).node {
                node.handle(now, Input::Drained { link: link_of(end), bytes: length });
            }
        }
    }

    fn see_sent(&mut self, seat: Seat, peer: Seat, frame: &[u8]) {
        if self.depth != Depth::Full {
            return;
        }
        match Frame::read(frame) {
            Ok(Frame::Bulk(bulk)) => {
                let batches: Vec<_> = bulk.items.into_iter().filter_map(|item| item.open().ok()).collect();
                self.see(&Sighting::Sent { seat, peer, batches: &batches });
            }
            Ok(Frame::Held(held)) => self.see(&Sighting::SaidHeld { seat, peer, headers: held.urged.as_deref().unwrap_or_default() }),
            Ok(_) | Err(_) => {}
        }
    }

    pub(super) fn on_left(&mut self, end: End, bytes: usize) {
        let Some(wire) = self.wires.get_mut(&end.wire) else { return };
        wire.left(end.side);
        let (seat, open) = (wire.seats[end.side], wire.open[end.side]);
        if open && bytes > 0 {
            self.give(seat, Input::Drained { link: link_of(end), bytes });
        }
        self.start_sending(end);
        if open {
            self.drain(seat);
        }
        self.end_when_silent(end);
    }

    pub(super) fn on_arrived(&mut self, end: End, lane: Lane, bytes: u32, frame: Vec<u8>) {
        let now = self.now;
        let Some(wire) = self.wires.get_mut(&end.wire) else { return };
        if wire.stalled_until > now {
            let at = wire.stalled_until;
            return self.agenda.set_down(at, Event::Arrived { end, lane, bytes, frame });
        }
        wire.under_way = wire.under_way.saturating_sub(1);
        if !wire.carries[1 - end.side] || !wire.open[end.side] {
            return;
        }
        wire.arrived[end.side] += 1;
        let seat = wire.seats[end.side];
        self.machine_mut(seat).tally.received_bytes += u64::from(bytes);
        if seat == Seat::HUB {
            self.chronicle.minute(now).bytes += u64::from(bytes);
        }
        self.give(seat, Input::Received { link: link_of(end), lane, frame });
    }

    pub(super) fn hang_up(&mut self, link: LinkId) {
        let end = end_of(link);
        if let Some(wire) = self.wires.get_mut(&end.wire) {
            let was_open = wire.open[end.side];
            wire.close(end.side);
            let seat = wire.seats[end.side];
            if was_open {
                self.on_link_over(end, seat);
            }
            self.end_when_silent(end);
        }
    }

    /// Tells the other end once a closed one has said its last word.
    pub(super) fn end_when_silent(&mut self, end: End) {
        let Some(wire) = self.wires.get(&end.wire) else { return };
        if wire.open == [false, false] {
            self.wires.remove(&end.wire);
        } else if wire.carries[end.side] && !wire.open[end.side] && wire.is_silent(end.side) {
            let said = self.now.after_ms(u64::from(self.make_of(wire.line).delay_ms));
            let at = wire.last_arrival(end.side).max(said);
            self.agenda.set_down(at, Event::Ended { end: end.opposite() });
        }
    }

    pub(super) fn on_ended(&mut self, end: End) {
        let now = self.now;
        let Some(wire) = self.wires.get_mut(&end.wire).filter(|wire| wire.open[end.side]) else {
            return;
        };
        // A last word that was lost or repeated on the way is still to come.
        if wire.stalled_until > now {
            let at = wire.stalled_until;
            return self.agenda.set_down(at, Event::Ended { end });
        }
        wire.open[end.side] = false;
        let seat = wire.seats[end.side];
        let is_over = wire.open == [false, false];
        self.on_link_over(end, seat);
        if is_over {
            self.wires.remove(&end.wire);
        }
        self.give(seat, Input::LinkDown(link_of(end)));
    }

    /// One end is gone: its time goes into the tally.
    pub(super) fn on_link_over(&mut self, end: End, seat: Seat) {
        if end.side == 0 {
            self.count_link_time(seat);
            let machine = self.machine_mut(seat);
            if machine.wire == Some(end.wire) {
                (machine.wire, machine.linked_since) = (None, None);
            }
        }
        let peer = self.wires.get(&end.wire).map_or_else(|| self.plan.layout.above(seat), |wire| Some(wire.seats[1 - end.side]));
        if let Some(peer) = peer {
            self.see(&Sighting::LinkDown { seat, peer });
        }
    }

    /// Counts the time that a site's session has stood, and what its signs of life cost.
    pub(super) fn count_link_time(&mut self, seat: Seat) {
        let now = self.now;
        let above = self.plan.layout.above(seat);
        let machine = self.machine_mut(seat);
        let Some(since) = machine.linked_since.replace(now) else {
            machine.linked_since = None;
            return;
        };
        machine.tally.linked_ms += now.ms_since(since);
        let beats = now.ms_since(machine.alive_since) / KEEP_ALIVE_MS;
        machine.alive_since = machine.alive_since.after_ms(beats * KEEP_ALIVE_MS);
        let bytes = beats * KEEP_ALIVE_BYTES;
        for seat in [Some(seat), above].into_iter().flatten() {
            let tally = &mut self.machine_mut(seat).tally;
            tally.sent_bytes += bytes;
            tally.received_bytes += bytes;
        }
    }
}
