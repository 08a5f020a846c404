//! `decimal`: an unscaled integer on the wire, its scale in the schema.

use super::OutOfRange;
use super::precise::{is_long, shown};
use crate::codec::{AvroDecode, AvroEncode, AvroRead, AvroResolve, AvroWrite, DecodeError};
use crate::resolve::Plan;
use num_bigint::{BigInt, Sign};
use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

/// `decimal` on `bytes`: `unscaled / 10^SCALE`.
///
/// The scale is a part of the type because it is a part of the schema, so two decimals of one type always compare and
/// add by their unscaled numbers. The schema's precision is none: data may have longer numbers, which are read. A record
/// does not write them, as the reference does not, so it is [`AvroTryEncode`](crate::codec::AvroTryEncode); the form
/// [`Precise`](super::Precise) of its field is what refuses them. [`digits`](Self::digits) tells beforehand.
///
/// ```
/// use serde_wire::types::Decimal;
///
/// let price: Decimal<2> = "-12.3".parse()?;
/// assert_eq!(price, Decimal::from(-1230));
/// assert_eq!(price.to_string(), "-12.30");
/// assert!("12.345".parse::<Decimal<2>>().is_err());
/// # Ok::<(), serde_wire::types::OutOfRange>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Decimal<const SCALE: u32> {
    unscaled: BigInt,
}

impl<const SCALE: u32> Decimal<SCALE> {
    /// The number of digits behind the point.
    pub const SCALE: u32 = SCALE;

    /// The decimal `unscaled / 10^SCALE`.
    pub const fn new(unscaled: BigInt) -> Self {
        Self { unscaled }
    }

    /// The decimal of an unscaled number in two's complement, big-endian; no bytes are zero.
    pub fn from_signed_bytes_be(bytes: &[u8]) -> Self {
        Self { unscaled: BigInt::from_signed_bytes_be(bytes) }
    }

    /// The unscaled number.
    pub const fn unscaled(&self) -> &BigInt {
        &self.unscaled
    }

    /// The unscaled number.
    pub fn into_unscaled(self) -> BigInt {
        self.unscaled
    }
}

/// From the unscaled number.
impl<const SCALE: u32> From<i64> for Decimal<SCALE> {
    fn from(unscaled: i64) -> Self {
        Self { unscaled: unscaled.into() }
    }
}

/// From the unscaled number.
impl<const SCALE: u32> From<BigInt> for Decimal<SCALE> {
    fn from(unscaled: BigInt) -> Self {
        Self { unscaled }
    }
}

impl<const SCALE: u32> fmt::Debug for Decimal<SCALE> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Logs are no place for more digits than anybody reads.
        if is_long(self.unscaled.bits()) {
            return write!(f, "Decimal({}, scale {SCALE})", shown(&self.unscaled, self.unscaled.bits()));
        }
        write!(f, "Decimal({self})")
    }
}

impl<const SCALE: u32> fmt::Display for Decimal<SCALE> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        print(&self.unscaled, SCALE, f)
    }
}

impl<const SCALE: u32> FromStr for Decimal<SCALE> {
    type Err = OutOfRange;

    fn from_str(text: &str) -> Result<Self, OutOfRange> {
        parse(text, SCALE).map(Self::new)
    }
}

impl<const SCALE: u32> AvroEncode for Decimal<SCALE> {
    #[inline]
    fn encode<W: AvroWrite>(&self, writer: &mut W) {
        writer.write_bytes(&self.unscaled.to_signed_bytes_be());
    }
}

impl<'a, const SCALE: u32> AvroDecode<'a> for Decimal<SCALE> {
    const MIN_SIZE: usize = 1;

    #[inline]
    fn decode<R: AvroRead<'a>>(reader: &mut R) -> Result<Self, DecodeError> {
        reader.read_bytes().map(Self::from_signed_bytes_be)
    }
}

impl<'a, const SCALE: u32> AvroResolve<'a> for Decimal<SCALE> {
    #[inline]
    fn decode_plan<R: AvroRead<'a>>(plan: Plan<'_>, reader: &mut R) -> Result<Self, DecodeError> {
        <&[u8]>::decode_plan(plan, reader).map(Self::from_signed_bytes_be)
    }
}

/// `decimal` on a `fixed` of `SIZE` bytes: `unscaled / 10^SCALE`.
///
/// Kept as the bytes of the wire, two's complement and big-endian, so that it holds exactly the numbers that the schema
/// can express.
///
/// ```
/// use serde_wire::types::FixedDecimal;
///
/// let price: FixedDecimal<2, 1> = "-0.2".parse()?;
/// assert_eq!(price.0, [0xff, 0xfe]);
/// assert!("3276.8".parse::<FixedDecimal<2, 1>>().is_err());
/// # Ok::<(), serde_wire::types::OutOfRange>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct FixedDecimal<const SIZE: usize, const SCALE: u32>(pub [u8; SIZE]);

impl<const SIZE: usize, const SCALE: u32> FixedDecimal<SIZE, SCALE> {
    /// The number of digits behind the point.
    pub const SCALE: u32 = SCALE;

