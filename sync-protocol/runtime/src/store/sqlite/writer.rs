//! The one writer: groups of tickets in one immediate transaction, positions and rolling hash in order.

use super::damage::Damage;
use super::rows::{self, signed};
use crate::journal::{CommitError, Group, JournalError};
use crate::store::schema;
use mesh_model::id::Hash;
use sqlx::sqlite::SqliteConnection;
use std::collections::BTreeMap;
use std::sync::Arc;
use sync_protocol::batch::Chain;
use sync_protocol::journal::{Position, Source, StoredBatch, StoredBody, Write, mark_of, roll};

/// Result codes of SQLite that mean "no space": the file, or the index of its write-ahead log, cannot grow.
const SQLITE_FULL: [&str; 2] = ["13", "4874"];

pub struct Writer {
    pub(super) conn: SqliteConnection,
    pub(super) tail: Tail,
    pub(super) chains: BTreeMap<Chain, i64>,
    pub(super) damage: Arc<Damage>,
}

#[derive(Clone, Copy)]
pub(super) struct Tail {
    seq: u64,
    rolling: Hash,
}

/// What a group changes in memory once it is durable.
struct Draft {
    tail: Tail,
    chains: Vec<(Chain, i64)>,
}

impl Writer {
    pub async fn open(mut conn: SqliteConnection, damage: Arc<Damage>) -> Result<Writer, JournalError> {
        let row = sqlx::query(schema::TAIL).fetch_one(&mut conn).await.map_err(|source| JournalError::Read { what: "tail", source })?;
        let tail = Tail { seq: rows::number(&row, 0, "tail")?, rolling: Hash(rows::array(&row, 1, "tail")?) };
        let mut writer = Writer { conn, tail, chains: BTreeMap::new(), damage };
        writer.read_chains().await?;
        Ok(writer)
    }

    pub async fn commit(&mut self, group: Group) -> Result<Vec<Vec<Position>>, CommitError> {
        let mut draft = Draft { tail: self.tail, chains: Vec::new() };
        self.run(schema::BEGIN_WRITE, "begin").await?;
        let written = match self.write_group(group, &mut draft).await {
            Ok(positions) => self.run(schema::COMMIT, "commit").await.map(|()| positions),
            Err(failed) => Err(failed),
        };
        match written {
            Ok(positions) => {
                self.tail = draft.tail;
                Ok(positions)
            }
            Err(failed) => {
                for (chain, _) in draft.chains {
                    self.chains.remove(&chain);
                }
                // SQLite may have rolled back by itself (a full disk does); an error here says only that.
                let _ = sqlx::query(schema::ROLLBACK).execute(&mut self.conn).await;
                Err(failed)
            }
        }
    }

    /// Moves the write-ahead log into the database file, so that the file alone is the truth.
    pub async fn checkpoint(&mut self) {
        if let Err(error) = sqlx::query(schema::CHECKPOINT).execute(&mut self.conn).await {
            tracing::warn!(target: "mesh::checkpoint_failed", %error);
        }
    }

    #[cfg(test)]
    pub(crate) async fn bound_pages(&mut self, pages: u32) {
        let text = format!("PRAGMA max_page_count = {pages}");
        sqlx::raw_sql(sqlx::AssertSqlSafe(text)).execute(&mut self.conn).await.expect("the bound is set");
    }

    async fn write_group(&mut self, group: Group, draft: &mut Draft) -> Result<Vec<Vec<Position>>, CommitError> {
        let mut answers = Vec::with_capacity(group.len());
        for (_, writes) in group {
            let mut positions = Vec::new();
            for write in writes {
                positions.extend(self.write(write, draft).await?);
            }
            answers.push(positions);
        }
        if draft.tail.seq != self.tail.seq {
            let query = sqlx::query(schema::MOVE_TAIL).bind(signed(draft.tail.seq)).bind(draft.tail.rolling.0.to_vec());
            query.execute(&mut self.conn).await.map_err(|source| failed("move the tail", source))?;
        }
        Ok(answers)
    }

