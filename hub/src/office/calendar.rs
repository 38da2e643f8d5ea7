//! `calendar import`: publishes each whole year of the file that differs from the one published, as its next revision.
//!
//! A year with a row that could not be used is left out, so that due dates in it stay provisional.

use super::{HubOffice, row_notes};
use mesh_model::calendar::{CalendarYear, parse_calendar_csv};
use mesh_office::api::calendar::{Import, Imported, ImportedYear};
use mesh_office::record::Paper;
use mesh_office::trouble::Trouble;

/// Imports a calendar file.
pub(crate) async fn import(hub: &HubOffice, ask: Import) -> Result<Imported, Trouble> {
    let _one = hub.publishing.lock().await;
    let file = parse_calendar_csv(&ask.csv);
    if file.years.is_empty() {
        return Err(super::no_rows(&file.errors));
    }
    let errors = row_notes(&file.errors);
    let left_out: Vec<CalendarYear> = file.years.iter().filter(|year| file.broken.contains(&year.year)).cloned().collect();
    let published = hub.desk.calendar().await?;
    let (mut years, mut papers) = (Vec::new(), Vec::new());
    for year in file.whole_years() {
        let held = published.year(year.year);
        let next = CalendarYear { revision: held.map_or(1, |held| held.revision + 1), ..year };
        match held {
            Some(held) if is_same(held, &next) => years.push(line(held, "unchanged")),
            Some(_) | None => {
                years.push(line(&next, "published"));
                papers.push(Paper::Calendar(next));
            }
        }
    }
    hub.desk.publish(papers).await?;
    years.extend(left_out.iter().map(|year| {
        line(&CalendarYear { revision: published.year(year.year).map_or(0, |held| held.revision), ..year.clone() }, "left_out")
    }));
    years.sort_by_key(|year| year.year);
    Ok(Imported { years, errors })
}

fn is_same(held: &CalendarYear, next: &CalendarYear) -> bool {
    (&held.holidays, &held.workdays, &held.names) == (&next.holidays, &next.workdays, &next.names)
}

fn line(year: &CalendarYear, outcome: &str) -> ImportedYear {
    let count = |days: usize| u32::try_from(days).unwrap_or(u32::MAX);
    ImportedYear {
        year: year.year,
        revision: year.revision,
        outcome: outcome.to_owned(),
        holidays: count(year.holidays.len()),
        workdays: count(year.workdays.len()),
    }
}
