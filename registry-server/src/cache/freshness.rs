//! How old what is remembered may be.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tokio::sync::{Notify, watch};
use tokio::time::timeout;

use crate::store::{Known, StoreError};

/// Until when the change log is known. A clock that counts from the start of the node.
#[derive(Debug)]
pub(super) struct Freshness {
    start: Instant,
    bound: Duration,
    /// How long a read of the log is waited for.
    patience: Duration,
    /// Nanoseconds from the start to the beginning of the last complete read of the log; 0 before the first.
    known_until: AtomicU64,
    /// How many reads of the log told of writes.
    lessons: AtomicU64,
    /// Tells those who wait for it.
    progress: watch::Sender<u64>,
    /// Has the log read at once; `None` if nobody does that.
    reader: Option<Arc<Notify>>,
}

impl Freshness {
    /// Nothing is known yet. `reader` wakes the task that reads the log.
    pub(super) fn new(bound: Duration, patience: Duration, reader: Option<Arc<Notify>>) -> Self {
        Self {
            start: Instant::now(),
            bound,
            patience,
            known_until: AtomicU64::new(0),
            lessons: AtomicU64::new(0),
            progress: watch::Sender::new(0),
            reader,
        }
    }

    /// Whether all changes older than the bound are known.
    pub(super) fn is_within_bound(&self) -> bool {
        let known_until = self.known_until.load(Ordering::SeqCst);
        known_until > 0 && self.start.elapsed() <= Duration::from_nanos(known_until) + self.bound
    }

    /// Has nothing be within the bound, as when the log was not read for longer.
    #[cfg(test)]
    pub(super) fn expire(&self) {
        self.known_until.store(0, Ordering::SeqCst);
    }

    /// How long ago the log was read of which all is known: since the start, where it was not read yet.
    pub(super) fn age(&self) -> Duration {
        self.start.elapsed().saturating_sub(Duration::from_nanos(self.known_until.load(Ordering::SeqCst)))
    }

    /// The knowledge of now.
    pub(super) fn known(&self) -> Known {
        Known { lessons: self.lessons.load(Ordering::SeqCst), at: self.now() }
    }

    /// Waits until everything is known that was acknowledged before `known`: for at most one read of the log, which all who
    /// wait share. Tells whether writes came to be known since.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if the log cannot be read in time, or nobody reads it.
    pub(super) async fn catch_up(&self, known: Known) -> Result<bool, StoreError> {
        let mut progress = self.progress.subscribe();
        let is_later = |known_until: &u64| *known_until > known.at;
        if !is_later(&progress.borrow()) {
            let unread = || StoreError::Unavailable("the change log was not read in time".into());
            // The current read may have begun earlier; the next one is asked for and begins later.
            self.reader.as_ref().ok_or_else(unread)?.notify_one();
            let read = timeout(self.patience, progress.wait_for(is_later)).await;
            read.map_err(|_| unread())?.map_err(|_| unread())?;
        }
        Ok(self.lessons.load(Ordering::SeqCst) != known.lessons)
    }

    /// A read of the log told of writes. Called when whatever they changed is forgotten, and before the read counts.
    pub(super) fn learned(&self) {
        self.lessons.fetch_add(1, Ordering::SeqCst);
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

    const SECOND: Duration = Duration::from_secs(1);

    fn freshness() -> (Arc<Freshness>, Arc<Notify>) {
        let wake = Arc::new(Notify::new());
        (Arc::new(Freshness::new(SECOND, SECOND, Some(wake.clone()))), wake)
    }

    /// A moment later than all before it.
    fn later(freshness: &Freshness) -> u64 {
        let now = freshness.now();
        while freshness.now() <= now + 1 {
            std::hint::spin_loop();
        }
        freshness.now()
    }

    #[tokio::test]
    async fn a_read_that_had_begun_confirms_nothing() {
        let (freshness, wake) = freshness();
        let begun_before = freshness.now();
        later(&freshness);
        let known = freshness.known();
        let waiting = tokio::spawn({
            let freshness = freshness.clone();
            async move { freshness.catch_up(known).await }
        });
        wake.notified().await;
        freshness.completed(begun_before);
        tokio::task::yield_now().await;
        assert!(!waiting.is_finished());
        freshness.completed(later(&freshness));
        assert!(!waiting.await.unwrap().unwrap(), "nothing was learned");
    }

    #[tokio::test]
    async fn a_read_that_began_later_is_not_waited_for_again() {
        let (freshness, wake) = freshness();
        let known = freshness.known();
        freshness.completed(later(&freshness));
        assert!(!freshness.catch_up(known).await.unwrap());
        assert!(futures_util::FutureExt::now_or_never(wake.notified()).is_none(), "no read was asked for");
    }

    #[tokio::test]
    async fn what_was_learned_since_is_told() {
        let (freshness, _) = freshness();
        freshness.learned();
        let known = freshness.known();
        freshness.completed(later(&freshness));
        assert!(!freshness.catch_up(known).await.unwrap());
        freshness.learned();
        freshness.completed(later(&freshness));
        assert!(freshness.catch_up(known).await.unwrap());
    }

    #[tokio::test]
    async fn without_a_reader_nothing_is_confirmed() {
        let freshness = Freshness::new(SECOND, SECOND, None);
        assert!(freshness.catch_up(freshness.known()).await.is_err());
    }
}
