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
    let mut values = 1;
    let mut in_string = false;
    let mut bytes = text.iter();
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => in_string = !in_string,
            b'\\' if in_string => {
                bytes.next();
            }
            b',' | b':' | b'[' | b'{' if !in_string => values += 1,
            _ => {}
        }
    }
    values
}

/// About how many statements and values of options a Protobuf text holds; never less than there are.
pub(super) fn statements(text: &str) -> usize {
    1 + text.bytes().filter(|byte| matches!(byte, b';' | b'{' | b'[' | b',' | b'<' | b'=' | b':')).count()
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
