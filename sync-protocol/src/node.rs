//! One machine's store of chains: takes inputs, gives outputs, knows no world.
//!
//! Local acts wait in [`desk`], are signed, and go to the journal as a ticket. What peers send goes through [`intake`] and the door into
//! tickets too. [`settle`] is where a ticket becomes the truth; only there anything is said of it. [`stream`] and [`mend`] are the two
//! halves of keeping a peer up to date, [`greet`] opens a session, [`ration`] shows little to who refused, [`receipts`] is the hub's word,
//! [`dialling`] decides when to try again.

mod adopt;
mod alarms;
mod book;
mod common;
mod desk;
mod dialling;
mod greet;
mod intake;
mod mend;
mod opening;
mod prove;
mod ration;
mod receipts;
mod settle;
mod stream;
mod view;

pub use opening::{Config, OpenError};
pub use view::PeerStatus;

use crate::authority::Authority;
use crate::frame::Frame;
use crate::guard::{Guard, Guards};
use crate::io::{Bye, Input, Lane, LinkId, Notice, Output};
use crate::journal::{Cursors, Load, LoadId, Position, Stored, Ticket};
use crate::session::{Fault, Session};
use book::Book;
use mesh_model::id::{Branch, DocId, NodeId};
use mesh_model::time::Uptime;
use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;
use settle::Pending;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Why the node wants to be woken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TimerReason {
    /// A slot's back-off is over.
    Dial,
    /// A link showed no hello.
    Hello,
    /// The hub owes receipts.
    Landed,
    /// A peer's cursor is to be moved over papers that do not concern it.
    Claim,
}

/// Local fact: the branches of this store, oldest first, 8 bytes each; the last is the store id.
const NOTE_BRANCHES: &str = "protocol.branches";

/// What a load was asked for.
#[derive(Clone, Debug)]
enum LoadFor {
    /// The heads of a document on which a local act waits.
    Heads(DocId),
    /// Whether the front arrival of a link is known.
    Known { link: LinkId, asked: Vec<mesh_model::id::Hash> },
    /// Entries of the stream.
    Entries(LinkId),
    /// Batches of a job.
    Job(LinkId),
    /// Whether the peer's cursor is ours.
    Cursor(LinkId),
    /// Which heads of a peer's vectors are held.
    VectorHeads { link: LinkId, asked: Vec<mesh_model::id::Hash> },
    /// Which heads of receipts are held.
    ReceiptHeads(Vec<mesh_model::id::Hash>),
    /// The bodies of an urged document.
    UrgedDocument,
    /// The batches of an urged document, with their places in the journal.
    UrgedBatches(BTreeMap<mesh_model::id::Hash, u64>),
}

/// The pure core of hub and edge node alike.
#[derive(Debug)]
pub struct Node {
    config: Config,
    id: NodeId,
    rng: ChaCha8Rng,
    /// Oldest first; the last is the store id.
    branches: Vec<Branch>,
    book: Book,
    tail: Position,
    outputs: VecDeque<Output>,
    next_ticket: u64,
    next_load: u64,
    pending: VecDeque<Pending>,
    loads: BTreeMap<LoadId, LoadFor>,
    desk: desk::Desk,
    sessions: BTreeMap<LinkId, Session>,
    /// Until when each peer that has not greeted may do so.
    hellos: alarms::Alarms,
    /// When claims that only move a peer's cursor over others' papers are due.
    claims: alarms::Alarms,
    cursors: Cursors,
    peers: BTreeMap<NodeId, view::Peer>,
    dialler: dialling::Dialler,
    receipts: receipts::Receipts,
    /// What the rolling hash should be at the cursor a peer showed.
    shown_cursors: BTreeMap<LinkId, Position>,
    /// The load a job waits for.
    job_loads: BTreeMap<LinkId, Load>,
    /// Vectors whose heads the journal is asked about.
    compared: BTreeMap<LinkId, crate::frame::Vectors>,
    /// A test county authors what an honest node would not sign.
    #[cfg(feature = "unsafe-author")]
    unjudged: bool,
    /// A test county puts signatures under its batches that are nobody's.
    #[cfg(feature = "unsafe-author")]
    forging: bool,
    /// Links whose data the journal had no room for.
    starved: BTreeSet<LinkId>,
}

impl Node {
    /// Opens a node on what its journal holds. A new store (empty [`Stored`]) draws its branch and emits a commit that keeps it.
    ///
    /// # Errors
    /// [`OpenError`] when the store is damaged; nothing was written.
    pub fn open(config: Config, stored: Stored) -> Result<Node, OpenError> {
        let mut node = Node {
            id: config.key.node(),
            rng: ChaCha8Rng::from_seed(config.seed),
            branches: opening::branches_of(&stored)?,
            book: Book::new(config.guards),
            tail: stored.tail,
            outputs: VecDeque::new(),
            next_ticket: 1,
            next_load: 1,
            pending: VecDeque::new(),
            loads: BTreeMap::new(),
            desk: desk::Desk::default(),
            sessions: BTreeMap::new(),
            hellos: alarms::Alarms::default(),
            claims: alarms::Alarms::default(),
            cursors: stored.cursors.iter().copied().collect(),
            peers: BTreeMap::new(),
            dialler: dialling::Dialler::new(config.slots, config.guards),
            receipts: receipts::Receipts::default(),
            shown_cursors: BTreeMap::new(),
            job_loads: BTreeMap::new(),
            compared: BTreeMap::new(),
            #[cfg(feature = "unsafe-author")]
            unjudged: false,
            #[cfg(feature = "unsafe-author")]
            forging: false,
            starved: BTreeSet::new(),
            config,
        };
        node.restore(stored)?;
        if node.branches.is_empty() {
            node.open_branch();
        }
        Ok(node)
    }

