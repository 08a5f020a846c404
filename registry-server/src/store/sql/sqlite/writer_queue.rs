//! The queue before the connection that writes.

use std::time::{Duration, Instant};

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, SqliteConnection};
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout_at;

use super::fault::Fault;
use super::turn::Turn;
use super::writer::{Home, Writer};
use crate::store::StoreError;

/// How long a lock of another process is waited for at most.
const LOCK_PATIENCE: Duration = Duration::from_secs(8);

/// How much longer other writes of this process are waited for.
const CROWD_PATIENCE: Duration = Duration::from_secs(2);

/// The way to the one connection that writes, first come, first served.
#[derive(Clone, Debug)]
pub(in crate::store::sql) struct WriterQueue {
    requests: mpsc::UnboundedSender<Request>,
    patience: Duration,
    /// How a connection to the file is opened; `None` for a database in memory.
    options: Option<Box<SqliteConnectOptions>>,
}

/// A request to the writer.
#[derive(Debug)]
pub(super) enum Request {
    /// The connection for a while.
    Turn(TurnRequest),
    /// The end of all turns.
    Close(oneshot::Sender<()>),
}

/// Somebody who waits for a turn.
#[derive(Debug)]
pub(super) struct TurnRequest {
    pub(super) purpose: Purpose,
    /// When the wait for a lock of another process ends.
    pub(super) until: Instant,
    pub(super) ready: oneshot::Sender<Result<Turn, StoreError>>,
}

/// The purpose of a turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::store::sql) enum Purpose {
    /// A write, in one transaction with others.
    Shared,
    /// A write in a transaction of its own.
    Alone,
    /// Statements outside of a transaction.
    Bare,
}

impl WriterQueue {
    /// Starts the task that owns a connection.
    pub(in crate::store::sql) fn start(
        connection: SqliteConnection,
        home: Home,
        acquire_timeout: Duration,
    ) -> Self {
        let (requests, received) = mpsc::unbounded_channel();
        let options = match &home {
            Home::Memory => None,
            Home::File { options, .. } => Some(options.clone()),
        };
        tokio::spawn(Writer::new(received, connection, home).run());
        Self { requests, patience: acquire_timeout.min(LOCK_PATIENCE), options }
    }

    /// Waits for a turn.
    pub(in crate::store::sql) async fn turn(&self, purpose: Purpose) -> Result<Turn, StoreError> {
        self.turn_asked(purpose, Instant::now()).await
    }

    /// Waits for a turn that was asked for some time ago: not as long from now.
    pub(in crate::store::sql) async fn turn_asked(
        &self,
        purpose: Purpose,
        asked: Instant,
    ) -> Result<Turn, StoreError> {
        let (ready, turn) = oneshot::channel();
        let request = TurnRequest { purpose, until: asked + self.patience, ready };
        if self.requests.send(Request::Turn(request)).is_err() {
            return Err(Fault::Closed.into());
        }
        match timeout_at((asked + self.longest_wait()).into(), turn).await {
            Ok(Ok(turn)) => turn,
            Ok(Err(_)) => Err(Fault::Closed.into()),
            Err(_) => Err(Fault::Crowded.into()),
        }
    }

    /// How long a write waits for its turn at most, from when it was asked for.
    pub(in crate::store::sql) fn longest_wait(&self) -> Duration {
        self.patience + CROWD_PATIENCE
    }

    /// How long a write waits that fails with this error; `None` if that tells of anything but its wait.
    pub(in crate::store::sql) fn wait_that_ends_in(&self, error: &StoreError) -> Option<Duration> {
        Fault::of_waiting(error).map(|fault| match fault {
            Fault::Locked => self.patience,
            _ => self.longest_wait(),
        })
    }

    /// A connection of its own to the file, for statements whose temporaries are too large for memory: those of the connection
    /// that writes stay there. `None` for a database in memory, to which there is one connection alone.
    pub(in crate::store::sql) async fn connection_apart(
        &self,
    ) -> Result<Option<SqliteConnection>, sqlx::Error> {
        match &self.options {
            Some(options) => options.connect().await.map(Some),
            None => Ok(None),
        }
    }

    /// Waits for the writes that were asked for before, and closes the connection.
    pub(in crate::store::sql) async fn close(&self) {
        let (done, closed) = oneshot::channel();
        if self.requests.send(Request::Close(done)).is_ok() {
            let _ = closed.await;
        }
    }
}
