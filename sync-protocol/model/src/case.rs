//! A case: an append-only set of events whose state is a deterministic fold, and the acts that a window may add to it.
//!
//! [`fold`] reads, [`Act`] and [`register`] write; both ask the same judge, so that a window refuses early what the fold would mark.
//! There is no writable status, no clock and no order of arrival in here. Read [`state`] first, then [`fold`](mod@fold), then [`act`].

pub mod act;
pub mod authority;
pub mod clock;
pub mod facts;
pub mod fold;
mod judge;
pub mod mark;
mod order;
pub mod state;
pub mod view;

pub use act::{Act, ActError, Actor, NewCase, Receipt, register};
pub use authority::{Authority, Position, Post, SiteTree};
pub use clock::{Clock, ClockId, Verdict};
pub use facts::{Facts, Missing};
pub use fold::{Folded, HistoryLine, Recorded, Standing, fold, fold_document, level_of};
pub use mark::{Mark, Superseded, Unauthorised};
pub use state::State;
pub use view::CaseView;

#[cfg(test)]
mod tests;
