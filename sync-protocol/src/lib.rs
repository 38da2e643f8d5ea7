//! How documents travel: one sans-IO [`Node`](node::Node) per machine, and everything it decides.
//!
//! A clerk's act goes in as [`io::Input::Local`]; the node builds and signs a [batch](batch), asks for a commit, and only when the journal
//! says that it is durable speaks of it to the desk and to peers. A [session](session) greets, streams what the other lacks in journal
//! order, and proves by [heads vectors](vector) that both hold the same. What comes in passes the [door](door) first.
//!
//! Nothing here knows a clock, a socket, a disk, or what the papers say. Read `docs/index.md`, then [`io`], [`batch`], [`vector`],
//! [`node`], [`session`].

pub mod authority;
pub mod batch;
pub mod crypto;
pub mod door;
pub mod enrol;
pub mod fault;
pub mod frame;
pub mod guard;
pub mod io;
pub mod journal;
pub mod limits;
pub mod node;
pub mod profile;
pub mod record;
pub mod rhythm;
pub mod session;
pub mod vector;
