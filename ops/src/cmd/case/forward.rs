//! `case forward`: offers custody to a site above.

use super::act::HeadArgs;
use crate::desk::{Desk, Done};
use crate::failure::Failure;
use mesh_model::division::DivisionCode;
use mesh_office::api::act::Forward;

/// Arguments of `case forward`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  meshctl --data /srv/village case forward 511602101201-20260917-0A-0001 --as zhang")]
pub struct Args {
    #[command(flatten)]
    head: HeadArgs,
    /// Code of that site [default: the site directly above]
    #[arg(long, value_name = "CODE")]
    to: Option<DivisionCode>,
}

pub(super) async fn run(desk: &Desk, args: Args) -> Result<Done, Failure> {
    let request = Forward {
        head: args.head.into(),
        to: args.to,
    };
    super::act::run(desk, &request).await
}
