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
pub(super) fn fits(decimal: &impl Digits, precision: u32) -> bool {
    // 10^p is more than 2^(3.32 p): mostly the length in bits is enough to know, and counting digits costs a division each.
    let surely = u64::from(precision) * 332 / 100;
    decimal.bits() <= surely || u32::try_from(decimal.digits()).is_ok_and(|digits| digits <= precision)
}

#[cold]
pub(super) fn too_long(decimal: &impl ToString, precision: u32) -> EncodeError {
    EncodeError::Digits { value: decimal.to_string(), precision }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::{BigInt, Decimal, FixedDecimal};

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
