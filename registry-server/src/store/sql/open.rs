//! Opening a database and bringing its tables up to date.

use std::fs::{File, TryLockError};
use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use registry_migrations::{POSTGRES, SQLITE};
use sqlx::migrate::MigrateError;
use sqlx::postgres::PgConnectOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions as _, Connection as _};

use super::SqlStore;
use super::cipher::Cipher;
use super::connections::Connections;
use super::database::{Backend, Database};
use super::keyring::{self, NoKey};
use crate::store::observer::NoObserver;
use crate::store::{Clock, OpenError, Secrets};

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
    /// The clock that gives writes their times.
    pub clock: Clock,
    /// The secrets that encrypt sensitive metadata.
    pub secrets: Secrets,
    /// Whether to create an SQLite file that does not exist.
    pub create: bool,
}

impl Default for OpenOptions {
    /// 16 connections, 10 seconds, the system's clock, nothing encrypted, a file that does not exist created.
    fn default() -> Self {
        Self {
            max_connections: 16,
            acquire_timeout: Duration::from_secs(10),
            clock: system_clock(),
            secrets: Secrets::default(),
            create: true,
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

impl SqlStore {
    /// Opens the database of a URL, `sqlite:PATH`, `sqlite::memory:` or `postgres://…`, creates an SQLite file that does
    /// not exist, and brings the tables up to date. Several nodes may open one Postgres at the same time; an SQLite file
    /// belongs to the process that has it open.
    ///
    /// # Errors
    /// [`OpenError`], whose message is one line that says what to do.
    pub async fn open(url: &str, options: OpenOptions) -> Result<Self, OpenError> {
        let secrets = options.secrets.clone();
        let store = match url.split_once(':') {
            Some(("sqlite", ":memory:")) => open_memory(options).await,
            Some(("sqlite", _)) => open_file(url, options).await,
            Some(("postgres" | "postgresql", _)) => open_postgres(url, options).await,
            _ => Err(OpenError::Url { url: redacted(url), detail: "unknown scheme".to_owned() }),
        }?;
        match keyring::cipher(&store.database, &secrets).await {
            Ok(cipher) => Ok(Self { cipher, ..store }),
            Err(no_key) => {
                store.database.close().await;
                let url = shown_url(url);
                Err(match no_key {
                    NoKey::Secret(detail) => OpenError::Secret { url, detail },
                    NoKey::Store(error) => OpenError::Unreadable { url, error },
                })
            }
        }
    }

    /// Opens an empty SQLite database that lives as long as the store: for tests and trials.
    ///
    /// # Errors
    /// [`OpenError`] if SQLite cannot be used at all.
    pub async fn in_memory() -> Result<Self, OpenError> {
        open_memory(OpenOptions::default()).await
    }
}

async fn open_memory(options: OpenOptions) -> Result<SqlStore, OpenError> {
    // The database is gone with its last connection, and each connection would have another one.
    let writer = SqlitePoolOptions::new()
        .max_connections(1)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
        .connect_with(sqlite_options().in_memory(true))
        .await
        .map_err(|error| OpenError::File { path: ":memory:".to_owned(), detail: error.to_string() })?;
    SQLITE.run(&writer).await.map_err(|error| migration("sqlite::memory:", &error))?;
    let database = Database::from(Backend::Sqlite { readers: writer.clone(), writer });
    Ok(SqlStore {
        database,
        cipher: Cipher::default(),
        clock: options.clock,
        observer: Arc::new(NoObserver),
        lost_writes: Arc::default(),
        guard: None,
    })
}

async fn open_file(url: &str, options: OpenOptions) -> Result<SqlStore, OpenError> {
    let parsed = SqliteConnectOptions::from_str(url)
        .map_err(|error| OpenError::Url { url: url.to_owned(), detail: error.to_string() })?;
    let path = parsed.get_filename().to_owned();
    if !options.create && !path.exists() {
        let detail = "there is no such file; name the registry's database with --database-url".to_owned();
        return Err(OpenError::File { path: path.display().to_string(), detail });
    }
    let guard = lock_file(&path)?;
    let file_error =
        |error: sqlx::Error| OpenError::File { path: path.display().to_string(), detail: error.to_string() };
    let file = sqlite_options().filename(&path).create_if_missing(true);
    let writer = SqlitePoolOptions::new()
        .max_connections(1)
        .idle_timeout(None)
        .max_lifetime(None)
        .acquire_timeout(options.acquire_timeout)
        .test_before_acquire(false)
        .connect_with(file.clone().journal_mode(SqliteJournalMode::Wal).synchronous(SqliteSynchronous::Full))
        .await
        .map_err(file_error)?;
    SQLITE.run(&writer).await.map_err(|error| migration(url, &error))?;
    let readers = SqlitePoolOptions::new()
        .max_connections(options.max_connections.max(1))
        .acquire_timeout(options.acquire_timeout)
        .test_before_acquire(false)
        .connect_with(file.pragma("query_only", "ON"))
        .await
        .map_err(file_error)?;
    Ok(SqlStore {
        database: Backend::Sqlite { writer, readers }.into(),
        cipher: Cipher::default(),
        clock: options.clock,
        observer: Arc::new(NoObserver),
        lost_writes: Arc::default(),
        guard: Some(guard),
    })
}

fn sqlite_options() -> SqliteConnectOptions {
    // What is deleted is overwritten: a schema can hold a secret that leaked.
    SqliteConnectOptions::new()
        .foreign_keys(true)
        .pragma("secure_delete", "ON")
        .busy_timeout(Duration::from_secs(5))
}

/// Locks a file beside the database, for as long as it is open. The database itself stays open to others: a backup or an
/// integrity check may read it while the server runs.
fn lock_file(path: &Path) -> Result<File, OpenError> {
    let shown = path.display().to_string();
    let failed = |detail: String| OpenError::File { path: shown.clone(), detail };
    if path.is_dir() {
        return Err(failed("it is a folder; name a file".to_owned()));
    }
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder)
            .map_err(|error| failed(format!("cannot create the folder {}: {error}", folder.display())))?;
    }
    let mut lock_path = path.as_os_str().to_owned();
    lock_path.push(".lock");
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&lock_path)
        .map_err(|error| failed(format!("cannot create {}: {error}", lock_path.display())))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(OpenError::InUse { path: shown }),
        Err(TryLockError::Error(error)) => {
            Err(failed(format!("cannot lock {}: {error}", lock_path.display())))
        }
    }
}

