//! The files that are being read, and places in them.

use super::error::{IdlError, IdlProblem};
use super::importer::{ImportKind, Importer};
use crate::json::Position;
use std::collections::HashMap;
use std::sync::Arc;

/// More files than any project has, and few enough to end in time.
const MAX_FILES: usize = 10_000;

/// A place in one of the [`Sources`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) file: usize,
    pub(super) position: Position,
}

pub(super) struct Sources<'i> {
    importer: &'i dyn Importer,
    names: Vec<String>,
    texts: Vec<Arc<str>>,
    numbers: HashMap<String, usize>,
}

impl<'i> Sources<'i> {
    pub(super) fn new(importer: &'i dyn Importer) -> Self {
        Self { importer, names: Vec::new(), texts: Vec::new(), numbers: HashMap::new() }
    }

    /// The number of a file that is now to be read.
    pub(super) fn enter(&mut self, name: String, text: String) -> usize {
        self.numbers.insert(name.clone(), self.names.len());
        self.names.push(name);
        self.texts.push(text.into());
        self.names.len() - 1
    }

    /// The number of an imported file; `None` when it was read before, or is being read.
    pub(super) fn import(
        &mut self,
        kind: ImportKind,
        path: &str,
        at: Span,
    ) -> Result<Option<usize>, IdlError> {
        let found = self
            .importer
            .import(kind, path, &self.names[at.file])
            .map_err(|reason| self.error(at, IdlProblem::Import { path: path.to_owned(), reason }))?;
        if self.numbers.contains_key(&found.name) {
            return Ok(None);
        }
        if self.names.len() >= MAX_FILES {
            return Err(self.error(at, IdlProblem::TooManyImports { limit: MAX_FILES }));
        }
        Ok(Some(self.enter(found.name, found.text)))
    }

    /// The name and the text of each file.
    pub(super) fn all(&self) -> impl Iterator<Item = (&str, &str)> {
        self.names.iter().zip(&self.texts).map(|(name, text)| (&**name, &**text))
    }

    pub(super) fn text(&self, file: usize) -> Arc<str> {
        self.texts[file].clone()
    }

    pub(super) fn name(&self, file: usize) -> &str {
        &self.names[file]
    }

    pub(super) fn error(&self, at: Span, problem: IdlProblem) -> IdlError {
        IdlError { file: self.names[at.file].clone(), position: at.position, problem: Box::new(problem) }
    }
}
