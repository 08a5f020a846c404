//! Commands for an operator: what happened, taking a purge back, erasing a secret, going on after a restore, importing versions.
//!
//! They work on the database directly. With SQLite the server has to be stopped for them, since one process at a time has
//! the file; with Postgres it can go on.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::json;

use crate::config::Settings;
use crate::domain::{Context, InvalidContext, SchemaId, Subject};
use crate::import::{ImportError, Imported, import};
use crate::security::authorization::{AccessError, AccessQuestion};
use crate::server::cached;
use crate::service::Registry;
use crate::store::sql::{SqlStore, check_database, shown_url};
use crate::store::{Actor, Change, Erasure, OpenError, ReadStore as _, StoreError, Unpurge, WriteStore as _};

/// How many rows of the log are read at once.
const BATCH: u32 = 500;

/// The advice for a database that is not as it should be.
const AFTER_FINDINGS: &str =
    "keep a copy of the database as it is, and go back to a backup in which nothing is found";

/// A task of an operator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Task {
    /// Bring the tables of the database up to date.
    Migrate,
    /// Print the change log, one JSON object a line, from behind a position on.
    Changes {
        /// The position.
        after: i64,
    },
    /// Bring back the version whose purge is at this position of the log.
    Restore {
        /// The position.
        change: i64,
    },
    /// Erase what an id stands for, for good.
    Erase {
        /// The context of the id.
        context: String,
        /// The id.
        id: i32,
    },
    /// Leave out the next ids of every context, and have all nodes write again, after the database lost writes.
    AfterRestore {
        /// How many ids, at least one.
        ids: i64,
    },
    /// Check what the database holds, which a server may use meanwhile.
    CheckDatabase,
    /// Tell who may do what, by the rules alone.
    Access(AccessQuestion),
    /// Import versions from lines of JSON.
    Import {
        /// The file; `-` is standard input.
        file: PathBuf,
        /// Whether texts are taken as they stand instead of being read.
        as_it_stands: bool,
    },
}

