//! `case return`: offers custody on the way back to the site of intake.

use super::act::HeadArgs;
use crate::desk::{Desk, Done};
use crate::failure::Failure;
use mesh_model::division::DivisionCode;
use mesh_office::api::act::Return;

/// Arguments of `case return`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  meshctl --data /srv/township case return 511602101201-20260917-0A-0001 --as li")]
pub struct Args {
    #[command(flatten)]
    head: HeadArgs,
    /// Code of the site [default: the site of intake]
    #[arg(long, value_name = "CODE")]
    to: Option<DivisionCode>,
}

pub(super) async fn run(desk: &Desk, args: Args) -> Result<Done, Failure> {
    let request = Return {
        head: args.head.into(),
        to: args.to,
    };
    super::act::run(desk, &request).await
}