    async fn write(&mut self, write: Write, draft: &mut Draft) -> Result<Option<Position>, CommitError> {
        let (what, query) = match write {
            Write::Batch(batch) => return self.write_batch(batch, draft).await.map(Some),
            Write::LateBody { header, index, body, source } => {
                return self.write_late(&header, index, &body, source, draft).await.map(Some);
            }
            Write::Rows { chain, bytes } => {
                let id = self.chain_id(chain, draft).await?;
                ("put vector rows", sqlx::query(schema::SET_ROWS).bind(id).bind(bytes))
            }
            Write::Cursor { peer, branch, at } => {
                let query = sqlx::query(schema::PUT_CURSOR).bind(peer.0.to_vec()).bind(branch.0.to_vec());
                ("put a cursor", query.bind(signed(at.seq)).bind(at.mark.to_vec()))
            }
            Write::Held { peer, seq } => ("put what a peer holds", sqlx::query(schema::PUT_HELD).bind(peer.0.to_vec()).bind(signed(seq))),
            Write::Note { key, value } => ("put a note", sqlx::query(schema::PUT_NOTE).bind(key).bind(value)),
        };
        query.execute(&mut self.conn).await.map_err(|source| failed(what, source))?;
        Ok(None)
    }

    async fn write_batch(&mut self, batch: StoredBatch, draft: &mut Draft) -> Result<Position, CommitError> {
        const WHAT: &str = "append a batch";
        let hash = batch.header.hash();
        if let Some(at) = self.batch_at(&hash).await? {
            return Ok(at);
        }
        let chain = self.chain_id(batch.header.chain, draft).await?;
        let at = draft.tail.step(&hash, None);
        let body_bytes: usize = batch.bodies.iter().map(bytes_here).sum();
        let query = sqlx::query(schema::INSERT_BATCH)
            .bind(signed(at.seq))
            .bind(hash.0.to_vec())
            .bind(batch.header.bytes().to_vec())
            .bind(batch.header.signature().to_vec())
            .bind(chain)
            .bind(signed(batch.header.seq))
            .bind(at.mark.to_vec())
            .bind(i64::try_from(body_bytes).expect("a batch is bounded"))
            .bind(i64::from(batch.bodies.iter().any(rows::is_protocol_record)))
            .bind(batch.source.map(|from| from.node.0.to_vec()))
            .bind(batch.source.map(|from| from.branch.0.to_vec()));
        query.execute(&mut self.conn).await.map_err(|source| failed(WHAT, source))?;
        for (index, body) in batch.bodies.iter().enumerate() {
            let index = u16::try_from(index).expect("a batch is bounded");
            self.put_body(rows::body_id(at.seq, index), body).await?;
        }
        Ok(at)
    }

    async fn write_late(
        &mut self,
        header: &Hash,
        index: u16,
        body: &StoredBody,
        source: Option<Source>,
        draft: &mut Draft,
    ) -> Result<Position, CommitError> {
        const WHAT: &str = "store a late body";
        let batch =
            self.batch_at(header).await?.ok_or_else(|| CommitError::Failed { what: WHAT, source: "its batch is not stored".into() })?;
        let id = rows::body_id(batch.seq, index);
        let state = sqlx::query(schema::BODY_STATE).bind(id).fetch_optional(&mut self.conn).await.map_err(|source| failed(WHAT, source))?;
        let state = state.map(|row| rows::get::<i64>(&row, 0, "body state")).transpose().map_err(|source| damaged(WHAT, source))?;
        if state == Some(state_of(body)) && !self.damage.mend_body(header, index) {
            return self.late_at(batch, index).await;
        }
        let at = draft.tail.step(header, Some(index));
        self.put_body(id, body).await?;
        let query = sqlx::query(schema::INSERT_LATE)
            .bind(signed(at.seq))
            .bind(signed(batch.seq))
            .bind(i64::from(index))
            .bind(at.mark.to_vec())
            .bind(source.map(|from| from.node.0.to_vec()))
            .bind(source.map(|from| from.branch.0.to_vec()));
        query.execute(&mut self.conn).await.map_err(|source| failed(WHAT, source))?;
        let grown = i64::try_from(bytes_here(body)).expect("a body is bounded");
        let query = sqlx::query(schema::GROW_BATCH).bind(signed(batch.seq)).bind(grown).bind(i64::from(rows::is_protocol_record(body)));
        query.execute(&mut self.conn).await.map_err(|source| failed(WHAT, source))?;
        Ok(at)
    }

