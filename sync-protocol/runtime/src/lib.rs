//! Over what documents travel: the only shell around the pure core.
//!
//! The [driver] owns a [`Node`](sync_protocol::node::Node) and a [journal], feeds the one with inputs and the other with commits,
//! and speaks to peers over QUIC [links](link), whose ends prove who they are by [identity]. Everything that is not a value comes through
//! one [`Env`](env::Env). Operators talk to a daemon over the [admin socket](admin); what happens is told by [telemetry].
//!
//! No field of a document is read here, no rule of the office is known, and nothing here decides what a peer may hold.

pub mod admin;
pub mod driver;
pub mod enrol;
pub mod env;
pub mod identity;
pub mod journal;
pub mod link;
pub mod lock;
pub mod store;
pub mod telemetry;

#[cfg(test)]
mod testing;
