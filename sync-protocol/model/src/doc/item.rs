//! One published version of a service item, with its guide if it has one.

use super::{ReadDocError, content_hash, hash_if_more, read, write};
use crate::calendar::WorkDays;
use crate::code::ItemCode;
use crate::division::Level;
use crate::id::Hash;
use crate::time::Day;

/// How far an item is ready for the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, minicbor::Encode, minicbor::Decode)]
#[serde(rename_all = "lowercase")]
#[cbor(index_only)]
pub enum ItemStatus {
    /// Known by name only; nobody can register it.
    #[n(0)]
    Listed,
    /// Has conditions, materials, steps and a limit.
    #[n(1)]
    Complete,
    /// No longer offered from its effective day on.
    #[n(2)]
    Withdrawn,
}

/// One paper that the applicant brings.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct Material {
    /// What the paper is called.
    #[n(0)]
    pub name: String,
    /// Whether the case cannot go on without it.
    #[n(1)]
    pub necessity: Necessity,
    /// Originals wanted.
    #[n(2)]
    #[cbor(default)]
    pub originals: u16,
    /// Copies wanted.
    #[n(3)]
    #[cbor(default)]
    pub copies: u16,
    /// What an acceptable paper looks like.
    #[n(4)]
    pub standard: Option<String>,
}

/// Whether a paper must be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, minicbor::Encode, minicbor::Decode)]
#[serde(rename_all = "lowercase")]
#[cbor(index_only)]
pub enum Necessity {
    /// Needed in every case.
    #[n(0)]
    Required,
    /// Needed in some cases.
    #[n(1)]
    Conditional,
}

/// One step of the handling.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct Step {
    /// What the step is called.
    #[n(0)]
    pub name: String,
    /// By what standard it is examined.
    #[n(1)]
    pub standard: Option<String>,
    /// What comes out of it.
    #[n(2)]
    pub result: Option<String>,
}

/// The time limits of an item, in working days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct Limit {
    /// Promised to the applicant, from acceptance to decision; 0 means decided at the window.
    #[n(0)]
    pub promised: WorkDays,
    /// Set by law; `None` where the guide names none.
    #[n(1)]
    pub statutory: Option<WorkDays>,
}

/// Whether a fee is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, minicbor::Encode, minicbor::Decode)]
#[serde(rename_all = "lowercase")]
#[cbor(index_only)]
pub enum Fee {
    /// No fee.
    #[n(0)]
    Free,
    /// A fee is taken; the amount is not in the guide.
    #[n(1)]
    Charged,
}

/// What the applicant is told about an item (办事指南).
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct Guide {
    /// Who may apply, and when.
    #[n(0)]
    pub conditions: String,
    /// The papers to bring.
    #[n(1)]
    #[cbor(default)]
    pub materials: Vec<Material>,
    /// What happens in the office.
    #[n(2)]
    #[cbor(default)]
    pub steps: Vec<Step>,
    /// How long it takes.
    #[n(3)]
    pub limit: Limit,
    /// Whether it costs something.
    #[n(4)]
    pub fee: Fee,
    /// Where the text comes from.
    #[n(5)]
    pub source: String,
}

/// A published version of an item; immutable, named by its content hash, pinned by the cases registered under it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct ItemVersion {
    /// The item.
    #[n(0)]
    pub code: ItemCode,
    /// Counts versions of the item, from 1.
    #[n(1)]
    pub version: u32,
    /// What the item is called.
    #[n(2)]
    pub name: String,
    /// The competent department.
    #[n(3)]
    pub department: String,
    /// Kind of item, two digits of the code list (GB/T 39046 A.1).
    #[n(4)]
    pub task_type: String,
    /// The lowest level at which the item is offered.
    #[n(5)]
    pub level: Level,
    /// How far the item is ready.
    #[n(6)]
    pub status: ItemStatus,
    /// The day from which this version counts.
    #[n(7)]
    pub effective: Day,
    /// The guide; always there in a complete version.
    #[n(8)]
    pub guide: Option<Guide>,
    /// The item that this one is a part of (主项).
    #[n(9)]
    pub main_item: Option<String>,
    /// The department's own code, as the source gives it.
    #[n(10)]
    pub dept_code: Option<String>,
    /// The hash of the bytes as published, where these say more than this build reads; set by reading alone.
    #[cbor(skip)]
    #[serde(skip)]
    pub published: Option<Hash>,
}

impl ItemVersion {
    /// Returns the content hash, by which events pin the version.
    #[must_use]
    pub fn hash(&self) -> Hash {
        self.published.unwrap_or_else(|| content_hash(&self.to_bytes()))
    }

    /// Returns whether a window may register the item on this day: complete, effective, with a guide.
    #[must_use]
    pub fn is_offered_on(&self, day: Day) -> bool {
        self.status == ItemStatus::Complete && self.guide.is_some() && self.effective <= day
    }

    /// Returns the promised limit, if the version has a guide.
    #[must_use]
    pub fn promised(&self) -> Option<WorkDays> {
        self.guide.as_ref().map(|guide| guide.limit.promised)
    }

    /// Returns the next version, withdrawn from `effective` on; the guide stays for those who have cases under it.
    #[must_use]
    pub fn withdrawn(&self, effective: Day) -> ItemVersion {
        ItemVersion { version: self.version + 1, status: ItemStatus::Withdrawn, effective, published: None, ..self.clone() }
    }

    /// Returns the bytes that are published.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        write(self)
    }

    /// Reads a published version.
    ///
    /// # Errors
    /// [`ReadDocError`] when the bytes hold something else.
    pub fn from_bytes(bytes: &[u8]) -> Result<ItemVersion, ReadDocError> {
        let item: ItemVersion = read("item version", bytes)?;
        let published = hash_if_more(bytes, &item.to_bytes());
        Ok(ItemVersion { published, ..item })
    }
}
