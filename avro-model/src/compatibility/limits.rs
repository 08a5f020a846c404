//! Bounds on the work of a comparison.

use super::CheckError;
use std::sync::atomic::{AtomicBool, Ordering};

/// Comparisons of types and fields that [`check`](super::check) makes at most: seconds of work, and far more than two
/// schemas of hundreds of records in one union need.
pub const DEFAULT_BUDGET: u64 = 30_000_000;
/// Bytes that [`check`](super::check) takes at most for what it has to remember, about 128 bytes for a pair of types.
pub const DEFAULT_MEMORY: usize = 128 << 20;

/// How much a comparison may take, and whether it is still wanted.
///
/// ```
/// use avro_model::compatibility::{CheckError, CheckLimits, check_with};
/// use std::sync::atomic::AtomicBool;
/// let schema: avro_model::Schema = r#"{"type":"map","values":"int"}"#.parse()?;
/// let nobody_waits = AtomicBool::new(true);
/// let limits = CheckLimits::new().cancelled_by(&nobody_waits);
/// assert_eq!(check_with(&schema, &schema, limits), Err(CheckError::Cancelled));
/// assert_eq!(check_with(&schema, &schema, CheckLimits::new().memory(1 << 20)), Ok(Vec::new()));
/// # Ok::<(), avro_model::parser::ParseError>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct CheckLimits<'a> {
    pub(super) steps: u64,
    pub(super) memory: usize,
    cancelled: Option<&'a AtomicBool>,
}

impl Default for CheckLimits<'_> {
    fn default() -> Self {
        Self { steps: DEFAULT_BUDGET, memory: DEFAULT_MEMORY, cancelled: None }
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

    /// Ends the comparison soon after the flag is set.
    #[must_use]
    pub fn cancelled_by(mut self, flag: &'a AtomicBool) -> Self {
        self.cancelled = Some(flag);
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
        match self.cancelled {
            Some(flag) if flag.load(Ordering::Relaxed) => Err(CheckError::Cancelled),
            _ => Ok(()),
        }
    }
}
