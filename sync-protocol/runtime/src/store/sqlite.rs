//! The journal on SQLite: one writer connection, a few read-only ones, no pool (a pool deadlocks under a paused clock and drops open
//! transactions).
//!
//! Durability stands on settings that are set and read back at every start. Statements are in [`super::schema`].

mod damage;
mod load;
mod reader;
mod rows;
mod writer;

#[cfg(test)]
mod tests;

use super::schema;
use crate::journal::{CommitError, Group, Journal, JournalError, Reader};
use damage::Damage;
use reader::SqliteReader;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous};
use sqlx::{Connection, Row};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use sync_protocol::journal::{Position, Stored};
use writer::Writer;

/// Name of the database file in a data directory.
pub const FILE: &str = "journal.db";
/// Name of the file that keeps room on the disk for saying that it is full.
pub const RESERVE_FILE: &str = "journal.reserve";
/// Bytes of the reserve.
pub const RESERVE_BYTES: u64 = 1024 * 1024;
/// Read-only connections beside the writer.
pub const READERS: usize = 3;
/// Oldest engine with every repair this store relies on.
pub const ENGINE_FLOOR: &str = "3.51.3";

/// What is set on the writer and read back: pragma, statement that reads it, required value.
const SETTINGS: &[(&str, &str, &str)] = &[
    ("journal_mode", "PRAGMA journal_mode", "wal"),
    ("synchronous", "PRAGMA synchronous", "2"),
    ("foreign_keys", "PRAGMA foreign_keys", "1"),
    ("secure_delete", "PRAGMA secure_delete", "1"),
    ("trusted_schema", "PRAGMA trusted_schema", "0"),
    ("cell_size_check", "PRAGMA cell_size_check", "1"),
    ("busy_timeout", "PRAGMA busy_timeout", "5000"),
];

/// A journal in `DATA/journal.db`.
pub struct SqliteJournal {
    writer: Writer,
    reader: Reader,
    reserve: PathBuf,
    reserve_spent: bool,
}

impl SqliteJournal {
    /// Opens or creates the journal of a data directory, whose [lock](crate::lock) the caller holds.
    ///
    /// # Errors
    /// [`JournalError`] when the file is foreign, newer than this binary, or a setting does not take; nothing was changed then.
    pub async fn open(data: &Path) -> Result<SqliteJournal, JournalError> {
        let path = data.join(FILE);
        let reserve = data.join(RESERVE_FILE);
        crate::lock::touch_private(&path).map_err(|source| JournalError::Reserve { source })?;
        let (mut writer, given_back) = match connect(&path, false).await {
            Ok(writer) => (writer, false),
            // Even the index of the write-ahead log needs room: this is what the reserve was laid for.
            Err(failed) => {
                std::fs::remove_file(&reserve).map_err(|_| failed)?;
                (connect(&path, false).await?, true)
            }
        };
        check_engine(&mut writer).await?;
        migrate(&mut writer).await?;
        check_settings(&mut writer).await?;
        // A disk without room must not keep the window shut: reading goes on, and the reserve is laid with the next commit that finds room.
        let reserve_spent = given_back
            || lay_reserve(&reserve).is_err_and(|error| {
                tracing::error!(target: "mesh::journal_full", left = "reading", %error);
                true
            });
        let damage = Arc::new(Damage::default());
        if std::fs::metadata(&path).is_ok_and(|found| found.len() < damage::LOOK_THROUGH_BYTES_MAX) {
            damage.look_through(&mut writer).await;
        }
        let mut readers = Vec::with_capacity(READERS);
        for _ in 0..READERS {
            readers.push(connect(&path, true).await?);
        }
        let writer = Writer::open(writer, damage.clone()).await?;
        let reader = Reader::new(Arc::new(SqliteReader::new(readers, damage)));
        Ok(SqliteJournal { writer, reader, reserve, reserve_spent })
    }

    /// Bounds the database to `pages` pages, so that tests meet a full disk.
    #[cfg(test)]
    pub(crate) async fn bound_pages(&mut self, pages: u32) {
        self.writer.bound_pages(pages).await;
    }
}

impl Journal for SqliteJournal {
    async fn load(&mut self) -> Result<Stored, JournalError> {
        self.writer.load().await
    }

    async fn commit(&mut self, group: Group) -> Result<Vec<Vec<Position>>, CommitError> {
        let done = self.writer.commit(group).await;
        match &done {
            // The reserve is given back so that logs, the admin socket and a checkpoint still find room.
            Err(CommitError::Full) if !self.reserve_spent => {
                self.reserve_spent = std::fs::remove_file(&self.reserve).is_ok();
            }
            Ok(_) if self.reserve_spent => self.reserve_spent = lay_reserve(&self.reserve).is_err(),
            Ok(_) | Err(CommitError::Full | CommitError::Failed { .. }) => {}
        }
        done
    }

    fn reader(&self) -> Reader {
        self.reader.clone()
    }

    async fn close(mut self) {
        self.writer.checkpoint().await;
    }
}

