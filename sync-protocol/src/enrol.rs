//! Enrolment as values: the token line, the request, the reply, and the hub's judgement of it.
//!
//! ```text
//!  fresh --request, proof right--> spent(request) --same request again--> spent, the same answer
//!    |  \--proof wrong, WRONG_MAX times--> dead        \--another request--> refused, an alarm
//!    \--ttl over--> expired
//! ```
//! The secret itself never travels: the proof is keyed by it and bound to the TLS session, so that a relay can neither read nor replay.

use crate::record::NodeKeys;
use mesh_model::id::{Hash, NodeId, SiteId};
use mesh_model::time::WallTime;
use minicbor::bytes::{ByteArray, ByteVec};
use minicbor::{Decode, Encode};

mod line;
pub use line::{Token, TokenError};

/// Wrong proofs after which a token is dead.
pub const WRONG_MAX: u8 = 5;

/// What a newcomer asks for.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct EnrolRequest {
    /// [`Token::id`].
    #[n(0)]
    pub token: ByteArray<8>,
    /// The node's public keys.
    #[n(1)]
    pub keys: NodeKeys,
    /// Certificate signing request, DER; only its key and its proof of possession count.
    #[n(2)]
    pub csr: ByteVec,
    /// [`proof`].
    #[n(3)]
    pub proof: ByteArray<32>,
}

impl EnrolRequest {
    /// Returns the hash by which a repeated request is recognised; the proof changes with every TLS session and is left out.
    #[must_use]
    pub fn hash(&self) -> Hash {
        request_hash(&self.keys, &self.csr)
    }
}

/// Returns the hash of what a request asks.
#[must_use]
pub fn request_hash(keys: &NodeKeys, csr: &[u8]) -> Hash {
    let keys = minicbor::to_vec(keys).expect("encoding into memory cannot fail");
    Hash::of(&[b"mesh enrol 1", &keys, csr])
}

/// Returns the key a hub keeps of a token's secret.
#[must_use]
pub fn verifier(secret: &[u8; 20]) -> [u8; 32] {
    blake3::derive_key("mesh enrol 1 token secret", secret)
}

/// Returns the proof that the holder of the secret makes this request in this TLS session.
///
/// `exporter` is 32 bytes of keying material exported from the session.
#[must_use]
pub fn proof(verifier: &[u8; 32], exporter: &[u8; 32], request: &Hash) -> [u8; 32] {
    *blake3::keyed_hash(verifier, &[exporter.as_slice(), &request.0].concat()).as_bytes()
}

/// The hub's answer.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum EnrolReply {
    /// The node is admitted.
    #[n(0)]
    #[cbor(map)]
    Welcome {
        /// Certificates, DER, leaf first.
        #[n(0)]
        chain: Vec<ByteVec>,
        /// Six digits of the county.
        #[n(1)]
        county: String,
        /// Whose window it is.
        #[n(2)]
        site: SiteId,
        /// Number block.
        #[n(3)]
        block: u8,
        /// The hub node.
        #[n(4)]
        hub: NodeId,
        /// Where to dial it.
        #[n(5)]
        addresses: Vec<String>,
    },
    /// The node is not admitted; nothing changed but the count of wrong proofs.
    #[n(1)]
    #[cbor(map)]
    Refused {
        /// [`EnrolRefusal`] as a number.
        #[n(0)]
        why: u16,
    },
}

/// Why a newcomer is not admitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
#[repr(u16)]
pub enum EnrolRefusal {
    /// No such token here: never given, or another county's.
    #[error("the token is not known to this hub")]
    Unknown = 1,
    /// The secret is not the token's.
    #[error("the token's secret is wrong")]
    Wrong = 2,
    /// Spent by another machine.
    #[error("the token was used by another machine")]
    Used = 3,
    /// Too old.
    #[error("the token has expired")]
    Expired = 4,
    /// Too many wrong tries.
    #[error("the token is dead after too many wrong tries")]
    Dead = 5,
    /// The request cannot be read, or its keys do not belong together.
    #[error("the request is malformed")]
    Malformed = 6,
    /// The hub cannot write now.
    #[error("the hub cannot enrol at the moment")]
    Busy = 7,
}

impl EnrolRefusal {
    /// Returns the reason behind a travelling number; unknown ones are [`EnrolRefusal::Busy`].
    #[must_use]
    pub fn from_number(number: u16) -> EnrolRefusal {
        match number {
            1 => EnrolRefusal::Unknown,
            2 => EnrolRefusal::Wrong,
            3 => EnrolRefusal::Used,
            4 => EnrolRefusal::Expired,
            5 => EnrolRefusal::Dead,
            6 => EnrolRefusal::Malformed,
            _ => EnrolRefusal::Busy,
        }
    }
}

/// What a hub keeps of a token it gave.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct TokenState {
    /// [`verifier`] of the secret; the secret itself is not kept.
    #[n(0)]
    pub verifier: ByteArray<32>,
    /// For which site.
    #[n(1)]
    pub site: SiteId,
    /// Milliseconds since 1970 by the hub's clock after which it is worthless.
    #[n(2)]
    pub expires_ms: i64,
    /// The request that spent it.
    #[n(3)]
    pub spent: Option<Hash>,
    /// Wrong proofs so far.
    #[n(4)]
    pub wrong: u8,
}

/// What a hub does with a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Admit the node: write the authority record and the spent token in one commit, then issue.
    Admit,
    /// The reply was lost: issue again, write nothing.
    Repeat,
    /// Refuse.
    Refuse(EnrolRefusal),
}

impl TokenState {
    /// Judges a request and notes what came of it; the caller keeps the state in the commit of its answer.
    pub fn judge(&mut self, now: WallTime, exporter: &[u8; 32], request: &EnrolRequest) -> Verdict {
        if self.wrong >= WRONG_MAX {
            return Verdict::Refuse(EnrolRefusal::Dead);
        }
        let hash = request.hash();
        // BLAKE3 hashes compare in constant time, so that a guess learns nothing from the clock.
        let right = blake3::Hash::from_bytes(proof(&self.verifier, exporter, &hash)) == blake3::Hash::from_bytes(request.proof.into());
        if !right {
            self.wrong += 1;
            return Verdict::Refuse(EnrolRefusal::Wrong);
        }
        match self.spent {
            Some(spent) if spent == hash => Verdict::Repeat,
            Some(_) => Verdict::Refuse(EnrolRefusal::Used),
            None if now.0 > self.expires_ms => Verdict::Refuse(EnrolRefusal::Expired),
            None => {
                self.spent = Some(hash);
                Verdict::Admit
            }
        }
    }
}

#[cfg(test)]
mod tests;
