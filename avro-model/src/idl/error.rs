//! Why a file is not IDL: where, what was found, and what is allowed.

use crate::json::{JsonProblem, Position};
use crate::parser::ParseError;
use std::fmt;
use thiserror::Error;

/// A file that is not valid IDL, or defines a schema that is not valid.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub struct IdlError {
    /// The file.
    pub file: String,
    /// The place in the file.
    pub position: Position,
    /// The problem there.
    pub problem: Box<IdlProblem>,
}

impl fmt::Display for IdlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}: {}", self.file, self.position.line, self.position.column, self.problem)
    }
}

/// A problem of an IDL file.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum IdlProblem {
    /// Something else is expected here.
    #[error("found {found}, but expected {expected}")]
    Unexpected {
        /// The token.
        found: String,
        /// The allowed tokens.
        expected: &'static str,
    },
    /// A text, comment or quoted name without its end.
    #[error("the {0} that begins here has no end")]
    Unterminated(&'static str),
    /// A character that has no place in IDL.
    #[error("the character {0:?} has no meaning here")]
    Character(char),
    /// A text with a backslash that is no escape.
    #[error("\\{0} is no escape; allowed are \\\\ \\' \\\" \\b \\f \\n \\r \\t, octal digits and \\uXXXX")]
    Escape(String),
    /// A number that is none.
    #[error("\"{0}\" is not a number")]
    Number(String),
    /// An annotation that cannot stand here.
    #[error("the annotation @{name} {reason}")]
    Annotation {
        /// Its name.
        name: String,
        /// Why not.
        reason: &'static str,
    },
    /// A decimal that is none.
    #[error(
        "decimal({precision}, {scale}) needs a precision from 1 on and a scale from 0 to the precision, both integers"
    )]
    Decimal {
        /// As it is written.
        precision: String,
        /// As it is written, or 0.
        scale: String,
    },
    /// Types or literals inside each other deeper than is read.
    #[error("nested deeper than {limit} levels")]
    TooDeep {
        /// The limit.
        limit: usize,
    },
    /// More imports than are read.
    #[error("more than {limit} files are imported")]
    TooManyImports {
        /// The limit.
        limit: usize,
    },
    /// A file that cannot be had.
    #[error("cannot import \"{path}\": {reason}")]
    Import {
        /// The path as it is written.
        path: String,
        /// Why not.
        reason: String,
    },
    /// A schema that is not valid.
    #[error("{}", .0.problem)]
    Schema(ParseError),
    /// An imported file that is not JSON.
    #[error("{0}")]
    Json(JsonProblem),
    /// JSON that is no protocol.
    #[error("{0}")]
    Protocol(String),
}
