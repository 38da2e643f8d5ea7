//! Reads the events of a case in order: asks the judge about each, marks it, and takes down what the effective ones say.

use super::{Folded, HistoryLine, Standing, makes};
use crate::calendar::WorkDays;
use crate::case::authority::{Authority, Position, Post};
use crate::case::clock::{Milestones, count};
use crate::case::facts::{Facts, Missing};
use crate::case::judge::{Standpoint, judge};
use crate::case::mark::{Mark, Superseded, Unauthorised};
use crate::case::order::{Events, had_seen};
use crate::case::state::State;
use crate::code::StaffId;
use crate::division::Level;
use crate::doc::event::{Body, CaseEvent, Decision, Envelope, EventKind, Register, RulesLevel};
use crate::id::{DocId, EventId};
use crate::place::Place;
use crate::time::Day;
use std::collections::{BTreeMap, BTreeSet};

/// What reading the events has told so far.
#[derive(Debug, Default)]
pub(super) struct Told {
    register: Option<Register>,
    decision: Option<(EventId, Decision)>,
    assigned_to: Option<StaffId>,
    days: Milestones,
    history: Vec<HistoryLine>,
}

pub(super) struct Reader<'a> {
    pub doc: Option<DocId>,
    pub events: &'a Events,
    pub positions: &'a BTreeMap<EventId, BTreeSet<Position>>,
    pub authority: &'a dyn Authority,
    pub at: Standpoint,
    pub told: Told,
}

impl Reader<'_> {
    pub fn read(&mut self, id: EventId) {
        let Some(event) = self.events.get(&id).and_then(Option::as_ref) else {
            return self.line(id, Mark::Unreadable);
        };
        let verdict = self.post(id, event).and_then(|post| judge(self.at, &event.body, post, self.authority).map(|at| (at, post)));
        let mark = match verdict {
            Ok((at, post)) => {
                self.at = at;
                self.told.note(id, event, post, at);
                Mark::Effective
            }
            Err(mark) => self.dispute(id, event, mark),
        };
        self.line(id, mark);
    }

    pub fn line(&mut self, id: EventId, mark: Mark) {
        let node = self.positions[&id].first().expect("every event came in a batch").node;
        let written = self.events.get(&id).cloned().flatten();
        self.told.history.push(HistoryLine { event: id, node, mark, written });
    }

    /// Finds the batch that gives the event its effect: by a node of the site that the event names, and not after its revocation.
    fn post(&self, id: EventId, event: &CaseEvent) -> Result<Post, Mark> {
        let mut best = Mark::Unauthorised(Unauthorised::UnknownNode);
        for position in &self.positions[&id] {
            let Some(post) = self.authority.post(position.node) else { continue };
            if post.site != event.envelope.site || event.envelope.node.is_some_and(|node| node != position.node) {
                best = best.max(Mark::Unauthorised(Unauthorised::WrongSite));
            } else if self.authority.is_after_revocation(position) {
                best = best.max(Mark::AfterRevocation);
            } else if event.kind() == EventKind::Register && position.scope.place != Place::Site(post.site) {
                best = best.max(Mark::Unauthorised(Unauthorised::WrongScope));
            } else if !self.is_in_its_document(event, position) {
                best = best.max(Mark::Unauthorised(Unauthorised::WrongDocument));
            } else {
                return Ok(post);
            }
        }
        Err(best)
    }

    fn is_in_its_document(&self, event: &CaseEvent, at: &Position) -> bool {
        match (self.doc, &event.body) {
            (Some(doc), Body::Register(register)) => makes(doc, at.scope, at.node, register),
            _ => true,
        }
    }

    /// Detects two acts that contradict each other, neither author knowing of the other's; a person decides, until then nothing goes out.
    fn dispute(&mut self, id: EventId, event: &CaseEvent, mark: Mark) -> Mark {
        let Some((decided_by, decision)) = self.told.decision else {
            return mark;
        };
        if self.at.state == State::Delivered || had_seen(self.events, id, decided_by) {
            return mark;
        }
        match (&event.body, mark) {
            (Body::Withdraw(_), Mark::Superseded(Superseded::DecidedEarlier)) => {
                self.at.on_hold = true;
                Mark::Superseded(Superseded::DecidedMeanwhile)
            }
            (Body::Decide(other), Mark::Superseded(Superseded::AlreadyDone)) if other.decision != decision => {
                self.at.on_hold = true;
                mark
            }
            (_, mark) => mark,
        }
    }
}

impl Told {
    /// Takes down what an effective event says.
    fn note(&mut self, id: EventId, event: &CaseEvent, by: Post, at: Standpoint) {
        let Envelope { occurred_on, calendar, .. } = &event.envelope;
        let day = Some(*occurred_on);
        match &event.body {
            Body::Register(register) => {
                self.register = Some((**register).clone());
                self.days.registered = day;
                self.days.is_village_intake = by.level == Level::Village;
            }
            Body::Forward(_) => self.days.forwarded = self.days.forwarded.or(day),
            Body::Receive if at.state == State::Returned && at.intake == Some(by.site) => self.days.received_back = day,
            Body::Receive | Body::Unknown(_) => {}
            Body::Accept(accept) => (self.days.accepted, self.days.printed_due) = (day, accept.printed),
            Body::Assign(assign) => self.assigned_to = Some(assign.to.clone()),
            Body::Decide(decide) => (self.days.decided, self.decision) = (day, Some((id, decide.decision))),
            Body::Conclude(_) => {
                self.days.concluded = day;
                self.days.concluded_away = at.intake != Some(by.site);
            }
            Body::Return(_) => self.days.returned = self.days.returned.or(day),
            Body::Notify(_) => self.days.notified = day,
            Body::Deliver(_) => self.days.final_pins = Some(calendar.clone()),
            Body::Withdraw(_) => (self.days.withdrawn, self.days.final_pins) = (day, Some(calendar.clone())),
        }
    }

    pub fn finish(self, level: RulesLevel, at: Standpoint, heads: Vec<EventId>, facts: &Facts, as_of: Day) -> Folded {
        let item = self.register.as_ref().map(|register| facts.item(register.item.hash).ok_or(Missing::Item(register.item.hash)));
        let promised: Result<Option<WorkDays>, Missing> = match &item {
            Some(Ok(item)) => Ok(item.promised()),
            Some(Err(missing)) => Err(*missing),
            None => Ok(None),
        };
        let (clocks, missing) = count(&self.days, promised, facts, as_of);
        let standing = if level > RulesLevel::NEWEST {
            Standing::NeedsNewer { level }
        } else if missing.is_empty() {
            Standing::Understood
        } else {
            Standing::Incomplete { missing }
        };
        Folded {
            level,
            standing,
            as_of,
            state: at.state,
            item_name: item.and_then(Result::ok).map(|item| item.name.clone()),
            register: self.register,
            intake: at.intake,
            custodian: at.custodian,
            offered_to: at.offered_to,
            on_hold: at.on_hold,
            decision: self.decision.map(|(_, decision)| decision),
            assigned_to: self.assigned_to,
            clocks,
            history: self.history,
            heads,
        }
    }
}
