//! Bytes as text.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use clap::ValueEnum;

/// The form in which bytes are read or written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::command) enum BytesFormat {
    /// As they are.
    Binary,
    /// Two hexadecimal digits for each, with or without blanks between them.
    Hex,
    /// Base64 with padding.
    Base64,
}

impl BytesFormat {
    /// Reads bytes; gives the problem in words.
    pub(super) fn read(self, input: Vec<u8>) -> Result<Vec<u8>, String> {
        let text = |input: &[u8]| -> Result<String, String> {
            let text =
                std::str::from_utf8(input).map_err(|error| format!("the input is no text: {error}"))?;
            Ok(text.split_whitespace().collect())
        };
        match self {
            Self::Binary => Ok(input),
            Self::Base64 => {
                STANDARD.decode(text(&input)?).map_err(|error| format!("the input is not base64: {error}"))
            }
            Self::Hex => {
                let text = text(&input)?;
                let digit = |(at, digit): (usize, char)| {
                    let value = digit.to_digit(16).and_then(|value| u8::try_from(value).ok());
                    value
                        .ok_or_else(|| format!("the input is not hexadecimal: {digit:?} at digit {}", at + 1))
                };
                let digits = text.chars().enumerate().map(digit).collect::<Result<Vec<u8>, String>>()?;
                let (pairs, rest) = digits.as_chunks();
                if !rest.is_empty() {
                    return Err("the input is not hexadecimal: the number of digits is odd".to_owned());
                }
                Ok(pairs.iter().map(|[high, low]| high << 4 | low).collect())
            }
        }
    }

    /// Writes bytes; text ends its line.
    pub(super) fn write(self, bytes: Vec<u8>) -> Vec<u8> {
        match self {
            Self::Binary => bytes,
            Self::Base64 => (STANDARD.encode(bytes) + "\n").into_bytes(),
            Self::Hex => {
                let mut text: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
                text.push('\n');
                text.into_bytes()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::BytesFormat;

    #[test]
    fn bytes_come_back_from_text() {
        let bytes: Vec<u8> = (0..=255).collect();
        for format in [BytesFormat::Binary, BytesFormat::Hex, BytesFormat::Base64] {
            assert_eq!(format.read(format.write(bytes.clone())).unwrap(), bytes, "{format:?}");
        }
        for (format, text, expected) in [
            (BytesFormat::Hex, "C3 01\n0a", Ok(vec![0xc3, 1, 10])),
            (
                BytesFormat::Hex,
                "c3 0",
                Err("the input is not hexadecimal: the number of digits is odd".to_owned()),
            ),
            (BytesFormat::Hex, "0x", Err("the input is not hexadecimal: 'x' at digit 2".to_owned())),
            (BytesFormat::Base64, "wwE=\n", Ok(vec![0xc3, 1])),
        ] {
            assert_eq!(format.read(text.as_bytes().to_vec()), expected, "{text}");
        }
        assert!(
            BytesFormat::Base64.read(b"w".to_vec()).unwrap_err().starts_with("the input is not base64: ")
        );
    }
}
