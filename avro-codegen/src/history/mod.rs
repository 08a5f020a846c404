//! The files of other versions: those of folders, and those that lock files name.

mod lock;
mod related;

use crate::error::Error;
use crate::input::{self, Found, Source};
use crate::locked::LockedFiles;
use crate::report::{Diagnostic, Report};
use avro_model::Schema;
use std::fs;
use std::path::PathBuf;

/// The key of the lock file's format, and the one that is read and written.
pub(crate) const LOCK_FORMAT: u32 = 1;

/// Other versions of the types of a run.
#[derive(Debug, Default)]
pub(crate) struct History {
    pub(crate) files: Vec<OldFile>,
    /// Files, as what they really are, that hold other versions and so none of the types.
    pub(crate) left_out: Vec<PathBuf>,
}

/// A file with other versions.
#[derive(Debug)]
pub(crate) struct OldFile {
    pub(crate) source: Source,
    /// The texts that it refers to where a lock file tells them, those that they refer to among them.
    known: Option<Vec<String>>,
}

impl OldFile {
    /// Whether somebody put the file where versions are expected. A lock file names whatever was pulled.
    pub(crate) fn must_be_a_version(&self) -> bool {
        self.known.is_none()
    }
}

/// Reads the files and folders, and what the lock files name.
///
/// # Errors
/// A file cannot be read, or is no lock file.
pub(crate) fn read(inputs: &[PathBuf], locks: &[PathBuf]) -> Result<History, Error> {
    let mut history = History::default();
    if !inputs.is_empty() {
        let Found { sources, faults } = input::read(inputs)?;
        if !faults.is_empty() {
            return Err(Error::Invalid(Box::new(Report { diagnostics: faults })));
        }
        history.files.extend(sources.into_iter().map(|source| OldFile { source, known: None }));
    }
    for path in locks {
        let lock = lock::Lock::read(path)?;
        let mut files = LockedFiles::default();
        for version in lock.requested() {
            let source = Source::new(version.file.clone(), text(&mut files, version)?);
            let known = lock.referred(version).into_iter().map(|version| text(&mut files, version));
            let known = known.collect::<Result<_, _>>()?;
            history.files.push(OldFile { source, known: Some(known) });
        }
        history.left_out.extend(lock.superseded().filter_map(|version| fs::canonicalize(&version.file).ok()));
    }
    Ok(history)
}

/// The text of a version in its file.
fn text(files: &mut LockedFiles, version: &lock::Version) -> Result<String, Error> {
    let text = files.text(&version.file, version.type_name.as_deref());
    text.map(str::to_owned).map_err(|fault| Error::Read {
        path: version.file.clone(),
        error: std::io::Error::other(fault.to_string()),
    })
}

/// Reads the file at that position together with what it refers to: what its lock file names; else what is defined beside it,
/// then in any other file of the history, then by `current`, the text of one of the types of the run.
///
/// # Errors
/// It is no schema, or what it refers to is not there or not certain.
pub(crate) fn parse(
    files: &[OldFile],
    position: usize,
    current: &dyn Fn(&str) -> Option<String>,
) -> Result<Schema, Box<Diagnostic>> {
    let file = &files[position];
    match &file.known {
        Some(known) => related::parse(&file.source, known.clone(), &mut |_| Ok(None)),
        None => related::parse(&file.source, Vec::new(), &mut |name| {
            related::find(files, position, name, current)
        }),
    }
}
