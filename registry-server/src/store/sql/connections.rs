//! Connections to Postgres.
//!
//! The driver's own pool sends a query of its own whenever a connection comes back, which costs each statement a second
//! round trip of a connection's time. These connections are tested by their use instead: one that turns out to be dead
//! takes all idle ones with it, since a restart of the server kills them all, and whoever can ask again does.

use std::future::Future;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _, PgConnection};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{sleep, timeout};

/// How long a statement may take, locks included, before its connection counts as dead.
const STATEMENT_DEADLINE: Duration = Duration::from_secs(30);

/// The pause between attempts to reach a server that starts up or fails over.
const CONNECT_PAUSE: Duration = Duration::from_millis(100);

/// A bounded number of connections to one database.
#[derive(Clone, Debug)]
pub(super) struct Connections {
    options: Arc<PgConnectOptions>,
    permits: Arc<Semaphore>,
    size: u32,
    idle: Arc<Mutex<Vec<PgConnection>>>,
    patience: Duration,
}

/// A connection in use. Dropped, it is closed: what was under way may have left anything behind. [`settle`](Self::settle)
/// gives it back.
#[derive(Debug)]
pub(super) struct Lease {
    connection: PgConnection,
    idle: Arc<Mutex<Vec<PgConnection>>>,
    _permit: OwnedSemaphorePermit,
}

impl Connections {
    /// At most `size` connections, each waited for no longer than `patience`.
    pub(super) fn new(options: PgConnectOptions, size: u32, patience: Duration) -> Self {
        Self {
            options: Arc::new(options),
            permits: Arc::new(Semaphore::new(usize::try_from(size).unwrap_or(1))),
            size,
            idle: Arc::default(),
            patience,
        }
    }

    pub(super) fn options(&self) -> &Arc<PgConnectOptions> {
        &self.options
    }

    /// A connection, an idle one if there is one. A server that starts up is waited for.
    pub(super) async fn lease(&self) -> Result<Lease, sqlx::Error> {
        let start = Instant::now();
        let permit = match timeout(self.patience, self.permits.clone().acquire_owned()).await {
            Ok(Ok(permit)) => permit,
            Ok(Err(_)) => return Err(sqlx::Error::PoolClosed),
            Err(_) => return Err(sqlx::Error::PoolTimedOut),
        };
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let connection = match idle {
            Some(connection) => connection,
            None => self.connect(start).await?,
        };
        Ok(Lease { connection, idle: self.idle.clone(), _permit: permit })
    }

    async fn connect(&self, start: Instant) -> Result<PgConnection, sqlx::Error> {
        loop {
            let left = self.patience.saturating_sub(start.elapsed());
            match timeout(left, self.options.connect()).await {
                Ok(Err(error)) if is_starting(&error) && left > CONNECT_PAUSE => sleep(CONNECT_PAUSE).await,
                Ok(result) => return result,
                Err(_) => return Err(sqlx::Error::PoolTimedOut),
            }
        }
    }

    /// Waits for what is under way and closes all connections.
    pub(super) async fn close(&self) {
        let _all = timeout(self.patience, self.permits.acquire_many(self.size)).await;
        self.permits.close();
        let idle = std::mem::take(&mut *self.idle.lock().unwrap_or_else(PoisonError::into_inner));
        for connection in idle {
            // The server notices an end without a farewell as well.
            let _ = connection.close().await;
        }
    }
}

impl Lease {
    pub(super) fn connection(&mut self) -> &mut PgConnection {
        &mut self.connection
    }

    /// Gives the connection back after an answer with no transaction open, or closes it and all idle ones if it is dead.
    pub(super) fn settle<T>(self, result: Result<T, sqlx::Error>) -> Result<T, sqlx::Error> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        match &result {
            Err(error) if is_broken(error) => idle.clear(),
            _ => idle.push(self.connection),
        }
        drop(idle);
        result
    }
}

/// What `answer` gives, unless it takes too long.
pub(super) async fn in_time<T>(
    answer: impl Future<Output = Result<T, sqlx::Error>>,
) -> Result<T, sqlx::Error> {
    timeout(STATEMENT_DEADLINE, answer).await.unwrap_or_else(|_| {
        let detail = format!("the server did not answer for {} seconds", STATEMENT_DEADLINE.as_secs());
        Err(sqlx::Error::Io(io::Error::new(io::ErrorKind::TimedOut, detail)))
    })
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
    let timed_out = matches!(error, sqlx::Error::Io(error) if error.kind() == io::ErrorKind::TimedOut);
    is_broken(error) && !timed_out && !is_starting(error)
}

/// Whether the server is not there yet: nobody listens, or it says that it starts up.
fn is_starting(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(error) => error.kind() == io::ErrorKind::ConnectionRefused,
        sqlx::Error::Database(database) => database.code().as_deref() == Some("57P03"),
        _ => false,
    }
}
