//! `calendar due`: counts a due date as every node does.

use crate::desk::{Desk, Done};
use crate::failure::Failure;
use crate::page::Page;
use crate::words;
use mesh_model::calendar::WorkDays;
use mesh_model::time::Day;
use mesh_office::api::calendar::{Due, DueShown};

/// Arguments of `calendar due`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  meshctl --data /srv/village calendar due --from 2026-09-18 --days 5")]
pub struct Args {
    /// The start day, which is not counted
    #[arg(long, value_name = "DATE")]
    from: Day,
    /// Working days
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(0..=365))]
    days: u16,
}

pub(super) async fn run(desk: &Desk, args: Args) -> Result<Done, Failure> {
    let request = Due { from: args.from, days: WorkDays(args.days) };
    desk.show(&request, draw).await?;
    Ok(Done::Whole)
}

fn draw(reply: &DueShown, page: &mut Page) {
    page.line(words::due(page.lang, Some(reply.due)));
    if reply.due.provisional {
        page.say(
            "其中有的年份尚未发布日历；发布后日期可能提前或推后",
            "a year that is not published was counted through; the date may move when it is",
        );
    }
}
