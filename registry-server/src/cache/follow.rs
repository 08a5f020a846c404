//! Following what other nodes write.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tokio::sync::Notify;
use tokio::time::timeout;

use super::epochs::Epochs;
use super::{POLL_INTERVAL, STALENESS_BOUND};
use crate::store::StoreError;
use crate::store::sql::{LogTail, News, SqlStore};

/// The least time between two notifications: writes in between share one.
const NOTIFY_INTERVAL: Duration = Duration::from_millis(5);

/// The time before a broken listening connection is tried again.
const LISTEN_AGAIN: Duration = Duration::from_secs(1);

/// What an operator has to know when acknowledged writes are gone.
const WENT_BACK: &str = "the database lost writes that were acknowledged: it was restored, or a standby without them took \
    over; no schemas are registered here until this node is started again, which confirms that this is the right database";

/// Until when the change log is known. A clock that counts from the start of the node.
#[derive(Debug)]
pub(super) struct Freshness {
    start: Instant,
    /// Milliseconds from the start to the beginning of the last complete read; 0 before the first.
    known_until: AtomicU64,
    /// Whether something that was in the log is in it no more.
    went_back: AtomicBool,
}

impl Freshness {
    pub(super) fn new() -> Self {
        Self { start: Instant::now(), known_until: AtomicU64::new(0), went_back: AtomicBool::new(false) }
    }

    /// Whether all changes older than the bound are known.
    pub(super) fn is_within(&self, bound: Duration) -> bool {
        let known_until = self.known_until.load(Ordering::SeqCst);
        known_until > 0 && self.start.elapsed() <= Duration::from_millis(known_until) + bound
    }

    /// Refuses to hand out ids when acknowledged writes were lost: their ids would be given out a second time.
    pub(super) fn check_forward(&self) -> Result<(), StoreError> {
        if self.went_back.load(Ordering::SeqCst) {
            return Err(StoreError::Unavailable(WENT_BACK.into()));
        }
        Ok(())
    }

    fn begin(&self) -> u64 {
        // Rounded down, so that a read never counts as younger than it is; at least 1, since 0 stands for none.
        u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX).max(1)
    }

    fn complete(&self, begun: u64) {
        self.known_until.fetch_max(begun, Ordering::SeqCst);
    }
}

/// Reads the log once and moves on the epochs of what changed.
pub(super) async fn catch_up(tail: &mut LogTail, epochs: &Epochs, freshness: &Freshness) {
    let begun = freshness.begin();
    // A connection that swallows everything must not hold up the next attempt for longer than the bound.
    match timeout(STALENESS_BOUND, tail.next()).await {
        Ok(Ok(news)) => {
            match news {
                News::Changes(changes) => changes.iter().for_each(|change| epochs.changed(change)),
                News::Everything => epochs.forget_everything(),
                News::WentBack => {
                    tracing::error!("{WENT_BACK}");
                    epochs.forget_everything();
                    freshness.went_back.store(true, Ordering::SeqCst);
                }
            }
            freshness.complete(begun);
        }
        Ok(Err(error)) => {
            tracing::warn!(%error, "cannot read the change log; reads go to the database meanwhile");
        }
        Err(_) => tracing::warn!("the change log does not answer; reads go to the database meanwhile"),
    }
}

/// Reads the log again and again: at once when woken, else at the poll interval.
pub(super) async fn poll(
    mut tail: LogTail,
    epochs: Arc<Epochs>,
    freshness: Arc<Freshness>,
    wake: Arc<Notify>,
) {
    loop {
        catch_up(&mut tail, &epochs, &freshness).await;
        let _ = timeout(POLL_INTERVAL, wake.notified()).await;
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
