//! One event of a case: who did what, where, when by their own word, and what they had seen.
//!
//! The value travels as one CBOR map of at most [`EVENT_BYTES_MAX`] bytes; its hash is its id. What an event brings about is decided
//! by [`crate::case::fold`] alone.

mod body;
mod wire;

pub use body::{
    Accept, Assign, Body, Channel, Conclude, Decide, Decision, Deliver, EventKind, HandOver, Notify, PinnedItem, Register, Withdraw,
};
pub use wire::ReadEventError;

use crate::code::StaffId;
use crate::id::{EventId, Hash, NodeId, SiteId};
use crate::time::Day;

/// Most bytes that the value of an event has.
pub const EVENT_BYTES_MAX: usize = 16 * 1024;
/// Most heads that an event names; who has seen more joins the first of them (a graph of one case has a handful).
pub const AFTER_MAX: usize = 64;

/// A level of the fold's rules, pinned by a case's first event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, minicbor::Encode, minicbor::Decode)]
#[serde(transparent)]
#[cbor(transparent)]
pub struct RulesLevel(#[n(0)] pub u32);

impl RulesLevel {
    /// The newest level that this build knows.
    pub const NEWEST: RulesLevel = RulesLevel(1);
}

/// Where the day of an event comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, minicbor::Encode, minicbor::Decode)]
#[serde(rename_all = "lowercase")]
#[cbor(index_only)]
pub enum DaySource {
    /// The machine's date.
    #[default]
    #[n(0)]
    Clock,
    /// Typed by the clerk, such as for papers taken in during an outage.
    #[n(1)]
    Typed,
}

/// What every event states, whatever its kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    /// The heads of the event graph that the author had seen; empty in the first event only. This alone gives order.
    pub after: Vec<EventId>,
    /// Who acted.
    pub staff: StaffId,
    /// The site at which the act was done.
    pub site: SiteId,
    /// The node that wrote the event, where it is stated; the batch that carries it is the evidence.
    pub node: Option<NodeId>,
    /// The day of the act by the clerk's word; due dates count from it.
    pub occurred_on: Day,
    /// Minutes since midnight, 0 to 1439, where stated.
    pub minute: Option<u16>,
    /// Whether the day was typed.
    pub day_source: DaySource,
    /// The newest day record that the author had seen.
    pub as_of: Option<Day>,
    /// Hashes of the calendar years that the author counted with, see [`crate::calendar::WorkCalendar::pin`].
    pub calendar: Vec<Hash>,
}

/// An event of a case as its author wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseEvent {
    /// What every event states.
    pub envelope: Envelope,
    /// What this kind of event states.
    pub body: Body,
}

impl CaseEvent {
    /// Returns the kind.
    #[must_use]
    pub fn kind(&self) -> EventKind {
        self.body.kind()
    }

    /// Returns the value that travels. Its id is `EventId::of(&value)`.
    ///
    /// An event of unknown kind is for reading only: its own fields are not known, and so are not written.
    #[must_use]
    pub fn to_value(&self) -> Vec<u8> {
        wire::write_value(self)
    }

    /// Reads a value.
    ///
    /// # Errors
    /// [`ReadEventError`] when the value is too long, is no event, or a field is out of range.
    pub fn from_value(value: &[u8]) -> Result<CaseEvent, ReadEventError> {
        wire::read_value(value)
    }
}

#[cfg(test)]
mod tests;
