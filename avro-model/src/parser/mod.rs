//! JSON to [`Schema`], in the three ways in which the reference and the registry read schemas (schemas §1).
//!
//! A schema is built with an explicit stack from JSON of at most 1,000 levels, in one pass: a name that is not defined
//! yet is kept as pending and looked up at the end.

mod builder;
mod error;
mod field;
mod foreign;
mod logical;
mod named;
mod names;
mod near;
mod pending;
mod properties;
mod recovery;
mod redefinition;
mod references;
mod second_pass;

pub use error::{FirstDefinition, ParseError, ParseProblem};
#[cfg(feature = "idl")]
pub(crate) use logical::decimal;
pub use near::nearest_word;
pub use recovery::EachDocument;

use crate::budget::Budget;
use crate::json::OPTIONS;
use crate::schema::Schema;
use builder::Builder;
use std::str::FromStr;

/// How strictly a schema is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Validation {
    /// The reference's default parser: names of Unicode letters, digits and underscores; defaults must fit their type.
    #[default]
    Default,
    /// A new registration: names of ASCII letters, digits and underscores; defaults must fit their type.
    New,
    /// A stored schema, a lookup or an import: simple names as by default, while namespaces, aliases and defaults are
    /// taken as they are.
    Stored,
}

/// Bounds on what a parser takes.
///
/// ```
/// use avro_model::parser::{Parser, ParserLimits};
/// let parser = Parser::new().limits(ParserLimits::default().with_bytes(10));
/// assert!(parser.parse(r#"{"type": "string"}"#).is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct ParserLimits {
    /// Bytes of one document. Default 64 MiB.
    pub bytes: usize,
    /// Schemas in all documents together; a primitive counts at each use. Default 2²⁴; never more than 2³¹ are taken.
    pub nodes: usize,
}

impl Default for ParserLimits {
    fn default() -> Self {
        Self { bytes: 64 << 20, nodes: 1 << 24 }
    }
}

impl ParserLimits {
    /// These limits with another size of a document, in [`bytes`](Self::bytes).
    #[must_use]
    pub const fn with_bytes(self, bytes: usize) -> Self {
        Self { bytes, ..self }
    }

    /// These limits with another number of [`nodes`](Self::nodes).
    #[must_use]
    pub const fn with_nodes(self, nodes: usize) -> Self {
        Self { nodes, ..self }
    }
}

/// One of several documents that are parsed together.
#[derive(Debug, Clone, Copy)]
pub struct Document<'a> {
    /// Its name in messages, usually that of a file.
    pub name: &'a str,
    /// Its text.
    pub text: &'a str,
}

/// Reads schemas. Cheap to make and to copy.
///
/// ```
/// use avro_model::parser::{Parser, Validation};
/// let schema = Parser::new().validation(Validation::New).parse(r#"{"type": "int", "logicalType": "date"}"#)?;
/// assert_eq!(schema.canonical_text(), r#"{"type":"int","logicalType":"date"}"#);
/// # Ok::<(), avro_model::parser::ParseError>(())
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct Parser<'b> {
    validation: Validation,
    limits: ParserLimits,
    budget: Option<&'b Budget>,
    non_finite: bool,
}

impl<'b> Parser<'b> {
    /// A parser with [`Validation::Default`] and default limits.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets how strictly schemas are read.
    #[must_use]
    pub fn validation(mut self, validation: Validation) -> Self {
        self.validation = validation;
        self
    }

    /// Sets the bounds on what is taken.
    #[must_use]
    pub fn limits(mut self, limits: ParserLimits) -> Self {
        self.limits = limits;
        self
    }

    /// Sets the budget that is taken from: a step for each JSON value, and again for each part of a schema and for each
    /// value of a property or default. The default is without a limit.
    #[must_use]
    pub fn within(mut self, budget: &'b Budget) -> Self {
        self.budget = Some(budget);
        self
    }

    /// Takes the words `NaN`, `Infinity` and `-Infinity` for numbers wherever a value may stand, which IDL needs and JSON
    /// does not have.
    #[cfg(feature = "idl")]
    #[must_use]
    pub(crate) fn with_non_finite_numbers(mut self) -> Self {
        self.non_finite = true;
        self
    }

