//! Dates and times.

use super::out_of_range;
use crate::codec::EncodeError;
use crate::types::calendar::count_of_nanos;

/// The name of a logical type in a schema, for messages.
macro_rules! name {
    (Date) => {
        "date"
    };
    (TimeMillis) => {
        "time-millis"
    };
    (TimeMicros) => {
        "time-micros"
    };
    (TimestampMillis) => {
        "timestamp-millis"
    };
    (TimestampMicros) => {
        "timestamp-micros"
    };
    (TimestampNanos) => {
        "timestamp-nanos"
    };
    (LocalTimestampMillis) => {
        "local-timestamp-millis"
    };
    (LocalTimestampMicros) => {
        "local-timestamp-micros"
    };
    (LocalTimestampNanos) => {
        "local-timestamp-nanos"
    };
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

        impl crate::types::mapped::Complete<crate::types::Date> for $theirs {}
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
                const NAME: &str = crate::types::convert::mapping::times::name!($ours);
                let count = crate::types::convert::mapping::times::count(self, $from(*self), $digits, NAME)?;
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
        crate::types::convert::mapping::times::map_times!($instant, $to_instant, $from_instant, TimestampRange:
            TimestampMillis 3, TimestampMicros 6, TimestampNanos 9);
        crate::types::convert::mapping::times::map_times!($local, $to_local, $from_local, TimestampRange:
            LocalTimestampMillis 3, LocalTimestampMicros 6, LocalTimestampNanos 9);
        crate::types::convert::mapping::times::map_times!($time, $to_time, $from_time, TimeRange:
            TimeMillis 3, TimeMicros 6);
    };
}

/// The units of which `10^digits` make a second in a number of nanoseconds.
pub(in crate::types::convert) fn count(
    value: &impl ToString,
    nanos: Option<i128>,
    digits: u32,
    logical_type: &'static str,
) -> Result<i64, EncodeError> {
    let nanos = nanos.ok_or_else(|| out_of_range(value, logical_type))?;
    if nanos % 10_i128.pow(9 - digits) != 0 {
        return Err(EncodeError::Unit { value: value.to_string(), logical_type });
    }
    count_of_nanos(nanos, digits).ok_or_else(|| out_of_range(value, logical_type))
}

pub(in crate::types::convert) use {map_all_times, map_date, map_times, name};
