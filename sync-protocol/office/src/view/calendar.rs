//! `calendar show` and `calendar due`: dates as every node with the same papers computes them.

use crate::api::calendar::{Due, DueShown, Exception, Show, Shown};
use crate::desk::Desk;
use crate::trouble::Trouble;
use mesh_model::calendar::{CalendarYear, WorkCalendar, due_on};
use mesh_model::time::Day;

/// Last year that a date can be written in.
const YEAR_MAX: i32 = 9_999;

/// Shows the newest revision of a year.
pub(crate) async fn show(desk: &Desk, ask: Show) -> Result<Shown, Trouble> {
    let look = desk.look().await?;
    let calendar = look.projection.facts.calendar();
    let year = calendar.year(ask.year).ok_or(Trouble::NoYear { year: ask.year })?;
    Ok(Shown {
        year: year.year,
        revision: year.revision,
        hash: year.hash(),
        working_days: working_days(year, calendar),
        exceptions: exceptions(year),
    })
}

/// Counts a due date.
pub(crate) async fn due(desk: &Desk, ask: Due) -> Result<DueShown, Trouble> {
    let look = desk.look().await?;
    let calendar = look.projection.facts.calendar();
    let due = due_on(ask.from, ask.days, calendar);
    if due.day().year() > YEAR_MAX {
        return Err(Trouble::DayOutOfRange {});
    }
    Ok(DueShown { from: ask.from, days: ask.days, due: super::due(due), calendar: calendar.pin(ask.from) })
}

fn exceptions(year: &CalendarYear) -> Vec<Exception> {
    let line = |kind: &'static str| move |day: &Day| Exception { day: *day, kind: kind.to_owned(), name: year.names.get(day).cloned() };
    let mut all: Vec<Exception> = year.holidays.iter().map(line("holiday")).chain(year.workdays.iter().map(line("workday"))).collect();
    all.sort_by_key(|exception| exception.day);
    all
}

fn working_days(year: &CalendarYear, calendar: &WorkCalendar) -> u32 {
    let first = |year: i32| format!("{year:04}-01-01").parse::<Day>();
    let (Ok(from), Ok(until)) = (first(year.year), first(year.year + 1)) else {
        return 0;
    };
    let days = (from.0..until.0).filter(|day| calendar.is_workday(Day(*day))).count();
    u32::try_from(days).expect("a year has at most 366 days")
}
