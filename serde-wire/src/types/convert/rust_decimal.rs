//! Decimals of `rust_decimal`, which have 96 bits and at most 28 digits behind the point.

use super::mapping::decimals::map_decimals;
use super::where_it_fits;
use crate::types::decimal::{changed_scale, unscaled_to_scale};
use crate::types::{BigDecimal, BigInt, Decimal, FixedDecimal};
use rust_decimal::Decimal as Theirs;

const BITS: u64 = 96;

/// The decimal of an unscaled number. Digits that are zeros go where the scale is more than the other side has.
fn theirs(unscaled: &BigInt, scale: i64) -> Option<Theirs> {
    let most = i64::from(Theirs::MAX_SCALE);
    let mut kept = scale.clamp(0, most);
    let mut unscaled = changed_scale(unscaled, kept - scale)?;
    // So do zeros that are more than its bits can hold.
    while kept > 0 && unscaled.bits() > BITS {
        unscaled = changed_scale(&unscaled, -1)?;
        kept -= 1;
    }
    Theirs::try_from_i128_with_scale(unscaled.try_into().ok()?, u32::try_from(kept).ok()?).ok()
}

where_it_fits!(@(const SCALE: u32) Decimal<SCALE> => Theirs, "is out of range for rust_decimal::Decimal", |value| {
    theirs(value.unscaled(), SCALE.into())
});
where_it_fits!(@(const SCALE: u32) Theirs => Decimal<SCALE>, "does not fit the scale and size of the schema", |value| {
    unscaled_to_scale(&value.mantissa().into(), value.scale().into(), SCALE.into()).map(Self::new)
});
where_it_fits!(@(const SIZE: usize, const SCALE: u32) FixedDecimal<SIZE, SCALE> => Theirs,
    "is out of range for rust_decimal::Decimal", |value| theirs(&value.unscaled(), SCALE.into()));
where_it_fits!(@(const SIZE: usize, const SCALE: u32) Theirs => FixedDecimal<SIZE, SCALE>, "does not fit the scale and size of the schema", |value| {
    let unscaled = unscaled_to_scale(&value.mantissa().into(), value.scale().into(), SCALE.into())?;
    Self::new(&unscaled).ok()
});
where_it_fits!(BigDecimal => Theirs, "is out of range for rust_decimal::Decimal", |value| {
    theirs(&value.unscaled, value.scale.into())
});

impl From<Theirs> for BigDecimal {
    fn from(value: Theirs) -> Self {
        let scale = value.scale().try_into().expect("there are 28 digits at most");
        Self { unscaled: value.mantissa().into(), scale }
    }
}

/// The unscaled number and its scale.
fn parts(value: &Theirs) -> (BigInt, i64) {
    (value.mantissa().into(), value.scale().into())
}

map_decimals!(Theirs, theirs, parts);

impl crate::types::mapped::Complete<BigDecimal> for Theirs {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zeros_behind_the_point_keep_no_number_out() {
        let ten = BigInt::from(10);
        for (power, fits) in [(18, true), (19, true), (28, true), (29, false)] {
            let decimal = Decimal::<10>::new(ten.pow(power + 10));
            let expected = fits.then(|| Theirs::from_i128_with_scale(10_i128.pow(power), 0));
            assert_eq!(Theirs::try_from(decimal).ok(), expected, "10^{power}");
        }
        // A digit that is no zero stays.
        assert!(Theirs::try_from(Decimal::<10>::new(ten.pow(29) + 1)).is_err());
        let decimal = Decimal::<10>::new(ten.pow(29) + 100);
        assert_eq!(
            Theirs::try_from(decimal).unwrap().to_string().trim_end_matches('0'),
            "10000000000000000000.00000001"
        );
        assert_eq!(Theirs::try_from(Decimal::<10>::new(-ten.pow(29))), Ok(-Theirs::from(10_u64.pow(19))));
    }

    #[test]
    fn both_print_alike_and_come_back() {
        for text in ["0.00", "1.00", "-12.30", "79228162514264337593543950.35", "-0.01"] {
            let ours: Decimal<2> = text.parse().unwrap();
            let theirs = Theirs::try_from(ours.clone()).unwrap();
            assert_eq!(theirs.to_string(), text);
            assert_eq!(Decimal::<2>::try_from(theirs), Ok(ours));
            let ours: FixedDecimal<16, 2> = text.parse().unwrap();
            assert_eq!(FixedDecimal::<16, 2>::try_from(Theirs::try_from(ours).unwrap()), Ok(ours));
            let big = BigDecimal::from(theirs);
            assert_eq!((big.to_string().as_str(), Theirs::try_from(big)), (text, Ok(theirs)));
        }
    }

    #[test]
    fn a_number_with_another_scale_converts_where_no_digit_is_lost() {
        let value: Theirs = "1.2300".parse().unwrap();
        assert_eq!(Decimal::<2>::try_from(value), Ok(Decimal::from(123)));
        assert_eq!(Decimal::<6>::try_from(value), Ok(Decimal::from(1_230_000)));
        assert!(Decimal::<1>::try_from(value).is_err());
        assert!(FixedDecimal::<1, 2>::try_from(Theirs::from(2)).is_err(), "200 is more than a byte");
        assert!(Theirs::try_from(Decimal::<40>::from(1)).is_err());
        let finer = Decimal::<40>::new(BigInt::from(10).pow(39));
        assert_eq!(Theirs::try_from(finer).unwrap().to_string().trim_end_matches('0'), "0.1");
        assert!(Theirs::try_from(Decimal::<0>::new(BigInt::from(1) << 100)).is_err());
        let large = BigDecimal { unscaled: 7.into(), scale: -3 };
        assert_eq!(Theirs::try_from(large), Ok(Theirs::from(7_000)));
        assert!(Theirs::try_from(BigDecimal { unscaled: 7.into(), scale: i32::MIN }).is_err());
        assert_eq!(Theirs::try_from(BigDecimal { unscaled: 0.into(), scale: i32::MIN }), Ok(Theirs::ZERO));
    }
}
