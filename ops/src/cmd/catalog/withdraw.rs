//! `catalog withdraw`: from the day on nobody registers the item; cases under way keep their version.

use crate::desk::{Desk, Done};
use crate::failure::Failure;
use mesh_model::code::ItemCode;
use mesh_model::time::Day;
use mesh_office::api::catalog::Withdraw;

/// Arguments of `catalog withdraw`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  meshctl --data /srv/hub catalog withdraw CODE --effective 2026-11-30")]
pub struct Args {
    /// Item code
    code: ItemCode,
    /// The day from which it is withdrawn [default: the county's day]
    #[arg(long, value_name = "DATE")]
    effective: Option<Day>,
}

pub(super) async fn run(desk: &Desk, args: Args) -> Result<Done, Failure> {
    let request = Withdraw { code: args.code, effective: args.effective };
    desk.show(&request, |reply, page| {
        let item = &reply.item;
        page.say(
            format!("已撤销: {}（{}），自 {} 起不再收件；在办的办件沿用原版本", item.name, item.code, item.effective),
            format!("withdrawn: {} ({}); nobody registers it from {} on, cases under way keep their version", item.name, item.code, item.effective),
        );
    })
    .await?;
    Ok(Done::Whole)
}
