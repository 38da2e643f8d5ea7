//! The journal: one place that makes a node's writes durable and answers what it holds.
//!
//! The contract of one commit is in [`sync_protocol::journal`]; this file is the trait that a store implements. [`crate::store`] has SQLite
//! and a store in memory for tests. The [driver](crate::driver) is the only writer; everybody else reads through a [`Reader`].

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use sync_protocol::journal::{Load, Loaded, Position, Stored, Ticket, Write};

/// A future on the heap, for traits that are used as objects.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A local fact: dotted name and opaque value.
pub type Note = (String, Vec<u8>);

/// The tickets that go into one transaction, in order.
pub type Group = Vec<(Ticket, Vec<Write>)>;

/// A store that cannot be opened or read.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// The database file could not be opened.
    #[error("open the journal {path}")]
    Open {
        /// The file.
        path: String,
        /// Cause.
        #[source]
        source: sqlx::Error,
    },
    /// The file is a database of another program.
    #[error("the journal's application id is {found:#x}: it is not a journal of this program")]
    Foreign {
        /// As stored.
        found: i64,
    },
    /// A newer binary wrote it; nothing was changed.
    #[error("the journal has schema {found}, this binary knows up to {known}; run the newer binary")]
    Newer {
        /// As stored.
        found: i64,
        /// Ours.
        known: i64,
    },
    /// The bundled SQLite is older than the floor.
    #[error("SQLite {found} is older than {floor}")]
    OldEngine {
        /// As linked.
        found: String,
        /// Required.
        floor: &'static str,
    },
    /// A setting that durability stands on did not take.
    #[error("SQLite setting {name} is {found}, not {want}")]
    Setting {
        /// Pragma.
        name: &'static str,
        /// Required.
        want: &'static str,
        /// As read back.
        found: String,
    },
    /// A migration failed; the schema is as before.
    #[error("migrate the journal to schema {to}")]
    Migrate {
        /// Target.
        to: i64,
        /// Cause.
        #[source]
        source: sqlx::Error,
    },
    /// A statement failed.
    #[error("read {what} from the journal")]
    Read {
        /// What was read.
        what: &'static str,
        /// Cause.
        #[source]
        source: sqlx::Error,
    },
    /// A stored value does not have the form in which it was written.
    #[error("the journal's {what} is damaged")]
    Damaged {
        /// Which.
        what: &'static str,
    },
    /// The reserve that keeps a full disk sayable could not be laid down.
    #[error("lay down the journal's reserve")]
    Reserve {
        /// Cause.
        #[source]
        source: std::io::Error,
    },
}

/// A group that was not committed; nothing of it was written.
#[derive(Debug, thiserror::Error)]
pub enum CommitError {
    /// No space. Memory and disk still agree; reading goes on.
    #[error("the journal has no space left")]
    Full,
    /// The store failed in another way; the outcome may be unknown, so the process must end and recover at start.
    #[error("{what} in the journal's commit")]
    Failed {
        /// What was attempted.
        what: &'static str,
        /// Cause.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

/// Makes writes durable, in order.
pub trait Journal: Send + 'static {
    /// Returns what a node is opened with.
    fn load(&mut self) -> impl Future<Output = Result<Stored, JournalError>> + Send;

    /// Writes a whole group in one transaction and returns, for each ticket, one position per [`Write::Batch`] and [`Write::LateBody`].
    ///
    /// Positions and the rolling hash are given here, in order. A header hash already stored answers with its old position.
    fn commit(&mut self, group: Group) -> impl Future<Output = Result<Vec<Vec<Position>>, CommitError>> + Send;

    /// Returns a reader of what is committed.
    fn reader(&self) -> Reader;

    /// Ends the journal cleanly: what is committed stands in its one file. Not called when the process is cut off.
    fn close(self) -> impl Future<Output = ()> + Send
    where
        Self: Sized,
    {
        async {}
    }
}

/// What a store found damaged in this process. It is counted when it is met: nothing found is no proof that nothing is damaged.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Health {
    /// Bodies that are not what their header signed: handed out as missing, and not sent as whole to anybody.
    pub damaged_bodies: u64,
    /// What the store says of pages that it cannot read.
    pub damaged_pages: Option<String>,
}

/// Reads what is committed; the object behind a [`Reader`].
pub trait ReadJournal: Send + Sync {
    /// Answers a question of the core.
    fn fetch(&self, load: Load) -> BoxFuture<'_, Result<Loaded, JournalError>>;
    /// Returns the newest position.
    fn tail(&self) -> BoxFuture<'_, Result<Position, JournalError>>;
    /// Returns the local facts whose key begins with `prefix`, in order of key.
    fn notes(&self, prefix: String) -> BoxFuture<'_, Result<Vec<Note>, JournalError>>;
    /// Returns what was found damaged so far.
    fn health(&self) -> Health {
        Health::default()
    }
}

/// A cloneable reader of what is committed; each answer sees one state of the journal.
#[derive(Clone)]
pub struct Reader(Arc<dyn ReadJournal>);

impl Reader {
    /// Makes the reader over a store's own.
    pub fn new(inner: Arc<dyn ReadJournal>) -> Reader {
        Reader(inner)
    }

    /// Answers a question as the core would ask it.
    ///
    /// # Errors
    /// [`JournalError`] when the store cannot be read.
    pub async fn fetch(&self, load: Load) -> Result<Loaded, JournalError> {
        self.0.fetch(load).await
    }

    /// Returns the newest position.
    ///
    /// # Errors
    /// [`JournalError`] when the store cannot be read.
    pub async fn tail(&self) -> Result<Position, JournalError> {
        self.0.tail().await
    }

    /// Returns the local facts whose key begins with `prefix`, in order of key.
    ///
    /// # Errors
    /// [`JournalError`] when the store cannot be read.
    pub async fn notes(&self, prefix: &str) -> Result<Vec<Note>, JournalError> {
        self.0.notes(prefix.to_owned()).await
    }

    /// Returns what was found damaged so far.
    #[must_use]
    pub fn health(&self) -> Health {
        self.0.health()
    }

    /// Returns one local fact.
    ///
    /// # Errors
    /// [`JournalError`] when the store cannot be read.
    pub async fn note(&self, key: &str) -> Result<Option<Vec<u8>>, JournalError> {
        let found = self.0.notes(key.to_owned()).await?;
        Ok(found.into_iter().find(|(name, _)| name == key).map(|(_, value)| value))
    }
}

impl std::fmt::Debug for Reader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Reader")
    }
}