    async fn late_at(&mut self, batch: Position, index: u16) -> Result<Position, CommitError> {
        const WHAT: &str = "look up a late body";
        let query = sqlx::query(schema::LATE_AT).bind(signed(batch.seq)).bind(i64::from(index));
        match query.fetch_optional(&mut self.conn).await.map_err(|source| failed(WHAT, source))? {
            Some(row) => position(&row).map_err(|source| damaged(WHAT, source)),
            None => Ok(batch),
        }
    }

    async fn put_body(&mut self, id: i64, body: &StoredBody) -> Result<(), CommitError> {
        let query = sqlx::query(schema::PUT_BODY).bind(id).bind(state_of(body));
        let query = match body {
            StoredBody::Here(body) => query
                .bind(body.document.0.to_vec())
                .bind(i64::from(body.kind.0))
                .bind(rows::tag_of(body).map(i64::from))
                .bind(body.entry().0.to_vec())
                .bind(None::<Vec<u8>>)
                .bind(body.bytes.clone()),
            StoredBody::Missing(_) | StoredBody::Refused { .. } => {
                let by = match body {
                    StoredBody::Refused { by, .. } => Some(by.0.to_vec()),
                    StoredBody::Here(_) | StoredBody::Missing(_) => None,
                };
                let query = query.bind(None::<Vec<u8>>).bind(None::<i64>).bind(None::<i64>);
                query.bind(body.entry().0.to_vec()).bind(by).bind(None::<Vec<u8>>)
            }
        };
        query.execute(&mut self.conn).await.map(|_| ()).map_err(|source| failed("put a body", source))
    }

    async fn batch_at(&mut self, hash: &Hash) -> Result<Option<Position>, CommitError> {
        const WHAT: &str = "look up a batch";
        let query = sqlx::query(schema::BATCH_AT).bind(hash.0.to_vec());
        let row = query.fetch_optional(&mut self.conn).await.map_err(|source| failed(WHAT, source))?;
        row.as_ref().map(position).transpose().map_err(|source| damaged(WHAT, source))
    }

    async fn chain_id(&mut self, chain: Chain, draft: &mut Draft) -> Result<i64, CommitError> {
        if let Some(id) = self.chains.get(&chain) {
            return Ok(*id);
        }
        let query = sqlx::query(schema::INSERT_CHAIN).bind(chain.scope.to_bytes().to_vec()).bind(chain.node.0.to_vec());
        let done = query.bind(chain.branch.0.to_vec()).execute(&mut self.conn).await.map_err(|source| failed("open a chain", source))?;
        let id = done.last_insert_rowid();
        self.chains.insert(chain, id);
        draft.chains.push((chain, id));
        Ok(id)
    }

    async fn run(&mut self, statement: &'static str, what: &'static str) -> Result<(), CommitError> {
        sqlx::query(statement).execute(&mut self.conn).await.map(|_| ()).map_err(|source| failed(what, source))
    }
}

impl Tail {
    pub(super) fn position(&self) -> Position {
        let mark = if self.seq == 0 { [0; 8] } else { mark_of(&self.rolling) };
        Position { seq: self.seq, mark }
    }

    fn step(&mut self, header: &Hash, late_body: Option<u16>) -> Position {
        self.seq += 1;
        self.rolling = roll(&self.rolling, header, late_body);
        self.position()
    }
}

fn state_of(body: &StoredBody) -> i64 {
    match body {
        StoredBody::Here(_) => rows::HERE,
        StoredBody::Missing(_) => rows::MISSING,
        StoredBody::Refused { .. } => rows::REFUSED,
    }
}

fn bytes_here(body: &StoredBody) -> usize {
    match body {
        StoredBody::Here(body) => body.bytes.len(),
        StoredBody::Missing(_) | StoredBody::Refused { .. } => 0,
    }
}

fn position(row: &sqlx::sqlite::SqliteRow) -> Result<Position, JournalError> {
    Ok(Position { seq: rows::number(row, 0, "position")?, mark: rows::array(row, 1, "mark")? })
}

fn failed(what: &'static str, source: sqlx::Error) -> CommitError {
    let full = source.as_database_error().and_then(|cause| cause.code()).is_some_and(|code| SQLITE_FULL.contains(&&*code));
    if full { CommitError::Full } else { CommitError::Failed { what, source: Box::new(source) } }
}

fn damaged(what: &'static str, source: JournalError) -> CommitError {
    CommitError::Failed { what, source: Box::new(source) }
}
