//! `big-decimal`: a decimal that carries its own scale.

use super::OutOfRange;
use super::decimal::{MOST_DIGITS, too_long};
use super::precise::shown;
use crate::codec::{AvroDecode, AvroEncode, AvroRead, AvroResolve, AvroWrite, DecodeError, Reader};
use crate::resolve::Plan;
use num_bigint::BigInt;
use std::fmt;
use std::str::FromStr;

/// `big-decimal` on `bytes`: `unscaled / 10^scale`, where the scale may be negative.
///
/// On the wire it is a `bytes` that holds a `bytes` (the unscaled number) and an `int` (the scale). Values are equal
/// when both parts are: 1.0 and 1.00 differ, as they do in Java.
#[derive(Clone, PartialEq, Eq, Hash, Default)]
pub struct BigDecimal {
    /// The unscaled number.
    pub unscaled: BigInt,
    /// The number of digits behind the point.
    pub scale: i32,
}

impl BigDecimal {
    /// The decimal of an unscaled number in two's complement, big-endian, and a scale; no bytes are zero.
    pub fn from_signed_bytes_be(unscaled: &[u8], scale: i32) -> Self {
        Self { unscaled: BigInt::from_signed_bytes_be(unscaled), scale }
    }

    /// The content of the `bytes`.
    pub(crate) fn to_wire(&self) -> Vec<u8> {
        let mut inner = Vec::new();
        self.unscaled.to_signed_bytes_be().encode_into(&mut inner);
        self.scale.encode_into(&mut inner);
        inner
    }

    pub(crate) fn from_wire(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut inner = Reader::new(bytes);
        let read = inner.read_bytes().and_then(|unscaled| Ok((unscaled, inner.read_int()?)));
        match read {
            Ok((unscaled, scale)) if inner.remaining() == 0 => {
                Ok(Self::from_signed_bytes_be(unscaled, scale))
            }
            _ => Err(DecodeError::BigDecimal),
        }
    }
}

/// Both parts; a long number by its length.
impl fmt::Debug for BigDecimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unscaled = shown(&self.unscaled, self.unscaled.bits());
        f.debug_struct("BigDecimal")
            .field("unscaled", &format_args!("{unscaled}"))
            .field("scale", &self.scale)
            .finish()
    }
}

/// Plain digits for a scale of 0 to 100, else `unscaledE-scale`, since a scale is no bound on memory.
impl fmt::Display for BigDecimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match u32::try_from(self.scale) {
            Ok(scale @ 0..=100) => super::decimal::print(&self.unscaled, scale, f),
            _ => write!(f, "{}E{}", self.unscaled, -i64::from(self.scale)),
        }
    }
}

/// From both forms that it prints; the scale is the number of digits behind the point.
impl FromStr for BigDecimal {
    type Err = OutOfRange;

    fn from_str(text: &str) -> Result<Self, OutOfRange> {
        if text.len() > MOST_DIGITS {
            return Err(too_long(text));
        }
        let parsed = match text.split_once('E') {
            Some((unscaled, exponent)) => {
                let scale = exponent.parse().ok().and_then(|exponent: i64| exponent.checked_neg());
                unscaled.parse().ok().zip(scale.and_then(|scale| i32::try_from(scale).ok()))
            }
            None => plain(text),
        };
        let value = parsed.map(|(unscaled, scale)| Self { unscaled, scale });
        value.ok_or_else(|| OutOfRange::new(text, "is not of the form 12.34 or 1234E-2"))
    }
}

/// The unscaled number and the scale of digits with a point among them or without one.
fn plain(text: &str) -> Option<(BigInt, i32)> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let has_digits = is_digits(whole.strip_prefix('-').unwrap_or(whole))
        && (is_digits(fraction) || (fraction.is_empty() && !text.contains('.')));
    let unscaled = has_digits.then(|| format!("{whole}{fraction}").parse().ok())??;
    Some((unscaled, i32::try_from(fraction.len()).ok()?))
}

impl AvroEncode for BigDecimal {
    fn encode<W: AvroWrite>(&self, writer: &mut W) {
        writer.write_bytes(&self.to_wire());
    }
}

impl<'a> AvroDecode<'a> for BigDecimal {
    const MIN_SIZE: usize = 1;

    fn decode<R: AvroRead<'a>>(reader: &mut R) -> Result<Self, DecodeError> {
        Self::from_wire(reader.read_bytes()?)
    }
}

impl<'a> AvroResolve<'a> for BigDecimal {
    fn decode_plan<R: AvroRead<'a>>(plan: Plan<'_>, reader: &mut R) -> Result<Self, DecodeError> {
        Self::from_wire(<&[u8]>::decode_plan(plan, reader)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec;

    #[test]
    fn the_scale_travels_with_the_number() {
        for (unscaled, scale, text) in
            [(1230, 2, "12.30"), (-5, 3, "-0.005"), (7, -3, "7E3"), (1, i32::MAX, "1E-2147483647")]
        {
            let value = BigDecimal { unscaled: unscaled.into(), scale };
            let mut bytes = Vec::new();
            value.encode_into(&mut bytes);
            assert_eq!(value.to_string(), text);
            assert_eq!(codec::decode(&bytes), Ok(value));
        }
        let mut bytes = Vec::new();
        BigDecimal { unscaled: 1230.into(), scale: 2 }.encode_into(&mut bytes);
        assert_eq!(bytes, [8, 4, 0x04, 0xce, 4]);
    }

    #[test]
    fn other_bytes_are_refused() {
        for bytes in [&[0][..], &[2, 0], &[4, 2, 1], &[8, 2, 1, 0, 0]] {
            assert_eq!(
                codec::decode::<BigDecimal>(bytes).unwrap_err().error,
                DecodeError::BigDecimal,
                "{bytes:?}"
            );
        }
    }

    #[test]
    fn a_text_is_read_as_it_is_printed() {
        for (text, unscaled, scale) in
            [("0", 0, 0), ("-0.05", -5, 2), ("1.00", 100, 2), ("12E7", 12, -7), ("-3E-101", -3, 101)]
        {
            let value = BigDecimal { unscaled: unscaled.into(), scale };
            assert_eq!(text.parse(), Ok(value.clone()), "{text}");
            assert_eq!(value.to_string(), text);
        }
        for refused in ["", "-", ".5", "5.", "1.-5", "1,5", "+1", "1E", "E1", "1E99999999999", "1e5", "--1"] {
            assert!(refused.parse::<BigDecimal>().is_err(), "{refused:?}");
        }
    }
}
