//! A folded case as screens, scripts and lists show it: `case show --json`, version 1.
//!
//! Equal folds give equal bytes. The applicant is masked; texts that citizens wrote or clerks wrote about them are not in it.

use super::clock::{Clock, ClockId, Verdict};
use super::fold::{Folded, HistoryLine, Standing};
use super::state::State;
use crate::calendar::WorkDays;
use crate::code::{ItemCode, StaffId};
use crate::doc::event::{Body, DaySource, Decision, Envelope, RulesLevel};
use crate::doc::sealed::MaskedApplicant;
use crate::id::{EventId, Hash, NodeId, SiteId};
use crate::number::CaseNumber;
use crate::time::Day;
use serde::Serialize;

/// A case for display.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CaseView {
    /// The number printed on the receipt.
    pub number: Option<CaseNumber>,
    /// The item that is applied for.
    pub item: Option<ItemView>,
    /// The state's code.
    pub state: State,
    /// The state's name.
    pub state_name: &'static str,
    /// Whether the case is on hold.
    pub on_hold: bool,
    /// How far the case is understood.
    pub standing: Standing,
    /// The rules applied.
    pub level: RulesLevel,
    /// The day the county is at.
    pub as_of: Day,
    /// The site of intake.
    pub intake: Option<SiteId>,
    /// The site that may move the case.
    pub custodian: Option<SiteId>,
    /// The site that custody is offered to.
    pub offered_to: Option<SiteId>,
    /// Who reviews.
    pub assigned_to: Option<StaffId>,
    /// What was decided.
    pub decision: Option<Decision>,
    /// The day printed on the receipt.
    pub told_by: Option<DueView>,
    /// The applicant, masked; `None` when sealed.
    pub applicant: Option<MaskedApplicant>,
    /// The clocks.
    pub clocks: Vec<ClockView>,
    /// The history.
    pub history: Vec<HistoryView>,
}

/// The pinned item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ItemView {
    /// The item.
    pub code: ItemCode,
    /// Its name, if the version is here.
    pub name: Option<String>,
    /// The version.
    pub version: u32,
    /// The version's hash.
    pub hash: Hash,
}

/// A due date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct DueView {
    /// The day.
    pub day: Day,
    /// Whether it may move when a calendar is published.
    pub provisional: bool,
}

impl From<crate::calendar::Due> for DueView {
    fn from(due: crate::calendar::Due) -> DueView {
        DueView { day: due.day(), provisional: due.is_provisional() }
    }
}

/// A clock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ClockView {
    /// Which clock.
    pub clock: ClockId,
    /// The day it started.
    pub start: Day,
    /// Its length in working days.
    pub limit: Option<WorkDays>,
    /// The date that binds.
    pub due: Option<DueView>,
    /// The date computed.
    pub computed: Option<DueView>,
    /// The date printed.
    pub printed: Option<DueView>,
    /// The day it was stopped.
    pub stopped: Option<Day>,
    /// How it stands.
    pub verdict: Verdict,
}

/// One line of the history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct HistoryView {
    /// The event.
    pub event: EventId,
    /// The kind's word.
    pub kind: &'static str,
    /// The kind's name.
    pub kind_name: &'static str,
    /// The day of the act.
    pub day: Option<Day>,
    /// The time of day as `HH:MM`.
    pub time: Option<String>,
    /// Where the day comes from.
    pub day_source: Option<DaySource>,
    /// Who acted.
    pub staff: Option<StaffId>,
    /// Where.
    pub site: Option<SiteId>,
    /// The node whose batch carries it.
    pub node: NodeId,
    /// What became of it.
    pub mark: &'static str,
    /// Why.
    pub reason: Option<&'static str>,
    /// What the act states: number of the paper, result or slip, how the applicant was told, who reviews, what was decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

impl CaseView {
    /// Returns the view of a folded case.
    #[must_use]
    pub fn of(case: &Folded) -> CaseView {
        let register = case.register.as_ref();
        CaseView {
            number: register.map(|register| register.number),
            item: register.map(|register| ItemView {
                code: register.item.code.clone(),
                name: case.item_name.clone(),
                version: register.item.version,
                hash: register.item.hash,
            }),
            state: case.state,
            state_name: case.state.chinese(),
            on_hold: case.on_hold,
            standing: case.standing.clone(),
            level: case.level,
            as_of: case.as_of,
            intake: case.intake,
            custodian: case.custodian,
            offered_to: case.offered_to,
            assigned_to: case.assigned_to.clone(),
            decision: case.decision,
            told_by: register.and_then(|register| register.printed).map(DueView::from),
            applicant: register.and_then(|register| register.applicant.open_applicant()?.ok()).map(|applicant| applicant.masked()),
            clocks: case.clocks.iter().map(ClockView::of).collect(),
            history: case.history.iter().map(HistoryView::of).collect(),
        }
    }
}

impl ClockView {
    fn of(clock: &Clock) -> ClockView {
        ClockView {
            clock: clock.id,
            start: clock.start,
            limit: clock.limit,
            due: clock.due.map(DueView::from),
            computed: clock.computed.map(DueView::from),
            printed: clock.printed.map(DueView::from),
            stopped: clock.stopped,
            verdict: clock.verdict,
        }
    }
}

/// Returns what an act states in the clear; opinions, notes and reasons are about a citizen and stay sealed.
fn detail(body: &Body) -> Option<String> {
    match body {
        Body::Accept(accept) => accept.paper_no.clone(),
        Body::Assign(assign) => Some(assign.to.to_string()),
        Body::Decide(decide) => match decide.decision {
            Decision::Grant => Some("grant".to_owned()),
            Decision::Refuse => Some("refuse".to_owned()),
        },
        Body::Conclude(conclude) => conclude.result_no.clone(),
        Body::Notify(notify) => Some(notify.how.clone()),
        Body::Deliver(deliver) => deliver.slip_no.clone(),
        Body::Register(_) | Body::Forward(_) | Body::Receive | Body::Return(_) | Body::Withdraw(_) | Body::Unknown(_) => None,
    }
}

impl HistoryView {
    fn of(line: &HistoryLine) -> HistoryView {
        let envelope: Option<&Envelope> = line.written.as_ref().map(|event| &event.envelope);
        let kind = line.written.as_ref().map(crate::doc::event::CaseEvent::kind);
        HistoryView {
            event: line.event,
            kind: kind.map_or("unreadable", crate::doc::event::EventKind::word),
            kind_name: kind.map_or("无法读取", crate::doc::event::EventKind::chinese),
            day: envelope.map(|envelope| envelope.occurred_on),
            time: envelope.and_then(|envelope| envelope.minute).map(|minute| format!("{:02}:{:02}", minute / 60, minute % 60)),
            day_source: envelope.map(|envelope| envelope.day_source),
            staff: envelope.map(|envelope| envelope.staff.clone()),
            site: envelope.map(|envelope| envelope.site),
            node: line.node,
            mark: line.mark.word(),
            reason: line.mark.reason(),
            detail: line.written.as_ref().and_then(|event| detail(&event.body)),
        }
    }
}