    /// The decimal `unscaled / 10^SCALE`.
    ///
    /// # Errors
    /// The number does not fit `SIZE` bytes.
    pub fn new(unscaled: &BigInt) -> Result<Self, OutOfRange> {
        let bytes = unscaled.to_signed_bytes_be();
        let mut fixed = [if unscaled.sign() == Sign::Minus { 0xff } else { 0 }; SIZE];
        // Zero is one byte, which a fixed of no bytes need not have.
        let bytes = if *unscaled == BigInt::ZERO { &[][..] } else { &bytes };
        let start = SIZE.checked_sub(bytes.len()).ok_or_else(|| {
            OutOfRange::new(&shown(unscaled, unscaled.bits()), format!("takes more than {SIZE} bytes"))
        })?;
        fixed[start..].copy_from_slice(bytes);
        Ok(Self(fixed))
    }

    /// The unscaled number.
    pub fn unscaled(&self) -> BigInt {
        BigInt::from_signed_bytes_be(&self.0)
    }
}

impl<const SIZE: usize, const SCALE: u32> Default for FixedDecimal<SIZE, SCALE> {
    fn default() -> Self {
        Self([0; SIZE])
    }
}

impl<const SIZE: usize, const SCALE: u32> Ord for FixedDecimal<SIZE, SCALE> {
    fn cmp(&self, other: &Self) -> Ordering {
        // The first byte carries the sign, the others are magnitudes.
        let sign = |bytes: &[u8; SIZE]| bytes.first().map(|byte| byte.cast_signed());
        sign(&self.0).cmp(&sign(&other.0)).then_with(|| self.0.cmp(&other.0))
    }
}

impl<const SIZE: usize, const SCALE: u32> PartialOrd for FixedDecimal<SIZE, SCALE> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<const SIZE: usize, const SCALE: u32> TryFrom<&BigInt> for FixedDecimal<SIZE, SCALE> {
    type Error = OutOfRange;

    fn try_from(unscaled: &BigInt) -> Result<Self, OutOfRange> {
        Self::new(unscaled)
    }
}

impl<const SIZE: usize, const SCALE: u32> fmt::Debug for FixedDecimal<SIZE, SCALE> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unscaled = self.unscaled();
        if is_long(unscaled.bits()) {
            return write!(f, "FixedDecimal({}, scale {SCALE})", shown(&unscaled, unscaled.bits()));
        }
        write!(f, "FixedDecimal({self})")
    }
}

impl<const SIZE: usize, const SCALE: u32> fmt::Display for FixedDecimal<SIZE, SCALE> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        print(&self.unscaled(), SCALE, f)
    }
}

impl<const SIZE: usize, const SCALE: u32> FromStr for FixedDecimal<SIZE, SCALE> {
    type Err = OutOfRange;

    fn from_str(text: &str) -> Result<Self, OutOfRange> {
        Self::new(&parse(text, SCALE)?)
    }
}

impl<const SIZE: usize, const SCALE: u32> AvroEncode for FixedDecimal<SIZE, SCALE> {
    #[inline(always)]
    fn encode<W: AvroWrite>(&self, writer: &mut W) {
        self.0.encode(writer);
    }
}

impl<'a, const SIZE: usize, const SCALE: u32> AvroDecode<'a> for FixedDecimal<SIZE, SCALE> {
    const MIN_SIZE: usize = SIZE;

    #[inline(always)]
    fn decode<R: AvroRead<'a>>(reader: &mut R) -> Result<Self, DecodeError> {
        AvroDecode::decode(reader).map(Self)
    }
}

impl<'a, const SIZE: usize, const SCALE: u32> AvroResolve<'a> for FixedDecimal<SIZE, SCALE> {
    #[inline]
    fn decode_plan<R: AvroRead<'a>>(plan: Plan<'_>, reader: &mut R) -> Result<Self, DecodeError> {
        AvroResolve::decode_plan(plan, reader).map(Self)
    }
}

/// More digits than anybody writes, and few enough for their text to be made and read in no time, which takes the square of it.
pub(crate) const MOST_DIGITS: usize = 100_000;

/// As many zeros.
const MOST_ZEROS: i64 = 100_000;

/// An unscaled number whose scale has changed by so many digits; `None` if digits that are not zeros would go, or if there
/// would be too many.
pub(super) fn changed_scale(unscaled: &BigInt, change: i64) -> Option<BigInt> {
    if *unscaled == BigInt::ZERO {
        return Some(BigInt::ZERO);
    }
    let digits = u32::try_from(change.unsigned_abs()).ok().filter(|_| change.abs() <= MOST_ZEROS)?;
    let power = BigInt::from(10).pow(digits);
    if change >= 0 {
        return Some(unscaled * power);
    }
    let quotient = unscaled / &power;
    (&quotient * power == *unscaled).then_some(quotient)
}

/// The unscaled number at another scale of a number that has one of its own, as [`changed_scale`].
#[cfg(any(feature = "bigdecimal", feature = "rust_decimal"))]
pub(super) fn unscaled_to_scale(unscaled: &BigInt, from: i64, to: i64) -> Option<BigInt> {
    changed_scale(unscaled, to.checked_sub(from).filter(|change| *change != i64::MIN)?)
}

