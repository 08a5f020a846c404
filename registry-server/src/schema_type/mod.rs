//! The languages in which schemas are written.
//!
//! The service knows nothing about a language but this trait: how to read a text, and what can then be asked of it.
//! A language that is not here is an unknown type to the registry, and `/schemas/types` does not list it.

mod avro;
mod budget;
mod explanation;
mod json;
mod protobuf;
mod size;
mod tags;

use std::any::Any;
use std::collections::HashSet;
use std::fmt;

pub use avro::Avro;
pub use budget::{Budget, ReadError, Stopped};
use budget::{endless, unlimited};
pub use explanation::{ExplainedFinding, ExplainedVersion, Explanation, FailingValue};
pub use json::JsonSchema;
pub use protobuf::Protobuf;
pub use size::{JsonValueCounter, MAX_VALUES, json_values, wide_json_values};
pub use tags::{EntityType, SchemaTags};

use crate::domain::{CompatibilityPolicy, SchemaType};

/// How strictly a text is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Strictness {
    /// As a schema that is to be registered: names and defaults are checked.
    New,
    /// As a schema that is in the registry or may be: what older versions let pass is still read.
    Stored,
}

/// A text that is no schema of its language: the parser's words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct InvalidText(pub String);

/// Which of the two schemas a compatibility check takes as the reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// The new schema reads data of the old one.
    Backward,
    /// The old schema reads data of the new one.
    Forward,
}

/// The reasons why data of one schema cannot be read with another.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Findings {
    /// One line for each thing that is incompatible, in Confluent's layout.
    pub messages: Vec<String>,
}

/// A language in which schemas are written.
///
/// Whatever takes time in proportion to a text, or longer, is done within a [`Budget`], and ends when that does. The
/// methods without one have no limit.
pub trait Language: Send + Sync + fmt::Debug {
    /// Which language it is.
    fn schema_type(&self) -> SchemaType;

    /// Reads a text. `references` holds the texts of everything that it refers to, directly or not, each behind what
    /// it refers to itself.
    ///
    /// # Errors
    /// [`InvalidText`] with the parser's words, or the end of the budget.
    fn parse_within(
        &self,
        text: &str,
        references: &[ReferencedText],
        strictness: Strictness,
        budget: &Budget,
    ) -> Result<Box<dyn Parsed>, ReadError>;

    /// Reads a text.
    ///
    /// # Errors
    /// [`InvalidText`] with the parser's words.
    fn parse(
        &self,
        text: &str,
        references: &[ReferencedText],
        strictness: Strictness,
    ) -> Result<Box<dyn Parsed>, InvalidText> {
        unlimited(|budget| self.parse_within(text, references, strictness, budget))
    }

    /// A text with tags added and removed.
    ///
    /// # Errors
    /// [`InvalidText`] when an entity path leads nowhere, or the end of the budget.
    fn edit_tags_within(
        &self,
        text: &str,
        add: &[SchemaTags],
        remove: &[SchemaTags],
        budget: &Budget,
    ) -> Result<String, ReadError>;

    /// A text with tags added and removed.
    ///
    /// # Errors
    /// [`InvalidText`] when an entity path leads nowhere.
    fn edit_tags(
        &self,
        text: &str,
        add: &[SchemaTags],
        remove: &[SchemaTags],
    ) -> Result<String, InvalidText> {
        unlimited(|budget| self.edit_tags_within(text, add, remove, budget))
    }
}

/// A schema that another one refers to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReferencedText {
    /// The name under which it is referred to.
    pub name: String,
    /// Its canonical text.
    pub text: String,
}

/// A schema that was read. What is done with it within a [`Budget`] ends when that does.
pub trait Parsed: Send + Sync + fmt::Debug {
    /// The text that is stored, returned and hashed.
    ///
    /// # Errors
    /// When the budget ends.
    fn canonical_text_within(&self, budget: &Budget) -> Result<String, Stopped>;

    /// Whether the text means something, for a language that finds out only when it is asked; asked of every schema that
    /// is looked up or registered.
    ///
    /// # Errors
    /// [`InvalidText`] when it does not, or the end of the budget.
    fn validate_within(&self, budget: &Budget) -> Result<(), ReadError> {
        let _ = budget;
        Ok(())
    }

    /// Why what the schema refers to would have to be fetched from another server, for a registry that does not allow that.
    ///
    /// # Errors
    /// When the budget ends.
    fn remote_reference_problem_within(&self, budget: &Budget) -> Result<Option<String>, Stopped> {
        budget.take(1)?;
        Ok(None)
    }

    /// The same schema in its normal form.
    ///
    /// # Errors
    /// [`InvalidText`] when there is none, or the end of the budget.
    fn normalized_within(&self, budget: &Budget) -> Result<Box<dyn Parsed>, ReadError>;

    /// The text in another format of the language; `None` for a format that it does not have.
    ///
    /// # Errors
    /// When the budget ends.
    fn formatted_within(&self, format: &str, budget: &Budget) -> Result<Option<String>, Stopped>;

    /// Whether two schemas of this language mean the same, references aside.
    ///
    /// # Errors
    /// When the budget ends.
    fn equivalent_within(&self, other: &dyn Parsed, budget: &Budget) -> Result<bool, Stopped>;

    /// The same comparison after everything that is referred to was written into both.
    ///
    /// # Errors
    /// When the budget ends.
    fn equivalent_resolved_within(&self, other: &dyn Parsed, budget: &Budget) -> Result<bool, Stopped>;

