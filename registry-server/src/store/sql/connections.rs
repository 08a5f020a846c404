//! Connections to Postgres.
//!
//! The driver's own pool sends a query of its own whenever a connection comes back, which costs each statement a second
//! round trip of a connection's time. These connections are tested by their use instead: one that turns out to be dead
//! takes all idle ones with it, since a restart of the server kills them all, and whoever can ask again does. Where the
//! server gives fewer connections than the pool may have, those that there are are shared.

use std::future::Future;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use sqlx::postgres::PgRow;
use sqlx::{Connection as _, PgConnection};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout, timeout_at};

use super::idle::{Idle, Step};
use super::proxy::Query;
use super::server::{Server, is_away, is_full, is_read_only, timed_out};

/// The pause between attempts to reach a server that starts up or fails over.
const CONNECT_PAUSE: Duration = Duration::from_millis(100);

/// A bounded number of connections to one database.
#[derive(Clone, Debug)]
pub(super) struct Connections {
    server: Arc<Server>,
    permits: Arc<Semaphore>,
    size: u32,
    idle: Arc<Idle>,
    patience: Duration,
}

/// A connection in use. Dropped, it is closed: what was under way may have left anything behind. [`settle`](Self::settle)
/// gives it back.
#[derive(Debug)]
pub(super) struct Lease {
    /// The number of its host.
    host: usize,
    connection: PgConnection,
    /// Whether nobody may have the connection again.
    is_spoiled: bool,
    server: Arc<Server>,
    place: Place,
}

/// One of the places for connections. Given up, it wakes one of those who wait for a connection: there is an idle one, or
/// room for a new one.
#[derive(Debug)]
struct Place {
    idle: Arc<Idle>,
    _permit: OwnedSemaphorePermit,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.idle.wake_one();
    }
}

impl Connections {
    /// At most `size` connections, each waited for no longer than `patience`.
    pub(super) fn new(server: Arc<Server>, size: u32, patience: Duration) -> Self {
        Self {
            server,
            permits: Arc::new(Semaphore::new(usize::try_from(size).unwrap_or(1))),
            size,
            idle: Arc::default(),
            patience,
        }
    }

    pub(super) fn server(&self) -> &Arc<Server> {
        &self.server
    }

    /// A connection, an idle one if there is one. A server that starts up, or has no connection to spare, is waited for.
    pub(super) async fn lease(&self) -> Result<Lease, sqlx::Error> {
        self.server.availability().unless_away(self.lease_from_server()).await
    }

    async fn lease_from_server(&self) -> Result<Lease, sqlx::Error> {
        let deadline = Instant::now() + self.patience;
        let permit = match timeout_at(deadline, self.permits.clone().acquire_owned()).await {
            Ok(Ok(permit)) => permit,
            Ok(Err(_)) => return Err(sqlx::Error::PoolClosed),
            Err(_) => return Err(sqlx::Error::PoolTimedOut),
        };
        let place = Place { idle: self.idle.clone(), _permit: permit };
        let (host, connection) = self.connection(deadline).await?;
        Ok(Lease { host, connection, is_spoiled: false, server: self.server.clone(), place })
    }

    async fn connection(&self, deadline: Instant) -> Result<(usize, PgConnection), sqlx::Error> {
        let mut refusal = None;
        let waited = |refusal: Option<sqlx::Error>| match refusal {
            Some(error) => {
                timed_out(format!("no connection within {} ms: {error}", self.patience.as_millis()))
            }
            None => sqlx::Error::PoolTimedOut,
        };
        loop {
            let until = match self.idle.next(self.server.current()) {
                Step::Use(connection) => return Ok(connection),
                Step::Wait(until) => until,
                Step::Connect => match timeout_at(deadline, self.server.connect()).await {
                    Ok(Ok(connection)) => {
                        self.idle.has_grown();
                        return Ok(connection);
                    }
                    Ok(Err(error)) if is_full(&error) => {
                        refusal = Some(error);
                        self.idle.cannot_grow()
                    }
                    Ok(Err(error)) if is_away(&error) => {
                        refusal = Some(error);
                        Instant::now() + CONNECT_PAUSE
                    }
                    Ok(Err(error)) => return Err(error),
                    Err(_) => return Err(waited(refusal)),
                },
            };
            self.idle.wait(until.min(deadline)).await;
            if Instant::now() >= deadline {
                return Err(waited(refusal));
            }
        }
    }

