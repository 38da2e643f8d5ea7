//! The desk's cache in `DATA/cache.db`: what lists need, taken from the journal. Never the truth; a damaged one is thrown away and rebuilt.
//!
//! One plain connection, no pool. SQL lives in [`schema`] and in the files below, nowhere else in this crate.

mod aside;
pub mod cases;
mod conn;
pub mod items;
pub mod news;
mod remembered;
mod schema;
pub mod sites;

pub(crate) use aside::is_aside;
pub(crate) use remembered::Registry;

#[cfg(test)]
mod tests;

use conn::Conn;
use mesh_runtime::env::Statements;
use remembered::Remembered;
use sqlx::Row;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use std::path::{Path, PathBuf};
use std::time::Duration;
use sync_protocol::journal::Position;

/// Name of the file in a data directory.
pub const FILE: &str = "cache.db";

/// A cache that cannot be used; the journal is untouched.
#[derive(Debug, thiserror::Error)]
pub enum CacheError {
    /// The file could not be opened or made.
    #[error("open the cache {path}")]
    Open {
        /// Which.
        path: PathBuf,
        /// Cause.
        #[source]
        source: sqlx::Error,
    },
    /// The file could not be made.
    #[error("make the cache {path}")]
    Make {
        /// Which.
        path: PathBuf,
        /// Cause.
        #[source]
        source: std::io::Error,
    },
    /// A damaged file could not be taken away.
    #[error("take the cache {path} away")]
    Remove {
        /// Which.
        path: PathBuf,
        /// Cause.
        #[source]
        source: std::io::Error,
    },
    /// A statement failed.
    #[error("{what} in the cache")]
    Statement {
        /// What was attempted.
        what: &'static str,
        /// Cause.
        #[source]
        source: sqlx::Error,
    },
    /// A stored value does not have the form in which it was written.
    #[error("the cache's {0} is damaged")]
    Damaged(&'static str),
}

/// SQLite's codes for a disk without space: the file, or the index of its write-ahead log, cannot grow.
const SQLITE_FULL: [&str; 2] = ["13", "4874"];

impl CacheError {
    /// Returns whether there was no space; nothing was written then.
    pub(crate) fn is_full(&self) -> bool {
        match self {
            CacheError::Statement { source, .. } | CacheError::Open { source, .. } => {
                source.as_database_error().and_then(|cause| cause.code()).is_some_and(|code| SQLITE_FULL.contains(&&*code))
            }
            CacheError::Make { source, .. } => source.kind() == std::io::ErrorKind::StorageFull,
            CacheError::Remove { .. } | CacheError::Damaged(_) => false,
        }
    }
}

/// Wraps the failure of a statement.
fn failed(what: &'static str) -> impl FnOnce(sqlx::Error) -> CacheError {
    move |source| CacheError::Statement { what, source }
}

/// An open cache.
#[derive(Debug)]
pub struct Cache {
    conn: Conn,
    path: PathBuf,
    remembered: Remembered,
}

impl Cache {
    /// Opens the cache of a data directory; one that is missing, damaged or of another release begins empty.
    ///
    /// # Errors
    /// [`CacheError`] when not even an empty one can be made.
    pub async fn open(data: &Path, statements: Statements) -> Result<Cache, CacheError> {
        let path = data.join(FILE);
        match Cache::try_open(&path, statements).await {
            Ok(cache) => Ok(cache),
            // A full disk must not keep the window shut, and throwing the file away would not make it sound.
            Err(error) if error.is_full() => {
                tracing::warn!(target: "mesh::cache_behind", why = "no space");
                Cache::in_memory(&path, statements).await
            }
            Err(error) => {
                tracing::warn!(target: "mesh::cache_rebuilt", why = %error);
                remove(&path)?;
                Cache::try_open(&path, statements).await
            }
        }
    }

    /// Throws everything away and begins empty.
    ///
    /// # Errors
    /// [`CacheError`].
    pub async fn reset(&mut self) -> Result<(), CacheError> {
        let path = self.path.clone();
        self.conn.let_go().await?;
        remove(&path)?;
        *self = Cache::try_open(&path, self.conn.statements()).await?;
        Ok(())
    }

    async fn try_open(path: &Path, statements: Statements) -> Result<Cache, CacheError> {
        let opened = |source| CacheError::Open { path: path.to_owned(), source };
        touch_private(path).map_err(|source| CacheError::Make { path: path.to_owned(), source })?;
        let options = SqliteConnectOptions::new()
            .filename(path)
            .journal_mode(SqliteJournalMode::Wal)
            // A cut may cost the newest rows together with the watermark that says so; the journal gives them again.
            .synchronous(SqliteSynchronous::Normal)
            .busy_timeout(Duration::from_secs(5))
            .statement_cache_capacity(64)
            .pragma("secure_delete", "ON")
            .pragma("trusted_schema", "OFF");
        let mut conn = Conn::open(&options, statements).await.map_err(opened)?;
        let version: i64 = sqlx::query("PRAGMA user_version").fetch_one(&mut conn).await.and_then(|row| row.try_get(0)).map_err(opened)?;
        match version {
            0 => {
                sqlx::raw_sql(schema::CREATE).execute(&mut conn).await.map_err(opened)?;
            }
            schema::VERSION => {}
            _ => return Err(CacheError::Damaged("release")),
        }
        Ok(Cache { conn, path: path.to_owned(), remembered: Remembered::default() })
    }

