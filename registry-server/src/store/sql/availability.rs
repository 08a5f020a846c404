//! Whether the database answers.

use std::future::Future;
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::watch;

/// Whether the database answers, as the reader of the change log finds it, who asks several times a second.
///
/// While it does not, nothing is sent by anybody else: what is under way ends, and what is asked for fails at once. So
/// neither do requests pile up, nor is a database that comes back met by all of them.
#[derive(Debug)]
pub(crate) struct Availability {
    start: Instant,
    is_away: watch::Sender<bool>,
    /// Milliseconds from the start to the last answer to anybody.
    answered: AtomicU64,
    /// The number of requests that failed because the database is away.
    refused: AtomicU64,
    /// The last failure of whoever asks whether it is there.
    reason: Mutex<String>,
    deadline: Duration,
}

impl Availability {
    /// A database that answers. One that has not done so for `deadline` is away.
    pub(crate) fn new(deadline: Duration) -> Self {
        Self {
            start: Instant::now(),
            is_away: watch::Sender::new(false),
            answered: AtomicU64::new(0),
            refused: AtomicU64::new(0),
            reason: Mutex::default(),
            deadline,
        }
    }

    /// How long the database may be silent before it counts as away.
    pub(crate) fn deadline(&self) -> Duration {
        self.deadline
    }

    /// The result of `work`, unless the database is away or goes away meanwhile.
    ///
    /// # Errors
    /// An error of kind [`io::ErrorKind::TimedOut`] in the latter case, which is not worth another attempt.
    pub(super) async fn unless_away<T>(
        &self,
        work: impl Future<Output = Result<T, sqlx::Error>>,
    ) -> Result<T, sqlx::Error> {
        let mut is_away = self.is_away.subscribe();
        let gone = is_away.wait_for(|is_away| *is_away);
        // Whether it is away comes first: work that is not begun sends nothing.
        tokio::select! {
            biased;
            _ = gone => {
                self.refused.fetch_add(1, Ordering::Relaxed);
                Err(sqlx::Error::Io(io::Error::new(io::ErrorKind::TimedOut, "it does not answer")))
            }
            result = work => result,
        }
    }

    /// The database has answered somebody.
    pub(super) fn heard(&self) {
        self.answered.store(self.now(), Ordering::Relaxed);
    }

    /// Waits until the database is away, or for ever.
    pub(crate) async fn gone(&self) {
        // The sender lives as long as this.
        let _ = self.is_away.subscribe().wait_for(|is_away| *is_away).await;
    }

    /// Waits until the database answers.
    pub(crate) async fn back(&self) {
        let _ = self.is_away.subscribe().wait_for(|is_away| !*is_away).await;
    }

    /// Whether anybody had an answer within a time.
    pub(crate) fn has_answered_within(&self, time: Duration) -> bool {
        let since = self.now().saturating_sub(self.answered.load(Ordering::Relaxed));
        Duration::from_millis(since) < time
    }

    /// Tells whether the database answers, and gives the number of what was refused since that was told last.
    pub(crate) fn set(&self, is_away: bool) -> u64 {
        self.is_away.send_replace(is_away);
        if !is_away {
            self.reason.lock().unwrap_or_else(PoisonError::into_inner).clear();
        }
        self.refused.swap(0, Ordering::Relaxed)
    }

    /// Why the database could not be asked last.
    pub(crate) fn reason(&self) -> String {
        let reason = self.reason.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if reason.is_empty() { "it is silent".to_owned() } else { reason }
    }

    /// The database could not be asked for this reason.
    pub(super) fn failed(&self, error: &dyn std::error::Error) {
        *self.reason.lock().unwrap_or_else(PoisonError::into_inner) = error.to_string();
    }

    /// How much was refused since the database went away.
    pub(crate) fn refused(&self) -> u64 {
        self.refused.load(Ordering::Relaxed)
    }

    fn now(&self) -> u64 {
        u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use std::future::pending;
    use std::sync::Arc;
    use std::sync::atomic::AtomicBool;

    use super::*;

    fn availability() -> Arc<Availability> {
        Arc::new(Availability::new(Duration::from_secs(2)))
    }

    #[tokio::test]
    async fn what_is_under_way_ends_when_the_database_goes() {
        let availability = availability();
        let waiting = tokio::spawn({
            let availability = availability.clone();
            async move { availability.unless_away(pending::<Result<(), _>>()).await }
        });
        tokio::task::yield_now().await;
        assert!(!waiting.is_finished());
        availability.set(true);
        let error = waiting.await.unwrap().unwrap_err();
        assert!(!super::super::connections::is_worth_another(&error), "{error}");
        assert_eq!(availability.refused(), 1);
    }

    #[tokio::test]
    async fn nothing_is_begun_while_the_database_is_away() {
        let availability = availability();
        let is_begun = AtomicBool::new(false);
        let work = || async {
            is_begun.store(true, Ordering::Relaxed);
            Ok(())
        };
        availability.set(true);
        assert!(availability.unless_away(work()).await.is_err());
        assert!(!is_begun.load(Ordering::Relaxed));
        assert_eq!(availability.set(false), 1, "it is told how much was refused");
        assert!(availability.unless_away(work()).await.is_ok());
        assert!(is_begun.load(Ordering::Relaxed));
    }

    #[tokio::test]
    async fn an_answer_to_anybody_is_a_sign_of_life() {
        let availability = availability();
        tokio::time::sleep(Duration::from_millis(20)).await;
        assert!(!availability.has_answered_within(Duration::from_millis(10)));
        availability.heard();
        assert!(availability.has_answered_within(Duration::from_secs(3600)));
    }
}
