//! How much work may be done, and whether it is still wanted.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use thiserror::Error;

/// After how many steps at most a [cancelled](Budget::cancel) piece of work ends.
pub const LOOK_EVERY: u64 = 1_024;

/// The steps that a piece of work may take, in whatever phases it is done, and a flag by which another thread ends it.
///
/// A step is an element that is looked at: a JSON value that is read, a type that is built or printed, a pair of types
/// that is compared. It takes some 20 to 500 ns. What takes much longer counts for more than one.
///
/// Once it is spent or cancelled it stays so, and everything that is done within it ends within a few steps, with
/// [`Stopped`]. One thread at a time works within a budget; if several do, it counts too few steps.
///
/// ```
/// use avro_model::budget::{Budget, Stopped};
/// use avro_model::parser::{ParseProblem, Parser};
///
/// let budget = Budget::of(100);
/// let parser = Parser::new().within(&budget);
/// let schema = parser.parse(r#"{"type":"map","values":"int"}"#)?;
/// assert_eq!(schema.canonical_text_within(&budget)?, r#"{"type":"map","values":"int"}"#);
/// assert!(budget.spent() < 20);
///
/// budget.cancel();
/// assert_eq!(schema.canonical_text_within(&budget), Err(Stopped::Cancelled));
/// let error = parser.parse("\"int\"").unwrap_err();
/// assert_eq!(*error.problem, ParseProblem::Stopped(Stopped::Cancelled));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Budget {
    steps: u64,
    spent: AtomicU64,
    /// The number of spent steps from which on the flag and the limit are looked at.
    next_look: AtomicU64,
    /// Steps were refused.
    out_of_steps: AtomicBool,
    cancelled: AtomicBool,
}

/// Why a piece of work ended before it was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Stopped {
    /// Nobody waits for the result any more.
    #[error("the work was cancelled")]
    Cancelled,
    /// The work takes more steps than its budget has.
    #[error("the work takes more than {steps} steps")]
    Spent {
        /// The steps that are allowed.
        steps: u64,
    },
}

impl Default for Budget {
    fn default() -> Self {
        Self::unlimited()
    }
}

impl Budget {
    /// A budget of that many steps.
    #[must_use]
    pub const fn of(steps: u64) -> Self {
        Self {
            steps,
            spent: AtomicU64::new(0),
            next_look: AtomicU64::new(0),
            out_of_steps: AtomicBool::new(false),
            cancelled: AtomicBool::new(false),
        }
    }

    /// A budget that is never spent. It can be cancelled.
    #[must_use]
    pub const fn unlimited() -> Self {
        Self::of(u64::MAX / 2)
    }

    /// Ends what is done within this budget, for good.
    pub fn cancel(&self) {
        self.cancelled.store(true, Relaxed);
        // The next step looks, unless the worker is just counting; then it looks after some more.
        self.next_look.store(0, Relaxed);
    }

    /// Takes steps. False when the work is to end: what comes out of it from now on is worth nothing, and
    /// [`check`](Self::check) says why.
    #[inline]
    #[must_use]
    pub fn spend(&self, steps: u64) -> bool {
        let spent = self.spent.load(Relaxed) + steps;
        self.spent.store(spent, Relaxed);
        spent < self.next_look.load(Relaxed) || self.look(spent, steps)
    }

    #[cold]
    fn look(&self, spent: u64, steps: u64) -> bool {
        if spent > self.steps {
            self.out_of_steps.store(true, Relaxed);
        }
        let goes_on = self.check().is_ok();
        if goes_on {
            self.next_look.store((spent + LOOK_EVERY).min(self.steps + 1), Relaxed);
        } else {
            // A look at each step from now on, so that nothing goes on. What is refused is not done, but counts as one.
            self.next_look.store(0, Relaxed);
            self.spent.store(spent - steps + 1, Relaxed);
        }
        goes_on
    }

    /// Takes steps, for work that hands errors on.
    ///
    /// # Errors
    /// When the work is to end.
    #[inline]
    pub fn take(&self, steps: u64) -> Result<(), Stopped> {
        if self.spend(steps) { Ok(()) } else { self.check() }
    }

    /// The steps that are left; none once the budget has ended.
    pub(crate) fn left(&self) -> u64 {
        self.check().map_or(0, |()| self.steps.saturating_sub(self.spent()))
    }

    /// Whether what was done within this budget counts.
    ///
    /// # Errors
    /// When it is spent or cancelled.
    pub fn check(&self) -> Result<(), Stopped> {
        if self.out_of_steps.load(Relaxed) {
            Err(Stopped::Spent { steps: self.steps })
        } else if self.cancelled.load(Relaxed) {
            Err(Stopped::Cancelled)
        } else {
            Ok(())
        }
    }

    /// The steps that were taken so far, and one for each time that steps were refused.
    #[must_use]
    pub fn spent(&self) -> u64 {
        self.spent.load(Relaxed)
    }
}

/// Does work without a limit.
pub(crate) fn unlimited<T>(work: impl FnOnce(&Budget) -> Result<T, Stopped>) -> T {
    work(&Budget::unlimited()).expect("an unlimited budget does not end")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_budget_is_spent_to_the_step_and_for_good() {
        for steps in [0, 1, LOOK_EVERY - 1, LOOK_EVERY, LOOK_EVERY + 1, 10 * LOOK_EVERY + 7] {
            let budget = Budget::of(steps);
            let taken = (0..).take_while(|_| budget.spend(1)).count();
            assert_eq!(u64::try_from(taken), Ok(steps));
            assert_eq!(budget.check(), Err(Stopped::Spent { steps }));
            assert!(!budget.spend(0), "{steps}");
        }
    }

    #[test]
    fn steps_may_be_taken_many_at_once() {
        let budget = Budget::of(5 * LOOK_EVERY);
        assert!(budget.spend(3 * LOOK_EVERY) && budget.spend(2 * LOOK_EVERY));
        assert_eq!(budget.check(), Ok(()));
        assert_eq!(budget.take(1), Err(Stopped::Spent { steps: 5 * LOOK_EVERY }));
    }

    #[test]
    fn cancelled_work_ends_within_the_stated_steps() {
        for before in [0, 1, LOOK_EVERY - 1, LOOK_EVERY, 3 * LOOK_EVERY + 5] {
            let budget = Budget::unlimited();
            assert!((0..before).all(|_| budget.spend(1)));
            // The flag alone, as the worker sees it when it was just counting.
            budget.cancelled.store(true, Relaxed);
            assert_eq!(budget.check(), Err(Stopped::Cancelled));
            let further = (0..).take_while(|_| budget.spend(1)).count();
            assert!(further as u64 <= LOOK_EVERY, "{further} steps after {before}");
            assert!(!budget.spend(1));
        }
    }
}
