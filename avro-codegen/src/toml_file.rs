//! Reading the lock file, which is TOML: values of the type that is asked for, and errors with their place.
//!
//! A build reads of it what it needs (`history/lock.rs`), `avro-gen` all of it (`command/registry/lock.rs`).

use crate::error::Error;
use std::ops::Range;
use std::path::Path;
use std::str::FromStr;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A file of TOML.
pub(crate) struct TomlFile<'f> {
    pub(crate) path: &'f Path,
    pub(crate) text: &'f str,
}

impl<'f> TomlFile<'f> {
    /// The whole file, and where it is.
    pub(crate) fn table(&self) -> Result<(DeTable<'f>, Range<usize>), Error> {
        let table = DeTable::parse(self.text).map_err(|error| match conflict(self.text) {
            Some(at) => self.error(
                at..at,
                "a merge left both sides here; take the file of one side, and let avro-gen pull or push bring in the other".to_owned(),
            ),
            None => self.error(error.span().unwrap_or_default(), error.message().to_owned()),
        })?;
        let span = table.span();
        Ok((table.into_inner(), span))
    }

    /// The tables of a list, which may be missing.
    pub(crate) fn tables<'t>(
        &self,
        table: &'t DeTable<'f>,
        key: &str,
    ) -> Result<Vec<(&'t DeTable<'f>, Range<usize>)>, Error> {
        let Some(value) = table.get(key) else { return Ok(Vec::new()) };
        let problem = |span| self.error(span, format!("`{key}` is a list of tables"));
        let DeValue::Array(items) = value.get_ref() else { return Err(problem(value.span())) };
        let tables = items.iter().map(|item| match item.get_ref() {
            DeValue::Table(table) => Ok((table, item.span())),
            _ => Err(problem(item.span())),
        });
        tables.collect()
    }

    /// A text of the table that is at `span`.
    pub(crate) fn text(&self, table: &DeTable<'_>, key: &str, span: &Range<usize>) -> Result<String, Error> {
        match table.get(key).map(|value| (value.get_ref(), value.span())) {
            Some((DeValue::String(text), _)) => Ok(text.to_string()),
            Some((_, span)) => Err(self.error(span, format!("`{key}` is a text"))),
            None => Err(self.error(span.clone(), format!("`{key}` is missing"))),
        }
    }

    /// [`text`](Self::text), if there is one.
    pub(crate) fn optional_text(
        &self,
        table: &DeTable<'_>,
        key: &str,
        span: &Range<usize>,
    ) -> Result<Option<String>, Error> {
        table.contains_key(key).then(|| self.text(table, key, span)).transpose()
    }

    /// A number of the table that is at `span`.
    pub(crate) fn number<T: FromStr>(
        &self,
        table: &DeTable<'_>,
        key: &str,
        span: &Range<usize>,
    ) -> Result<T, Error> {
        match table.get(key).map(|value| (value.get_ref(), value.span())) {
            Some((DeValue::Integer(number), span)) => {
                number.to_string().parse().map_err(|_| self.error(span, format!("`{key}` is too large")))
            }
            Some((_, span)) => Err(self.error(span, format!("`{key}` is a number"))),
            None => Err(self.error(span.clone(), format!("`{key}` is missing"))),
        }
    }

    pub(crate) fn error(&self, span: Range<usize>, problem: String) -> Error {
        Error::of_configuration(self.path, self.text, span.start, problem)
    }
}

/// Where git has marked a conflict, if it has.
fn conflict(text: &str) -> Option<usize> {
    let mut at = 0;
    text.split_inclusive('\n').find_map(|line| {
        let start = at;
        at += line.len();
        line.starts_with("<<<<<<< ").then_some(start)
    })
}

/// Whether a key is there and true.
pub(crate) fn flag(table: &DeTable<'_>, key: &str) -> bool {
    matches!(table.get(key).map(Spanned::get_ref), Some(DeValue::Boolean(true)))
}
