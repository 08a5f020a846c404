//! Following what other nodes write (storage §6).

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, timeout, timeout_at};

use super::epochs::Epochs;
use super::freshness::Freshness;
use super::{POLL_INTERVAL, STALENESS_BOUND};
use crate::store::sql::{LOST_WRITES, LogTail, LogUpdate, SqlStore};

/// The least time between two notifications: writes in between share one.
const NOTIFY_INTERVAL: Duration = Duration::from_millis(5);

/// The time before a broken listening connection is tried again.
const LISTEN_AGAIN: Duration = Duration::from_secs(1);

/// How a node follows what other nodes write.
///
/// ```
/// use registry_server::cache::{Following, STALENESS_BOUND};
/// let following = Following { listens: false, ..Following::default() };
/// assert_eq!(following.staleness_bound, STALENESS_BOUND);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Following {
    /// How old an answer from memory may be.
    pub staleness_bound: Duration,
    /// The time from the beginning of one read of the change log to that of the next, when nothing asks for one earlier.
    pub poll_interval: Duration,
    /// Whether other nodes wake this one when they write.
    pub listens: bool,
}

impl Default for Following {
    /// [`STALENESS_BOUND`], [`POLL_INTERVAL`], and woken by others.
    fn default() -> Self {
        Self { staleness_bound: STALENESS_BOUND, poll_interval: POLL_INTERVAL, listens: true }
    }
}

/// Reads the log once and moves on the epochs of what changed.
pub(super) async fn catch_up(tail: &mut LogTail, epochs: &Epochs, freshness: &Freshness) {
    let begun = freshness.now();
    // A connection that swallows everything must not hold up the next attempt for longer than the bound.
    match timeout(STALENESS_BOUND, tail.next()).await {
        Ok(Ok(update)) => {
            let is_news = !matches!(&update, LogUpdate::Changes(changes) if changes.is_empty());
            match update {
                LogUpdate::Changes(changes) => epochs.move_on(&changes),
                LogUpdate::Anything => epochs.forget_everything(),
                LogUpdate::LostWrites => {
                    tracing::error!("{LOST_WRITES}");
                    epochs.forget_everything();
                }
            }
            if is_news {
                freshness.learned();
            }
            freshness.completed(begun);
        }
        Ok(Err(error)) => {
            tracing::warn!(%error, "cannot read the change log; reads go to the database meanwhile");
        }
        Err(_) => tracing::warn!("the change log does not answer; reads go to the database meanwhile"),
    }
}

/// Reads the log again and again: at once when woken, else an interval after the last read began.
pub(super) async fn poll(
    mut tail: LogTail,
    epochs: Arc<Epochs>,
    freshness: Arc<Freshness>,
    wake: Arc<Notify>,
    interval: Duration,
) {
    loop {
        let begun = Instant::now();
        catch_up(&mut tail, &epochs, &freshness).await;
        let _ = timeout_at(begun + interval, wake.notified()).await;
    }
}

/// Listens for the notifications of other nodes. Without them, as behind a proxy that pools transactions, polling alone
/// keeps the bound.
pub(super) async fn listen(store: Arc<SqlStore>, wake: Arc<Notify>) {
    loop {
        if let Err(error) = store.listen(|| wake.notify_one()).await {
            tracing::debug!(%error, "not listening for other nodes");
        }
        tokio::time::sleep(LISTEN_AGAIN).await;
    }
}

/// Wakes the other nodes after writes of this one.
pub(super) async fn notify(store: Arc<SqlStore>, written: Arc<Notify>) {
    loop {
        written.notified().await;
        if let Err(error) = store.wake_others().await {
            tracing::debug!(%error, "cannot wake other nodes; they poll");
        }
        tokio::time::sleep(NOTIFY_INTERVAL).await;
    }
}
