//! Bounds on what one JSON Schema may ask of the server. They are far above real schemas (json-schema §6.6).

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
/// Bytes of the paths of the findings of two schemas.
pub(super) const MAX_PATHS: usize = 1 << 20;
/// Bytes that a comparison may take for what it has to remember: pairs of schemas and their findings.
pub(super) const MAX_COMPARED: usize = 128 << 20;
/// Bytes that a compiled pattern may take.
pub(super) const MAX_PATTERN: usize = 1 << 20;
/// Bytes that the compiled patterns of a comparison may take together.
pub(super) const MAX_PATTERNS: usize = 8 << 20;
/// Bytes of a compiled pattern times bytes of text that are matched in the time of one step, about a microsecond.
pub(super) const MATCHED_IN_STEP: usize = 16 << 10;
/// Bytes that are compiled in the time of one step.
pub(super) const COMPILED_IN_STEP: usize = 64;
/// Members and bytes that may be looked at to follow all references of a text: about a second of work.
pub(super) const MAX_FOLLOWED: u64 = 500_000_000;
