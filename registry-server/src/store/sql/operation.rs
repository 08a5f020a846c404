//! How a write runs: begin, lock, decide, commit; again if the database broke it off for the sake of another.

use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;

use super::database::{Database, Writer};
use super::error::{is_lost_writes, is_retryable};
use super::known_log::KnownLog;
use super::locks::LockSet;
use super::sqlite::{Purpose, is_of_others};
use crate::store::{StoreError, WriteObserver};

/// How often a write is tried that meets deadlocks or serialization failures.
pub(super) const ATTEMPTS: u32 = 8;

pub(crate) type Observer = Arc<dyn WriteObserver>;

/// How a write ends.
pub(super) enum Verdict<T> {
    /// Keep what was written.
    Commit(T),
    /// Leave everything as it was.
    Abandon(T),
}

/// One atomic write.
#[async_trait]
pub(super) trait Operation: Sync {
    /// The answer that it gives.
    type Outcome: Send;

    /// The locks that it takes before it looks at anything.
    fn locks(&self) -> LockSet;

    /// When it was asked for, if it has waited since: as long it has waited for a lock of another process already.
    fn asked(&self) -> Option<Instant> {
        None
    }

    /// Decides and writes. Each statement sees what was committed when it began.
    async fn run(&self, tx: &mut Writer) -> Result<Verdict<Self::Outcome>, StoreError>;
}

/// Runs an operation in a transaction of its own.
pub(super) async fn perform<O: Operation>(
    database: &Database,
    observer: &Observer,
    operation: &O,
) -> Result<O::Outcome, StoreError> {
    let mut purpose = Purpose::Shared;
    for attempt in 1..=ATTEMPTS {
        match perform_once(database, observer, operation, purpose).await {
            Err(error) if is_of_others(&error) => purpose = Purpose::Alone,
            Err(error) if is_retryable(&error) => back_off(attempt).await,
            other => return other.map_err(|error| noticed(&database.known, observer, error)),
        }
    }
    Err(StoreError::Contention { attempts: ATTEMPTS })
}

async fn perform_once<O: Operation>(
    database: &Database,
    observer: &Observer,
    operation: &O,
    purpose: Purpose,
) -> Result<O::Outcome, StoreError> {
    let mut tx = database.begin(purpose, operation.asked()).await?;
    let verdict = match tx.lock(&operation.locks()).await {
        Ok(()) => operation.run(&mut tx).await,
        Err(error) => Err(error),
    };
    match verdict {
        Ok(Verdict::Commit(outcome)) => {
            tx.commit(observer).await?;
            Ok(outcome)
        }
        Ok(Verdict::Abandon(outcome)) => {
            tx.roll_back().await?;
            observer.refused(&operation.locks().decision_basis());
            Ok(outcome)
        }
        Err(error) => {
            // The error counts, not what becomes of the transaction: a connection that broke takes it along.
            let _ = tx.roll_back().await;
            Err(error)
        }
    }
}

/// Tells everyone here if an error says that the database has lost writes: nothing that is remembered counts any more.
pub(super) fn noticed(known: &KnownLog, observer: &Observer, error: StoreError) -> StoreError {
    if !is_lost_writes(&error) {
        return error;
    }
    let (lost, is_first) = known.lose();
    if is_first {
        tracing::error!("{lost}");
        observer.lost_writes();
    }
    lost.into()
}

/// Waits longer after each attempt, and not as long as the others do.
pub(super) async fn back_off(attempt: u32) {
    let [jitter, ..] = *uuid::Uuid::new_v4().as_bytes();
    let millis = (1_u64 << attempt.min(6)) + u64::from(jitter % 8);
    tokio::time::sleep(Duration::from_millis(millis)).await;
}
