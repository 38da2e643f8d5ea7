//! `case receive`: takes the custody that was offered.

use super::act::HeadArgs;
use crate::desk::{Desk, Done};
use crate::failure::Failure;
use mesh_office::api::act::Receive;

/// Arguments of `case receive`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  meshctl --data /srv/township case receive 511602101201-20260917-0A-0001 --as li")]
pub struct Args {
    #[command(flatten)]
    head: HeadArgs,
}

pub(super) async fn run(desk: &Desk, args: Args) -> Result<Done, Failure> {
    let request = Receive {
        head: args.head.into(),
    };
    super::act::run(desk, &request).await
}
