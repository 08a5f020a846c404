//! Following what other nodes write (storage §6).

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, timeout, timeout_at};

use super::epochs::Epochs;
use super::freshness::Freshness;
use super::{POLL_INTERVAL, STALENESS_BOUND};
use crate::store::sql::{Availability, LogTail, LogUpdate, SqlStore};

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

/// How often it is told how much an outage costs while it lasts.
const OUTAGE_REPORT: Duration = Duration::from_secs(10);

/// Follower of the change log. What it learns moves on the epochs, and that it is answered at all tells everybody whether
/// the database is there: it asks several times a second, and alone.
#[derive(Debug)]
pub(super) struct Follower {
    pub(super) store: Arc<SqlStore>,
    pub(super) epochs: Arc<Epochs>,
    pub(super) freshness: Arc<Freshness>,
    pub(super) availability: Arc<Availability>,
    pub(super) interval: Duration,
}

impl Follower {
    /// Reads the log again and again: at once when woken, else an interval after the last read began.
    pub(super) async fn follow(self, mut tail: LogTail, wake: Arc<Notify>) {
        loop {
            let begun = Instant::now();
            self.read(&mut tail).await;
            let _ = timeout_at(begun + self.interval, wake.notified()).await;
        }
    }

    /// Reads the log once, however long that takes.
    async fn read(&self, tail: &mut LogTail) {
        let begun = self.freshness.now();
        let patience = self.patience();
        let mut reading = pin!(tail.next(patience));
        let update = loop {
            match timeout(patience, &mut reading).await {
                Ok(update) => break update,
                // Only this connection is slow, or its turn did not come.
                Err(_) if self.availability.has_answered_within(patience) => {}
                Err(_) => break self.outage(&mut reading).await,
            }
        };
        match update {
            Ok(update) => apply(update, begun, &self.epochs, &self.freshness),
            Err(error) => {
                tracing::warn!(%error, "cannot read the change log; reads go to the database meanwhile");
            }
        }
    }

    /// Has everybody know that the database is away, until the log is read again.
    async fn outage<T>(&self, mut reading: impl Future<Output = T> + Unpin) -> T {
        let begun = Instant::now();
        let availability = &self.availability;
        availability.set(true);
        self.store.forget_connections();
        let reason = availability.reason();
        tracing::error!(
            reason,
            "the database is away: what ids stand for is told from memory, all else is refused until it is back"
        );
        let result = loop {
            match timeout(OUTAGE_REPORT, &mut reading).await {
                Ok(result) => break result,
                Err(_) => {
                    let (refused, reason) = (availability.refused(), availability.reason());
                    tracing::warn!(
                        seconds = begun.elapsed().as_secs(),
                        refused,
                        reason,
                        "the database is still away"
                    );
                }
            }
        };
        let refused = availability.set(false);
        let milliseconds = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        tracing::warn!(milliseconds, refused, "the database is back");
        result
    }

    /// How long a read of the log may take: whoever asks just after one was answered hears within the deadline as well.
    fn patience(&self) -> Duration {
        let deadline = self.availability.deadline();
        deadline.saturating_sub(self.interval).max(deadline / 2)
    }
}

/// Moves on the epochs of what changed.
pub(super) fn apply(update: LogUpdate, begun: u64, epochs: &Epochs, freshness: &Freshness) {
    // Own writes too: what was decided while one was under way rests on what was before it, and another node may have told of
    // it already.
    let is_news = !matches!(&update, LogUpdate::Changes { changes, own: 0 } if changes.is_empty());
    match update {
        LogUpdate::Changes { changes, .. } => epochs.move_on(&changes),
        LogUpdate::Anything => epochs.forget_everything(),
        LogUpdate::LostWrites(lost) => {
            tracing::error!("{lost}");
            epochs.forget_everything();
        }
    }
    if is_news {
        freshness.learned();
    }
    freshness.completed(begun);
}

/// Listens for the notifications of other nodes. Without them, as behind a proxy that pools transactions, polling alone
/// keeps the bound.
pub(super) async fn listen(store: Arc<SqlStore>, availability: Arc<Availability>, wake: Arc<Notify>) {
    loop {
        tokio::select! {
            result = store.listen(|| wake.notify_one()) => {
                if let Err(error) = result {
                    tracing::debug!(%error, "not listening for other nodes");
                }
            }
            // The connection may never tell that it is dead.
            () = availability.gone() => availability.back().await,
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
