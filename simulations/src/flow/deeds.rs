//! What the plan does, action by action, and what clerks write.

use super::county::{County, HUB_ACTS_FROM};
use super::seat::cases_of;
use crate::disk::packed::Regrow;
use crate::layout::Seat;
use crate::plan::clerks::{Case, Paper};
use crate::plan::{Bodies, DAY_MS, FIRST_DAY, What};
use crate::streams::Stream;
use mesh_model::id::{DocId, NodeId};
use mesh_model::time::Day;
use sync_protocol::io::{ActId, ActRefusal, HubAct, Input, LocalAct, LocalBody};
use sync_protocol::limits::EVENT_BYTES_MAX;
use sync_protocol::record::{AuthorityAct, Cut};

/// Acts of hostile hands; their answers reach no clerk.
const POISON_FROM: u64 = HUB_ACTS_FROM << 1;

impl County<'_> {
    pub(super) fn carry_out(&mut self, action: usize) {
        match self.plan.actions[action].what.clone() {
            What::AddressChanged { seat } => self.move_address(seat, "flow: an address changed"),
            What::ClockSet { seat, ahead_ms } => {
                self.machine_mut(seat).ahead_ms = ahead_ms;
                self.coverage.sometimes("flow: a clock was set wrong");
            }
            What::DayDeclared { number } => self.declare_day(number),
            What::DiskForgets { seat, commits } => {
                self.machine_mut(seat).disk.forget(commits as usize);
                self.coverage.sometimes("flow: a disk began to answer before it keeps");
            }
            What::DiskFull { seat, for_ms } => {
                let until = self.now.after_ms(for_ms);
                self.machine_mut(seat).disk.fill(until);
                self.coverage.sometimes("flow: a disk was full");
            }
            What::Forged { seat } => self.forge(seat),
            What::LineDown { seat, for_ms, way } => self.line_down(seat, for_ms, way),
            What::LineShaped { seat, make } => {
                self.machine_mut(seat).line = Some(make);
                self.coverage.sometimes("flow: a line changed its ways");
            }
            What::NatRebound { seat } => self.move_address(seat, "flow: an address box forgot its mapping"),
            What::Paper(paper) => self.hand_in(&paper),
            What::Poison(paper) => self.poison(&paper),
            What::PowerCut { seat, for_ms, in_flight } => self.power_cut(seat, for_ms, in_flight),
            What::Revoked { seat } => self.revoke(seat),
            What::Restored { seat, age_ms: _, for_ms } => self.restore(action, seat, for_ms),
            What::Urged { seat, case } => self.urge(seat, case),
        }
    }

    /// A connection that survives is late by a round trip.
    fn move_address(&mut self, seat: Seat, point: &'static str) {
        self.coverage.sometimes(point);
        if let Some(make) = self.machine(seat).line {
            self.stall(seat, super::line::rtt_ms(&make));
        }
    }

    /// The hub declares what its clock shows.
    fn declare_day(&mut self, number: u16) {
        let shown = i64::from(number) * DAY_MS.cast_signed() + DAY_MS.cast_signed() / 4 + self.machine(Seat::HUB).ahead_ms;
        let number = i32::try_from(shown.div_euclid(DAY_MS.cast_signed())).unwrap_or(i32::MAX / 2);
        let id = self.hub_act();
        self.give(Seat::HUB, Input::Hub(HubAct::Day { id, day: Day(FIRST_DAY.saturating_add(number)) }));
    }

    fn document_of(&self, case: Case) -> DocId {
        DocId::derive(cases_of(case.intake), self.id(case.intake), &case.number.to_be_bytes())
    }

    fn filling(&self, paper: &Paper) -> Vec<u8> {
        match self.plan.bodies {
            Bodies::Counted => Regrow { seed: self.plan.seed }.filling(paper.number, paper.bytes),
            Bodies::Stored => Stream::new(self.plan.seed, "paper", paper.number).filling(paper.bytes),
        }
    }

    /// A clerk writes a paper, if the machine is on and the case is one this site has heard of.
    pub(super) fn hand_in(&mut self, paper: &Paper) {
        let document = self.document_of(paper.case);
        let machine = self.machine_mut(paper.seat);
        let is_known = paper.case.intake == paper.seat || machine.disk.content().knows(document);
        if machine.node.is_none() || !is_known {
            machine.office.missed += 1;
            return;
        }
        machine.office.handed_in += 1;
        if machine.is_unjudged() && paper.bytes > EVENT_BYTES_MAX {
            // Poison opened this desk for the hostile hand, not for clerks: what an honest one refuses stays refused.
            let why = ActRefusal::Size;
            self.on_act_refused(paper.seat, ActId(paper.number), why);
            return;
        }
        let bodies = vec![LocalBody::Event { document, value: self.filling(paper) }];
        let act = LocalAct { id: ActId(paper.number), scope: cases_of(paper.case.intake), bodies, notes: Vec::new() };
        self.give(paper.seat, Input::Local(act));
    }

    /// A hostile node signs what is no event. Its own papers stay what they are.
    fn poison(&mut self, paper: &Paper) {
        let document = self.document_of(paper.case);
        let bytes = Stream::new(self.plan.seed, "poison", paper.number).filling(paper.bytes);
        let machine = self.machine_mut(paper.seat);
        let Some(node) = &mut machine.node else { return };
        node.author_unjudged();
        machine.unjudged_boot = Some(machine.boot);
        let bodies = vec![LocalBody::Change { document, bytes }];
        let act = LocalAct { id: ActId(POISON_FROM | paper.number), scope: cases_of(paper.case.intake), bodies, notes: Vec::new() };
        self.coverage.sometimes("flow: a node appended poison");
        self.give(paper.seat, Input::Local(act));
    }

    /// A stolen program signs with a key that it does not have.
    fn forge(&mut self, seat: Seat) {
        if let Some(node) = &mut self.machine_mut(seat).node {
            node.author_forged();
            self.machine_mut(seat).is_forger = true;
            self.coverage.sometimes("flow: a node began to forge");
        }
    }

    /// The hub ends a node's rights: what it holds of the node's chains still counts, nothing after.
    fn revoke(&mut self, seat: Seat) {
        let node = self.id(seat);
        if seat == Seat::HUB || self.node(Seat::HUB).is_none() || self.machine(seat).is_revoked {
            return;
        }
        let cuts = self.cuts_of(node);
        let id = self.hub_act();
        self.machine_mut(seat).is_revoked = true;
        self.coverage.sometimes("flow: a node was revoked");
        let act = AuthorityAct::Revoke { node, cuts };
        self.give(Seat::HUB, Input::Hub(HubAct::Authority { id, act, notes: Vec::new() }));
    }

    fn cuts_of(&self, node: NodeId) -> Vec<Cut> {
        let Some(hub) = self.node(Seat::HUB) else { return Vec::new() };
        let head = |rows: &sync_protocol::vector::Rows| rows.heads.iter().max_by_key(|row| row.seq).map(|row| (row.seq, row.head));
        let cut = |(chain, rows): (&sync_protocol::batch::Chain, &sync_protocol::vector::Rows)| {
            let (seq, head) = head(rows)?;
            Some(Cut { branch: chain.branch, scope: chain.scope.to_bytes().to_vec().into(), seq, head })
        };
        hub.vectors().chains_of(node).filter_map(cut).collect()
    }

    fn urge(&mut self, seat: Seat, case: Case) {
        let document = self.document_of(case);
        if self.machine(seat).disk.content().knows(document) {
            self.coverage.sometimes("flow: a case was urged");
            self.give(seat, Input::Urge(document));
        }
    }
}
