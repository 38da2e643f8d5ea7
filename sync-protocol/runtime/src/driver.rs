//! The driver: one task that owns the node and feeds it; the journal's writer and every link run beside it.
//!
//! The loop takes one input, drains the node's outputs, and starts a commit whenever none is under way: everything that waits goes into one
//! transaction, and reading goes on meanwhile. Answers go back in ticket order. Everybody else talks to the node through a [`Handle`].

mod commits;
mod handle;
mod links;
mod rhythm;
mod sent_log;
mod tap;

#[cfg(test)]
mod tests;

pub use handle::{DriverGone, Handle, HubStep};
pub use rhythm::Rhythm;
pub use tap::{Passed, Tap};

use crate::env::{Env, Task};
use crate::identity::{Directory, SharedDirectory};
use crate::journal::{CommitError, Group, Journal, JournalError, Reader};
use crate::link::Net;
use crate::telemetry::Counters;
use commits::{Asker, Outcome};
use handle::{Command, Shared};
use links::{Event, Links};
use sent_log::SentLog;
use std::collections::{BTreeMap, VecDeque};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use sync_protocol::guard::Guards;
use sync_protocol::io::{ActId, ActPlace, ActRefusal, Input, LinkId, Notice, Output};
use sync_protocol::journal::{Load, LoadId, Loaded, Write};
use sync_protocol::node::{Config, Node, OpenError};
use tokio::sync::{mpsc, oneshot};

/// Events of links that wait for the driver; past it the links stop reading.
const EVENTS_WAITING_MAX: usize = 128;
/// Commands that wait for the driver.
const COMMANDS_WAITING_MAX: usize = 256;
/// How long an ending driver waits for the last commit and the farewells.
const SHUTDOWN_PATIENCE: Duration = Duration::from_secs(5);

/// What a driver is started with, beside the node's own [`Config`].
#[derive(Debug, Default)]
pub struct Options {
    /// Addresses to dial, `HOST:PORT` each, in the order of their slots.
    pub peers: Vec<String>,
    /// Keeps a line for each batch that was transmitted: JSON lines of peer, scope and header.
    pub sent_log: Option<PathBuf>,
    /// Sees what passes between node and network.
    pub tap: Option<Tap>,
    /// When sessions are held with those it dials.
    pub rhythm: Rhythm,
    /// Whom the verifiers of [`Net`] trust; the driver keeps it fresh.
    pub directory: SharedDirectory,
    /// Takes the connections of newcomers that want to enrol; without it they are turned away.
    pub newcomers: Option<mpsc::Sender<quinn::Connection>>,
    /// Where figures are counted.
    pub counters: Arc<Counters>,
    /// Which guards of the protocol stand: all, except in a build that can switch one off. Given to the node by whoever starts it.
    pub guards: Guards,
}

