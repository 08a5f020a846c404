//! Which server to ask first, and whether to ask at all.

use crate::registry::RegistryError;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// So long a server that failed is asked after those that did not.
const REST: Duration = Duration::from_secs(10);

/// How the servers did lately. Only reached when a schema is not known, so a lock will do.
#[derive(Debug)]
pub(super) struct Health {
    cool_down: Duration,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    /// The server that answered last.
    preferred: usize,
    /// Since when each of them has failed.
    failed: Vec<Option<Instant>>,
    /// Until when nobody is asked, and the server and the reason of the last failure.
    quiet: Option<(Instant, String, String)>,
}

impl Health {
    pub(super) fn new(servers: usize, cool_down: Duration) -> Self {
        let state = State { preferred: 0, failed: vec![None; servers], quiet: None };
        Self { cool_down, state: Mutex::new(state) }
    }

    /// An error while nobody is asked, since nobody answered a moment ago.
    pub(super) fn check(&self) -> Result<(), RegistryError> {
        match &self.state().quiet {
            Some((until, url, reason)) if Instant::now() < *until => Err(RegistryError::Unavailable {
                url: url.clone(),
                attempts: 0,
                reason: format!("nobody was asked, since less than {:?} ago: {reason}", self.cool_down),
            }),
            _ => Ok(()),
        }
    }

    /// The positions of the servers in the order to ask them: the one that answered last, those after it, and last those
    /// that failed a while ago.
    pub(super) fn order(&self) -> Vec<usize> {
        let state = self.state();
        let servers = state.failed.len();
        let mut order: Vec<_> = (0..servers).map(|offset| (state.preferred + offset) % servers).collect();
        let now = Instant::now();
        order.sort_by_key(|&index| state.failed[index].is_some_and(|failed| now < failed + REST));
        order
    }

    /// False for one that failed a while ago.
    pub(super) fn is_well(&self, index: usize) -> bool {
        self.state().failed[index].is_none_or(|failed| Instant::now() >= failed + REST)
    }

    pub(super) fn answered(&self, index: usize) {
        let mut state = self.state();
        state.preferred = index;
        state.failed[index] = None;
        state.quiet = None;
    }

    pub(super) fn failed(&self, index: usize) {
        self.state().failed[index] = Some(Instant::now());
    }

    /// Nobody answered the whole question.
    pub(super) fn cool_down(&self, url: &str, reason: &str) {
        if !self.cool_down.is_zero() {
            self.state().quiet = Some((Instant::now() + self.cool_down, url.to_owned(), reason.to_owned()));
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing between lock and unlock can panic half-way.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn who_failed_is_asked_last_for_a_while() {
        let health = Health::new(3, Duration::ZERO);
        assert_eq!(health.order(), [0, 1, 2]);
        health.answered(1);
        assert_eq!(health.order(), [1, 2, 0]);
        health.failed(1);
        health.failed(2);
        assert_eq!(health.order(), [0, 1, 2]);
        health.failed(0);
        assert_eq!(health.order(), [1, 2, 0], "all alike");
        health.answered(2);
        assert_eq!(health.order(), [2, 0, 1]);
        tokio::time::advance(REST).await;
        health.failed(2);
        assert_eq!(health.order(), [0, 1, 2]);
    }

    #[tokio::test(start_paused = true)]
    async fn after_a_failure_nobody_is_asked_until_it_cooled_down() {
        let health = Health::new(1, Duration::from_secs(2));
        assert_eq!(health.check(), Ok(()));
        health.cool_down("http://h", "refused");
        tokio::time::advance(Duration::from_secs(1)).await;
        let error = health.check().unwrap_err();
        assert!(error.is_retriable() && error.to_string().contains("refused"), "{error}");
        tokio::time::advance(Duration::from_secs(1)).await;
        assert_eq!(health.check(), Ok(()));
        health.cool_down("http://h", "refused");
        health.answered(0);
        assert_eq!(health.check(), Ok(()));
        let never = Health::new(1, Duration::ZERO);
        never.cool_down("http://h", "refused");
        assert_eq!(never.check(), Ok(()));
    }
}
