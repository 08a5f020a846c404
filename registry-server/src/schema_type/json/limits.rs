//! Bounds on what one JSON Schema may ask of the server. They are far above real schemas.

/// Levels of objects and arrays in a text. Everything that descends into a text relies on it.
pub(super) const MAX_NESTING: usize = 250;
/// Digits of a number, as in the original's reader.
pub(super) const MAX_NUMBER: usize = 1_000;
/// Schemas that one text and what it refers to may come to.
pub(super) const MAX_SCHEMAS: usize = 200_000;
/// Levels of schemas that are followed in a comparison, references included.
pub(super) const MAX_COMPARED_DEPTH: usize = 250;
/// Steps of a comparison: pairs of schemas, of properties and of branches.
pub(super) const MAX_STEPS: usize = 2_000_000;
/// Findings of a comparison that are kept.
pub(super) const MAX_FINDINGS: usize = 10_000;
/// Bytes that a compiled pattern may take.
pub(super) const MAX_PATTERN: usize = 1 << 20;
