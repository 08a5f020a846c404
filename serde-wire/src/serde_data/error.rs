//! A value that has no place in a schema, or data that has none in a type.

use crate::codec::DecodeError;
use crate::resolve::FieldPath;
use avro_model::schema::LogicalType;
use avro_model::value::PathStep;
use avro_model::{Kind, NodeId, Schema};
use serde::de::{Expected, Unexpected};
use std::error::Error;
use std::fmt::{self, Display};

/// A value of a type that cannot be written with a schema, or data that cannot be read as a type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SerdeError(Box<Content>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Content {
    path: FieldPath,
    problem: SerdeProblem,
    offset: Option<usize>,
}

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SerdeProblem {
    /// The bytes are no datum of the schema.
    #[error("{0}")]
    Data(DecodeError),
    /// The value does not fit the schema, or the data does not fit the type.
    #[error("{0}")]
    Type(String),
}

impl SerdeError {
    pub(super) fn new(path: FieldPath, problem: SerdeProblem) -> Self {
        Self(Box::new(Content { path, problem, offset: None }))
    }

    pub(super) fn at(mut self, offset: usize) -> Self {
        self.0.offset = Some(offset);
        self
    }

    /// The part of the value, by the names of the schema.
    pub fn path(&self) -> &FieldPath {
        &self.0.path
    }

    /// What is wrong there.
    pub fn problem(&self) -> &SerdeProblem {
        &self.0.problem
    }

    /// When reading: the distance from the start of the datum, in bytes. What is wrong ends at it or shortly before it.
    pub fn offset(&self) -> Option<usize> {
        self.0.offset
    }
}

impl Display for SerdeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Content { path, problem, offset } = &*self.0;
        match offset {
            Some(offset) if path.is_empty() => write!(f, "at byte {offset}: ")?,
            Some(offset) => write!(f, "at byte {offset}, in {path}: ")?,
            None if path.is_empty() => {}
            None => write!(f, "in {path}: ")?,
        }
        write!(f, "{problem}")
    }
}

impl Error for SerdeError {}

/// An error on its way out: each level adds its step.
#[derive(Debug)]
pub(super) struct Fault(Box<(Vec<PathStep>, SerdeProblem)>);

impl Fault {
    #[cold]
    pub(super) fn new(problem: impl Into<String>) -> Self {
        Self(Box::new((Vec::new(), SerdeProblem::Type(problem.into()))))
    }

    /// The same, seen from one level further out.
    #[cold]
    pub(super) fn inside(mut self, step: PathStep) -> Self {
        self.0.0.push(step);
        self
    }
}

impl From<DecodeError> for Fault {
    #[cold]
    fn from(error: DecodeError) -> Self {
        Self(Box::new((Vec::new(), SerdeProblem::Data(error))))
    }
}

impl From<Fault> for SerdeError {
    fn from(Fault(content): Fault) -> Self {
        let (steps, problem) = *content;
        Self::new(steps.into_iter().rev().collect(), problem)
    }
}

impl Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.1.fmt(f)
    }
}

impl Error for Fault {}

impl serde::ser::Error for Fault {
    fn custom<T: Display>(problem: T) -> Self {
        Self::new(problem.to_string())
    }
}

/// What data had where a type asked for something else. Texts of messages may be long, and secret, and errors go into logs and
/// headers of dead letters: they are told by their lengths.
impl serde::de::Error for Fault {
    fn custom<T: Display>(problem: T) -> Self {
        Self::new(problem.to_string())
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::new(format!("invalid type: {}, expected {expected}", without_text(found)))
    }

    fn invalid_value(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::new(format!("invalid value: {}, expected {expected}", without_text(found)))
    }
}

fn without_text(found: Unexpected<'_>) -> String {
    match found {
        Unexpected::Str(text) => format!("a text of {} bytes", text.len()),
        Unexpected::Char(_) => "a character".to_owned(),
        found => found.to_string(),
    }
}

/// How many branches or symbols are named.
const SHOWN: usize = 20;

/// A type of the schema, for messages: `timestamp-millis`, `enum n.Suit (HEARTS, SPADES)`, `[null, string]`.
pub(super) fn describe(schema: &Schema, id: NodeId) -> String {
    let node = &schema[id];
    let listed = |names: &mut dyn Iterator<Item = &str>| {
        let mut names: Vec<&str> = names.take(SHOWN + 1).collect();
        if names.len() > SHOWN {
            names[SHOWN] = "…";
        }
        names.join(", ")
    };
    match (&node.kind, node.name()) {
        (Kind::Union(branches), _) => {
            let name = |&id: &NodeId| {
                let node: &avro_model::Node = &schema[id];
                let logical = node.logical.as_ref().map(LogicalType::name);
                node.name().map_or(logical.unwrap_or(node.kind.type_name()), |name| name.as_str())
            };
            format!("[{}]", listed(&mut branches.iter().map(name)))
        }
        (Kind::Enum(definition), Some(name)) => {
            format!("enum {name} ({})", listed(&mut definition.symbols.iter().map(String::as_str)))
        }
        (Kind::Fixed(fixed), Some(name)) => {
            let logical = node.logical.as_ref().map_or("fixed", LogicalType::name);
            format!("{logical} {name} of {} bytes", fixed.size)
        }
        (kind, Some(name)) => format!("{} {name}", kind.type_name()),
        (kind, None) => match &node.logical {
            Some(LogicalType::Decimal { precision, scale }) => {
                format!("decimal({precision}, {scale})")
            }
            Some(logical) => logical.name().to_owned(),
            None => kind.type_name().to_owned(),
        },
    }
}
