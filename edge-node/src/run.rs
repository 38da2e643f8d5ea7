//! `edge-node run`: the site's node with its desk; dials up, listens for sites below, and passes newcomers on.

use crate::cli::RunArgs;
use crate::upstream;
use mesh_office::daemon::{self, Start, announce, failed_to, take_lock, told_to_stop};
use mesh_office::desk::Role;
use mesh_office::face::Face;
use mesh_office::manner::{check_clock_file, keys_trouble};
use mesh_office::routes::routes;
use mesh_office::trouble::Trouble;
use mesh_runtime::driver::Options;
use mesh_runtime::enrol::Enrolled;
use mesh_runtime::env::{Env, RealEnv};
use mesh_runtime::identity::tls::Newcomers;
use mesh_runtime::identity::{Identity, SharedDirectory};
use mesh_runtime::link::Net;
use mesh_runtime::link::settings::LinkSettings;
use mesh_runtime::link::via::Forwarder;
use std::sync::Arc;
use sync_protocol::limits::LANDED_PAUSE_MS;
use tokio::sync::watch;

/// Runs the site's node until it is told to stop.
///
/// # Errors
/// [`Trouble`] when it cannot start, or ended by itself.
pub async fn run(args: RunArgs, face: Face) -> Result<(), Trouble> {
    check_clock_file(args.clock_file.as_deref())?;
    let env: Arc<dyn Env> = Arc::new(RealEnv::new().with_clock_file(args.clock_file));
    let lock = take_lock(&args.data)?;
    if !Identity::exists(&args.data) {
        return Err(Trouble::NotInitialised { path: args.data.display().to_string() });
    }
    let identity = Identity::load(&args.data).map_err(|error| keys_trouble(&error, "read the node's keys"))?;
    let enrolled = Enrolled::load(&args.data).map_err(|error| failed_to("read the enrolment")(&error))?;
    let peers = upstream::peers(args.peer, &enrolled);
    let directory = SharedDirectory::default();
    let tls = identity.tls(&env, &directory, Newcomers::Refused).map_err(|error| failed_to("set up TLS")(&error))?;
    let socket = env.bind(args.listen).map_err(|error| failed_to("listen")(&error))?;
    let (way_up, watched) = watch::channel(None);
    let socket = Forwarder::start(&env, socket, watched);
    let net = Net::over(&*env, socket, &LinkSettings::default(), &tls).map_err(|error| failed_to("listen")(&error))?;
    let start = Start {
        lock,
        env: env.clone(),
        role: Role::Edge,
        identity,
        net,
        options: Options { peers: peers.clone(), sent_log: args.sent_log, directory, ..Options::default() },
        landed_pause_ms: LANDED_PAUSE_MS,
        http: args.http,
    };
    let daemon = daemon::open(start).await?;
    let handle = daemon.desk.handle().clone();
    env.spawn(Box::pin(upstream::keep(peers, enrolled.addresses, handle, way_up)));
    announce(face, &daemon.ready().await?);
    let router = routes(daemon.desk.clone());
    daemon.serve(router, told_to_stop()).await
}