    /// Finds why data of one schema cannot be read with the other; `self` is the new schema. The policy is for a
    /// language that knows more than one. Each comparison is also bounded in steps and memory by itself; what is beyond is
    /// incompatible, and the finding says so.
    ///
    /// # Errors
    /// When the budget ends.
    fn check_within(
        &self,
        old: &dyn Parsed,
        direction: Direction,
        policy: CompatibilityPolicy,
        budget: &Budget,
    ) -> Result<Findings, Stopped>;

    /// Explains what [`check_within`](Self::check_within) finds for the same schemas: who breaks, by which value, and what to
    /// change. `None` for a language whose messages say all that is known.
    ///
    /// # Errors
    /// When the budget ends.
    fn explain_within(
        &self,
        old: &dyn Parsed,
        direction: Direction,
        budget: &Budget,
    ) -> Result<Option<Explanation>, Stopped> {
        let _ = (old, direction);
        budget.check().map(|()| None)
    }

    /// Whether a comparison may take much longer than its size tells.
    fn is_deceptively_small(&self) -> bool {
        false
    }

    /// About how many bytes of memory it takes, with all that it will hold after it was used.
    fn heap_size(&self) -> usize;

    /// The names of the top-level fields.
    fn top_level_fields(&self) -> HashSet<&str>;

    /// The fault of the fields, for a registry that validates them.
    ///
    /// # Errors
    /// When the budget ends.
    fn reserved_field_problem_within(&self, budget: &Budget) -> Result<Option<String>, Stopped>;

    /// The inline tags, in the order of the text.
    ///
    /// # Errors
    /// When the budget ends.
    fn tags_within(&self, budget: &Budget) -> Result<Vec<SchemaTags>, Stopped>;

    /// The text with tags added and removed.
    ///
    /// # Errors
    /// [`InvalidText`] when an entity path leads nowhere, or the end of the budget.
    fn with_tags_within(
        &self,
        add: &[SchemaTags],
        remove: &[SchemaTags],
        budget: &Budget,
    ) -> Result<String, ReadError>;

    /// The concrete schema, for comparing with another of the same language.
    fn as_any(&self) -> &dyn Any;

    /// [`canonical_text_within`](Self::canonical_text_within) without a limit.
    fn canonical_text(&self) -> String {
        endless(|budget| self.canonical_text_within(budget))
    }

    /// [`validate_within`](Self::validate_within) without a limit.
    ///
    /// # Errors
    /// [`InvalidText`] when it means nothing.
    fn validate(&self) -> Result<(), InvalidText> {
        unlimited(|budget| self.validate_within(budget))
    }

    /// [`normalized_within`](Self::normalized_within) without a limit.
    ///
    /// # Errors
    /// [`InvalidText`] when there is no normal form.
    fn normalized(&self) -> Result<Box<dyn Parsed>, InvalidText> {
        unlimited(|budget| self.normalized_within(budget))
    }

    /// [`formatted_within`](Self::formatted_within) without a limit.
    fn formatted(&self, format: &str) -> Option<String> {
        endless(|budget| self.formatted_within(format, budget))
    }

    /// [`equivalent_within`](Self::equivalent_within) without a limit.
    fn equivalent(&self, other: &dyn Parsed) -> bool {
        endless(|budget| self.equivalent_within(other, budget))
    }

    /// [`equivalent_resolved_within`](Self::equivalent_resolved_within) without a limit.
    fn equivalent_resolved(&self, other: &dyn Parsed) -> bool {
        endless(|budget| self.equivalent_resolved_within(other, budget))
    }

    /// [`check_within`](Self::check_within) without a limit but its own.
    fn check(&self, old: &dyn Parsed, direction: Direction, policy: CompatibilityPolicy) -> Findings {
        endless(|budget| self.check_within(old, direction, policy, budget))
    }

    /// [`reserved_field_problem_within`](Self::reserved_field_problem_within) without a limit.
    fn reserved_field_problem(&self) -> Option<String> {
        endless(|budget| self.reserved_field_problem_within(budget))
    }

    /// [`tags_within`](Self::tags_within) without a limit.
    fn tags(&self) -> Vec<SchemaTags> {
        endless(|budget| self.tags_within(budget))
    }

    /// [`with_tags_within`](Self::with_tags_within) without a limit.
    ///
    /// # Errors
    /// [`InvalidText`] when an entity path leads nowhere.
    fn with_tags(&self, add: &[SchemaTags], remove: &[SchemaTags]) -> Result<String, InvalidText> {
        unlimited(|budget| self.with_tags_within(add, remove, budget))
    }
}

/// The languages that this registry works with.
#[derive(Debug)]
pub struct Languages(Vec<Box<dyn Language>>);

impl Default for Languages {
    fn default() -> Self {
        Self(vec![Box::new(JsonSchema), Box::new(Protobuf), Box::new(Avro)])
    }
}

impl Languages {
    /// The language of that name, which is case-sensitive.
    #[must_use]
    pub fn by_name(&self, name: &str) -> Option<&dyn Language> {
        self.0.iter().map(AsRef::as_ref).find(|language| language.schema_type().as_str() == name)
    }

    /// The language of a schema type.
    ///
    /// # Panics
    /// When there is none, which no schema type is without.
    #[must_use]
    pub fn of(&self, schema_type: SchemaType) -> &dyn Language {
        let mut languages = self.0.iter().map(AsRef::as_ref);
        languages
            .find(|language| language.schema_type() == schema_type)
            .expect("every schema type is a language")
    }

    /// The names.
    pub fn names(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.0.iter().map(|language| language.schema_type().as_str())
    }
}