/// A driver that could not be started; nothing runs.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The journal could not be read.
    #[error("load the journal")]
    Load(#[source] JournalError),
    /// What the journal holds is no node's.
    #[error("open the node")]
    Open(#[source] OpenError),
    /// The sent log could not be opened.
    #[error("open the sent log {path}")]
    SentLog {
        /// Which file.
        path: PathBuf,
        /// Cause.
        #[source]
        source: std::io::Error,
    },
}

/// Why a driver ended before it was told to; the process must end, and recovery is at the next start.
#[derive(Debug, thiserror::Error)]
pub enum DriverError {
    /// A commit's outcome is unknown.
    #[error("commit")]
    Commit(#[source] CommitError),
    /// The journal could not be read.
    #[error("load")]
    Load(#[source] JournalError),
    /// A task of the driver's ended by itself.
    #[error("the task of the journal's writer ended")]
    WriterGone,
}

/// A running driver.
#[derive(Debug)]
pub struct Running {
    /// The way to the node.
    pub handle: Handle,
    /// Ends when the driver does.
    pub ended: oneshot::Receiver<Result<(), DriverError>>,
}

/// Loads the journal, opens the node and starts its driver; with `net` it also listens and dials.
///
/// # Errors
/// [`StartError`]; nothing runs then.
pub async fn start<J: Journal>(
    env: Arc<dyn Env>,
    config: Config,
    mut journal: J,
    net: Option<Net>,
    options: Options,
) -> Result<Running, StartError> {
    let reader = journal.reader();
    let stored = journal.load().await.map_err(StartError::Load)?;
    let tail = stored.tail;
    let node = Node::open(config, stored).map_err(StartError::Open)?;
    let sent_log = match options.sent_log {
        None => None,
        Some(path) => Some(SentLog::open(&path).map_err(|source| StartError::SentLog { path, source })?),
    };
    let (commands, receive_commands) = mpsc::channel(COMMANDS_WAITING_MAX);
    let (events, receive_events) = mpsc::channel(EVENTS_WAITING_MAX);
    let (groups, receive_groups) = mpsc::channel(1);
    let (committed, receive_committed) = mpsc::channel(1);
    let writer = env.spawn(Box::pin(run_writer(journal, receive_groups, committed)));
    let shared = Shared::new(tail, reader.clone(), options.counters.clone());
    let handle = Handle::new(commands, shared.clone());
    let mut links = Links::new(env.clone(), net, options.peers, options.newcomers, events, options.counters.clone(), options.tap.clone());
    links.keep_rhythm(options.rhythm);
    let driver = Driver {
        links,
        env: env.clone(),
        node,
        reader,
        writer,
        groups,
        waiting: VecDeque::new(),
        committing: Vec::new(),
        loads: tokio::task::JoinSet::new(),
        acts: BTreeMap::new(),
        shared,
        sent_log,
        tap: options.tap,
        directory: options.directory,
    };
    let (end, ended) = oneshot::channel();
    env.spawn(Box::pin(async move {
        let outcome = driver.run(receive_commands, receive_events, receive_committed).await;
        let _ = end.send(outcome);
    }));
    Ok(Running { handle, ended })
}

type Answer = oneshot::Sender<Result<Vec<ActPlace>, ActRefusal>>;

/// Commits one group after another, so that the driver never waits for a disk.
async fn run_writer<J: Journal>(mut journal: J, mut groups: mpsc::Receiver<Group>, committed: mpsc::Sender<Outcome>) {
    while let Some(group) = groups.recv().await {
        let outcome = journal.commit(group).await;
        if committed.send(outcome).await.is_err() {
            return;
        }
    }
    journal.close().await;
}

struct Driver {
    env: Arc<dyn Env>,
    node: Node,
    reader: Reader,
    writer: Task,
    groups: mpsc::Sender<Group>,
    waiting: VecDeque<(Asker, Vec<Write>)>,
    committing: Vec<Asker>,
    loads: tokio::task::JoinSet<(LoadId, Result<Loaded, JournalError>)>,
    acts: BTreeMap<ActId, Answer>,
    links: Links,
    shared: Arc<Shared>,
    sent_log: Option<SentLog>,
    tap: Option<Tap>,
    directory: SharedDirectory,
}

enum Next {
    On,
    End,
}

impl Driver {
    async fn run(
        mut self,
        mut commands: mpsc::Receiver<Command>,
        mut events: mpsc::Receiver<Event>,
        mut committed: mpsc::Receiver<Outcome>,
    ) -> Result<(), DriverError> {
        self.refresh_directory();
        self.drain();
        loop {
            self.wake_if_due();
            self.start_commit();
            let sleep_ms = self.sleep_ms();
            let takes_events = !self.is_sated();
            // Cancel-safety: every branch but the sleep receives from a channel or a set, which loses nothing when another wins.
            tokio::select! {
                biased;
                outcome = committed.recv() => self.on_committed(outcome)?,
                command = commands.recv() => {
                    if matches!(self.on_command(command), Next::End) {
                        break;
                    }
                }
                Some(loaded) = self.loads.join_next() => {
                    let (id, loaded) = loaded.map_err(|_| DriverError::WriterGone)?;
                    self.feed(Input::Loaded(id, loaded.map_err(DriverError::Load)?));
                }
                Some(event) = events.recv(), if takes_events => {
                    if let Event::Rest(link) = &event {
                        self.rest(*link);
                    }
                    if let Some(input) = self.links.on_event(event) {
                        self.feed(input);
                    }
                }
                () = tokio::time::sleep(Duration::from_millis(sleep_ms)) => {}
            }
        }
        self.end(committed).await
    }

    /// Gives the node one input and does everything it asks for.
    fn feed(&mut self, input: Input) {
        let now = self.env.uptime();
        self.node.handle(now, input);
        self.drain();
    }

    fn drain(&mut self) {
        while let Some(output) = self.node.poll_output() {
            match output {
                Output::Commit(ticket, writes) => self.waiting.push_back((Asker::Node(ticket), writes)),
                Output::Load(id, load) => self.load(id, load),
                Output::Transmit { link, lane, frame } => {
                    if let Some(log) = &mut self.sent_log {
                        log.note(self.links.peer(link), &frame);
                    }
                    if let (Some(tap), Some(peer)) = (&self.tap, self.links.peer(link)) {
                        tap.see(Passed::Sent { peer, lane, frame: &frame });
                    }
                    self.links.send(link, lane, frame);
                }
                Output::Dial(slot) => self.links.dial(slot),
                Output::Hangup(link, bye) => self.links.hang_up(link, bye),
                Output::Notice(notice) => self.on_notice(notice),
            }
        }
    }

    fn wake_if_due(&mut self) {
        let now = self.env.uptime();
        if self.node.next_timeout().is_some_and(|(at, _)| at <= now) {
            self.feed(Input::Wake);
        }
    }

    fn sleep_ms(&self) -> u64 {
        let longest = self.env.timer_ms_max();
        let Some((at, _)) = self.node.next_timeout() else {
            return longest;
        };
        at.ms_since(self.env.uptime()).min(longest)
    }

    /// Whether links must wait: too much is taken in that is not durable yet, and an answer of the journal is on its way.
    fn is_sated(&self) -> bool {
        let answers_come = !self.committing.is_empty() || !self.loads.is_empty();
        answers_come && self.node.is_sated()
    }

    fn load(&mut self, id: LoadId, load: Load) {
        let reader = self.reader.clone();
        self.loads.spawn(async move { (id, reader.fetch(load).await) });
    }

    fn on_command(&mut self, command: Option<Command>) -> Next {
        match command {
            None | Some(Command::Shutdown) => return Next::End,
            Some(Command::Act { input, id, answer }) => {
                self.acts.insert(id, answer);
                self.feed(input);
            }
            Some(Command::Keep { notes, answer }) => {
                let writes = notes.into_iter().map(|(key, value)| Write::Note { key, value }).collect();
                self.waiting.push_back((Asker::Room(answer), writes));
            }
            Some(Command::Input(input)) => {
                if input == Input::SyncNow {
                    self.links.hurry();
                }
                self.feed(input);
            }
            Some(Command::Rhythm(rhythm)) => self.links.keep_rhythm(rhythm),
            Some(Command::View(look)) => look(&self.node),
            Some(Command::Peers(peers)) => self.links.set_peers(peers),
            #[cfg(feature = "unsafe-author")]
            Some(Command::Unjudged) => self.node.author_unjudged(),
        }
        Next::On
    }

    fn on_notice(&mut self, notice: Notice) {
        match &notice {
            Notice::Durable { id, places } => self.answer(*id, Ok(places.clone())),
            Notice::ActRefused { id, why } => self.answer(*id, Err(why.clone())),
            Notice::Grew(at) => self.shared.grew(*at),
            Notice::AuthorityMoved { .. } => self.refresh_directory(),
            Notice::Proven { peer, .. } => self.links.rest_later(*peer),
            Notice::Mended { .. }
            | Notice::DayMoved(_)
            | Notice::BranchOpened { .. }
            | Notice::ForkSeen { .. }
            | Notice::BodyRefused { .. }
            | Notice::PeerFault { .. }
            | Notice::Full
            | Notice::HeldBy { .. } => {}
        }
        self.shared.counters.notice(&notice);
        crate::telemetry::log(&notice);
        self.shared.publish(notice);
    }

    /// Hangs up on a peer with which nothing is left to be said, where a rhythm is kept.
    fn rest(&mut self, link: LinkId) {
        let Some(peer) = self.links.peer(link) else { return };
        if self.node.peers().iter().any(|status| status.peer == peer && status.in_sync) {
            self.links.rest(link);
        }
    }

    fn answer(&mut self, id: ActId, answer: Result<Vec<ActPlace>, ActRefusal>) {
        if let Some(waiting) = self.acts.remove(&id) {
            // A desk that no longer waits finds its act in the journal.
            let _ = waiting.send(answer);
        }
    }

    fn refresh_directory(&self) {
        self.directory.replace(Directory::of(self.node.authority()));
    }

    /// Waits for the commit that is under way and for the farewells, each within bounds.
    async fn end(mut self, mut committed: mpsc::Receiver<Outcome>) -> Result<(), DriverError> {
        let last = async {
            while !self.committing.is_empty() || !self.waiting.is_empty() {
                self.start_commit();
                let outcome = committed.recv().await;
                self.on_committed(outcome)?;
            }
            Ok(())
        };
        let outcome = tokio::time::timeout(SHUTDOWN_PATIENCE, last).await.unwrap_or(Ok(()));
        self.links.close_all(SHUTDOWN_PATIENCE).await;
        drop(self.groups);
        let _ = tokio::time::timeout(SHUTDOWN_PATIENCE, self.writer).await;
        outcome
    }
}
