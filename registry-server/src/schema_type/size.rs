//! How much memory a text will take once it is read, told before it is read.
//!
//! Two bytes of `[0,0,0]` come to a value of dozens of bytes. What is read of a text is therefore bounded by what it holds
//! and not by its length alone.

use super::{InvalidText, ReferencedText};

/// JSON values, member names included, or statements of Protobuf that a schema may hold together with all that it refers
/// to: a few hundred megabytes of memory while it is read.
pub const MAX_VALUES: usize = 2_000_000;
/// Bytes of a Protobuf descriptor, each two of which may be a field.
pub(super) const MAX_DESCRIPTOR: usize = 4 << 20;

/// About how many values a JSON text holds, names of members included. Never less than there are; a text that is no JSON
/// has any number of them.
#[must_use]
pub fn json_values(text: &[u8]) -> usize {
    let mut counter = JsonValueCounter::default();
    counter.add(text);
    counter.values()
}

/// Counts the values of a JSON text that comes piece by piece.
#[derive(Clone, Copy, Debug, Default)]
pub struct JsonValueCounter {
    separators: usize,
    in_string: bool,
    /// The next byte stands behind a backslash.
    escaped: bool,
}

impl JsonValueCounter {
    /// Counts what the next piece of the text, in UTF-8, holds.
    pub fn add(&mut self, piece: &[u8]) {
        let Self { mut separators, mut in_string, mut escaped } = *self;
        for byte in piece {
            match byte {
                _ if escaped => escaped = false,
                b'"' => in_string = !in_string,
                b'\\' => escaped = in_string,
                b',' | b':' | b'[' | b'{' if !in_string => separators += 1,
                _ => {}
            }
        }
        *self = Self { separators, in_string, escaped };
    }

    /// The values so far: as [`json_values`] counts them.
    #[must_use]
    pub fn values(&self) -> usize {
        1 + self.separators
    }
}

/// About how many values a JSON text of a wider encoding than UTF-8 holds. Never less than there are: it is not read far
/// enough to tell where a string ends, so that all separators count.
#[must_use]
pub fn wide_json_values(text: &[u8]) -> usize {
    1 + text.iter().filter(|byte| matches!(byte, b',' | b':' | b'[' | b'{')).count()
}

/// About how many statements, values of options and steps to them a Protobuf text holds; never less than there are.
pub(super) fn statements(text: &str) -> usize {
    1 + text
        .bytes()
        .filter(|byte| matches!(byte, b';' | b'{' | b'[' | b',' | b'<' | b'=' | b':' | b'.'))
        .count()
}

/// The number of values of a text; refuses it if they are too many together with those that it refers to.
pub(super) fn within(
    text: &str,
    references: &[ReferencedText],
    count: impl Fn(&str) -> usize,
) -> Result<usize, InvalidText> {
    let values =
        references.iter().map(|reference| count(&reference.text)).fold(count(text), usize::saturating_add);
    if values > MAX_VALUES {
        return Err(InvalidText(format!(
            "The schema is too large: with what it refers to it has about {values} elements, and at most {MAX_VALUES} are allowed"
        )));
    }
    Ok(values)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_counted_outside_of_strings() {
        for (text, values) in [
            ("0", 1),
            ("[]", 2),
            ("[0,0,0]", 4),
            (r#"{"a":1,"b":[2]}"#, 6),
            (r#""[,,,]""#, 1),
            (r#"["\",\\",0]"#, 3),
            (r#"{"a,\\\"{":"[:"}"#, 3),
        ] {
            assert_eq!(json_values(text.as_bytes()), values, "{text}");
            let mut counter = JsonValueCounter::default();
            text.as_bytes().chunks(1).for_each(|piece| counter.add(piece));
            assert_eq!(counter.values(), values, "{text}");
        }
    }

    #[test]
    fn what_is_referred_to_counts() {
        let text = |values: usize| format!("[{}0]", "0,".repeat(values - 2));
        let count = |text: &str| json_values(text.as_bytes());
        let reference = ReferencedText { name: "r".to_owned(), text: text(MAX_VALUES / 2) };
        assert_eq!(within(&text(MAX_VALUES / 2), std::slice::from_ref(&reference), count), Ok(MAX_VALUES));
        let refused = within(&text(MAX_VALUES / 2 + 1), &[reference], count).unwrap_err();
        assert_eq!(
            refused.0,
            "The schema is too large: with what it refers to it has about 2000001 elements, and at most 2000000 are allowed"
        );
    }
}
