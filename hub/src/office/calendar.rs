//! `calendar import`: publishes each year of the file that differs from the one published, as its next revision.

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
        let why = file.errors.first().map_or_else(|| "no rows".to_owned(), ToString::to_string);
        return Err(Trouble::BadFile { why });
    }
    let published = hub.desk.calendar().await?;
    let (mut years, mut papers) = (Vec::new(), Vec::new());
    for year in file.years {
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
    Ok(Imported { years, errors: row_notes(&file.errors) })
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
