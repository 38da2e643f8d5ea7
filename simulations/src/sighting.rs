//! What can be seen of a county from outside while it runs: the only thing that checkers are told, whatever engine runs.

use crate::layout::Seat;
use mesh_model::id::{Branch, Digest, Hash};
use mesh_model::time::Uptime;
use sync_protocol::batch::Chain;
use sync_protocol::io::{ActPlace, Mending, Rung};
use sync_protocol::journal::StoredBatch;

/// One thing seen.
#[derive(Clone, Copy, Debug)]
pub enum Sighting<'a> {
    /// A node found its own signature on what it does not hold, and writes on another branch.
    BranchOpened {
        /// Whose.
        seat: Seat,
        /// As it was.
        old: Branch,
        /// As it is.
        new: Branch,
    },
    /// The node process started on what its disk holds.
    Booted {
        /// Where.
        seat: Seat,
    },
    /// The node asked for a dial.
    Dialled {
        /// Who.
        seat: Seat,
    },
    /// Two headers of one chain have one seq.
    ForkSeen {
        /// By whom.
        seat: Seat,
        /// Where.
        chain: Chain,
        /// At.
        seq: u64,
    },
    /// A node gave a session up after too many repairs.
    GaveUp {
        /// Who.
        seat: Seat,
    },
    /// A node learned how far a peer durably holds its journal; receipts rise to the relay's rung by it.
    HeldBy {
        /// Whose journal.
        seat: Seat,
        /// Who holds it.
        peer: Seat,
        /// Up to this position.
        seq: u64,
    },
    /// A connection is gone at one end.
    LinkDown {
        /// Whose end.
        seat: Seat,
        /// With whom.
        peer: Seat,
    },
    /// A connection is up at one end.
    LinkUp {
        /// Whose end.
        seat: Seat,
        /// With whom.
        peer: Seat,
    },
    /// Vectors were compared.
    Mended {
        /// Who asks.
        seat: Seat,
        /// Whom.
        peer: Seat,
        /// Why.
        kind: Mending,
        /// Ranges asked for.
        ranges: usize,
    },
    /// A node broke a rule of the protocol, as its peer says.
    PeerFault {
        /// Who says so.
        seat: Seat,
        /// Of whom.
        peer: Seat,
    },
    /// The node process is gone.
    PoweredOff {
        /// Where.
        seat: Seat,
    },
    /// A window printed a receipt for a paper of the plan.
    Printed {
        /// Where.
        seat: Seat,
        /// The paper's number in the plan.
        paper: u64,
        /// What it stands for.
        places: &'a [ActPlace],
    },
    /// A node says that it and a peer hold the same.
    Proven {
        /// Who says so.
        seat: Seat,
        /// With whom.
        peer: Seat,
        /// Over how many scopes.
        scopes: usize,
        /// Over which root.
        root: Digest,
    },
    /// How much waits, looked at now and then.
    Queued {
        /// Where.
        seat: Seat,
        /// Bytes handed to links and not yet sent.
        link_bytes: u64,
        /// Commits that wait for the disk.
        commits: u64,
    },
    /// The disk went back: it holds an older copy, or lost what it had answered for. What is still on it is told again as [`Sighting::Stored`].
    Rolled {
        /// Whose.
        seat: Seat,
    },
    /// A node's word that it durably holds urged papers left it towards a peer.
    SaidHeld {
        /// Whose word.
        seat: Seat,
        /// To whom.
        peer: Seat,
        /// Which batches.
        headers: &'a [Hash],
    },
    /// Batches left a node towards a peer.
    Sent {
        /// From.
        seat: Seat,
        /// To.
        peer: Seat,
        /// What, as decoded from the frame.
        batches: &'a [StoredBatch],
    },
    /// A window shows how far an own paper has come; looked at whenever the hub's word comes to a site whose disk once went back.
    Shown {
        /// Where.
        seat: Seat,
        /// Which batch.
        header: Hash,
        /// How far, as the window says.
        rung: Rung,
    },
    /// A batch became durable.
    Stored {
        /// Where.
        seat: Seat,
        /// What.
        batch: &'a StoredBatch,
        /// Its header.
        header: Hash,
    },
}

/// How closely a run is watched. Looking into every frame costs about as much as running it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Depth {
    /// Only what is left at the end is judged: for years of whole counties.
    End,
    /// Every sighting is told: for hunts.
    Full,
}

/// Somebody who watches a run.
pub trait Watch {
    /// Is told one thing seen at `at`, in order of time.
    fn see(&mut self, at: Uptime, sighting: &Sighting<'_>);
}

/// Nobody watches.
#[derive(Clone, Copy, Debug, Default)]
pub struct Blind;

impl Watch for Blind {
    fn see(&mut self, _: Uptime, _: &Sighting<'_>) {}
}
