//! One site's machine: disk and clock survive, processes come and go.

use super::env::{SimEnv, TaskSet};
use super::journal::{SharedStore, SimJournal};
use super::net::{PORT, SimNet, address_of};
use super::sights::{Seen, Sights};
use crate::evidence::{Office, Tally};
use crate::layout::{Layout, Seat};
use crate::line::{Congestion as LineCongestion, LineMake};
use axum::Router;
use mesh_model::id::NodeId;
use mesh_office::daemon::{Ground, Seated};
use mesh_office::desk::Desk;
use mesh_office::trouble::Trouble;
use mesh_runtime::driver::{DriverError, Options, Rhythm, Tap};
use mesh_runtime::env::Env;
use mesh_runtime::link::settings::{Congestion, LinkSettings};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicI64;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;
use sync_protocol::guard::Guards;
use sync_protocol::limits::LANDED_PAUSE_MS;
use tokio::sync::oneshot;
use tokio::task::AbortHandle;
use tokio::time::Instant;

/// Pause before a daemon that could not start is started again, as its service unit does.
const RESTART: Duration = Duration::from_secs(10);

type Ended = oneshot::Receiver<Result<(), DriverError>>;

/// What all machines of a run share.
#[derive(Clone)]
pub struct Site {
    /// The network.
    pub net: Arc<SimNet>,
    /// The run's seed.
    pub seed: u64,
    /// When the run's clock began.
    pub began: Instant,
    /// The county.
    pub layout: Arc<Layout>,
    /// Where sightings go.
    pub sights: Sights,
    /// The guards of every node.
    pub guards: Guards,
}

/// A process that runs.
#[derive(Clone)]
pub struct Running {
    /// Its tasks.
    pub tasks: TaskSet,
    /// The desk.
    pub desk: Arc<Desk>,
    /// The admin routes, as the command line sees them.
    pub router: Router,
}

/// One machine; shared with the tasks of its process.
#[derive(Clone)]
pub struct Machine(Arc<Inner>);

struct Inner {
    site: Site,
    seat: Seat,
    data: PathBuf,
    store: SharedStore,
    ahead_ms: Arc<AtomicI64>,
    link: LinkSettings,
    state: Mutex<State>,
}

/// What changes.
#[derive(Default)]
pub struct State {
    /// Process starts so far.
    pub boot: u64,
    /// The tasks of the newest process, whether its desk is open yet or not.
    pub tasks: Option<TaskSet>,
    /// The process, once its desk is open.
    pub running: Option<Running>,
    /// The power stays off until then.
    pub off_until: Option<Instant>,
    /// Its node, known since the founding or the enrolment.
    pub node: Option<NodeId>,
    /// When its processes hold sessions.
    pub rhythm: Rhythm,
    /// What its clerks hold.
    pub office: Office,
    /// What it counted.
    pub tally: Tally,
    /// What starts its daemon again when that ends; there while the power is on.
    pub unit: Option<AbortHandle>,
}

/// Returns how the endpoint of a site is set: the congestion control that its own line or one below asks for.
#[must_use]
pub fn link_settings(own: Option<&LineMake>, below: &[LineMake]) -> LinkSettings {
    let bbr = own.into_iter().chain(below).any(|make| make.congestion == LineCongestion::Bbr);
    LinkSettings { congestion: if bbr { Congestion::Bbr } else { Congestion::Cubic }, ..LinkSettings::default() }
}

impl Machine {
    /// Makes a machine that was never started, with an empty disk.
    #[must_use]
    pub fn new(site: &Site, seat: Seat, data: PathBuf, sync_ms: u32, link: LinkSettings) -> Machine {
        let (store, ahead_ms) = (SharedStore::new(sync_ms), Arc::new(AtomicI64::new(0)));
        Machine(Arc::new(Inner { site: site.clone(), seat, data, store, ahead_ms, link, state: Mutex::default() }))
    }

    /// Returns its disk.
    #[must_use]
    pub fn store(&self) -> &SharedStore {
        &self.0.store
    }

    /// Returns the folder of its keys, its numbers' copy and its cache.
    #[must_use]
    pub fn data(&self) -> &Path {
        &self.0.data
    }

    /// Returns by how much its clock is wrong.
    #[must_use]
    pub fn ahead_ms(&self) -> &AtomicI64 {
        &self.0.ahead_ms
    }

