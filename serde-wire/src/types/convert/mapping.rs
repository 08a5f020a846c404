//! Types of other crates as the types of fields: [`Logical`](crate::types::mapped::Logical) for each.

use crate::codec::EncodeError;

/// The name of a logical type in a schema, for messages.
macro_rules! name {
    (Date) => { "date" };
    (TimeMillis) => { "time-millis" };
    (TimeMicros) => { "time-micros" };
    (TimestampMillis) => { "timestamp-millis" };
    (TimestampMicros) => { "timestamp-micros" };
    (TimestampNanos) => { "timestamp-nanos" };
    (LocalTimestampMillis) => { "local-timestamp-millis" };
    (LocalTimestampMicros) => { "local-timestamp-micros" };
    (LocalTimestampNanos) => { "local-timestamp-nanos" };
}

/// Dates, which the logical type has all of.
macro_rules! map_date {
    ($theirs:ty) => {
        impl crate::types::mapped::Logical<crate::types::Date> for $theirs {
            fn from_logical(date: crate::types::Date) -> Result<Self, crate::codec::DecodeError> {
                Self::try_from(date).map_err(|_| crate::codec::DecodeError::DateRange)
            }

            fn to_logical(&self) -> Result<crate::types::Date, crate::codec::EncodeError> {
                Ok((*self).into())
            }
        }
    };
}

/// Times as numbers of nanoseconds, by a function that makes them of that number, if it can, and one that gives it, unless
/// the value is one that Avro has not.
macro_rules! map_times {
    ($theirs:ty, $to:path, $from:path, $error:ident: $($ours:ident $digits:literal),+) => {
        $(impl crate::types::mapped::Logical<crate::types::$ours> for $theirs {
            fn from_logical(count: crate::types::$ours) -> Result<Self, crate::codec::DecodeError> {
                let nanos = crate::types::calendar::nanos_of_count(count.0.into(), $digits);
                $to(nanos).ok_or(crate::codec::DecodeError::$error)
            }

            fn to_logical(&self) -> Result<crate::types::$ours, crate::codec::EncodeError> {
                const NAME: &str = crate::types::convert::mapping::name!($ours);
                let count = crate::types::convert::mapping::count(self, $from(*self), $digits, NAME)?;
                let raw = count.try_into();
                raw.map(crate::types::$ours).map_err(|_| crate::types::convert::mapping::out_of_range(self, NAME))
            }
        })+
    };
}

/// The instants, local times and times of day of a crate, as [`map_times`].
macro_rules! map_all_times {
    (
        $instant:ty: $to_instant:path, $from_instant:path;
        $local:ty: $to_local:path, $from_local:path;
        $time:ty: $to_time:path, $from_time:path
    ) => {
        crate::types::convert::mapping::map_times!($instant, $to_instant, $from_instant, TimestampRange:
            TimestampMillis 3, TimestampMicros 6, TimestampNanos 9);
        crate::types::convert::mapping::map_times!($local, $to_local, $from_local, TimestampRange:
            LocalTimestampMillis 3, LocalTimestampMicros 6, LocalTimestampNanos 9);
        crate::types::convert::mapping::map_times!($time, $to_time, $from_time, TimeRange:
            TimeMillis 3, TimeMicros 6);
    };
}

/// Decimals, by a function that makes them of an unscaled number and a scale, if it can, and one that gives both.
macro_rules! map_decimals {
    ($theirs:ty, $to:path, $from:path) => {
        impl<const SCALE: u32> crate::types::mapped::Logical<crate::types::Decimal<SCALE>> for $theirs {
            fn from_logical(decimal: crate::types::Decimal<SCALE>) -> Result<Self, crate::codec::DecodeError> {
                $to(decimal.unscaled(), SCALE.into()).ok_or(crate::codec::DecodeError::DecimalRange)
            }

            fn to_logical(&self) -> Result<crate::types::Decimal<SCALE>, crate::codec::EncodeError> {
                let (unscaled, scale) = $from(self);
                crate::types::convert::mapping::scaled(self, &unscaled, scale, SCALE)
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
                let unscaled = crate::types::convert::mapping::scaled(self, &unscaled, scale, SCALE)?;
                crate::types::FixedDecimal::new(&unscaled).map_err(|_| {
                    crate::types::convert::mapping::out_of_range(self, "a decimal of the bytes of its fixed")
                })
            }
        }

        impl crate::types::mapped::Logical<crate::types::BigDecimal> for $theirs {
            fn from_logical(decimal: crate::types::BigDecimal) -> Result<Self, crate::codec::DecodeError> {
                $to(&decimal.unscaled, decimal.scale.into()).ok_or(crate::codec::DecodeError::DecimalRange)
            }

            fn to_logical(&self) -> Result<crate::types::BigDecimal, crate::codec::EncodeError> {
                let (unscaled, scale) = $from(self);
                let scale = scale
                    .try_into()
                    .map_err(|_| crate::types::convert::mapping::out_of_range(self, "big-decimal"))?;
                Ok(crate::types::BigDecimal { unscaled, scale })
            }
        }
    };
}

/// The units of which `10^digits` make a second in a number of nanoseconds.
#[cfg(any(feature = "chrono", feature = "jiff", feature = "time"))]
pub(super) fn count(
    value: &impl ToString,
    nanos: Option<i128>,
    digits: u32,
    logical_type: &'static str,
) -> Result<i64, EncodeError> {
    let nanos = nanos.ok_or_else(|| out_of_range(value, logical_type))?;
    if nanos % 10_i128.pow(9 - digits) != 0 {
        return Err(EncodeError::Unit { value: value.to_string(), logical_type });
    }
    crate::types::calendar::count_of_nanos(nanos, digits).ok_or_else(|| out_of_range(value, logical_type))
}

/// The unscaled number at the scale of the schema.
#[cfg(any(feature = "bigdecimal", feature = "rust_decimal"))]
pub(super) fn scaled(
    value: &impl ToString,
    unscaled: &crate::types::BigInt,
    from: i64,
    to: u32,
) -> Result<crate::types::BigInt, EncodeError> {
    crate::types::decimal::unscaled_to_scale(unscaled, from, to.into())
        .ok_or_else(|| EncodeError::Scale { value: value.to_string(), scale: to })
}

#[cold]
pub(super) fn out_of_range(value: &impl ToString, logical_type: &'static str) -> EncodeError {
    EncodeError::OutOfRange { value: value.to_string(), logical_type }
}

#[cfg(any(feature = "chrono", feature = "jiff", feature = "time"))]
pub(super) use {map_all_times, map_date, map_times, name};
#[cfg(any(feature = "bigdecimal", feature = "rust_decimal"))]
pub(super) use map_decimals;
