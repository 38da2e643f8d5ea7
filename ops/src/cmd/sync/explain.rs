//! `sync explain`: where a document is, and who holds it.

use crate::desk::{Desk, Done};
use crate::failure::Failure;
use crate::page::Page;
use crate::table::{Side, Table};
use crate::words;
use mesh_model::id::DocId;
use mesh_model::number::CaseNumber;
use mesh_office::api::case::Show;
use mesh_office::api::node::{Explain, Explained};

/// Arguments of `sync explain`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  meshctl --data /srv/village sync explain 0123456789abcdef0123456789abcdef\n  meshctl --data /srv/village sync explain 511602101201-20260917-0A-0001")]
pub struct Args {
    /// Document id of 32 hexadecimal digits, or a case number
    #[arg(value_name = "DOCUMENT|NUMBER")]
    document: Asked,
}

/// What is asked for.
#[derive(Clone, Copy, Debug)]
enum Asked {
    Document(DocId),
    Case(CaseNumber),
}

impl std::str::FromStr for Asked {
    type Err = String;

    fn from_str(text: &str) -> Result<Asked, String> {
        let case = || text.parse().map(Asked::Case).map_err(|_| "want a document id of 32 hexadecimal digits, or a case number".to_owned());
        text.parse().map(Asked::Document).or_else(|_| case())
    }
}

pub(super) async fn run(desk: &Desk, args: Args) -> Result<Done, Failure> {
    let document = match args.document {
        Asked::Document(document) => document,
        Asked::Case(number) => desk.ask(&Show { number }).await?.document,
    };
    desk.show(&Explain { document }, draw).await?;
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
