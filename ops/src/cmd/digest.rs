//! `digest`: each scope's digest; equal digests of two nodes are proof that both hold the same.

use crate::desk::{Desk, Done};
use crate::failure::Failure;
use crate::page::Page;
use crate::table::{Side, Table};
use mesh_office::api::node::{DigestAsked, Digests};

/// Arguments of `digest`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  diff <(meshctl --data /srv/hub digest) <(meshctl --data /srv/township digest)\n\nA site lists only the scopes that it holds; equal lines are equal scopes."
)]
pub struct Args {}

pub(crate) async fn run(desk: &Desk, _: Args) -> Result<Done, Failure> {
    desk.show(&DigestAsked {}, draw).await?;
    Ok(Done::Whole)
}

fn draw(reply: &Digests, page: &mut Page) {
    let lang = page.lang;
    let mut table = Table::new([
        (lang.of("摘要", "DIGEST"), Side::Left),
        (lang.of("批次", "BATCHES"), Side::Right),
        (lang.of("范围", "SCOPE"), Side::Left),
    ]);
    for scope in &reply.scopes {
        table.row([scope.digest.to_string(), scope.batches.to_string(), scope.scope.clone()]);
    }
    page.table(&table);
}
