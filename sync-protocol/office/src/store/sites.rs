//! Sites and calendar years in the cache.

use super::remembered::Registry;
use super::{Cache, CacheError, bytes, bytes_opt, failed, parsed, schema};
use mesh_model::calendar::CalendarYear;
use mesh_model::division::{DivisionCode, Level};
use mesh_model::doc::site::SiteRecord;
use mesh_model::id::SiteId;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

impl Cache {
    /// Keeps a site's record unless a newer one is here; `rank` orders the county's records of one site.
    pub(crate) async fn put_site(&mut self, site: &SiteRecord, rank: &[u8]) -> Result<(), CacheError> {
        self.remembered.sites = None;
        let put = sqlx::query(schema::PUT_SITE)
            .bind(site.site.0.to_vec())
            .bind(site.code.to_string())
            .bind(level_number(site.kind))
            .bind(site.parent.map(|parent| parent.0.to_vec()))
            .bind(site.name.clone())
            .bind(rank.to_vec())
            .execute(&mut self.conn)
            .await;
        put.map(drop).map_err(failed("keep a site"))
    }

    /// Returns a site by its id.
    pub(crate) async fn site(&mut self, site: SiteId) -> Result<Option<SiteRecord>, CacheError> {
        let row = sqlx::query(schema::SITE).bind(site.0.to_vec()).fetch_optional(&mut self.conn).await;
        row.map_err(failed("read a site"))?.as_ref().map(site_of).transpose()
    }

    /// Returns a site by its code.
    pub(crate) async fn site_by_code(&mut self, code: DivisionCode) -> Result<Option<SiteRecord>, CacheError> {
        let row = sqlx::query(schema::SITE_BY_CODE).bind(code.to_string()).fetch_optional(&mut self.conn).await;
        row.map_err(failed("read a site"))?.as_ref().map(site_of).transpose()
    }

    /// Returns sites in order of code, of one level or all, below one site or anywhere.
    pub(crate) async fn sites(&mut self, level: Option<Level>, under: Option<SiteId>) -> Result<Vec<SiteRecord>, CacheError> {
        let rows = sqlx::query(schema::SITES)
            .bind(level.map(level_number))
            .bind(under.map(|site| site.0.to_vec()))
            .fetch_all(&mut self.conn)
            .await;
        rows.map_err(failed("list sites"))?.iter().map(site_of).collect()
    }

    /// Returns the whole registry, read once until a record changes it.
    pub(crate) async fn registry(&mut self) -> Result<Registry, CacheError> {
        if let Some(sites) = &self.remembered.sites {
            return Ok(sites.clone());
        }
        let sites = self.sites(None, None).await?.into_iter().map(|site| (site.site, site));
        Ok(self.remembered.sites.insert(Registry::new(sites.collect())).clone())
    }

    /// Keeps a calendar year by its published bytes.
    pub(crate) async fn put_year(&mut self, published: &[u8]) -> Result<(), CacheError> {
        let put = sqlx::query(schema::PUT_YEAR)
            .bind(mesh_model::doc::content_hash(published).0.to_vec())
            .bind(published.to_vec())
            .execute(&mut self.conn)
            .await;
        put.map(drop).map_err(failed("keep a calendar year"))
    }

    /// Returns every published calendar year here.
    pub(crate) async fn years(&mut self) -> Result<Vec<CalendarYear>, CacheError> {
        let rows = sqlx::query(schema::YEARS).fetch_all(&mut self.conn).await.map_err(failed("list calendar years"))?;
        let read = |row: &SqliteRow| {
            let bytes: Vec<u8> = row.try_get(0).map_err(failed("list calendar years"))?;
            CalendarYear::from_bytes(&bytes).map_err(|_| CacheError::Damaged("calendar year"))
        };
        rows.iter().map(read).collect()
    }
}

/// The code list's number of a level.
pub(super) fn level_number(level: Level) -> i64 {
    match level {
        Level::County => 4,
        Level::Township => 5,
        Level::Village => 6,
    }
}

fn site_of(row: &SqliteRow) -> Result<SiteRecord, CacheError> {
    let level: i64 = row.try_get(2).map_err(failed("read a site"))?;
    let kind = match level {
        4 => Level::County,
        5 => Level::Township,
        6 => Level::Village,
        _ => return Err(CacheError::Damaged("level")),
    };
    Ok(SiteRecord {
        site: SiteId(bytes(row, 0)?),
        code: parsed(row, 1)?.ok_or(CacheError::Damaged("code"))?,
        kind,
        parent: bytes_opt(row, 3)?.map(SiteId),
        name: row.try_get(4).map_err(failed("read a site"))?,
    })
}
