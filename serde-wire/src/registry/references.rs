//! The schemas that a schema refers to, and those that these refer to.

use super::{RegisteredSchema, RegistryError, SchemaReference, SchemaRegistry, VersionSelector};
use crate::context::{context_of, qualified};
use std::collections::HashSet;

/// How many schemas one schema may pull in; real ones stay below a few hundred.
const MAX_REFERENCES: usize = 10_000;

/// Why the references of a schema could not be resolved.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReferenceError {
    /// The registry did not give one of them.
    #[error("reference {name:?} (subject {subject:?}, version {version}): {answer}")]
    Registry {
        /// The reference's name.
        name: String,
        /// The subject that it points to.
        subject: String,
        /// The version that it points to.
        version: i32,
        /// The registry's answer.
        answer: RegistryError,
    },
    /// They are more than any sensible schema has.
    #[error("the schema pulls in more than {MAX_REFERENCES} others")]
    TooMany,
}

impl ReferenceError {
    /// True when asking again later may help.
    pub fn is_retriable(&self) -> bool {
        matches!(self, Self::Registry { answer, .. } if answer.is_retriable())
    }
}

/// The texts of all schemas that `schema` refers to, directly or not, each once and in no particular order.
///
/// A reference to an unqualified subject means the context of `subject`, as on the server. Cycles end at what was
/// already seen.
///
/// # Errors
/// When the registry does not give one of them, or when they are more than 10,000.
pub async fn resolve_references(
    registry: &dyn SchemaRegistry,
    schema: &RegisteredSchema,
    subject: Option<&str>,
) -> Result<Vec<String>, ReferenceError> {
    let context = schema.subject.as_deref().or(subject).map_or(".", context_of);
    let mut seen = HashSet::new();
    let mut texts = Vec::new();
    let mut pending = schema.references.clone();
    while let Some(SchemaReference { name, subject, version }) = pending.pop() {
        let subject = if context_of(&subject) == "." { qualified(context, &subject) } else { subject };
        if !seen.insert((subject.clone(), version)) {
            continue;
        }
        if seen.len() > MAX_REFERENCES {
            return Err(ReferenceError::TooMany);
        }
        let selector = u32::try_from(version).map_or(VersionSelector::Latest, VersionSelector::Number);
        let referenced = registry
            .version(&subject, selector)
            .await
            .map_err(|answer| ReferenceError::Registry { name, subject, version, answer })?;
        texts.push(referenced.text.clone());
        pending.extend(referenced.references.iter().cloned());
    }
    Ok(texts)
}
