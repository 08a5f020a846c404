//! The policy of retries: how often to ask again, and how long to wait before.

use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

/// Rounds over all servers after the first, and the pauses between them.
///
/// The default makes up to three more rounds, after about 100, 200 and 400 ms.
///
/// ```
/// use serde_wire::registry::RetryPolicy;
///
/// let once = RetryPolicy::default().with_rounds(0);
/// assert_eq!(once.rounds, 0);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct RetryPolicy {
    /// Rounds after the first; 0 asks each server once.
    pub rounds: u32,
    /// The pause before the second round; it doubles from there.
    pub first_pause: Duration,
    /// No pause is longer, unless the server itself asks for it by `Retry-After`.
    pub longest_pause: Duration,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        let (first_pause, longest_pause) = (Duration::from_millis(100), Duration::from_secs(5));
        Self { rounds: 3, first_pause, longest_pause }
    }
}

impl RetryPolicy {
    /// This policy with another number of [`rounds`](Self::rounds) after the first.
    #[must_use]
    pub const fn with_rounds(mut self, rounds: u32) -> Self {
        self.rounds = rounds;
        self
    }

    /// This policy with another [`first_pause`](Self::first_pause).
    #[must_use]
    pub const fn with_first_pause(mut self, first_pause: Duration) -> Self {
        self.first_pause = first_pause;
        self
    }

    /// This policy with another [`longest_pause`](Self::longest_pause).
    #[must_use]
    pub const fn with_longest_pause(mut self, longest_pause: Duration) -> Self {
        self.longest_pause = longest_pause;
        self
    }

    /// The pause after round `round`, from 0, spread over its upper half so that clients that failed together do not
    /// come back together. What the server asked for is a minimum.
    pub(super) fn pause(&self, round: u32, asked: Option<Duration>) -> Duration {
        let doubled = self.first_pause.saturating_mul(1_u32.checked_shl(round).unwrap_or(u32::MAX));
        let half = doubled.min(self.longest_pause) / 2;
        // A fresh hasher's key is the standard library's source of randomness, and needs no dependency.
        let spread = RandomState::new().hash_one(round) % 1024;
        let spread = half * u32::try_from(spread).unwrap_or_default() / 1024;
        (half + spread).max(asked.unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_the_longest_and_obey_the_server() {
        let policy = RetryPolicy {
            rounds: 9,
            first_pause: Duration::from_millis(100),
            longest_pause: Duration::from_millis(900),
        };
        let ms = Duration::from_millis;
        for (round, asked, from, to) in [
            (0, None, 50, 100),
            (1, None, 100, 200),
            (3, None, 400, 800),
            (4, None, 450, 900),
            (40, None, 450, 900),
            (0, Some(ms(2_000)), 2_000, 2_000),
        ] {
            for _ in 0..100 {
                let pause = policy.pause(round, asked);
                assert!((ms(from)..=ms(to)).contains(&pause), "round {round}, {asked:?}: {pause:?}");
            }
        }
    }
}
