//! Following the change log of a Postgres that other nodes write to.

use sqlx::postgres::{PgConnectOptions, PgListener};
use sqlx::{ConnectOptions as _, PgConnection, Row as _};
use std::sync::Arc;

use super::SqlStore;
use super::database::Database;
use super::locks::channel;
use crate::domain::{Context, SchemaId, Subject};
use crate::store::{ChangeKind, StoreError, Touched};

/// Changes that are told one by one; beyond this many at once it is cheaper to forget everything.
const MOST: usize = 10_000;

/// The changes that were committed since the snapshot `$1`, whose oldest running transaction is `$2`, and the snapshot of
/// now. What commits late has a high position in time but a low one in the log, so positions alone would miss it; the
/// database itself says what the earlier snapshot did not see.
const NEXT: &str = "\
    SELECT pg_current_snapshot()::text, l.kind, l.context, l.subject, l.id FROM (SELECT 1) AS once \
    LEFT JOIN LATERAL (SELECT kind, context, subject, id FROM change_log \
    WHERE xid >= $2 AND NOT pg_visible_in_snapshot(xid::text::xid8, $1::pg_snapshot) LIMIT $3) AS l ON TRUE";

/// What happened since the last time.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum News {
    /// These changes, in no order.
    Changes(Vec<Touched>),
    /// Too much to tell, or nothing is known of what was before.
    Everything,
    /// The database is not as far as it was: it was restored, or another one has taken its place.
    WentBack,
}

/// A reader of the change log with a connection of its own.
#[derive(Debug)]
pub(crate) struct LogTail {
    options: Arc<PgConnectOptions>,
    connection: Option<PgConnection>,
    seen: Option<Snapshot>,
}

#[derive(Debug)]
struct Snapshot {
    text: String,
    /// The oldest transaction that was running.
    xmin: i64,
    /// The next transaction.
    xmax: i64,
}

impl Snapshot {
    fn parse(text: &str) -> Result<Self, StoreError> {
        let mut numbers = text.split(':').map(str::parse::<i64>);
        match (numbers.next(), numbers.next()) {
            (Some(Ok(xmin)), Some(Ok(xmax))) => Ok(Self { text: text.to_owned(), xmin, xmax }),
            _ => Err(StoreError::Corrupt { place: "pg_current_snapshot()", detail: text.to_owned() }),
        }
    }
}

impl LogTail {
    /// What was committed since the last call that did not fail; [`News::Everything`] the first time. Whatever was
    /// acknowledged before the call is among it. After a failure, or when the call is dropped half-way, the next one
    /// connects anew and tells what this one would have told.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    pub(crate) async fn next(&mut self) -> Result<News, StoreError> {
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => self.options.connect().await?,
        };
        let news = self.read(&mut connection).await?;
        self.connection = Some(connection);
        Ok(news)
    }

    async fn read(&mut self, connection: &mut PgConnection) -> Result<News, StoreError> {
        let Some(seen) = &self.seen else {
            let text: String =
                sqlx::query_scalar("SELECT pg_current_snapshot()::text").fetch_one(connection).await?;
            self.seen = Some(Snapshot::parse(&text)?);
            return Ok(News::Everything);
        };
        let most = i64::try_from(MOST).unwrap_or(i64::MAX) + 1;
        let rows =
            sqlx::query(NEXT).bind(&seen.text).bind(seen.xmin).bind(most).fetch_all(connection).await?;
        let mut changes = Vec::new();
        let mut now = None;
        for row in &rows {
            if now.is_none() {
                now = Some(Snapshot::parse(row.try_get(0)?)?);
            }
            let Some(kind) = row.try_get::<Option<&str>, _>(1)? else { continue };
            let context = Context::from_stored(row.try_get(2)?);
            let Some(kind) = ChangeKind::from_name(kind) else {
                // A newer version of this program writes what this one cannot tell.
                self.seen = now;
                return Ok(News::Everything);
            };
            changes.push(Touched {
                kind,
                subject: Subject::new(context, row.try_get(3)?),
                id: row.try_get::<Option<i64>, _>(4)?.and_then(SchemaId::new),
            });
        }
        let went_back = now.as_ref().is_some_and(|now| now.xmax < seen.xmin);
        self.seen = now;
        Ok(match went_back {
            true => News::WentBack,
            false if changes.len() > MOST => News::Everything,
            false => News::Changes(changes),
        })
    }
}

impl SqlStore {
    /// A reader of the change log; `None` if nobody else writes to the database.
    pub(crate) fn tail(&self) -> Option<LogTail> {
        match &self.database {
            Database::Postgres { pool, .. } => {
                Some(LogTail { options: pool.connect_options(), connection: None, seen: None })
            }
            Database::Sqlite { .. } => None,
        }
    }

    /// Wakes the nodes that listen. Sent after commits and not within them, where it would make them wait for each other.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    pub(crate) async fn wake_others(&self) -> Result<(), StoreError> {
        if let Database::Postgres { pool, schema } = &self.database {
            sqlx::query("SELECT pg_notify($1, '')").bind(channel(schema)).execute(pool).await?;
        }
        Ok(())
    }

    /// Calls `wake` whenever a node wakes the others, until the connection breaks.
    ///
    /// # Errors
    /// [`StoreError`] when it does.
    pub(crate) async fn listen(&self, wake: impl Fn()) -> Result<(), StoreError> {
        let Database::Postgres { pool, schema } = &self.database else { return Ok(()) };
        let mut listener = PgListener::connect_with(pool).await?;
        listener.listen(&channel(schema)).await?;
        // `None` is a connection that was lost and is back: something may have been missed.
        loop {
            listener.try_recv().await?;
            wake();
        }
    }
}
