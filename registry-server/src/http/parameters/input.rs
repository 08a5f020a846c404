//! Raw values of a request's parameters.

use super::super::query::Query;
use super::{Declaration, Kind, Place};

/// Raw values of path and query. Only a parameter can look into it.
#[derive(Clone, Debug, Default)]
pub(in crate::http) struct Input {
    /// The placeholders of the path with their decoded texts.
    path: Vec<(&'static str, String)>,
    query: Query,
}

impl Input {
    pub(in crate::http) fn new(path: Vec<(&'static str, String)>, query: Query) -> Self {
        Self { path, query }
    }

    /// Raw values of one parameter.
    pub(super) fn values<'a>(&'a self, declaration: &'a Declaration) -> Values<'a> {
        Values { input: self, declaration }
    }
}

/// Raw values of one parameter.
#[derive(Clone, Copy, Debug)]
pub(in crate::http) struct Values<'a> {
    input: &'a Input,
    declaration: &'a Declaration,
}

impl<'a> Values<'a> {
    /// Kind of its values.
    pub(super) fn kind(&self) -> Kind {
        self.declaration.kind
    }

    /// The first value.
    pub(in crate::http) fn first(&self) -> Option<&'a str> {
        self.all().next()
    }

    /// The first value, unless it is empty.
    pub(in crate::http) fn not_empty(&self) -> Option<&'a str> {
        self.first().filter(|text| !text.is_empty())
    }

    /// All values, in order.
    pub(in crate::http) fn all(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        let (input, Declaration { name, place, .. }) = (self.input, self.declaration);
        let path = input.path.iter().filter(move |(key, _)| *place == Place::Path && key == name);
        let query = (*place == Place::Query).then(|| input.query.all(name)).into_iter().flatten();
        path.map(|(_, value)| value.as_str()).chain(query)
    }
}

/// `true` in any case is true, everything else false (rest-api §1.2).
pub(super) fn is_true(text: &str) -> bool {
    text.eq_ignore_ascii_case("true")
}
