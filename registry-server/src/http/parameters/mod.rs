//! Typed parameters of paths and queries.
//!
//! A parameter is a constant: its name, its place, its kind and a sentence for the API's description, together with what
//! makes a typed value of it. An operation declares its parameters as a struct, by [`parameters!`]; the same declaration
//! is what its handler reads and what the description lists. A handler has nothing else to read from: neither the path
//! nor the query reaches it.
//!
//! Fields are read from top to bottom, so their order decides which of several malformed parameters is reported.

mod common;
mod declaration;
mod input;
mod kinds;
mod parameter;

pub(super) use common::*;
pub(super) use declaration::{Declaration, Kind, Place, declares_placeholders};
pub(super) use input::{Input, Values};
pub(super) use parameter::Parameter;

use super::error::ApiError;

/// The declarations of one or more parameters, field by field.
pub(super) type Declared = &'static [&'static [Declaration]];

/// The parameters of an operation; [`parameters!`] writes the implementation.
pub(super) trait Parameters: Sized + Send {
    /// Every parameter, in the order in which they are read.
    const DECLARED: Declared;

    /// Reads all of them.
    ///
    /// # Errors
    /// The answer to the first malformed one.
    fn read(input: &Input) -> Result<Self, ApiError>;
}

/// Declares the parameters of an operation: a struct with a field for each, its type, and the [`Parameter`] that it is
/// read with. A field that no handler uses is a warning of the compiler, so nothing is described that is not read.
macro_rules! parameters {
    ($(#[$meta:meta])* struct $name:ident { $($field:ident: $type:ty = $parameter:expr),* $(,)? }) => {
        $(#[$meta])*
        struct $name { $($field: $type),* }

        impl $crate::http::parameters::Parameters for $name {
            const DECLARED: $crate::http::parameters::Declared = &[$(&$parameter.declarations),*];

            fn read(
                _input: &$crate::http::parameters::Input,
            ) -> Result<Self, $crate::http::error::ApiError> {
                Ok(Self { $($field: const { $parameter }.read(_input)?),* })
            }
        }
    };
}
pub(super) use parameters;
