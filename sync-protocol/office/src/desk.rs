//! The desk of one node: acts that return when they are durable, and answers from what the journal holds.
//!
//! Acts are in `register` and `act`, the hub's publishing in [`publish`], answers in [`crate::view`]; all look through a `Look`: the cache brought up to the journal, and the county as
//! the authority log and the day records have it. No answer waits for the network.

pub(crate) mod act;
pub(crate) mod casefile;
pub(crate) mod county;
pub(crate) mod figures;
pub(crate) mod follow;
pub(crate) mod numbers;
pub mod publish;
pub(crate) mod register;
pub(crate) mod watch;

#[cfg(test)]
mod tests;

use crate::store::Cache;
use crate::trouble::Trouble;
use county::County;
use figures::Figures;
use follow::Projection;
use mesh_runtime::driver::Handle;
use mesh_runtime::env::Env;
use numbers::Numbers;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex as StdMutex};
use std::time::Duration;
use sync_protocol::io::Notice;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::{RecvError, TryRecvError};
use tokio::sync::{Mutex, MutexGuard};

/// What kind of daemon the desk belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A township's or village's node.
    Edge,
    /// The county's node.
    Hub,
}

impl Role {
    /// Returns the word in `status`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Role::Edge => "edge",
            Role::Hub => "hub",
        }
    }

    /// Returns the name of the daemon.
    #[must_use]
    pub fn program(self) -> &'static str {
        match self {
            Role::Edge => "edge-node",
            Role::Hub => "hub",
        }
    }
}

/// A desk; shared by every route.
pub struct Desk {
    pub(crate) handle: Handle,
    pub(crate) env: Arc<dyn Env>,
    pub(crate) role: Role,
    data: PathBuf,
    projection: Mutex<Projection>,
    county: StdMutex<Arc<County>>,
    /// Serialises the acts of this node, so that each sees the one before and numbers never go back.
    pub(crate) numbers: Mutex<Numbers>,
    pub(crate) figures: StdMutex<Figures>,
}

/// How long what others wrote gathers before the cache follows it: a session brings hundreds of batches, and whoever asks looks anyway.
const BURST: Duration = Duration::from_secs(5);

/// News of the node that the cache follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum News {
    /// Something became durable.
    Came,
    /// An act of this node became durable.
    Own,
    /// Acts may stand on another rung.
    Rungs,
}

impl News {
    fn of(notice: &Notice) -> Option<News> {
        match notice {
            Notice::Durable { .. } => Some(News::Own),
            Notice::Grew(_) => Some(News::Came),
            Notice::HeldBy { .. } | Notice::AuthorityMoved { .. } | Notice::DayMoved(_) => Some(News::Rungs),
            _ => None,
        }
    }
}

/// Waits for the next news; `None`: the node is ending.
async fn next_news(notices: &mut Receiver<Notice>) -> Option<News> {
    loop {
        let news = match notices.recv().await {
            Ok(notice) => News::of(&notice),
            Err(RecvError::Lagged(_)) => Some(News::Rungs),
            Err(RecvError::Closed) => return None,
        };
        if news.is_some() {
            return news;
        }
    }
}

/// Lets a burst gather, and returns whether rungs may have moved in it.
async fn gather(notices: &mut Receiver<Notice>, first: News) -> bool {
    let mut rungs_moved = first == News::Rungs;
    // Own acts wait for nothing: a cache that has seen them tells when the journal has lost them.
    if first != News::Own {
        let burst = async {
            while let Some(news @ (News::Came | News::Rungs)) = next_news(notices).await {
                rungs_moved |= news == News::Rungs;
            }
        };
        let _ = tokio::time::timeout(BURST, burst).await;
    }
    rungs_moved
}

/// Takes what is left of the news, and returns whether rungs may have moved by it.
fn drain(notices: &mut Receiver<Notice>) -> bool {
    let mut rungs_moved = false;
    loop {
        match notices.try_recv() {
            Ok(notice) => rungs_moved |= News::of(&notice) == Some(News::Rungs),
            Err(TryRecvError::Lagged(_)) => rungs_moved = true,
            Err(TryRecvError::Empty | TryRecvError::Closed) => return rungs_moved,
        }
    }
}

