//! How statements are sent through a proxy that pools transactions, such as PgBouncer.
//!
//! Such a proxy gives a server to each transaction anew, so nothing may be left in a session: no prepared statement, no
//! advisory lock, no LISTEN. The driver prepares a statement in one exchange and runs it in a second one, and between the two
//! the proxy may take another server. So there each statement has a transaction of its own and no name.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};

use sqlx::postgres::{PgArguments, PgRow};
use sqlx::{PgConnection, Postgres, Row as _};

use super::server::{Server, has_code};

/// A statement with its arguments.
pub(super) type Query<'q> = sqlx::query::Query<'q, Postgres, PgArguments>;

/// The proxy between here and Postgres, the setting `database.proxy`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Proxy {
    /// Found out when the store is opened.
    #[default]
    Auto,
    /// None, or one that keeps a server for a connection.
    None,
    /// One that gives a server to each transaction anew.
    Transaction,
}

impl Proxy {
    /// All of them by name.
    pub const ALL: [(&'static str, Self); 3] =
        [("auto", Self::Auto), ("none", Self::None), ("transaction", Self::Transaction)];
}

/// How statements are sent.
#[derive(Debug)]
pub(super) struct Sending {
    proxy: Proxy,
    pools_transactions: AtomicBool,
}

impl Sending {
    pub(super) fn new(proxy: Proxy) -> Self {
        Self { proxy, pools_transactions: AtomicBool::new(proxy == Proxy::Transaction) }
    }

    /// Whether a proxy gives a server to each transaction anew.
    pub(super) fn pools_transactions(&self) -> bool {
        self.pools_transactions.load(Ordering::Relaxed)
    }

    /// Whether an error tells that there is such a proxy, and nobody knew: a prepared statement is there already, or is
    /// missing.
    pub(super) fn learns_from(&self, error: &sqlx::Error) -> bool {
        let is_surprise =
            self.proxy == Proxy::Auto && !self.pools_transactions() && has_code(error, &["42P05", "26000"]);
        if is_surprise {
            tracing::warn!(
                %error,
                "a proxy that pools transactions stands before Postgres; set database.proxy=transaction"
            );
            self.pools_transactions.store(true, Ordering::Relaxed);
        }
        is_surprise
    }

    /// Finds out whether there is such a proxy. Two connections have two servers, each its own; a proxy that pools
    /// transactions gives the server that was free last to whoever asks, so both meet the same one, or one meets two.
    pub(super) async fn find_out(
        &self,
        server: &Server,
        first: &mut PgConnection,
    ) -> Result<(), sqlx::Error> {
        if self.proxy != Proxy::Auto {
            return Ok(());
        }
        // Where there is no second connection to spare, nobody shares them.
        let Ok((_, mut second)) = server.connect().await else { return Ok(()) };
        let mut of_both: [BTreeSet<i32>; 2] = Default::default();
        for _ in 0..2 {
            for (connection, pids) in [&mut *first, &mut second].into_iter().zip(&mut of_both) {
                let row = sqlx::raw_sql("SELECT pg_backend_pid()").fetch_one(connection).await?;
                pids.insert(row.try_get(0)?);
            }
        }
        let _ = sqlx::Connection::close(second).await;
        let [one, other] = &of_both;
        if one.len() > 1 || other.len() > 1 || !one.is_disjoint(other) {
            tracing::info!(
                "a proxy that pools transactions stands before Postgres: other nodes are followed by polling"
            );
            self.pools_transactions.store(true, Ordering::Relaxed);
        }
        Ok(())
    }

    /// Runs a statement of a transaction.
    pub(super) fn prepared<'q>(&self, query: Query<'q>) -> Query<'q> {
        query.persistent(!self.pools_transactions())
    }

    /// Runs a statement that is a transaction.
    pub(super) async fn fetch_alone(
        &self,
        connection: &mut PgConnection,
        query: Query<'_>,
    ) -> Result<Vec<PgRow>, sqlx::Error> {
        if !self.pools_transactions() {
            return query.fetch_all(connection).await;
        }
        sqlx::raw_sql("BEGIN ISOLATION LEVEL READ COMMITTED").execute(&mut *connection).await?;
        let rows = query.persistent(false).fetch_all(&mut *connection).await;
        let end = if rows.is_ok() { "COMMIT" } else { "ROLLBACK" };
        let ended = sqlx::raw_sql(end).execute(connection).await;
        match rows {
            Ok(rows) => ended.map(|_| rows),
            Err(error) => Err(error),
        }
    }
}
