//! Opening an SQLite database.

use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use registry_migrations::SQLITE;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions as _, Connection as _};

use super::{OpenOptions, migration};
use crate::store::OpenError;
use crate::store::observer::NoObserver;
use crate::store::sql::SqlStore;
use crate::store::sql::cipher::Cipher;
use crate::store::sql::database::{Backend, Database};
use crate::store::sql::group_commit::{GroupCommit, Sqlite};
use crate::store::sql::sqlite::{FileLock, Home, WriterQueue, connect_to_write};

/// How long SQLite itself waits for a lock of another process. The writer asks again and again, and looks up in between.
const WRITER_LOCK_WAIT: Duration = Duration::from_millis(200);

/// How long a read waits for a lock of another process, which only one that has the file for itself alone makes it do.
const READER_LOCK_WAIT: Duration = Duration::from_secs(5);

/// Opens an empty database that lives as long as the store.
pub(super) async fn open_memory(options: OpenOptions) -> Result<SqlStore, OpenError> {
    let error =
        |error: sqlx::Error| OpenError::File { path: ":memory:".to_owned(), detail: error.to_string() };
    // The database is gone with its connection, and each connection would have another one.
    let mut connection = connect_to_write(&sqlite_options().in_memory(true)).await.map_err(error)?;
    SQLITE.run(&mut connection).await.map_err(|error| migration("sqlite::memory:", &error))?;
    let writer = WriterQueue::start(connection, Home::Memory, options.acquire_timeout);
    Ok(store(Backend::Sqlite { writer, readers: None }.into(), options, None))
}

/// Opens or creates a file that belongs to this process alone.
pub(super) async fn open_file(url: &str, options: OpenOptions) -> Result<SqlStore, OpenError> {
    let parsed = SqliteConnectOptions::from_str(url)
        .map_err(|error| OpenError::Url { url: url.to_owned(), detail: error.to_string() })?;
    let path = parsed.get_filename().to_owned();
    let guard = FileLock::take(&path, options.create)?;
    let file_error =
        |error: sqlx::Error| OpenError::File { path: path.display().to_string(), detail: error.to_string() };
    let file = sqlite_options().filename(&path);
    let writing = file
        .clone()
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(WRITER_LOCK_WAIT);
    // What changes the tables, and the log's mode, waits for others as long as reads do.
    let mut first = writing.clone().busy_timeout(READER_LOCK_WAIT).connect().await.map_err(file_error)?;
    SQLITE.run(&mut first).await.map_err(|error| migration(url, &error))?;
    let readers = SqlitePoolOptions::new()
        .max_connections(options.max_connections.max(1))
        // The last connection that is closed takes the write-ahead log away, which one that is opened anew would need to make
        // again: on a disk that is full that fails.
        .min_connections(1)
        .idle_timeout(None)
        .max_lifetime(None)
        .acquire_timeout(options.acquire_timeout)
        .test_before_acquire(false)
        .connect_with(file.pragma("query_only", "ON"))
        .await
        .map_err(file_error)?;
    let connection = connect_to_write(&writing).await.map_err(file_error)?;
    first.close().await.map_err(file_error)?;
    let home = Home::File { options: Box::new(writing), readers: readers.clone(), file: guard.file() };
    let writer = WriterQueue::start(connection, home, options.acquire_timeout);
    Ok(store(Backend::Sqlite { writer, readers: Some(readers) }.into(), options, Some(guard)))
}

fn store(database: Database, options: OpenOptions, guard: Option<FileLock>) -> SqlStore {
    SqlStore {
        database: Arc::new(database),
        cipher: Cipher::default(),
        clock: options.clock,
        observer: Arc::new(NoObserver),
        group_commit: Arc::new(GroupCommit::new(Sqlite::CALLS)),
        guard,
    }
}

fn sqlite_options() -> SqliteConnectOptions {
    // What is deleted is overwritten: a schema can hold a secret that leaked.
    SqliteConnectOptions::new()
        .foreign_keys(true)
        .pragma("secure_delete", "ON")
        .busy_timeout(READER_LOCK_WAIT)
}