    /// Takes one input at `now`; never blocks, never panics on a peer's bytes.
    pub fn handle(&mut self, now: Uptime, input: Input) {
        match input {
            Input::Local(act) => self.on_local(act),
            Input::Hub(act) => self.on_hub(act),
            Input::Committed(ticket, positions) => self.on_committed(now, ticket, &positions),
            Input::Refused(ticket, why) => self.on_refused(now, ticket, why),
            Input::Loaded(id, loaded) => self.on_loaded(now, id, loaded),
            Input::LinkUp { link, peer, side } => self.on_link_up(now, link, peer, side),
            Input::LinkDown(link) => self.on_link_down(now, link),
            Input::LinkClosed { link, why } => self.on_link_closed(now, link, why),
            Input::DialFailed(slot) => self.dialler.on_failed(now, slot, &mut self.rng),
            Input::DialRefused { slot, why } => self.on_dial_refused(now, slot, why),
            Input::Received { link, lane, frame } => self.on_received(now, link, lane, &frame),
            Input::Drained { link, bytes } => self.on_drained(now, link, bytes),
            Input::Urge(document) => self.load(Load::Document { document }, LoadFor::UrgedDocument),
            Input::SyncNow => self.on_sync_now(now),
            Input::Wake => {}
        }
        self.on_time(now);
    }

    fn on_time(&mut self, now: Uptime) {
        for slot in self.dialler.due(now) {
            self.outputs.push_back(Output::Dial(slot));
        }
        for link in self.hellos.due(now) {
            self.hang_up(now, link, Bye::Silent);
        }
        for link in self.claims.due(now) {
            self.claim(now, link);
            // A session that is not quiet claims when it is; until then this time must not wake the driver again and again.
            self.claims.clear_due(now, link);
        }
        self.hang_up_starved(now);
        self.pay_receipts(now);
    }

    /// Returns the next output; drain until `None` after every input.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// Returns when the node wants [`Input::Wake`], and why.
    #[must_use]
    pub fn next_timeout(&self) -> Option<(Uptime, TimerReason)> {
        let dial = self.dialler.next().map(|at| (at, TimerReason::Dial));
        let hello = self.hellos.next().map(|at| (at, TimerReason::Hello));
        let landed = self.receipts.next().map(|at| (at, TimerReason::Landed));
        let claim = self.claims.next().map(|at| (at, TimerReason::Claim));
        [dial, hello, landed, claim].into_iter().flatten().min()
    }

    /// Lets a test author bodies that its own door would refuse.
    #[cfg(feature = "unsafe-author")]
    pub fn author_unjudged(&mut self) {
        self.unjudged = true;
    }

    /// Lets a test author batches under signatures that nobody made, until it is told otherwise by another start.
    #[cfg(feature = "unsafe-author")]
    pub fn author_forged(&mut self) {
        self.forging = true;
    }

    /// Returns this node's id.
    #[must_use]
    pub fn id(&self) -> NodeId {
        self.id
    }

    /// Returns the store id.
    #[must_use]
    pub fn branch(&self) -> Branch {
        *self.branches.last().expect("a node opens a branch before anything else")
    }

    /// Returns the authority log as this node durably knows it.
    #[must_use]
    pub fn authority(&self) -> &Authority {
        self.book.authority()
    }

    fn guards(&self) -> Guards {
        self.config.guards
    }

    /// Returns whether papers of `scope` may be held by a peer as well as here, by an authority log.
    fn may_share(&self, log: &Authority, peer: NodeId, scope: mesh_model::place::Scope) -> bool {
        log.is_common(self.id, peer, scope, log.head().height) || !self.guards().keep(Guard::Entitlement)
    }

    fn load(&mut self, load: Load, why: LoadFor) {
        self.load_as(load, why);
    }

    fn load_as(&mut self, load: Load, why: LoadFor) -> LoadId {
        let id = LoadId(self.next_load);
        self.next_load += 1;
        self.loads.insert(id, why);
        self.outputs.push_back(Output::Load(id, load));
        id
    }

    fn take_ticket(&mut self) -> Ticket {
        let ticket = Ticket(self.next_ticket);
        self.next_ticket += 1;
        ticket
    }

    fn notice(&mut self, notice: Notice) {
        self.outputs.push_back(Output::Notice(notice));
    }

    fn transmit(&mut self, link: LinkId, lane: Lane, frame: &Frame) {
        let Some(session) = self.sessions.get_mut(&link) else { return };
        let frame = frame.to_bytes();
        session.out.queued_bytes += frame.len();
        self.peers.entry(session.peer).or_default().bytes.0 += frame.len() as u64 + 4;
        self.outputs.push_back(Output::Transmit { link, lane, frame });
    }

    fn fault(&mut self, now: Uptime, link: LinkId, fault: Fault) {
        if let Some(session) = self.sessions.get(&link) {
            let peer = session.peer;
            self.notice(Notice::PeerFault { peer, fault });
            self.hang_up(now, link, Bye::Fault);
        }
    }

    fn hang_up(&mut self, now: Uptime, link: LinkId, why: Bye) {
        let farewell = crate::frame::Farewell::because(why);
        self.heed(link, &farewell);
        self.transmit(link, Lane::Control, &Frame::Bye(farewell));
        self.outputs.push_back(Output::Hangup(link, why));
        self.on_link_down(now, link);
    }
}
