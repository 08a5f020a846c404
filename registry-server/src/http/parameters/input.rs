//! Raw values of a request's parameters.

use super::super::query::Query;
use super::{Declaration, Declared, Kind, Place};

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

    /// The declared parameters that a request sets to something else than their default, each with its values. Path
    /// parameters always count.
    pub(in crate::http) fn given(&self, declared: Declared) -> impl Iterator<Item = Values<'_>> {
        let all = declared.iter().copied().flatten();
        all.map(|declaration| self.values(declaration)).filter(Values::differ_from_default)
    }
}

/// Raw values of one parameter.
#[derive(Clone, Copy, Debug)]
pub(in crate::http) struct Values<'a> {
    input: &'a Input,
    declaration: &'a Declaration,
}

impl<'a> Values<'a> {
    /// The parameter's name.
    pub(in crate::http) fn name(&self) -> &'static str {
        self.declaration.name
    }

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

    /// Whether they mean something else than the parameter's absence does.
    fn differ_from_default(&self) -> bool {
        match (self.declaration.place, self.kind()) {
            (Place::Path, _) => true,
            (_, Kind::Flag) => self.first().is_some_and(is_true),
            (_, Kind::Text { default }) => self.first().is_some_and(|text| text != default),
            (_, Kind::Number { default, .. }) => {
                self.not_empty().is_some_and(|text| text.parse().ok() != default)
            }
            (_, Kind::List | Kind::ListOf(_)) => self.first().is_some(),
            (_, Kind::Version | Kind::Guid | Kind::Choice(_)) => self.not_empty().is_some(),
        }
    }
}

/// `true` in any case is true, everything else false (rest-api §1.2).
pub(super) fn is_true(text: &str) -> bool {
    text.eq_ignore_ascii_case("true")
}

#[cfg(test)]
mod tests {
    use super::super::*;
    use super::*;

    const DECLARED: Declared = &[
        &Parameter::path_text("p", "").declarations,
        &Parameter::flag("f", "").declarations,
        &Parameter::text("t", "").declarations,
        &Parameter::text_or("d", "x", "").declarations,
        &PAGING.declarations,
        &Parameter::list("l", "").declarations,
    ];

    #[test]
    fn only_what_differs_from_the_default_is_given() {
        for (query, given) in [
            ("", "p"),
            ("f=false&t=&d=x&offset=0&limit=-1", "p"),
            ("f=1&offset=&limit=%2B0&limit=9", "p limit"),
            ("f=TRUE&t=a", "p f t"),
            ("f=false&f=true&t=&t=a", "p"),
            ("d=", "p d"),
            ("offset=01&limit=x", "p offset limit"),
            ("l=", "p l"),
            ("unknown=1&p=query", "p"),
        ] {
            let input = Input::new(vec![("p", "path".to_owned())], Query::parse(query));
            let names: Vec<&str> = input.given(DECLARED).map(|values| values.name()).collect();
            assert_eq!(names.join(" "), given, "{query}");
            assert_eq!(input.values(&DECLARED[0][0]).all().collect::<Vec<_>>(), ["path"], "{query}");
        }
    }
}
