//! Connections to Postgres.
//!
//! The driver's own pool sends a query of its own whenever a connection comes back, which costs each statement a second
//! round trip of a connection's time. These connections are tested by their use instead: one that turns out to be dead
//! takes all idle ones with it, since a restart of the server kills them all, and whoever can ask again does. Only one that
//! was idle for long is asked first, since what stands between may have forgotten it. Connections are made in tasks of their
//! own, so whoever waits takes what comes first: the new one, or one that somebody gives back.

use std::future::{Future, pending};
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use sqlx::Connection as _;
use sqlx::postgres::PgRow;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};
use tokio::time::{Instant, sleep_until, timeout, timeout_at};

use super::idle::{Attempt, GROWTH_PAUSE, Idle, IdleConnection, Open, Step};
use super::proxy::Query;
use super::server::{Server, is_away, is_full, is_read_only, timed_out};
use crate::observe::meters::{self, METERS};
use crate::store::PoolUsage;

/// The pause between attempts to reach a server that starts up or fails over.
const CONNECT_PAUSE: Duration = Duration::from_millis(100);

/// How long a connection may lie idle and be used without a question: what stands between here and the server forgets none so
/// soon.
const TRUSTED_IDLE: Duration = Duration::from_secs(5);

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
    open: Open,
    /// Whether nobody may have the connection again.
    is_spoiled: bool,
    server: Arc<Server>,
    idle: Arc<Idle>,
    /// One of those who have a connection or wait for one.
    _permit: OwnedSemaphorePermit,
}

impl Connections {
    /// At most `size` connections, each waited for no longer than `patience`.
    pub(super) fn new(server: Arc<Server>, size: u32, patience: Duration) -> Self {
        let places = usize::try_from(size).unwrap_or(1);
        Self {
            server,
            permits: Arc::new(Semaphore::new(places)),
            size,
            idle: Arc::new(Idle::new(places)),
            patience,
        }
    }

    /// How many there are at most.
    pub(super) fn size(&self) -> usize {
        usize::try_from(self.size).unwrap_or(usize::MAX)
    }

    /// How they are used.
    pub(super) fn usage(&self) -> PoolUsage {
        let free = u64::try_from(self.permits.available_permits()).unwrap_or(u64::MAX);
        let most = u64::from(self.size);
        PoolUsage::new(most, most.saturating_sub(free), self.idle.count())
    }

    pub(super) fn server(&self) -> &Arc<Server> {
        &self.server
    }

    /// A connection, an idle one if there is one. A server that starts up, or has no connection to spare, is waited for.
    pub(super) async fn lease(&self) -> Result<Lease, sqlx::Error> {
        let asked = Instant::now();
        let lease = self.server.availability().unless_away(self.lease_from_server()).await;
        meters::note(&METERS.leases, asked.elapsed());
        lease
    }

    async fn lease_from_server(&self) -> Result<Lease, sqlx::Error> {
        let deadline = Instant::now() + self.patience;
        let permit = match timeout_at(deadline, self.permits.clone().acquire_owned()).await {
            Ok(Ok(permit)) => permit,
            Ok(Err(_)) => return Err(sqlx::Error::PoolClosed),
            Err(_) => return Err(sqlx::Error::PoolTimedOut),
        };
        let open = self.connection(deadline).await?;
        let (server, idle) = (self.server.clone(), self.idle.clone());
        Ok(Lease { open, is_spoiled: false, server, idle, _permit: permit })
    }

    /// The connection that comes first: an idle one, a new one, or one that somebody gives back.
    async fn connection(&self, deadline: Instant) -> Result<Open, sqlx::Error> {
        let mut attempt = None;
        loop {
            let idle = {
                let mut woken = pin!(self.idle.woken());
                // From here on nothing that comes back is missed.
                woken.as_mut().enable();
                let mut until = deadline;
                match self.idle.next(self.server.current(), attempt.is_none()) {
                    Step::Use(idle) => Some(idle),
                    step => {
                        match step {
                            Step::Connect(right) => attempt = Some(self.attempt(right)),
                            Step::Wait(Some(at)) => until = at.min(deadline),
                            _ => {}
                        }
                        tokio::select! {
                            () = woken => {}
                            result = ended(&mut attempt) => {
                                attempt = None;
                                if let Err(error) = result
                                    && !is_full(&error)
                                    && !is_away(&error)
                                {
                                    return Err(error);
                                }
                            }
                            () = sleep_until(until) => {}
                        }
                        None
                    }
                }
            };
            if let Some(idle) = idle
                && let Some(open) = self.checked(idle).await
            {
                return Ok(open);
            }
            if Instant::now() >= deadline {
                return Err(match self.idle.refusal() {
                    Some(reason) => {
                        timed_out(format!("no connection within {} ms: {reason}", self.patience.as_millis()))
                    }
                    None => sqlx::Error::PoolTimedOut,
                });
            }
        }
    }

