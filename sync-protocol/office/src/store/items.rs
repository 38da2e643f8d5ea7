//! Item versions in the cache.

use super::sites::level_number;
use super::{Cache, CacheError, failed, schema};
use mesh_model::code::ItemCode;
use mesh_model::division::Level;
use mesh_model::doc::item::{ItemStatus, ItemVersion};
use mesh_model::id::Hash;
use mesh_model::time::Day;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

/// Which items a list shows.
#[derive(Clone, Debug, Default)]
pub(crate) struct ItemFilter {
    pub status: Option<ItemStatus>,
    pub level: Option<Level>,
    pub text: Option<String>,
}

impl Cache {
    /// Keeps a version by its published bytes; cases that waited for it are marked to be folded again.
    pub(crate) async fn put_item(&mut self, item: &ItemVersion, published: &[u8]) -> Result<(), CacheError> {
        let hash = mesh_model::doc::content_hash(published).0.to_vec();
        let put = sqlx::query(schema::PUT_ITEM)
            .bind(hash.clone())
            .bind(item.code.to_string())
            .bind(i64::from(item.version))
            .bind(status_word(item.status))
            .bind(level_number(item.level))
            .bind(item.effective.0)
            .bind(item.name.clone())
            .bind(published.to_vec())
            .execute(&mut self.conn)
            .await;
        put.map_err(failed("keep an item"))?;
        self.remembered.is_clean = false;
        let dirty = sqlx::query(schema::DIRTY_BY_ITEM).bind(hash).execute(&mut self.conn).await;
        dirty.map(drop).map_err(failed("mark the cases of an item"))
    }

    /// Returns a version by its hash.
    pub(crate) async fn item(&mut self, hash: Hash) -> Result<Option<ItemVersion>, CacheError> {
        let row = sqlx::query(schema::ITEM).bind(hash.0.to_vec()).fetch_optional(&mut self.conn).await;
        row.map_err(failed("read an item"))?.as_ref().map(item_of).transpose()
    }

    /// Returns the version of an item that counts on a day: the newest that is effective by then.
    pub(crate) async fn item_on(&mut self, code: &ItemCode, day: Day) -> Result<Option<ItemVersion>, CacheError> {
        let row = sqlx::query(schema::ITEM_ON).bind(code.to_string()).bind(day.0).fetch_optional(&mut self.conn).await;
        row.map_err(failed("read an item"))?.as_ref().map(item_of).transpose()
    }

    /// Returns every version of an item, oldest first.
    pub(crate) async fn item_versions(&mut self, code: &ItemCode) -> Result<Vec<ItemVersion>, CacheError> {
        let rows = sqlx::query(schema::ITEM_VERSIONS).bind(code.to_string()).fetch_all(&mut self.conn).await;
        rows.map_err(failed("list versions"))?.iter().map(item_of).collect()
    }

    /// Returns newest versions in order of code, and how many fit without the limit.
    pub(crate) async fn items(&mut self, filter: &ItemFilter, limit: Option<u32>) -> Result<(Vec<ItemVersion>, u32), CacheError> {
        let (status, level) = (filter.status.map(status_word), filter.level.map(level_number));
        let rows = sqlx::query(schema::ITEMS)
            .bind(status)
            .bind(level)
            .bind(filter.text.clone())
            .bind(limit.map_or(-1, i64::from))
            .fetch_all(&mut self.conn)
            .await
            .map_err(failed("list items"))?;
        let count = sqlx::query(schema::ITEMS_COUNT).bind(status).bind(level).bind(filter.text.clone()).fetch_one(&mut self.conn).await;
        let total: i64 = count.and_then(|row| row.try_get(0)).map_err(failed("count items"))?;
        let items: Result<Vec<ItemVersion>, CacheError> = rows.iter().map(item_of).collect();
        Ok((items?, u32::try_from(total).unwrap_or(u32::MAX)))
    }
}

/// The word of a status in lists and in JSON.
#[must_use]
pub fn status_word(status: ItemStatus) -> &'static str {
    match status {
        ItemStatus::Listed => "listed",
        ItemStatus::Complete => "complete",
        ItemStatus::Withdrawn => "withdrawn",
    }
}

fn item_of(row: &SqliteRow) -> Result<ItemVersion, CacheError> {
    let bytes: Vec<u8> = row.try_get(0).map_err(failed("read an item"))?;
    ItemVersion::from_bytes(&bytes).map_err(|_| CacheError::Damaged("item"))
}
