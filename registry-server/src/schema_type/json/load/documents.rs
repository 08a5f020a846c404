//! The texts that may be referred to, by their names.

use super::LoadError;
use crate::schema_type::json::text::{self, Json};
use crate::schema_type::{Budget, ReferencedText};

/// Referenced texts that were read.
#[derive(Debug, Default)]
pub(super) struct Documents(Vec<(String, Option<Json>)>);

impl Documents {
    /// Reads all texts. That one cannot be read counts once it is asked for.
    pub(super) fn parse(references: &[ReferencedText], budget: &Budget) -> Self {
        let read = |one: &ReferencedText| (one.name.clone(), text::read(&one.text, budget).ok());
        Self(references.iter().map(read).collect())
    }

    /// Every name with its text.
    ///
    /// # Errors
    /// [`LoadError::UnreadableReference`] for what `wanted` does not accept.
    pub(super) fn each(&self, wanted: fn(&Json) -> bool) -> Result<Vec<(&str, &Json)>, LoadError> {
        let read = self.0.iter().map(|(name, json)| match json {
            Some(json) if wanted(json) => Ok((name.as_str(), json)),
            _ => Err(LoadError::UnreadableReference(name.clone())),
        });
        read.collect()
    }
}
