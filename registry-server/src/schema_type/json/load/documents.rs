//! The texts that may be referred to, by their names.

use super::LoadError;
use crate::schema_type::ReferencedText;
use crate::schema_type::json::text::{self, Json};

/// Referenced texts that were read.
#[derive(Debug, Default)]
pub(super) struct Documents(Vec<(String, Option<Json>)>);

impl Documents {
    /// Reads all texts. That one cannot be read counts once it is asked for.
    pub(super) fn parse(references: &[ReferencedText]) -> Self {
        Self(
            references
                .iter()
                .map(|reference| (reference.name.clone(), text::read(&reference.text).ok()))
                .collect(),
        )
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
