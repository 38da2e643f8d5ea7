//! The one connection of a cache, and how its answers are awaited.
//!
//! The library answers from a thread of its own. Daemons await it like anything else. Under a paused clock nothing else may run meanwhile, so
//! there every answer is waited for on the spot; it is the same library, the same file and the same statements.

use super::{CacheError, failed};
use futures_core::Stream;
use futures_core::future::BoxFuture;
use futures_core::stream::BoxStream;
use mesh_runtime::env::Statements;
use sqlx::sqlite::{Sqlite, SqliteConnectOptions, SqliteConnection, SqliteQueryResult, SqliteRow, SqliteStatement, SqliteTypeInfo};
use sqlx::{Connection, Either, Error, Execute, Executor, SqlStr};
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::Thread;

/// The connection.
#[derive(Debug)]
pub(super) struct Conn {
    inner: SqliteConnection,
    statements: Statements,
}

impl Conn {
    /// Opens a file.
    pub(super) async fn open(options: &SqliteConnectOptions, statements: Statements) -> Result<Conn, Error> {
        let inner = statements_awaited(statements, SqliteConnection::connect_with(options)).await?;
        Ok(Conn { inner, statements })
    }

    /// Opens an empty database in memory.
    pub(super) async fn in_memory(statements: Statements) -> Result<Conn, Error> {
        let inner = statements_awaited(statements, SqliteConnection::connect("sqlite::memory:")).await?;
        Ok(Conn { inner, statements })
    }

    /// Closes the file and holds an empty database in memory instead.
    pub(super) async fn let_go(&mut self) -> Result<(), CacheError> {
        let nothing = Conn::in_memory(self.statements).await.map_err(failed("let go"))?;
        let held = std::mem::replace(self, nothing);
        statements_awaited(held.statements, held.inner.close()).await.map_err(failed("close"))
    }

    /// Returns how answers are awaited.
    pub(super) fn statements(&self) -> Statements {
        self.statements
    }
}

impl<'c> Executor<'c> for &'c mut Conn {
    type Database = Sqlite;

    fn fetch_many<'e, 'q: 'e, E>(self, query: E) -> BoxStream<'e, Result<Either<SqliteQueryResult, SqliteRow>, Error>>
    where
        'c: 'e,
        E: 'q + Execute<'q, Sqlite>,
    {
        let answer = self.inner.fetch_many(query);
        match self.statements {
            Statements::Awaited => answer,
            Statements::Inline => Box::pin(OnTheSpot(answer)),
        }
    }

    fn fetch_optional<'e, 'q: 'e, E>(self, query: E) -> BoxFuture<'e, Result<Option<SqliteRow>, Error>>
    where
        'c: 'e,
        E: 'q + Execute<'q, Sqlite>,
    {
        let statements = self.statements;
        Box::pin(statements_awaited(statements, self.inner.fetch_optional(query)))
    }

    fn prepare_with<'e>(self, sql: SqlStr, parameters: &'e [SqliteTypeInfo]) -> BoxFuture<'e, Result<SqliteStatement, Error>>
    where
        'c: 'e,
    {
        let statements = self.statements;
        Box::pin(statements_awaited(statements, self.inner.prepare_with(sql, parameters)))
    }
}

/// A stream whose items are waited for on the spot.
struct OnTheSpot<'e, T>(BoxStream<'e, T>);

impl<T> Stream for OnTheSpot<'_, T> {
    type Item = T;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<T>> {
        Poll::Ready(wait_for(poll_fn(|cx| self.0.as_mut().poll_next(cx))))
    }
}

async fn statements_awaited<T>(statements: Statements, answer: impl Future<Output = T>) -> T {
    match statements {
        Statements::Awaited => answer.await,
        Statements::Inline => wait_for(answer),
    }
}

/// Waits for a future that another thread completes.
fn wait_for<T>(future: impl Future<Output = T>) -> T {
    struct Unpark(Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Waker::from(Arc::new(Unpark(std::thread::current())));
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(value) => return value,
            Poll::Pending => std::thread::park(),
        }
    }
}
