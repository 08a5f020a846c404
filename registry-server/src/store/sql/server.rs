//! The Postgres server that a store connects to.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions as _, PgConnection};
use tokio::time::timeout;

use super::availability::Availability;

/// The server that a store connects to, and how long it is waited for.
pub(super) struct Server {
    options: PgConnectOptions,
    connect_timeout: Duration,
    statement_timeout: Duration,
    availability: Arc<Availability>,
}

impl std::fmt::Debug for Server {
    /// Without the options, which hold the password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Server")
            .field("connect_timeout", &self.connect_timeout)
            .field("statement_timeout", &self.statement_timeout)
            .finish_non_exhaustive()
    }
}

impl Server {
    /// A server that may take `connect_timeout` for a new connection and `statement_timeout` for each statement, and is away
    /// when it is silent for `deadline`.
    pub(super) fn new(
        options: PgConnectOptions,
        connect_timeout: Duration,
        statement_timeout: Duration,
        deadline: Duration,
    ) -> Self {
        let availability = Arc::new(Availability::new(deadline));
        Self { options, connect_timeout, statement_timeout, availability }
    }

    /// A new connection.
    pub(super) async fn connect(&self) -> Result<PgConnection, sqlx::Error> {
        timeout(self.connect_timeout, self.options.connect()).await.unwrap_or_else(|_| {
            let detail = format!(
                "no connection within {} ms (database.connect.timeout.ms)",
                self.connect_timeout.as_millis()
            );
            Err(sqlx::Error::Io(io::Error::new(io::ErrorKind::TimedOut, detail)))
        })
    }

    /// The options of the driver, for connections that it makes itself.
    pub(super) fn options(&self) -> &PgConnectOptions {
        &self.options
    }

    /// Whether it answers.
    pub(super) fn availability(&self) -> &Arc<Availability> {
        &self.availability
    }

    /// How long a statement may take, locks included, before its connection counts as dead.
    pub(super) fn statement_timeout(&self) -> Duration {
        self.statement_timeout
    }
}
