//! How old what is remembered may be.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tokio::sync::{Notify, watch};
use tokio::time::timeout;

use super::STALENESS_BOUND;

/// Until when the change log is known. A clock that counts from the start of the node.
#[derive(Debug)]
pub(super) struct Freshness {
    start: Instant,
    bound: Duration,
    /// Nanoseconds from the start to the beginning of the last complete read of the log; 0 before the first.
    known_until: AtomicU64,
    /// Tells those who wait for it.
    progress: watch::Sender<u64>,
    /// Has the log read at once; `None` if nobody does that.
    reader: Option<Arc<Notify>>,
}

impl Freshness {
    /// Nothing is known yet. `reader` wakes the task that reads the log.
    pub(super) fn new(bound: Duration, reader: Option<Arc<Notify>>) -> Self {
        Self {
            start: Instant::now(),
            bound,
            known_until: AtomicU64::new(0),
            progress: watch::Sender::new(0),
            reader,
        }
    }

    /// Whether all changes older than the bound are known.
    pub(super) fn is_within_bound(&self) -> bool {
        let known_until = self.known_until.load(Ordering::SeqCst);
        known_until > 0 && self.start.elapsed() <= Duration::from_nanos(known_until) + self.bound
    }

    /// Waits until everything is known that was acknowledged before this call: for one read of the log, which all who wait
    /// share. `false` if the log cannot be read in time, or nobody reads it.
    pub(super) async fn confirm(&self) -> bool {
        let Some(reader) = &self.reader else { return false };
        let now = self.now();
        let mut progress = self.progress.subscribe();
        reader.notify_one();
        // The current read began earlier; the next one is asked for and begins later.
        let known = progress.wait_for(|known_until| *known_until > now);
        timeout(STALENESS_BOUND, known).await.is_ok_and(|known| known.is_ok())
    }

    /// The time at which a read of the log begins.
    pub(super) fn now(&self) -> u64 {
        // Rounded down, so that a read never counts as younger than it is; at least 1, since 0 stands for none.
        u64::try_from(self.start.elapsed().as_nanos()).unwrap_or(u64::MAX).max(1)
    }

    /// A read of the log that began at this time was complete.
    pub(super) fn completed(&self, begun: u64) {
        self.known_until.fetch_max(begun, Ordering::SeqCst);
        self.progress.send_if_modified(|known_until| {
            let is_later = begun > *known_until;
            *known_until = begun.max(*known_until);
            is_later
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_read_that_had_begun_confirms_nothing() {
        let wake = Arc::new(Notify::new());
        let freshness = Arc::new(Freshness::new(STALENESS_BOUND, Some(wake.clone())));
        let begun_before = freshness.now();
        let waiting = tokio::spawn({
            let freshness = freshness.clone();
            async move { freshness.confirm().await }
        });
        wake.notified().await;
        freshness.completed(begun_before);
        tokio::task::yield_now().await;
        assert!(!waiting.is_finished());
        // Time passes before the next read begins.
        while freshness.now() <= begun_before + 1 {
            std::hint::spin_loop();
        }
        freshness.completed(freshness.now() + 1);
        assert!(waiting.await.unwrap());
    }

    #[tokio::test]
    async fn without_a_reader_nothing_is_confirmed() {
        assert!(!Freshness::new(STALENESS_BOUND, None).confirm().await);
    }
}
