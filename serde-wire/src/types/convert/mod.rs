//! Conversions between the logical types and those of other crates, each behind the feature of the crate's name.
//!
//! What both sides can hold converts without loss, except that a finer time is rounded down to the unit. Where every value
//! fits, a conversion is a `From`, else a `TryFrom`. Fields of these types lose nothing: `mapping`.

#[cfg(feature = "bigdecimal")]
mod bigdecimal;
#[cfg(feature = "chrono")]
mod chrono;
#[cfg(feature = "jiff")]
mod jiff;
#[cfg(any(
    feature = "bigdecimal",
    feature = "chrono",
    feature = "jiff",
    feature = "rust_decimal",
    feature = "time"
))]
mod mapping;
#[cfg(feature = "rust_decimal")]
mod rust_decimal;
#[cfg(feature = "time")]
mod time;

/// A conversion that cannot fail.
#[cfg(any(feature = "bigdecimal", feature = "chrono", feature = "jiff", feature = "time"))]
macro_rules! always {
    ($(@($($generic:tt)*))? $from:ty => $to:ty, |$value:ident| $made:expr) => {
        impl$(<$($generic)*>)? From<$from> for $to {
            fn from($value: $from) -> Self {
                $made
            }
        }
    };
}

/// A conversion that fails with `$reason` where there is no value.
#[cfg(any(
    feature = "bigdecimal",
    feature = "chrono",
    feature = "jiff",
    feature = "rust_decimal",
    feature = "time"
))]
macro_rules! where_it_fits {
    ($(@($($generic:tt)*))? $from:ty => $to:ty, $reason:literal, |$value:ident| $made:expr) => {
        #[doc = concat!("Fails for a value that ", $reason, ".")]
        impl$(<$($generic)*>)? TryFrom<$from> for $to {
            type Error = crate::types::OutOfRange;

            fn try_from(value: $from) -> Result<Self, crate::types::OutOfRange> {
                let made = |$value: &$from| -> Option<Self> { $made };
                made(&value).ok_or_else(|| crate::types::OutOfRange::new(&value, $reason))
            }
        }
    };
}

/// The conversions of all instants and local times to and from the types `$instant` and `$local` of a crate, by way of
/// nanoseconds since the epoch: each with a function that makes it of them, if it can, and one that gives them.
#[cfg(any(feature = "chrono", feature = "jiff", feature = "time"))]
macro_rules! timestamps {
    (
        $instant:ty: $to_instant:path, $from_instant:path, $no_instant:literal;
        $local:ty: $to_local:path, $from_local:path, $no_local:literal
    ) => {
        timestamps!(@each $instant, $to_instant, $from_instant, $no_instant:
            TimestampMillis 3, TimestampMicros 6, TimestampNanos 9);
        timestamps!(@each $local, $to_local, $from_local, $no_local:
            LocalTimestampMillis 3, LocalTimestampMicros 6, LocalTimestampNanos 9);
    };
    (@each $theirs:ty, $to:path, $from:path, $reason:literal: $($ours:ident $digits:literal),+) => {
        $(
            where_it_fits!(crate::types::$ours => $theirs, $reason, |count| {
                $to(nanos_of_count(count.0, $digits))
            });
            where_it_fits!($theirs => crate::types::$ours, "is out of range for the unit", |time| {
                count_of_nanos($from(*time), $digits).map(Self)
            });
        )+
    };
}

#[cfg(any(feature = "bigdecimal", feature = "chrono", feature = "jiff", feature = "time"))]
use always;
#[cfg(any(feature = "chrono", feature = "jiff", feature = "time"))]
use timestamps;
#[cfg(any(
    feature = "bigdecimal",
    feature = "chrono",
    feature = "jiff",
    feature = "rust_decimal",
    feature = "time"
))]
use where_it_fits;
