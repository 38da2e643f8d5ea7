//! The clocks of a case, counted in working days: C1, C3, C4, C5.
//!
//! A due date is computed and never stored; a printed one is a fact, and the earlier of the two binds. A cut line stops no clock.

use super::facts::{Facts, Missing};
use crate::calendar::{Due, WorkCalendar, WorkDays, due_on};
use crate::id::Hash;
use crate::time::Day;

/// Working days from taking in at the village to sending up (C1).
pub const REPORT_UP: WorkDays = WorkDays(2);
/// Working days from conclusion to sending back to the village (C4).
pub const SEND_BACK: WorkDays = WorkDays(3);
/// Working days from receipt at the village to telling the applicant (C5).
pub const TELL: WorkDays = WorkDays(2);

/// The clocks that rules level 1 counts; the numbers of the others are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
pub enum ClockId {
    /// Village intake to report-up, 2 working days.
    C1,
    /// Acceptance to decision, as the item promises.
    C3,
    /// Conclusion to sending back, 3 working days.
    C4,
    /// Receipt at the village to notice, 2 working days.
    C5,
}

/// How a clock stands on the day the county is at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Not stopped, and not past the due date.
    Running,
    /// Not stopped, and past the due date.
    Overdue,
    /// Stopped in time.
    Met,
    /// Stopped after the due date.
    Late,
    /// Stopped because the applicant withdrew.
    Ended,
    /// A fact is missing; nothing is guessed.
    Unknown,
}

/// One clock of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clock {
    /// Which clock.
    pub id: ClockId,
    /// The day it started; not counted.
    pub start: Day,
    /// Its length; `None` while the item version is missing.
    pub limit: Option<WorkDays>,
    /// The date computed from facts.
    pub computed: Option<Due>,
    /// The date printed on paper.
    pub printed: Option<Due>,
    /// The date that binds: the earlier of the two.
    pub due: Option<Due>,
    /// The day it was stopped.
    pub stopped: Option<Day>,
    /// How it stands.
    pub verdict: Verdict,
}

/// The days that start and stop clocks, from effective events alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Milestones {
    pub registered: Option<Day>,
    pub is_village_intake: bool,
    pub forwarded: Option<Day>,
    pub accepted: Option<Day>,
    pub printed_due: Option<Due>,
    pub decided: Option<Day>,
    pub concluded: Option<Day>,
    pub concluded_away: bool,
    pub returned: Option<Day>,
    pub received_back: Option<Day>,
    pub notified: Option<Day>,
    pub withdrawn: Option<Day>,
    /// The calendar pins of the event that ended the case.
    pub final_pins: Option<Vec<Hash>>,
}

/// Returns the clocks that have started, and the facts that were missing to count them.
pub(super) fn count(
    days: &Milestones,
    promised: Result<Option<WorkDays>, Missing>,
    facts: &Facts,
    as_of: Day,
) -> (Vec<Clock>, Vec<Missing>) {
    let pinned = days.final_pins.as_ref().map(|pins| facts.pinned_calendar(pins));
    let mut missing = Vec::new();
    let calendar = match &pinned {
        None => Some(facts.calendar()),
        Some(Ok(calendar)) => Some(calendar),
        Some(Err(fact)) => {
            missing.push(*fact);
            None
        }
    };
    let counter = Counter { calendar, withdrawn: days.withdrawn, as_of };
    let mut clocks = Vec::new();
    if let (Some(start), true) = (days.registered, days.is_village_intake) {
        clocks.push(counter.clock(ClockId::C1, start, Some(REPORT_UP), None, days.forwarded));
    }
    if let Some(start) = days.accepted {
        let limit = promised.unwrap_or_else(|fact| {
            missing.push(fact);
            None
        });
        clocks.push(counter.clock(ClockId::C3, start, limit, days.printed_due, days.decided));
    }
    if let (Some(start), true) = (days.concluded, days.concluded_away) {
        clocks.push(counter.clock(ClockId::C4, start, Some(SEND_BACK), None, days.returned));
    }
    if let Some(start) = days.received_back {
        clocks.push(counter.clock(ClockId::C5, start, Some(TELL), None, days.notified));
    }
    (clocks, missing)
}

struct Counter<'a> {
    calendar: Option<&'a WorkCalendar>,
    withdrawn: Option<Day>,
    as_of: Day,
}

impl Counter<'_> {
    fn clock(&self, id: ClockId, start: Day, limit: Option<WorkDays>, printed: Option<Due>, stop: Option<Day>) -> Clock {
        let computed = limit.zip(self.calendar).map(|(limit, calendar)| due_on(start, limit, calendar));
        let due = computed.map(|computed| computed.bound_by(printed));
        let verdict = match (due, stop, self.withdrawn) {
            (None, _, _) => Verdict::Unknown,
            (Some(due), Some(stop), _) if stop <= due.day() => Verdict::Met,
            (Some(_), Some(_), _) => Verdict::Late,
            (Some(_), None, Some(_)) => Verdict::Ended,
            (Some(due), None, None) if self.as_of <= due.day() => Verdict::Running,
            (Some(_), None, None) => Verdict::Overdue,
        };
        Clock { id, start, limit, computed, printed, due, stopped: stop.or(self.withdrawn), verdict }
    }
}