    /// Returns what changes.
    pub fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().expect("nobody panics while holding a machine")
    }

    /// Returns its process, once its desk is open.
    #[must_use]
    pub fn running(&self) -> Option<Running> {
        self.state().running.clone()
    }

    /// Makes the world of its next process.
    #[must_use]
    pub fn next_env(&self) -> Arc<SimEnv> {
        let mut state = self.state();
        state.boot += 1;
        let Site { net, seed, began, .. } = &self.0.site;
        let env = Arc::new(SimEnv::new(net, *seed, self.0.seat, state.boot, *began, self.0.ahead_ms.clone()));
        state.tasks = Some(env.tasks.clone());
        env
    }

    /// Starts a process on what the disk holds; one that cannot start or ends by itself is started again a little later, as its unit does.
    pub fn boot(&self) {
        let machine = self.clone();
        let unit = tokio::spawn(async move {
            loop {
                let env = machine.next_env();
                machine.0.site.sights.see(machine.0.seat, Seen::Booted);
                let why = machine.run(&env).await;
                machine.end_process();
                machine.state().office.stops.push(why);
                tokio::time::sleep(RESTART).await;
            }
        });
        self.state().unit = Some(unit.abort_handle());
    }

    /// Runs one process to its end and returns why it ended.
    async fn run(&self, env: &Arc<SimEnv>) -> String {
        let (machine, inner) = (self.clone(), env.clone());
        let (end, ended) = oneshot::channel();
        drop(env.tasks.spawn(async move {
            let why = match machine.open(inner).await {
                Err(trouble) => trouble.to_string(),
                Ok((running, ended)) => {
                    machine.state().running = Some(running);
                    match ended.await {
                        Ok(Ok(())) => "told to".to_owned(),
                        Ok(Err(error)) => error.to_string(),
                        Err(_) => "the driver is gone".to_owned(),
                    }
                }
            };
            // Whoever waits is gone when the power is.
            let _ = end.send(why);
        }));
        ended.await.unwrap_or_else(|_| "cut off".to_owned())
    }

    async fn open(&self, env: Arc<SimEnv>) -> Result<(Running, Ended), Trouble> {
        let tasks = env.tasks.clone();
        let ground = Ground { env: env as Arc<dyn Env>, data: self.0.data.clone(), journal: SimJournal::new(&self.0.store) };
        let rhythm = self.state().rhythm;
        let options = Options { tap: Some(self.tap()), rhythm, guards: self.0.site.guards, ..Options::default() };
        let listen: SocketAddr = (address_of(self.0.seat), PORT).into();
        let link = self.0.link.clone();
        let (seated, router) = match self.0.site.layout.above(self.0.seat) {
            None => {
                let seating = hub::serve::Seating { listen, advertise: Vec::new(), link, landed_pause_ms: LANDED_PAUSE_MS, options };
                let (seated, office) = hub::serve::open_on(ground, seating).await?;
                let router = mesh_office::routes::routes(seated.desk.clone()).merge(hub::office::routes(Arc::new(office)));
                (seated, router)
            }
            Some(above) => {
                let peers = vec![SocketAddr::from((address_of(above), PORT)).to_string()];
                let seated = edge_node::run::open_on(ground, edge_node::run::Seating { listen, peers, link, options }).await?;
                let router = mesh_office::routes::routes(seated.desk.clone());
                (seated, router)
            }
        };
        let Seated { desk, ended, listen: _ } = seated;
        self.listen(&tasks, &desk);
        Ok((Running { tasks, desk, router }, ended))
    }

    fn listen(&self, tasks: &TaskSet, desk: &Arc<Desk>) {
        let (mut notices, sights, seat) = (desk.handle().notices(), self.0.site.sights.clone(), self.0.seat);
        drop(tasks.spawn(async move {
            while let Ok(notice) = notices.recv().await {
                sights.see(seat, Seen::Notice(notice));
            }
        }));
    }

    fn tap(&self) -> Tap {
        let (sights, seat) = (self.0.site.sights.clone(), self.0.seat);
        Tap::new(move |passed| sights.pass(seat, passed))
    }

    /// Ends the process that enrolled this machine.
    pub fn end_newcomer(&self, env: &SimEnv) {
        self.0.site.net.unplug(self.0.seat);
        env.tasks.end();
        self.state().tasks = None;
    }

    /// Takes the power away: every task ends where it stands, and nobody hears a farewell.
    pub fn cut_power(&self) {
        let unit = self.state().unit.take();
        if let Some(unit) = unit {
            unit.abort();
            self.end_process();
        }
    }

    fn end_process(&self) {
        self.0.site.net.unplug(self.0.seat);
        let mut state = self.state();
        state.running = None;
        if let Some(tasks) = state.tasks.take() {
            tasks.end();
        }
        drop(state);
        self.0.site.sights.see(self.0.seat, Seen::PoweredOff);
    }

    /// Returns whether the power is on.
    #[must_use]
    pub fn has_power(&self) -> bool {
        self.state().unit.is_some()
    }
}

impl std::fmt::Debug for Machine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Machine").field("seat", &self.0.seat).finish_non_exhaustive()
    }
}
