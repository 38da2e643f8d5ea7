//! `doc dump`: every body here, in order of scope, without personal data.

use crate::desk::{Desk, Done};
use crate::failure::Failure;
use crate::page::Page;
use mesh_model::id::DocId;
use mesh_office::api::doc::{Dump, Dumped};

/// Arguments of `doc dump`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  meshctl --data /srv/village doc dump --decoded --scope county/calendar/2026")]
pub struct Args {
    /// Shows what bodies say, personal data masked; otherwise ids and lengths only
    #[arg(long)]
    decoded: bool,
    /// Only this scope, as `digest` writes it
    #[arg(long)]
    scope: Option<String>,
    /// Only this document
    #[arg(long, value_name = "DOC")]
    document: Option<DocId>,
}

pub(super) async fn run(desk: &Desk, args: Args) -> Result<Done, Failure> {
    let request = Dump { decoded: args.decoded, scope: args.scope, document: args.document };
    desk.show(&request, draw).await?;
    Ok(Done::Whole)
}

fn draw(reply: &Dumped, page: &mut Page) {
    page.field("节点", "node", reply.node);
    for scope in &reply.scopes {
        page.line(&scope.scope);
        for document in &scope.documents {
            page.line(format!("  {}", document.document));
            for head in document.heads.iter().flatten() {
                page.line(format!("    automerge {head}"));
            }
            for body in &document.bodies {
                let bytes = crate::words::or_dash(body.bytes);
                page.line(format!("    {:>6}  {} {}.{}  {}  {bytes} B", body.journal, body.node, body.seq, body.index, body.kind));
                if let Some(decoded) = &body.decoded {
                    page.line(format!("            {decoded}"));
                }
            }
        }
    }
}