    pub(crate) fn budget(&self) -> Option<&'b Budget> {
        self.budget
    }

    /// Runs `read` with a builder, whose result counts if the budget did not end meanwhile.
    pub(crate) fn read<T>(
        &self,
        read: impl FnOnce(Builder<'_>) -> Result<T, ParseError>,
    ) -> Result<T, ParseError> {
        let unlimited = Budget::unlimited();
        let json = OPTIONS.non_finite(self.non_finite);
        let budget = self.budget.unwrap_or(&unlimited);
        let done = read(Builder::new(self.validation, self.limits, budget, json));
        // What ended early may also look like an error of the text.
        budget.check().map_err(ParseError::stopped)?;
        done
    }

    /// Reads one self-contained schema.
    ///
    /// # Errors
    /// When the text is not JSON or not a valid schema.
    ///
    /// ```
    /// use avro_model::parser::Parser;
    /// let error = Parser::new().parse(r#"{"type": "array", "items": "strng"}"#).unwrap_err();
    /// assert_eq!(
    ///     error.to_string(),
    ///     "$.items (line 1, column 28): \"strng\" is neither a type nor a name that is defined here; \
    ///      did you mean \"string\"?",
    /// );
    /// ```
    pub fn parse(&self, text: &str) -> Result<Schema, ParseError> {
        self.read(|mut builder| {
            let root = builder.document(text, None)?;
            Ok(builder.into_schema(root))
        })
    }

    /// Reads a schema that uses types of other documents, which are given in any order and may refer to each other.
    ///
    /// The type that a referenced document defines at its top level is [`external`](crate::schema::Node::external): it
    /// is printed by name. Other types of that document are printed in full where they are first used, as the registry
    /// does.
    ///
    /// # Errors
    /// When a document is not a valid schema; the error names a reference by its number, from 1.
    pub fn parse_with_references(&self, text: &str, references: &[&str]) -> Result<Schema, ParseError> {
        self.read(|builder| references::parse(builder, text, references))
    }

    /// Reads documents that use each other's types, in any order. Each schema comes out self-contained.
    ///
    /// Here a name may be defined behind its use in another document, so it is looked up only when all documents are
    /// read: in the enclosing namespace, then in the null namespace. Equal definitions of one name may be repeated.
    ///
    /// # Errors
    /// When a document is not a valid schema; the error names it.
    ///
    /// ```
    /// use avro_model::parser::{Document, Parser};
    /// let documents = [
    ///     Document { name: "order.avsc", text: r#"{"type":"record","name":"Order","fields":[{"name":"id","type":"Id"}]}"# },
    ///     Document { name: "id.avsc", text: r#"{"type":"fixed","name":"Id","size":16}"# },
    /// ];
    /// let schemas = Parser::new().parse_documents(&documents)?;
    /// assert!(schemas[0].canonical_text().contains(r#""type":{"type":"fixed","name":"Id","size":16}"#));
    /// # Ok::<(), avro_model::parser::ParseError>(())
    /// ```
    pub fn parse_documents(&self, documents: &[Document<'_>]) -> Result<Vec<Schema>, ParseError> {
        self.read(|builder| references::parse_together(builder, documents))
    }

    /// Reads documents as [`parse_documents`](Self::parse_documents) does, but passes over what is not valid, so that all
    /// errors are found and the other documents are read.
    ///
    /// A name is not reported as undefined when a document that could not be read seems to define it, or when it is among
    /// `elsewhere`: simple names that files which are no documents at all would have defined. At most 1,000 errors are
    /// reported.
    ///
    /// ```
    /// use avro_model::parser::{Document, Parser};
    /// let documents = [
    ///     Document { name: "a.avsc", text: r#"{"type":"record","name":"A","fields":[
    ///         {"name":"x","type":"strng"}, {"name":"y","type":"int","default":"no"}]}"# },
    ///     Document { name: "b.avsc", text: r#"{"type":"fixed","name":"B","size":16}"# },
    /// ];
    /// let each = Parser::new().parse_each_document(&documents, &[]);
    /// assert_eq!(each.errors.len(), 2);
    /// assert!(each.schemas[0].is_none() && each.schemas[1].is_some());
    /// ```
    pub fn parse_each_document(&self, documents: &[Document<'_>], elsewhere: &[String]) -> EachDocument {
        let read = self.read(|builder| Ok(recovery::parse_each(builder, documents, elsewhere)));
        read.unwrap_or_else(|stopped| EachDocument {
            schemas: vec![None; documents.len()],
            errors: vec![(0, stopped)],
        })
    }
}

impl FromStr for Schema {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Parser::new().parse(text)
    }
}

#[cfg(test)]
mod tests;
