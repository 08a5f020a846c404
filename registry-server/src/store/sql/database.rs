//! One face for both databases: connections and transactions that take the same statements.

use std::sync::Arc;
use std::time::Instant;

use sqlx::{AssertSqlSafe, Connection as _, SqliteConnection, SqlitePool};

use super::connections::{Connections, Lease, is_worth_another};
use super::known_log::{KnownLog, KnownRows, LogRow, LostWrites};
use super::locks::LockSet;
use super::operation::Observer;
use super::own_rows::OwnRows;
use super::param::{Param, Row};
use super::sqlite::{Purpose, Turn, WriterQueue};
use super::statements::{StatementKind, Statements};
use crate::observe::meters::{self, METERS};
use crate::store::{KeptRegistration, StoreError, Touched};

/// How often a connection that turns out to be dead is replaced by another before the database counts as unavailable.
pub(super) const RECONNECTS: u32 = 4;

/// Binds parameters to a query of either database.
macro_rules! bound {
    ($sql:expr, $params:expr) => {{
        // Statements are texts of this crate; what comes from outside is always a parameter.
        let mut query = sqlx::query(AssertSqlSafe($sql));
        for param in $params {
            query = match param {
                Param::Int(value) => query.bind(*value),
                Param::Text(value) => query.bind(value.as_deref()),
                Param::Bytes(value) => query.bind(value.as_slice()),
            };
        }
        query
    }};
}

/// An open database, and what was sent to it.
#[derive(Debug)]
pub(super) struct Database {
    pub(super) backend: Backend,
    pub(super) statements: Arc<Statements>,
    /// The rows of the change log that must be there.
    pub(super) known: Arc<KnownLog>,
    /// The rows of the change log that this node has told already.
    pub(super) own_rows: Arc<OwnRows>,
}

/// Which database it is.
#[derive(Debug)]
pub(super) enum Backend {
    /// Any number of nodes share it.
    Postgres {
        /// All connections.
        pool: Connections,
        /// The schema that the tables are in; it keeps registries in one database from taking each other's locks.
        schema: Arc<str>,
    },
    /// This process alone uses it.
    Sqlite {
        /// The one connection that writes.
        writer: WriterQueue,
        /// Connections that only read. A database in memory has none, and reads wait for the one that writes.
        readers: Option<SqlitePool>,
    },
}

/// A transaction. Dropped without [`commit`](Self::commit) it leaves nothing behind, on Postgres at the price of a connection.
pub(super) struct Writer {
    inner: Inner,
    statements: Arc<Statements>,
    /// The changes whose rows the transaction has written to the change log so far.
    touched: Vec<Touched>,
    /// The versions that were registered, if that is all that it does.
    registered: Vec<KeptRegistration>,
    /// The last of these rows.
    last_row: Option<LogRow>,
    known: Arc<KnownLog>,
    /// The rows of the change log that have to be there.
    expected: KnownRows,
}

enum Inner {
    Postgres { lease: Lease, schema: String },
    Sqlite(Turn),
}

impl From<Backend> for Database {
    fn from(backend: Backend) -> Self {
        Self { backend, statements: Arc::default(), known: Arc::default(), own_rows: Arc::default() }
    }
}

impl Database {
    /// Runs one read statement.
    pub(super) async fn fetch(&self, sql: &str, params: &[Param]) -> Result<Vec<Row>, StoreError> {
        // No row holds a NUL character, so none can match; Postgres would refuse the question instead.
        if params.iter().any(Param::has_nul) {
            return Ok(Vec::new());
        }
        #[cfg(test)]
        self.statements.note(sql, params);
        let mut attempt = 0;
        loop {
            attempt += 1;
            let result = match &self.backend {
                Backend::Postgres { pool, .. } => match pool.lease().await {
                    Ok(mut lease) => {
                        self.statements.count(StatementKind::Read);
                        let result = lease.fetch_alone(bound!(sql, params)).await;
                        lease.settle();
                        result.map(|rows| rows.into_iter().map(Row::Postgres).collect())
                    }
                    Err(error) => Err(error),
                },
                Backend::Sqlite { readers: Some(readers), .. } => match readers.acquire().await {
                    Ok(mut connection) => {
                        self.statements.count(StatementKind::Read);
                        Handle::Sqlite(&mut connection).fetch(sql, params).await
                    }
                    Err(error) => Err(error),
                },
                Backend::Sqlite { writer, readers: None } => {
                    let mut turn = writer.turn(Purpose::Bare).await?;
                    self.statements.count(StatementKind::Read);
                    Handle::Sqlite(turn.connection()).fetch(sql, params).await
                }
            };
            match result {
                Err(error) if is_worth_another(&error) && attempt <= RECONNECTS => {
                    METERS.statements_again.inc();
                }
                other => return Ok(other?),
            }
        }
    }

