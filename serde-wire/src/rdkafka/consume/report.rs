//! What was done.

/// What a consumer did between its start and its shutdown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConsumeReport {
    /// Records that the handler took.
    pub handled: u64,
    /// Records whose dead letters the broker has.
    pub dead_lettered: u64,
}
