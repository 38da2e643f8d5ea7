//! `site add`: registers one site.

use crate::desk::{Desk, Done};
use crate::failure::Failure;
use mesh_model::division::DivisionCode;
use mesh_office::api::site::Add;

/// Arguments of `site add`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  meshctl --data /srv/hub site add 511602101299 新站点 --parent 511602101000")]
pub struct Args {
    /// Division code of 9 or 12 digits; the level follows from it
    code: DivisionCode,
    /// Official name
    name: String,
    /// Code of the site above; by default the one that the code lies in
    #[arg(long)]
    parent: Option<DivisionCode>,
}

pub(super) async fn run(desk: &Desk, args: Args) -> Result<Done, Failure> {
    let request = Add { code: args.code, name: args.name, parent: args.parent };
    let token = super::next(desk, &format!("site token {}", args.code));
    desk.show(&request, |reply, page| {
        super::draw_site(&reply.site, page);
        page.say(format!("下一步（入网令牌）: {token}"), format!("next (an enrolment token): {token}"));
    })
    .await?;
    Ok(Done::Whole)
}
