//! `calendar show`: one published year.

use crate::desk::{Desk, Done};
use crate::failure::Failure;
use crate::page::Page;
use crate::table::{Side, Table};
use crate::words;
use mesh_office::api::calendar::{Show, Shown};

/// Arguments of `calendar show`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  meshctl --data /srv/village calendar show 2026")]
pub struct Args {
    /// Gregorian year
    year: i32,
}

pub(super) async fn run(desk: &Desk, args: Args) -> Result<Done, Failure> {
    desk.show(&Show { year: args.year }, draw).await?;
    Ok(Done::Whole)
}

fn draw(reply: &Shown, page: &mut Page) {
    let Shown { year, revision, working_days, .. } = reply;
    page.say(
        format!("{year} 年，第 {revision} 版，{working_days} 个工作日"),
        format!("{year}, revision {revision}, {working_days} working days"),
    );
    page.field("版本哈希", "hash", reply.hash);
    let lang = page.lang;
    let mut table = Table::new([
        (lang.of("日期", "DAY"), Side::Left),
        (lang.of("安排", "KIND"), Side::Left),
        (lang.of("名称", "NAME"), Side::Left),
    ]);
    for exception in &reply.exceptions {
        table.row([
            exception.day.to_string(),
            words::outcome(lang, &exception.kind),
            words::or_dash(exception.name.as_ref()),
        ]);
    }
    page.table(&table);
}
