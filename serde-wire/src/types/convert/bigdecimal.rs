//! Decimals of `bigdecimal`. Its integers may be of another version of `num-bigint`, so they go by way of their bytes.

use super::mapping::decimals::map_decimals;
use super::{always, where_it_fits};
use crate::types::decimal::unscaled_to_scale;
use crate::types::{BigDecimal, BigInt, Decimal, FixedDecimal};
use bigdecimal::BigDecimal as Theirs;

fn theirs(unscaled: &BigInt, scale: i64) -> Theirs {
    let bytes = unscaled.to_signed_bytes_be();
    Theirs::new(bigdecimal::num_bigint::BigInt::from_signed_bytes_be(&bytes), scale)
}

fn ours(value: &Theirs) -> (BigInt, i64) {
    let (unscaled, scale) = value.as_bigint_and_exponent();
    (BigInt::from_signed_bytes_be(&unscaled.to_signed_bytes_be()), scale)
}

always!(@(const SCALE: u32) Decimal<SCALE> => Theirs, |value| theirs(value.unscaled(), SCALE.into()));
where_it_fits!(@(const SCALE: u32) Theirs => Decimal<SCALE>, "does not fit the scale and size of the schema", |value| {
    let (unscaled, scale) = ours(value);
    unscaled_to_scale(&unscaled, scale, SCALE.into()).map(Self::new)
});
always!(@(const SIZE: usize, const SCALE: u32) FixedDecimal<SIZE, SCALE> => Theirs, |value| {
    theirs(&value.unscaled(), SCALE.into())
});
where_it_fits!(@(const SIZE: usize, const SCALE: u32) Theirs => FixedDecimal<SIZE, SCALE>, "does not fit the scale and size of the schema", |value| {
    let (unscaled, scale) = ours(value);
    Self::new(&unscaled_to_scale(&unscaled, scale, SCALE.into())?).ok()
});
always!(BigDecimal => Theirs, |value| theirs(&value.unscaled, value.scale.into()));
where_it_fits!(Theirs => BigDecimal, "has a scale beyond 32 bits", |value| {
    let (unscaled, scale) = ours(value);
    Some(Self { unscaled, scale: scale.try_into().ok()? })
});

/// Every decimal is one of theirs.
#[expect(clippy::unnecessary_wraps, reason = "that of other crates has less room")]
fn theirs_always(unscaled: &BigInt, scale: i64) -> Option<Theirs> {
    Some(theirs(unscaled, scale))
}

map_decimals!(Theirs, theirs_always, ours);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_are_equal_and_come_back() {
        for text in ["0.00", "1.00", "-12.30", "123456789012345678901234567890123456789.01"] {
            let ours: Decimal<2> = text.parse().unwrap();
            let theirs = Theirs::from(ours.clone());
            assert_eq!(theirs, text.parse::<Theirs>().unwrap());
            assert_eq!(Decimal::<2>::try_from(theirs.clone()), Ok(ours));
            let big = BigDecimal::try_from(theirs.clone()).unwrap();
            assert_eq!((big.to_string().as_str(), Theirs::from(big)), (text, theirs));
        }
        let ours: FixedDecimal<4, 3> = "-1.234".parse().unwrap();
        assert_eq!(FixedDecimal::<4, 3>::try_from(Theirs::from(ours)), Ok(ours));
    }

    #[test]
    fn a_number_with_another_scale_converts_where_no_digit_is_lost() {
        let value: Theirs = "1.2300".parse().unwrap();
        assert_eq!(Decimal::<2>::try_from(value.clone()), Ok(Decimal::from(123)));
        assert!(Decimal::<1>::try_from(value).is_err());
        assert!(
            Decimal::<2>::try_from(Theirs::new(1.into(), i64::MIN)).is_err(),
            "more digits than anybody has"
        );
        assert!(BigDecimal::try_from(Theirs::new(1.into(), 1 << 40)).is_err());
    }

    #[test]
    fn an_error_names_what_is_wrong_and_no_number_that_nobody_reads() {
        use crate::types::mapped::Logical;
        let error = |value: Theirs| Logical::<Decimal<2>>::to_logical(&value).unwrap_err();
        for (value, scale, expected) in [
            (BigInt::from(1_234), 3, "1.234 has more than the 2 digits behind the point"),
            (
                BigInt::from(1) << 1_000,
                3,
                "a number of about 301 digits has more than the 2 digits behind the point",
            ),
            (BigInt::from(1), -200_000, "1e+200000 is out of range for decimal"),
        ] {
            let error = error(theirs(&value, scale)).to_string();
            assert!(error.to_lowercase().starts_with(expected), "{error}");
        }
        let long = theirs(&(BigInt::from(1) << 1_000), 0);
        let error = Logical::<FixedDecimal<2, 0>>::to_logical(&long).unwrap_err().to_string();
        assert_eq!(
            error,
            "a number of about 301 digits is out of range for a decimal of the bytes of its fixed"
        );
    }
}
