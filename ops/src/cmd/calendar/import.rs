//! `calendar import`: publishes the years of a file.

use crate::desk::{Desk, Done};
use crate::failure::Failure;
use crate::input;
use crate::page::Page;
use crate::table::{Side, Table};
use crate::words;
use mesh_office::api::calendar::{Import, Imported};
use std::path::PathBuf;

/// Arguments of `calendar import`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  meshctl --data /srv/hub calendar import workdays-CN.csv")]
pub struct Args {
    /// CSV with the header date,kind,name, kind being holiday or workday; - for standard input
    file: PathBuf,
}

pub(super) async fn run(desk: &Desk, args: Args) -> Result<Done, Failure> {
    let request = Import { csv: input::text(desk.lang, &args.file)? };
    let reply = desk.show(&request, draw).await?;
    Ok(Done::whole_if(reply.errors.is_empty()))
}

fn draw(reply: &Imported, page: &mut Page) {
    let lang = page.lang;
    let mut table = Table::new([
        (lang.of("年", "YEAR"), Side::Right),
        (lang.of("版次", "REVISION"), Side::Right),
        (lang.of("休息日", "DAYS OFF"), Side::Right),
        (lang.of("调休上班", "WORKED WEEKENDS"), Side::Right),
        (lang.of("结果", "OUTCOME"), Side::Left),
    ]);
    for year in &reply.years {
        table.row([
            year.year.to_string(),
            year.revision.to_string(),
            year.holidays.to_string(),
            year.workdays.to_string(),
            words::outcome(lang, &year.outcome),
        ]);
    }
    page.table(&table);
    crate::cmd::site::draw_errors(&reply.errors, page);
}
