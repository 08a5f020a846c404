//! Options for opening a database.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use crate::store::sql::Proxy;
use crate::store::{Clock, Secret, Secrets};

/// Options for opening a database.
///
/// ```
/// use registry_server::store::sql::OpenOptions;
/// let options = OpenOptions::default().with_max_connections(4).with_create(false);
/// assert_eq!(options.max_connections, 4);
/// ```
#[derive(Clone)]
#[non_exhaustive]
pub struct OpenOptions {
    /// Connections to Postgres, or readers of an SQLite file, at most.
    pub max_connections: u32,
    /// How long to wait for a connection before the database counts as unavailable.
    pub acquire_timeout: Duration,
    /// How long a new connection to Postgres may take.
    pub connect_timeout: Duration,
    /// How long a statement on Postgres may take, locks included, before its connection counts as dead.
    pub statement_timeout: Duration,
    /// How long Postgres may be silent before it counts as away, and requests that need it fail.
    pub outage_deadline: Duration,
    /// How many ids of each context are left out when another Postgres takes over, or it was restored.
    pub skipped_ids: u32,
    /// The password for Postgres, instead of one in the URL.
    pub password: Option<Secret>,
    /// A file with the password for Postgres, read for each new connection.
    pub password_file: Option<PathBuf>,
    /// The proxy between here and Postgres.
    pub proxy: Proxy,
    /// Whether tables of Postgres are brought up to date; if not, they must be.
    pub migrate: bool,
    /// How long to wait for a Postgres that is not up yet.
    pub wait: Duration,
    /// The clock that gives writes their times.
    pub clock: Clock,
    /// The secrets that encrypt sensitive metadata.
    pub secrets: Secrets,
    /// Whether to create an SQLite file that does not exist.
    pub create: bool,
    /// Whether nothing is written, so that it does not matter which history of the database goes on.
    pub(super) only_reads: bool,
}

impl Default for OpenOptions {
    /// 16 connections, 10 seconds for one of them, 30 for a statement, the password of the URL, tables brought up to date, no
    /// waiting for a server that is not up, the system's clock, nothing encrypted, a file that does not exist created.
    fn default() -> Self {
        Self {
            max_connections: 16,
            acquire_timeout: Duration::from_secs(10),
            connect_timeout: Duration::from_secs(10),
            statement_timeout: Duration::from_secs(30),
            outage_deadline: Duration::from_secs(2),
            skipped_ids: 1000,
            password: None,
            password_file: None,
            proxy: Proxy::Auto,
            migrate: true,
            wait: Duration::ZERO,
            clock: system_clock(),
            secrets: Secrets::default(),
            create: true,
            only_reads: false,
        }
    }
}

impl OpenOptions {
    /// These options with another number of [`max_connections`](Self::max_connections).
    #[must_use]
    pub fn with_max_connections(self, max_connections: u32) -> Self {
        Self { max_connections, ..self }
    }

    /// These options with another [`acquire_timeout`](Self::acquire_timeout).
    #[must_use]
    pub fn with_acquire_timeout(self, acquire_timeout: Duration) -> Self {
        Self { acquire_timeout, ..self }
    }

    /// These options with another [`connect_timeout`](Self::connect_timeout).
    #[must_use]
    pub fn with_connect_timeout(self, connect_timeout: Duration) -> Self {
        Self { connect_timeout, ..self }
    }

    /// These options with another [`statement_timeout`](Self::statement_timeout).
    #[must_use]
    pub fn with_statement_timeout(self, statement_timeout: Duration) -> Self {
        Self { statement_timeout, ..self }
    }

    /// These options with another [`outage_deadline`](Self::outage_deadline).
    #[must_use]
    pub fn with_outage_deadline(self, outage_deadline: Duration) -> Self {
        Self { outage_deadline, ..self }
    }

    /// These options with another number of [`skipped_ids`](Self::skipped_ids).
    #[must_use]
    pub fn with_skipped_ids(self, skipped_ids: u32) -> Self {
        Self { skipped_ids, ..self }
    }

    /// These options with another [`password`](Self::password).
    #[must_use]
    pub fn with_password(self, password: Option<Secret>) -> Self {
        Self { password, ..self }
    }

    /// These options with another [`password_file`](Self::password_file).
    #[must_use]
    pub fn with_password_file(self, password_file: Option<PathBuf>) -> Self {
        Self { password_file, ..self }
    }

    /// These options with another [`proxy`](Self::proxy).
    #[must_use]
    pub fn with_proxy(self, proxy: Proxy) -> Self {
        Self { proxy, ..self }
    }

    /// These options with another answer to whether tables are brought up to date ([`migrate`](Self::migrate)).
    #[must_use]
    pub fn with_migrate(self, migrate: bool) -> Self {
        Self { migrate, ..self }
    }

    /// These options with another time to [`wait`](Self::wait).
    #[must_use]
    pub fn with_wait(self, wait: Duration) -> Self {
        Self { wait, ..self }
    }

    /// These options with another [`clock`](Self::clock).
    #[must_use]
    pub fn with_clock(self, clock: Clock) -> Self {
        Self { clock, ..self }
    }

    /// These options with other [`secrets`](Self::secrets).
    #[must_use]
    pub fn with_secrets(self, secrets: Secrets) -> Self {
        Self { secrets, ..self }
    }

    /// These options with another answer to whether a file that does not exist is [created](Self::create).
    #[must_use]
    pub fn with_create(self, create: bool) -> Self {
        Self { create, ..self }
    }
}

impl std::fmt::Debug for OpenOptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OpenOptions")
            .field("max_connections", &self.max_connections)
            .field("acquire_timeout", &self.acquire_timeout)
            .finish_non_exhaustive()
    }
}

/// The clock of the system that this runs on.
#[must_use]
pub fn system_clock() -> Clock {
    Arc::new(|| {
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
    })
}