/// What an act or an answer sees: the cache as far as the journal goes, and the county at that time.
pub(crate) struct Look<'a> {
    pub projection: MutexGuard<'a, Projection>,
    pub county: Arc<County>,
}

impl Desk {
    /// Opens the desk of a data directory over a running node.
    ///
    /// # Errors
    /// [`Trouble`] when neither the cache nor the numbering state can be read or made.
    pub async fn open(handle: Handle, env: Arc<dyn Env>, data: &Path, role: Role) -> Result<Arc<Desk>, Trouble> {
        let cache = Cache::open(data, env.statements()).await?;
        let county = Arc::new(County::look(&handle, None).await?);
        let (projection, knew) = Projection::open(cache, &handle.reader()).await?;
        let numbers = Numbers::open(data, &handle.reader(), county.branch, &*env).await?;
        let foreign = numbers.foreign;
        let desk = Desk {
            handle,
            env,
            role,
            data: data.to_owned(),
            projection: Mutex::new(projection),
            county: StdMutex::new(county),
            numbers: Mutex::new(numbers),
            figures: StdMutex::new(Figures::default()),
        };
        desk.note_shortened(knew, foreign).await?;
        Ok(Arc::new(desk))
    }

    /// Follows the journal until the driver ends, so that lists are ready when somebody asks.
    pub async fn follow(self: Arc<Desk>) {
        let mut notices = self.handle.notices();
        let mut rungs_moved = true;
        loop {
            if let Err(trouble) = self.bring_up(rungs_moved).await {
                tracing::warn!(target: "mesh::cache_behind", %trouble);
            }
            let Some(first) = next_news(&mut notices).await else { return };
            rungs_moved = gather(&mut notices, first).await;
            // What came up to here is in the look that follows; one pass serves it all.
            rungs_moved |= drain(&mut notices);
        }
    }

    /// Closes the window cleanly: the next start goes on with the numbers where they are.
    pub async fn close(&self) {
        self.numbers.lock().await.close();
    }

    /// Returns the data directory.
    #[must_use]
    pub fn data(&self) -> &Path {
        &self.data
    }

    /// Returns the way to the node.
    #[must_use]
    pub fn handle(&self) -> &Handle {
        &self.handle
    }

    /// Returns the seam to the world.
    #[must_use]
    pub fn env(&self) -> &Arc<dyn Env> {
        &self.env
    }

    /// Brings the cache up to the journal and returns it with the county as it is.
    ///
    /// On a full disk the cache stays behind and is returned all the same: reading goes on, and an act meets the full disk in the journal.
    pub(crate) async fn look(&self) -> Result<Look<'_>, Trouble> {
        let mut projection = self.projection.lock().await;
        let county = self.refresh_county().await?;
        match projection.catch_up(&self.handle.reader(), &county).await {
            Err(Trouble::Full {}) => tracing::warn!(target: "mesh::cache_behind", why = "no space"),
            done => done?,
        }
        Ok(Look { projection, county })
    }

    async fn bring_up(&self, rungs_moved: bool) -> Result<(), Trouble> {
        let mut look = self.look().await?;
        // Own acts alone move no rung: a window that is cut off does not ask again after each.
        if std::mem::take(&mut look.projection.heard) || rungs_moved {
            figures::refresh(self, &mut look).await?;
        }
        Ok(())
    }

    async fn refresh_county(&self) -> Result<Arc<County>, Trouble> {
        let held = self.county.lock().expect("no look panics").clone();
        let county = Arc::new(County::look(&self.handle, Some(&held)).await?);
        *self.county.lock().expect("no look panics") = county.clone();
        Ok(county)
    }
}

impl std::fmt::Debug for Desk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Desk").field("role", &self.role).field("data", &self.data).finish_non_exhaustive()
    }
}
