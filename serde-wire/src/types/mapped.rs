//! Logical types as types of other crates.
//!
//! A field of a generated type can have a type of `chrono`, `jiff`, `time`, `rust_decimal`, `bigdecimal` or `uuid`
//! (`avro_codegen::Config::logical_type`). Its form on the wire is then [`Mapped`], which names the type of
//! [`types`](crate::types) that the schema asks for. What one of both sides cannot hold is an error, never another value:
//! a date that the crate has no year for, a time finer than the unit of the schema, a decimal of more digits.
//!
//! ```
//! # #[cfg(feature = "chrono")] {
//! use serde_wire::codec::form::{DecodeAs, TryEncodeAs};
//! use serde_wire::codec::{Reader, Writer};
//! use serde_wire::types::chrono::{DateTime, Utc};
//! use serde_wire::types::mapped::Mapped;
//! use serde_wire::types::TimestampMillis;
//!
//! let time: DateTime<Utc> = DateTime::from_timestamp_millis(1_500).unwrap();
//! let mut bytes = Vec::new();
//! <Mapped<TimestampMillis>>::try_encode_as(&time, &mut Writer::new(&mut bytes)).unwrap();
//! let read: DateTime<Utc> = <Mapped<TimestampMillis>>::decode_as(&mut Reader::new(&bytes)).unwrap();
//! assert_eq!(read, time);
//! # }
//! ```

use super::precise::Precise;
use crate::codec::form::{DecodeAs, EncodeAs, ResolveAs, TryEncodeAs};
use crate::codec::{AvroDecode, AvroEncode, AvroRead, AvroResolve, AvroWrite, DecodeError, EncodeError};
use crate::resolve::Plan;
use std::marker::PhantomData;

/// The form of the logical type `L` of [`types`](crate::types) for a type of another crate.
#[derive(Debug)]
pub struct Mapped<L>(PhantomData<L>);

/// The form of the decimal `L` of [`types`](crate::types) with the schema's precision for a type of another crate.
#[derive(Debug)]
pub struct MappedDecimal<L, const PRECISION: u32>(PhantomData<L>);

/// A type of another crate that stands for the logical type `L`.
pub trait Logical<L>: Sized {
    /// The value.
    ///
    /// # Errors
    /// This type has none for it.
    fn from_logical(logical: L) -> Result<Self, DecodeError>;

    /// The value for the wire.
    ///
    /// # Errors
    /// The logical type has none for it.
    fn to_logical(&self) -> Result<L, EncodeError>;
}

/// A type of another crate of which the logical type has every value, so that writing it cannot fail.
///
/// A conversion by `From` is not enough: that of a time of day drops what is finer than the unit.
pub trait Complete<L>: Logical<L> + Copy + Into<L> {}

/// A decimal of a logical type.
pub trait Digits {
    /// How many digits it has, those behind the point included.
    fn digits(&self) -> usize;

    /// How many bits its unscaled number has, or some more.
    fn bits(&self) -> u64;
}

/// Where every value can be written.
impl<L: AvroEncode, T: Complete<L>> EncodeAs<T> for Mapped<L> {
    #[inline]
    fn encode_as<W: AvroWrite>(value: &T, writer: &mut W) {
        let logical: L = (*value).into();
        logical.encode(writer);
    }
}

impl<L: AvroEncode, T: Logical<L>> TryEncodeAs<T> for Mapped<L> {
    #[inline]
    fn try_encode_as<W: AvroWrite>(value: &T, writer: &mut W) -> Result<(), EncodeError> {
        value.to_logical()?.encode(writer);
        Ok(())
    }
}

impl<L, T, const PRECISION: u32> TryEncodeAs<T> for MappedDecimal<L, PRECISION>
where
    L: AvroEncode + Digits + ToString,
    T: Logical<L>,
{
    #[inline]
    fn try_encode_as<W: AvroWrite>(value: &T, writer: &mut W) -> Result<(), EncodeError> {
        Precise::<PRECISION>::try_encode_as(&value.to_logical()?, writer)
    }
}

/// Reading a form, which for a decimal is the same whatever its precision.
macro_rules! decode {
    ($form:ty, [$($generics:tt)*]) => {
        impl<'a, L: AvroDecode<'a>, T: Logical<L>, $($generics)*> DecodeAs<'a, T> for $form {
            const MIN_SIZE: usize = L::MIN_SIZE;

            #[inline]
            fn decode_as<R: AvroRead<'a>>(reader: &mut R) -> Result<T, DecodeError> {
                T::from_logical(L::decode(reader)?)
            }
        }

        impl<'a, L: AvroResolve<'a>, T: Logical<L>, $($generics)*> ResolveAs<'a, T> for $form {
            fn decode_plan_as<R: AvroRead<'a>>(plan: Plan<'_>, reader: &mut R) -> Result<T, DecodeError> {
                T::from_logical(L::decode_plan(plan, reader)?)
            }
        }
    };
}

decode!(Mapped<L>, []);
decode!(MappedDecimal<L, PRECISION>, [const PRECISION: u32]);

/// `uuid` on a `fixed` as the type of the crate `uuid`, which on a `string` it is anyway.
impl Logical<super::FixedUuid> for super::Uuid {
    fn from_logical(logical: super::FixedUuid) -> Result<Self, DecodeError> {
        Ok(logical.0)
    }

    fn to_logical(&self) -> Result<super::FixedUuid, EncodeError> {
        Ok((*self).into())
    }
}

impl Complete<super::FixedUuid> for super::Uuid {}

impl<const SCALE: u32> Digits for super::Decimal<SCALE> {
    fn digits(&self) -> usize {
        Self::digits(self)
    }

    fn bits(&self) -> u64 {
        self.unscaled().bits()
    }
}

impl<const SIZE: usize, const SCALE: u32> Digits for super::FixedDecimal<SIZE, SCALE> {
    fn digits(&self) -> usize {
        self.unscaled().magnitude().to_string().len()
    }

    fn bits(&self) -> u64 {
        let sign = self.0.first().map_or(0, |first| if first & 0x80 == 0 { 0 } else { 0xff });
        let significant = self.0.iter().skip_while(|byte| **byte == sign).count() as u64;
        // A negative number of ones and zeros has a bit more than that.
        significant * 8 + 1
    }
}
