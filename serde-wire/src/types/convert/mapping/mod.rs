//! Types of other crates as the types of fields: [`Logical`](crate::types::mapped::Logical) for each.

#[cfg(any(feature = "bigdecimal", feature = "rust_decimal"))]
pub(super) mod decimals;
#[cfg(any(feature = "chrono", feature = "jiff", feature = "time"))]
pub(super) mod times;

use crate::codec::EncodeError;

#[cold]
pub(super) fn out_of_range(value: &impl ToString, logical_type: &'static str) -> EncodeError {
    EncodeError::OutOfRange { value: value.to_string(), logical_type }
}
