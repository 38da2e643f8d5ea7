//! What a desk does on any node: acts, views, and the admin routes that hub and edge node share.
//!
//! The [api] is the contract with the command line: a reply is what `--json` prints. The [desk] acts; its lists come from a cache that
//! follows the journal. Nothing in a view reads a clock: the county's day comes from the newest day record. [`trouble`] says what can go
//! wrong, in two languages.

pub mod api;
pub mod daemon;
pub mod desk;
pub mod face;
pub mod http;
pub mod manner;
pub mod record;
pub mod routes;
pub mod scope;
pub mod store;
pub mod trouble;
pub mod view;
pub mod words;

#[cfg(test)]
mod testing;
