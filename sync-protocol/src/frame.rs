//! Frames: what travels on a link. `u16` type (big-endian), then a CBOR map of numbered, optional fields; see `docs/wire.md`.
//!
//! Unknown fields are skipped; an unknown type with the high bit set is skipped, any other is answered with [`Frame::Bye`].
//! Numbers are never used again for something else: `tests/golden/` decodes for ever.

use crate::batch::{BodyKind, SignedHeader};
use crate::io::Bye;
use crate::journal::{Position, StoredBody};
use crate::limits;
use mesh_model::id::{Branch, Digest, Hash};
use mesh_model::place::{Scope, Shelf};
use minicbor::bytes::ByteArray;
use minicbor::{Decode, Encode};

mod bulk;
mod packing;
mod repair;
mod sound;
pub use bulk::{Bulk, Item, ItemBody};
pub use repair::{ChainRows, ScopeRows, Vectors, Want, WantBodies, WantRange};

/// The newest version of the protocol that this binary speaks.
pub const VERSION: u16 = 1;

/// First flight of a session, each way; it does not grow with scopes, documents or boots.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Hello {
    /// Newest version spoken.
    #[n(0)]
    pub version: u16,
    /// The sender's store.
    #[n(1)]
    pub branch: Branch,
    /// Height of the sender's authority log.
    #[n(2)]
    pub height: u64,
    /// First 8 bytes of the authority hash at that height.
    #[n(3)]
    pub authority: ByteArray<8>,
    /// Newest day record's day, 0 when none.
    #[n(4)]
    pub day: i32,
    /// Newest position of the sender's journal.
    #[n(5)]
    pub tail: u64,
    /// What the sender has read of the receiver's journal, in the receiver's numbers.
    #[n(6)]
    pub read: u64,
    /// First 8 bytes of the receiver's rolling hash there.
    #[n(7)]
    pub mark: ByteArray<8>,
    /// Root over the scopes common at the sender's height.
    #[n(8)]
    pub root: Option<Digest>,
    /// Oldest shelf the sender wants of site scopes; absent: all.
    #[n(9)]
    pub shelf_from: Option<u16>,
    /// Oldest version spoken; absent: 1.
    #[n(10)]
    pub version_min: Option<u16>,
    /// Features by name.
    #[n(11)]
    pub features: Option<Vec<String>>,
}

/// A claim about everything common, comparable only when nothing is in flight.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Proof {
    /// Authority height at which the common scopes were taken.
    #[n(0)]
    pub height: u64,
    /// Root over them.
    #[n(1)]
    pub root: Digest,
    /// Newest position of the sender's journal.
    #[n(2)]
    pub tail: u64,
    /// What the sender has read of the receiver's journal.
    #[n(3)]
    pub read: u64,
    /// First 8 bytes of the receiver's rolling hash there.
    #[n(4)]
    pub mark: ByteArray<8>,
    /// Whether the receiver is to repeat its own claim even if it did not change.
    #[n(5)]
    pub answer: Option<bool>,
    /// First 8 bytes of the sender's rolling hash at its tail: the claim is also a mark.
    #[n(6)]
    pub tail_mark: Option<ByteArray<8>>,
    /// Something that was sent could not be kept: the receiver is to show its vectors.
    #[n(7)]
    pub lost: Option<bool>,
}

/// A run of the bulk ended here: everything up to it that is common was sent.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Mark {
    /// In the sender's numbers.
    #[n(0)]
    pub seq: u64,
    /// First 8 bytes of the sender's rolling hash there.
    #[n(1)]
    pub mark: ByteArray<8>,
}

impl Mark {
    /// Names a position.
    #[must_use]
    pub fn at(at: Position) -> Mark {
        Mark { seq: at.seq, mark: at.mark.into() }
    }

    /// Returns the position named.
    #[must_use]
    pub fn position(&self) -> Position {
        Position { seq: self.seq, mark: self.mark.into() }
    }
}

/// The sender's durable word: it holds the receiver's journal up to here, and these urged headers.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Held {
    /// In the receiver's numbers.
    #[n(0)]
    pub seq: u64,
    /// Urged batches that are durable too.
    #[n(1)]
    pub urged: Option<Vec<Hash>>,
}

/// A good-bye with its reason.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Farewell {
    /// [`Bye`] as a number.
    #[n(0)]
    pub code: u16,
    /// Pauses between dials may grow to so many seconds; [`limits::BACKOFF_MS_MAX`] when absent.
    #[n(1)]
    pub retry_after_s: Option<u32>,
}

/// One frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Frame {
    /// First flight.
    Hello(Hello),
    /// Claim of equality.
    Proof(Proof),
    /// End of a run.
    Mark(Mark),
    /// Durable word.
    Held(Held),
    /// Comparison.
    Vectors(Vectors),
    /// Request.
    Want(Want),
    /// Batches, compressed.
    Bulk(Bulk),
    /// Good-bye.
    Bye(Farewell),
    /// Of a newer release, and skippable.
    Skip(u16),
}

/// A frame that cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    /// Over the bound, or shorter than its type.
    #[error("frame length")]
    Length,
    /// A type that this release does not know and may not skip.
    #[error("frame type")]
    Type(u16),
    /// Not the CBOR that the type promises.
    #[error("frame content")]
    Content,
}

const HELLO: u16 = 1;
const PROOF: u16 = 2;
const MARK: u16 = 3;
const HELD: u16 = 4;
const VECTORS: u16 = 5;
const WANT: u16 = 6;
const BULK: u16 = 7;
const BYE: u16 = 8;
const SKIPPABLE: u16 = 0x8000;

