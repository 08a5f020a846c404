//! Why a text is not a schema: where, what was found, what is allowed, and what was probably meant.

use crate::budget::Stopped;
use crate::json::{JsonError, JsonProblem, Position, Step};
use crate::name::{Fullname, NameProblem};
use std::fmt;
use thiserror::Error;

/// A text that is not a schema.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub struct ParseError {
    /// The document, where there are several.
    pub document: Option<String>,
    /// The JSON path of the value at fault, `$` being the whole document.
    pub path: String,
    /// The place at which that value begins.
    pub position: Position,
    /// The problem.
    pub problem: Box<ParseProblem>,
    /// Of [`ParseProblem::Redefined`] among documents that are read together: the first definition.
    pub first: Option<Box<FirstDefinition>>,
    /// The path in steps.
    pub(crate) steps: Vec<Step>,
}

/// The definition that another one of the same name differs from.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FirstDefinition {
    /// Its document.
    pub document: String,
    /// The JSON path of its name there.
    pub path: String,
    /// The place of its name there.
    pub position: Position,
    /// What differs, this one second: `the size is 4, here 16`.
    pub difference: String,
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(document) = &self.document {
            write!(f, "{document}: ")?;
        }
        write!(f, "{} ({}): {}", self.path, self.position, self.problem)
    }
}

impl ParseError {
    /// The steps from the document to the value at fault.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// A text that was not read to its end.
    pub(crate) fn stopped(reason: Stopped) -> Self {
        Self {
            document: None,
            path: "$".to_owned(),
            position: Position { line: 1, column: 1 },
            problem: Box::new(ParseProblem::Stopped(reason)),
            first: None,
            steps: Vec::new(),
        }
    }

    /// An error in the JSON itself, which has no path.
    pub(super) fn json(document: Option<&str>, error: JsonError) -> Self {
        Self {
            document: document.map(str::to_owned),
            path: "$".to_owned(),
            position: error.position,
            problem: Box::new(ParseProblem::Json(error.problem)),
            first: None,
            steps: Vec::new(),
        }
    }
}

/// A suggestion, a word or JSON: shown behind a message when there is one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Suggestion(pub Option<String>);

impl fmt::Display for Suggestion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Some(json) if json.starts_with('{') => write!(f, "; did you mean {json}?"),
            Some(meant) => write!(f, "; did you mean \"{meant}\"?"),
            None => Ok(()),
        }
    }
}

/// A problem of a schema.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum ParseProblem {
    /// The text is not JSON.
    #[error("{0}")]
    Json(JsonProblem),
    /// The text is longer than [`ParserLimits::bytes`](super::ParserLimits::bytes).
    #[error("the document is longer than {limit} bytes")]
    TooLong {
        /// The limit.
        limit: usize,
    },
    /// There are more schemas than [`ParserLimits::nodes`](super::ParserLimits::nodes).
    #[error("there are more than {limit} schemas")]
    TooManyNodes {
        /// The limit.
        limit: usize,
    },
    /// A JSON value that cannot be a schema.
    #[error("found {found} where a schema is expected: a type name, an object or an array of branches")]
    NotASchema {
        /// The kind of JSON.
        found: &'static str,
    },
    /// An object without a required attribute.
    #[error("{what} needs the attribute \"{attribute}\"{suggestion}")]
    Missing {
        /// The part of the schema that lacks it.
        what: &'static str,
        /// The attribute.
        attribute: &'static str,
        /// A key of the object that is close to it.
        suggestion: Suggestion,
    },
    /// An attribute of the wrong kind.
    #[error("\"{attribute}\" is {found}, but must be {expected}")]
    Attribute {
        /// The attribute.
        attribute: &'static str,
        /// The kind of JSON or the value.
        found: String,
        /// The allowed values.
        expected: &'static str,
    },
    /// A field that is no object.
    #[error("found {found} where a field is expected: an object with \"name\" and \"type\"")]
    NotAField {
        /// The kind of JSON.
        found: &'static str,
    },
    /// A part of a name that is not well-formed.
    #[error("{what} \"{name}\" is not allowed: {problem}")]
    Name {
        /// The part of the schema that has the name.
        what: &'static str,
        /// The whole name.
        name: String,
        /// The problem of the name.
        problem: NameProblem,
    },
    /// A type named like a primitive type.
    #[error("a type cannot be named \"{0}\", which is a primitive type; give it another name or a namespace")]
    PrimitiveName(Fullname),
    /// A name that is not defined.
    #[error("\"{name}\" is neither a type nor a name that is defined here{suggestion}")]
    Undefined {
        /// The name as written.
        name: String,
        /// The full name that it stands for in its place.
        fullname: String,
        /// The defined name or type keyword that is close to it.
        suggestion: Suggestion,
    },
    /// A name that is defined twice, differently.
    #[error(
        "\"{0}\" is defined twice, differently; a repeated definition must have the same fields, properties and nested types"
    )]
    Redefined(Fullname),
    /// Two fields of one name.
    #[error("the record has two fields named \"{0}\"")]
    DuplicateField(String),
    /// One symbol twice.
    #[error("the enum has the symbol \"{0}\" twice")]
    DuplicateSymbol(String),
    /// An enum default that is not one of its symbols.
    #[error("the default \"{found}\" is not among the symbols {symbols}{suggestion}")]
    EnumDefault {
        /// The default.
        found: String,
        /// The symbols, cut when there are many.
        symbols: String,
        /// The symbol that is close to it.
        suggestion: Suggestion,
    },
    /// A union in a union.
    #[error("a union cannot hold a union; write its branches into the outer one")]
    NestedUnion,
    /// Two branches of one kind.
    #[error("the union has two branches of type {0}; unnamed types may occur once, named types once by name")]
    DuplicateBranch(String),
    /// A default that does not fit the type of its field.
    #[error("the default {found} of field \"{field}\" does not fit its type: {expected} is expected")]
    Default {
        /// The field.
        field: String,
        /// The default, cut when it is long.
        found: String,
        /// The allowed values.
        expected: String,
    },
    /// A default that would contain the record that is just being defined.
    #[error(
        "the default of field \"{field}\" is a record that holds this field again, which the reference cannot check"
    )]
    RecursiveDefault {
        /// The field.
        field: String,
    },
    /// Text as the default of a number that is not one.
    #[error("the default \"{found}\" of field \"{field}\" is text that is not a number")]
    NumberText {
        /// The field.
        field: String,
        /// The text.
        found: String,
    },
    /// An integer beyond 64 bits in a property, where the reference cannot keep it.
    #[error(
        "property \"{0}\" holds an integer of more than 64 bits, which records, arrays and maps cannot keep; write it as text"
    )]
    BigProperty(String),
    /// The budget of [`Parser::within`](super::Parser::within) was spent or cancelled. Path and position say nothing.
    #[error(transparent)]
    Stopped(Stopped),
}