impl std::fmt::Debug for SqliteJournal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SqliteJournal").field("reserve_spent", &self.reserve_spent).finish_non_exhaustive()
    }
}

async fn connect(path: &Path, read_only: bool) -> Result<SqliteConnection, JournalError> {
    let mut options = SqliteConnectOptions::new()
        .filename(path)
        .busy_timeout(Duration::from_secs(5))
        .foreign_keys(true)
        .pragma("secure_delete", "ON")
        .pragma("trusted_schema", "OFF")
        .pragma("cell_size_check", "ON");
    if read_only {
        options = options.read_only(true);
    } else {
        options = options.journal_mode(SqliteJournalMode::Wal).synchronous(SqliteSynchronous::Full);
    }
    SqliteConnection::connect_with(&options).await.map_err(|source| JournalError::Open { path: path.display().to_string(), source })
}

async fn check_engine(conn: &mut SqliteConnection) -> Result<(), JournalError> {
    let found = read_text(conn, "sqlite_version", "SELECT sqlite_version()").await?;
    let number = |text: &str| text.split('.').map(|part| part.parse().unwrap_or(0)).collect::<Vec<u32>>();
    if number(&found) < number(ENGINE_FLOOR) {
        return Err(JournalError::OldEngine { found, floor: ENGINE_FLOOR });
    }
    Ok(())
}

async fn check_settings(conn: &mut SqliteConnection) -> Result<(), JournalError> {
    for &(name, statement, want) in SETTINGS {
        let found = read_text(conn, name, statement).await?;
        if found != want {
            return Err(JournalError::Setting { name, want, found });
        }
    }
    Ok(())
}

async fn migrate(conn: &mut SqliteConnection) -> Result<(), JournalError> {
    let known = i64::try_from(schema::MIGRATIONS.len()).expect("the migrations are counted on one hand");
    let id = read_number(conn, "application_id", "PRAGMA application_id").await?;
    let found = read_number(conn, "user_version", "PRAGMA user_version").await?;
    let tables = read_number(conn, "schema", "SELECT count(*) FROM sqlite_schema").await?;
    if id != schema::APPLICATION_ID && !(id == 0 && found == 0 && tables == 0) {
        return Err(JournalError::Foreign { found: id });
    }
    if found > known {
        return Err(JournalError::Newer { found, known });
    }
    for to in found + 1..=known {
        step(conn, to).await.map_err(|source| JournalError::Migrate { to, source })?;
    }
    Ok(())
}

/// Runs one migration and its version in one transaction: `user_version` and `application_id` are part of the file's first page.
async fn step(conn: &mut SqliteConnection, to: i64) -> Result<(), sqlx::Error> {
    let index = usize::try_from(to - 1).expect("migrations are counted from 1");
    let text =
        format!("{};\nPRAGMA application_id = {};\nPRAGMA user_version = {to};\n", schema::MIGRATIONS[index], schema::APPLICATION_ID);
    sqlx::query(schema::BEGIN_WRITE).execute(&mut *conn).await?;
    let mut done = sqlx::raw_sql(sqlx::AssertSqlSafe(text)).execute(&mut *conn).await.map(drop);
    if done.is_ok() && schema::MIGRATIONS[index] == schema::FILL_ENTRIES {
        done = damage::fill_entries(conn).await;
    }
    let end = if done.is_ok() { schema::COMMIT } else { schema::ROLLBACK };
    let ended = sqlx::query(end).execute(conn).await;
    done.and(ended.map(drop))
}

async fn read_text(conn: &mut SqliteConnection, what: &'static str, statement: &'static str) -> Result<String, JournalError> {
    let failed = |source| JournalError::Read { what, source };
    let row = sqlx::query(statement).fetch_one(conn).await.map_err(failed)?;
    match row.try_get_unchecked::<String, _>(0) {
        Ok(text) => Ok(text),
        Err(_) => row.try_get_unchecked::<i64, _>(0).map(|number| number.to_string()).map_err(failed),
    }
}

async fn read_number(conn: &mut SqliteConnection, what: &'static str, statement: &'static str) -> Result<i64, JournalError> {
    let row = sqlx::query(statement).fetch_one(conn).await.map_err(|source| JournalError::Read { what, source })?;
    row.try_get_unchecked(0).map_err(|source| JournalError::Read { what, source })
}

/// Writes real zeros: a sparse file would reserve nothing.
fn lay_reserve(path: &Path) -> std::io::Result<()> {
    if std::fs::metadata(path).is_ok_and(|found| found.len() == RESERVE_BYTES) {
        return Ok(());
    }
    let bytes = usize::try_from(RESERVE_BYTES).expect("a mebibyte fits");
    let mut options = std::fs::OpenOptions::new();
    let mut file = options.create(true).truncate(true).write(true).mode(0o600).open(path)?;
    let laid = std::io::Write::write_all(&mut file, &vec![0; bytes]).and_then(|()| file.sync_all());
    if laid.is_err() {
        // Half a reserve takes the last room and gives none back.
        let _ = std::fs::remove_file(path);
    }
    laid
}
