//! Read-only connections: each answer is one read transaction, so that it sees one state.

use super::damage::Damage;
use super::rows::{self, BatchRow, signed};
use crate::journal::{BoxFuture, Health, JournalError, ReadJournal};
use crate::store::schema;
use mesh_model::id::{DocId, Hash};
use sqlx::sqlite::SqliteConnection;
use std::ops::RangeInclusive;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use sync_protocol::batch::Chain;
use sync_protocol::journal::{DocumentBody, JournalEntry, Load, Loaded, Position, StoredBatch, mark_of};
use tokio::sync::{Mutex, MutexGuard};

/// Rows one question reads before it looks at bytes.
const ROWS_AT_ONCE: i64 = 256;

pub struct SqliteReader {
    connections: Vec<Mutex<Connection>>,
    next: AtomicUsize,
    damage: Arc<Damage>,
}

struct Connection {
    conn: SqliteConnection,
    /// A reader that was dropped in the middle left its transaction open.
    open: bool,
}

impl SqliteReader {
    pub fn new(connections: Vec<SqliteConnection>, damage: Arc<Damage>) -> SqliteReader {
        let connections = connections.into_iter().map(|conn| Mutex::new(Connection { conn, open: false })).collect();
        SqliteReader { connections, next: AtomicUsize::new(0), damage }
    }

    async fn connection(&self) -> MutexGuard<'_, Connection> {
        let first = self.next.fetch_add(1, Ordering::Relaxed);
        for step in 0..self.connections.len() {
            if let Ok(free) = self.connections[(first + step) % self.connections.len()].try_lock() {
                return free;
            }
        }
        self.connections[first % self.connections.len()].lock().await
    }

    async fn answer(&self, load: Load) -> Result<Loaded, JournalError> {
        let mut connection = self.connection().await;
        connection.begin().await?;
        let answer = answer(&mut connection.conn, load, &self.damage).await;
        connection.end().await?;
        answer
    }

    async fn read_tail(&self) -> Result<Position, JournalError> {
        let mut connection = self.connection().await;
        let row = sqlx::query(schema::TAIL).fetch_one(&mut connection.conn).await.map_err(read("tail"))?;
        let seq = rows::number(&row, 0, "tail")?;
        let rolling = Hash(rows::array(&row, 1, "tail")?);
        Ok(Position { seq, mark: if seq == 0 { [0; 8] } else { mark_of(&rolling) } })
    }

    async fn read_notes(&self, prefix: String) -> Result<Vec<(String, Vec<u8>)>, JournalError> {
        let mut connection = self.connection().await;
        let end = format!("{prefix}\u{10ffff}");
        let found = sqlx::query(schema::NOTES).bind(prefix).bind(end).fetch_all(&mut connection.conn).await.map_err(read("notes"))?;
        found.iter().map(|row| Ok((rows::get(row, 0, "note")?, rows::get(row, 1, "note")?))).collect()
    }
}

impl ReadJournal for SqliteReader {
    fn fetch(&self, load: Load) -> BoxFuture<'_, Result<Loaded, JournalError>> {
        Box::pin(self.answer(load))
    }

    fn tail(&self) -> BoxFuture<'_, Result<Position, JournalError>> {
        Box::pin(self.read_tail())
    }

    fn notes(&self, prefix: String) -> BoxFuture<'_, Result<Vec<(String, Vec<u8>)>, JournalError>> {
        Box::pin(self.read_notes(prefix))
    }

    fn health(&self) -> Health {
        self.damage.health()
    }
}

impl Connection {
    async fn begin(&mut self) -> Result<(), JournalError> {
        if self.open {
            // The transaction may not have begun before its reader was dropped; an error here says only that.
            let _ = sqlx::query(schema::ROLLBACK).execute(&mut self.conn).await;
        }
        self.open = true;
        sqlx::query(schema::BEGIN_READ).execute(&mut self.conn).await.map(|_| ()).map_err(read("begin"))
    }

    async fn end(&mut self) -> Result<(), JournalError> {
        sqlx::query(schema::COMMIT).execute(&mut self.conn).await.map_err(read("end"))?;
        self.open = false;
        Ok(())
    }
}

async fn answer(conn: &mut SqliteConnection, load: Load, damage: &Damage) -> Result<Loaded, JournalError> {
    match load {
        Load::After { seq, bytes_max } => after(conn, seq, bytes_max, damage).await.map(Loaded::Entries),
        Load::MarkAt { seq } => mark_at(conn, seq).await.map(Loaded::Mark),
        Load::Chain { chain, from, to, bytes_max } => of_chain(conn, chain, from..=to, bytes_max, damage).await.map(Loaded::Batches),
        Load::Known { headers } => known(conn, headers).await.map(Loaded::Known),
        Load::Batches { headers } => by_hash(conn, headers, damage).await.map(Loaded::Batches),
        Load::Document { document } => of_document(conn, document, damage).await.map(Loaded::Document),
    }
}

