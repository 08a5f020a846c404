//! The registry's vocabulary: values that are checked once, at the edge, and cannot be wrong afterwards.
//!
//! Nothing here does I/O, reads a clock or knows about HTTP or SQL. The REST texts for invalid values live in the HTTP
//! layer; the errors here say only what was wrong.

mod association;
mod config;
mod content;
mod context;
mod metadata;
mod numbers;
mod rules;
mod subject;

pub use association::{Association, AssociationType, Lifecycle};
pub use config::{
    CompatibilityLevel, CompatibilityPolicy, Config, InvalidLevel, InvalidMode, InvalidPolicy, Mode,
};
pub use content::{Content, Guid, InvalidGuid, Reference, SchemaType, UnknownSchemaType};
pub use context::{Context, InvalidContext};
pub use metadata::Metadata;
pub use numbers::{InvalidVersion, SchemaId, Version, VersionSelector};
pub use rules::{Rule, RuleKind, RuleMode, RuleSet};
pub use subject::{InvalidSubject, Subject, SubjectFilter};
