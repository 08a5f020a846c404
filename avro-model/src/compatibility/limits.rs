//! Bounds on the work of a comparison.

use super::CheckError;
use crate::budget::Budget;

/// Comparisons of types and fields that [`check`](super::check) makes at most: seconds of work, and far more than two
/// schemas of hundreds of records in one union need.
pub const DEFAULT_BUDGET: u64 = 30_000_000;
/// Bytes that [`check`](super::check) takes at most for what it has to remember, about 128 bytes for a pair of types.
pub const DEFAULT_MEMORY: usize = 128 << 20;

/// How much a comparison may take, and whether it is still wanted.
///
/// ```
/// use avro_model::budget::{Budget, Stopped};
/// use avro_model::compatibility::{CheckError, CheckLimits, check_with};
/// let schema: avro_model::Schema = r#"{"type":"map","values":"int"}"#.parse()?;
/// let budget = Budget::of(1_000);
/// budget.cancel();
/// let stopped = check_with(&schema, &schema, CheckLimits::new().within(&budget));
/// assert_eq!(stopped, Err(CheckError::Stopped(Stopped::Cancelled)));
/// assert_eq!(check_with(&schema, &schema, CheckLimits::new().memory(1 << 20)), Ok(Vec::new()));
/// # Ok::<(), avro_model::parser::ParseError>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct CheckLimits<'a> {
    pub(super) steps: u64,
    pub(super) memory: usize,
    budget: Option<&'a Budget>,
}

impl Default for CheckLimits<'_> {
    fn default() -> Self {
        Self { steps: DEFAULT_BUDGET, memory: DEFAULT_MEMORY, budget: None }
    }
}

impl<'a> CheckLimits<'a> {
    /// [`DEFAULT_BUDGET`] and [`DEFAULT_MEMORY`], and nothing that ends the comparison early.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets how many comparisons of types and fields are made at most; 2³⁰ is the most that counts.
    #[must_use]
    pub fn steps(mut self, steps: u64) -> Self {
        // Paths and findings are numbered in 32 bits; a comparison makes at most three of them.
        self.steps = steps.min(u64::from(u32::MAX / 4));
        self
    }

    /// Sets how many bytes are taken at most for pairs, paths and findings. The schemas themselves do not count.
    #[must_use]
    pub fn memory(mut self, bytes: usize) -> Self {
        self.memory = bytes;
        self
    }

    /// Sets the budget that is taken from; by default there is none. It counts beside [`steps`](Self::steps), which are
    /// those of one comparison.
    #[must_use]
    pub fn within(mut self, budget: &'a Budget) -> Self {
        self.budget = Some(budget);
        self
    }

    /// Refuses what is beyond the limits.
    pub(super) fn allow(&self, steps: u64, bytes: usize) -> Result<(), CheckError> {
        if steps > self.steps {
            return Err(CheckError::TooLarge { budget: self.steps });
        }
        if bytes > self.memory {
            return Err(CheckError::TooMuchMemory { bytes: self.memory });
        }
        Ok(())
    }

    /// Takes steps of the budget.
    pub(super) fn take(&self, steps: u64) -> Result<(), CheckError> {
        self.budget.map_or(Ok(()), |budget| Ok(budget.take(steps)?))
    }
}
