//! What was done.

/// What a consumer did between its start and its shutdown.
///
/// ```
/// use serde_wire::rdkafka::ConsumeReport;
///
/// let report = ConsumeReport::default();
/// assert_eq!((report.handled, report.dead_lettered), (0, 0));
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConsumeReport {
    /// Records that the handler took.
    pub handled: u64,
    /// Records whose dead letters the broker has.
    pub dead_lettered: u64,
}
