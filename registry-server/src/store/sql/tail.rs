//! Following the change log of a Postgres that other nodes write to (storage §6).

use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use sqlx::postgres::PgListener;
use sqlx::{Acquire as _, Connection as _, PgConnection, PgPool, Row as _};
use tokio::time::{MissedTickBehavior, interval, sleep, timeout};

use super::SqlStore;
use super::availability::Availability;
use super::database::Backend;
use super::known_log::{KnownLog, LogRow, LostWrites};
use super::locks::channel;
use super::own_rows::OwnRows;
use super::server::{Server, Standing, standing, timed_out};
use super::statements::{StatementKind, Statements};
use crate::domain::{Context, Guid, SchemaId, Subject};
use crate::store::{ChangeKind, StoreError, Touched};

/// The time between the beginnings of two attempts to connect.
const CONNECT_PAUSE: Duration = Duration::from_millis(200);

/// The most attempts to connect at the same time.
const MOST_ATTEMPTS: usize = 8;

/// How long nobody notifies before it is asked whether the connection that listens is still there.
const LISTEN_CHECK: Duration = Duration::from_secs(30);

/// Changes that are told one by one; beyond this many at once it is cheaper to forget everything.
const MOST: usize = 10_000;

/// The state of the log: the snapshot, when the server was started, the newest row, what the server is, and when an operator
/// last confirmed that this history of the database goes on.
const FIRST: &str = concat!(
    "SELECT pg_current_snapshot()::text, pg_postmaster_start_time()::text, l.seq, l.mark, ",
    standing!(),
    ", (SELECT confirmed_ts FROM history WHERE one = 1) FROM (SELECT 1) AS once LEFT JOIN LATERAL \
    (SELECT seq, COALESCE(mark, ts) AS mark FROM change_log ORDER BY seq DESC LIMIT 1) AS l ON TRUE"
);

/// The changes that were committed since the snapshot `$1`, whose oldest running transaction is `$2`; the snapshot of now,
/// when the server was started, and whether the rows are still there that are known, at the positions `$4` with the marks
/// `$5`. What commits late has a high position in time but a low one in the log, so positions alone would miss it; the
/// database itself says what the earlier snapshot did not see. Last come whether there are rows behind `$6`, the end of the
/// log at that snapshot, which it should have seen, and the end of now: after a crash the database gives numbers of
/// transactions out again that left nothing, but not positions; what the server is, and when its history was confirmed.
/// Rows that were restored from another cluster may carry numbers that this one has yet to give; they were there before.
/// The order is that of an index, which is why that is read.
pub(super) const NEXT: &str = concat!(
    "SELECT pg_current_snapshot()::text, pg_postmaster_start_time()::text, \
    COALESCE((SELECT bool_and((SELECT COALESCE(mark, ts) FROM change_log WHERE seq = k.seq) IS NOT DISTINCT FROM k.mark) \
    FROM unnest($4::bigint[], $5::bigint[]) AS k (seq, mark)), TRUE), \
    l.kind, l.context, l.subject, l.id, l.guid, l.seq, l.mark, l.xid, \
    COALESCE((SELECT bool_or(pg_visible_in_snapshot(behind.xid::text::xid8, $1::pg_snapshot)) \
    FROM change_log AS behind WHERE behind.seq > $6 AND behind.seq <= $6 + $3), FALSE), \
    COALESCE((SELECT MAX(seq) FROM change_log), 0), ",
    standing!(),
    ", (SELECT confirmed_ts FROM history WHERE one = 1) FROM (SELECT 1) AS once \
    LEFT JOIN LATERAL (SELECT seq, COALESCE(mark, ts) AS mark, xid, kind, context, subject, id, \
    (SELECT guid FROM contents c WHERE c.context = change_log.context AND c.id = change_log.id) AS guid FROM change_log \
    WHERE xid >= $2 AND xid < pg_snapshot_xmax(pg_current_snapshot())::text::bigint \
    AND NOT pg_visible_in_snapshot(xid::text::xid8, $1::pg_snapshot) ORDER BY xid, seq LIMIT $3) AS l ON TRUE"
);

/// The news since the last time that the log was read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum LogUpdate {
    /// These changes, in no order, and as many rows of the log that this node has told of itself before.
    Changes { changes: Vec<Touched>, own: usize },
    /// Anything may have changed: it is too much to tell, or nothing is known of what was before.
    Anything,
    /// Rows that were read are gone: the database was restored, or another one has taken its place.
    LostWrites(LostWrites),
}

/// A reader of the change log with a connection of its own.
#[derive(Debug)]
pub(crate) struct LogTail {
    server: Arc<Server>,
    /// The connection, with the number of its host.
    connection: Option<(usize, PgConnection)>,
    seen: Option<Snapshot>,
    known: Arc<KnownLog>,
    own_rows: Arc<OwnRows>,
    /// Whether everything was read anew since a loss of writes was noticed.
    is_past_loss: bool,
    statements: Arc<Statements>,
}

