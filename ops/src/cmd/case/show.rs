//! `case show`: one case, its clocks and its history.

use crate::desk::{Desk, Done};
use crate::failure::Failure;
use crate::page::Page;
use crate::table::{Side, Table};
use crate::words;
use mesh_model::number::CaseNumber;
use mesh_office::api::case::{ClockShown, HistoryLine, Show, Shown};

/// Arguments of `case show`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  meshctl --data /srv/township case show 511602101201-20260917-0A-0001")]
pub struct Args {
    /// Case number, as on the receipt
    number: CaseNumber,
}

pub(super) async fn run(desk: &Desk, args: Args) -> Result<Done, Failure> {
    desk.show(&Show { number: args.number }, draw).await?;
    Ok(Done::Whole)
}

/// Draws a case for people.
pub fn draw(reply: &Shown, page: &mut Page) {
    let lang = page.lang;
    draw_problems(reply, page);
    page.field("办件", "case", words::or_dash(reply.number));
    if let Some(item) = &reply.item {
        page.field("事项", "item", format_args!("{} ({}, v{})", words::or_dash(item.name.as_ref()), item.code, item.version));
    }
    if let Some(applicant) = &reply.applicant {
        page.field("申请人", "applicant", format_args!("{} {} {}", applicant.name, words::id_kind(lang, &applicant.id_type), applicant.id_no));
    }
    page.field("状态", "state", words::state(lang, &reply.state, &reply.state_name));
    page.field("收件站点", "taken in at", words::site_or_dash(reply.intake.as_ref()));
    page.field("经办站点", "custodian", words::site_or_dash(reply.custodian.as_ref()));
    if let Some(site) = &reply.offered_to {
        page.field("已移交，待接收", "offered to", words::site(site));
    }
    if let Some(staff) = &reply.assigned_to {
        page.field("审查人", "reviewer", staff);
    }
    if let Some(decision) = &reply.decision {
        page.field("决定", "decision", words::outcome(lang, decision));
    }
    page.field("告知期限", "told by", words::due(lang, reply.told_by));
    page.field("截至", "as of", words::or_dash(reply.as_of));
    page.field("文档号", "document", reply.document);
    draw_clocks(&reply.clocks, page);
    draw_history(&reply.history, page);
}

fn draw_problems(reply: &Shown, page: &mut Page) {
    if reply.on_hold {
        page.say("! 办件中止: 两个办理互相矛盾，须由人工裁定", "! on hold: two acts contradict each other, a person must decide");
    }
    if reply.standing != "understood" {
        page.field("! 尚不完整", "! not complete", format_args!("{} {}", reply.standing, reply.missing.join(", ")));
        page.field("  下一步", "  next", "meshctl sync now --wait 10");
    }
}

fn draw_clocks(clocks: &[ClockShown], page: &mut Page) {
    let lang = page.lang;
    let mut table = Table::new([
        (lang.of("时限", "CLOCK"), Side::Left),
        (lang.of("起算", "START"), Side::Left),
        (lang.of("工作日", "DAYS"), Side::Right),
        (lang.of("期限", "DUE"), Side::Left),
        (lang.of("停止", "STOPPED"), Side::Left),
        (lang.of("结果", "VERDICT"), Side::Left),
    ]);
    for clock in clocks {
        table.row([
            words::clock(lang, &clock.clock),
            clock.start.to_string(),
            words::or_dash(clock.limit.map(|limit| limit.0)),
            words::due(lang, clock.due),
            words::or_dash(clock.stopped),
            words::outcome(lang, &clock.verdict),
        ]);
    }
    page.table(&table);
}

/// Draws the events of a case, in the order of the fold.
pub fn draw_history(history: &[HistoryLine], page: &mut Page) {
    let lang = page.lang;
    let mut table = Table::new([
        (lang.of("日期", "DAY"), Side::Left),
        (lang.of("环节", "EVENT"), Side::Left),
        (lang.of("站点", "SITE"), Side::Left),
        (lang.of("办理人", "STAFF"), Side::Left),
        (lang.of("内容", "DETAIL"), Side::Left),
        (lang.of("效力", "EFFECT"), Side::Left),
        (lang.of("保全", "RUNG"), Side::Left),
    ]);
    for line in history {
        let mark = words::outcome(lang, &line.mark);
        let reason = line.reason.as_deref().map(|reason| format!(": {}", words::reason(lang, reason))).unwrap_or_default();
        table.row([
            words::or_dash(line.day),
            words::state(lang, &line.kind, &line.kind_name),
            words::site_or_dash(line.site.as_ref()),
            words::or_dash(line.staff.as_ref()),
            line.detail.as_deref().map_or_else(|| "—".to_owned(), |detail| words::outcome(lang, detail)),
            format!("{mark}{reason}"),
            words::rung(lang, &line.rung),
        ]);
    }
    page.table(&table);
}
