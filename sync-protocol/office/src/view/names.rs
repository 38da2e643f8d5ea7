//! Sites by id with code and name: the whole registry, a few hundred rows, shared by all answers until it changes.

use crate::api::case::SiteRef;
use crate::store::{Cache, CacheError, Registry};
use mesh_model::division::DivisionCode;
use mesh_model::id::SiteId;

/// The registry as one answer reads it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names(Registry);

impl Names {
    /// Reads the registry.
    pub async fn read(cache: &mut Cache) -> Result<Names, CacheError> {
        Ok(Names(cache.registry().await?))
    }

    /// Returns a site by id, code and name.
    pub fn site(&self, site: SiteId) -> SiteRef {
        let record = self.0.get(&site);
        SiteRef { site, code: record.map(|record| record.code), name: record.map(|record| record.name.clone()) }
    }

    /// Returns the code of a site.
    pub fn code(&self, site: SiteId) -> Option<DivisionCode> {
        self.0.get(&site).map(|record| record.code)
    }
}
