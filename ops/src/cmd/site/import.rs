//! `site import`: takes a divisions file into the registry.

use crate::desk::{Desk, Done};
use crate::failure::Failure;
use crate::input;
use crate::page::Page;
use mesh_office::api::site::{Import, Imported};
use std::path::PathBuf;

/// Arguments of `site import`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  meshctl --data /srv/hub site import divisions-511602.csv")]
pub struct Args {
    /// CSV with the header code,name,level,parent_code; - for standard input
    file: PathBuf,
}

pub(super) async fn run(desk: &Desk, args: Args) -> Result<Done, Failure> {
    let request = Import { csv: input::text(desk.lang, &args.file)? };
    let token = super::next(desk, "site token CODE");
    let reply = desk.show(&request, |reply, page| draw(reply, &token, page)).await?;
    Ok(Done::whole_if(reply.refused == 0 && reply.errors.is_empty()))
}

fn draw(reply: &Imported, token: &str, page: &mut Page) {
    let Imported { added, changed, unchanged, refused, .. } = reply;
    page.say(
        format!("站点: 新增 {added}，变更 {changed}，未变 {unchanged}，未能使用 {refused}"),
        format!("sites: {added} added, {changed} changed, {unchanged} unchanged, {refused} not used"),
    );
    super::draw_errors(&reply.errors, page);
    page.say(format!("下一步（入网令牌）: {token}"), format!("next (an enrolment token): {token}"));
}
