//! `catalog show`: one item, its guide and its versions.

use crate::desk::{Desk, Done};
use crate::failure::Failure;
use crate::page::Page;
use crate::table::{Side, Table};
use crate::words;
use mesh_model::code::ItemCode;
use mesh_office::api::catalog::{GuideShown, Show, Shown};

/// Arguments of `catalog show`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  meshctl --data /srv/village catalog show CODE")]
pub struct Args {
    /// Item code, as `catalog list` shows it
    code: ItemCode,
}

pub(super) async fn run(desk: &Desk, args: Args) -> Result<Done, Failure> {
    desk.show(&Show { code: args.code }, draw).await?;
    Ok(Done::Whole)
}

fn draw(reply: &Shown, page: &mut Page) {
    let lang = page.lang;
    let item = &reply.item;
    page.field("名称", "name", &item.name);
    page.field("编码", "code", &item.code);
    page.field("主管部门", "department", &item.department);
    page.field("主项", "part of", words::or_dash(reply.main_item.as_ref()));
    page.field("级别", "level", words::level(lang, item.level));
    page.field("状态", "status", words::outcome(lang, &item.status));
    match &reply.guide {
        Some(guide) => draw_guide(guide, page),
        None => page.say("没有办事指南: 只在册，不能收件", "no guide: listed only, nobody can register it"),
    }
    let mut versions = Table::new([
        (lang.of("版本", "VERSION"), Side::Right),
        (lang.of("状态", "STATUS"), Side::Left),
        (lang.of("生效", "EFFECTIVE"), Side::Left),
        (lang.of("哈希", "HASH"), Side::Left),
    ]);
    for version in &reply.versions {
        versions.row([
            version.version.to_string(),
            words::outcome(lang, &version.status),
            version.effective.to_string(),
            version.hash.to_string(),
        ]);
    }
    page.table(&versions);
}

fn draw_guide(guide: &GuideShown, page: &mut Page) {
    let lang = page.lang;
    page.field("承诺时限", "promised", super::limit(lang, Some(guide.promised)));
    page.field("法定时限", "statutory", super::limit(lang, guide.statutory));
    page.field("收费", "fee", words::outcome(lang, &guide.fee));
    page.field("受理条件", "conditions", &guide.conditions);
    page.field("步骤", "steps", guide.steps.join(" → "));
    page.field("来源", "source", &guide.source);
    let mut materials = Table::new([
        (lang.of("材料", "MATERIAL"), Side::Left),
        (lang.of("必要性", "NECESSITY"), Side::Left),
        (lang.of("原件", "ORIGINALS"), Side::Right),
        (lang.of("复印件", "COPIES"), Side::Right),
    ]);
    for paper in &guide.materials {
        materials.row([
            paper.name.clone(),
            words::outcome(lang, &paper.necessity),
            paper.originals.to_string(),
            paper.copies.to_string(),
        ]);
    }
    page.table(&materials);
}
