//! The versions in a lock file of `avro-gen pull`, as far as a build needs them: which file is which, and what it refers to.

use super::LOCK_FORMAT;
use crate::error::Error;
use std::collections::HashSet;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The versions of a lock file.
pub(super) struct Lock {
    versions: Vec<Version>,
}

/// A version of a subject in a file.
pub(super) struct Version {
    key: (String, i64),
    /// Its file.
    pub(super) file: PathBuf,
    is_requested: bool,
    references: Vec<(String, i64)>,
}

impl Lock {
    pub(super) fn read(path: &Path) -> Result<Self, Error> {
        let text = fs::read_to_string(path).map_err(|error| Error::Read { path: path.to_owned(), error })?;
        let file = File { path, text: &text };
        let table = DeTable::parse(&text)
            .map_err(|error| file.error(error.span().unwrap_or_default(), error.message().to_owned()))?;
        let (whole, table) = (table.span(), table.get_ref());
        let format = file.number(table, "format", &whole)?;
        if format != i64::from(LOCK_FORMAT) {
            let problem =
                format!("the format is {format}, and this version of avro-codegen reads {LOCK_FORMAT}");
            return Err(file.error(whole, problem));
        }
        let mut versions = Vec::new();
        for (table, span) in file.tables(table, "schema")? {
            let key = |table, span: &Range<usize>| {
                Ok::<_, Error>((file.text(table, "subject", span)?, file.number(table, "version", span)?))
            };
            let references = file.tables(table, "references")?;
            versions.push(Version {
                key: key(table, &span)?,
                file: file.path_of(&file.text(table, "file", &span)?),
                is_requested: matches!(
                    table.get("requested").map(Spanned::get_ref),
                    Some(DeValue::Boolean(true))
                ),
                references: references
                    .into_iter()
                    .map(|(table, span)| key(table, &span))
                    .collect::<Result<_, _>>()?,
            });
        }
        Ok(Self { versions })
    }

    /// The versions that were asked for.
    pub(super) fn requested(&self) -> impl Iterator<Item = &Version> {
        self.versions.iter().filter(|version| version.is_requested)
    }

    /// What a version refers to, and what that refers to.
    pub(super) fn referred<'l>(&'l self, version: &'l Version) -> Vec<&'l Version> {
        self.reached(vec![version]).into_iter().filter(|other| other.key != version.key).collect()
    }

    /// The versions that are behind another one of their subject, and that no newest one needs.
    pub(super) fn superseded(&self) -> impl Iterator<Item = &Version> {
        let newest = self.versions.iter().filter(|version| self.is_newest(version)).collect();
        let needed: HashSet<&(String, i64)> =
            self.reached(newest).into_iter().map(|version| &version.key).collect();
        self.versions.iter().filter(move |version| version.is_requested && !needed.contains(&version.key))
    }

    fn is_newest(&self, version: &Version) -> bool {
        let (subject, number) = &version.key;
        self.versions.iter().all(|other| other.key.0 != *subject || other.key.1 <= *number)
    }

    /// These, and all that they refer to.
    fn reached<'l>(&'l self, mut open: Vec<&'l Version>) -> Vec<&'l Version> {
        let mut seen: HashSet<&(String, i64)> = open.iter().map(|version| &version.key).collect();
        let mut reached = Vec::new();
        while let Some(version) = open.pop() {
            reached.push(version);
            for key in &version.references {
                if seen.insert(key) {
                    open.extend(self.versions.iter().filter(|other| other.key == *key));
                }
            }
        }
        reached
    }
}

struct File<'f> {
    path: &'f Path,
    text: &'f str,
}

impl<'f> File<'f> {
    /// The path of a file that is told from the folder of the lock file.
    fn path_of(&self, file: &str) -> PathBuf {
        let folder = self.path.parent().map_or_else(PathBuf::new, Path::to_owned);
        file.split('/').fold(folder, |path, part| path.join(part))
    }

    fn tables<'t>(
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

    fn text(&self, table: &DeTable<'_>, key: &str, span: &Range<usize>) -> Result<String, Error> {
        match table.get(key).map(|value| (value.get_ref(), value.span())) {
            Some((DeValue::String(text), _)) => Ok(text.to_string()),
            Some((_, span)) => Err(self.error(span, format!("`{key}` is a text"))),
            None => Err(self.error(span.clone(), format!("`{key}` is missing"))),
        }
    }

    fn number(&self, table: &DeTable<'_>, key: &str, span: &Range<usize>) -> Result<i64, Error> {
        match table.get(key).map(|value| (value.get_ref(), value.span())) {
            Some((DeValue::Integer(number), span)) => {
                number.to_string().parse().map_err(|_| self.error(span, format!("`{key}` is too large")))
            }
            Some((_, span)) => Err(self.error(span, format!("`{key}` is a number"))),
            None => Err(self.error(span.clone(), format!("`{key}` is missing"))),
        }
    }

    fn error(&self, span: Range<usize>, problem: String) -> Error {
        Error::of_configuration(self.path, self.text, span.start, problem)
    }
}
