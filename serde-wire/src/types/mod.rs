//! Logical types (specification 1.12, "Logical Types") as Rust types that hold every value of their wire type.
//!
//! All of them can be written by the base type of their schema, so encoding them never fails, and decoding any
//! well-formed value and encoding it again gives an equal value: a date in the year 5,000,000 or a negative time of day
//! is kept as it came. So is a decimal of more digits than the schema's precision; but a field of a generated type, which knows
//! the precision, refuses to write it ([`Precise`]), as other libraries do. Conversions to types with a smaller range (`std::time`, calendars) are where such values fail.
//!
//! | logical type | base type | Rust type |
//! |---|---|---|
//! | `date` | `int` | [`Date`] |
//! | `time-millis`, `time-micros` | `int`, `long` | [`TimeMillis`], [`TimeMicros`] |
//! | `timestamp-millis`, `-micros`, `-nanos` | `long` | [`TimestampMillis`], [`TimestampMicros`], [`TimestampNanos`] |
//! | `local-timestamp-millis`, `-micros`, `-nanos` | `long` | [`LocalTimestampMillis`], [`LocalTimestampMicros`], [`LocalTimestampNanos`] |
//! | `decimal` | `bytes`, `fixed` | [`Decimal`], [`FixedDecimal`] |
//! | `big-decimal` | `bytes` | [`BigDecimal`] |
//! | `uuid` | `string`, `fixed` | [`Uuid`], [`FixedUuid`] |
//! | `duration` | `fixed` | [`Duration`] |
//!
//! The types of `chrono`, `jiff`, `time`, `rust_decimal` and `bigdecimal` convert to and from these, each behind the feature of
//! its crate's name, and can be the types of fields themselves: [`mapped`].
//!
//! A logical type does not take part in schema resolution: the raw number is kept when the writer's unit or scale was
//! another one (specification, "Logical Types": they are ignored unless the reader knows them).

mod arithmetic;
#[cfg(feature = "client")]
mod bare_bytes;
mod big_decimal;
mod calendar;
mod convert;
#[cfg(test)]
mod convert_tests;
pub(crate) mod decimal;
mod duration;
mod error;
pub mod mapped;
mod number;
mod parts;
pub(crate) mod precise;
#[cfg(feature = "bytes")]
mod shared_str;
mod system_time;
mod uuid;

pub use self::uuid::FixedUuid;
#[cfg(feature = "bigdecimal")]
pub use ::bigdecimal;
#[cfg(feature = "bytes")]
pub use ::bytes::Bytes;
#[cfg(feature = "chrono")]
pub use ::chrono;
#[cfg(feature = "indexmap")]
pub use ::indexmap::IndexMap;
#[cfg(feature = "jiff")]
pub use ::jiff;
pub use ::num_bigint::BigInt;
#[cfg(feature = "rust_decimal")]
pub use ::rust_decimal;
#[cfg(feature = "time")]
pub use ::time;
pub use ::uuid::Uuid;
#[cfg(feature = "client")]
pub use bare_bytes::BareBytes;
pub use big_decimal::BigDecimal;
pub use decimal::{Decimal, FixedDecimal};
pub use duration::Duration;
pub use error::OutOfRange;
pub use number::{
    Date, LocalTimestampMicros, LocalTimestampMillis, LocalTimestampNanos, TimeMicros, TimeMillis,
    TimestampMicros, TimestampMillis, TimestampNanos,
};
pub use precise::Precise;
#[cfg(feature = "bytes")]
pub use shared_str::SharedStr;

/// The codec of a type with one field, which is that field's codec.
macro_rules! transparent {
    ($type:ty, $inner:ty) => {
        impl crate::codec::AvroEncode for $type {
            #[inline(always)]
            fn encode<W: crate::codec::AvroWrite>(&self, writer: &mut W) {
                self.0.encode(writer);
            }
        }

        impl<'a> crate::codec::AvroDecode<'a> for $type {
            const MIN_SIZE: usize = <$inner as crate::codec::AvroDecode<'a>>::MIN_SIZE;

            #[inline(always)]
            fn decode<R: crate::codec::AvroRead<'a>>(
                reader: &mut R,
            ) -> Result<Self, crate::codec::DecodeError> {
                <$inner as crate::codec::AvroDecode<'a>>::decode(reader).map(Self)
            }
        }

        impl<'a> crate::codec::AvroResolve<'a> for $type {
            #[inline]
            fn decode_plan<R: crate::codec::AvroRead<'a>>(
                plan: crate::resolve::Plan<'_>,
                reader: &mut R,
            ) -> Result<Self, crate::codec::DecodeError> {
                <$inner as crate::codec::AvroResolve<'a>>::decode_plan(plan, reader).map(Self)
            }
        }
    };
}
use transparent;
