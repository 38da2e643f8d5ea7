//! Hub-signed records that the protocol itself reads: authority, day, landed, refusal.
//!
//! A record body is two bytes of tag (big-endian), then CBOR. Tags below [`RecordTag::DOMAIN`] belong to the protocol, the rest to the
//! domain, which the protocol never opens.

use crate::batch::{AuthorityHead, Body, BodyKind, Chain};
use mesh_model::id::{Branch, DocId, Hash, NodeId, SiteId};
use mesh_model::place::Scope;
use minicbor::bytes::{ByteArray, ByteVec};
use minicbor::{Decode, Encode};

/// The two bytes in front of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RecordTag(pub u16);

impl RecordTag {
    /// One step of the authority log.
    pub const AUTHORITY: RecordTag = RecordTag(1);
    /// The hub's day.
    pub const DAY: RecordTag = RecordTag(2);
    /// The hub's receipt.
    pub const LANDED: RecordTag = RecordTag(3);
    /// The hub's refusal of a body.
    pub const REFUSAL: RecordTag = RecordTag(4);
    /// First tag of the domain's records.
    pub const DOMAIN: u16 = 64;

    /// Returns the tag in front of a record body, if it has one.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Option<RecordTag> {
        Some(RecordTag(u16::from_be_bytes(bytes.get(..2)?.try_into().ok()?)))
    }
}

/// The three keys of a node.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct NodeKeys {
    /// Ed25519 public key that signs batches; names the node.
    #[n(0)]
    pub signing: ByteArray<32>,
    /// Public key for which case keys are wrapped.
    #[n(1)]
    pub wrapping: ByteArray<32>,
    /// BLAKE3 of the TLS key's SubjectPublicKeyInfo.
    #[n(2)]
    pub tls: Hash,
}

impl NodeKeys {
    /// Returns the node these keys belong to.
    #[must_use]
    pub fn node(&self) -> NodeId {
        NodeId::of_key(&self.signing)
    }
}

/// How high a place stands: decides who subscribes to what.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cbor(transparent)]
pub struct Level(#[n(0)] pub u8);

impl Level {
    /// The county hub.
    pub const COUNTY: Level = Level(0);
    /// A township or street.
    pub const TOWNSHIP: Level = Level(1);
    /// A village or community.
    pub const VILLAGE: Level = Level(2);
}

/// Where a site stands in the tree.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Placement {
    /// The site.
    #[n(0)]
    pub site: SiteId,
    /// The site above; `None` for the county's own hall.
    #[n(1)]
    pub parent: Option<SiteId>,
    /// Its level.
    #[n(2)]
    pub level: Level,
}

/// The last header of a chain that the hub held when it revoked the chain's node; what lies beyond has no effect.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Cut {
    /// Store of the revoked node.
    #[n(0)]
    pub branch: Branch,
    /// [`Scope::to_bytes`].
    #[n(1)]
    pub scope: ByteVec,
    /// Last seq held.
    #[n(2)]
    pub seq: u64,
    /// Its header.
    #[n(3)]
    pub head: Hash,
}

/// What an authority record does.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum AuthorityAct {
    /// Height 1: founds the county.
    #[n(0)]
    #[cbor(map)]
    Found {
        /// Six digits of the county's division code.
        #[n(0)]
        county: String,
        /// The first hub node.
        #[n(1)]
        hub: NodeKeys,
        /// The hub's own site.
        #[n(2)]
        site: SiteId,
        /// The county root's public key.
        #[n(3)]
        root: ByteArray<32>,
        /// The root's signature over [`found_message`].
        #[n(4)]
        signature: ByteArray<64>,
    },
    /// Admits a node for a site.
    #[n(1)]
    #[cbor(map)]
    Enrol {
        /// Its keys.
        #[n(0)]
        keys: NodeKeys,
        /// Whose window it is.
        #[n(1)]
        site: SiteId,
        /// Token that was spent.
        #[n(2)]
        token: ByteArray<8>,
        /// Its block of case-number values: 32 values from `32 * block`.
        #[n(3)]
        block: u8,
    },
    /// Ends a node's right to sign and subscribe.
    #[n(2)]
    #[cbor(map)]
    Revoke {
        /// Whom.
        #[n(0)]
        node: NodeId,
        /// What of it still has effect.
        #[n(1)]
        cuts: Vec<Cut>,
    },
    /// Places sites in the tree; a later placement replaces an earlier one.
    #[n(3)]
    #[cbor(map)]
    Place {
        /// At most [`crate::limits::PLACEMENTS_MAX`].
        #[n(0)]
        sites: Vec<Placement>,
    },
}

/// One step of the authority log; its hash is over its whole body, tag included, as it travelled.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct AuthorityRecord {
    /// Dense from 1.
    #[n(0)]
    pub height: u64,
    /// Hash of the record below; zeros at height 1.
    #[n(1)]
    pub prev: Hash,
    /// The act, as CBOR of its own, so that one of a newer release is kept, counted and forwarded; see [`AuthorityRecord::act`].
    #[n(2)]
    pub act: ByteVec,
}

