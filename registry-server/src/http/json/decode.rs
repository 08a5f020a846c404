//! From the bytes of a body to its text: UTF-8, UTF-16 or UTF-32, with or without a byte order mark (rest-api §1.3).

use std::borrow::Cow;

use super::Malformed;

/// Whether a body is read as UTF-8.
pub(in crate::http) fn is_utf8(bytes: &[u8]) -> bool {
    let (width, ..) = encoding(bytes);
    width == 1
}

/// The encoding that the first four bytes of a body tell: how many bytes a unit has, whether the highest comes first, and the
/// length of the mark that says so.
fn encoding(bytes: &[u8]) -> (usize, bool, usize) {
    match [0, 1, 2, 3].map(|at| bytes.get(at).copied()) {
        [Some(0xEF), Some(0xBB), Some(0xBF), _] => (1, true, 3),
        [Some(0), Some(0), Some(0xFE), Some(0xFF)] => (4, true, 4),
        [Some(0xFF), Some(0xFE), Some(0), Some(0)] => (4, false, 4),
        [Some(0xFE), Some(0xFF), ..] => (2, true, 2),
        [Some(0xFF), Some(0xFE), ..] => (2, false, 2),
        [Some(0), Some(0), Some(0), Some(_)] => (4, true, 0),
        [Some(_), Some(0), Some(0), Some(0)] => (4, false, 0),
        [Some(0), Some(_), ..] => (2, true, 0),
        [Some(_), Some(0), ..] => (2, false, 0),
        _ => (1, true, 0),
    }
}

/// The text of a body.
pub(in crate::http) fn text_of(bytes: &[u8]) -> Result<Cow<'_, str>, Malformed> {
    let (width, big, mark) = encoding(bytes);
    let rest = &bytes[mark..];
    let text = match width {
        1 => {
            return std::str::from_utf8(rest).map(Cow::Borrowed).map_err(|_| Malformed::new("Invalid UTF-8"));
        }
        2 => utf16(rest, big),
        _ => utf32(rest, big),
    };
    text.map(Cow::Owned).ok_or_else(|| Malformed::new("Invalid UTF-16 or UTF-32"))
}

fn utf16(bytes: &[u8], big: bool) -> Option<String> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let units =
        pairs.iter().map(|pair| if big { u16::from_be_bytes(*pair) } else { u16::from_le_bytes(*pair) });
    if rest.is_empty() { char::decode_utf16(units).collect::<Result<_, _>>().ok() } else { None }
}

fn utf32(bytes: &[u8], big: bool) -> Option<String> {
    let (quads, rest) = bytes.as_chunks::<4>();
    let units =
        quads.iter().map(|quad| if big { u32::from_be_bytes(*quad) } else { u32::from_le_bytes(*quad) });
    if rest.is_empty() { units.map(char::from_u32).collect() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_encoding_is_understood() {
        let text = "{\"ü\":1}";
        let utf16 = |order: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(order).collect::<Vec<u8>>();
        let utf32 =
            |order: fn(u32) -> [u8; 4]| text.chars().flat_map(|c| order(c.into())).collect::<Vec<u8>>();
        for (bytes, mark) in [
            (text.as_bytes().to_vec(), &[0xEF, 0xBB, 0xBF][..]),
            (utf16(u16::to_be_bytes), &[0xFE, 0xFF]),
            (utf16(u16::to_le_bytes), &[0xFF, 0xFE]),
            (utf32(u32::to_be_bytes), &[0, 0, 0xFE, 0xFF]),
            (utf32(u32::to_le_bytes), &[0xFF, 0xFE, 0, 0]),
        ] {
            assert_eq!(text_of(&bytes).unwrap(), text);
            assert_eq!(text_of(&[mark, &bytes].concat()).unwrap(), text);
        }
        assert!(text_of(&[b'"', 0xFF, b'"']).is_err());
        assert!(text_of(&[0xFE, 0xFF, 0]).is_err());
    }
}
