//! `sync now`: dials every peer, and waits if asked until one is proven anew.

use crate::desk::{Desk, Done};
use crate::failure::Failure;
use mesh_office::api::node::SyncNow;

/// Arguments of `sync now`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  meshctl --data /srv/village sync now --wait 10\n\nWith --wait it ends with 6 when no peer was proven in that time.")]
pub struct Args {
    /// Seconds to wait until peers are proven, at most 60
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=60))]
    wait: Option<u64>,
}

pub(super) async fn run(desk: &Desk, args: Args) -> Result<Done, Failure> {
    let request = SyncNow { wait_ms: args.wait.map(|seconds| seconds * 1_000) };
    let waited = request.wait_ms.is_some();
    let reply = desk
        .show(&request, |reply, page| {
            match (waited, reply.proven) {
                (false, _) => page.say("已开始拨号", "dialling"),
                (true, true) => page.say("已证实一致", "proven"),
                (true, false) => page.say("! 尚未证实一致；下一步: meshctl status", "! not proven yet; next: meshctl status"),
            }
            crate::cmd::status::draw_peers(&reply.peers, page);
        })
        .await?;
    Ok(Done::whole_if(!waited || reply.proven))
}