fn write(out: &mut Vec<u8>, kind: u16, body: &impl Encode<()>) {
    out.extend(kind.to_be_bytes());
    minicbor::encode(body, out).expect("encoding into memory cannot fail");
}

impl Frame {
    /// Returns the frame's name for faults and logs.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Frame::Hello(_) => "hello",
            Frame::Proof(_) => "proof",
            Frame::Mark(_) => "mark",
            Frame::Held(_) => "held",
            Frame::Vectors(_) => "vectors",
            Frame::Want(_) => "want",
            Frame::Bulk(_) => "bulk",
            Frame::Bye(_) => "bye",
            Frame::Skip(_) => "unknown",
        }
    }

    /// Returns the frame's bytes, without a length prefix.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        match self {
            Frame::Hello(body) => write(&mut out, HELLO, body),
            Frame::Proof(body) => write(&mut out, PROOF, body),
            Frame::Mark(body) => write(&mut out, MARK, body),
            Frame::Held(body) => write(&mut out, HELD, body),
            Frame::Vectors(body) => write(&mut out, VECTORS, body),
            Frame::Want(body) => write(&mut out, WANT, body),
            Frame::Bulk(body) => write(&mut out, BULK, &body.packed()),
            Frame::Bye(body) => write(&mut out, BYE, body),
            Frame::Skip(kind) => out.extend(kind.to_be_bytes()),
        }
        out
    }

    /// Reads one frame.
    ///
    /// # Errors
    /// [`FrameError`]; the link is to be closed.
    pub fn read(bytes: &[u8]) -> Result<Frame, FrameError> {
        if bytes.len() > limits::FRAME_BYTES_MAX {
            return Err(FrameError::Length);
        }
        let (kind, body) = bytes.split_at_checked(2).ok_or(FrameError::Length)?;
        let kind = u16::from_be_bytes(kind.try_into().expect("split at two bytes"));
        let content = |_| FrameError::Content;
        let frame = match kind {
            HELLO => Frame::Hello(minicbor::decode(body).map_err(content)?),
            PROOF => Frame::Proof(minicbor::decode(body).map_err(content)?),
            MARK => Frame::Mark(minicbor::decode(body).map_err(content)?),
            HELD => Frame::Held(minicbor::decode(body).map_err(content)?),
            VECTORS => Frame::Vectors(minicbor::decode(body).map_err(content)?),
            WANT => Frame::Want(minicbor::decode(body).map_err(content)?),
            BULK => Frame::Bulk(Bulk::read(body)?),
            BYE => Frame::Bye(minicbor::decode(body).map_err(content)?),
            other if other & SKIPPABLE != 0 => Frame::Skip(other),
            other => return Err(FrameError::Type(other)),
        };
        if frame.is_sound() { Ok(frame) } else { Err(FrameError::Content) }
    }
}

impl Hello {
    /// Returns the oldest shelf the sender wants of site scopes.
    #[must_use]
    pub fn shelf_from(&self) -> Shelf {
        Shelf(self.shelf_from.unwrap_or(0))
    }
}

impl Farewell {
    /// Says good-bye for a reason. What only people can mend is not asked about every few minutes, on lines that cost money.
    #[must_use]
    pub fn because(bye: Bye) -> Farewell {
        let retry_after_s = match bye {
            Bye::Fault | Bye::Revoked => u32::try_from(limits::TURNED_AWAY_MS_MAX / 1_000).ok(),
            Bye::Shutdown | Bye::Replaced | Bye::Silent | Bye::GaveUp | Bye::NoSpace => None,
        };
        Farewell { code: bye as u16, retry_after_s }
    }

    /// Returns to how many milliseconds the dialler's pauses may grow: not less than after a failed dial, and not more than an hour, whoever asks.
    #[must_use]
    pub fn pause_ms_max(&self) -> u64 {
        let asked_ms = self.retry_after_s.map_or(0, |seconds| u64::from(seconds) * 1_000);
        asked_ms.clamp(limits::BACKOFF_MS_MAX, limits::TURNED_AWAY_MS_MAX)
    }

    /// Returns whether the session was in vain, and another one soon would be too: everything but an end of the process and a newer link.
    #[must_use]
    pub fn is_in_vain(&self) -> bool {
        self.code != Bye::Shutdown as u16 && self.code != Bye::Replaced as u16
    }
}

impl ItemBody {
    /// Returns what a sender shows of a stored body.
    #[must_use]
    pub fn of(stored: &StoredBody) -> ItemBody {
        match stored {
            StoredBody::Here(body) => ItemBody::Here { document: body.document, kind: body.kind.0, bytes: body.bytes.clone().into() },
            StoredBody::Missing(entry) | StoredBody::Refused { entry, .. } => ItemBody::Blinded(*entry),
        }
    }

    /// Returns what a receiver stores.
    #[must_use]
    pub fn stored(self) -> StoredBody {
        match self {
            ItemBody::Here { document, kind, bytes } => {
                StoredBody::Here(crate::batch::Body { document, kind: BodyKind(kind), bytes: bytes.into() })
            }
            ItemBody::Blinded(entry) => StoredBody::Missing(entry),
        }
    }
}

/// Returns the scope and header hash of each batch in a transmitted frame; for a log of what was sent to whom.
#[must_use]
pub fn headers_in(frame: &[u8]) -> Vec<(Scope, Hash)> {
    match Frame::read(frame) {
        Ok(Frame::Bulk(bulk)) => {
            let headers = bulk.items.iter().filter_map(|item| SignedHeader::read(item.header.to_vec(), *item.signature).ok());
            headers.map(|header| (header.chain.scope, header.hash())).collect()
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests;
