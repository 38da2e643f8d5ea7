//! `case assign`: gives the case to a reviewer.

use super::act::HeadArgs;
use crate::desk::{Desk, Done};
use crate::failure::Failure;
use mesh_model::code::StaffId;
use mesh_office::api::act::Assign;

/// Arguments of `case assign`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  meshctl --data /srv/township case assign 511602101201-20260917-0A-0001 --as li --to wang")]
pub struct Args {
    #[command(flatten)]
    head: HeadArgs,
    /// The reviewer [default: whoever acts]
    #[arg(long, value_name = "STAFF")]
    to: Option<StaffId>,
}

pub(super) async fn run(desk: &Desk, args: Args) -> Result<Done, Failure> {
    let request = Assign {
        head: args.head.into(),
        to: args.to,
    };
    super::act::run(desk, &request).await
}
