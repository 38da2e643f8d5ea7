//! `edge-node run`: the site's node with its desk; dials up, listens for sites below, and passes newcomers on.

use crate::cli::RunArgs;
use crate::upstream;
use mesh_office::daemon::{Daemon, Doors, Ground, Seated, Start, announce, failed_to, seat, take_lock, told_to_stop};
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
use mesh_runtime::journal::Journal;
use mesh_runtime::link::Net;
use mesh_runtime::link::settings::LinkSettings;
use mesh_runtime::link::via::Forwarder;
use std::net::SocketAddr;
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
    let doors = Doors::bind(lock, args.http).await?;
    let ground = doors.ground(env).await?;
    let options = Options { sent_log: args.sent_log, ..Options::default() };
    let seating = Seating { listen: args.listen, peers: args.peer, link: LinkSettings::default(), options };
    let daemon = Daemon::new(doors, open_on(ground, seating).await?);
    announce(face, &daemon.ready().await?);
    let router = routes(daemon.desk.clone());
    daemon.serve(router, told_to_stop()).await
}

/// How a site's node is seated on its ground.
pub struct Seating {
    /// Where it listens for sites below.
    pub listen: SocketAddr,
    /// Whom to dial; none: the enrolment's neighbour and hub.
    pub peers: Vec<String>,
    /// How its lines are set.
    pub link: LinkSettings,
    /// What its driver is started with; peers and directory are added here.
    pub options: Options,
}

/// Opens node, desk and the way for newcomers on any ground.
///
/// # Errors
/// [`Trouble`]; nothing runs then.
pub async fn open_on<J: Journal>(ground: Ground<J>, seating: Seating) -> Result<Seated, Trouble> {
    let env = ground.env.clone();
    let identity = Identity::load(&ground.data).map_err(|error| keys_trouble(&error, "read the node's keys"))?;
    let enrolled = Enrolled::load(&ground.data).map_err(|error| failed_to("read the enrolment")(&error))?;
    let peers = upstream::peers(seating.peers, &enrolled);
    let directory = SharedDirectory::default();
    let tls = identity.tls(&env, &directory, Newcomers::Refused).map_err(|error| failed_to("set up TLS")(&error))?;
    let socket = env.bind(seating.listen).map_err(|error| failed_to("listen")(&error))?;
    let (way_up, watched) = watch::channel(None);
    let socket = Forwarder::start(&env, socket, watched);
    let net = Net::over(&*env, socket, &seating.link, &tls).map_err(|error| failed_to("listen")(&error))?;
    let options = Options { peers: peers.clone(), directory, ..seating.options };
    let seated = seat(ground, Start { role: Role::Edge, identity, net, options, landed_pause_ms: LANDED_PAUSE_MS }).await?;
    let handle = seated.desk.handle().clone();
    env.spawn(Box::pin(upstream::keep(peers, enrolled.addresses, handle, way_up)));
    Ok(seated)
}
