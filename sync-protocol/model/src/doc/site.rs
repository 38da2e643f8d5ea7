//! The registry's record of one service site.

use super::{ReadDocError, read, write};
use crate::division::{DivisionCode, Level};
use crate::id::SiteId;

/// A service site as the county registers it: stable id, dated code and name, place in the tree.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct SiteRecord {
    /// The stable id.
    #[n(0)]
    pub site: SiteId,
    /// The division code of today.
    #[n(1)]
    pub code: DivisionCode,
    /// County hub, township centre or village station.
    #[n(2)]
    pub kind: Level,
    /// The site above; `None` for the county.
    #[n(3)]
    pub parent: Option<SiteId>,
    /// The official name of today.
    #[n(4)]
    pub name: String,
}

impl SiteRecord {
    /// Returns the bytes that are published.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        write(self)
    }

    /// Reads a record.
    ///
    /// # Errors
    /// [`ReadDocError`] when the bytes hold something else.
    pub fn from_bytes(bytes: &[u8]) -> Result<SiteRecord, ReadDocError> {
        read("site record", bytes)
    }
}
