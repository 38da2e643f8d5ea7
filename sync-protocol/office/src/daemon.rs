//! What both daemons do to run: lock, journal, driver, desk, admin socket, HTTP; a ready line; and a clean end.
//!
//! The order matters: the socket is bound before anything is announced, the window is closed before the driver ends. What a node stands on is
//! its [`Ground`]; on it a node and its desk are [seated](seat), and [`Doors`] are what others knock at. A simulation brings ground of its own
//! and no doors.

use crate::desk::{Desk, Role};
use crate::face::Face;
use crate::routes::framed;
use crate::trouble::{Trouble, chain_of};
use axum::Router;
use mesh_model::id::NodeId;
use mesh_runtime::admin::Admin;
use mesh_runtime::driver::{self, DriverError, Options};
use mesh_runtime::env::{Env, random};
use mesh_runtime::identity::Identity;
use mesh_runtime::journal::Journal;
use mesh_runtime::link::Net;
use mesh_runtime::lock::{DataLock, LockError};
use mesh_runtime::store::SqliteJournal;
use serde::Serialize;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use sync_protocol::node::Config;
use tokio::sync::{oneshot, watch};

/// What a node stands on.
pub struct Ground<J> {
    /// The seam to the world.
    pub env: Arc<dyn Env>,
    /// The data directory: keys, the numbers' copy, the cache.
    pub data: PathBuf,
    /// Makes its writes durable.
    pub journal: J,
}

/// How a node is started on its ground.
pub struct Start {
    /// Which daemon.
    pub role: Role,
    /// The node's keys and certificates.
    pub identity: Identity,
    /// Listens and dials; its verifiers read `directory`.
    pub net: Net,
    /// Whom to dial, whom to trust, what to log; the counters too.
    pub options: Options,
    /// Most often the hub's receipts for one scope follow each other, in milliseconds.
    pub landed_pause_ms: u64,
}

/// A node that runs and its desk; nobody can knock yet.
pub struct Seated {
    /// The desk.
    pub desk: Arc<Desk>,
    /// Where it listens for links.
    pub listen: SocketAddr,
    /// Ends when the driver does.
    pub ended: oneshot::Receiver<Result<(), DriverError>>,
}

/// What others on the same machine knock at: admin socket and HTTP; bound, and not served yet.
pub struct Doors {
    admin: Admin,
    http: Option<tokio::net::TcpListener>,
    lock: DataLock,
}

/// A daemon whose node runs and whose desk is open; nothing is served yet.
pub struct Daemon {
    /// The desk.
    pub desk: Arc<Desk>,
    doors: Doors,
    listen: SocketAddr,
    ended: oneshot::Receiver<Result<(), DriverError>>,
}

/// What is printed once, when everything is served.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Ready {
    /// Name and version of the shape.
    pub schema: &'static str,
    /// Which daemon.
    pub program: &'static str,
    /// Its node.
    pub node: NodeId,
    /// Where it listens for links.
    pub listen: SocketAddr,
    /// Its admin socket.
    pub admin: PathBuf,
    /// Where it says how it is.
    pub http: Option<SocketAddr>,
    /// The process.
    pub pid: u32,
}

/// Takes the lock of a data directory.
///
/// # Errors
/// [`Trouble`] when there is none, it is open to others, or another daemon runs on it.
pub fn take_lock(data: &Path) -> Result<DataLock, Trouble> {
    if !data.is_dir() {
        return Err(Trouble::NoData { path: data.display().to_string() });
    }
    DataLock::take(data).map_err(|error| lock_trouble(&error))
}

/// Says what is wrong with a data directory.
#[must_use]
pub fn lock_trouble(error: &LockError) -> Trouble {
    match error {
        LockError::Held { path } => Trouble::AlreadyRunning { path: path.display().to_string() },
        LockError::TooOpen { path, mode } => Trouble::TooOpen { path: path.display().to_string(), mode: format!("{mode:o}") },
        LockError::Io { path, .. } => Trouble::File { path: path.display().to_string(), why: chain_of(error) },
    }
}

/// Says what a start failed at.
pub fn failed_to(what: &'static str) -> impl FnOnce(&(dyn std::error::Error + 'static)) -> Trouble {
    move |error| Trouble::Start { what, why: chain_of(error) }
}

impl Doors {
    /// Binds the doors of a locked data directory.
    ///
    /// # Errors
    /// [`Trouble`] when one cannot be had.
    pub async fn bind(lock: DataLock, http: Option<SocketAddr>) -> Result<Doors, Trouble> {
        let admin = Admin::bind(&lock).map_err(|error| failed_to("bind the admin socket")(&error))?;
        let http = match http {
            None => None,
            Some(address) => Some(tokio::net::TcpListener::bind(address).await.map_err(|error| failed_to("listen for HTTP")(&error))?),
        };
        Ok(Doors { admin, http, lock })
    }

