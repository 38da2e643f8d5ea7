//! What nodes say and what becomes durable: receipts, tallies, sightings, points passed.

use super::agenda::Event;
use super::county::{County, HUB_ACTS_FROM};
use super::seat::Machine;
use crate::disk::{Refused, Synced};
use crate::evidence::Receipt;
use crate::layout::Seat;
use crate::sighting::{Depth, Sighting};
use mesh_model::id::NodeId;
use mesh_model::place::Place;
use sync_protocol::io::{ActId, ActPlace, ActRefusal, CommitRefusal, Input, Mending, Notice, Rung};
use sync_protocol::journal::Position;

/// Milliseconds between two looks at what waits.
const LOOK_MS: u64 = 3_600_000;

impl County<'_> {
    pub(super) fn on_synced(&mut self, seat: Seat) {
        let now = self.now;
        match self.machine_mut(seat).disk.end_sync(now) {
            Synced::Kept(group) => {
                for (ticket, positions) in group {
                    self.note_stored(seat, &positions);
                    let is_told = self.hears_of_hub(seat, &positions);
                    self.give(seat, Input::Committed(ticket, positions));
                    if is_told {
                        self.look_at_rungs(seat);
                    }
                }
            }
            Synced::Full { first, lost } => {
                self.note_refused(lost);
                self.give(seat, Input::Refused(first, CommitRefusal::Full));
            }
        }
        self.restart_sync(seat);
    }

    fn note_refused(&mut self, lost: Refused) {
        if lost.own > 0 {
            self.coverage.sometimes("flow: a full disk refused an own act");
        }
        if lost.of_peers > 0 {
            self.coverage.sometimes("flow: a full disk refused a peer's batch");
        }
    }

    /// Notes what became durable.
    pub(super) fn note_stored(&mut self, seat: Seat, positions: &[Position]) {
        if seat == Seat::HUB {
            let content = self.machines[0].disk.content();
            for number in positions.iter().filter_map(|at| content.number_at(at.seq)) {
                self.chronicle.on_hub_stored(self.now, number);
            }
            self.chronicle.minute(self.now).commits += 1;
        }
        if self.depth == Depth::Full {
            let batches: Vec<_> = positions.iter().filter_map(|at| self.machine(seat).disk.content().batch_at(at.seq)).collect();
            for batch in &batches {
                self.see(&Sighting::Stored { seat, batch, header: batch.header.hash() });
            }
        }
    }

    pub(super) fn on_notice(&mut self, seat: Seat, notice: Notice) {
        let tally = &mut self.machine_mut(seat).tally;
        match notice {
            Notice::Durable { id, places } if id.0 < HUB_ACTS_FROM => self.on_printed(seat, id, places),
            Notice::ActRefused { id, why } if id.0 < HUB_ACTS_FROM => self.on_act_refused(seat, id, why),
            Notice::Mended { peer, kind, ranges } => self.on_mended(seat, peer, kind, ranges),
            Notice::PeerFault { peer, .. } => {
                tally.faults += 1;
                if let Some(peer) = self.seat_of(peer) {
                    self.see(&Sighting::PeerFault { seat, peer });
                }
            }
            Notice::BranchOpened { old, new } => {
                tally.forks += 1;
                self.coverage.sometimes("flow: a node opened another branch");
                self.see(&Sighting::BranchOpened { seat, old, new });
            }
            Notice::ForkSeen { chain, seq } => {
                tally.forks += 1;
                self.coverage.sometimes("flow: a fork was seen");
                self.see(&Sighting::ForkSeen { seat, chain, seq });
            }
            Notice::Proven { peer, scopes, root } => {
                if let Some(peer) = self.seat_of(peer) {
                    self.see(&Sighting::Proven { seat, peer, scopes, root });
                }
                self.on_proven(seat, peer);
            }
            Notice::HeldBy { peer, seq } => {
                if let Some(peer) = self.seat_of(peer) {
                    self.see(&Sighting::HeldBy { seat, peer, seq });
                }
            }
            Notice::BodyRefused { .. } if seat == Seat::HUB => self.coverage.sometimes("flow: the hub refused a body"),
            Notice::Durable { .. }
            | Notice::ActRefused { .. }
            | Notice::Grew(_)
            | Notice::AuthorityMoved { .. }
            | Notice::DayMoved(_)
            | Notice::BodyRefused { .. }
            | Notice::Full => {}
        }
    }

    fn on_printed(&mut self, seat: Seat, id: ActId, places: Vec<ActPlace>) {
        let at = self.now;
        self.see(&Sighting::Printed { seat, paper: id.0, places: &places });
        let content = self.machines[usize::from(seat.0)].disk.content();
        for number in places.iter().filter_map(|place| content.number_at(place.at.seq)) {
            self.chronicle.on_printed(seat, number);
        }
        let Machine { office, went_back, below_county, .. } = self.machine_mut(seat);
        if *went_back {
            below_county.extend(&places);
        }
        office.receipts.insert(id.0, Receipt { at, places: places.into(), number: None });
    }

    pub(super) fn on_act_refused(&mut self, seat: Seat, id: ActId, why: ActRefusal) {
        self.machine_mut(seat).office.refused.push((id.0, why));
        self.coverage.sometimes("flow: a paper was refused at its window");
    }

    fn on_mended(&mut self, seat: Seat, peer: NodeId, kind: Mending, ranges: usize) {
        let tally = &mut self.machine_mut(seat).tally;
        match kind {
            Mending::Repair => tally.repairs += 1,
            Mending::Fill => tally.fills += 1,
        }
        let Some(peer) = self.seat_of(peer) else { return };
        if kind == Mending::Repair {
            let stands = |seat: Seat| self.healed[usize::from(seat.0)] && !self.machine(seat).is_outcast();
            self.healed_repairs += u64::from(stands(seat) && stands(peer));
            self.coverage.sometimes("flow: a repair was needed");
        }
        self.see(&Sighting::Mended { seat, peer, kind, ranges });
    }

    /// Returns whether a site whose disk once went back just stored what the hub wrote in a scope of papers: receipts.
    fn hears_of_hub(&self, seat: Seat, positions: &[Position]) -> bool {
        let machine = self.machine(seat);
        if self.depth != Depth::Full || !machine.went_back || seat == Seat::HUB {
            return false;
        }
        let content = machine.disk.content();
        let headers = positions.iter().filter_map(|at| content.batch_at(at.seq)).map(|batch| batch.header.chain);
        headers.into_iter().any(|chain| chain.node == self.id(Seat::HUB) && chain.scope.place != Place::County)
    }

    /// Looks at what a window shows: receipts of what its disk held before must not pass for those of what it holds now.
    fn look_at_rungs(&mut self, seat: Seat) {
        let machine = self.machine_mut(seat);
        let Some(node) = &machine.node else { return };
        let looked_at = std::mem::take(&mut machine.below_county);
        let shown: Vec<_> = looked_at.into_iter().map(|place| (node.rung(&place), place)).collect();
        // What the disk lacks is not judged; should it come back, it is looked at again.
        let is_judged = |place: &ActPlace| machine.disk.content().is_whole(&place.header).is_some();
        let is_left = |(rung, place): &&(Rung, ActPlace)| *rung < Rung::County || !is_judged(place);
        machine.below_county = shown.iter().filter(is_left).map(|(_, place)| *place).collect();
        for (rung, place) in shown {
            self.see(&Sighting::Shown { seat, header: place.header, rung });
        }
    }

    /// From here on its window is looked at anew.
    pub(super) fn look_again(&mut self, seat: Seat) {
        let machine = self.machine_mut(seat);
        if machine.went_back {
            machine.below_county = machine.office.receipts.values().flat_map(|receipt| &receipt.places).copied().collect();
        }
    }

    /// Looks at what waits everywhere, and sets the next look down.
    pub(super) fn look_at_queues(&mut self) {
        let mut bytes = vec![0; self.machines.len()];
        for wire in self.wires.values() {
            for side in [0, 1] {
                bytes[usize::from(wire.seats[side].0)] += wire.waiting_bytes(side);
            }
        }
        for seat in self.plan.layout.seats() {
            let commits = self.machine(seat).disk.waiting() as u64;
            self.see(&Sighting::Queued { seat, link_bytes: bytes[usize::from(seat.0)], commits });
        }
        self.agenda.set_down(self.now.after_ms(LOOK_MS), Event::Looked);
    }
}
