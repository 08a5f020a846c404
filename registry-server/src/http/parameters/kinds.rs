//! The kinds of parameters, and how each becomes a value: rest-api §1.2.

use super::input::is_true;
use super::{Kind, Parameter, Values};
use crate::domain::{Subject, VersionSelector};
use crate::http::error::ApiError;
use crate::service::RegistryError;

impl Parameter<bool> {
    /// `true` or not, in the query.
    pub(in crate::http) const fn flag(name: &'static str, description: &'static str) -> Self {
        Self::query(name, Kind::Flag, description, |[values]| Ok(values.first().is_some_and(is_true)))
    }
}

impl Parameter<String> {
    /// A text in the query, empty when it is absent.
    pub(in crate::http) const fn text(name: &'static str, description: &'static str) -> Self {
        Self::text_or(name, "", description)
    }

    /// A text in the query, with a default that counts where the parameter is absent, not where it is empty.
    pub(in crate::http) const fn text_or(
        name: &'static str,
        default: &'static str,
        description: &'static str,
    ) -> Self {
        Self::query(name, Kind::Text { default }, description, |[values]| {
            let default = if let Kind::Text { default } = values.kind() { default } else { "" };
            Ok(values.first().unwrap_or(default).to_owned())
        })
    }

    /// A text in the query with a conversion of its own.
    pub(in crate::http) const fn converted_text(
        name: &'static str,
        description: &'static str,
        convert: fn([Values<'_>; 1]) -> Result<String, ApiError>,
    ) -> Self {
        Self::query(name, Kind::Text { default: "" }, description, convert)
    }

    /// A text in the path.
    pub(in crate::http) const fn path_text(name: &'static str, description: &'static str) -> Self {
        Self::path(name, Kind::Text { default: "" }, description, to_text)
    }

    /// A GUID in the path. A text that is none is looked for in vain, which gives a better error than a malformed path.
    pub(in crate::http) const fn guid(name: &'static str, description: &'static str) -> Self {
        Self::path(name, Kind::Guid, description, to_text)
    }
}

#[expect(clippy::unnecessary_wraps, reason = "it is one of the conversions, others of which fail")]
fn to_text([values]: [Values<'_>; 1]) -> Result<String, ApiError> {
    Ok(values.first().unwrap_or_default().to_owned())
}

impl Parameter<Option<String>> {
    /// A text in the query; an empty one counts as absent.
    pub(in crate::http) const fn optional_text(name: &'static str, description: &'static str) -> Self {
        Self::query(name, Kind::Text { default: "" }, description, |[values]| {
            Ok(values.not_empty().map(str::to_owned))
        })
    }
}

impl Parameter<Vec<String>> {
    /// Texts in the query.
    pub(in crate::http) const fn list(name: &'static str, description: &'static str) -> Self {
        Self::query(name, Kind::List, description, |[values]| Ok(values.all().map(str::to_owned).collect()))
    }
}

impl<T> Parameter<Vec<T>> {
    /// Names in the query, each with a conversion of its own.
    pub(in crate::http) const fn list_of(
        name: &'static str,
        kind: Kind,
        description: &'static str,
        convert: fn([Values<'_>; 1]) -> Result<Vec<T>, ApiError>,
    ) -> Self {
        Self::query(name, kind, description, convert)
    }
}

impl<T> Parameter<Option<T>> {
    /// One of a few names in the query, or nothing.
    pub(in crate::http) const fn choice(
        name: &'static str,
        names: &'static [&'static str],
        description: &'static str,
        convert: fn([Values<'_>; 1]) -> Result<Option<T>, ApiError>,
    ) -> Self {
        Self::query(name, Kind::Choice(names), description, convert)
    }
}

impl Parameter<i32> {
    /// A 32-bit integer in the query; a minimum is for the description, and for who reads the value to keep.
    pub(in crate::http) const fn number(
        name: &'static str,
        default: i32,
        minimum: Option<i32>,
        description: &'static str,
    ) -> Self {
        Self::query(name, Kind::Number { default: Some(default), minimum }, description, |[values]| {
            values.number()
        })
    }

    /// A 32-bit integer in the path.
    pub(in crate::http) const fn path_number(name: &'static str, description: &'static str) -> Self {
        Self::path(name, Kind::Number { default: None, minimum: Some(0) }, description, |[values]| {
            values.number()
        })
    }
}

impl Values<'_> {
    /// A 32-bit integer. An empty one counts as absent; what is none is answered like an unknown path.
    pub(super) fn number(&self) -> Result<i32, ApiError> {
        let default = if let Kind::Number { default, .. } = self.kind() { default } else { None };
        match self.not_empty() {
            None => default.ok_or(ApiError::UnconvertibleParameter),
            Some(text) => text.parse().map_err(|_| ApiError::UnconvertibleParameter),
        }
    }
}

impl Parameter<Subject> {
    /// A subject in the path.
    pub(in crate::http) const fn path_subject(name: &'static str, description: &'static str) -> Self {
        Self::path(name, Kind::Text { default: "" }, description, to_subject)
    }

    /// A subject in the query.
    pub(in crate::http) const fn subject(name: &'static str, description: &'static str) -> Self {
        Self::query(name, Kind::Text { default: "" }, description, to_subject)
    }
}

#[expect(clippy::unnecessary_wraps, reason = "it is one of the conversions, others of which fail")]
fn to_subject([values]: [Values<'_>; 1]) -> Result<Subject, ApiError> {
    Ok(Subject::parse(values.first().unwrap_or_default()))
}

impl Parameter<VersionSelector> {
    /// A version in the path.
    pub(in crate::http) const fn path_version(name: &'static str, description: &'static str) -> Self {
        Self::path(name, Kind::Version, description, |[values]| {
            let text = values.first().unwrap_or_default();
            Ok(text.parse().map_err(|_| RegistryError::InvalidVersion(text.to_owned()))?)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::query::Query;
    use super::super::{Input, PAGING};
    use super::*;

    fn read<T, const N: usize>(parameter: &Parameter<T, N>, query: &str) -> Result<T, ApiError> {
        parameter.read(&Input::new(Vec::new(), Query::parse(query)))
    }

    #[test]
    fn flags() {
        let flag = Parameter::flag("f", "");
        for (query, value) in [
            ("", false),
            ("f", false),
            ("f=TRUE", true),
            ("f=1", false),
            ("f=true&f=false", true),
            ("f=false&f=true", false),
            ("F=true", false),
        ] {
            assert_eq!(read(&flag, query).ok(), Some(value), "{query}");
        }
    }

    #[test]
    fn texts() {
        let default = Parameter::text_or("t", "x", "");
        let optional = Parameter::optional_text("t", "");
        let list = Parameter::list("t", "");
        for (query, text, given, all) in [
            ("", "x", None, &[][..]),
            ("t=", "", None, &[""]),
            ("t=a&t=b", "a", Some("a"), &["a", "b"]),
            ("t=&t=b", "", None, &["", "b"]),
        ] {
            assert_eq!(read(&default, query).ok().as_deref(), Some(text), "{query}");
            assert_eq!(read(&optional, query).unwrap().as_deref(), given, "{query}");
            assert_eq!(read(&list, query).unwrap(), all, "{query}");
        }
    }

    #[test]
    fn numbers() {
        let number = Parameter::number("x", 7, None, "");
        for (query, value) in
            [("x=5", Some(5)), ("x=", Some(7)), ("", Some(7)), ("x=%2B05", Some(5)), ("x=-1", Some(-1))]
        {
            assert_eq!(read(&number, query).ok(), value, "{query}");
        }
        for query in ["x=a", "x=1.5", "x=99999999999", "x=%201"] {
            assert!(matches!(read(&number, query), Err(ApiError::UnconvertibleParameter)), "{query}");
        }
    }

    #[test]
    fn of_a_malformed_and_a_refused_number_the_malformed_one_is_told() {
        assert!(matches!(read(&PAGING, "offset=-1&limit=x"), Err(ApiError::UnconvertibleParameter)));
        assert!(matches!(read(&PAGING, "offset=-1"), Err(ApiError::Registry(_))));
        assert_eq!(
            read(&PAGING, "offset=3&limit=0").map(|paging| (paging.offset, paging.limit)).ok(),
            Some((3, 0))
        );
    }

    #[test]
    fn a_version_in_the_path_is_a_number_or_the_latest() {
        let version = Parameter::path_version("v", "");
        for (text, right) in [("1", true), ("latest", true), ("-1", true), ("0", false), ("x", false)] {
            let input = Input::new(vec![("v", text.to_owned())], Query::default());
            assert_eq!(version.read(&input).is_ok(), right, "{text}");
        }
    }
}
