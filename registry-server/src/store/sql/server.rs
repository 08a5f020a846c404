//! The Postgres server that a store connects to: one of several hosts, of which one at a time takes writes.

use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgRow, PgSslMode};
use sqlx::{ConnectOptions as _, PgConnection, Row as _};
use tokio::time::timeout;

use super::availability::Availability;
use super::proxy::Sending;
use super::timeline::TimelineFollower;

/// The server that a store connects to, and how long it is waited for.
pub(super) struct Server {
    hosts: Vec<Host>,
    role: Role,
    /// The host that the last connection was made to.
    current: AtomicUsize,
    /// Read for each new connection, so that a password may be changed while the server runs.
    password_file: Option<PathBuf>,
    connect_timeout: Duration,
    statement_timeout: Duration,
    availability: Arc<Availability>,
    /// Set when the tables are up to date.
    timeline: OnceLock<Arc<TimelineFollower>>,
    pub(super) sending: Sending,
}

/// One host.
struct Host {
    options: PgConnectOptions,
    /// `sslmode=allow`: in clear, and by TLS where the host refuses that. The driver knows no such mode.
    allows_clear: bool,
    /// Whether such a host refused to talk in clear.
    refused_clear: AtomicBool,
}

/// Which hosts are connected to, `target_session_attrs`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// The first one that answers.
    Any,
    /// One that takes writes.
    ReadWrite,
    /// One that is no standby.
    Primary,
}

impl Role {
    /// Why a host may not be used, if it may not.
    fn misfit(self, standing: Standing) -> Option<&'static str> {
        match self {
            Self::ReadWrite | Self::Primary if standing.is_standby => {
                Some("it is a standby, which takes no writes")
            }
            Self::ReadWrite if standing.is_read_only => Some("it takes no writes"),
            _ => None,
        }
    }
}

/// The state of a host at the moment. A standby lags behind its primary, so what it lacks may well have been acknowledged.
#[derive(Clone, Copy, Debug)]
pub(super) struct Standing {
    pub(super) is_standby: bool,
    pub(super) is_read_only: bool,
}

impl Standing {
    /// Reads it from the two columns of `standing!`.
    pub(super) fn read(row: &PgRow, column: usize) -> Result<Self, sqlx::Error> {
        Ok(Self { is_standby: row.try_get(column)?, is_read_only: row.try_get(column + 1)? })
    }
}

/// The columns that tell a host's [`Standing`].
macro_rules! standing {
    () => {
        "pg_is_in_recovery(), current_setting('transaction_read_only')::boolean"
    };
}
pub(super) use standing;

/// The settings that a [`Server`] is made of.
pub(super) struct ServerOptions {
    /// In the order in which they are tried.
    pub(super) hosts: Vec<PgConnectOptions>,
    pub(super) role: Role,
    pub(super) password_file: Option<PathBuf>,
    pub(super) connect_timeout: Duration,
    pub(super) statement_timeout: Duration,
    /// How long it may be silent before it counts as away.
    pub(super) outage_deadline: Duration,
}

impl std::fmt::Debug for Server {
    /// Without the hosts, whose options hold the password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Server")
            .field("role", &self.role)
            .field("connect_timeout", &self.connect_timeout)
            .field("statement_timeout", &self.statement_timeout)
            .field("sending", &self.sending)
            .finish_non_exhaustive()
    }
}

impl Server {
    pub(super) fn new(options: ServerOptions, sending: Sending) -> Self {
        let host = |options: PgConnectOptions| Host {
            allows_clear: matches!(options.get_ssl_mode(), PgSslMode::Allow),
            refused_clear: AtomicBool::new(false),
            options,
        };
        Self {
            hosts: options.hosts.into_iter().map(host).collect(),
            role: options.role,
            current: AtomicUsize::new(0),
            password_file: options.password_file,
            connect_timeout: options.connect_timeout,
            statement_timeout: options.statement_timeout,
            availability: Arc::new(Availability::new(options.outage_deadline)),
            timeline: OnceLock::new(),
            sending,
        }
    }

    /// The number of the host that the last connection was made to.
    pub(super) fn current(&self) -> usize {
        self.current.load(Ordering::Relaxed)
    }

    /// A new connection to a host of the role that is asked for, and the host's number: to the one that the last connection
    /// was made to, else to the others in their order.
    pub(super) async fn connect(&self) -> Result<(usize, PgConnection), sqlx::Error> {
        let current = self.current();
        let mut refusal = None;
        for index in std::iter::once(current).chain((0..self.hosts.len()).filter(|index| *index != current)) {
            let Some(host) = self.hosts.get(index) else { continue };
            match self.connect_to(host).await {
                Ok(connection) => {
                    self.current.store(index, Ordering::Relaxed);
                    return Ok((index, connection));
                }
                // A host that is full is the right one; one that may come back says more than one that never will.
                Err(error)
                    if is_full(&error)
                        || refusal.as_ref().is_none_or(|refusal| !is_away(refusal) && !is_full(refusal)) =>
                {
                    refusal = Some(error);
                }
                Err(_) => {}
            }
        }
        Err(refusal.unwrap_or(sqlx::Error::PoolClosed))
    }

    async fn connect_to(&self, host: &Host) -> Result<PgConnection, sqlx::Error> {
        let connection = timeout(self.connect_timeout, self.established(host)).await;
        connection.unwrap_or_else(|_| {
            let limit = self.connect_timeout.as_millis();
            Err(timed_out(format!("no connection within {limit} ms (database.connect.timeout.ms)")))
        })
    }

