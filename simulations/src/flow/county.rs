//! The county in virtual time: every input goes through [`County::give`], every output becomes an event of the agenda.

use super::agenda::{Agenda, Event};
use super::seat::Machine;
use super::wire::Wire;
use crate::evidence::Receipt;
use crate::layout::Seat;
use crate::plan::{FIRST_DAY, Plan, What};
use crate::streams::Stream;
use crate::trace::Trace;
use mesh_model::id::{Hash, NodeId};
use mesh_model::time::{Day, Uptime};
use std::collections::BTreeMap;
use sync_protocol::crypto::SigningKey;
use sync_protocol::io::{ActId, Bye, HubAct, Input, Mending, Notice, Output};
use sync_protocol::journal::Position;
use sync_protocol::node::Node;

/// Milliseconds a journal takes to answer a question.
const LOAD_MS: u64 = 1;
/// Acts of the hub's own office; papers have lower numbers.
pub(super) const HUB_ACTS_FROM: u64 = 1 << 60;

/// Everything of one run.
#[derive(Debug)]
pub struct County {
    /// What is carried out.
    pub plan: Plan,
    /// The sites, by number.
    pub machines: BTreeMap<Seat, Machine>,
    /// Connections that at least one end believes in.
    pub wires: BTreeMap<u64, Wire>,
    /// When each batch was durable at the hub, by its header.
    pub at_hub: BTreeMap<Hash, Uptime>,
    /// Connections made so far.
    pub sessions: u64,
    /// Virtual time.
    pub now: Uptime,
    /// Everything that happened.
    pub trace: Trace,
    pub(super) agenda: Agenda,
    pub(super) root: SigningKey,
    pub(super) hub_acts: u64,
}

impl County {
    /// Makes the machines of a county, all of them off.
    #[must_use]
    pub fn new(plan: Plan) -> County {
        let root = SigningKey::from_secret(&Stream::new(plan.seed, "root", 0).bytes());
        County {
            machines: plan.sites.iter().map(|(seat, make)| (*seat, Machine::new(plan.seed, *seat, make.sync_ms))).collect(),
            plan,
            wires: BTreeMap::new(),
            at_hub: BTreeMap::new(),
            sessions: 0,
            now: Uptime(0),
            trace: Trace::default(),
            agenda: Agenda::default(),
            root,
            hub_acts: HUB_ACTS_FROM,
        }
    }

    /// Returns a site's machine.
    #[must_use]
    pub fn machine(&self, seat: Seat) -> &Machine {
        &self.machines[&seat]
    }

    pub(super) fn machine_mut(&mut self, seat: Seat) -> &mut Machine {
        self.machines.get_mut(&seat).expect("every seat has a machine")
    }

    /// Returns a site's node while its power is on.
    #[must_use]
    pub fn node(&self, seat: Seat) -> Option<&Node> {
        self.machine(seat).node.as_ref()
    }

    /// Returns a node's name.
    #[must_use]
    pub fn id(&self, seat: Seat) -> NodeId {
        self.machine(seat).key.node()
    }

    pub(super) fn hub_act(&mut self) -> ActId {
        self.hub_acts += 1;
        ActId(self.hub_acts)
    }

    /// Lets everything happen that falls on or before `until`.
    pub fn run_until(&mut self, until: Uptime) {
        while let Some((at, event)) = self.agenda.next_until(until) {
            self.now = at;
            self.trace.note(at, &event.record());
            self.happen(event);
        }
        self.now = until;
    }

    fn happen(&mut self, event: Event) {
        match event {
            Event::Arrived { end, lane, frame } => self.on_arrived(end, lane, frame),
            Event::Dialled { seat, boot, slot } if self.is_running(seat, boot) => self.on_dialled(seat, slot),
            Event::Ended { end } => self.on_ended(end),
            Event::Left { end, bytes } => self.on_left(end, bytes),
            Event::Loaded { seat, boot, id, load } if self.is_running(seat, boot) => {
                let loaded = self.machine(seat).disk.content().answer(load);
                self.give(seat, Input::Loaded(id, loaded));
            }
            Event::Planned { action } => self.carry_out(action),
            Event::Powered { seat } => self.on_powered(seat),
            Event::Synced { seat, boot } if self.is_running(seat, boot) => self.on_synced(seat),
            Event::Wake { seat, boot } if self.is_running(seat, boot) && self.machine(seat).wake == Some(self.now) => {
                self.machine_mut(seat).wake = None;
                self.give(seat, Input::Wake);
            }
            Event::Dialled { .. } | Event::Loaded { .. } | Event::Synced { .. } | Event::Wake { .. } => {}
        }
    }

    fn is_running(&self, seat: Seat, boot: u64) -> bool {
        let machine = self.machine(seat);
        machine.node.is_some() && machine.boot == boot
    }