    /// Lets go of the connections that nobody uses: they were to a server that went away.
    pub(super) fn forget_idle(&self) {
        drop(self.idle.take_all());
    }

    /// Waits for what is under way and closes all connections.
    pub(super) async fn close(&self) {
        let _all = timeout(self.patience, self.permits.acquire_many(self.size)).await;
        self.permits.close();
        for (_, connection) in self.idle.take_all() {
            // The server notices an end without a farewell as well.
            let _ = connection.close().await;
        }
    }
}

impl Lease {
    /// Begins or ends a transaction.
    pub(super) async fn command(&mut self, sql: &'static str) -> Result<(), sqlx::Error> {
        let limit = self.limit();
        let answer = sqlx::raw_sql(sql).execute(&mut self.connection);
        let result = in_time(limit, answer).await;
        self.examined(result).map(drop)
    }

    /// How long a statement on this connection may take.
    pub(super) fn limit(&self) -> Limit {
        Limit { server: self.server.clone() }
    }

    /// Runs a statement of a transaction that gives rows.
    pub(super) async fn fetch(&mut self, query: Query<'_>) -> Result<Vec<PgRow>, sqlx::Error> {
        let limit = self.limit();
        let answer = self.server.sending.prepared(query).fetch_all(&mut self.connection);
        let result = in_time(limit, answer).await;
        self.examined(result)
    }

    /// Runs a statement of a transaction and gives the number of rows that it touched.
    pub(super) async fn execute(&mut self, query: Query<'_>) -> Result<u64, sqlx::Error> {
        let limit = self.limit();
        let answer = self.server.sending.prepared(query).execute(&mut self.connection);
        let result = in_time(limit, answer).await;
        self.examined(result).map(|done| done.rows_affected())
    }

    /// Runs a statement that is a transaction.
    pub(super) async fn fetch_alone(&mut self, query: Query<'_>) -> Result<Vec<PgRow>, sqlx::Error> {
        let limit = self.limit();
        let answer = self.server.sending.fetch_alone(&mut self.connection, query);
        let result = in_time(limit, answer).await;
        self.examined(result)
    }

    /// Marks the connection as spoiled if an error says that it is of no more use.
    fn examined<T>(&mut self, result: Result<T, sqlx::Error>) -> Result<T, sqlx::Error> {
        result.map_err(|error| {
            // One that takes no writes any more may lead to a host that was replaced.
            self.is_spoiled |= is_broken(&error) || is_read_only(&error);
            let error = self.server.examined(error);
            self.is_spoiled |= is_broken(&error);
            error
        })
    }

    /// Gives the connection back after an answer with no transaction open, or closes it and all idle ones if it is dead.
    pub(super) fn settle(self) {
        if self.is_spoiled {
            drop(self.place.idle.take_all());
        } else {
            self.place.idle.put(self.host, self.connection);
        }
    }
}

/// How long a statement may take: as long as is set, and no longer than its server is there.
#[derive(Debug)]
pub(super) struct Limit {
    server: Arc<Server>,
}

/// What `answer` gives, unless it takes longer than `limit`.
pub(super) async fn in_time<T>(
    limit: Limit,
    answer: impl Future<Output = Result<T, sqlx::Error>>,
) -> Result<T, sqlx::Error> {
    let most = limit.server.statement_timeout();
    let in_time = async {
        timeout(most, answer).await.unwrap_or_else(|_| {
            let most = most.as_millis();
            let detail = format!("the server did not answer for {most} ms (database.statement.timeout.ms)");
            Err(sqlx::Error::Io(io::Error::new(io::ErrorKind::TimedOut, detail)))
        })
    };
    let availability = limit.server.availability();
    let answer = availability.unless_away(in_time).await;
    // A refusal is an answer as well.
    if !matches!(&answer, Err(error) if is_broken(error)) {
        availability.heard();
    }
    answer
}

/// Whether the connection is gone: the transport broke, the two sides no longer understand each other, or the server said
/// that it closes it.
pub(super) fn is_broken(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::Protocol(_) => true,
        sqlx::Error::Database(database) => {
            database.code().is_some_and(|code| code.starts_with("08") || code.starts_with("57P"))
        }
        _ => false,
    }
}

/// Whether another connection may do better at once: this one was dead already. A server that is not there was waited for.
pub(super) fn is_worth_another(error: &sqlx::Error) -> bool {
    is_broken(error) && !matches!(error, sqlx::Error::Io(error) if error.kind() == io::ErrorKind::TimedOut)
}
