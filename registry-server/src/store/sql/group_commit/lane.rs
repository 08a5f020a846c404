//! A lane of registrations: those that wait, and the calls that are under way.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use super::Waiting;

/// The most bytes of schemas in a group of more than one.
const MOST_BYTES: usize = 1 << 20;

/// What a lane sends at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Limits {
    /// How many calls may be under way, however small their groups are.
    pub(super) small_calls: usize,
    /// How many may be if each further one takes a large group along: many calls make small groups that wait for each other, but
    /// over a long way a crowd is not to wait for the return of the first ones.
    pub(super) calls: usize,
    /// The size of a large group.
    pub(super) large_group: usize,
    /// The most registrations of a group: what meets a lock holds up so many others.
    pub(super) most_together: usize,
}

/// When those who wait in a lane are not sent any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Patience {
    /// How long after they were asked for.
    pub(super) longest_wait: Duration,
    /// Whether only those whose callers have gone away: nobody would be told, and they hold their schemas in memory.
    pub(super) only_abandoned: bool,
}

#[derive(Debug, Default)]
pub(super) struct Lane {
    waiting: VecDeque<Waiting>,
    calls: usize,
}

impl Lane {
    /// Adds to those who wait. `true` if there may be one more call.
    pub(super) fn join(&mut self, waiting: Waiting, limits: Limits) -> bool {
        self.waiting.push_back(waiting);
        let may_send = self.has_room(self.calls, limits);
        self.calls += usize::from(may_send);
        may_send
    }

    /// Takes out those who have waited too long by `now`.
    pub(super) fn take_overdue(&mut self, patience: Patience, now: Instant) -> Vec<Waiting> {
        let is_overdue = |waiting: &Waiting| {
            waiting.registration.asked + patience.longest_wait <= now
                && (!patience.only_abandoned || waiting.outcome.is_closed())
        };
        if !self.waiting.iter().any(is_overdue) {
            return Vec::new();
        }
        let (overdue, left): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.waiting).into_iter().partition(is_overdue);
        self.waiting = left.into();
        overdue
    }

    /// Puts those of a call that is under way before all others.
    pub(super) fn put_back(&mut self, group: Vec<Waiting>) {
        for waiting in group.into_iter().rev() {
            self.waiting.push_front(waiting);
        }
    }

    /// Those who waited longest, for a call that is counted already. Without a group there is a call less.
    pub(super) fn next_group(&mut self, limits: Limits) -> Option<Vec<Waiting>> {
        let count =
            if self.has_room(self.calls - 1, limits) { self.next_count(limits.most_together) } else { 0 };
        if count == 0 {
            self.calls -= 1;
            return None;
        }
        Some(self.waiting.drain(..count).collect())
    }

    /// Whether nobody waits and nothing is under way.
    pub(super) fn is_idle(&self) -> bool {
        self.calls == 0 && self.waiting.is_empty()
    }

    /// Whether there may be a call beside so many others.
    fn has_room(&self, others: usize, limits: Limits) -> bool {
        others < limits.small_calls || (others < limits.calls && self.waiting.len() >= limits.large_group)
    }

    fn next_count(&self, most: usize) -> usize {
        let (mut bytes, mut count) = (0, 0);
        for waiting in self.waiting.iter().take(most) {
            bytes += waiting.registration.bytes();
            if count > 0 && bytes > MOST_BYTES {
                break;
            }
            count += 1;
        }
        count
    }
}
