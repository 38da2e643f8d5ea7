//! `catalog import`: reads a catalogue file, reports its defects, and keeps a plan of what publishing would do.

use crate::cmd::level::LevelWord;
use crate::desk::{Desk, Done};
use crate::failure::Failure;
use crate::input;
use crate::page::Page;
use crate::table::{Side, Table};
use mesh_model::division::Level;
use mesh_model::time::Day;
use mesh_office::api::catalog::{Import, Planned};
use mesh_office::trouble::chinese;
use std::path::PathBuf;

/// Defects that people are shown; all of them come with `--json`.
const SHOWN: usize = 10;

/// Arguments of `catalog import`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  meshctl --data /srv/hub catalog import catalog-511602.csv --guides guides-511602.jsonl\n  meshctl --data /srv/hub catalog publish PLAN")]
pub struct Args {
    /// CSV with the header seq,department,main_item,name,item_code,task_type,dept_code; - for standard input
    file: PathBuf,
    /// Guides, one JSON object a line, matched to items by name
    #[arg(long, value_name = "FILE")]
    guides: Option<PathBuf>,
    /// Shows the plan without keeping it
    #[arg(long)]
    dry_run: bool,
    /// The day from which the versions count [default: the county's day]
    #[arg(long, value_name = "DATE")]
    effective: Option<Day>,
    /// The lowest level at which the items are offered, which the source does not say [default: village]
    #[arg(long, value_enum)]
    level: Option<LevelWord>,
    /// Where the guides come from, as it is to stand in every guide
    #[arg(long, value_name = "TEXT", requires = "guides")]
    guides_source: Option<String>,
}

pub(super) async fn run(desk: &Desk, args: Args) -> Result<Done, Failure> {
    let request = Import {
        csv: input::text(desk.lang, &args.file)?,
        guides: args.guides.as_deref().map(|path| input::text(desk.lang, path)).transpose()?,
        dry_run: args.dry_run,
        effective: args.effective,
        level: args.level.map(Level::from),
        guides_source: args.guides_source,
    };
    let (data, effective) = (desk.data().display(), request.effective);
    desk.show(&request, |reply, page| {
        draw(reply, page);
        if let Some(plan) = reply.plan.as_ref().filter(|_| reply.to_publish > 0) {
            page.field("下一步", "next", format_args!("meshctl --data {data} catalog publish {plan}"));
        }
        if reply.to_publish == 0 {
            page.say("与已发布的目录相同，无需发布", "the published catalogue is the same: nothing is to be published");
        }
        if let Some(day) = effective.filter(|_| reply.unchanged > 0) {
            page.say(
                format!("未变的事项保留原生效日期，{day} 只用于变更的版本"),
                format!("unchanged items keep their day: {day} holds for changed versions only"),
            );
        }
    })
    .await?;
    Ok(Done::Whole)
}

fn draw(reply: &Planned, page: &mut Page) {
    let Planned { rows, listed, complete, to_publish, unchanged, withdrawn, guides, .. } = reply;
    page.say(
        format!("文件 {rows} 行: 可办 {complete}，仅在册 {listed}；待发布 {to_publish}，未变 {unchanged}，已撤销 {withdrawn}"),
        format!("{rows} rows: {complete} complete, {listed} listed only; {to_publish} to publish, {unchanged} unchanged, {withdrawn} withdrawn"),
    );
    page.say(
        format!("办事指南: {} 份，对上事项 {} 份", guides.given, guides.matched),
        format!("guides: {} given, {} matched an item", guides.given, guides.matched),
    );
    let lang = page.lang;
    let mut kinds = Table::new([(lang.of("来源问题", "DEFECT"), Side::Left), (lang.of("数量", "COUNT"), Side::Right)]);
    for (kind, count) in &reply.defects_by_kind {
        kinds.row([lang.of(chinese::defect(kind), kind.as_str()).to_owned(), count.to_string()]);
    }
    page.table(&kinds);
    for defect in reply.defects.iter().take(SHOWN) {
        let file = match defect.file.as_str() {
            "catalog" => lang.of("目录", "catalog"),
            "guides" => lang.of("指南", "guides"),
            newer => newer,
        };
        page.line(format!("  {file}:{} {}", defect.line, crate::words::defect(lang, &defect.defect, &defect.text)));
    }
    if let Some(more) = reply.defects.len().checked_sub(SHOWN).filter(|more| *more > 0) {
        page.say(format!("  … 另有 {more} 条，用 --json 查看"), format!("  … {more} more with --json"));
    }
}