    /// Begins a write. On SQLite this waits for the connection that writes and takes the database's write lock, or takes part
    /// in the transaction that is open, as `purpose` says; not as long if that was `asked` for earlier.
    pub(super) async fn begin(&self, purpose: Purpose, asked: Option<Instant>) -> Result<Writer, StoreError> {
        self.known.expected()?;
        let mut attempt = 0;
        loop {
            attempt += 1;
            let result = match &self.backend {
                Backend::Postgres { pool, schema } => match pool.lease().await {
                    Ok(lease) => {
                        self.statements.count(StatementKind::Begin);
                        begun(lease, schema).await
                    }
                    Err(error) => Err(error),
                },
                Backend::Sqlite { writer, .. } => {
                    self.statements.count(StatementKind::Begin);
                    Ok(Inner::Sqlite(writer.turn_asked(purpose, asked.unwrap_or_else(Instant::now)).await?))
                }
            };
            match result {
                Err(error) if is_worth_another(&error) && attempt <= RECONNECTS => {
                    METERS.statements_again.inc();
                }
                other => {
                    let inner = other?;
                    let (statements, known) = (self.statements.clone(), self.known.clone());
                    let expected = known.expected()?;
                    return Ok(Writer {
                        inner,
                        statements,
                        touched: Vec::new(),
                        registered: Vec::new(),
                        last_row: None,
                        known,
                        expected,
                    });
                }
            }
        }
    }

    /// Leaves nothing of what was deleted or overwritten in an SQLite file. Deleted cells are zeroed as they are freed, but
    /// pages that were split can keep copies, so the file is written anew. On Postgres there is nothing to do from here.
    pub(super) async fn scrub(&self) -> Result<(), StoreError> {
        if let Backend::Sqlite { writer, .. } = &self.backend {
            // Held so that nobody writes meanwhile. The file is copied for it, which is too much for the memory.
            let mut turn = writer.turn(Purpose::Bare).await?;
            let mut apart = writer.connection_apart().await?;
            // The second one moves what is in the write-ahead log into the file, and empties the log.
            for sql in ["VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"] {
                self.statements.count(StatementKind::InTransaction);
                let Some(apart) = &mut apart else {
                    let result = sqlx::query(sql).execute(turn.connection()).await;
                    result.inspect_err(|error| turn.note(error))?;
                    continue;
                };
                sqlx::query(sql).execute(apart).await?;
            }
            if let Some(apart) = apart {
                apart.close().await?;
            }
        }
        Ok(())
    }

    /// Waits for what is under way and closes all connections. The last one takes an SQLite file's write-ahead log in.
    pub(super) async fn close(&self) {
        match &self.backend {
            Backend::Postgres { pool, .. } => pool.close().await,
            Backend::Sqlite { writer, .. } => writer.close().await,
        }
    }
}

/// Begins a transaction in which each statement sees what was committed when it began.
async fn begun(mut lease: Lease, schema: &str) -> Result<Inner, sqlx::Error> {
    match lease.command("BEGIN ISOLATION LEVEL READ COMMITTED").await {
        Ok(()) => Ok(Inner::Postgres { lease, schema: schema.to_owned() }),
        Err(error) => {
            lease.settle();
            Err(error)
        }
    }
}

impl Writer {
    /// Takes locks until the end of the transaction, and looks for what has to be there. SQLite has one writer, so there is
    /// nothing left to lock.
    pub(super) async fn lock(&mut self, locks: &LockSet) -> Result<(), StoreError> {
        if let Inner::Postgres { lease, schema } = &mut self.inner {
            let (keys, exclusive) = locks.in_order(schema);
            let query = sqlx::query("SELECT begin_write($1, $2, $3, $4)").bind(keys).bind(exclusive);
            let query = query.bind(&self.expected.seqs).bind(&self.expected.marks);
            self.statements.count(StatementKind::InTransaction);
            lease.execute(query).await?;
        }
        Ok(())
    }

