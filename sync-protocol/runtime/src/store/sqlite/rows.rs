//! Rows to values and back.

use super::damage::Damage;
use crate::journal::JournalError;
use crate::store::schema;
use mesh_model::id::{Branch, DocId, Hash, NodeId};
use sqlx::Row;
use sqlx::sqlite::{SqliteConnection, SqliteRow};
use sync_protocol::batch::{Body, BodyKind, SignedHeader};
use sync_protocol::journal::{Position, Source, StoredBatch, StoredBody};
use sync_protocol::record::RecordTag;

/// States of a body as stored.
pub const HERE: i64 = 0;
/// Only the entry is known.
pub const MISSING: i64 = 1;
/// The hub refused it.
pub const REFUSED: i64 = 2;

/// A batch row whose bodies are still to be read.
pub struct BatchRow {
    pub at: Position,
    pub header: SignedHeader,
    pub body_bytes: usize,
    pub source: Option<Source>,
}

impl BatchRow {
    /// Reads the seven batch columns, which begin at `from`.
    pub fn read(row: &SqliteRow, from: usize) -> Result<BatchRow, JournalError> {
        let signature = array(row, from + 2, "signature")?;
        let header = SignedHeader::read(get(row, from + 1, "header")?, signature).map_err(|_| JournalError::Damaged { what: "header" })?;
        Ok(BatchRow {
            at: Position { seq: number(row, from, "position")?, mark: array(row, from + 3, "mark")? },
            header,
            body_bytes: usize::try_from(get::<i64>(row, from + 4, "body bytes")?).unwrap_or(0),
            source: source(row, from + 5)?,
        })
    }

    /// Reads the batch's bodies and joins them with the row.
    pub async fn with_bodies(self, conn: &mut SqliteConnection, damage: &Damage) -> Result<StoredBatch, JournalError> {
        let bodies = bodies_of(conn, self.at.seq, damage, self.header.hash()).await?;
        Ok(StoredBatch { header: self.header, bodies, source: self.source })
    }
}

/// Returns the body's row id.
pub fn body_id(batch: u64, index: u16) -> i64 {
    signed(batch << 16 | u64::from(index))
}

/// Returns the index of a body from its row id.
pub fn body_index(id: i64) -> u16 {
    u16::try_from(id & 0xffff).expect("sixteen bits fit")
}

/// Positions are far below 2^47, so the sign bit stays clear.
pub fn signed(number: u64) -> i64 {
    i64::try_from(number).expect("positions and seqs stay below 2^63")
}

/// Returns the protocol tag of a record body.
pub fn tag_of(body: &Body) -> Option<u16> {
    (body.kind == BodyKind::RECORD).then(|| RecordTag::of(&body.bytes)).flatten().map(|tag| tag.0)
}

/// Returns whether the body is a record that the protocol itself reads.
pub fn is_protocol_record(body: &StoredBody) -> bool {
    match body {
        StoredBody::Here(body) => tag_of(body).is_some_and(|tag| (1..RecordTag::DOMAIN).contains(&tag)),
        StoredBody::Missing(_) | StoredBody::Refused { .. } => false,
    }
}

/// Reads the bodies of one batch.
async fn bodies_of(conn: &mut SqliteConnection, batch: u64, damage: &Damage, header: Hash) -> Result<Vec<StoredBody>, JournalError> {
    let rows = sqlx::query(schema::BODIES)
        .bind(body_id(batch, 0))
        .bind(body_id(batch, u16::MAX))
        .fetch_all(conn)
        .await
        .map_err(|source| JournalError::Read { what: "bodies", source })?;
    rows.iter().map(|row| body(row, 0, damage, header)).collect()
}

/// Reads the seven body columns, which begin at `from`; a body that is not what its entry says is noted as damaged and missing.
pub fn body(row: &SqliteRow, from: usize, damage: &Damage, header: Hash) -> Result<StoredBody, JournalError> {
    let entry: Option<Vec<u8>> = get(row, from + 4, "entry")?;
    let read = body_as_stored(row, from);
    let Some(entry) = entry.and_then(|entry| entry.try_into().ok()).map(Hash) else {
        return read;
    };
    match read {
        Ok(body) if body.entry() == entry => Ok(body),
        Ok(_) | Err(_) => {
            damage.note_body(header, body_index(get(row, from, "body")?));
            Ok(StoredBody::Missing(entry))
        }
    }
}

fn body_as_stored(row: &SqliteRow, from: usize) -> Result<StoredBody, JournalError> {
    match get::<i64>(row, from + 1, "body state")? {
        HERE => Ok(StoredBody::Here(Body {
            document: DocId(array(row, from + 2, "document")?),
            kind: BodyKind(u8::try_from(get::<i64>(row, from + 3, "body kind")?).map_err(|_| JournalError::Damaged { what: "body kind" })?),
            bytes: get(row, from + 6, "body")?,
        })),
        MISSING => Ok(StoredBody::Missing(Hash(array(row, from + 4, "entry")?))),
        REFUSED => Ok(StoredBody::Refused { entry: Hash(array(row, from + 4, "entry")?), by: Hash(array(row, from + 5, "refusal")?) }),
        _ => Err(JournalError::Damaged { what: "body state" }),
    }
}

/// Reads the two source columns, which begin at `from`.
pub fn source(row: &SqliteRow, from: usize) -> Result<Option<Source>, JournalError> {
    if get::<Option<Vec<u8>>>(row, from, "source")?.is_none() {
        return Ok(None);
    }
    Ok(Some(Source { node: NodeId(array(row, from, "source")?), branch: Branch(array(row, from + 1, "source")?) }))
}

/// Reads an unsigned number.
pub fn number(row: &SqliteRow, column: usize, what: &'static str) -> Result<u64, JournalError> {
    u64::try_from(get::<i64>(row, column, what)?).map_err(|_| JournalError::Damaged { what })
}

/// Reads bytes of a fixed length.
pub fn array<const N: usize>(row: &SqliteRow, column: usize, what: &'static str) -> Result<[u8; N], JournalError> {
    get::<Vec<u8>>(row, column, what)?.try_into().map_err(|_| JournalError::Damaged { what })
}

/// Reads a column.
pub fn get<'r, T>(row: &'r SqliteRow, column: usize, what: &'static str) -> Result<T, JournalError>
where
    T: sqlx::Decode<'r, sqlx::Sqlite> + sqlx::Type<sqlx::Sqlite>,
{
    row.try_get(column).map_err(|source| JournalError::Read { what, source })
}