/// Why a task was not done. Each message is one line that says what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AdminError {
    /// The database cannot be used.
    #[error(transparent)]
    Open(OpenError),
    /// A server has the SQLite file.
    #[error(
        "the database file {path} is in use by a running server: stop it, run this command again, then start it"
    )]
    Running {
        /// The file.
        path: String,
    },
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The output cannot be written.
    #[error("cannot write the output: {0}")]
    Output(io::Error),
    /// The context's name is malformed.
    #[error(transparent)]
    Context(#[from] InvalidContext),
    /// The state does not allow it.
    #[error("{0}")]
    Refused(String),
    /// The file with versions cannot be opened.
    #[error("cannot open {}: {error}", .file.display())]
    File {
        /// The file.
        file: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// The rules do not tell who may do what.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// An import stopped.
    #[error(transparent)]
    Import(#[from] ImportError),
}

impl From<io::Error> for AdminError {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

/// Does a task and tells on standard output what was done.
///
/// # Errors
/// [`AdminError`] when it could not be done.
pub async fn run(task: &Task, settings: &Settings) -> Result<(), AdminError> {
    if let Task::Access(question) = task {
        io::stdout().write_all(question.answer(settings)?.as_bytes())?;
        return Ok(());
    }
    if *task == Task::CheckDatabase {
        return check(settings).await;
    }
    if *task == Task::Migrate {
        SqlStore::migrate(&settings.database_url, settings.open_options()).await.map_err(AdminError::Open)?;
        writeln!(io::stdout(), "the tables of {} are up to date", shown_url(&settings.database_url))?;
        return Ok(());
    }
    // A mistyped path must not look like an empty registry, but an import may begin one.
    let create = matches!(task, Task::Import { .. });
    let options = settings.open_options().with_create(create);
    let store = SqlStore::open(&settings.database_url, options).await.map_err(|error| match error {
        OpenError::InUse { path } => AdminError::Running { path },
        other => AdminError::Open(other),
    })?;
    let actor = Actor(Some("operator".to_owned()));
    if let Task::Import { file, as_it_stands } = task {
        return import_file(store, settings, file, *as_it_stands, &actor).await;
    }
    let done = match task {
        Task::Changes { after } => print_changes(&store, *after).await,
        Task::Migrate => Ok(()),
        Task::Restore { change } => restore(&store, *change, &actor).await,
        Task::Erase { context, id } => erase(&store, &settings.database_url, context, *id, &actor).await,
        Task::AfterRestore { ids } => after_restore(&store, *ids, &actor).await,
        Task::Import { .. } | Task::CheckDatabase | Task::Access(_) => Ok(()),
    };
    store.close().await;
    match done {
        // Whoever reads the list has seen enough.
        Err(AdminError::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        done => done,
    }
}

async fn import_file(
    store: SqlStore,
    settings: &Settings,
    file: &Path,
    as_it_stands: bool,
    actor: &Actor,
) -> Result<(), AdminError> {
    let lines: Box<dyn BufRead> = if file == Path::new("-") {
        Box::new(io::stdin().lock())
    } else {
        let opened = File::open(file).map_err(|error| AdminError::File { file: file.to_owned(), error })?;
        Box::new(BufReader::new(opened))
    };
    let store = cached(store);
    let registry = Registry::new(store.clone(), Arc::new(settings.clone()));
    let done = import(&registry, lines, as_it_stands, actor).await;
    store.close().await;
    let Imported { written, known } = done?;
    Ok(writeln!(io::stdout(), "imported {written} versions; {known} were there already")?)
}

/// Checks the database and prints each finding on a line.
async fn check(settings: &Settings) -> Result<(), AdminError> {
    let options = settings.open_options().with_create(false);
    let report = check_database(&settings.database_url, options).await.map_err(AdminError::Open)?;
    let mut out = io::stdout().lock();
    for finding in &report.findings {
        writeln!(out, "{finding}")?;
    }
    match report.findings.len() {
        0 => {
            writeln!(
                out,
                "nothing is wrong with {} contents, {} versions and {} changes",
                report.contents, report.versions, report.changes
            )?;
            Ok(())
        }
        1 => Err(AdminError::Refused(format!("1 finding; {AFTER_FINDINGS}"))),
        count => Err(AdminError::Refused(format!("{count} findings; {AFTER_FINDINGS}"))),
    }
}

async fn print_changes(store: &SqlStore, mut after: i64) -> Result<(), AdminError> {
    let mut out = io::stdout().lock();
    loop {
        let changes = store.changes(after, BATCH).await?;
        let Some(last) = changes.last() else { return Ok(out.flush()?) };
        after = last.seq;
        for change in &changes {
            writeln!(out, "{}", line(change))?;
        }
    }
}

fn line(change: &Change) -> serde_json::Value {
    json!({
        "change": change.seq,
        "ts": change.ts,
        "actor": change.actor,
        "kind": change.kind.as_str(),
        "subject": Subject::new(change.context.clone(), &change.subject).to_string(),
        "version": change.version,
        "id": change.id,
        "before": change.before,
        "after": change.after,
    })
}

async fn restore(store: &SqlStore, change: i64, actor: &Actor) -> Result<(), AdminError> {
    let refused = match store.restore_purged(change, actor).await? {
        Unpurge::Restored(subject, version) => {
            let state = if store.subject(&subject).await?.version(version).is_some_and(|found| found.deleted)
            {
                format!(
                    "soft-deleted, as it was before the purge; POST /subjects/{subject}/versions/{version}/restore \
                         takes that back too"
                )
            } else {
                "not deleted, as it was".to_owned()
            };
            writeln!(io::stdout(), "restored version {version} of subject '{subject}': {state}")?;
            return Ok(());
        }
        Unpurge::NoSuchPurge => {
            format!("change {change} is not the purge of a version; `registry-server changes` lists all")
        }
        Unpurge::Erased => format!("what was purged in change {change} has been erased for good"),
        Unpurge::IdTaken(id) => format!(
            "id {id} stands for other content by now, which an import gave it; what was purged in change {change} can only be \
             registered again, under another id"
        ),
        Unpurge::Occupied(subject, version) => {
            format!(
                "subject '{subject}' has a version {version} by now; if that one is not wanted, delete it permanently and run \
                 this command again"
            )
        }
        Unpurge::TargetGone(subject, version) => {
            format!(
                "it refers to version {version} of subject '{subject}', which is gone or deleted: restore that first"
            )
        }
        Unpurge::ReadOnly(subject) => {
            format!(
                "the mode of subject '{subject}' is read-only: set it to READWRITE (PUT /mode/{subject}), then run this \
                 command again"
            )
        }
    };
    Err(AdminError::Refused(refused))
}

async fn after_restore(store: &SqlStore, ids: i64, actor: &Actor) -> Result<(), AdminError> {
    store.skip_ids(ids, actor).await?;
    Ok(writeln!(
        io::stdout(),
        "the next {ids} ids of each context are left out, and nodes that had noticed the loss write again"
    )?)
}

/// Copies of erased data that no command reaches.
fn beyond(database: &str) -> &'static str {
    if database.starts_with("sqlite:") {
        "backups of the file may still hold it"
    } else {
        "Postgres keeps old row versions until VACUUM has run, and its write-ahead log, replicas and backups may still hold it"
    }
}

async fn erase(
    store: &SqlStore,
    database: &str,
    context: &str,
    id: i32,
    actor: &Actor,
) -> Result<(), AdminError> {
    let context = Context::parse(context)?;
    let key = SchemaId::new(id.into())
        .ok_or_else(|| AdminError::Refused(format!("{id} is not a schema id: it must not be negative")))?;
    match store.erase(&context, key, actor).await? {
        Erasure::Erased { elsewhere } => {
            let mut out = io::stdout();
            writeln!(
                out,
                "erased the content of id {id} in context '{context}'; the id is never used again"
            )?;
            for (context, id) in elsewhere {
                writeln!(
                    out,
                    "the same content is kept under id {id} in context '{context}': erase that as well"
                )?;
            }
            writeln!(out, "{}", beyond(database))?;
            Ok(())
        }
        Erasure::Held => Err(AdminError::Refused(format!(
            "id {id} in context '{context}' is still held by a version: delete it permanently first \
             (GET /schemas/ids/{id}/versions?deleted=true names it)"
        ))),
        Erasure::NoSuchId => {
            Err(AdminError::Refused(format!("id {id} was never given out in context '{context}'")))
        }
    }
}
