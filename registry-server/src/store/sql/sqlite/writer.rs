//! The task that owns the connection that writes.

use std::fs::File;
use std::sync::Arc;
use std::time::Instant;

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, SqliteConnection, SqlitePool};
use tokio::sync::mpsc;

use super::batch::{Batch, Failure};
use super::fault::Fault;
use super::registering;
use super::turn::{End, Returned, Turn};
use super::writer_queue::{Purpose, Request, TurnRequest};

/// The place of the database.
#[derive(Debug)]
pub(in crate::store::sql) enum Home {
    /// In the memory of the one connection, which is never thrown away.
    Memory,
    /// In a file.
    File {
        /// How a connection that writes is opened.
        options: Box<SqliteConnectOptions>,
        /// The connections that read, closed before the one that writes.
        readers: SqlitePool,
        /// The file that holds the lock. Closing it lets go of every lock that SQLite has on the same file, as POSIX has it,
        /// so it is closed last.
        file: Arc<File>,
    },
}

/// The owner of the connection that writes.
#[derive(Debug)]
pub(super) struct Writer {
    requests: mpsc::UnboundedReceiver<Request>,
    /// A request that has to wait for the end of the transaction.
    set_aside: Option<Request>,
    /// No transaction is open on it. `None` after one that was thrown away.
    connection: Option<SqliteConnection>,
    home: Home,
}

impl Writer {
    pub(super) fn new(
        requests: mpsc::UnboundedReceiver<Request>,
        connection: SqliteConnection,
        home: Home,
    ) -> Self {
        Self { requests, set_aside: None, connection: Some(connection), home }
    }

    /// Serves one request after the other until the store is closed or dropped.
    pub(super) async fn run(mut self) {
        loop {
            let request = match self.set_aside.take() {
                Some(request) => Some(request),
                None => self.requests.recv().await,
            };
            match request {
                // Whoever asked has given up.
                Some(Request::Turn(request)) if request.ready.is_closed() => {}
                Some(Request::Turn(request)) => match request.purpose {
                    Purpose::Bare => self.bare(request).await,
                    Purpose::Shared | Purpose::Alone => self.transaction(request).await,
                },
                Some(Request::Close(done)) => {
                    self.close().await;
                    let _ = done.send(());
                    return;
                }
                None => return self.close().await,
            }
        }
    }

    /// Lends the connection outside of a transaction.
    async fn bare(&mut self, request: TurnRequest) {
        match self.connection().await {
            Ok(connection) => match lend(connection, request).await {
                Some(Returned { connection, fault: Some(_), .. }) => self.discard(connection).await,
                Some(Returned { connection, .. }) => self.connection = Some(connection),
                None => {}
            },
            Err(fault) => refuse(request, fault),
        }
    }

    /// Runs a transaction that begins with one operation and takes in others that wait.
    async fn transaction(&mut self, first: TurnRequest) {
        let mut connection = match self.begin(&first).await {
            Ok(connection) => connection,
            Err(fault) => return refuse(first, fault),
        };
        let mut batch = Batch::new();
        // Left open behind an operation that is kept: the next one lets go of it, or the commit.
        let mut has_savepoint = false;
        let mut next = Some(first);
        while let Some(request) = next.take() {
            let is_alone = request.purpose == Purpose::Alone;
            // The first one needs no savepoint: undoing it is undoing all.
            let is_nested = !batch.is_empty();
            if is_nested {
                let sql = if has_savepoint {
                    "RELEASE operation; SAVEPOINT operation"
                } else {
                    "SAVEPOINT operation"
                };
                if let Err(fault) = execute(&mut connection, sql).await {
                    refuse(request, fault);
                    return self.give_up(connection, batch, fault).await;
                }
                has_savepoint = true;
            }
            let Some(returned) = lend(connection, request).await else {
                return batch.undone(Failure::Fault(Fault::Gone));
            };
            connection = returned.connection;
            if let Some(fault) = returned.fault {
                if let End::Keep(member) = returned.end {
                    batch.keep(member);
                }
                return self.give_up(connection, batch, fault).await;
            }
            let ended = match (&returned.end, is_nested) {
                (End::Keep(_), _) => Ok(()),
                (End::Undo(_), false) => execute(&mut connection, "ROLLBACK").await,
                (End::Undo(_), true) => execute(&mut connection, "ROLLBACK TO operation").await,
            };
            match (returned.end, is_nested) {
                (End::Keep(member), _) => batch.keep(member),
                (End::Undo(Some(follower)), true) => batch.follow(follower),
                (End::Undo(None), true) => {}
                (End::Undo(done), false) => {
                    match ended {
                        Ok(()) => self.connection = Some(connection),
                        Err(_) => self.discard(connection).await,
                    }
                    if let Some(done) = done {
                        let _ = done.send(Ok(()));
                    }
                    return;
                }
            }
            if let Err(fault) = ended {
                return self.give_up(connection, batch, fault).await;
            }
            next = if is_alone || batch.is_full() { None } else { self.next_shared() };
        }
        self.commit(connection, batch).await;
    }

