//! Decimals.

use crate::codec::EncodeError;
use crate::types::BigInt;
use crate::types::decimal::unscaled_to_scale;
use crate::types::precise::shown;

/// Decimals, by a function that makes them of an unscaled number and a scale, if it can, and one that gives both.
macro_rules! map_decimals {
    ($theirs:ty, $to:path, $from:path) => {
        impl<const SCALE: u32> crate::types::mapped::Logical<crate::types::Decimal<SCALE>> for $theirs {
            fn from_logical(
                decimal: crate::types::Decimal<SCALE>,
            ) -> Result<Self, crate::codec::DecodeError> {
                $to(decimal.unscaled(), SCALE.into()).ok_or(crate::codec::DecodeError::DecimalRange)
            }

            fn to_logical(&self) -> Result<crate::types::Decimal<SCALE>, crate::codec::EncodeError> {
                let (unscaled, scale) = $from(self);
                crate::types::convert::mapping::decimals::scaled(self, &unscaled, scale, SCALE)
                    .map(crate::types::Decimal::new)
            }
        }

        impl<const SIZE: usize, const SCALE: u32>
            crate::types::mapped::Logical<crate::types::FixedDecimal<SIZE, SCALE>> for $theirs
        {
            fn from_logical(
                decimal: crate::types::FixedDecimal<SIZE, SCALE>,
            ) -> Result<Self, crate::codec::DecodeError> {
                $to(&decimal.unscaled(), SCALE.into()).ok_or(crate::codec::DecodeError::DecimalRange)
            }

            fn to_logical(
                &self,
            ) -> Result<crate::types::FixedDecimal<SIZE, SCALE>, crate::codec::EncodeError> {
                let (unscaled, scale) = $from(self);
                let unscaled =
                    crate::types::convert::mapping::decimals::scaled(self, &unscaled, scale, SCALE)?;
                crate::types::FixedDecimal::new(&unscaled).map_err(|_| {
                    let shown = crate::types::precise::shown(self, unscaled.bits());
                    crate::types::convert::mapping::out_of_range(
                        &shown,
                        "a decimal of the bytes of its fixed",
                    )
                })
            }
        }

        impl crate::types::mapped::Logical<crate::types::BigDecimal> for $theirs {
            fn from_logical(decimal: crate::types::BigDecimal) -> Result<Self, crate::codec::DecodeError> {
                $to(&decimal.unscaled, decimal.scale.into()).ok_or(crate::codec::DecodeError::DecimalRange)
            }

            fn to_logical(&self) -> Result<crate::types::BigDecimal, crate::codec::EncodeError> {
                let (unscaled, scale) = $from(self);
                let scale = scale.try_into().map_err(|_| {
                    let shown = crate::types::precise::shown(self, unscaled.bits());
                    crate::types::convert::mapping::out_of_range(&shown, "big-decimal")
                })?;
                Ok(crate::types::BigDecimal { unscaled, scale })
            }
        }
    };
}

/// The unscaled number at the scale of the schema.
pub(in crate::types::convert) fn scaled(
    value: &impl ToString,
    unscaled: &BigInt,
    from: i64,
    to: u32,
) -> Result<BigInt, EncodeError> {
    unscaled_to_scale(unscaled, from, to.into()).ok_or_else(|| {
        let value = shown(value, unscaled.bits());
        match from <= i64::from(to) {
            // It has no more digits behind the point than it may, but too many zeros before it.
            true => EncodeError::OutOfRange { value, logical_type: "decimal" },
            false => EncodeError::Scale { value, scale: to },
        }
    })
}

pub(in crate::types::convert) use map_decimals;
