//! `site show`: one site and its nodes, revoked ones too.

use crate::desk::{Desk, Done};
use crate::failure::Failure;
use crate::page::Page;
use crate::table::{Side, Table};
use mesh_model::division::DivisionCode;
use mesh_office::api::site::{Show, Shown};

/// Arguments of `site show`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  meshctl --data /srv/hub site show 511602101000")]
pub struct Args {
    /// Division code of 6, 9 or 12 digits
    code: DivisionCode,
}

pub(super) async fn run(desk: &Desk, args: Args) -> Result<Done, Failure> {
    desk.show(&Show { code: args.code }, draw).await?;
    Ok(Done::Whole)
}

fn draw(reply: &Shown, page: &mut Page) {
    super::draw_site(&reply.site, page);
    page.field("直接下级", "directly below", reply.below);
    let lang = page.lang;
    let mut table = Table::new([
        (lang.of("节点", "NODE"), Side::Left),
        (lang.of("号段", "BLOCK"), Side::Right),
        (lang.of("入网记录", "SINCE"), Side::Right),
        (lang.of("状态", "STATE"), Side::Left),
    ]);
    for node in &reply.nodes {
        let state = match node.revoked_height {
            None => lang.of("在网", "enrolled").to_owned(),
            Some(height) => lang.of(format!("已撤销（记录 {height}）"), format!("revoked (record {height})")),
        };
        table.row([node.node.to_string(), node.block.to_string(), node.since_height.to_string(), state]);
    }
    page.table(&table);
}
