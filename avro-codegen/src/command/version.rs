//! All schemas of one version: those that are checked, or those that they are compared with.

use super::container;
use super::git::GitTree;
use super::inputs::without_code;
use crate::error::Error;
use crate::input::{self, Found, Source};
use crate::options::Options;
use crate::reading::Reading;
use crate::report::Diagnostic;
use avro_model::{Fullname, Schema};
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The schemas of a version.
pub(super) struct Version {
    /// What messages call it.
    pub(super) label: String,
    pub(super) reading: Reading,
    /// The path of each file, from the folder that it was found in.
    relative: Vec<String>,
    /// The number of the one file that evolves, where the others are only what it refers to.
    main: Option<usize>,
}

/// A schema that evolves on its own: the root of a schema file, or a named type of IDL or a protocol.
pub(super) struct Subject<'v> {
    pub(super) name: Option<&'v Fullname>,
    /// The path of its file, from the folder that it was found in.
    pub(super) file: &'v str,
    /// The number of its file.
    pub(super) source: usize,
    pub(super) schema: &'v Schema,
}

impl Subject<'_> {
    /// Its full name, or its file where it has none.
    pub(super) fn called(&self) -> String {
        self.name.map_or_else(|| self.file.to_owned(), ToString::to_string)
    }
}

impl Version {
    /// The files at these paths, and the schemas that container files carry.
    pub(super) fn of_files(label: &str, inputs: &[PathBuf], options: &Options) -> Result<Self, Error> {
        let (containers, schemas): (Vec<PathBuf>, Vec<PathBuf>) =
            inputs.iter().cloned().partition(|path| container::is_container(path));
        let mut found = match schemas.is_empty() && !containers.is_empty() {
            true => Found::default(),
            false => input::read(&schemas)?,
        };
        for path in containers {
            match container::schema_of(&path) {
                Ok(text) => found.sources.push(Source::new(path, text)),
                Err(fault) => found.faults.push(Diagnostic::error(&fault)),
            }
        }
        let relative = |path: &Path| {
            let inside = inputs.iter().filter_map(|input| path.strip_prefix(input).ok());
            let inside =
                inside.filter(|rest| !rest.as_os_str().is_empty()).min_by_key(|rest| rest.as_os_str().len());
            let name = || path.file_name().map(PathBuf::from).unwrap_or_default();
            inside.map_or_else(name, Path::to_owned).display().to_string()
        };
        let relative = found.sources.iter().map(|source| relative(&source.path)).collect();
        Ok(Self { label: label.to_owned(), reading: Reading::of(found, options), relative, main: None })
    }

    /// A version of a registry: its text, and behind it those that it refers to. They are read as what is stored is.
    pub(super) fn of_registered(label: &str, sources: Vec<Source>) -> Self {
        let relative = sources.iter().map(|source| source.path.display().to_string()).collect();
        let found = Found { sources, faults: Vec::new() };
        let reading = Reading::of_stored(found, &without_code());
        Self { label: label.to_owned(), reading, relative, main: Some(0) }
    }

    /// What a command line calls so: a file, a folder, or else a revision of git, which has the same paths as `inputs`.
    pub(super) fn named(name: &str, inputs: &[PathBuf]) -> Result<Self, Error> {
        // A default that cannot be used does no harm in what is past.
        let options = without_code();
        if let Some(revision) = name.strip_prefix("git:") {
            return Self::of_revision(revision, inputs, &options);
        }
        let path = Path::new(name);
        if !path.exists() {
            return Self::of_revision(name, inputs, &options);
        }
        let may_be_revision = !path.is_absolute() && !name.starts_with('.');
        let folder = inputs.first().map_or(Path::new("."), |input| folder_of(input));
        // Where there is no git, there are no revisions.
        if may_be_revision && matches!(GitTree::find(folder, name), Ok(Some(_))) {
            return Err(Error::AmbiguousVersion { name: name.to_owned() });
        }
        Self::of_files(name, &[path.to_owned()], &options)
    }

    /// The files at these paths as a revision of git has them.
    pub(super) fn of_revision(revision: &str, inputs: &[PathBuf], options: &Options) -> Result<Self, Error> {
        let mut found = Found::default();
        let mut relative = Vec::new();
        let mut known = HashSet::new();
        for path in inputs {
            let is_folder = path.is_dir();
            let tree = GitTree::find(folder_of(path), revision)?
                .ok_or_else(|| Error::Revision { against: revision.to_owned() })?;
            let tree = Arc::new(tree);
            let file = path.file_name().unwrap_or_default().to_string_lossy();
            let below = if is_folder { "." } else { &*file };
            for (path, inside) in tree.files(below)? {
                if (is_folder && !input::is_known(Path::new(&path))) || !known.insert(path.clone()) {
                    continue;
                }
                match input::of_git(&tree, &path) {
                    Ok(source) => {
                        found.sources.push(source);
                        relative.push(inside);
                    }
                    Err(fault) => found.faults.push(Diagnostic::error(&fault)),
                }
            }
        }
        Ok(Self { label: revision.to_owned(), reading: Reading::of(found, options), relative, main: None })
    }

    /// What the version has, each name once.
    pub(super) fn subjects(&self) -> Vec<Subject<'_>> {
        let mut known = HashSet::new();
        let evolves = |source: usize| self.main.is_none_or(|main| main == source);
        let documents = self.reading.documents.iter().filter(|document| evolves(document.source));
        let subjects = documents.filter_map(|document| {
            let schema = document.schema.as_ref()?;
            let name = schema[schema.root()].name();
            // What stands for an IDL file is one of its types, or has no name.
            name.is_none_or(|name| known.insert(name)).then(|| Subject {
                name,
                file: &self.relative[document.source],
                source: document.source,
                schema,
            })
        });
        subjects.collect()
    }
}

/// The folder of an input, or the input where it is one.
fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        _ if path.is_dir() => path,
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}