    /// Runs a statement that gives rows.
    pub(super) async fn fetch(&mut self, sql: &str, params: &[Param]) -> Result<Vec<Row>, StoreError> {
        storable(params)?;
        #[cfg(test)]
        self.statements.note(sql, params);
        let result = self.handle().fetch(sql, params).await;
        self.noted(result)
    }

    /// Runs a statement that gives at most one row that matters.
    pub(super) async fn fetch_first(
        &mut self,
        sql: &str,
        params: &[Param],
    ) -> Result<Option<Row>, StoreError> {
        Ok(self.fetch(sql, params).await?.into_iter().next())
    }

    /// Runs a statement and gives the number of rows that it touched.
    pub(super) async fn execute(&mut self, sql: &str, params: &[Param]) -> Result<u64, StoreError> {
        storable(params)?;
        #[cfg(test)]
        self.statements.note(sql, params);
        let result = self.handle().execute(sql, params).await;
        self.noted(result)
    }

    /// Remembers an error after which SQLite may have rolled back by itself.
    fn noted<T>(&mut self, result: Result<T, sqlx::Error>) -> Result<T, StoreError> {
        if let (Inner::Sqlite(turn), Err(error)) = (&mut self.inner, &result) {
            turn.note(error);
        }
        Ok(result?)
    }

    /// Runs a query and keeps its rows from being changed by others until the end of the transaction. `sql` must be a
    /// SELECT without a locking clause.
    pub(super) async fn fetch_locked(
        &mut self,
        sql: &str,
        strength: RowLock,
        params: &[Param],
    ) -> Result<Vec<Row>, StoreError> {
        match self.inner {
            Inner::Postgres { .. } => {
                let clause = match strength {
                    RowLock::Keep => " FOR KEY SHARE OF c",
                    RowLock::Change => " FOR UPDATE OF c",
                };
                self.fetch(&format!("{sql}{clause}"), params).await
            }
            Inner::Sqlite(_) => self.fetch(sql, params).await,
        }
    }

    /// Appends to the change log by an INSERT, and gives the positions of the rows, in no order.
    pub(super) async fn append(&mut self, insert: &str, params: &[Param]) -> Result<Vec<i64>, StoreError> {
        let mut positions = Vec::new();
        let columns = match self.inner {
            Inner::Postgres { .. } => "seq, COALESCE(mark, ts)",
            Inner::Sqlite(_) => "seq, ts",
        };
        for row in self.fetch(&format!("{insert} RETURNING {columns}"), params).await? {
            positions.push(self.appended(&row)?);
        }
        Ok(positions)
    }

    /// Runs a statement of SQLite that appends to the change log at most so many rows, all of them for registrations of versions
    /// that come next. Gives the rows: position, mark, context, subject and id. It is one text with what asks for
    /// them.
    pub(super) async fn append_registrations(
        &mut self,
        insert: &str,
        params: &[Param],
        most: usize,
    ) -> Result<Vec<Row>, StoreError> {
        storable(params)?;
        let before = "SELECT COALESCE(MAX(seq), 0) FROM change_log";
        let appended = format!(
            "SELECT seq, ts, context, subject, id FROM change_log \
             WHERE seq > (SELECT MAX(seq) FROM change_log) - {most}"
        );
        #[cfg(test)]
        for sql in [before, insert, &appended] {
            self.statements.note(sql, params);
        }
        let result = self.handle().fetch(&format!("{before}; {insert}; {appended}"), params).await;
        let mut rows = self.noted(result)?.into_iter();
        let before = rows.next().ok_or(sqlx::Error::RowNotFound)?.int(0)?;
        let mut registered = Vec::with_capacity(most);
        for row in rows {
            if row.int(0)? > before {
                self.appended(&row)?;
                registered.push(row);
            }
        }
        Ok(registered)
    }

    /// Remembers a registration, of which alone this transaction consists, with others.
    pub(super) fn register(&mut self, registration: KeptRegistration) {
        self.registered.push(registration);
    }

