//! A parameter: its declaration with its conversion.

use super::{Declaration, Input, Kind, Place, Values};
use crate::http::error::ApiError;

/// `N` parameters that one value of type `T` is made of; nearly always one.
#[derive(Clone, Copy)]
pub(in crate::http) struct Parameter<T, const N: usize = 1> {
    /// Declaration of each.
    pub(in crate::http) declarations: [Declaration; N],
    /// Conversion of the raw values.
    convert: fn([Values<'_>; N]) -> Result<T, ApiError>,
}

impl<T, const N: usize> Parameter<T, N> {
    /// The value in a request.
    pub(in crate::http) fn read(&self, input: &Input) -> Result<T, ApiError> {
        (self.convert)(self.declarations.each_ref().map(|declaration| input.values(declaration)))
    }
}

impl<T> Parameter<T> {
    /// A parameter with a conversion of its own.
    pub(in crate::http) const fn new(
        declaration: Declaration,
        convert: fn([Values<'_>; 1]) -> Result<T, ApiError>,
    ) -> Self {
        Self { declarations: [declaration], convert }
    }

    /// A parameter in the query.
    pub(super) const fn query(
        name: &'static str,
        kind: Kind,
        description: &'static str,
        convert: fn([Values<'_>; 1]) -> Result<T, ApiError>,
    ) -> Self {
        Self::new(Declaration { name, place: Place::Query, kind, description }, convert)
    }

    /// A parameter in the path.
    pub(super) const fn path(
        name: &'static str,
        kind: Kind,
        description: &'static str,
        convert: fn([Values<'_>; 1]) -> Result<T, ApiError>,
    ) -> Self {
        Self::new(Declaration { name, place: Place::Path, kind, description }, convert)
    }
}

impl<T> Parameter<T, 2> {
    /// Two parameters that make one value.
    pub(in crate::http) const fn pair<A, B>(
        first: &Parameter<A>,
        second: &Parameter<B>,
        convert: fn([Values<'_>; 2]) -> Result<T, ApiError>,
    ) -> Self {
        Self { declarations: [first.declarations[0], second.declarations[0]], convert }
    }
}

impl<T> Parameter<T, 3> {
    /// Three parameters that make one value.
    pub(in crate::http) const fn triple<A, B, C>(
        first: &Parameter<A>,
        second: &Parameter<B>,
        third: &Parameter<C>,
        convert: fn([Values<'_>; 3]) -> Result<T, ApiError>,
    ) -> Self {
        let declarations = [first.declarations[0], second.declarations[0], third.declarations[0]];
        Self { declarations, convert }
    }
}
