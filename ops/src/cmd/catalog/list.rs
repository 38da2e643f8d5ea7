//! `catalog list`: items in order of code.

use crate::cmd::level::LevelWord;
use crate::desk::{Desk, Done};
use crate::failure::Failure;
use crate::page::Page;
use crate::table::{Side, Table, cut};
use crate::words;
use mesh_model::division::Level;
use mesh_office::api::catalog::{List, Listed};

/// Cells of a name in the list; `catalog show` has the whole.
const NAME_CELLS: usize = 48;

/// Arguments of `catalog list`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  meshctl --data /srv/village catalog list --status complete\n  meshctl --data /srv/village catalog list --text 林木")]
pub struct Args {
    /// Only items with this status
    #[arg(long, value_parser = ["listed", "complete", "withdrawn"])]
    status: Option<String>,
    /// Only items offered down to this level
    #[arg(long, value_enum)]
    level: Option<LevelWord>,
    /// Only items whose name or code holds this text
    #[arg(long)]
    text: Option<String>,
    /// At most so many lines
    #[arg(long, value_name = "N")]
    limit: Option<u32>,
}

pub(super) async fn run(desk: &Desk, args: Args) -> Result<Done, Failure> {
    let request = List { status: args.status, level: args.level.map(Level::from), text: args.text, limit: args.limit };
    desk.show(&request, draw).await?;
    Ok(Done::Whole)
}

fn draw(reply: &Listed, page: &mut Page) {
    let lang = page.lang;
    let mut table = Table::new([
        (lang.of("事项编码", "CODE"), Side::Left),
        (lang.of("状态", "STATUS"), Side::Left),
        (lang.of("级别", "LEVEL"), Side::Left),
        (lang.of("版本", "VERSION"), Side::Right),
        (lang.of("承诺", "PROMISED"), Side::Right),
        (lang.of("名称", "NAME"), Side::Left),
    ]);
    for item in &reply.items {
        table.row([
            item.code.to_string(),
            words::outcome(lang, &item.status),
            words::level(lang, item.level).to_owned(),
            item.version.to_string(),
            super::limit(lang, item.promised),
            cut(&item.name, NAME_CELLS),
        ]);
    }
    page.table(&table);
    let (shown, total, as_of) = (reply.items.len(), reply.total, words::or_dash(reply.as_of));
    page.say(format!("显示 {shown} 项，共 {total} 项；截至 {as_of}"), format!("{shown} of {total} items, as of {as_of}"));
}