    /// Remembers a row that was appended to the change log, and gives its position.
    fn appended(&mut self, row: &Row) -> Result<i64, StoreError> {
        let row = LogRow { seq: row.int(0)?, mark: row.int(1)? };
        // On SQLite positions only grow, unless another file has taken the place of the one that was.
        if matches!(self.inner, Inner::Sqlite(_)) && self.expected.seqs.iter().any(|known| *known >= row.seq)
        {
            return Err(LostWrites::default().into());
        }
        self.last_row = self.last_row.filter(|last| last.seq > row.seq).or(Some(row));
        Ok(row.seq)
    }

    /// Remembers what a row of the change log is about.
    pub(super) fn touch(&mut self, touched: Touched) {
        self.touched.push(touched);
    }

    /// Makes the writes of this transaction durable and visible, and tells the observer. If the caller goes away, it is
    /// carried out and told all the same. A commit that failed is told too: it may have been carried out.
    pub(super) async fn commit(self, observer: &Observer) -> Result<(), StoreError> {
        self.statements.count(StatementKind::End);
        let (touched, observer) = (self.touched, observer.clone());
        match self.inner {
            Inner::Postgres { lease, .. } => {
                let commit = tokio::spawn(async move {
                    let committed = end(lease, "COMMIT").await;
                    observer.committed(&touched);
                    committed
                });
                commit.await.map_err(|error| StoreError::Unavailable(Box::new(error)))??;
            }
            Inner::Sqlite(turn) => turn.keep(touched, self.registered, observer).await?,
        }
        if let Some(row) = self.last_row {
            self.known.acknowledge(&self.expected, row);
        }
        Ok(())
    }

    /// Leaves everything as it was and lets go of the locks. On SQLite it then waits until what this transaction saw of
    /// others is committed: what was decided on it is not told before.
    pub(super) async fn roll_back(self) -> Result<(), StoreError> {
        self.statements.count(StatementKind::End);
        match self.inner {
            Inner::Postgres { lease, .. } => end(lease, "ROLLBACK").await?,
            Inner::Sqlite(turn) => turn.undo().await?,
        }
        Ok(())
    }

    /// The connection for one statement, which is counted.
    fn handle(&mut self) -> Handle<'_> {
        self.statements.count(StatementKind::InTransaction);
        match &mut self.inner {
            Inner::Postgres { lease, .. } => Handle::Postgres(lease),
            Inner::Sqlite(turn) => Handle::Sqlite(turn.connection()),
        }
    }
}

async fn end(mut lease: Lease, how: &'static str) -> Result<(), sqlx::Error> {
    let result = lease.command(how).await;
    lease.settle();
    result
}

/// How firmly rows named `c` are held.
#[derive(Clone, Copy, Debug)]
pub(super) enum RowLock {
    /// They must not vanish.
    Keep,
    /// They are about to change.
    Change,
}

fn storable(params: &[Param]) -> Result<(), StoreError> {
    if params.iter().any(Param::has_nul) {
        return Err(StoreError::Unstorable { what: "a name or text" });
    }
    Ok(())
}

/// Notes how long a statement takes.
async fn timed<T>(statement: impl Future<Output = T>) -> T {
    let sent = Instant::now();
    let answer = statement.await;
    meters::note(&METERS.statements, sent.elapsed());
    answer
}

/// A borrowed connection of either kind.
pub(super) enum Handle<'c> {
    Postgres(&'c mut Lease),
    Sqlite(&'c mut SqliteConnection),
}

impl Handle<'_> {
    pub(super) async fn fetch(self, sql: &str, params: &[Param]) -> Result<Vec<Row>, sqlx::Error> {
        Ok(match self {
            Self::Postgres(lease) => {
                let rows = lease.fetch(bound!(sql, params)).await?;
                rows.into_iter().map(Row::Postgres).collect()
            }
            Self::Sqlite(connection) => {
                let rows = timed(bound!(sql, params).fetch_all(connection)).await?;
                rows.into_iter().map(Row::Sqlite).collect()
            }
        })
    }

    async fn execute(self, sql: &str, params: &[Param]) -> Result<u64, sqlx::Error> {
        Ok(match self {
            Self::Postgres(lease) => lease.execute(bound!(sql, params)).await?,
            Self::Sqlite(connection) => timed(bound!(sql, params).execute(connection)).await?.rows_affected(),
        })
    }
}
