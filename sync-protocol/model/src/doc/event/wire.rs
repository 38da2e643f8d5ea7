//! The bytes of an event: an outer map for the envelope, and the fields of the kind as CBOR inside a byte string.
//!
//! The inner byte string lets a node read the envelope of a kind it does not know.

use super::{AFTER_MAX, Body, CaseEvent, DaySource, EVENT_BYTES_MAX, Envelope, EventKind};
use crate::code::StaffId;
use crate::id::{EventId, Hash, NodeId, SiteId};
use crate::time::Day;
use minicbor::bytes::ByteVec;

/// Why bytes are no event.
#[derive(Debug, thiserror::Error)]
pub enum ReadEventError {
    /// The value is longer than an event may be.
    #[error("event has {bytes} bytes, at most {EVENT_BYTES_MAX} are allowed")]
    TooLong {
        /// Length of the value.
        bytes: usize,
    },
    /// The outer map is not that of an event.
    #[error("read the envelope of an event")]
    Envelope(#[source] minicbor::decode::Error),
    /// The fields of a known kind do not read.
    #[error("read the fields of a {} event", kind.word())]
    Fields {
        /// The kind that the envelope names.
        kind: EventKind,
        #[source]
        /// What the bytes hold instead.
        source: minicbor::decode::Error,
    },
    /// A field has a value that no author may write.
    #[error("{0} is out of range")]
    OutOfRange(&'static str),
}

#[derive(minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
struct Wire {
    #[n(0)]
    kind: u32,
    #[n(1)]
    fields: Option<ByteVec>,
    #[n(2)]
    #[cbor(default)]
    after: Vec<EventId>,
    #[n(3)]
    staff: StaffId,
    #[n(4)]
    site: SiteId,
    #[n(5)]
    node: Option<NodeId>,
    #[n(6)]
    occurred_on: Day,
    #[n(7)]
    minute: Option<u16>,
    #[n(8)]
    #[cbor(default)]
    day_source: DaySource,
    #[n(9)]
    as_of: Option<Day>,
    #[n(10)]
    #[cbor(default)]
    calendar: Vec<Hash>,
}

pub(super) fn write_value(event: &CaseEvent) -> Vec<u8> {
    let Envelope { after, staff, site, node, occurred_on, minute, day_source, as_of, calendar } = event.envelope.clone();
    let kind = event.kind().number();
    let wire = Wire { kind, fields: write_fields(&event.body), after, staff, site, node, occurred_on, minute, day_source, as_of, calendar };
    minicbor::to_vec(wire).expect("writing to memory does not fail")
}

fn write_fields(body: &Body) -> Option<ByteVec> {
    fn bytes<T: minicbor::Encode<()>>(fields: &T) -> Option<ByteVec> {
        Some(minicbor::to_vec(fields).expect("writing to memory does not fail").into())
    }
    match body {
        Body::Register(fields) => bytes(&**fields),
        Body::Forward(fields) | Body::Return(fields) => bytes(fields),
        Body::Receive | Body::Unknown(_) => None,
        Body::Accept(fields) => bytes(fields),
        Body::Assign(fields) => bytes(fields),
        Body::Decide(fields) => bytes(fields),
        Body::Conclude(fields) => bytes(fields),
        Body::Notify(fields) => bytes(fields),
        Body::Deliver(fields) => bytes(fields),
        Body::Withdraw(fields) => bytes(fields),
    }
}

pub(super) fn read_value(value: &[u8]) -> Result<CaseEvent, ReadEventError> {
    if value.len() > EVENT_BYTES_MAX {
        return Err(ReadEventError::TooLong { bytes: value.len() });
    }
    let wire: Wire = read_all(value).map_err(ReadEventError::Envelope)?;
    let kind = EventKind::from_number(wire.kind);
    let fields = wire.fields.as_ref().map_or(&[][..], |fields| fields.as_slice());
    let body = read_fields(kind, fields).map_err(|source| ReadEventError::Fields { kind, source })?;
    let Wire { after, staff, site, node, occurred_on, minute, day_source, as_of, calendar, .. } = wire;
    let in_order = |rank: Day| (0..=9999).contains(&rank.year());
    if after.len() > AFTER_MAX {
        return Err(ReadEventError::OutOfRange("the number of heads"));
    }
    if minute.is_some_and(|minute| minute >= 24 * 60) {
        return Err(ReadEventError::OutOfRange("the minute of the day"));
    }
    if !in_order(occurred_on) || as_of.is_some_and(|day| !in_order(day)) {
        return Err(ReadEventError::OutOfRange("the year"));
    }
    let envelope = Envelope { after, staff, site, node, occurred_on, minute, day_source, as_of, calendar };
    Ok(CaseEvent { envelope, body })
}

fn read_fields(kind: EventKind, bytes: &[u8]) -> Result<Body, minicbor::decode::Error> {
    Ok(match kind {
        EventKind::Register => Body::Register(Box::new(read_all(bytes)?)),
        EventKind::Forward => Body::Forward(read_all(bytes)?),
        EventKind::Receive => Body::Receive,
        EventKind::Accept => Body::Accept(read_all(bytes)?),
        EventKind::Assign => Body::Assign(read_all(bytes)?),
        EventKind::Decide => Body::Decide(read_all(bytes)?),
        EventKind::Conclude => Body::Conclude(read_all(bytes)?),
        EventKind::Return => Body::Return(read_all(bytes)?),
        EventKind::Notify => Body::Notify(read_all(bytes)?),
        EventKind::Deliver => Body::Deliver(read_all(bytes)?),
        EventKind::Withdraw => Body::Withdraw(read_all(bytes)?),
        EventKind::Unknown(number) => Body::Unknown(number),
    })
}

fn read_all<'b, T: minicbor::Decode<'b, ()>>(bytes: &'b [u8]) -> Result<T, minicbor::decode::Error> {
    let mut decoder = minicbor::Decoder::new(bytes);
    let value = decoder.decode()?;
    if decoder.position() == bytes.len() { Ok(value) } else { Err(minicbor::decode::Error::message("bytes follow the value")) }
}
