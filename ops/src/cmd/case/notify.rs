//! `case notify`: tells the applicant that the result is there.

use super::act::HeadArgs;
use crate::desk::{Desk, Done};
use crate::failure::Failure;
use mesh_office::api::act::Notify;

/// Arguments of `case notify`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  meshctl --data /srv/village case notify 511602101201-20260917-0A-0001 --as zhang")]
pub struct Args {
    #[command(flatten)]
    head: HeadArgs,
    /// How, such as telephone [default: in person]
    #[arg(long)]
    how: Option<String>,
}

pub(super) async fn run(desk: &Desk, args: Args) -> Result<Done, Failure> {
    let request = Notify {
        head: args.head.into(),
        how: args.how,
    };
    super::act::run(desk, &request).await
}
