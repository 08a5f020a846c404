//! Strings of bytes as texts: printable ASCII as it is, anything else escaped, as compilers write defaults of bytes into
//! descriptors.

/// A text for bytes.
pub(super) fn escaped(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for byte in bytes {
        match byte {
            b'\n' => text.push_str("\\n"),
            b'\r' => text.push_str("\\r"),
            b'\t' => text.push_str("\\t"),
            b'"' | b'\'' | b'\\' => text.extend(['\\', char::from(*byte)]),
            b' '..=b'~' => text.push(char::from(*byte)),
            _ => text.push_str(&format!("\\{byte:03o}")),
        }
    }
    text
}

/// The bytes that a text stands for; `None` for one with an escape that nothing is known of.
pub(super) fn unescaped(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        rest = after;
        if *first != b'\\' {
            bytes.push(*first);
            continue;
        }
        let [letter, after @ ..] = rest else { return None };
        rest = after;
        let byte = match letter {
            b'a' => 7,
            b'b' => 8,
            b'f' => 12,
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'v' => 11,
            b'"' | b'\'' | b'\\' | b'?' => *letter,
            b'x' | b'X' => number(&mut rest, None, 16, 2)?,
            b'0'..=b'7' => number(&mut rest, Some(*letter), 8, 3)?,
            _ => return None,
        };
        bytes.push(byte);
    }
    Some(bytes)
}

/// The byte that up to `length` digits stand for, the first of which may have been read.
fn number(rest: &mut &[u8], first: Option<u8>, radix: u32, length: usize) -> Option<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(radix);
    let mut value = first.and_then(digit);
    for _ in usize::from(first.is_some())..length {
        let [next, after @ ..] = *rest else { break };
        let Some(next) = digit(*next) else { break };
        value = Some(value.unwrap_or(0) * radix + next);
        *rest = after;
    }
    value.and_then(|value| u8::try_from(value).ok())
}

#[cfg(test)]
mod tests {
    use super::{escaped, unescaped};

    #[test]
    fn every_byte_comes_back() {
        let all: Vec<u8> = (0..=u8::MAX).collect();
        assert_eq!(unescaped(&escaped(&all)), Some(all));
    }

    #[test]
    fn escapes_are_those_of_descriptors() {
        for (bytes, text) in [
            (&b"\x01\xff"[..], r"\001\377"),
            (b"a\n\t\"\\", r#"a\n\t\"\\"#),
            (b"plain", "plain"),
            ("\u{e9}".as_bytes(), r"\303\251"),
        ] {
            assert_eq!(escaped(bytes), text);
        }
    }

    #[test]
    fn texts_of_other_writers_are_understood() {
        for (text, bytes) in [
            (r"\x1\X41g", Some(&b"\x01Ag"[..])),
            (r"\18\0011\?", Some(b"\x018\x011?")),
            (r"\q", None),
            ("\\", None),
            (r"\x", None),
            (r"\777", None),
        ] {
            assert_eq!(unescaped(text).as_deref(), bytes, "{text}");
        }
    }
}