#[derive(Debug)]
struct Snapshot {
    text: String,
    /// When the server was started, by which it is told from others.
    server: String,
    /// The oldest transaction that was running.
    xmin: i64,
    /// The next transaction.
    xmax: i64,
    /// The highest position of the log; 0 if it was empty.
    end: i64,
}

impl Snapshot {
    fn parse(text: &str, server: &str, end: i64) -> Result<Self, StoreError> {
        let mut numbers = text.split(':').map(str::parse::<i64>);
        match (numbers.next(), numbers.next()) {
            (Some(Ok(xmin)), Some(Ok(xmax))) => {
                Ok(Self { text: text.to_owned(), server: server.to_owned(), xmin, xmax, end })
            }
            _ => Err(StoreError::Corrupt { place: "pg_current_snapshot()", detail: text.to_owned() }),
        }
    }
}

impl LogTail {
    /// The changes that were committed since the last call that did not fail, but for those that this node has told of itself;
    /// [`LogUpdate::Anything`] the first time. Whatever was acknowledged before the call is among them. A connection that
    /// breaks, or does not answer within `patience`, is replaced by another one, however long that takes. After a failure, or
    /// when the call is dropped half-way, the next one connects anew and tells what this one would have told.
    ///
    /// # Errors
    /// [`StoreError`] when the database answers that it cannot tell.
    pub(crate) async fn next(&mut self, patience: Duration) -> Result<LogUpdate, StoreError> {
        loop {
            let (host, mut connection) = match self.connection.take() {
                Some(connection) => connection,
                None => self.connect().await,
            };
            match timeout(patience, self.read(host, &mut connection)).await {
                Ok(Ok(update)) => {
                    self.connection = Some((host, connection));
                    return Ok(update);
                }
                Ok(Err(error @ StoreError::Unavailable(_))) => {
                    self.server.availability().failed(&error);
                    sleep(CONNECT_PAUSE).await;
                }
                Ok(Err(error)) => return Err(error),
                Err(_) => {}
            }
        }
    }

    /// A new connection. Attempts begin one after the other without waiting for those before: one that was begun while the
    /// server was away may wait for an answer that never comes.
    async fn connect(&self) -> (usize, PgConnection) {
        let mut attempts = FuturesUnordered::new();
        let mut pause = interval(CONNECT_PAUSE);
        pause.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                Some(attempt) = attempts.next() => match attempt {
                    Ok(connection) => return connection,
                    Err(error) => self.server.availability().failed(&error),
                },
                _ = pause.tick(), if attempts.len() < MOST_ATTEMPTS => attempts.push(self.server.connect()),
            }
        }
    }

    /// Whether the database answers, for whoever follows its log to tell.
    pub(crate) fn availability(&self) -> Arc<Availability> {
        self.server.availability().clone()
    }

    async fn read(&mut self, host: usize, connection: &mut PgConnection) -> Result<LogUpdate, StoreError> {
        self.statements.count(StatementKind::Background);
        if self.known.lost().is_none() {
            self.is_past_loss = false;
        } else if !self.is_past_loss {
            // Another history of the database goes on: the old snapshot says nothing about it.
            self.seen = None;
            self.is_past_loss = true;
        }
        let Some(seen) = &self.seen else {
            let rows = self.server.sending.fetch_alone(connection, sqlx::query(FIRST)).await;
            let rows = rows.map_err(|error| self.server.examined(error))?;
            let row = rows.first().ok_or(sqlx::Error::RowNotFound)?;
            self.server.admit(host, Standing::read(row, 4)?)?;
            let end: Option<i64> = row.try_get(2)?;
            self.confirm(row.try_get(6)?);
            self.seen = Some(Snapshot::parse(row.try_get(0)?, row.try_get(1)?, end.unwrap_or(0))?);
            if let Some(seq) = end {
                self.known.read(vec![LogRow { seq, mark: row.try_get(3)? }], true);
            }
            return Ok(LogUpdate::Anything);
        };
        let expected = self.known.rows();
        let most = i64::try_from(MOST).unwrap_or(i64::MAX) + 1;
        let query = sqlx::query(NEXT).bind(&seen.text).bind(seen.xmin).bind(most);
        let query = query.bind(&expected.seqs).bind(&expected.marks).bind(seen.end);
        let rows = self.server.sending.fetch_alone(connection, query).await;
        let rows = rows.map_err(|error| self.server.examined(error))?;
        let Some(first) = rows.first() else { return Ok(LogUpdate::Anything) };
        let standing = Standing::read(first, 13)?;
        self.server.admit(host, standing)?;
        let now = Snapshot::parse(first.try_get(0)?, first.try_get(1)?, first.try_get(12)?)?;
        let is_there: bool = first.try_get(2)?;
        let is_given_again: bool = first.try_get(11)?;
        if !is_there && standing.is_standby {
            // A standby that has not replayed it yet; the next connection may lead to the primary.
            return Err(StoreError::Unavailable("it is a standby that lacks the last writes".into()));
        }
        let is_confirmed = self.confirm(first.try_get(15)?);
        // After a crash, or on a standby that took over, numbers of transactions that left nothing are given out again.
        let mut is_told = now.xmax >= seen.xmax && now.server == seen.server && !is_given_again;
        let mut changes = Vec::new();
        let mut newest = Vec::new();
        let mut is_later = false;
        let mut own = 0;
        for row in &rows {
            let Some(kind) = row.try_get::<Option<&str>, _>(3)? else { continue };
            let log_row = LogRow { seq: row.try_get(8)?, mark: row.try_get(9)? };
            newest.push(log_row);
            is_later |= row.try_get::<i64, _>(10)? >= seen.xmax;
            if self.own_rows.take(log_row) {
                own += 1;
                continue;
            }
            let Some(kind) = ChangeKind::from_name(kind) else {
                // A newer version of this program writes what this one cannot tell.
                is_told = false;
                continue;
            };
            changes.push(Touched {
                kind,
                subject: Subject::new(Context::from_stored(row.try_get(4)?), row.try_get(5)?),
                id: row.try_get::<Option<i64>, _>(6)?.and_then(SchemaId::new),
                // Of what was erased the GUID is gone; nobody knows any more whose ids have changed.
                guid: row
                    .try_get::<Option<Vec<u8>>, _>(7)?
                    .and_then(|guid| guid.try_into().ok())
                    .map(Guid)
                    .filter(|guid| guid.0 != [0; 16]),
            });
        }
        self.seen = Some(now);
        if !is_there && !is_confirmed {
            self.is_past_loss = true;
            return Ok(LogUpdate::LostWrites(self.known.lose().0));
        }
        if !newest.is_empty() {
            self.known.read(newest, is_later);
        }
        let is_told = is_told && !is_confirmed && rows.len() <= MOST;
        Ok(if is_told { LogUpdate::Changes { changes, own } } else { LogUpdate::Anything })
    }
}

