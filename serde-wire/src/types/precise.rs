//! Decimals within the precision of their schema.

use super::mapped::Digits;
use crate::codec::form::TryEncodeAs;
use crate::codec::{AvroEncode, AvroWrite, EncodeError};

/// The form of a [`Decimal`](super::Decimal) or [`FixedDecimal`](super::FixedDecimal) whose schema has that precision. Such a
/// type holds numbers of any length, as data may have them, but a longer one is not written; the reference does the same.
///
/// ```
/// use serde_wire::codec::form::TryEncodeAs;
/// use serde_wire::codec::{EncodeError, Writer};
/// use serde_wire::types::{Decimal, Precise};
///
/// let price: Decimal<2> = "123.45".parse()?;
/// let mut bytes = Vec::new();
/// assert!(<Precise<5>>::try_encode_as(&price, &mut Writer::new(&mut bytes)).is_ok());
/// let error = <Precise<4>>::try_encode_as(&price, &mut Writer::new(&mut bytes)).unwrap_err();
/// assert_eq!(error.to_string(), "123.45 has more than 4 digits, the precision of its schema");
/// # Ok::<(), serde_wire::types::OutOfRange>(())
/// ```
#[derive(Debug)]
pub struct Precise<const PRECISION: u32>;

impl<T: AvroEncode + Digits + ToString, const PRECISION: u32> TryEncodeAs<T> for Precise<PRECISION> {
    #[inline]
    fn try_encode_as<W: AvroWrite>(decimal: &T, writer: &mut W) -> Result<(), EncodeError> {
        if !fits(decimal, PRECISION) {
            return Err(too_long(decimal, PRECISION));
        }
        decimal.encode(writer);
        Ok(())
    }
}

/// Whether a decimal has at most so many digits.
pub(crate) fn fits(decimal: &impl Digits, precision: u32) -> bool {
    // 10^p is more than 2^(3.32 p) and less than 2^(3.33 p): mostly the length in bits is enough to know, and counting digits
    // costs a division each, so that it must not depend on data how many there are.
    let (bits, precision_64) = (decimal.bits(), u64::from(precision));
    if bits <= precision_64 * 332 / 100 {
        return true;
    }
    // Up to eight of the bits may be more than it has, and of its first one only that it is there is known.
    if bits.saturating_sub(9).saturating_mul(100) >= precision_64 * 333 {
        return false;
    }
    u32::try_from(decimal.digits()).is_ok_and(|digits| digits <= precision)
}

#[cold]
pub(super) fn too_long(decimal: &(impl Digits + ToString), precision: u32) -> EncodeError {
    EncodeError::Digits { value: shown(decimal, decimal.bits()), precision }
}

/// A number of more bits, some 120 digits, is not printed: nobody reads that, and printing takes the square of its length.
const MOST_SHOWN: u64 = 400;

/// Whether a number of so many bits is told by its length.
pub(super) const fn is_long(bits: u64) -> bool {
    bits > MOST_SHOWN
}

/// A number in a message, or about how long it is, given how many bits it has.
pub(super) fn shown(number: &(impl ToString + ?Sized), bits: u64) -> String {
    if !is_long(bits) {
        return number.to_string();
    }
    format!("a number of about {} digits", digits_of(bits))
}

/// How many digits a decimal has, for a message; of a long one about how many, which takes no time to know.
#[cfg(feature = "client")]
pub(crate) fn length(decimal: &impl Digits) -> String {
    let bits = decimal.bits();
    if !is_long(bits) {
        format!("{} digits", decimal.digits())
    } else {
        format!("about {} digits", digits_of(bits))
    }
}

fn digits_of(bits: u64) -> u64 {
    bits.saturating_mul(30_103) / 100_000
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::Writer;
    use crate::types::{BigInt, Decimal, FixedDecimal};

    /// A number whose digits are not counted.
    struct Uncounted(u64);

    impl Digits for Uncounted {
        fn digits(&self) -> usize {
            panic!("{} bits are enough to know", self.0)
        }

        fn bits(&self) -> u64 {
            self.0
        }
    }

    #[test]
    fn digits_are_counted_near_the_precision_only() {
        for precision in [1, 2, 9, 38, 1_000, u32::MAX] {
            let most = u64::from(precision) * 333 / 100;
            assert!(fits(&Uncounted(u64::from(precision) * 332 / 100), precision));
            for bits in [most + 10, most * 2 + 10, u64::MAX] {
                assert!(!fits(&Uncounted(bits), precision), "{bits} {precision}");
            }
        }
    }

    #[test]
    fn a_message_tells_how_long_a_long_number_is() {
        for (shift, expected) in [
            (10, "1024 has more than 3 digits, the precision of its schema"),
            (1_000, "a number of about 301 digits has more than 3 digits, the precision of its schema"),
            (
                8_000_000,
                "a number of about 2408240 digits has more than 3 digits, the precision of its schema",
            ),
        ] {
            let decimal = Decimal::<0>::new(BigInt::from(1) << shift);
            let error = <Precise<3>>::try_encode_as(&decimal, &mut Writer::new(&mut Vec::new())).unwrap_err();
            assert_eq!(error.to_string(), expected);
        }
        let fixed = FixedDecimal::<200, 0>::new(&(BigInt::from(1) << 1_000)).unwrap();
        let error = <Precise<3>>::try_encode_as(&fixed, &mut Writer::new(&mut Vec::new())).unwrap_err();
        assert!(error.to_string().starts_with("a number of about 30"), "{error}");
        let error = FixedDecimal::<2, 0>::new(&(BigInt::from(1) << 1_000)).unwrap_err();
        assert_eq!(error.to_string(), "\"a number of about 301 digits\" takes more than 2 bytes");
    }

    #[test]
    fn as_many_digits_as_the_precision_fit() {
        for precision in (1..=60).chain([500]) {
            let least: BigInt = BigInt::from(10).pow(precision);
            for (unscaled, expected) in [
                (BigInt::ZERO, true),
                (&least - 1, true),
                (1 - &least, true),
                (least.clone(), false),
                (-&least, false),
                (&least * 1000, false),
            ] {
                let fixed = FixedDecimal::<256, 3>::new(&unscaled).unwrap();
                let decimal = Decimal::<3>::new(unscaled);
                assert_eq!(fits(&decimal, precision), expected, "{decimal} {precision}");
                assert_eq!(fits(&fixed, precision), expected, "{decimal} {precision}");
            }
        }
    }
}