    /// An operation that waits and can run in the open transaction.
    fn next_shared(&mut self) -> Option<TurnRequest> {
        while self.set_aside.is_none() {
            match self.requests.try_recv().ok()? {
                Request::Turn(request) if request.ready.is_closed() => {}
                Request::Turn(request) if request.purpose == Purpose::Shared => return Some(request),
                other => self.set_aside = Some(other),
            }
        }
        None
    }

    async fn commit(&mut self, mut connection: SqliteConnection, batch: Batch) {
        match sqlx::query("COMMIT").execute(&mut connection).await {
            Ok(_) => {
                self.connection = Some(connection);
                batch.committed().await;
            }
            Err(error) => {
                tracing::error!(%error, writes = batch.len(), "a transaction could not be committed");
                self.discard(connection).await;
                match Fault::of(&error) {
                    Some(fault) => batch.unknown(fault),
                    None => {
                        let (detail, of) = (error.to_string().into(), batch.len());
                        batch.undone(Failure::Refused { detail, of });
                    }
                }
            }
        }
    }

    /// Ends a transaction that can no longer be committed.
    async fn give_up(&mut self, connection: SqliteConnection, batch: Batch, fault: Fault) {
        self.discard(connection).await;
        batch.undone(Failure::Fault(fault));
    }

    /// Begins a transaction. A lock of another process is waited for.
    async fn begin(&mut self, request: &TurnRequest) -> Result<SqliteConnection, Fault> {
        let mut is_new = false;
        loop {
            let fault = match self.connection().await {
                Ok(mut connection) => match execute(&mut connection, "BEGIN IMMEDIATE").await {
                    Ok(()) => return Ok(connection),
                    Err(Fault::Locked) => {
                        self.connection = Some(connection);
                        Fault::Locked
                    }
                    Err(fault) => {
                        self.discard(connection).await;
                        fault
                    }
                },
                Err(fault) => fault,
            };
            // SQLite itself has waited a moment for the lock. Anything else may have been the connection's fault.
            let is_over = match fault {
                Fault::Locked => Instant::now() >= request.until || request.ready.is_closed(),
                _ => std::mem::replace(&mut is_new, true),
            };
            if is_over {
                return Err(fault);
            }
        }
    }

    /// The connection, a new one if the last one was thrown away.
    async fn connection(&mut self) -> Result<SqliteConnection, Fault> {
        match (self.connection.take(), &self.home) {
            (Some(connection), _) => Ok(connection),
            (None, Home::File { options, .. }) => connect_to_write(options).await.map_err(|error| {
                tracing::error!(%error, "the database file cannot be opened anew");
                Fault::of(&error).unwrap_or(Fault::Unopened)
            }),
            (None, Home::Memory) => Err(Fault::Gone),
        }
    }

    /// Throws a connection away whose transaction may be gone or not. With a database in memory the transaction is ended.
    async fn discard(&mut self, mut connection: SqliteConnection) {
        match self.home {
            Home::Memory => {
                // It fails if SQLite has rolled back by itself.
                let _ = sqlx::query("ROLLBACK").execute(&mut connection).await;
                self.connection = Some(connection);
            }
            Home::File { .. } => {
                if let Err(error) = connection.close().await {
                    tracing::warn!(%error, "a connection could not be closed in order");
                }
            }
        }
    }

    /// Closes all connections, the writing one last: it takes the write-ahead log into the file.
    async fn close(self) {
        // Nobody is given a turn any more.
        drop(self.requests);
        let file = match self.home {
            Home::Memory => None,
            Home::File { readers, file, .. } => {
                readers.close().await;
                Some(file)
            }
        };
        if let Some(connection) = self.connection
            && let Err(error) = connection.close().await
        {
            tracing::warn!(%error, "the database was not closed in order");
        }
        drop(file);
    }
}

/// Opens a connection that writes.
pub(in crate::store::sql) async fn connect_to_write(
    options: &SqliteConnectOptions,
) -> Result<SqliteConnection, sqlx::Error> {
    let mut connection = options.connect().await?;
    registering::prepare(&mut connection).await?;
    Ok(connection)
}

/// Lends a connection and waits until it comes back; `None` if it does not.
async fn lend(connection: SqliteConnection, request: TurnRequest) -> Option<Returned> {
    let (turn, returned) = Turn::new(connection);
    // A turn that nobody takes is dropped, and its connection comes back.
    let _ = request.ready.send(Ok(turn));
    returned.await.ok()
}

fn refuse(request: TurnRequest, fault: Fault) {
    let _ = request.ready.send(Err(fault.into()));
}

async fn execute(connection: &mut SqliteConnection, sql: &'static str) -> Result<(), Fault> {
    match sqlx::query(AssertSqlSafe(sql)).execute(connection).await {
        Ok(_) => Ok(()),
        Err(error) => {
            // Another process' lock is waited for, which is no event yet.
            let fault = Fault::of(&error).unwrap_or(Fault::Gone);
            if fault != Fault::Locked {
                tracing::warn!(%error, statement = sql, "the transaction is given up");
            }
            Err(fault)
        }
    }
}