impl LogTail {
    /// Notes when an operator confirmed last that this history goes on, and whether that was since the last time.
    fn confirm(&self, confirmed: i64) -> bool {
        let was_lost = self.known.lost().is_some();
        let is_news = self.known.confirm(confirmed);
        if is_news && was_lost {
            tracing::warn!(
                "an operator has confirmed the database after writes were lost: this node writes again"
            );
        }
        is_news
    }
}

impl SqlStore {
    /// A reader of the change log; `None` if nobody else writes to the database.
    pub(crate) fn tail(&self) -> Option<LogTail> {
        match &self.database.backend {
            Backend::Postgres { pool, .. } => Some(LogTail {
                server: pool.server().clone(),
                connection: None,
                seen: None,
                known: self.database.known.clone(),
                own_rows: self.database.own_rows.clone(),
                is_past_loss: false,
                statements: self.database.statements.clone(),
            }),
            Backend::Sqlite { .. } => None,
        }
    }

    /// Whether the database answers; `None` if it is no server.
    pub(crate) fn availability(&self) -> Option<&Arc<Availability>> {
        match &self.database.backend {
            Backend::Postgres { pool, .. } => Some(pool.server().availability()),
            Backend::Sqlite { .. } => None,
        }
    }

    /// Lets go of connections to a server that went away.
    pub(crate) fn forget_connections(&self) {
        if let Backend::Postgres { pool, .. } = &self.database.backend {
            pool.forget_idle();
        }
    }

    /// Wakes the nodes that listen. Sent after commits and not within them, where it would make them wait for each other.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    pub(crate) async fn wake_others(&self) -> Result<(), StoreError> {
        if let Backend::Postgres { pool, schema } = &self.database.backend {
            let query = sqlx::query("SELECT pg_notify($1, '')").bind(channel(schema));
            let mut lease = pool.lease().await?;
            self.database.statements.count(StatementKind::Background);
            let result = lease.fetch_alone(query).await;
            lease.settle();
            result?;
        }
        Ok(())
    }

    /// Calls `wake` whenever a node wakes the others, until the connection breaks. Behind a proxy that pools transactions
    /// nobody can listen, so nothing is called there.
    ///
    /// # Errors
    /// [`StoreError`] when it does.
    pub(crate) async fn listen(&self, wake: impl Fn()) -> Result<(), StoreError> {
        let Backend::Postgres { pool, schema } = &self.database.backend else { return Ok(()) };
        if pool.server().sending.pools_transactions() {
            return std::future::pending().await;
        }
        let options = pool.server().options()?;
        let mut listener = PgListener::connect_with(&PgPool::connect_lazy_with(options)).await?;
        self.database.statements.count(StatementKind::Background);
        listener.listen(&channel(schema)).await?;
        // Another host may have taken over from one that went away.
        listener.eager_reconnect(false);
        loop {
            match timeout(LISTEN_CHECK, listener.try_recv()).await {
                Ok(notification) => match notification? {
                    Some(_) => wake(),
                    None => break,
                },
                Err(_) => {
                    let patience = pool.server().availability().deadline();
                    let answer = timeout(patience, async { listener.acquire().await?.ping().await }).await;
                    answer.map_err(|_| timed_out("the listening connection is silent".to_owned()))??;
                }
            }
        }
        // Something may have been missed.
        wake();
        Ok(())
    }
}
