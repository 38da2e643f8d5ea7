//! `fold[L]`: the state of a case from its events, the facts, the authority log and the day the county is at.
//!
//! Equal inputs give equal results on every machine, whatever the order of arrival. Released levels of rules stay here for ever.

mod reader;

use super::authority::{Authority, Position};
use super::clock::Clock;
use super::facts::{Facts, Missing};
use super::judge::Standpoint;
use super::mark::Mark;
use super::order::{Events, put_in_order};
use super::state::State;
use crate::code::StaffId;
use crate::doc::event::{Body, CaseEvent, Decision, Register, RulesLevel};
use crate::id::{Branch, DocId, EventId, NodeId, SiteId};
use crate::place::Scope;
use crate::time::Day;
use reader::{Reader, Told};
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
        let Folded { state, intake, custodian, offered_to, on_hold, .. } = *self;
        Standpoint { state, intake, custodian, offered_to, on_hold }
    }
}

/// Returns the level of rules that a case's registration pins, the lowest event id first; `None` while no registration is here.
#[must_use]
pub fn level_of(recorded: &[Recorded]) -> Option<RulesLevel> {
    registrations(recorded).min_by_key(|(recorded, _)| recorded.event).map(|(_, register)| register.level)
}

/// Folds a document under the level that its own registration pins.
///
/// Its own registration is the one whose author and nonce make the document's id, so that nobody else who may write in the scope can
/// put another case in its place. This is what daemons call; while the registration is not here, the newest level is applied.
#[must_use]
pub fn fold_document(doc: DocId, recorded: &[Recorded], facts: &Facts, authority: &dyn Authority, as_of: Day) -> Folded {
    let own = registrations(recorded).filter(|(recorded, register)| makes(doc, recorded.scope, recorded.node, register));
    let level = own.min_by_key(|(recorded, _)| recorded.event).map_or(RulesLevel::NEWEST, |(_, register)| register.level);
    fold_checked(Some(doc), level, recorded, facts, authority, as_of)
}

fn registrations(recorded: &[Recorded]) -> impl Iterator<Item = (&Recorded, Register)> {
    recorded.iter().filter_map(|recorded| match CaseEvent::from_value(&recorded.value).ok()?.body {
        Body::Register(register) => Some((recorded, *register)),
        _ => None,
    })
}

fn makes(doc: DocId, scope: Scope, node: NodeId, register: &Register) -> bool {
    DocId::derive(scope, node, &register.nonce) == doc
}

/// Folds a case under these rules.
///
/// The caller knows the level, and vouches for the document; see [`fold_document`] otherwise. `facts` and `authority` are those at hand; a fact that is named and not held gives [`Standing::Incomplete`].
#[must_use]
pub fn fold(level: RulesLevel, recorded: &[Recorded], facts: &Facts, authority: &dyn Authority, as_of: Day) -> Folded {
    fold_checked(None, level, recorded, facts, authority, as_of)
}

fn fold_checked(
    doc: Option<DocId>,
    level: RulesLevel,
    recorded: &[Recorded],
    facts: &Facts,
    authority: &dyn Authority,
    as_of: Day,
) -> Folded {
    let mut events = Events::new();
    let mut positions: BTreeMap<EventId, BTreeSet<Position>> = BTreeMap::new();
    for Recorded { event, value, node, branch, scope, seq } in recorded {
        let read = if EventId::of(value) == *event { CaseEvent::from_value(value).ok() } else { None };
        let held = events.entry(*event).or_default();
        if held.is_none() {
            *held = read;
        }
        positions.entry(*event).or_default().insert(Position { node: *node, branch: *branch, scope: *scope, seq: *seq });
    }
    let ordered = put_in_order(&events);
    let mut reader = Reader { doc, events: &events, positions: &positions, authority, at: Standpoint::START, told: Told::default() };
    for id in &ordered.in_order {
        reader.read(*id);
    }
    for id in &ordered.waiting {
        reader.line(*id, Mark::Waiting);
    }
    let Reader { at, told, .. } = reader;
    told.finish(level, at, ordered.heads, facts, as_of)
}
