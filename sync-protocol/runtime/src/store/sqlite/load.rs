//! What a node is opened with, read over the writer's own connection.

use super::rows::{self, BatchRow};
use super::writer::Writer;
use crate::journal::JournalError;
use crate::store::schema;
use mesh_model::id::{Branch, NodeId};
use mesh_model::place::{Class, Place, Scope, Shelf};
use sync_protocol::batch::Chain;
use sync_protocol::journal::{Position, Stored, StoredBatch};

impl Writer {
    pub async fn load(&mut self) -> Result<Stored, JournalError> {
        let rows = self.read_chains().await?;
        let mut stored = Stored { tail: self.tail.position(), rows, ..Stored::default() };
        for row in self.all(schema::CURSORS, "cursors").await? {
            let at = Position { seq: rows::number(&row, 2, "cursor")?, mark: rows::array(&row, 3, "cursor")? };
            stored.cursors.push((NodeId(rows::array(&row, 0, "cursor")?), Branch(rows::array(&row, 1, "cursor")?), at));
        }
        for row in self.all(schema::HELDS, "held").await? {
            stored.held.push((NodeId(rows::array(&row, 0, "held")?), rows::number(&row, 1, "held")?));
        }
        let notes = sqlx::query(schema::NOTES).bind("").bind("\u{10ffff}").fetch_all(&mut self.conn).await;
        for row in notes.map_err(|source| JournalError::Read { what: "notes", source })? {
            stored.notes.push((rows::get(&row, 0, "note")?, rows::get(&row, 1, "note")?));
        }
        stored.county = self.batches(schema::BATCHES_OF_SCOPES).await?;
        stored.records = self.batches(schema::BATCHES_WITH_RECORDS).await?;
        Ok(stored)
    }

    /// Fills the numbers of the chains and returns their vector rows.
    pub(super) async fn read_chains(&mut self) -> Result<Vec<(Chain, Vec<u8>)>, JournalError> {
        let mut found = Vec::new();
        for row in self.all(schema::CHAINS, "chains").await? {
            let scope = Scope::from_bytes(&rows::get::<Vec<u8>>(&row, 1, "chain")?).ok_or(JournalError::Damaged { what: "scope" })?;
            let chain = Chain { node: NodeId(rows::array(&row, 2, "chain")?), branch: Branch(rows::array(&row, 3, "chain")?), scope };
            self.chains.insert(chain, rows::get(&row, 0, "chain")?);
            if let Some(bytes) = rows::get::<Option<Vec<u8>>>(&row, 4, "vector rows")? {
                found.push((chain, bytes));
            }
        }
        Ok(found)
    }

    /// Reads whole batches by a statement over the range of authority and day scopes.
    async fn batches(&mut self, statement: &'static str) -> Result<Vec<(Position, StoredBatch)>, JournalError> {
        let last = Scope { place: Place::County, class: Class::DAY, shelf: Shelf(u16::MAX) };
        let query = sqlx::query(statement).bind(Scope::AUTHORITY.to_bytes().to_vec()).bind(last.to_bytes().to_vec());
        let found = query.fetch_all(&mut self.conn).await.map_err(|source| JournalError::Read { what: "batches", source })?;
        let mut batches = Vec::with_capacity(found.len());
        for row in found {
            let row = BatchRow::read(&row, 0)?;
            batches.push((row.at, row.with_bodies(&mut self.conn, &self.damage).await?));
        }
        Ok(batches)
    }

    async fn all(&mut self, statement: &'static str, what: &'static str) -> Result<Vec<sqlx::sqlite::SqliteRow>, JournalError> {
        sqlx::query(statement).fetch_all(&mut self.conn).await.map_err(|source| JournalError::Read { what, source })
    }
}
