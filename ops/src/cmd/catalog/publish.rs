//! `catalog publish`: publishes what a plan holds; may be repeated after a stop.

use crate::desk::{Desk, Done};
use crate::failure::Failure;
use mesh_office::api::catalog::Publish;

/// Arguments of `catalog publish`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  meshctl --data /srv/hub catalog publish 3f9c2a7be104")]
pub struct Args {
    /// The plan's name, as `catalog import` printed it
    plan: String,
}

pub(super) async fn run(desk: &Desk, args: Args) -> Result<Done, Failure> {
    desk.show(&Publish { plan: args.plan }, |reply, page| {
        page.say(
            format!("方案 {}: 发布 {} 个版本，已有 {} 个", reply.plan, reply.published, reply.already),
            format!("plan {}: {} versions published, {} were there already", reply.plan, reply.published, reply.already),
        );
    })
    .await?;
    Ok(Done::Whole)
}
