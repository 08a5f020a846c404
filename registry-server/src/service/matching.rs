//! Whether a schema that is asked for is one that is there: semantics §4.2.

use std::sync::Arc;

use super::candidate::Candidate;
use super::merge::{noted_version, without_version};
use super::{Registry, RequestBudget, Result};
use crate::domain::Metadata;
use crate::store::{StoredVersion, SubjectState};

impl Registry {
    /// The newest version that means the same as the candidate.
    pub(super) async fn find_equivalent<'a>(
        &self,
        state: &'a SubjectState,
        candidate: &Candidate,
        include_deleted: bool,
        budget: &RequestBudget,
    ) -> Result<Option<&'a StoredVersion>> {
        for version in state.versions.iter().rev() {
            if (include_deleted || !version.deleted) && self.matches(candidate, version, budget).await? {
                return Ok(Some(version));
            }
        }
        Ok(None)
    }

    /// Whether a request for the candidate means this version. A stored schema that cannot be read any more matches
    /// nothing but its own text.
    pub(super) async fn matches(
        &self,
        candidate: &Candidate,
        version: &StoredVersion,
        budget: &RequestBudget,
    ) -> Result<bool> {
        let (asked, stored) = (&candidate.content, &*version.content);
        if asked.schema_type != stored.schema_type
            || asked.rule_set != stored.rule_set
            || !metadata_matches(asked.metadata.as_ref(), stored.metadata.as_ref(), version)
        {
            return Ok(false);
        }
        let inlined = asked.references.is_empty() && !stored.references.is_empty();
        if !inlined && asked.references != stored.references {
            return Ok(false);
        }
        if !inlined && asked.text == stored.text {
            return Ok(true);
        }
        let outline = self.outlines.get(stored).filter(|_| !inlined);
        if outline.is_some_and(|outline| outline != candidate.outline(&self.outlines)) {
            return Ok(false);
        }
        let parsed = match self.parse_stored(version, budget).await {
            Ok(parsed) => parsed,
            Err(error) if error.is_invalid_schema() => return Ok(false),
            Err(error) => return Err(error),
        };
        if outline.is_none() {
            self.outlines.insert(stored, &*parsed);
        }
        // What is written in place of references can be much longer than the texts.
        let bytes = if inlined { usize::MAX } else { asked.text.len() + stored.text.len() };
        let new = Arc::clone(&*candidate.parsed);
        let comparing = self.pool.run_sized(bytes, budget, move |budget| {
            if inlined {
                new.equivalent_resolved_within(&*parsed, budget)
            } else {
                new.equivalent_within(&*parsed, budget)
            }
        });
        let matches = comparing.await??;
        // Each comparison of many may be short: then others are let in after some of them.
        tokio::task::coop::consume_budget().await;
        Ok(matches)
    }
}

/// Metadata are equal, except that a noted version on one side only is overlooked where it says nothing new.
fn metadata_matches(asked: Option<&Metadata>, stored: Option<&Metadata>, version: &StoredVersion) -> bool {
    match (noted_version(asked), noted_version(stored)) {
        (None, None) | (Some(_), Some(_)) => asked == stored,
        (None, Some(_)) => {
            stored.is_some_and(|stored| asked.cloned().unwrap_or_default() == without_version(stored))
        }
        (Some(noted), None) => {
            let rest = asked.map(without_version).filter(|rest| *rest != Metadata::default());
            let stored = stored.filter(|stored| **stored != Metadata::default());
            noted == version.version.get().to_string() && rest.as_ref() == stored
        }
    }
}