    /// Opens the journal behind them.
    ///
    /// # Errors
    /// [`Trouble`] when it cannot be opened.
    pub async fn ground(&self, env: Arc<dyn Env>) -> Result<Ground<SqliteJournal>, Trouble> {
        let data = self.lock.data().to_owned();
        let journal = SqliteJournal::open(&data).await.map_err(|error| failed_to("open the journal")(&error))?;
        Ok(Ground { env, data, journal })
    }
}

/// Starts a node on its ground and opens its desk.
///
/// # Errors
/// [`Trouble`]; nothing runs then.
pub async fn seat<J: Journal>(ground: Ground<J>, start: Start) -> Result<Seated, Trouble> {
    let Ground { env, data, journal } = ground;
    let Start { role, identity, net, options, landed_pause_ms } = start;
    let listen = net.local_addr().map_err(|error| failed_to("read the address")(&error))?;
    let config = Config {
        key: identity.secrets.signing_key(),
        root_pin: identity.root_pin().map_err(|error| failed_to("read the county root")(&error))?,
        boot: random(&*env),
        seed: random(&*env),
        slots: u16::try_from(options.peers.len()).unwrap_or(u16::MAX),
        landed_pause_ms,
        guards: options.guards,
    };
    let running = driver::start(env.clone(), config, journal, Some(net), options).await;
    let running = running.map_err(|error| failed_to("start the node")(&error))?;
    // Taken before the desk reads the journal: what is notable may come with the first greeting.
    let notices = running.handle.notices();
    let desk = Desk::open(running.handle, env.clone(), &data, role).await?;
    env.spawn(Box::pin(desk.clone().follow()));
    env.spawn(Box::pin(desk.clone().heed(notices)));
    Ok(Seated { desk, listen, ended: running.ended })
}

impl Daemon {
    /// Puts a seated node behind its doors.
    #[must_use]
    pub fn new(doors: Doors, seated: Seated) -> Daemon {
        Daemon { desk: seated.desk, doors, listen: seated.listen, ended: seated.ended }
    }

    /// Returns what to print once everything is served.
    ///
    /// # Errors
    /// [`Trouble`] when the node has ended already.
    pub async fn ready(&self) -> Result<Ready, Trouble> {
        Ok(Ready {
            schema: "ready/1",
            program: self.desk.role.program(),
            node: self.desk.handle.view(sync_protocol::node::Node::id).await?,
            listen: self.listen,
            admin: std::path::absolute(self.desk.data().join(mesh_runtime::admin::FILE)).unwrap_or_default(),
            http: self.doors.http.as_ref().and_then(|http| http.local_addr().ok()),
            pid: std::process::id(),
        })
    }

    /// Serves `router` on the admin socket until `stop` ends or the driver does, then closes window and node.
    ///
    /// # Errors
    /// [`Trouble`] when the node ended by itself: the process must end, and recovery is at the next start.
    pub async fn serve(self, router: Router, stop: impl Future<Output = ()> + Send + 'static) -> Result<(), Trouble> {
        let Daemon { desk, doors, mut ended, .. } = self;
        let Doors { admin, http, lock: _lock } = doors;
        let (end, ending) = watch::channel(false);
        let told = move || {
            let mut ending = ending.clone();
            async move {
                // A sender that is gone is an end as well.
                let _ = ending.wait_for(|ending| *ending).await;
            }
        };
        let serving = tokio::spawn(admin.serve(framed(router), told()));
        if let Some(listener) = http {
            let serve = axum::serve(listener, crate::http::routes(desk.clone())).with_graceful_shutdown(told());
            desk.env().spawn(Box::pin(async move {
                if let Err(error) = serve.await {
                    tracing::warn!(target: "mesh::http_ended", %error);
                }
            }));
        }
        let by_itself = tokio::select! {
            biased;
            outcome = &mut ended => Some(outcome),
            () = stop => None,
        };
        end.send_replace(true);
        if let Ok(Err(error)) = tokio::time::timeout(std::time::Duration::from_secs(5), serving).await.unwrap_or(Ok(Ok(()))) {
            tracing::warn!(target: "mesh::admin_ended", why = %chain_of(&error));
        }
        let outcome = match by_itself {
            Some(outcome) => outcome,
            None => {
                desk.close().await;
                desk.handle().shutdown().await;
                ended.await
            }
        };
        match outcome {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(Trouble::Driver { why: chain_of(&error) }),
            Err(_) => Err(Trouble::Driver { why: "the driver's task is gone".to_owned() }),
        }
    }
}

/// Prints that the daemon serves, so that whoever started it need not guess.
pub fn announce(face: Face, ready: &Ready) {
    let text = format!(
        "{} {}\n  {} {}\n  {} {}",
        ready.program,
        face.lang.pick("已就绪", "is ready"),
        face.lang.pick("监听", "listens on"),
        ready.listen,
        face.lang.pick("管理接口", "admin socket"),
        ready.admin.display()
    );
    face.show(ready, &text);
}

/// Ends when the process is told to end.
pub async fn told_to_stop() {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut term), Ok(mut int)) = (signal(SignalKind::terminate()), signal(SignalKind::interrupt())) else {
        return std::future::pending().await;
    };
    tokio::select! {
        biased;
        _ = term.recv() => {}
        _ = int.recv() => {}
    }
}
