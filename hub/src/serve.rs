//! `hub serve`: the county's node with its desk, its certificate authority and its door for newcomers.

use crate::cli::ServeArgs;
use crate::office::{self, HubOffice};
use mesh_office::daemon::{Daemon, Doors, Ground, Seated, Start, announce, failed_to, seat, take_lock, told_to_stop};
use mesh_office::desk::Role;
use mesh_office::face::Face;
use mesh_office::manner::{check_clock_file, keys_trouble};
use mesh_office::routes::routes;
use mesh_office::trouble::Trouble;
use mesh_runtime::driver::Options;
use mesh_runtime::enrol;
use mesh_runtime::env::{Env, RealEnv};
use mesh_runtime::identity::ca::CountyCa;
use mesh_runtime::identity::tls::Newcomers;
use mesh_runtime::identity::{Identity, SharedDirectory};
use mesh_runtime::journal::Journal;
use mesh_runtime::link::Net;
use mesh_runtime::link::settings::LinkSettings;
use std::net::SocketAddr;
use std::sync::Arc;

/// Runs the county's node until it is told to stop.
///
/// # Errors
/// [`Trouble`] when it cannot start, or ended by itself.
pub async fn serve(args: ServeArgs, face: Face) -> Result<(), Trouble> {
    let Open { daemon, office } = open(args).await?;
    let ready = daemon.ready().await?;
    let router = routes(daemon.desk.clone()).merge(office::routes(Arc::new(office)));
    announce(face, &ready);
    daemon.serve(router, told_to_stop()).await
}

/// A hub whose node runs; nothing is served yet.
pub(crate) struct Open {
    pub daemon: Daemon,
    pub office: HubOffice,
}

/// Opens node, desk and the doors.
pub(crate) async fn open(args: ServeArgs) -> Result<Open, Trouble> {
    check_clock_file(args.clock_file.as_deref())?;
    let env: Arc<dyn Env> = Arc::new(RealEnv::new().with_clock_file(args.clock_file));
    let lock = take_lock(&args.data)?;
    if !Identity::exists(&args.data) {
        return Err(Trouble::NotInitialised { path: args.data.display().to_string() });
    }
    let doors = Doors::bind(lock, args.http).await?;
    let ground = doors.ground(env).await?;
    let link = LinkSettings::default();
    let (advertise, landed_pause_ms) = (args.advertise, args.landed_pause_ms);
    let options = Options { sent_log: args.sent_log, ..Options::default() };
    let (seated, office) = open_on(ground, Seating { listen: args.listen, advertise, link, landed_pause_ms, options }).await?;
    Ok(Open { daemon: Daemon::new(doors, seated), office })
}

/// How the county's node is seated on its ground.
pub struct Seating {
    /// Where it listens.
    pub listen: SocketAddr,
    /// Where sites reach it, as it stands in tokens.
    pub advertise: Vec<String>,
    /// How its lines are set.
    pub link: LinkSettings,
    /// Least milliseconds between two receipts of one scope.
    pub landed_pause_ms: u64,
    /// What its driver is started with; directory and newcomers are added here.
    pub options: Options,
}

/// Opens node, desk and the door for newcomers on any ground.
///
/// # Errors
/// [`Trouble`]; nothing runs then.
pub async fn open_on<J: Journal>(ground: Ground<J>, seating: Seating) -> Result<(Seated, HubOffice), Trouble> {
    let env = ground.env.clone();
    let identity = Identity::load(&ground.data).map_err(|error| keys_trouble(&error, "read the node's keys"))?;
    let county = identity.name().map_err(|error| failed_to("read the node's name")(&error))?.county;
    let ca = CountyCa::load(&ground.data, &county).map_err(|error| failed_to("read the authority's keys")(&error))?;
    let root_pin = ca.pin().map_err(|error| failed_to("read the county root")(&error))?;
    let directory = SharedDirectory::default();
    let tls = identity.tls(&env, &directory, Newcomers::Welcome).map_err(|error| failed_to("set up TLS")(&error))?;
    let net = Net::open(&*env, seating.listen, &seating.link, &tls).map_err(|error| failed_to("listen")(&error))?;
    let listen = net.local_addr().map_err(|error| failed_to("read the address")(&error))?;
    let addresses = addresses(seating.advertise, listen);
    let (newcomers, waiting) = enrol::desk::waiting_room();
    let options = Options { newcomers: Some(newcomers), directory, ..seating.options };
    let start = Start { role: Role::Hub, identity, net, options, landed_pause_ms: seating.landed_pause_ms };
    let seated = seat(ground, start).await?;
    let desk = seated.desk.clone();
    // Before anything is served the county knows which day it is.
    desk.sign_day(env.wall().day()).await?;
    env.spawn(Box::pin(crate::days::keep(desk.clone())));
    let node = desk.hub_post().await?.node;
    let admitting = enrol::Desk::new(env.clone(), desk.handle().clone(), ca, county.clone(), node, addresses.clone());
    env.spawn(Box::pin(admitting.run(waiting)));
    Ok((seated, HubOffice::new(desk, county, root_pin, addresses)))
}

/// Where sites shall dial: as advertised, or the address itself where it is one that others can reach.
fn addresses(advertised: Vec<String>, listen: SocketAddr) -> Vec<String> {
    if advertised.is_empty() && !listen.ip().is_unspecified() { vec![listen.to_string()] } else { advertised }
}
