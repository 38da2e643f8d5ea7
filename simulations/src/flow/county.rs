//! The county in virtual time: every input goes through [`County::give`], every output becomes an event of the agenda.

use super::agenda::{Agenda, Event};
use super::chronicle::Recorder;
use super::seat::Machine;
use super::wire::Wire;
use crate::coverage::Coverage;
use crate::disk::{Content, SharedPool};
use crate::layout::Seat;
use crate::plan::Plan;
use crate::sighting::{Depth, Sighting, Watch};
use crate::streams::Stream;
use crate::trace::Trace;
use mesh_model::id::NodeId;
use mesh_model::time::Uptime;
use std::collections::BTreeMap;
use sync_protocol::crypto::SigningKey;
use sync_protocol::guard::Guard;
use sync_protocol::io::{ActId, Bye, Input, Output};
use sync_protocol::node::Node;

/// Milliseconds a journal takes to answer a question.
const LOAD_MS: u64 = 1;
/// Acts of the hub's own office; papers have lower numbers.
pub(super) const HUB_ACTS_FROM: u64 = 1 << 60;

/// Everything of one run.
pub struct County<'a> {
    /// What is carried out.
    pub plan: Plan,
    /// The sites, by number.
    pub machines: Vec<Machine>,
    /// Connections that at least one end believes in.
    pub wires: BTreeMap<u64, Wire>,
    /// Connections made so far.
    pub sessions: u64,
    /// Virtual time.
    pub now: Uptime,
    /// Everything that happened.
    pub trace: Trace,
    /// Figures over time.
    pub chronicle: Recorder,
    /// Points passed.
    pub coverage: Coverage,
    /// Who watches.
    pub watch: &'a mut dyn Watch,
    /// How closely.
    pub depth: Depth,
    /// The guard that is off.
    pub sabotage: Option<Guard>,
    /// Sites whose faults ended, once they did.
    pub healed: Vec<bool>,
    /// Frames between healed sites.
    pub healed_frames: u64,
    /// Repairs between healed sites.
    pub healed_repairs: u64,
    /// The last day is over: every site that can keeps a session standing.
    pub(super) is_ending: bool,
    /// The plan begins when the county is founded.
    pub(super) is_founded: bool,
    pub(super) agenda: Agenda,
    pub(super) root: SigningKey,
    pub(super) hub_acts: u64,
    /// Copies of disks that will be put back, by the action that does.
    pub(super) copies: BTreeMap<usize, Content>,
    pub(super) pool: SharedPool,
    seats: BTreeMap<NodeId, Seat>,
    next_action: usize,
}

