//! The versions in a lock file of `avro-gen pull`, as far as a build needs them: which file is which, and what it refers to.

use super::LOCK_FORMAT;
use crate::error::Error;
use crate::toml_file::{TomlFile, flag};
use std::collections::HashSet;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// The versions of a lock file.
pub(super) struct Lock {
    versions: Vec<Version>,
}

/// A version of a subject in a file.
pub(super) struct Version {
    key: (String, i64),
    /// Its file.
    pub(super) file: PathBuf,
    /// The type in the file, where that is IDL or a protocol.
    pub(super) type_name: Option<String>,
    is_requested: bool,
    references: Vec<(String, i64)>,
}

impl Lock {
    pub(super) fn read(path: &Path) -> Result<Self, Error> {
        let text = fs::read_to_string(path).map_err(|error| Error::Read { path: path.to_owned(), error })?;
        let file = TomlFile { path, text: &text };
        let (table, whole) = file.table()?;
        let format: u32 = file.number(&table, "format", &whole)?;
        if format != LOCK_FORMAT {
            let problem =
                format!("the format is {format}, and this version of avro-codegen reads {LOCK_FORMAT}");
            return Err(file.error(whole, problem));
        }
        let mut versions = Vec::new();
        for (table, span) in file.tables(&table, "schema")? {
            let key = |table, span: &Range<usize>| {
                Ok::<_, Error>((file.text(table, "subject", span)?, file.number(table, "version", span)?))
            };
            let references = file.tables(table, "references")?;
            versions.push(Version {
                key: key(table, &span)?,
                file: path_of(path, &file.text(table, "file", &span)?),
                type_name: file.optional_text(table, "type", &span)?,
                is_requested: flag(table, "requested"),
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

    /// The versions in files of their own that are behind another one of their subject, and that no newest one needs.
    pub(super) fn superseded(&self) -> impl Iterator<Item = &Version> {
        let newest = self.versions.iter().filter(|version| self.is_newest(version)).collect();
        let needed: HashSet<&(String, i64)> =
            self.reached(newest).into_iter().map(|version| &version.key).collect();
        let alone = self.versions.iter().filter(|version| version.type_name.is_none());
        alone.filter(move |version| version.is_requested && !needed.contains(&version.key))
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

/// The path of a file that is told from the folder of the lock file.
fn path_of(lock: &Path, file: &str) -> PathBuf {
    let folder = lock.parent().map_or_else(PathBuf::new, Path::to_owned);
    file.split('/').fold(folder, |path, part| path.join(part))
}
