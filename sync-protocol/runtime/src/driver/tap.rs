//! What passes between a node and the network, for whoever wants to see it: audits and simulations. It changes nothing.

use mesh_model::id::NodeId;
use std::sync::Arc;
use sync_protocol::io::{Bye, Lane};

/// One thing that passed.
#[derive(Clone, Copy, Debug)]
pub enum Passed<'a> {
    /// The node asked for a dial.
    Dial,
    /// A dial came to nothing.
    DialFailed,
    /// The node hung up.
    HungUp {
        /// On whom.
        peer: NodeId,
        /// Why.
        bye: Bye,
    },
    /// A link ended, by whichever end.
    LinkDown {
        /// With whom.
        peer: NodeId,
    },
    /// A link is up.
    LinkUp {
        /// With whom.
        peer: NodeId,
        /// Whether this node dialled.
        dialled: bool,
    },
    /// The node handed a frame to a link.
    Sent {
        /// To whom.
        peer: NodeId,
        /// On which lane.
        lane: Lane,
        /// Type and CBOR.
        frame: &'a [u8],
    },
}

/// Is called for everything that passes; must be quick, for the driver waits.
#[derive(Clone)]
pub struct Tap(Arc<dyn Fn(Passed<'_>) + Send + Sync>);

impl Tap {
    /// Makes a tap of a function.
    pub fn new(see: impl Fn(Passed<'_>) + Send + Sync + 'static) -> Tap {
        Tap(Arc::new(see))
    }

    pub(super) fn see(&self, passed: Passed<'_>) {
        (self.0)(passed);
    }
}

impl std::fmt::Debug for Tap {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tap")
    }
}
