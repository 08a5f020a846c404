//! Texts that stand in other texts.

/// The part of `text` between two positions in bytes.
///
/// The schema of a type that stands inside another one is written down as a part of that one's, so that generated code
/// and programs hold it once.
///
/// ```
/// use serde_wire::codec::part;
///
/// const OUTER: &str = r#"{"type":"array","items":"int"}"#;
/// const INNER: &str = part(OUTER, 24, 29);
/// assert_eq!(INNER, r#""int""#);
/// ```
///
/// # Panics
/// The positions are not those of characters of the text, in order; in a constant that is an error of the compiler.
pub const fn part(text: &'static str, start: usize, end: usize) -> &'static str {
    text.split_at(end).0.split_at(start).1
}
