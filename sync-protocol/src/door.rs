//! The door: a pure judgement of a batch by its bytes, its header and the authority prefix that the header cites.
//!
//! Never by configuration, arrival order, memory or speed; every replica judges alike, and an author runs the same checks before it
//! signs. A header that fails is nobody's; a body that fails poisons only itself.

use crate::authority::Authority;
use crate::batch::{Body, BodyKind, Header, SCHEMA, SignedHeader, hash_entries};
use crate::crypto::Suite;
use crate::limits;
use crate::profile::{self, EventChange};
use crate::record::{Record, RecordTag};
use mesh_model::id::Hash;
use mesh_model::place::{Class, Place};

/// Why a body does not pass; the number travels in refusal records and never changes its meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, thiserror::Error)]
#[repr(u16)]
pub enum Reason {
    /// Over the size bound.
    #[error("the body is over the size bound")]
    Size = 1,
    /// The document does not belong to the batch's scope.
    #[error("the document is of another scope")]
    Scope = 2,
    /// A change that is not exactly one event.
    #[error("the change is not one event")]
    Profile = 3,
    /// The change's actor is not derived from node, boot and document.
    #[error("the actor is not the author's")]
    Actor = 4,
    /// A record that only a hub node may write.
    #[error("only a hub node may write this record")]
    NotHub = 5,
    /// A protocol record that cannot be read.
    #[error("the record cannot be read")]
    Record = 6,
    /// A reason of a newer release.
    #[error("a reason that this release does not know")]
    Unknown = 0xffff,
}

impl Reason {
    /// Returns the reason behind a travelling number.
    #[must_use]
    pub fn from_number(number: u16) -> Reason {
        match number {
            1 => Reason::Size,
            2 => Reason::Scope,
            3 => Reason::Profile,
            4 => Reason::Actor,
            5 => Reason::NotHub,
            6 => Reason::Record,
            _ => Reason::Unknown,
        }
    }
}

/// Why a header does not pass; the batch is not stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum HeaderFault {
    /// The author was not admitted at the height the header cites.
    #[error("the author is not known at the authority height the header cites")]
    Author,
    /// The signature is not the author's.
    #[error("the signature is not the author's")]
    Signature,
    /// The entries do not hash to what was signed, or their number differs.
    #[error("the entries are not those that were signed")]
    Entries,
    /// More bodies than a batch may hold.
    #[error("too many bodies")]
    Size,
    /// The header cites an authority record that is not on our log.
    #[error("the cited authority record is not on this log")]
    Authority,
    /// Only a hub node may write in the county's scopes.
    #[error("only a hub node may write in a county scope")]
    NotHub,
}

/// Judges a header with the entries of its bodies, against the log prefix that it cites; the signature is judged by this
/// node's own suite. The caller has made sure that the prefix is here.
///
/// The founding batch (height 0) is judged by its own record, see [`crate::node`].
///
/// # Errors
/// [`HeaderFault`]; nothing of the batch may be stored.
pub fn judge_header(header: &SignedHeader, entries: &[Hash], authority: &Authority, suite: &Suite) -> Result<(), HeaderFault> {
    let cited = header.authority;
    if !authority.holds(cited) {
        return Err(HeaderFault::Authority);
    }
    let author = authority.node_at(header.chain.node, cited.height).ok_or(HeaderFault::Author)?;
    let is_hub = authority.is_hub_at(header.chain.node, cited.height);
    judge_signed(header, entries, &author.keys.signing, suite)?;
    if header.chain.scope.place == Place::County && !is_hub {
        return Err(HeaderFault::NotHub);
    }
    Ok(())
}

/// Judges signature and entries under a given key and suite.
///
/// # Errors
/// [`HeaderFault`] as for [`judge_header`].
pub fn judge_signed(header: &SignedHeader, entries: &[Hash], signing_public: &[u8; 32], suite: &Suite) -> Result<(), HeaderFault> {
    let count = usize::from(header.bodies);
    if count > limits::BATCH_BODIES_MAX {
        return Err(HeaderFault::Size);
    }
    if !header.is_signed_by(signing_public, suite) {
        return Err(HeaderFault::Signature);
    }
    if entries.len() != count || hash_entries(entries.iter().copied()) != header.entries {
        return Err(HeaderFault::Entries);
    }
    Ok(())
}

/// A change of the event profile with the hash by which later ones depend on it.
pub type HashedChange = (EventChange, [u8; 32]);

/// Judges one body of a batch whose header passed.
///
/// A schema above this binary's is not judged: such bodies are stored and forwarded unread.
///
/// # Errors
/// [`Reason`] by which the hub refuses it for all.
pub fn judge_body(header: &Header, body: &Body, author_is_hub: bool) -> Result<(), Reason> {
    read_body(header, body, author_is_hub).map(drop)
}

/// As [`judge_body`], with the event of a case that was read on the way.
///
/// # Errors
/// As [`judge_body`].
pub fn read_body(header: &Header, body: &Body, author_is_hub: bool) -> Result<Option<HashedChange>, Reason> {
    if body.bytes.len() > limits::BODY_BYTES_MAX {
        return Err(Reason::Size);
    }
    if header.schema > SCHEMA {
        return Ok(None);
    }
    if !body.document.is_in(header.chain.scope) {
        return Err(Reason::Scope);
    }
    match body.kind {
        BodyKind::CHANGE if header.chain.scope.class == Class::CASES => read_event(header, body).map(Some),
        BodyKind::RECORD => judge_record(header, &body.bytes, author_is_hub).map(|()| None),
        _ => Ok(None),
    }
}

fn read_event(header: &Header, body: &Body) -> Result<HashedChange, Reason> {
    let (change, hash) = profile::read_hashed(&body.bytes).map_err(|_| Reason::Profile)?;
    let actor = profile::actor(header.chain.node, &header.boot, body.document);
    if change.actor == actor { Ok((change, hash)) } else { Err(Reason::Actor) }
}

fn judge_record(header: &Header, bytes: &[u8], author_is_hub: bool) -> Result<(), Reason> {
    let tag = RecordTag::of(bytes).ok_or(Reason::Record)?;
    if !author_is_hub {
        return Err(Reason::NotHub);
    }
    let record = Record::read(bytes).map_err(|_| Reason::Record)?;
    let at_home = match &record {
        Some(Record::Authority(_)) => header.chain.scope.class == Class::AUTHORITY,
        Some(Record::Day(_)) => header.chain.scope.class == Class::DAY,
        Some(Record::Landed(_) | Record::Refusal(_)) => true,
        None => tag.0 >= RecordTag::DOMAIN,
    };
    if at_home { Ok(()) } else { Err(Reason::Record) }
}

#[cfg(test)]
mod tests;