    fn carry_out(&mut self, action: usize) {
        match self.plan.actions[action].what.clone() {
            What::DayDeclared { number } => {
                let id = self.hub_act();
                self.give(Seat::HUB, Input::Hub(HubAct::Day { id, day: Day(FIRST_DAY + i32::from(number)) }));
            }
            What::DiskForgets { seat, commits } => self.machine_mut(seat).disk.forget(commits as usize),
            What::LineDown { seat, for_ms, way: _ } => self.line_down(seat, for_ms),
            What::Paper(paper) => self.hand_in(&paper),
            What::PowerCut { seat, for_ms, in_flight } => self.power_cut(seat, for_ms, in_flight),
            What::AddressChanged { .. }
            | What::ClockSet { .. }
            | What::DiskFull { .. }
            | What::LineShaped { .. }
            | What::NatRebound { .. }
            | What::Poison(_)
            | What::Revoked { .. }
            | What::Restored { .. }
            | What::Urged { .. } => {}
        }
    }

    /// Hands one input to a node whose power is on and sets down what comes of it.
    pub(super) fn give(&mut self, seat: Seat, input: Input) {
        let now = self.now;
        if let Some(node) = &mut self.machine_mut(seat).node {
            node.handle(now, input);
            self.drain(seat);
        }
    }

    pub(super) fn drain(&mut self, seat: Seat) {
        while let Some(output) = self.machine_mut(seat).node.as_mut().and_then(Node::poll_output) {
            match output {
                Output::Commit(ticket, writes) => self.machine_mut(seat).disk.take(ticket, writes),
                Output::Load(id, load) => {
                    let boot = self.machine(seat).boot;
                    self.agenda.set_down(self.now.after_ms(LOAD_MS), Event::Loaded { seat, boot, id, load });
                }
                Output::Transmit { link, lane, frame } => self.transmit(seat, link, lane, frame),
                Output::Dial(slot) => self.dial(seat, slot),
                Output::Hangup(link, why) => {
                    self.machine_mut(seat).tally.given_up += u64::from(why == Bye::GaveUp);
                    self.hang_up(link);
                }
                Output::Notice(notice) => self.on_notice(seat, notice),
            }
        }
        self.start_sync(seat);
        self.set_alarm(seat);
    }

    fn start_sync(&mut self, seat: Seat) {
        let now = self.now;
        let machine = self.machine_mut(seat);
        if machine.disk.starts_sync() {
            let (boot, at) = (machine.boot, now.after_ms(machine.sync_ms));
            self.agenda.set_down(at, Event::Synced { seat, boot });
        }
    }

    fn on_synced(&mut self, seat: Seat) {
        for (ticket, positions) in self.machine_mut(seat).disk.end_sync() {
            self.note_arrivals(seat, &positions);
            self.give(seat, Input::Committed(ticket, positions));
        }
        self.start_sync(seat);
    }

    /// Notes when batches became durable at the hub.
    pub(super) fn note_arrivals(&mut self, seat: Seat, positions: &[Position]) {
        if seat == Seat::HUB {
            let content = self.machines[&seat].disk.content();
            for batch in positions.iter().filter_map(|at| content.batch_at(at.seq)) {
                self.at_hub.entry(batch.header.hash()).or_insert(self.now);
            }
        }
    }

    fn set_alarm(&mut self, seat: Seat) {
        let now = self.now;
        let machine = self.machine_mut(seat);
        let Some((at, _)) = machine.node.as_ref().and_then(Node::next_timeout) else {
            return;
        };
        let at = at.max(now.after_ms(1));
        if machine.wake.is_none_or(|wake| at < wake) {
            machine.wake = Some(at);
            let boot = machine.boot;
            self.agenda.set_down(at, Event::Wake { seat, boot });
        }
    }

    fn on_notice(&mut self, seat: Seat, notice: Notice) {
        let at = self.now;
        let Machine { office, tally, .. } = self.machine_mut(seat);
        match notice {
            Notice::Durable { id, places } if id.0 < HUB_ACTS_FROM => {
                drop(office.receipts.insert(id.0, Receipt { at, places, number: None }))
            }
            Notice::ActRefused { id, why } => office.refused.push((id.0, why)),
            Notice::Mended { kind: Mending::Repair, .. } => tally.repairs += 1,
            Notice::Mended { kind: Mending::Fill, .. } => tally.fills += 1,
            Notice::PeerFault { .. } => tally.faults += 1,
            Notice::BranchOpened { .. } | Notice::ForkSeen { .. } => tally.forks += 1,
            Notice::Durable { .. }
            | Notice::Grew(_)
            | Notice::Proven { .. }
            | Notice::AuthorityMoved { .. }
            | Notice::DayMoved(_)
            | Notice::BodyRefused { .. }
            | Notice::Full
            | Notice::HeldBy { .. } => {}
        }
    }
}