async fn open_postgres(url: &str, options: OpenOptions) -> Result<SqlStore, OpenError> {
    let shown = redacted(url);
    let parsed = PgConnectOptions::from_str(url)
        .map_err(|error| OpenError::Url { url: shown.clone(), detail: error.to_string() })?;
    let connect = |error: sqlx::Error| OpenError::Connect { url: shown.clone(), detail: error.to_string() };
    let parsed = match parsed.get_application_name() {
        Some(_) => parsed,
        None => parsed.application_name("schema-registry"),
    };
    // Later a server that starts up is waited for; now a wrong address is told at once.
    let mut first = parsed.connect().await.map_err(connect)?;
    let isolation: String = sqlx::query_scalar("SHOW default_transaction_isolation")
        .fetch_one(&mut first)
        .await
        .map_err(connect)?;
    if isolation != "read committed" {
        let detail = format!(
            "default_transaction_isolation is '{isolation}' for this user; writes here need 'read committed'"
        );
        return Err(OpenError::Connect { url: shown, detail });
    }
    // The migrator takes an advisory lock, so of several nodes one migrates and the others wait.
    POSTGRES.run(&mut first).await.map_err(|error| migration(&shown, &error))?;
    let schema: Option<String> =
        sqlx::query_scalar("SELECT current_schema()::text").fetch_one(&mut first).await.map_err(connect)?;
    first.close().await.map_err(connect)?;
    let pool = Connections::new(parsed, options.max_connections.max(1), options.acquire_timeout);
    let schema = schema.ok_or_else(|| OpenError::Connect {
        url: shown.clone(),
        detail: "its search_path names no schema that exists".to_owned(),
    })?;
    Ok(SqlStore {
        database: Backend::Postgres { pool, schema }.into(),
        cipher: Cipher::default(),
        clock: options.clock,
        observer: Arc::new(NoObserver),
        lost_writes: Arc::default(),
        guard: None,
    })
}

/// What to call the database of a URL in front of people: never with a password.
#[must_use]
pub fn shown_url(url: &str) -> String {
    match url.strip_prefix("sqlite:") {
        Some(":memory:") => "SQLite in memory".to_owned(),
        Some(path) => format!("SQLite file {}", path.strip_prefix("//").unwrap_or(path)),
        None => redacted(url),
    }
}

/// The URL without its password.
fn redacted(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    let (authority, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
    match authority.rsplit_once('@') {
        Some((credentials, host)) => {
            let user = credentials.split(':').next().unwrap_or_default();
            let path = path.split('?').next().unwrap_or_default();
            format!("{scheme}://{user}@{host}{path}")
        }
        None => format!("{scheme}://{authority}{}", path.split('?').next().unwrap_or_default()),
    }
}

fn migration(url: &str, error: &MigrateError) -> OpenError {
    let detail = match error {
        MigrateError::VersionMissing(version) => {
            format!(
                "a newer version of this program has already changed them (migration {version} is unknown here); run that one"
            )
        }
        MigrateError::VersionMismatch(version) => {
            format!(
                "migration {version} was applied in another form than this program knows; restore a backup"
            )
        }
        MigrateError::Dirty(version) => {
            format!("migration {version} was broken off half-way; restore a backup")
        }
        MigrateError::ExecuteMigration(error, version) => format!("migration {version} failed: {error}"),
        other => other.to_string(),
    };
    OpenError::Migration { url: url.to_owned(), detail }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_never_shown() {
        for (url, shown) in [
            ("postgres://u:secret@h:5432/d?sslmode=disable", "postgres://u@h:5432/d"),
            ("postgres://u:a@b@h/d", "postgres://u@h/d"),
            ("postgres://h/d?password=secret", "postgres://h/d"),
            ("mysql://u:secret@h", "mysql://u@h"),
            ("sqlite:x.db", "sqlite:x.db"),
        ] {
            assert_eq!(redacted(url), shown);
        }
    }
}