impl<'a> County<'a> {
    /// Makes the machines of a county, all of them off.
    #[must_use]
    pub fn new(mut plan: Plan, watch: &'a mut dyn Watch, depth: Depth, sabotage: Option<Guard>) -> County<'a> {
        plan.sort();
        let root = super::seat::key(&Stream::new(plan.seed, "root", 0).bytes());
        let pool = SharedPool::new(plan.seed, plan.bodies);
        let machines: Vec<Machine> = plan.layout.seats().map(|seat| Machine::new(plan.seed, seat, &plan.sites[&seat], &pool)).collect();
        machines.iter().for_each(|machine| pool.learn(&machine.key));
        County {
            seats: plan.layout.seats().zip(&machines).map(|(seat, machine)| (machine.key.node(), seat)).collect(),
            chronicle: Recorder::new(machines.len()),
            healed: vec![true; machines.len()],
            machines,
            plan,
            wires: BTreeMap::new(),
            sessions: 0,
            now: Uptime(0),
            trace: Trace::default(),
            coverage: Coverage::default(),
            watch,
            depth,
            sabotage,
            healed_frames: 0,
            healed_repairs: 0,
            is_ending: false,
            is_founded: false,
            agenda: Agenda::default(),
            root,
            hub_acts: HUB_ACTS_FROM,
            copies: BTreeMap::new(),
            pool,
            next_action: 0,
        }
    }

    /// Returns a site's machine.
    #[must_use]
    pub fn machine(&self, seat: Seat) -> &Machine {
        &self.machines[usize::from(seat.0)]
    }

    pub(super) fn machine_mut(&mut self, seat: Seat) -> &mut Machine {
        &mut self.machines[usize::from(seat.0)]
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

    /// Returns where a node stands.
    #[must_use]
    pub fn seat_of(&self, node: NodeId) -> Option<Seat> {
        self.seats.get(&node).copied()
    }

    pub(super) fn hub_act(&mut self) -> ActId {
        self.hub_acts += 1;
        ActId(self.hub_acts)
    }

    pub(super) fn see(&mut self, sighting: &Sighting<'_>) {
        self.watch.see(self.now, sighting);
    }

    /// Lets everything happen that falls on or before `until`.
    pub fn run_until(&mut self, until: Uptime) {
        loop {
            let planned = self.plan.actions.get(self.next_action).map(|action| action.at.max(self.now)).filter(|_| self.is_founded);
            let event = self.agenda.next_at();
            let next = match (planned, event) {
                (Some(planned), Some(event)) if planned <= event => (planned <= until).then(|| self.next_planned(planned)),
                (Some(planned), None) => (planned <= until).then(|| self.next_planned(planned)),
                (_, Some(event)) => {
                    if event <= until {
                        self.agenda.next()
                    } else {
                        None
                    }
                }
                (None, None) => None,
            };
            let Some((at, event)) = next else { break };
            self.now = at;
            let (kind, whom, number) = event.kind();
            self.trace.note(at, kind, whom, number, event.frame());
            self.happen(event);
        }
        self.now = until;
    }

    fn next_planned(&mut self, at: Uptime) -> (Uptime, Event) {
        self.next_action += 1;
        (at, Event::Planned { action: self.next_action - 1 })
    }

    fn happen(&mut self, event: Event) {
        match event {
            Event::Arrived { end, lane, bytes, frame } => self.on_arrived(end, lane, bytes, frame),
            Event::Copied { action } => self.copy_disk(action),
            Event::Dialled { seat, boot, slot } if self.is_running(seat, boot) => self.on_dialled(seat, slot),
            Event::Ended { end } => self.on_ended(end),
            Event::Left { end, bytes } => self.on_left(end, bytes),
            Event::Loaded { seat, boot, id, load } if self.is_running(seat, boot) => {
                let loaded = self.machine(seat).disk.content().answer(load);
                self.give(seat, Input::Loaded(id, loaded));
            }
            Event::Looked => self.look_at_queues(),
            Event::Planned { action } => self.carry_out(action),
            Event::Powered { seat } => self.on_powered(seat),
            Event::Quiet { wire, frames, looks } => self.on_quiet(wire, frames, looks),
            Event::Synced { seat, boot } if self.is_running(seat, boot) => self.on_synced(seat),
            Event::Wake { seat, boot } if self.is_running(seat, boot) && self.machine(seat).wake == Some(self.now) => {
                self.machine_mut(seat).wake = None;
                self.give(seat, Input::Wake);
            }
            Event::Window { seat, boot } if self.is_running(seat, boot) => self.on_window(seat),
            Event::Dialled { .. } | Event::Loaded { .. } | Event::Synced { .. } | Event::Wake { .. } | Event::Window { .. } => {}
        }
    }

    fn is_running(&self, seat: Seat, boot: u64) -> bool {
        let machine = self.machine(seat);
        machine.node.is_some() && machine.boot == boot
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
                    self.agenda.answer(self.now.after_ms(LOAD_MS), Event::Loaded { seat, boot, id, load });
                }
                Output::Transmit { link, lane, frame } => self.transmit(seat, link, lane, frame),
                Output::Dial(slot) => {
                    self.see(&Sighting::Dialled { seat });
                    self.dial_in_time(seat, slot);
                }
                Output::Hangup(link, why) => {
                    if why == Bye::GaveUp {
                        self.machine_mut(seat).tally.given_up += 1;
                        self.see(&Sighting::GaveUp { seat });
                    }
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

    pub(super) fn restart_sync(&mut self, seat: Seat) {
        self.start_sync(seat);
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
}
