//! `case list`: cases in order of number.

use crate::desk::{Desk, Done};
use crate::failure::Failure;
use crate::page::Page;
use crate::table::{Side, Table, cut};
use crate::words;
use mesh_model::code::ItemCode;
use mesh_model::division::DivisionCode;
use mesh_model::number::CaseNumber;
use mesh_office::api::case::{List, Listed};

/// Cells of an item's name in the list.
const NAME_CELLS: usize = 32;

/// Arguments of `case list`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  meshctl --data /srv/township case list --state registered --limit 20")]
pub struct Args {
    /// Only this state, by its code
    #[arg(long)]
    state: Option<String>,
    /// Only this item
    #[arg(long, value_name = "CODE")]
    item: Option<ItemCode>,
    /// Only cases in the custody of this site
    #[arg(long, value_name = "CODE")]
    custodian: Option<DivisionCode>,
    /// Only numbers after this one
    #[arg(long, value_name = "NUMBER")]
    after: Option<CaseNumber>,
    /// At most so many lines
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1000))]
    limit: Option<u32>,
}

pub(super) async fn run(desk: &Desk, args: Args) -> Result<Done, Failure> {
    let request = List { state: args.state, item: args.item, custodian: args.custodian, after: args.after, limit: args.limit };
    desk.show(&request, draw).await?;
    Ok(Done::Whole)
}

fn draw(reply: &Listed, page: &mut Page) {
    let lang = page.lang;
    let mut table = Table::new([
        (lang.of("办件编号", "NUMBER"), Side::Left),
        (lang.of("状态", "STATE"), Side::Left),
        (lang.of("经办站点", "CUSTODIAN"), Side::Left),
        (lang.of("期限", "DUE"), Side::Left),
        (lang.of("时限", "CLOCK"), Side::Left),
        (lang.of("保全", "RUNG"), Side::Left),
        (lang.of("事项", "ITEM"), Side::Left),
    ]);
    for case in &reply.cases {
        let hold = if case.on_hold { lang.of("（中止）", " (hold)") } else { "" };
        let clock = case.clock.as_ref();
        table.row([
            words::or_dash(case.number),
            format!("{}{hold}", words::state(lang, &case.state, &case.state_name)),
            words::site_or_dash(case.custodian.as_ref()),
            words::due(lang, case.due),
            words::or_dash(clock.map(|clock| format!("{} {}", words::clock(lang, &clock.clock), words::outcome(lang, &clock.verdict)))),
            words::rung(lang, &case.rung),
            cut(case.item_name.as_deref().unwrap_or("—"), NAME_CELLS),
        ]);
    }
    page.table(&table);
    let (shown, total, as_of) = (reply.cases.len(), reply.total, words::or_dash(reply.as_of));
    page.say(format!("显示 {shown} 件，共 {total} 件；截至 {as_of}"), format!("{shown} of {total} cases, as of {as_of}"));
    if let Some(next) = reply.next {
        page.field("下一页", "more", format_args!("--after {next}"));
    }
}
