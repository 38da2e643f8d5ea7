//! Machines that start, stop and lose power, and the window that writes when there is some.

use super::agenda::Event;
use super::county::County;
use super::seat::cases_of;
use crate::layout::Seat;
use crate::plan::InFlight;
use crate::plan::clerks::Paper;
use crate::streams::Stream;
use mesh_model::id::{DocId, Hash};
use sync_protocol::guard::Guards;
use sync_protocol::io::{ActId, Input, LocalAct, LocalBody};
use sync_protocol::limits::LANDED_PAUSE_MS;
use sync_protocol::node::{Config, Node};

impl County {
    /// Starts a node on what its disk holds.
    pub(super) fn boot(&mut self, seat: Seat) {
        let root_pin = Hash::of(&[&self.root.public()]).0;
        let slots = u16::from(self.plan.layout.above(seat).is_some());
        let seed = self.plan.seed;
        let machine = self.machine_mut(seat);
        machine.boot += 1;
        machine.wake = None;
        let mut stream = Stream::new(seed, "boot", u64::from(seat.0) << 32 | machine.boot);
        let config = Config {
            key: machine.key.clone(),
            root_pin,
            boot: stream.bytes(),
            seed: stream.bytes(),
            slots,
            landed_pause_ms: LANDED_PAUSE_MS,
            guards: Guards::default(),
        };
        machine.node = Some(Node::open(config, machine.disk.content().stored()).expect("a node opens what nodes wrote"));
        self.give(seat, Input::Wake);
    }

    pub(super) fn power_cut(&mut self, seat: Seat, for_ms: u64, in_flight: InFlight) {
        let until = self.now.after_ms(for_ms);
        let machine = self.machine_mut(seat);
        machine.off_until = machine.off_until.max(until);
        machine.node = None;
        let reached = machine.disk.cut_power(in_flight);
        self.note_arrivals(seat, &reached);
        for wire in self.wires.values_mut() {
            for side in [0, 1] {
                wire.open[side] &= wire.seats[side] != seat;
            }
        }
        self.sever_where(|wire| wire.seats.contains(&seat));
        self.wires.retain(|_, wire| wire.open != [false, false]);
        self.agenda.set_down(until, Event::Powered { seat });
    }

    pub(super) fn on_powered(&mut self, seat: Seat) {
        let machine = self.machine(seat);
        if machine.node.is_none() && machine.off_until <= self.now {
            self.boot(seat);
        }
    }

    /// A clerk writes a paper, if the machine is on and the case is one this site has heard of.
    pub(super) fn hand_in(&mut self, paper: &Paper) {
        let scope = cases_of(paper.case.intake);
        let document = DocId::derive(scope, self.id(paper.case.intake), &paper.case.number.to_be_bytes());
        let machine = self.machine_mut(paper.seat);
        let is_known = paper.case.intake == paper.seat || machine.disk.content().knows(document);
        if machine.node.is_none() || !is_known {
            machine.office.missed += 1;
            return;
        }
        machine.office.handed_in += 1;
        let value = Stream::new(self.plan.seed, "paper", paper.number).filling(paper.bytes);
        let bodies = vec![LocalBody::Event { document, value }];
        let act = LocalAct { id: ActId(paper.number), scope, bodies, notes: Vec::new() };
        self.give(paper.seat, Input::Local(act));
    }

    /// Ends every fault: lines are up, power is on, disks keep what they answer from here on.
    pub fn heal(&mut self) {
        let now = self.now;
        let seats: Vec<Seat> = self.plan.layout.seats().collect();
        for seat in seats {
            let machine = self.machine_mut(seat);
            machine.line_down_until = now;
            machine.off_until = now;
            machine.disk.be_honest();
            self.on_powered(seat);
        }
    }
}