/// The unscaled number at another scale, rounded to the nearest one; a half to the one that is even.
pub(super) fn rounded_to_scale(unscaled: &BigInt, from: u32, to: u32) -> BigInt {
    let Some(cut) = from.checked_sub(to) else { return unscaled * BigInt::from(10).pow(to - from) };
    let power = BigInt::from(10).pow(cut);
    // Both are cut toward zero.
    let (quotient, rest) = (unscaled / &power, unscaled % &power);
    let twice: BigInt = BigInt::from(rest.magnitude().clone()) * 2_u32;
    let is_odd = quotient.bit(0);
    let away = match twice.cmp(&power) {
        Ordering::Less => false,
        Ordering::Equal => is_odd,
        Ordering::Greater => true,
    };
    match (away, unscaled.sign()) {
        (false, _) => quotient,
        (true, Sign::Minus) => quotient - 1,
        (true, _) => quotient + 1,
    }
}

/// Prints `unscaled / 10^scale` with exactly `scale` digits behind the point.
pub(crate) fn print(unscaled: &BigInt, scale: u32, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let digits = unscaled.magnitude().to_string();
    let scale = scale as usize;
    let text = if scale == 0 {
        digits
    } else {
        let digits = format!("{digits:0>width$}", width = scale.saturating_add(1));
        let (whole, fraction) = digits.split_at(digits.len() - scale);
        format!("{whole}.{fraction}")
    };
    f.pad_integral(unscaled.sign() != Sign::Minus, "", &text)
}

/// The error for a text of more digits than anybody writes.
#[cold]
pub(super) fn too_long(text: &str) -> OutOfRange {
    let found = format!("a text of {} bytes", text.len());
    OutOfRange::new(&found, format!("is longer than a decimal of {MOST_DIGITS} digits"))
}

/// The unscaled number of a text such as `-12.3`, which may have fewer digits behind the point than `scale` but, zeros
/// apart, not more.
pub(crate) fn parse(text: &str, scale: u32) -> Result<BigInt, OutOfRange> {
    if text.len() > MOST_DIGITS {
        return Err(too_long(text));
    }
    let refuse = |reason: String| OutOfRange::new(text, reason);
    let malformed = || refuse("is not a decimal number such as -12.30".to_owned());
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits_of_whole = whole.strip_prefix(['-', '+']).unwrap_or(whole);
    let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let well_formed = !digits_of_whole.is_empty() && all_digits(digits_of_whole) && all_digits(fraction);
    if !well_formed || text.ends_with('.') {
        return Err(malformed());
    }
    let fraction = fraction.trim_end_matches('0');
    let width = scale as usize;
    if fraction.len() > width {
        return Err(refuse(format!("has more than {scale} digits behind the point")));
    }
    format!("{whole}{fraction:0<width$}").parse().map_err(|_| malformed())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec;

    #[test]
    fn text_and_number_agree() {
        for (text, unscaled, printed) in [
            ("0", 0, "0.00"),
            ("1", 100, "1.00"),
            ("+1.5", 150, "1.50"),
            ("-0.05", -5, "-0.05"),
            ("-12.3000", -1230, "-12.30"),
        ] {
            let parsed: Decimal<2> = text.parse().unwrap();
            assert_eq!((parsed.unscaled(), parsed.to_string().as_str()), (&unscaled.into(), printed));
            let fixed: FixedDecimal<4, 2> = text.parse().unwrap();
            assert_eq!((fixed.unscaled(), fixed.to_string().as_str()), (unscaled.into(), printed));
        }
        for text in ["", "-", ".5", "5.", "1.005", "1e3", "--1", "1.-5", "١"] {
            assert!(text.parse::<Decimal<2>>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn the_wire_form_is_two_s_complement() {
        for (unscaled, bytes) in
            [(0, &[0][..]), (127, &[0x7f]), (128, &[0, 0x80]), (-128, &[0x80]), (-129, &[0xff, 0x7f])]
        {
            let mut out = Vec::new();
            Decimal::<0>::from(unscaled).encode_into(&mut out);
            assert_eq!(out[1..], *bytes, "{unscaled}");
            assert_eq!(codec::decode(&out), Ok(Decimal::<0>::from(unscaled)));
        }
        assert_eq!(codec::decode(&[0]), Ok(Decimal::<3>::default()), "no bytes are zero");
    }

    #[test]
    fn a_fixed_holds_what_fits() {
        for (unscaled, fits) in [(127, true), (128, false), (-128, true), (-129, false), (0, true)] {
            assert_eq!(FixedDecimal::<1, 0>::new(&unscaled.into()).is_ok(), fits, "{unscaled}");
        }
        assert!(FixedDecimal::<0, 0>::new(&0.into()).is_ok());
        let sorted =
            [-300, -2, -1, 0, 1, 2, 300].map(|number| FixedDecimal::<2, 0>::new(&number.into()).unwrap());
        assert!(sorted.is_sorted());
    }
}
