//! The steps that one request may take.

use std::ops::Deref;
use std::sync::Arc;

use super::RegistryError;
use crate::schema_type::{Budget, Stopped};

/// Steps of all that is done for one request with schemas: reading them and what they refer to, normalizing, printing, and
/// reading and comparing every version that counts, in both directions. The largest schema that is read takes some tenths
/// of it (semantics §1.6), real ones less than a thousandth.
pub(super) const STEPS: u64 = 100_000_000;

/// The budget of one request, in whatever phases its work is done. When it is dropped, as it is when the request was
/// answered otherwise or the client has left, what is still being done within it ends.
#[derive(Debug)]
pub struct RequestBudget(Arc<Budget>);

impl Default for RequestBudget {
    fn default() -> Self {
        Self::of(STEPS)
    }
}

impl RequestBudget {
    /// A budget of that many steps.
    #[must_use]
    pub fn of(steps: u64) -> Self {
        Self(Arc::new(Budget::of(steps)))
    }

    /// The same budget, for work on another thread.
    pub(super) fn share(&self) -> Arc<Budget> {
        Arc::clone(&self.0)
    }
}

impl Deref for RequestBudget {
    type Target = Budget;

    fn deref(&self) -> &Budget {
        &self.0
    }
}

impl Drop for RequestBudget {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

impl From<Stopped> for RegistryError {
    fn from(stopped: Stopped) -> Self {
        match stopped {
            Stopped::Spent { steps } => Self::TooManySteps { steps },
            // Nobody waits for the answer.
            _ => Self::Interrupted,
        }
    }
}
