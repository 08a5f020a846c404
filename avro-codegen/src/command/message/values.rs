//! Several JSON values in one text.

/// The text of a value among others, and where it begins.
pub(in crate::command) struct ValueText<'t> {
    /// The number of its first byte in the whole text.
    pub(in crate::command) at: usize,
    /// The number of its first line, from 1.
    pub(in crate::command) line: usize,
    pub(in crate::command) text: &'t str,
}

/// The texts of values that stand one behind the other, with or without line breaks.
///
/// Only their ends are looked for: what is no JSON is one text, or several, that the reader of JSON refuses.
pub(in crate::command) fn values(text: &str) -> impl Iterator<Item = ValueText<'_>> {
    let mut rest = text;
    let mut line = 1;
    std::iter::from_fn(move || {
        let begins = rest.trim_start();
        line += rest[..rest.len() - begins.len()].matches('\n').count();
        if begins.is_empty() {
            return None;
        }
        let (value, behind) = begins.split_at(end(begins));
        let found = ValueText { at: text.len() - begins.len(), line, text: value };
        line += value.matches('\n').count();
        rest = behind;
        Some(found)
    })
}

/// The length of the value that a text begins with.
fn end(text: &str) -> usize {
    let mut depth = 0_usize;
    let (mut quoted, mut escaped) = (false, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            _ if quoted => {}
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            // A number or a word ends before what cannot be a part of it.
            byte if depth == 0 && byte.is_ascii_whitespace() => return at,
            _ => continue,
        }
        let closed = matches!(byte, b'"' | b'}' | b']');
        if closed && !quoted && !escaped && depth == 0 {
            return at + 1;
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::values;

    #[test]
    fn values_are_told_apart_wherever_they_end() {
        for (text, expected) in [
            ("", vec![]),
            (" \n\t", vec![]),
            ("7", vec![(1, "7")]),
            ("7 -8\n\n null", vec![(1, "7"), (1, "-8"), (3, "null")]),
            (r#""a b""c\"d" "\\""#, vec![(1, r#""a b""#), (1, r#""c\"d""#), (1, r#""\\""#)]),
            ("{\"a\":\n[1, {}]}\n{}[]", vec![(1, "{\"a\":\n[1, {}]}"), (3, "{}"), (3, "[]")]),
            (r#"{"]}":"}"} {"#, vec![(1, r#"{"]}":"}"}"#), (1, "{")]),
            ("\"é\"\n\"open", vec![(1, "\"é\""), (2, "\"open")]),
            ("} 1", vec![(1, "}"), (1, "1")]),
        ] {
            let found: Vec<_> = values(text).map(|value| (value.line, value.text)).collect();
            assert_eq!(found, expected, "{text}");
            for value in values(text) {
                assert!(text[value.at..].starts_with(value.text), "{text}");
            }
        }
    }
}