    /// Makes a connection for whoever takes it first. Gives the end of the attempt.
    fn attempt(&self, right: Attempt) -> oneshot::Receiver<Result<(), sqlx::Error>> {
        let (server, idle) = (self.server.clone(), self.idle.clone());
        let (told, end) = oneshot::channel();
        tokio::spawn(async move {
            let result = match server.connect().await {
                Ok((host, connection)) => {
                    idle.has_grown();
                    idle.put(right.succeeded(host, connection));
                    Ok(())
                }
                Err(error) => {
                    if is_full(&error) {
                        idle.cannot_grow(GROWTH_PAUSE, &error);
                    } else if is_away(&error) {
                        idle.cannot_grow(CONNECT_PAUSE, &error);
                    }
                    Err(error)
                }
            };
            // Whoever asked may have another one by now.
            let _ = told.send(result);
        });
        end
    }

    /// A connection that is there still. If one that was idle for long is not, those that were idle for longer go with it.
    async fn checked(&self, idle: IdleConnection) -> Option<Open> {
        let IdleConnection { since, mut open } = idle;
        if since.elapsed() > TRUSTED_IDLE {
            // There must be time left to connect.
            let answer = timeout(self.patience / 3, open.connection.ping()).await;
            if !matches!(answer, Ok(Ok(()))) {
                self.idle.forget_unused_since(since);
                return None;
            }
            self.server.availability().heard();
        }
        Some(open)
    }

    /// Lets go of the connections that nobody uses: they were to a server that went away.
    pub(super) fn forget_idle(&self) {
        drop(self.idle.take_all());
    }

    /// Waits for what is under way and closes all connections.
    pub(super) async fn close(&self) {
        let _all = timeout(self.patience, self.permits.acquire_many(self.size)).await;
        self.permits.close();
        for connection in self.idle.close() {
            // The server notices an end without a farewell as well.
            let _ = connection.close().await;
        }
    }
}

impl Lease {
    /// Begins or ends a transaction.
    pub(super) async fn command(&mut self, sql: &'static str) -> Result<(), sqlx::Error> {
        let limit = self.limit();
        let answer = sqlx::raw_sql(sql).execute(&mut self.open.connection);
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
        let answer = self.server.sending.prepared(query).fetch_all(&mut self.open.connection);
        let result = in_time(limit, answer).await;
        self.examined(result)
    }

    /// Runs a statement of a transaction and gives the number of rows that it touched.
    pub(super) async fn execute(&mut self, query: Query<'_>) -> Result<u64, sqlx::Error> {
        let limit = self.limit();
        let answer = self.server.sending.prepared(query).execute(&mut self.open.connection);
        let result = in_time(limit, answer).await;
        self.examined(result).map(|done| done.rows_affected())
    }

    /// Runs a statement that is a transaction.
    pub(super) async fn fetch_alone(&mut self, query: Query<'_>) -> Result<Vec<PgRow>, sqlx::Error> {
        let limit = self.limit();
        let answer = self.server.sending.fetch_alone(&mut self.open.connection, query);
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
            drop(self.idle.take_all());
        } else {
            self.idle.put(self.open);
        }
    }
}

/// The end of an attempt to connect, for which nobody waits if there is none.
async fn ended(attempt: &mut Option<oneshot::Receiver<Result<(), sqlx::Error>>>) -> Result<(), sqlx::Error> {
    match attempt {
        // One that was broken off says nothing.
        Some(end) => end.await.unwrap_or(Ok(())),
        None => pending().await,
    }
}

/// How long a statement may take: as long as is set, and no longer than its server is there.
#[derive(Debug)]
pub(super) struct Limit {
    server: Arc<Server>,
}

/// The result of `answer`, unless it takes longer than `limit`.
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
    let sent = Instant::now();
    let answer = availability.unless_away(in_time).await;
    meters::note(&METERS.statements, sent.elapsed());
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
