//! Conversions between the logical types and those of other crates, each behind the feature of the crate's name.
//!
//! What both sides can hold converts without loss, except that a finer time is rounded down to the unit. Where every value
//! fits, a conversion is a `From`, else a `TryFrom`.

#[cfg(feature = "bigdecimal")]
mod bigdecimal;
#[cfg(feature = "chrono")]
mod chrono;
#[cfg(feature = "jiff")]
mod jiff;
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

#[cfg(any(feature = "bigdecimal", feature = "chrono", feature = "jiff", feature = "time"))]
use always;
#[cfg(any(
    feature = "bigdecimal",
    feature = "chrono",
    feature = "jiff",
    feature = "rust_decimal",
    feature = "time"
))]
use where_it_fits;
