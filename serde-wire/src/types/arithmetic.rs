//! Sums, products and comparisons of decimals.

use super::decimal::{changed_scale, rounded_to_scale};
use super::{Decimal, OutOfRange};
use num_bigint::{BigInt, Sign};
use std::cmp::Ordering;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Mul, MulAssign, Neg, Sub, SubAssign};

impl<const SCALE: u32> Decimal<SCALE> {
    /// The decimal of a whole number: 7 is 7.00 at a scale of 2.
    pub fn from_integer(integer: impl Into<BigInt>) -> Self {
        Self::new(integer.into() * BigInt::from(10).pow(SCALE))
    }

    /// How many digits it has, those behind the point included: the precision that a schema needs for it. Zero has one.
    pub fn digits(&self) -> usize {
        self.unscaled().magnitude().to_string().len()
    }

    /// Whether it is below zero.
    pub fn is_negative(&self) -> bool {
        self.unscaled().sign() == Sign::Minus
    }

    /// Its distance from zero.
    #[must_use]
    pub fn abs(&self) -> Self {
        Self::new(self.unscaled().magnitude().clone().into())
    }

    /// The same number with another scale.
    ///
    /// # Errors
    /// It has digits behind the point that the other scale has no place for; [`rounded`](Self::rounded) takes them away.
    ///
    /// ```
    /// use serde_wire::types::Decimal;
    ///
    /// let price: Decimal<4> = "1.2500".parse()?;
    /// assert_eq!(price.rescaled::<2>()?.to_string(), "1.25");
    /// assert!(price.rescaled::<1>().is_err());
    /// assert_eq!(price.rounded::<1>().to_string(), "1.2");
    /// # Ok::<(), serde_wire::types::OutOfRange>(())
    /// ```
    pub fn rescaled<const OTHER: u32>(&self) -> Result<Decimal<OTHER>, OutOfRange> {
        changed_scale(self.unscaled(), i64::from(OTHER) - i64::from(SCALE))
            .map(Decimal::new)
            .ok_or_else(|| OutOfRange::new(self, format!("has more than {OTHER} digits behind the point")))
    }

    /// The nearest number with another scale; of two that are as near, the one whose last digit is even.
    pub fn rounded<const OTHER: u32>(&self) -> Decimal<OTHER> {
        Decimal::new(rounded_to_scale(self.unscaled(), SCALE, OTHER))
    }

    /// The product with a decimal of another scale, rounded to a third one.
    ///
    /// ```
    /// use serde_wire::types::Decimal;
    ///
    /// let (price, rate): (Decimal<2>, Decimal<3>) = ("19.99".parse()?, "0.075".parse()?);
    /// let tax: Decimal<2> = price.times(&rate);
    /// assert_eq!(tax.to_string(), "1.50");
    /// # Ok::<(), serde_wire::types::OutOfRange>(())
    /// ```
    pub fn times<const OTHER: u32, const RESULT: u32>(&self, factor: &Decimal<OTHER>) -> Decimal<RESULT> {
        Decimal::new(rounded_to_scale(&(self.unscaled() * factor.unscaled()), SCALE + OTHER, RESULT))
    }

    /// Compares with a decimal of another scale by value: 1.5 and 1.50 are equal.
    pub fn cmp_value<const OTHER: u32>(&self, other: &Decimal<OTHER>) -> Ordering {
        let scale = SCALE.max(OTHER);
        let widened = |unscaled: &BigInt, own: u32| unscaled * BigInt::from(10).pow(scale - own);
        widened(self.unscaled(), SCALE).cmp(&widened(other.unscaled(), OTHER))
    }
}

/// An operation on two decimals of one type, which is that on their unscaled numbers, by value and by reference.
macro_rules! operation {
    ($trait:ident::$method:ident, $assign:ident::$assign_method:ident) => {
        impl<const SCALE: u32> $trait for Decimal<SCALE> {
            type Output = Self;

            fn $method(self, other: Self) -> Self {
                Self::new($trait::$method(self.into_unscaled(), other.into_unscaled()))
            }
        }

        impl<'d, const SCALE: u32> $trait<&'d Decimal<SCALE>> for &'d Decimal<SCALE> {
            type Output = Decimal<SCALE>;

            fn $method(self, other: Self) -> Decimal<SCALE> {
                Decimal::new($trait::$method(self.unscaled(), other.unscaled()))
            }
        }

        impl<const SCALE: u32> $assign for Decimal<SCALE> {
            fn $assign_method(&mut self, other: Self) {
                *self = $trait::$method(std::mem::take(self), other);
            }
        }

        impl<const SCALE: u32> $assign<&Decimal<SCALE>> for Decimal<SCALE> {
            fn $assign_method(&mut self, other: &Self) {
                *self = $trait::$method(&*self, other);
            }
        }
    };
}
operation!(Add::add, AddAssign::add_assign);
operation!(Sub::sub, SubAssign::sub_assign);

