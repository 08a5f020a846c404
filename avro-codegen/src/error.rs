//! The errors between schema files and generated code.

use avro_model::ParseError;
use avro_model::idl::IdlError;
use std::fmt;
use std::io;
use std::path::PathBuf;

/// Why code was not generated.
///
/// The message is complete: it tells the cause, which [`source`](std::error::Error::source) does not repeat. `Debug`
/// prints it too, since that is what a `build.rs` whose `main` returns the error shows.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file or folder cannot be read.
    #[error("cannot read {}: {error}", path.display())]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// The error of the system.
        error: io::Error,
    },
    /// A file is not text.
    #[error("{} is neither UTF-8 nor UTF-16 text", path.display())]
    Encoding {
        /// The file.
        path: PathBuf,
    },
    /// There is nothing to generate from.
    #[error("no schemas: {}", if inputs.is_empty() {
        "name at least one .avsc, .avdl or .avpr file or a folder that holds some".to_owned()
    } else {
        format!("there is no .avsc, .avdl or .avpr file in {inputs}")
    })]
    NoSchemas {
        /// The files and folders that were given.
        inputs: String,
    },
    /// A document is not a schema.
    #[error("{}", parse_error(.0))]
    Schema(Box<ParseError>),
    /// A file is not IDL or not a protocol, or defines a type that is not valid.
    #[error("{0}")]
    Idl(Box<IdlError>),
    /// The types of an IDL or protocol file do not go with those of the other files.
    #[error("{document}: {problem}")]
    Types {
        /// The file.
        document: String,
        /// The problem.
        problem: String,
    },
    /// The default of a field is one that its type cannot take.
    #[error("{0}")]
    Default(Box<UnusableDefault>),
    /// A namespace has more parts than modules can nest.
    #[error(
        "{document}: the namespace of `{name}` has more than {limit} parts, and each is a module in Rust"
    )]
    Namespace {
        /// The document.
        document: String,
        /// The type in it.
        name: String,
        /// The limit.
        limit: usize,
    },
    /// An option selects nothing.
    #[error("{option}: `{selector}` selects nothing{}", match nearest {
        Some(nearest) => format!("; did you mean `{nearest}`?"),
        None => ": no type, namespace or field has that name".to_owned(),
    })]
    Selector {
        /// The option's name.
        option: String,
        /// The selector.
        selector: String,
        /// What is near to it.
        nearest: Option<String>,
    },
    /// A file with a configuration is none.
    #[error("{}:{line}:{column}: {problem}", path.display())]
    Configuration {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
        /// The problem.
        problem: String,
    },
    /// The value of an option is none that it takes.
    #[error("{option}: {value:?} is not {expected}")]
    Value {
        /// The option's name.
        option: String,
        /// The value.
        value: String,
        /// What is expected.
        expected: String,
    },
    /// No folder to write to is known.
    #[error("no output folder: call `Config::out_dir`, or run in a build script, where cargo sets OUT_DIR")]
    NoOutDir,
    /// The output cannot be written.
    #[error("cannot write {}: {error}", path.display())]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// The error of the system.
        error: io::Error,
    },
    /// A check found another file than would be generated.
    #[error("{} is not what its schemas generate; run the command again without --check", path.display())]
    Stale {
        /// The file.
        path: PathBuf,
    },
}

/// A default that is valid in a schema, but fails when it is used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{document}{location}: the default {default} of field `{field}` of `{record}` cannot be used: {problem}; \
     change the default or leave it out"
)]
#[non_exhaustive]
pub struct UnusableDefault {
    /// The document.
    pub document: String,
    /// The place of the default in it.
    pub location: Location,
    /// The full name of the record.
    pub record: String,
    /// The field.
    pub field: String,
    /// The default, cut when it is long.
    pub default: String,
    /// The problem, with what is expected.
    pub problem: String,
}

/// A place in a document: empty when it was not found again.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Location {
    /// The JSON path, `$` being the whole document.
    pub path: String,
    /// Line and column, from 1.
    pub position: Option<(usize, usize)>,
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.position {
            Some((line, column)) => write!(f, ":{line}:{column}: {}", self.path),
            None => Ok(()),
        }
    }
}

/// The message in the form of compilers, which editors know how to follow.
fn parse_error(error: &ParseError) -> String {
    let ParseError { document, path, position, problem, .. } = error;
    let document = document.as_deref().unwrap_or("schema");
    format!("{document}:{}:{}: {path}: {problem}", position.line, position.column)
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl From<UnusableDefault> for Error {
    fn from(error: UnusableDefault) -> Self {
        Self::Default(Box::new(error))
    }
}

impl From<IdlError> for Error {
    fn from(error: IdlError) -> Self {
        Self::Idl(Box::new(error))
    }
}

impl From<ParseError> for Error {
    fn from(error: ParseError) -> Self {
        Self::Schema(Box::new(error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::error::Error as _;

    #[test]
    fn a_cause_is_told_once_and_in_the_message() {
        let path = || PathBuf::from("a.avsc");
        let system = || io::Error::other("the disk is gone");
        let invalid = avro_model::Parser::new().parse("7").unwrap_err();
        let why = invalid.problem.to_string();
        for (error, cause) in [
            (Error::Read { path: path(), error: system() }, "the disk is gone"),
            (Error::Write { path: path(), error: system() }, "the disk is gone"),
            (Error::from(invalid), why.as_str()),
        ] {
            assert!(error.to_string().contains(cause), "{error}");
            assert!(
                error.source().is_none_or(|source| !error.to_string().contains(&source.to_string())),
                "{error}"
            );
            assert_eq!(format!("{error:?}"), error.to_string());
        }
    }
}
