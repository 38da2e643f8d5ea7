//! `fold[L]`: the state of a case from its events, the facts, the authority log and the day the county is at.
//!
//! Equal inputs give equal results on every machine, whatever the order of arrival. Released levels of rules stay here for ever.

use super::authority::{Authority, Position, Post};
use super::clock::{Clock, Milestones, count};
use super::facts::{Facts, Missing};
use super::judge::{Standpoint, judge};
use super::mark::{Mark, Superseded, Unauthorised};
use super::order::{Events, had_seen, put_in_order};
use super::state::State;
use crate::calendar::WorkDays;
use crate::code::StaffId;
use crate::division::Level;
use crate::doc::event::{Body, CaseEvent, Decision, Envelope, EventKind, Register, RulesLevel};
use crate::id::{Branch, EventId, NodeId, SiteId};
use crate::place::{Place, Scope};
use crate::time::Day;
use std::collections::{BTreeMap, BTreeSet};

/// An event as a batch brought it; the same event may come in several batches.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Recorded {
    /// The event's id, which the door has checked to be that of the value.
    pub event: EventId,
    /// The event's value.
    pub value: Vec<u8>,
    /// The author of the batch.
    pub node: NodeId,
    /// The author's branch.
    pub branch: Branch,
    /// The scope of the chain.
    pub scope: Scope,
    /// The sequence number in the chain.
    pub seq: u64,
}

/// How far this build understands a case.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Standing {
    /// Everything needed is here.
    Understood,
    /// Facts are missing; what depends on them is left open.
    Incomplete {
        /// The facts, in order.
        missing: Vec<Missing>,
    },
    /// The case is folded by newer rules; shown as last understood, closed for transitions.
    NeedsNewer {
        /// The level that the case is at.
        level: RulesLevel,
    },
}

/// One event of the history with its mark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryLine {
    /// The event.
    pub event: EventId,
    /// The node whose batch carries it.
    pub node: NodeId,
    /// What became of it.
    pub mark: Mark,
    /// What its author wrote; `None` when unreadable.
    pub written: Option<CaseEvent>,
}

/// A case as its events make it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folded {
    /// The rules that were applied.
    pub level: RulesLevel,
    /// How far the case is understood.
    pub standing: Standing,
    /// The day the county is at, by the newest day record.
    pub as_of: Day,
    /// How far the case has come.
    pub state: State,
    /// The fields of the effective registration.
    pub register: Option<Register>,
    /// The item's name, if the version is here.
    pub item_name: Option<String>,
    /// The site that took the case in.
    pub intake: Option<SiteId>,
    /// The site that may move the case.
    pub custodian: Option<SiteId>,
    /// The site that custody is offered to and that has not taken it yet.
    pub offered_to: Option<SiteId>,
    /// Whether acts contradict each other without either knowing of the other; nothing may be handed out.
    pub on_hold: bool,
    /// What was decided.
    pub decision: Option<Decision>,
    /// Who reviews.
    pub assigned_to: Option<StaffId>,
    /// The clocks that have started.
    pub clocks: Vec<Clock>,
    /// All events: those in reading order first, those that wait last.
    pub history: Vec<HistoryLine>,
    /// The heads of the event graph, which the next event names as seen.
    pub heads: Vec<EventId>,
}

impl Folded {
    pub(super) fn standpoint(&self) -> Standpoint {
        let Folded {
            state,
            intake,
            custodian,
            offered_to,
            on_hold,
            ..
        } = *self;
        Standpoint {
            state,
            intake,
            custodian,
            offered_to,
            on_hold,
        }
    }
}

/// Returns the level of rules that a case's registration pins, the lowest event id first; `None` while no registration is here.
#[must_use]
pub fn level_of(recorded: &[Recorded]) -> Option<RulesLevel> {
    let first = recorded
        .iter()
        .filter_map(|r| Some((r.event, CaseEvent::from_value(&r.value).ok()?)))
        .min_by_key(|(event, read)| (read.kind() != EventKind::Register, *event));
    match first?.1.body {
        Body::Register(register) => Some(register.level),
        _ => None,
    }
}

/// Folds a case under these rules.
///
/// `facts` and `authority` are those at hand; a fact that is named and not held gives [`Standing::Incomplete`]. Level 0 does not exist and
/// is read as 1.
#[must_use]
pub fn fold(level: RulesLevel, recorded: &[Recorded], facts: &Facts, authority: &dyn Authority, as_of: Day) -> Folded {
    let mut events = Events::new();
    let mut positions: BTreeMap<EventId, BTreeSet<Position>> = BTreeMap::new();
    for Recorded {
        event,
        value,
        node,
        branch,
        scope,
        seq,
    } in recorded
    {
        let read = if EventId::of(value) == *event {
            CaseEvent::from_value(value).ok()
        } else {
            None
        };
        let held = events.entry(*event).or_default();
        if held.is_none() {
            *held = read;
        }
        positions.entry(*event).or_default().insert(Position {
            node: *node,
            branch: *branch,
            scope: *scope,
            seq: *seq,
        });
    }
    let ordered = put_in_order(&events);
    let mut reader = Reader {
        events: &events,
        positions: &positions,
        authority,
        at: Standpoint::START,
        told: Told::default(),
    };
    for id in &ordered.in_order {
        reader.read(*id);
    }
    for id in &ordered.waiting {
        reader.line(*id, Mark::Waiting);
    }
    let Reader { at, told, .. } = reader;
    told.finish(level, at, ordered.heads, facts, as_of)
}

/// What reading the events has told so far.
#[derive(Debug, Default)]
struct Told {
    register: Option<Register>,
    decision: Option<(EventId, Decision)>,
    assigned_to: Option<StaffId>,
    days: Milestones,
    history: Vec<HistoryLine>,
}

struct Reader<'a> {
    events: &'a Events,
    positions: &'a BTreeMap<EventId, BTreeSet<Position>>,
    authority: &'a dyn Authority,
    at: Standpoint,
    told: Told,
}

impl Reader<'_> {
    fn read(&mut self, id: EventId) {
        let Some(event) = self.events.get(&id).and_then(Option::as_ref) else {
            return self.line(id, Mark::Unreadable);
        };
        let verdict = self
            .post(id, event)
            .and_then(|post| judge(self.at, &event.body, post, self.authority).map(|at| (at, post)));
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

    fn line(&mut self, id: EventId, mark: Mark) {
        let node = self.positions[&id].first().expect("every event came in a batch").node;
        let written = self.events.get(&id).cloned().flatten();
        self.told.history.push(HistoryLine {
            event: id,
            node,
            mark,
            written,
        });
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
            } else {
                return Ok(post);
            }
        }
        Err(best)
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

    fn finish(self, level: RulesLevel, at: Standpoint, heads: Vec<EventId>, facts: &Facts, as_of: Day) -> Folded {
        let item = self
            .register
            .as_ref()
            .map(|register| facts.item(register.item.hash).ok_or(Missing::Item(register.item.hash)));
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
