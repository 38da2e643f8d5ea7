//! Machines that start, stop and lose power, and disks that go back.

use super::agenda::Event;
use super::county::County;
use crate::disk::Aftermath;
use crate::layout::Seat;
use crate::plan::{InFlight, What};
use crate::sighting::{Depth, Sighting};
use crate::streams::Stream;
use mesh_model::id::Hash;
use mesh_model::time::Uptime;
use sync_protocol::guard::{Guard, Guards};
use sync_protocol::io::Input;
use sync_protocol::limits::LANDED_PAUSE_MS;
use sync_protocol::node::{Config, Node};

impl County<'_> {
    /// Starts a node on what its disk holds.
    pub(super) fn boot(&mut self, seat: Seat) {
        let root_pin = Hash::of(&[&self.root.public()]).0;
        let slots = u16::from(self.plan.layout.above(seat).is_some());
        let (seed, sabotage) = (self.plan.seed, self.sabotage);
        let machine = self.machine_mut(seat);
        machine.boot += 1;
        machine.wake = None;
        machine.window.open();
        let start = if sabotage == Some(Guard::FreshBoot) { 1 } else { machine.boot };
        let boot = Stream::new(seed, "boot", u64::from(seat.0) << 32 | start).bytes();
        let seed = Stream::new(seed, "jitter", u64::from(seat.0) << 32 | machine.boot).bytes();
        let (key, guards) = (machine.key.clone(), guards(sabotage));
        let config = Config { key, root_pin, boot, seed, slots, landed_pause_ms: LANDED_PAUSE_MS, guards };
        machine.node = Some(Node::open(config, machine.disk.content().stored()).expect("a node opens what nodes wrote"));
        self.look_again(seat);
        self.see(&Sighting::Booted { seat });
        self.give(seat, Input::Wake);
    }

    pub(super) fn power_cut(&mut self, seat: Seat, for_ms: u64, in_flight: InFlight) {
        let (now, until) = (self.now, self.now.after_ms(for_ms));
        let was_on = self.machine(seat).node.is_some();
        let waiting = self.machine(seat).disk.waiting();
        let before = self.machine(seat).disk.content().tail();
        if waiting > 0 {
            self.coverage.sometimes(match in_flight {
                InFlight::Lost => "flow: a power cut lost commits in flight",
                InFlight::Reached => "flow: a power cut let commits in flight reach the disk",
            });
        }
        self.coverage.sometimes("flow: the power failed");
        self.count_link_time(seat);
        let machine = self.machine_mut(seat);
        machine.off_until = machine.off_until.max(until);
        machine.node = None;
        (machine.wire, machine.linked_since) = (None, None);
        let (reached, aftermath) = machine.disk.cut_power(now, in_flight);
        let forgot = aftermath == Aftermath::Forgot && machine.disk.content().tail() != before;
        self.note_stored(seat, &reached);
        if was_on {
            self.see(&Sighting::PoweredOff { seat });
        }
        if forgot {
            self.coverage.sometimes("flow: a disk forgot what it had answered for");
            self.on_rolled(seat);
        }
        self.unplug(seat);
        self.agenda.set_down(until, Event::Powered { seat });
    }

    /// Everything that a machine was connected by is gone; the peers learn it by silence.
    fn unplug(&mut self, seat: Seat) {
        for wire in self.wires.values_mut() {
            for side in [0, 1] {
                wire.open[side] &= wire.seats[side] != seat;
            }
        }
        self.sever_where([true; 2], |wire| wire.seats.contains(&seat));
        self.wires.retain(|_, wire| wire.open != [false, false]);
    }

    pub(super) fn on_powered(&mut self, seat: Seat) {
        let machine = self.machine(seat);
        if machine.node.is_none() && machine.off_until <= self.now {
            self.boot(seat);
        }
    }

    /// Sets down when copies of disks are made that the plan will put back.
    pub(super) fn plan_copies(&mut self) {
        let now = self.now;
        for (action, planned) in self.plan.actions.iter().enumerate() {
            if let What::Restored { age_ms, .. } = planned.what {
                let at = Uptime(planned.at.0.saturating_sub(age_ms)).max(now);
                self.agenda.set_down(at, Event::Copied { action });
            }
        }
    }

    pub(super) fn copy_disk(&mut self, action: usize) {
        let seat = self.plan.actions[action].what.seat();
        let copy = self.machine(seat).disk.kept().clone();
        self.copies.insert(action, copy);
    }

    /// Switches a machine off and puts the copy of its disk back that was made for this action.
    pub(super) fn restore(&mut self, action: usize, seat: Seat, for_ms: u64) {
        self.power_cut(seat, for_ms, InFlight::Lost);
        // A copy younger than the county was made at its beginning, so there always is one.
        let Some(copy) = self.copies.remove(&action) else { return };
        let machine = self.machine_mut(seat);
        let (now, then) = (machine.disk.content().tail().seq, copy.tail().seq);
        let is_ahead = machine.disk.content().held_by_peers() > then;
        machine.disk.roll_back(copy);
        if then < now {
            self.coverage.sometimes("flow: an older copy of a disk was put back");
        }
        if is_ahead {
            self.coverage.sometimes("flow: a peer held more than the copy that was put back");
        }
        self.on_rolled(seat);
    }

    fn on_rolled(&mut self, seat: Seat) {
        let content = self.machines[usize::from(seat.0)].disk.content();
        self.chronicle.on_rolled(seat, |number| content.holds_number(number));
        self.machine_mut(seat).went_back = true;
        self.look_again(seat);
        self.see(&Sighting::Rolled { seat });
        self.tell_kept(seat);
    }

    /// Tells again what a disk that went back still holds.
    fn tell_kept(&mut self, seat: Seat) {
        if self.depth == Depth::Full {
            let kept: Vec<_> = self.machine(seat).disk.kept().batches().collect();
            kept.iter().for_each(|batch| self.see(&Sighting::Stored { seat, batch, header: batch.header.hash() }));
        }
    }
}

/// Returns the guards of a run's nodes; which one is off was judged before the run began.
#[cfg(feature = "sabotage")]
fn guards(sabotage: Option<Guard>) -> Guards {
    Guards::without(sabotage)
}

/// Returns the guards of a run's nodes: this build cannot switch any off, and refuses runs that ask for it.
#[cfg(not(feature = "sabotage"))]
fn guards(_: Option<Guard>) -> Guards {
    Guards::default()
}
