//! `sync explain`: where a document is, and who holds it.

use crate::desk::{Desk, Done};
use crate::failure::Failure;
use crate::page::Page;
use crate::table::{Side, Table};
use crate::words;
use mesh_model::id::DocId;
use mesh_office::api::node::{Explain, Explained};

/// Arguments of `sync explain`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  meshctl --data /srv/village sync explain 0123456789abcdef0123456789abcdef\n\nA case's document id is in the JSON of `case show`.")]
pub struct Args {
    /// Document id, 32 hexadecimal digits
    document: DocId,
}

pub(super) async fn run(desk: &Desk, args: Args) -> Result<Done, Failure> {
    desk.show(&Explain { document: args.document }, draw).await?;
    Ok(Done::Whole)
}

fn draw(reply: &Explained, page: &mut Page) {
    let lang = page.lang;
    page.field("文档", "document", format_args!("{} {}", reply.document, words::outcome(lang, &reply.found)));
    let mut table = Table::new([
        (lang.of("范围", "SCOPE"), Side::Left),
        (lang.of("作者", "AUTHOR"), Side::Left),
        (lang.of("序号", "SEQ"), Side::Right),
        (lang.of("流水", "JOURNAL"), Side::Right),
        (lang.of("正文", "BODY"), Side::Left),
        (lang.of("字节", "BYTES"), Side::Right),
        (lang.of("保全", "RUNG"), Side::Left),
        (lang.of("持有者", "HELD BY"), Side::Left),
    ]);
    for body in &reply.bodies {
        let held: Vec<String> = body.held_by.iter().map(ToString::to_string).collect();
        table.row([
            body.place.scope.clone(),
            body.place.node.to_string(),
            body.place.seq.to_string(),
            body.journal.to_string(),
            words::outcome(lang, &body.state),
            words::or_dash(body.bytes),
            words::rung(lang, &body.rung),
            held.join(" "),
        ]);
    }
    page.table(&table);
}
