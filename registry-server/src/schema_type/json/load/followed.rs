//! How much is looked at to follow references.

use super::super::limits::MAX_FOLLOWED;
use super::super::text::Json;
use super::LoadError;
use crate::schema_type::Budget;

/// How much dearer a byte that is kept is than one that is looked at.
const KEPT: usize = 16;

/// How much is looked at in the time of one step of the budget.
const IN_STEP: u64 = 256;

/// The members and bytes that were looked at. Names are as long as their authors like, and each reference reads from
/// one and into another, so that the work is not in proportion to the text.
#[derive(Debug)]
pub(super) struct Followed<'b> {
    looked_at: u64,
    budget: &'b Budget,
}

impl<'b> Followed<'b> {
    pub(super) fn new(budget: &'b Budget) -> Self {
        Self { looked_at: 0, budget }
    }

    /// Something was looked at.
    pub(super) fn spend(&mut self, looked_at: usize) -> Result<(), LoadError> {
        let looked_at = looked_at as u64;
        self.looked_at = self.looked_at.saturating_add(looked_at + 1);
        if self.looked_at > MAX_FOLLOWED {
            return Err(LoadError::TooMuchFollowed);
        }
        Ok(self.budget.take(1 + looked_at / IN_STEP)?)
    }

    /// Something was kept.
    pub(super) fn keep(&mut self, bytes: usize) -> Result<(), LoadError> {
        self.spend(bytes.saturating_mul(KEPT))
    }

    /// A member was looked for.
    pub(super) fn search(&mut self, json: &Json) -> Result<(), LoadError> {
        self.spend(json.as_object().map_or(0, <[_]>::len))
    }
}
