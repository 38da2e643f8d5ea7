//! Places and scopes: the unit of partial replication.

use crate::id::{DocId, Hash, NodeId, SiteId};

/// The county as a whole, or one site by its stable id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// Everybody's papers.
    County,
    /// The papers of one site; for a case the intake site, whatever becomes of custody.
    Site(SiteId),
}

/// What kind of papers a scope holds; the number is what travels.
///
/// Unknown numbers are kept and forwarded. Ranges: 0-31 county classes, 32-63 site classes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Class(pub u8);

impl Class {
    /// Who may sign and subscribe; shelf is always 0.
    pub const AUTHORITY: Class = Class(0);
    /// The hub's day records.
    pub const DAY: Class = Class(1);
    /// Descriptions of the sites.
    pub const REGISTRY: Class = Class(2);
    /// Working-day calendars.
    pub const CALENDAR: Class = Class(3);
    /// County orders.
    pub const ORDERS: Class = Class(4);
    /// Catalogue items that only the county offers.
    pub const CATALOGUE_COUNTY: Class = Class(8);
    /// Catalogue items offered down to townships.
    pub const CATALOGUE_TOWNSHIP: Class = Class(9);
    /// Catalogue items offered down to villages.
    pub const CATALOGUE_VILLAGE: Class = Class(10);
    /// Cases taken in at the site.
    pub const CASES: Class = Class(32);
    /// The site's rosters.
    pub const ROSTER: Class = Class(33);
    /// Index of what was granted to the site.
    pub const SHARED: Class = Class(34);

    /// Returns whether papers of this class belong to the county and not to a site.
    #[must_use]
    pub fn is_county(self) -> bool {
        self.0 < 32
    }
}

/// The year of the newest day record that the creator of a document had seen; 0 for authority. A label, never closed to writing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Shelf(pub u16);

/// (place, class, shelf): what two nodes hold in common or do not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Scope {
    /// County or site.
    pub place: Place,
    /// Kind of papers.
    pub class: Class,
    /// Year label.
    pub shelf: Shelf,
}

impl Scope {
    /// Bytes of the canonical form: site id (zeros for the county), class, shelf big-endian.
    pub const BYTES: usize = 11;

    /// The scope of the authority log.
    pub const AUTHORITY: Scope = Scope::county(Class::AUTHORITY, Shelf(0));

    /// Returns the county's scope of this class and shelf.
    #[must_use]
    pub const fn county(class: Class, shelf: Shelf) -> Scope {
        Scope { place: Place::County, class, shelf }
    }

    /// Returns a site's scope of this class and shelf.
    #[must_use]
    pub const fn site(site: SiteId, class: Class, shelf: Shelf) -> Scope {
        Scope { place: Place::Site(site), class, shelf }
    }

    /// Returns the canonical bytes; their order is the order of scopes.
    #[must_use]
    pub fn to_bytes(self) -> [u8; Self::BYTES] {
        let mut out = [0; Self::BYTES];
        if let Place::Site(site) = self.place {
            out[..8].copy_from_slice(&site.0);
        }
        out[8] = self.class.0;
        out[9..].copy_from_slice(&self.shelf.0.to_be_bytes());
        out
    }

    /// Reads the canonical bytes; `None` unless there are exactly [`Scope::BYTES`] and the place fits the class.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Scope> {
        let bytes: [u8; Self::BYTES] = bytes.try_into().ok()?;
        let site: [u8; 8] = bytes[..8].try_into().ok()?;
        let class = Class(bytes[8]);
        let shelf = Shelf(u16::from_be_bytes([bytes[9], bytes[10]]));
        let place = if site == [0; 8] { Place::County } else { Place::Site(SiteId(site)) };
        ((place == Place::County) == class.is_county()).then_some(Scope { place, class, shelf })
    }
}

impl DocId {
    /// Derives a document's id from its scope, its creating node and the nonce in its first event.
    #[must_use]
    pub fn derive(scope: Scope, node: NodeId, nonce: &[u8]) -> DocId {
        let mut id = [0; 16];
        id[..8].copy_from_slice(&Hash::of(&[&scope.to_bytes()]).0[..8]);
        id[8..].copy_from_slice(&Hash::of(&[&node.0, nonce]).0[..8]);
        DocId(id)
    }

    /// Returns whether the document's id claims this scope.
    #[must_use]
    pub fn is_in(self, scope: Scope) -> bool {
        self.0[..8] == Hash::of(&[&scope.to_bytes()]).0[..8]
    }
}