    async fn in_memory(path: &Path, statements: Statements) -> Result<Cache, CacheError> {
        let opened = |source| CacheError::Open { path: path.to_owned(), source };
        let mut conn = Conn::in_memory(statements).await.map_err(opened)?;
        sqlx::raw_sql(schema::CREATE).execute(&mut conn).await.map_err(opened)?;
        Ok(Cache { conn, path: path.to_owned(), remembered: Remembered::default() })
    }

    /// Begins a transaction; ended by [`Cache::commit`], or taken back by [`Cache::roll_back`].
    pub(crate) async fn begin(&mut self) -> Result<(), CacheError> {
        sqlx::query(schema::BEGIN).execute(&mut self.conn).await.map(drop).map_err(failed("begin"))
    }

    /// Ends a transaction.
    pub(crate) async fn commit(&mut self) -> Result<(), CacheError> {
        sqlx::query(schema::COMMIT).execute(&mut self.conn).await.map_err(failed("commit"))?;
        self.remembered.commit();
        Ok(())
    }

    /// Takes a transaction back, if one is open.
    pub(crate) async fn roll_back(&mut self) {
        self.remembered = Remembered::default();
        // Without a transaction there is nothing to take back.
        let _ = sqlx::query(schema::ROLLBACK).execute(&mut self.conn).await;
    }

    /// Returns the journal position up to which the cache was brought by what is committed.
    pub(crate) async fn watermark(&mut self) -> Result<Position, CacheError> {
        if let Some(at) = self.remembered.watermark {
            return Ok(at);
        }
        let row = sqlx::query(schema::WATERMARK).fetch_one(&mut self.conn).await.map_err(failed("read the watermark"))?;
        let mark: Vec<u8> = row.try_get(1).map_err(failed("read the watermark"))?;
        let at = Position { seq: unsigned(&row, 0)?, mark: mark.try_into().map_err(|_| CacheError::Damaged("watermark"))? };
        self.remembered.watermark = Some(at);
        Ok(at)
    }

    /// Moves the watermark; in the transaction of what it speaks of.
    pub(crate) async fn set_watermark(&mut self, at: Position) -> Result<(), CacheError> {
        let moved = sqlx::query(schema::SET_WATERMARK).bind(signed(at.seq)).bind(at.mark.to_vec()).execute(&mut self.conn).await;
        moved.map_err(failed("move the watermark"))?;
        self.remembered.moving = Some(at);
        Ok(())
    }
}

fn touch_private(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::OpenOptionsExt;
    std::fs::OpenOptions::new().create(true).truncate(false).write(true).mode(0o600).open(path).map(drop)
}

fn remove(path: &Path) -> Result<(), CacheError> {
    for suffix in ["", "-wal", "-shm"] {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        match std::fs::remove_file(&name) {
            Ok(()) => {}
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(source) => return Err(CacheError::Remove { path: name.into(), source }),
        }
    }
    Ok(())
}

/// SQLite's integers are signed; sequence numbers never reach the sign.
fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn unsigned(row: &sqlx::sqlite::SqliteRow, column: usize) -> Result<u64, CacheError> {
    let number: i64 = row.try_get(column).map_err(failed("read a number"))?;
    u64::try_from(number).map_err(|_| CacheError::Damaged("number"))
}

/// Reads a column of `N` bytes.
fn bytes<const N: usize>(row: &sqlx::sqlite::SqliteRow, column: usize) -> Result<[u8; N], CacheError> {
    let read: Vec<u8> = row.try_get(column).map_err(failed("read bytes"))?;
    read.try_into().map_err(|_| CacheError::Damaged("id"))
}

/// Reads a column of `N` bytes or nothing.
fn bytes_opt<const N: usize>(row: &sqlx::sqlite::SqliteRow, column: usize) -> Result<Option<[u8; N]>, CacheError> {
    let read: Option<Vec<u8>> = row.try_get(column).map_err(failed("read bytes"))?;
    read.map(|read| read.try_into().map_err(|_| CacheError::Damaged("id"))).transpose()
}

/// Reads a text column through its type's own parser.
fn parsed<T: std::str::FromStr>(row: &sqlx::sqlite::SqliteRow, column: usize) -> Result<Option<T>, CacheError> {
    let read: Option<String> = row.try_get(column).map_err(failed("read text"))?;
    read.map(|read| read.parse().map_err(|_| CacheError::Damaged("text"))).transpose()
}
