//! Commands for an operator: what happened, taking a purge back, erasing a secret.
//!
//! They work on the database directly. With SQLite the server has to be stopped for them, since one process at a time has
//! the file; with Postgres it can go on.

use std::io::{self, Write};

use serde_json::json;

use crate::config::Settings;
use crate::domain::{Context, InvalidContext, SchemaId, Subject};
use crate::store::{self, Actor, Change, Erasure, OpenError, StoreError, Unpurge, system_clock};

/// How many rows of the log are read at once.
const BATCH: u32 = 500;

/// What an operator asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Task {
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
}

/// Why a task was not done. Each message is one line that says what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AdminError {
    /// The database cannot be used.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The output cannot be written.
    #[error("cannot write the output: {0}")]
    Output(#[from] io::Error),
    /// The context's name is malformed.
    #[error(transparent)]
    Context(#[from] InvalidContext),
    /// The state does not allow it.
    #[error("{0}")]
    Refused(String),
}

/// Does a task and tells on standard output what was done.
///
/// # Errors
/// [`AdminError`] when it could not be done.
pub async fn run(task: &Task, settings: &Settings) -> Result<(), AdminError> {
    let store = store::open(&settings.database_url, system_clock()).await?;
    let actor = Actor(Some("operator".to_owned()));
    let done = match task {
        Task::Changes { after } => print_changes(&*store, *after).await,
        Task::Restore { change } => restore(&*store, *change, &actor).await,
        Task::Erase { context, id } => erase(&*store, context, *id, &actor).await,
    };
    store.close().await;
    done
}

async fn print_changes(store: &dyn store::Store, mut after: i64) -> Result<(), AdminError> {
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

async fn restore(store: &dyn store::Store, change: i64, actor: &Actor) -> Result<(), AdminError> {
    let refused = match store.restore_purged(change, actor).await? {
        Unpurge::Restored(subject, version) => {
            println!("restored version {version} of subject '{subject}'");
            return Ok(());
        }
        Unpurge::NoSuchPurge => {
            format!("change {change} is not the purge of a version; `registry-server changes` lists all")
        }
        Unpurge::Erased => format!("what was purged in change {change} has been erased for good"),
        Unpurge::Occupied(subject, version) => {
            format!("subject '{subject}' has another version {version} by now")
        }
        Unpurge::TargetGone(subject, version) => {
            format!(
                "it refers to version {version} of subject '{subject}', which is gone: restore that first"
            )
        }
    };
    Err(AdminError::Refused(refused))
}

async fn erase(store: &dyn store::Store, context: &str, id: i32, actor: &Actor) -> Result<(), AdminError> {
    let context = Context::parse(context)?;
    let key = SchemaId::new(id.into())
        .ok_or_else(|| AdminError::Refused(format!("{id} is not a schema id: it must not be negative")))?;
    match store.erase(&context, key, actor).await? {
        Erasure::Erased => {
            println!("erased the content of id {id} in context '{context}'; the id is never used again");
            Ok(())
        }
        Erasure::Held => Err(AdminError::Refused(format!(
            "id {id} in context '{context}' is still held by a version: delete it permanently first"
        ))),
        Erasure::NoSuchId => {
            Err(AdminError::Refused(format!("id {id} was never given out in context '{context}'")))
        }
    }
}
