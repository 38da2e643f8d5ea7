//! The way to a running node: acts that return when they are durable, questions, and news.

use crate::journal::{Note, Reader};
use crate::telemetry::Counters;
use mesh_model::id::DocId;
use mesh_model::place::Scope;
use mesh_model::time::Day;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use sync_protocol::io::{ActId, ActPlace, ActRefusal, HubAct, Input, LocalAct, LocalBody, Notice};
use sync_protocol::journal::Position;
use sync_protocol::node::Node;
use sync_protocol::record::AuthorityAct;
use tokio::sync::{broadcast, mpsc, oneshot, watch};

/// Notices a listener may lag behind before it loses the oldest.
const NOTICES_KEPT: usize = 4_096;

/// What the keys of the node's own local facts begin with.
const NODES_OWN: &str = "protocol.";

/// The driver has ended; the process is ending too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the node's driver has ended")]
pub struct DriverGone;

/// What the hub's office does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HubStep {
    /// One step of the authority log, durable together with local facts.
    Authority {
        /// The step.
        act: Box<AuthorityAct>,
        /// Local facts written in the same transaction.
        notes: Vec<Note>,
    },
    /// A day.
    Day(Day),
}

/// What handles ask of the driver.
pub(super) enum Command {
    Act {
        input: Input,
        id: ActId,
        answer: oneshot::Sender<Result<Vec<ActPlace>, ActRefusal>>,
    },
    Keep {
        notes: Vec<Note>,
        answer: oneshot::Sender<Result<(), ActRefusal>>,
    },
    Input(Input),
    View(Box<dyn FnOnce(&Node) + Send>),
    Peers(Vec<String>),
    Rhythm(super::Rhythm),
    Shutdown,
    #[cfg(feature = "unsafe-author")]
    Unjudged,
}

/// What the driver and its handles share.
#[derive(Debug)]
pub(super) struct Shared {
    tail: watch::Sender<Position>,
    notices: broadcast::Sender<Notice>,
    reader: Reader,
    next_act: AtomicU64,
    full: AtomicBool,
    pub(super) counters: Arc<Counters>,
}

impl Shared {
    pub(super) fn new(tail: Position, reader: Reader, counters: Arc<Counters>) -> Arc<Shared> {
        let shared = Shared {
            tail: watch::Sender::new(tail),
            notices: broadcast::Sender::new(NOTICES_KEPT),
            reader,
            next_act: AtomicU64::new(1),
            full: AtomicBool::new(false),
            counters,
        };
        Arc::new(shared)
    }

    pub(super) fn saw_room(&self, room: bool) {
        self.full.store(!room, Ordering::Relaxed);
    }

    pub(super) fn grew(&self, at: Position) {
        self.tail.send_replace(at);
    }

    pub(super) fn publish(&self, notice: Notice) {
        // Nobody listening is no fault.
        let _ = self.notices.send(notice);
    }
}

/// A cloneable way to a running node.
#[derive(Clone, Debug)]
pub struct Handle {
    commands: mpsc::Sender<Command>,
    shared: Arc<Shared>,
}

impl Handle {
    pub(super) fn new(commands: mpsc::Sender<Command>, shared: Arc<Shared>) -> Handle {
        Handle { commands, shared }
    }

    /// Lets the node sign bodies that its own door would refuse, from here on.
    ///
    /// # Errors
    /// [`DriverGone`].
    #[cfg(feature = "unsafe-author")]
    pub async fn author_unjudged(&self) -> Result<(), DriverGone> {
        self.command(Command::Unjudged).await
    }

    /// Writes bodies of one scope and local facts, durable together, and returns where they stand once they are.
    ///
    /// # Errors
    /// The inner refusal when nothing was written; [`DriverGone`] when the outcome is unknown because the process is ending.
    pub async fn act(
        &self,
        scope: Scope,
        bodies: Vec<LocalBody>,
        notes: Vec<Note>,
    ) -> Result<Result<Vec<ActPlace>, ActRefusal>, DriverGone> {
        let id = self.next_act();
        self.ask(id, Input::Local(LocalAct { id, scope, bodies, notes })).await
    }

