//! The versions of a lock file of `avro-gen`, for a warm-up (feature `lock-file`).
//!
//! What is read of its format, TOML: `format = 1`, and for each `[[schema]]` `subject`, `version` and, where they are there, `id` and
//! `guid`. The rest is for builds.

use crate::frame::{Guid, SchemaId};
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};
use toml::de::{DeTable, DeValue};

/// The number of the format that is read.
const FORMAT: u32 = 1;

/// What a lock file of `avro-gen pull` names.
///
/// ```
/// use serde_wire::registry::LockFile;
///
/// let lock = LockFile::parse("format = 1\n[[schema]]\nsubject = \"orders-value\"\nversion = 3\nid = 7\n")?;
/// assert_eq!((lock.versions[0].subject.as_str(), lock.versions[0].version), ("orders-value", 3));
/// # Ok::<(), serde_wire::registry::LockFileError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct LockFile {
    /// The versions, those among them that others refer to.
    pub versions: Vec<LockedVersion>,
}

/// A version of a subject, and what the registry called it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct LockedVersion {
    /// The subject.
    pub subject: String,
    /// The number, from 1.
    pub version: u32,
    /// The schema's id.
    pub id: Option<SchemaId>,
    /// The schema's content hash; servers before 8.0 send none.
    pub guid: Option<Guid>,
}

/// A lock file cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LockFileError {
    /// The file cannot be read.
    #[error("lock file {} cannot be read: {error}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system says; it stands in the message, and is no source.
        error: io::Error,
    },
    /// The text is no lock file, or one of another format.
    #[error("the lock file is wrong in line {line}: {problem}")]
    Content {
        /// The line, from 1.
        line: usize,
        /// What is wrong there.
        problem: String,
    },
}

impl LockFile {
    /// Reads the file.
    ///
    /// # Errors
    /// As [`parse`](Self::parse), or the file cannot be read.
    pub fn read(path: impl AsRef<Path>) -> Result<Self, LockFileError> {
        let path = path.as_ref();
        let text = std::fs::read_to_string(path)
            .map_err(|error| LockFileError::Read { path: path.to_owned(), error })?;
        Self::parse(&text)
    }

    /// Reads the text of a lock file.
    ///
    /// # Errors
    /// The text is not TOML, of another format than 1, or a schema is without its subject or version.
    pub fn parse(text: &str) -> Result<Self, LockFileError> {
        let file = Text(text);
        let table = DeTable::parse(text)
            .map_err(|error| file.wrong(&error.span().unwrap_or_default(), error.message().to_owned()))?;
        let whole = table.span();
        let table = table.into_inner();
        let format = file.number(&table, "format", &whole)?;
        if format != Some(FORMAT) {
            let found = format.map_or_else(|| "missing".to_owned(), |format| format.to_string());
            return Err(file.wrong(&whole, format!("the format is {found}, and {FORMAT} is read here")));
        }
        let mut versions = Vec::new();
        if let Some(schemas) = table.get("schema") {
            let problem = |span| file.wrong(&span, "`schema` is a list of tables".to_owned());
            let DeValue::Array(schemas) = schemas.get_ref() else { return Err(problem(schemas.span())) };
            for schema in schemas {
                let DeValue::Table(table) = schema.get_ref() else { return Err(problem(schema.span())) };
                versions.push(file.version(table, &schema.span())?);
            }
        }
        Ok(Self { versions })
    }
}

/// The text, for the lines of errors.
struct Text<'t>(&'t str);

impl Text<'_> {
    fn version(&self, table: &DeTable<'_>, span: &Range<usize>) -> Result<LockedVersion, LockFileError> {
        let missing = |key: &str| self.wrong(span, format!("`{key}` is missing"));
        let id = match self.number(table, "id", span)? {
            Some(id) => Some(
                SchemaId::new(id).ok_or_else(|| self.wrong(span, "`id` is no id of a schema".to_owned()))?,
            ),
            None => None,
        };
        let guid = match self.text(table, "guid")? {
            Some(guid) => {
                Some(Guid::parse_str(&guid).map_err(|_| self.wrong(span, "`guid` is no GUID".to_owned()))?)
            }
            None => None,
        };
        Ok(LockedVersion {
            subject: self.text(table, "subject")?.ok_or_else(|| missing("subject"))?,
            version: self.number(table, "version", span)?.ok_or_else(|| missing("version"))?,
            id,
            guid,
        })
    }

    fn text(&self, table: &DeTable<'_>, key: &str) -> Result<Option<String>, LockFileError> {
        match table.get(key).map(|value| (value.get_ref(), value.span())) {
            Some((DeValue::String(text), _)) => Ok(Some(text.to_string())),
            Some((_, span)) => Err(self.wrong(&span, format!("`{key}` is a text"))),
            None => Ok(None),
        }
    }

    fn number(
        &self,
        table: &DeTable<'_>,
        key: &str,
        span: &Range<usize>,
    ) -> Result<Option<u32>, LockFileError> {
        match table.get(key).map(toml::Spanned::get_ref) {
            Some(DeValue::Integer(number)) => {
                let number = u32::from_str_radix(number.as_str(), number.radix());
                number.map(Some).map_err(|_| self.wrong(span, format!("`{key}` is a number from 0")))
            }
            Some(_) => Err(self.wrong(span, format!("`{key}` is a number"))),
            None => Ok(None),
        }
    }

    fn wrong(&self, span: &Range<usize>, problem: String) -> LockFileError {
        let before = self.0.get(..span.start).unwrap_or(self.0);
        LockFileError::Content { line: 1 + before.matches('\n').count(), problem }
    }
}
