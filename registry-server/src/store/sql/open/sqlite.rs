//! Opening an SQLite database.

use std::fs::{File, TryLockError};
use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use registry_migrations::SQLITE;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};

use super::{OpenOptions, migration};
use crate::store::OpenError;
use crate::store::observer::NoObserver;
use crate::store::sql::SqlStore;
use crate::store::sql::cipher::Cipher;
use crate::store::sql::database::{Backend, Database};

/// Opens an empty database that lives as long as the store.
pub(super) async fn open_memory(options: OpenOptions) -> Result<SqlStore, OpenError> {
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

/// Opens or creates a file that belongs to this process alone.
pub(super) async fn open_file(url: &str, options: OpenOptions) -> Result<SqlStore, OpenError> {
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