    /// Does a step of the hub's office; returns once it is durable.
    ///
    /// # Errors
    /// As [`Handle::act`].
    pub async fn hub_act(&self, step: HubStep) -> Result<Result<Vec<ActPlace>, ActRefusal>, DriverGone> {
        let id = self.next_act();
        let act = match step {
            HubStep::Authority { act, notes } => HubAct::Authority { id, act: *act, notes },
            HubStep::Day(day) => HubAct::Day { id, day },
        };
        self.ask(id, Input::Hub(act)).await
    }

    /// Keeps local facts that never travel, durable together; keys that begin with `protocol.` are the node's own and are refused.
    ///
    /// # Errors
    /// The inner refusal when nothing was written; [`DriverGone`] when the outcome is unknown because the process is ending.
    pub async fn keep(&self, notes: Vec<Note>) -> Result<Result<(), ActRefusal>, DriverGone> {
        if notes.is_empty() || notes.iter().any(|(key, _)| key.starts_with(NODES_OWN)) {
            return Ok(Err(ActRefusal::Size));
        }
        let (answer, answered) = oneshot::channel();
        self.command(Command::Keep { notes, answer }).await?;
        answered.await.map_err(|_| DriverGone)
    }

    /// Sends a document ahead of the bulk.
    ///
    /// # Errors
    /// [`DriverGone`].
    pub async fn urge(&self, document: DocId) -> Result<(), DriverGone> {
        self.command(Command::Input(Input::Urge(document))).await
    }

    /// Dials every peer now.
    ///
    /// # Errors
    /// [`DriverGone`].
    pub async fn sync_now(&self) -> Result<(), DriverGone> {
        self.command(Command::Input(Input::SyncNow)).await
    }

    /// Looks at the node between two inputs; `look` must be quick, for everybody waits.
    ///
    /// # Errors
    /// [`DriverGone`].
    pub async fn view<R: Send + 'static>(&self, look: impl FnOnce(&Node) -> R + Send + 'static) -> Result<R, DriverGone> {
        let (answer, answered) = oneshot::channel();
        let look = Box::new(move |node: &Node| {
            let _ = answer.send(look(node));
        });
        self.command(Command::View(look)).await?;
        answered.await.map_err(|_| DriverGone)
    }

    /// Replaces the addresses to dial; slots beyond what the node was opened with are not dialled.
    ///
    /// # Errors
    /// [`DriverGone`].
    pub async fn set_peers(&self, peers: Vec<String>) -> Result<(), DriverGone> {
        self.command(Command::Peers(peers)).await
    }

    /// Keeps another rhythm of sessions from here on; whoever waits for the next one dials now.
    ///
    /// # Errors
    /// [`DriverGone`].
    pub async fn keep_rhythm(&self, rhythm: super::Rhythm) -> Result<(), DriverGone> {
        self.command(Command::Rhythm(rhythm)).await
    }

    /// Returns a reader of what is committed.
    #[must_use]
    pub fn reader(&self) -> Reader {
        self.shared.reader.clone()
    }

    /// Returns a watch on the journal's newest position.
    #[must_use]
    pub fn tail_watch(&self) -> watch::Receiver<Position> {
        self.shared.tail.subscribe()
    }

    /// Returns whether the newest commit was refused for want of space.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.shared.full.load(Ordering::Relaxed)
    }

    /// Returns the notices from now on.
    #[must_use]
    pub fn notices(&self) -> broadcast::Receiver<Notice> {
        self.shared.notices.subscribe()
    }

    /// Returns the figures counted in this process.
    #[must_use]
    pub fn counters(&self) -> &Arc<Counters> {
        &self.shared.counters
    }

    /// Ends the driver: the commit under way is finished, peers hear a farewell. Await `ended` of [`Running`](super::Running) for the end.
    pub async fn shutdown(&self) {
        // A driver that is gone has nothing left to end.
        let _ = self.command(Command::Shutdown).await;
    }

    fn next_act(&self) -> ActId {
        ActId(self.shared.next_act.fetch_add(1, Ordering::Relaxed))
    }

    async fn ask(&self, id: ActId, input: Input) -> Result<Result<Vec<ActPlace>, ActRefusal>, DriverGone> {
        let (answer, answered) = oneshot::channel();
        self.command(Command::Act { input, id, answer }).await?;
        answered.await.map_err(|_| DriverGone)
    }

    async fn command(&self, command: Command) -> Result<(), DriverGone> {
        self.commands.send(command).await.map_err(|_| DriverGone)
    }
}
