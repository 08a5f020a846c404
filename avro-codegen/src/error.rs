//! The errors between schema files and generated code.

use crate::report::Report;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

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
    /// A file is an object container file where a file of schemas is wanted.
    #[error(
        "{path} is an object container file, and data does not decide about code or files of schemas; `avro-gen canonical --form \
         registry {path}` prints the schema that it carries, for a file of its own",
        path = path.display()
    )]
    Container {
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
    /// Files are not schemas, not IDL or not protocols, or do not go together.
    #[error("{}\n\n{}", .0.summary(), .0)]
    Invalid(Box<Report>),
    /// Nothing is wrong but defaults that their types cannot take.
    #[error("{}\n\n{}", .0.summary(), .0)]
    Default(Box<Report>),
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
    /// There is nothing of that name to compare with.
    #[error("`{against}` is neither a file or folder nor a revision of git in the repository of the schemas")]
    Revision {
        /// What was given.
        against: String,
    },
    /// What to compare with could be a file or folder, or a revision of git.
    #[error(
        "`{name}` is a file or folder, and a revision of git in the repository of the schemas too; write `./{name}` for the \
         one, `git:{name}` for the other"
    )]
    AmbiguousVersion {
        /// What was given.
        name: String,
    },
    /// A registry did not give or take what it was asked to, or cannot be asked.
    #[error("{problem}")]
    Registry {
        /// The problem, with the subject.
        problem: String,
    },
    /// A message is not one of its schema.
    #[error("{problem}")]
    Message {
        /// The problem, with the place in the message.
        problem: String,
    },
    /// A check found another file than would be generated.
    #[error("{} is not what its schemas generate; run the command again without --check", path.display())]
    Stale {
        /// The file.
        path: PathBuf,
    },
}

impl Error {
    /// [`Error::Configuration`] at that byte of a file.
    pub(crate) fn of_configuration(path: &Path, text: &str, byte: usize, problem: String) -> Self {
        let before = text.get(..byte).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |end| end + 1);
        Self::Configuration {
            path: path.to_owned(),
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
            problem,
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Diagnostic;
    use std::error::Error as _;

    #[test]
    fn a_cause_is_told_once_and_in_the_message() {
        let path = || PathBuf::from("a.avsc");
        let system = || io::Error::other("the disk is gone");
        let report = Report { diagnostics: vec![Diagnostic::error("7 is no schema; write one")] };
        for (error, cause) in [
            (Error::Read { path: path(), error: system() }, "the disk is gone"),
            (Error::Write { path: path(), error: system() }, "the disk is gone"),
            (Error::Invalid(Box::new(report)), "7 is no schema"),
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
