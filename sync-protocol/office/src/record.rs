//! The county's papers as records: sites, calendar years, item versions. The hub writes them; every node reads them.
//!
//! A record body is two bytes of tag, then the paper's own CBOR. Tags from 64 on are the domain's.

use mesh_model::calendar::CalendarYear;
use mesh_model::code::ItemCode;
use mesh_model::division::Level;
use mesh_model::doc::ReadDocError;
use mesh_model::doc::item::ItemVersion;
use mesh_model::doc::site::SiteRecord;
use mesh_model::id::{DocId, NodeId, SiteId};
use mesh_model::place::{Class, Scope, Shelf};
use mesh_model::time::Day;
use sync_protocol::io::LocalBody;
use sync_protocol::record::RecordTag;

/// A [`SiteRecord`].
pub const SITE: RecordTag = RecordTag(64);
/// A [`CalendarYear`].
pub const CALENDAR: RecordTag = RecordTag(65);
/// An [`ItemVersion`].
pub const ITEM: RecordTag = RecordTag(66);

/// One of the county's papers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Paper {
    /// A site as the registry has it.
    Site(SiteRecord),
    /// A published calendar year.
    Calendar(CalendarYear),
    /// A published item version.
    Item(Box<ItemVersion>),
}

impl Paper {
    /// Returns the record's bytes: tag, then CBOR.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let (tag, cbor) = match self {
            Paper::Site(site) => (SITE, site.to_bytes()),
            Paper::Calendar(year) => (CALENDAR, year.to_bytes()),
            Paper::Item(item) => (ITEM, item.to_bytes()),
        };
        [tag.0.to_be_bytes().as_slice(), &cbor].concat()
    }

    /// Reads a record; `Ok(None)` for tags that are not the office's.
    ///
    /// # Errors
    /// [`ReadDocError`] when the tag is the office's and the bytes are not what it promises.
    pub fn read(bytes: &[u8]) -> Result<Option<Paper>, ReadDocError> {
        let Some(cbor) = bytes.get(2..) else { return Ok(None) };
        Ok(match RecordTag::of(bytes) {
            Some(SITE) => Some(Paper::Site(SiteRecord::from_bytes(cbor)?)),
            Some(CALENDAR) => Some(Paper::Calendar(CalendarYear::from_bytes(cbor)?)),
            Some(ITEM) => Some(Paper::Item(Box::new(ItemVersion::from_bytes(cbor)?))),
            Some(_) | None => None,
        })
    }

    /// Returns the scope that the paper is published in when the county is at `day`.
    #[must_use]
    pub fn scope(&self, day: Day) -> Scope {
        let class = match self {
            Paper::Site(_) => Class::REGISTRY,
            Paper::Calendar(_) => Class::CALENDAR,
            Paper::Item(item) => catalogue_class(item.level),
        };
        Scope::county(class, shelf_of(day))
    }

    /// Returns the body by which the hub node `hub` publishes the paper in `scope`: one document for each site, year and item.
    #[must_use]
    pub fn body(&self, scope: Scope, hub: NodeId) -> LocalBody {
        let document = match self {
            Paper::Site(site) => site_document(scope, hub, site.site),
            Paper::Calendar(year) => calendar_document(scope, hub, year.year),
            Paper::Item(item) => item_document(scope, hub, &item.code),
        };
        LocalBody::Record { document, bytes: self.to_bytes() }
    }
}

/// Returns the class of an item that is offered down to `level`.
#[must_use]
pub fn catalogue_class(level: Level) -> Class {
    match level {
        Level::County => Class::CATALOGUE_COUNTY,
        Level::Township => Class::CATALOGUE_TOWNSHIP,
        Level::Village => Class::CATALOGUE_VILLAGE,
    }
}

/// Returns the shelf of what is created when the county is at `day`.
#[must_use]
pub fn shelf_of(day: Day) -> Shelf {
    Shelf(u16::try_from(day.year()).unwrap_or(0))
}

fn site_document(scope: Scope, hub: NodeId, site: SiteId) -> DocId {
    DocId::derive(scope, hub, &[b"site:".as_slice(), &site.0].concat())
}

fn calendar_document(scope: Scope, hub: NodeId, year: i32) -> DocId {
    DocId::derive(scope, hub, format!("calendar:{year}").as_bytes())
}

fn item_document(scope: Scope, hub: NodeId, code: &ItemCode) -> DocId {
    DocId::derive(scope, hub, format!("item:{code}").as_bytes())
}

#[cfg(test)]
mod tests;
