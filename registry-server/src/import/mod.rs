//! `registry-server import`: versions of another registry, from lines of JSON straight into the database.

mod line;

use std::collections::HashSet;
use std::io::{self, BufRead};

use crate::domain::Subject;
use crate::service::{Registry, RegistryError};
use crate::store::{Actor, BulkImport, ImportedVersion};
use line::Line;

/// How many versions are written in one transaction, which holds up other writes of their contexts.
const MOST_VERSIONS: usize = 2_000;
/// How many bytes of texts, unless one alone is longer.
const MOST_BYTES: usize = 4 * 1024 * 1024;

/// The result of an import.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// How many versions were written.
    pub written: u64,
    /// How many were there before, just so.
    pub known: u64,
}

/// Why an import stopped. What stands before the line is in the database, the line and what follows is not.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ImportError {
    /// A line cannot be imported.
    #[error(
        "line {line}: {reason}; the {} before it are in the registry, nothing from it on: mend it and run the command again, \
         which passes over what is there", versions(*.before)
    )]
    Line {
        /// The number of the line, from 1.
        line: u64,
        /// The fault.
        reason: String,
        /// How many versions the lines before it gave.
        before: u64,
    },
    /// The lines cannot be read.
    #[error("cannot read line {line}: {error}")]
    Read {
        /// The number of the line, from 1.
        line: u64,
        /// Why.
        error: io::Error,
    },
    /// The database failed.
    #[error(
        "{error}; run the command again when the database answers: it passes over what is there, which are at least {} of \
         the first lines", versions(*.before)
    )]
    Registry {
        /// Why.
        error: RegistryError,
        /// How many versions were acknowledged.
        before: u64,
    },
}

fn versions(count: u64) -> String {
    if count == 1 { "1 version".to_owned() } else { format!("{count} versions") }
}

/// Imports lines, each of which is one version as a JSON object with the members that `GET /schemas` answers: `subject`,
/// `version`, `id` and `schema`, and where they are not the default `schemaType`, `references`, `metadata`, `ruleSet`,
/// `deleted`, `ts`, `guid`. Empty lines are passed over. A schema comes after those that it refers to.
///
/// Some thousand versions at a time are one transaction. What is there just so is passed over, so an import that stopped can
/// be run again. With `as_it_stands` texts are not read, for lines that a registry answered.
///
/// # Errors
/// [`ImportError`], which says how far the import came.
pub async fn import(
    registry: &Registry,
    lines: impl BufRead,
    as_it_stands: bool,
    actor: &Actor,
) -> Result<Imported, ImportError> {
    let mut batch = Batch {
        registry,
        actor,
        versions: Vec::new(),
        lines: Vec::new(),
        bytes: 0,
        subjects: HashSet::new(),
        done: Imported::default(),
    };
    for (number, line) in (1_u64..).zip(lines.lines()) {
        let text = match line {
            Ok(text) if text.trim().is_empty() => continue,
            Ok(text) => text,
            Err(error) => {
                batch.write().await?;
                return Err(ImportError::Read { line: number, error });
            }
        };
        match batch.read(&text, as_it_stands).await? {
            Ok(version) => batch.add(number, version),
            Err(reason) => {
                batch.write().await?;
                return Err(batch.refused(number, reason));
            }
        }
        if batch.is_full() {
            batch.write().await?;
        }
    }
    batch.write().await?;
    Ok(batch.done)
}

/// Versions that are written together.
struct Batch<'a> {
    registry: &'a Registry,
    actor: &'a Actor,
    versions: Vec<ImportedVersion>,
    /// The numbers of their lines.
    lines: Vec<u64>,
    bytes: usize,
    /// Their subjects.
    subjects: HashSet<Subject>,
    done: Imported,
}

impl Batch<'_> {
    /// The version of a line, or what is wrong with it.
    async fn read(
        &mut self,
        text: &str,
        as_it_stands: bool,
    ) -> Result<Result<ImportedVersion, String>, ImportError> {
        let line = match Line::parse(text) {
            Ok(line) => line,
            Err(reason) => return Ok(Err(reason)),
        };
        // What it refers to is read from the database, so it has to be there.
        if !as_it_stands && line.references().any(|subject| self.subjects.contains(&subject)) {
            self.write().await?;
        }
        let version = match self.registry.read_imported(&line.request, as_it_stands).await {
            Ok(version) => version,
            Err(error @ RegistryError::Store(_)) => return Err(self.failed(error)),
            Err(error) => return Ok(Err(error.to_string())),
        };
        let names = version.targets.iter().map(|(target, _)| target.name());
        if names.chain([version.subject.name(), &version.content.text]).any(|text| text.contains('\0')) {
            return Ok(Err("it has a NUL character, which cannot be stored".to_owned()));
        }
        Ok(match line.guid {
            Some(guid) if guid != version.content.guid => Err(format!(
                "its guid is {guid}, but the schema has {}: something of it is missing or was changed",
                version.content.guid
            )),
            _ => Ok(version),
        })
    }

    fn add(&mut self, line: u64, version: ImportedVersion) {
        self.bytes += version.content.text.len();
        self.subjects.insert(version.subject.clone());
        self.lines.push(line);
        self.versions.push(version);
    }

    fn is_full(&self) -> bool {
        self.versions.len() >= MOST_VERSIONS || self.bytes >= MOST_BYTES
    }

    /// Writes what has gathered. Where one cannot be written, those before it are.
    async fn write(&mut self) -> Result<(), ImportError> {
        let versions = std::mem::take(&mut self.versions);
        let lines = std::mem::take(&mut self.lines);
        self.subjects.clear();
        self.bytes = 0;
        let Some((index, reason)) = self.write_all(&versions).await? else { return Ok(()) };
        let (before, line) = (versions.get(..index).unwrap_or_default(), lines.get(index));
        let (place, reason) = match self.write_all(before).await? {
            // Another write came between.
            Some((index, reason)) => (lines.get(index), reason),
            None => (line, reason),
        };
        Err(self.refused(place.copied().unwrap_or_default(), reason))
    }

    /// Writes versions, or tells which of them cannot be written and why.
    async fn write_all(
        &mut self,
        versions: &[ImportedVersion],
    ) -> Result<Option<(usize, String)>, ImportError> {
        if versions.is_empty() {
            return Ok(None);
        }
        match self.registry.import(versions, self.actor).await {
            Ok(BulkImport::Imported { written, known }) => {
                self.done.written += written as u64;
                self.done.known += known as u64;
                Ok(None)
            }
            Ok(BulkImport::Refused { index, reason }) => Ok(Some((index, reason.to_string()))),
            Err(error) => Err(self.failed(error)),
        }
    }

    fn before(&self) -> u64 {
        self.done.written + self.done.known
    }

    fn refused(&self, line: u64, reason: String) -> ImportError {
        ImportError::Line { line, reason, before: self.before() }
    }

    fn failed(&self, error: RegistryError) -> ImportError {
        ImportError::Registry { error, before: self.before() }
    }
}
