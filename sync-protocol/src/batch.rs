//! Batches: what one node committed together in one scope, signed once, stored and forwarded verbatim.

use crate::crypto::{SigningKey, Suite};
use crate::limits;
use mesh_model::id::{Branch, DocId, Hash, NodeId};
use mesh_model::place::Scope;
use mesh_model::time::Day;
use std::sync::Arc;

/// The newest schema this binary writes and judges; a higher one is stored and forwarded unread.
pub const SCHEMA: u16 = 1;

/// A chain: what one store of one node wrote in one scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Chain {
    /// Author.
    pub node: NodeId,
    /// The author's store.
    pub branch: Branch,
    /// Where.
    pub scope: Scope,
}

/// The authority record that a header cites: everything up to it was known to the author.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AuthorityHead {
    /// Records in the log, dense from 1; 0 means none.
    pub height: u64,
    /// Hash of the record at that height; zeros at height 0.
    pub hash: Hash,
}

/// What a batch's author signs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// Algorithm of signature and hashes.
    pub alg: u8,
    /// Schema by which the door judges the bodies.
    pub schema: u16,
    /// Author, branch and scope.
    pub chain: Chain,
    /// Dense from 1.
    pub seq: u64,
    /// Hash of the chain's previous header; on the first of a branch the node's last head in the scope on the old one, else zeros.
    pub prev: Hash,
    /// 16 random bytes of the author's process start; feeds actor ids only.
    pub boot: [u8; 16],
    /// Newest authority record the author had seen.
    pub authority: AuthorityHead,
    /// Newest day record the author had seen; day 0 when none.
    pub day: Day,
    /// Hash over the entries in order.
    pub entries: Hash,
    /// How many bodies the batch has, 1 to [`limits::BATCH_BODIES_MAX`].
    pub bodies: u16,
}

/// A header as it travels: the exact bytes, their signature, and what they say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedHeader {
    /// Shared: a header is kept beside its batch, asked for and shown many times, and never changes.
    signed: Arc<Signed>,
}

#[derive(Debug, PartialEq, Eq)]
struct Signed {
    bytes: Vec<u8>,
    signature: [u8; 64],
    header: Header,
    hash: Hash,
}

/// A header that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HeaderError {
    /// Longer than the bound.
    #[error("header has {bytes} bytes, {} are allowed", limits::HEADER_BYTES_MAX)]
    TooLong {
        /// Bytes received.
        bytes: usize,
    },
    /// Not the CBOR map that a header is.
    #[error("header field {0} is missing or malformed")]
    Malformed(&'static str),
}

impl SignedHeader {
    /// Signs a header.
    #[must_use]
    pub fn sign(header: Header, key: &SigningKey) -> SignedHeader {
        let bytes = codec::encode(&header);
        let signature = key.sign(&bytes);
        SignedHeader::of(bytes, signature, header)
    }

    /// Reads the bytes as they travelled; the signature is not judged here but at the [door](crate::door).
    ///
    /// # Errors
    /// [`HeaderError`] when the bytes exceed the bound or lack a field.
    pub fn read(bytes: Vec<u8>, signature: [u8; 64]) -> Result<SignedHeader, HeaderError> {
        if bytes.len() > limits::HEADER_BYTES_MAX {
            return Err(HeaderError::TooLong { bytes: bytes.len() });
        }
        let header = codec::decode(&bytes)?;
        Ok(SignedHeader::of(bytes, signature, header))
    }

    fn of(bytes: Vec<u8>, signature: [u8; 64], header: Header) -> SignedHeader {
        let hash = Hash::of(&[&bytes, &signature]);
        SignedHeader { signed: Arc::new(Signed { bytes, signature, header, hash }) }
    }

    /// Returns the signed bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.signed.bytes
    }

    /// Returns the signature.
    #[must_use]
    pub fn signature(&self) -> &[u8; 64] {
        &self.signed.signature
    }

    /// Returns the hash by which the header is keyed everywhere.
    #[must_use]
    pub fn hash(&self) -> Hash {
        self.signed.hash
    }

    /// Returns whether the signature was made by `public` under `suite`.
    #[must_use]
    pub fn is_signed_by(&self, public: &[u8; 32], suite: &Suite) -> bool {
        suite.accepts(self.alg, public, self.bytes(), self.signature())
    }
}

impl std::ops::Deref for SignedHeader {
    type Target = Header;
    fn deref(&self) -> &Header {
        &self.signed.header
    }
}

/// What a body is; the number travels, unknown ones are stored and forwarded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BodyKind(pub u8);

impl BodyKind {
    /// One raw automerge change.
    pub const CHANGE: BodyKind = BodyKind(0);
    /// A record: two bytes of tag, then CBOR; see [`crate::record`].
    pub const RECORD: BodyKind = BodyKind(1);
    /// A case key sealed for one node.
    pub const WRAP: BodyKind = BodyKind(2);
}

/// One body of a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Body {
    /// The document it belongs to.
    pub document: DocId,
    /// What it is.
    pub kind: BodyKind,
    /// Its bytes, at most [`limits::BODY_BYTES_MAX`].
    pub bytes: Vec<u8>,
}

impl Body {
    /// Returns the entry that stands for this body in the signed header.
    #[must_use]
    pub fn entry(&self) -> Hash {
        let body = Hash::of(&[&[self.kind.0], &self.bytes]);
        Hash::of(&[&self.document.0, &body.0])
    }
}

/// Returns the hash over entries that a header signs.
#[must_use]
pub fn hash_entries(entries: impl IntoIterator<Item = Hash>) -> Hash {
    let all: Vec<u8> = entries.into_iter().flat_map(|entry| entry.0).collect();
    Hash::of(&[b"entries", &all])
}

mod codec;