impl AuthorityRecord {
    /// Makes the record that stands on top of a log with this head.
    #[must_use]
    pub fn new(below: AuthorityHead, act: &AuthorityAct) -> AuthorityRecord {
        let act = minicbor::to_vec(act).expect("encoding into memory cannot fail");
        AuthorityRecord { height: below.height + 1, prev: below.hash, act: act.into() }
    }

    /// Returns the act; `None` when this binary does not know it: the log grows, and nothing else happens.
    #[must_use]
    pub fn act(&self) -> Option<AuthorityAct> {
        minicbor::decode(&self.act).ok()
    }
}

/// The hub's day: gives `as_of` to every view and the age of knowledge.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct DayRecord {
    /// Days since 1970 at UTC+8; strictly rising.
    #[n(0)]
    pub day: i32,
    /// Authority height at that time.
    #[n(1)]
    pub height: u64,
    /// Authority hash at that height.
    #[n(2)]
    pub authority: Hash,
    /// Hash of the previous day record's body; zeros on the first.
    #[n(3)]
    pub prev: Hash,
}

/// One chain of a receipt.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct LandedChain {
    /// Author.
    #[n(0)]
    pub node: NodeId,
    /// Its store.
    #[n(1)]
    pub branch: Branch,
    /// Everything up to this seq is at the hub.
    #[n(2)]
    pub seq: u64,
    /// Header at that seq.
    #[n(3)]
    pub head: Hash,
    /// The seq inside a verified hub backup; 0 when none.
    #[n(4)]
    pub safe: u64,
}

/// The hub's receipt for chains of the scope in which it stands.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Landed {
    /// The hub's era, from 1.
    #[n(0)]
    pub era: u64,
    /// The chains.
    #[n(1)]
    pub chains: Vec<LandedChain>,
}

/// The hub's refusal of one body; acts on all replicas alike and ends asking.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Refusal {
    /// The batch.
    #[n(0)]
    pub header: Hash,
    /// Index of the body.
    #[n(1)]
    pub index: u16,
    /// Why, as the [door](crate::door) numbers it.
    #[n(2)]
    pub reason: u16,
}

/// A record that the protocol reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Record {
    /// A step of the authority log.
    Authority(AuthorityRecord),
    /// A day.
    Day(DayRecord),
    /// A receipt.
    Landed(Landed),
    /// A refusal.
    Refusal(Refusal),
}

impl Record {
    /// Returns the body bytes: tag, then CBOR.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let (tag, cbor) = match self {
            Record::Authority(record) => (RecordTag::AUTHORITY, minicbor::to_vec(record)),
            Record::Day(record) => (RecordTag::DAY, minicbor::to_vec(record)),
            Record::Landed(record) => (RecordTag::LANDED, minicbor::to_vec(record)),
            Record::Refusal(record) => (RecordTag::REFUSAL, minicbor::to_vec(record)),
        };
        let mut out = tag.0.to_be_bytes().to_vec();
        out.extend(cbor.expect("encoding into memory cannot fail"));
        out
    }

    /// Reads a protocol record; `Ok(None)` for the domain's tags and unknown ones.
    ///
    /// # Errors
    /// The tag is one of the protocol's and the CBOR is not what it promises.
    pub fn read(bytes: &[u8]) -> Result<Option<Record>, minicbor::decode::Error> {
        let Some(tag) = RecordTag::of(bytes) else { return Ok(None) };
        let cbor = &bytes[2..];
        Ok(match tag {
            RecordTag::AUTHORITY => Some(Record::Authority(minicbor::decode(cbor)?)),
            RecordTag::DAY => Some(Record::Day(minicbor::decode(cbor)?)),
            RecordTag::LANDED => Some(Record::Landed(minicbor::decode(cbor)?)),
            RecordTag::REFUSAL => Some(Record::Refusal(minicbor::decode(cbor)?)),
            _ => None,
        })
    }

    /// Makes the body that carries this record in `scope`, on the scope's protocol document.
    #[must_use]
    pub fn to_body(&self, scope: Scope) -> Body {
        Body { document: protocol_document(scope), kind: BodyKind::RECORD, bytes: self.to_bytes() }
    }
}

/// Returns the document that holds the protocol's own records of a scope.
#[must_use]
pub fn protocol_document(scope: Scope) -> DocId {
    DocId::derive(scope, NodeId::default(), b"protocol")
}

/// Returns what the county root signs when it founds the county.
#[must_use]
pub fn found_message(county: &str, hub: &NodeKeys, site: SiteId) -> Vec<u8> {
    let keys = minicbor::to_vec(hub).expect("encoding into memory cannot fail");
    [b"mesh county 1".as_slice(), county.as_bytes(), &site.0, &keys].concat()
}

/// Returns the hash by which later records and headers name a record body, as it travelled.
#[must_use]
pub fn hash_of_body(bytes: &[u8]) -> Hash {
    Hash::of(&[bytes])
}

/// Returns the chain a receipt line speaks of, in the scope where the receipt stands.
#[must_use]
pub fn chain_of(line: &LandedChain, scope: Scope) -> Chain {
    Chain { node: line.node, branch: line.branch, scope }
}