impl<const SCALE: u32> Neg for Decimal<SCALE> {
    type Output = Self;

    fn neg(self) -> Self {
        Self::new(-self.into_unscaled())
    }
}

/// Times a whole number.
impl<const SCALE: u32> Mul<i64> for Decimal<SCALE> {
    type Output = Self;

    fn mul(self, factor: i64) -> Self {
        Self::new(self.into_unscaled() * factor)
    }
}

impl<const SCALE: u32> MulAssign<i64> for Decimal<SCALE> {
    fn mul_assign(&mut self, factor: i64) {
        *self = std::mem::take(self) * factor;
    }
}

impl<const SCALE: u32> Sum for Decimal<SCALE> {
    fn sum<I: Iterator<Item = Self>>(decimals: I) -> Self {
        decimals.fold(Self::default(), Add::add)
    }
}

impl<'d, const SCALE: u32> Sum<&'d Decimal<SCALE>> for Decimal<SCALE> {
    fn sum<I: Iterator<Item = &'d Self>>(decimals: I) -> Self {
        decimals.fold(Self::default(), |mut sum, decimal| {
            sum += decimal;
            sum
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal<const SCALE: u32>(text: &str) -> Decimal<SCALE> {
        text.parse().unwrap_or_else(|error| panic!("{error}"))
    }

    #[test]
    fn sums_differences_and_products() {
        let [a, b] = ["1.25", "-0.75"].map(decimal::<2>);
        assert_eq!(
            [&a + &b, &a - &b, -a.clone(), b.abs()].map(|d| d.to_string()),
            ["0.50", "2.00", "-1.25", "0.75"]
        );
        let mut sum = a.clone();
        sum += b.clone();
        sum -= &decimal("0.01");
        sum *= 3;
        assert_eq!(sum.to_string(), "1.47");
        assert_eq!([a.clone(), b.clone(), a.clone()].iter().sum::<Decimal<2>>().to_string(), "1.75");
        assert_eq!([a, b].into_iter().sum::<Decimal<2>>().to_string(), "0.50");
        assert_eq!(Decimal::<3>::from_integer(-7).to_string(), "-7.000");
    }

    #[test]
    fn a_half_is_rounded_to_the_even_digit() {
        for (text, rounded) in [
            ("0.125", "0.12"),
            ("0.135", "0.14"),
            ("-0.125", "-0.12"),
            ("-0.135", "-0.14"),
            ("0.124", "0.12"),
            ("0.126", "0.13"),
            ("-0.126", "-0.13"),
            ("0.005", "0.00"),
            ("-0.004", "0.00"),
            ("9.995", "10.00"),
        ] {
            assert_eq!(decimal::<3>(text).rounded::<2>().to_string(), rounded, "{text}");
        }
        assert_eq!(decimal::<1>("1.5").rounded::<3>().to_string(), "1.500");
        assert_eq!(decimal::<1>("2.5").times::<1, 0>(&decimal("1.0")).to_string(), "2");
    }

    #[test]
    fn digits_sign_and_order() {
        for (text, digits, is_negative) in
            [("0.00", 1, false), ("-0.05", 1, true), ("123.45", 5, false), ("-10.00", 4, true)]
        {
            let value = decimal::<2>(text);
            assert_eq!((value.digits(), value.is_negative()), (digits, is_negative), "{text}");
        }
        for (one, other, order) in [
            ("1.5", "1.500", Ordering::Equal),
            ("-1.5", "1.499", Ordering::Less),
            ("1.5", "1.499", Ordering::Greater),
        ] {
            assert_eq!(decimal::<1>(one).cmp_value(&decimal::<3>(other)), order, "{one} {other}");
        }
    }
}
