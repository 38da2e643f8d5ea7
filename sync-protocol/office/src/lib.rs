//! What a desk does on any node: acts, views, and the admin routes that hub and edge node share.
//!
//! The [api] is the contract with the command line: a reply is what `--json` prints. The [desk] acts and answers; its lists are a
//! projection that follows the journal. Nothing in a view reads a clock: the county's day comes from the newest day record.

pub mod api;
