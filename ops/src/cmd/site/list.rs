//! `site list`: the registry in order of code.

use crate::cmd::level::LevelWord;
use crate::desk::{Desk, Done};
use crate::failure::Failure;
use crate::page::Page;
use crate::table::{Side, Table};
use crate::words;
use mesh_model::division::{DivisionCode, Level};
use mesh_office::api::site::{List, Listed};

/// Arguments of `site list`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  meshctl --data /srv/hub site list --level township\n  meshctl --data /srv/hub site list --under 511602101000")]
pub struct Args {
    /// Only this level
    #[arg(long, value_enum)]
    level: Option<LevelWord>,
    /// Only sites directly below this one
    #[arg(long, value_name = "CODE")]
    under: Option<DivisionCode>,
}

pub(super) async fn run(desk: &Desk, args: Args) -> Result<Done, Failure> {
    let request = List { level: args.level.map(Level::from), under: args.under };
    desk.show(&request, draw).await?;
    Ok(Done::Whole)
}

fn draw(reply: &Listed, page: &mut Page) {
    let lang = page.lang;
    let mut table = Table::new([
        (lang.of("代码", "CODE"), Side::Left),
        (lang.of("级别", "LEVEL"), Side::Left),
        (lang.of("名称", "NAME"), Side::Left),
        (lang.of("上级", "ABOVE"), Side::Left),
        (lang.of("节点", "NODES"), Side::Right),
    ]);
    for site in &reply.sites {
        table.row([
            site.code.to_string(),
            words::level(lang, site.level).to_owned(),
            site.name.clone(),
            words::or_dash(site.parent),
            site.nodes.to_string(),
        ]);
    }
    page.table(&table);
    page.say(format!("共 {} 个站点", reply.sites.len()), format!("{} sites", reply.sites.len()));
}