async fn after(conn: &mut SqliteConnection, seq: u64, bytes_max: usize, damage: &Damage) -> Result<Vec<JournalEntry>, JournalError> {
    let batches = sqlx::query(schema::BATCHES_AFTER).bind(signed(seq)).bind(ROWS_AT_ONCE).fetch_all(&mut *conn).await;
    let mut batches = batches.map_err(read("batches"))?.into_iter().peekable();
    let lates = sqlx::query(schema::LATES_AFTER).bind(signed(seq)).bind(ROWS_AT_ONCE).fetch_all(&mut *conn).await;
    let mut lates = lates.map_err(read("late bodies"))?.into_iter().peekable();
    let mut entries: Vec<JournalEntry> = Vec::new();
    let mut bytes = 0;
    // Positions are dense, so the next entry is in exactly one of the two lists; a list cut at its limit ends the run.
    for want in seq + 1.. {
        if batches.peek().is_some_and(|row| rows::number(row, 0, "position").is_ok_and(|at| at == want)) {
            let row = BatchRow::read(&batches.next().expect("peeked"), 0)?;
            bytes += row.body_bytes;
            if bytes > bytes_max && !entries.is_empty() {
                break;
            }
            let (at, source) = (row.at, row.source);
            let batch = row.with_bodies(conn, damage).await?;
            entries.push(JournalEntry { at, late_body: None, batch, source });
        } else if lates.peek().is_some_and(|row| rows::number(row, 0, "position").is_ok_and(|at| at == want)) {
            let late = lates.next().expect("peeked");
            let batch = batch_at(conn, rows::number(&late, 1, "late body")?, damage).await?;
            bytes += batch
                .bodies
                .iter()
                .map(|body| if let sync_protocol::journal::StoredBody::Here(body) = body { body.bytes.len() } else { 0 })
                .sum::<usize>();
            if bytes > bytes_max && !entries.is_empty() {
                break;
            }
            let index = u16::try_from(rows::number(&late, 2, "late body")?).map_err(|_| JournalError::Damaged { what: "late body" })?;
            let at = Position { seq: want, mark: rows::array(&late, 3, "mark")? };
            entries.push(JournalEntry { at, late_body: Some(index), batch, source: rows::source(&late, 4)? });
        } else {
            break;
        }
    }
    Ok(entries)
}

async fn mark_at(conn: &mut SqliteConnection, seq: u64) -> Result<Option<[u8; 8]>, JournalError> {
    if seq == 0 {
        return Ok(Some([0; 8]));
    }
    let row = sqlx::query(schema::MARK_AT).bind(signed(seq)).fetch_optional(conn).await.map_err(read("mark"))?;
    row.map(|row| rows::array(&row, 0, "mark")).transpose()
}

async fn of_chain(
    conn: &mut SqliteConnection,
    chain: Chain,
    seqs: RangeInclusive<u64>,
    bytes_max: usize,
    damage: &Damage,
) -> Result<Vec<StoredBatch>, JournalError> {
    let query =
        sqlx::query(schema::CHAIN_ID).bind(chain.scope.to_bytes().to_vec()).bind(chain.node.0.to_vec()).bind(chain.branch.0.to_vec());
    let Some(row) = query.fetch_optional(&mut *conn).await.map_err(read("chain"))? else {
        return Ok(Vec::new());
    };
    let id: i64 = rows::get(&row, 0, "chain")?;
    let to = i64::try_from(*seqs.end()).unwrap_or(i64::MAX);
    let found =
        sqlx::query(schema::BATCHES_OF_CHAIN).bind(id).bind(signed(*seqs.start())).bind(to).bind(ROWS_AT_ONCE).fetch_all(&mut *conn).await;
    let mut batches = Vec::new();
    let mut bytes = 0;
    for row in found.map_err(read("batches"))? {
        let row = BatchRow::read(&row, 0)?;
        bytes += row.body_bytes;
        if bytes > bytes_max && !batches.is_empty() {
            break;
        }
        batches.push(row.with_bodies(conn, damage).await?);
    }
    Ok(batches)
}

async fn known(conn: &mut SqliteConnection, headers: Vec<Hash>) -> Result<Vec<bool>, JournalError> {
    let mut answers = Vec::with_capacity(headers.len());
    for hash in headers {
        let row = sqlx::query(schema::BATCH_AT).bind(hash.0.to_vec()).fetch_optional(&mut *conn).await.map_err(read("header"))?;
        answers.push(row.is_some());
    }
    Ok(answers)
}

async fn by_hash(conn: &mut SqliteConnection, headers: Vec<Hash>, damage: &Damage) -> Result<Vec<StoredBatch>, JournalError> {
    let mut batches = Vec::with_capacity(headers.len());
    for hash in headers {
        let row = sqlx::query(schema::BATCH_BY_HASH).bind(hash.0.to_vec()).fetch_optional(&mut *conn).await.map_err(read("batch"))?;
        let Some(row) = row else { continue };
        let row = BatchRow::read(&row, 0)?;
        batches.push(row.with_bodies(conn, damage).await?);
    }
    Ok(batches)
}

async fn batch_at(conn: &mut SqliteConnection, seq: u64, damage: &Damage) -> Result<StoredBatch, JournalError> {
    let row = sqlx::query(schema::BATCH_BY_SEQ).bind(signed(seq)).fetch_one(&mut *conn).await.map_err(read("batch"))?;
    BatchRow::read(&row, 0)?.with_bodies(conn, damage).await
}

async fn of_document(conn: &mut SqliteConnection, document: DocId, damage: &Damage) -> Result<Vec<DocumentBody>, JournalError> {
    let found = sqlx::query(schema::BODIES_OF_DOCUMENT).bind(document.0.to_vec()).fetch_all(conn).await.map_err(read("document"))?;
    found
        .iter()
        .map(|row| {
            let batch = BatchRow::read(row, 7)?;
            let index = rows::body_index(rows::get(row, 0, "body")?);
            let body = rows::body(row, 0, damage, batch.header.hash())?;
            Ok(DocumentBody { header: batch.header, index, at: batch.at, body })
        })
        .collect()
}

fn read(what: &'static str) -> impl Fn(sqlx::Error) -> JournalError {
    move |source| JournalError::Read { what, source }
}
