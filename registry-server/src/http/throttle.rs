//! Log lines that a storm of equal failures must not repeat.

use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::{Duration, Instant};

/// The least time between two lines.
const PAUSE: Duration = Duration::from_secs(10);

/// Throttle of one log line.
#[derive(Debug)]
pub(super) struct Throttle(Mutex<(Option<Instant>, u64)>);

impl Throttle {
    /// A throttle that lets the first line through.
    pub(super) const fn new() -> Self {
        Self(Mutex::new((None, 0)))
    }

    /// Whether the line is to be written now; then the number of those that were not written since the last one.
    pub(super) fn pass(&self, now: Instant) -> Option<u64> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (last, held) = &mut *state;
        if last.is_some_and(|last| now.saturating_duration_since(last) < PAUSE) {
            *held += 1;
            return None;
        }
        *last = Some(now);
        Some(std::mem::take(held))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_stands_for_those_since_the_last_one() {
        let (throttle, start) = (Throttle::new(), Instant::now());
        assert_eq!(throttle.pass(start), Some(0));
        for _ in 0..3 {
            assert_eq!(throttle.pass(start + PAUSE / 2), None);
        }
        assert_eq!(throttle.pass(start + PAUSE), Some(3));
        assert_eq!(throttle.pass(start + PAUSE * 2), Some(0));
    }
}
