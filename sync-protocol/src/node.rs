//! One machine's store of chains: takes inputs, gives outputs, knows no world.

use crate::authority::Authority;
use crate::crypto::SigningKey;
use crate::io::{ActPlace, Input, Output, Rung};
use crate::journal::Stored;
use mesh_model::id::{Branch, Digest, NodeId};
use mesh_model::place::Scope;
use mesh_model::time::{Day, Uptime};

/// What a node is opened with; nothing here changes while it runs.
#[derive(Debug)]
pub struct Config {
    /// Signs batches; names the node.
    pub key: SigningKey,
    /// BLAKE3 of the county root's public key: the pin from the enrolment token.
    pub root_pin: [u8; 32],
    /// 16 random bytes of this process start.
    pub boot: [u8; 16],
    /// Feeds the generator for branches and jitter; nothing observable depends on it otherwise.
    pub seed: [u8; 32],
    /// How many addresses the runtime may dial.
    pub slots: u16,
}

/// A store that cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// A stored vector row cannot be read.
    #[error("vector row of chain {chain:?} is damaged")]
    Rows {
        /// Which.
        chain: crate::batch::Chain,
    },
    /// The stored authority log does not replay.
    #[error("the stored authority log does not replay at height {height}")]
    Authority {
        /// Where.
        height: u64,
    },
    /// A local fact of the protocol cannot be read.
    #[error("local fact {key} is damaged")]
    Note {
        /// Which.
        key: String,
    },
}

/// Why the node wants to be woken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TimerReason {
    /// A slot's back-off is over.
    Dial,
    /// A link showed no hello.
    Hello,
    /// The hub owes receipts.
    Landed,
    /// A proof is due again.
    Proof,
}

/// What a node knows of a peer, for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeerStatus {
    /// Who.
    pub peer: NodeId,
    /// Whether a link is up.
    pub linked: bool,
    /// When roots were last shown equal, in this process.
    pub proven_at: Option<Uptime>,
    /// Over how many scopes.
    pub proven_scopes: usize,
    /// How far the peer holds our journal, in our numbers.
    pub held: u64,
    /// Repairs and fills counted in this process.
    pub repairs: u32,
    /// Newly common scopes filled in this process.
    pub fills: u32,
    /// Frame bytes sent and received in this process.
    pub bytes: (u64, u64),
}

/// The pure core of hub and edge node alike.
#[derive(Debug)]
pub struct Node {
    _todo: (),
}

impl Node {
    /// Opens a node on what its journal holds. A new store (empty [`Stored`]) draws its branch and emits a commit that keeps it.
    ///
    /// # Errors
    /// [`OpenError`] when the store is damaged; nothing was written.
    pub fn open(config: Config, stored: Stored) -> Result<Node, OpenError> {
        let _ = (config, stored);
        unimplemented!()
    }

    /// Takes one input at `now`; never blocks, never panics on a peer's bytes.
    pub fn handle(&mut self, now: Uptime, input: Input) {
        let _ = (now, input);
    }

    /// Returns the next output; drain until `None` after every input.
    pub fn poll_output(&mut self) -> Option<Output> {
        None
    }

    /// Returns when the node wants [`Input::Wake`], and why.
    #[must_use]
    pub fn next_timeout(&self) -> Option<(Uptime, TimerReason)> {
        None
    }

    /// Returns this node's id.
    #[must_use]
    pub fn id(&self) -> NodeId {
        unimplemented!()
    }

    /// Returns the store id.
    #[must_use]
    pub fn branch(&self) -> Branch {
        unimplemented!()
    }

    /// Returns the authority log as this node knows it.
    #[must_use]
    pub fn authority(&self) -> &Authority {
        unimplemented!()
    }

    /// Returns the newest day record's day, if any is known.
    #[must_use]
    pub fn day(&self) -> Option<Day> {
        None
    }

    /// Returns the rung of an act of this node, or of any chain held here.
    #[must_use]
    pub fn rung(&self, place: &ActPlace) -> Rung {
        let _ = place;
        Rung::Window
    }

    /// Returns what is known of each peer, by node id.
    #[must_use]
    pub fn peers(&self) -> Vec<PeerStatus> {
        Vec::new()
    }

    /// Returns each scope held here with its digest and number of batches, in order of scope.
    #[must_use]
    pub fn digests(&self) -> Vec<(Scope, Digest, u64)> {
        Vec::new()
    }
}