    async fn established(&self, host: &Host) -> Result<PgConnection, sqlx::Error> {
        let options = self.options_of(host)?;
        let mut connection = match options.connect().await {
            Err(error) if host.allows_clear && is_refused_in_clear(&error) => {
                host.refused_clear.store(true, Ordering::Relaxed);
                self.options_of(host)?.connect().await?
            }
            result => result?,
        };
        self.check_role(&mut connection, host).await?;
        if let Some(timeline) = self.timeline.get() {
            timeline.follow(&mut connection).await?;
        }
        Ok(connection)
    }

    /// Has each new connection looked at for the timeline that it leads to.
    pub(super) fn follow_timeline(&self, timeline: Arc<TimelineFollower>) {
        let _ = self.timeline.set(timeline);
    }

    /// Whether a connection to a host that says what it is may be used: whether it is the current one, and has the role that
    /// is asked for.
    ///
    /// # Errors
    /// Why not.
    pub(super) fn admit(&self, number: usize, standing: Standing) -> Result<(), sqlx::Error> {
        let refusal = |kind, detail| Err(sqlx::Error::Io(io::Error::new(kind, detail)));
        match self.hosts.get(number) {
            Some(host) if number == self.current() => self.admit_host(host, standing),
            _ => refusal(io::ErrorKind::ConnectionReset, "another host is the current one"),
        }
    }

    fn admit_host(&self, host: &Host, standing: Standing) -> Result<(), sqlx::Error> {
        let Some(misfit) = self.role.misfit(standing) else { return Ok(()) };
        let (name, port) = (host.options.get_host(), host.options.get_port());
        let detail = format!("{name}:{port} is of no use here: {misfit} (target_session_attrs)");
        Err(sqlx::Error::Io(io::Error::new(io::ErrorKind::ReadOnlyFilesystem, detail)))
    }

    async fn check_role(&self, connection: &mut PgConnection, host: &Host) -> Result<(), sqlx::Error> {
        if self.role == Role::Any {
            return Ok(());
        }
        let row = sqlx::raw_sql(concat!("SELECT ", standing!())).fetch_one(connection).await?;
        self.admit_host(host, Standing::read(&row, 0)?)
    }

    fn options_of(&self, host: &Host) -> Result<PgConnectOptions, sqlx::Error> {
        let mut options = host.options.clone();
        if host.refused_clear.load(Ordering::Relaxed) {
            options = options.ssl_mode(PgSslMode::Require);
        }
        if let Some(path) = &self.password_file {
            let password = std::fs::read_to_string(path).map_err(|error| {
                let detail = format!("cannot read database.password.file {}: {error}", path.display());
                sqlx::Error::Io(io::Error::new(io::ErrorKind::NotFound, detail))
            })?;
            options = options.password(password.trim_end_matches(['\n', '\r']));
        }
        Ok(options)
    }

    /// The options of the driver for the host that the last connection was made to, for connections that it makes itself.
    pub(super) fn options(&self) -> Result<PgConnectOptions, sqlx::Error> {
        let host = self.hosts.get(self.current()).ok_or(sqlx::Error::PoolClosed)?;
        self.options_of(host)
    }

    /// Whether it answers.
    pub(super) fn availability(&self) -> &Arc<Availability> {
        &self.availability
    }

    /// How long a statement may take, locks included, before its connection counts as dead.
    pub(super) fn statement_timeout(&self) -> Duration {
        self.statement_timeout
    }

    /// The error of a statement as it counts here. Where another host may take the writes that this one refuses, or
    /// another way of sending may work, the connection is broken.
    pub(super) fn examined(&self, error: sqlx::Error) -> sqlx::Error {
        // A single host has nobody to give its role to; what it refuses is told.
        let has_others = self.role == Role::ReadWrite || self.role == Role::Primary && self.hosts.len() > 1;
        let is_demoted = is_read_only(&error) && has_others;
        if is_demoted || self.sending.learns_from(&error) {
            return sqlx::Error::Io(io::Error::new(io::ErrorKind::ConnectionReset, error.to_string()));
        }
        error
    }
}

/// An error of waiting in vain.
pub(super) fn timed_out(detail: String) -> sqlx::Error {
    sqlx::Error::Io(io::Error::new(io::ErrorKind::TimedOut, detail))
}

/// Whether no connection could be made because the server is not there: it cannot be reached, starts up, or gave its role to
/// a host that has not taken it yet. A certificate that does not fit stays as it is.
pub(super) fn is_away(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(error) => error.kind() != io::ErrorKind::InvalidData,
        sqlx::Error::Database(database) => {
            database.code().is_some_and(|code| code.starts_with("08") || code.starts_with("57P"))
        }
        _ => false,
    }
}

/// Whether the server, the database or the role has no connection to spare: `too_many_connections`,
/// `configuration_limit_exceeded`.
pub(super) fn is_full(error: &sqlx::Error) -> bool {
    has_code(error, &["53300", "53400"])
}

/// Whether a standby, or a server that was told to take no writes, refused one.
pub(super) fn is_read_only(error: &sqlx::Error) -> bool {
    has_code(error, &["25006"])
}

/// Whether a host wants to know who is there, and a connection in clear does not tell it.
fn is_refused_in_clear(error: &sqlx::Error) -> bool {
    has_code(error, &["28000"])
}

pub(super) fn has_code(error: &sqlx::Error, codes: &[&str]) -> bool {
    error
        .as_database_error()
        .and_then(sqlx::error::DatabaseError::code)
        .is_some_and(|code| codes.contains(&&*code))
}
