//! Reading versions of a subject.

use std::collections::{BTreeMap, BTreeSet};

use super::pool::length_of;
use super::{Found, Paging, Registry, RegistryError, RequestBudget, Result};
use crate::domain::{SchemaId, Subject, Version, VersionSelector};
use crate::schema_type::{SchemaTags, Stopped};
use crate::store::{StoredVersion, SubjectQuery, SubjectState, Visibility};

/// Which versions to list.
#[derive(Clone, Copy, Debug, Default)]
pub struct VersionFilter {
    /// Soft-deleted ones too.
    pub deleted: bool,
    /// Soft-deleted ones only.
    pub deleted_only: bool,
    /// All, soft-deleted ones negated.
    pub deleted_as_negative: bool,
}

impl Registry {
    /// One version. A subject of the default context that does not have it is looked for in every other context.
    ///
    /// # Errors
    /// [`RegistryError::SubjectNotFound`] if no version of the subject counts, else [`RegistryError::VersionNotFound`].
    pub async fn version(
        &self,
        subject: &Subject,
        selector: VersionSelector,
        include_deleted: bool,
    ) -> Result<Found> {
        let found = self.version_or_elsewhere(subject, selector, include_deleted).await?;
        Ok(Found::stored(&found))
    }

    pub(super) async fn version_or_elsewhere(
        &self,
        subject: &Subject,
        selector: VersionSelector,
        include_deleted: bool,
    ) -> Result<StoredVersion> {
        let state = self.reads.subject(subject).await?;
        if let Some(found) = select(&state, selector, include_deleted) {
            return Ok(found.clone());
        }
        for other in self.same_name_elsewhere(subject).await? {
            let state = self.reads.subject(&other).await?;
            if let Some(found) = select(&state, selector, include_deleted) {
                return Ok(found.clone());
            }
        }
        Err(not_found(&state, subject, selector, include_deleted))
    }

    /// The numbers of a subject's versions, ascending; those of deleted ones negated if that is asked for.
    ///
    /// # Errors
    /// [`RegistryError::SubjectNotFound`] if no version counts.
    pub async fn versions(
        &self,
        subject: &Subject,
        filter: VersionFilter,
        paging: Paging,
    ) -> Result<Vec<i32>> {
        let state = self.reads.subject(subject).await?;
        let include_deleted = filter.deleted || filter.deleted_only;
        if !state.versions.iter().any(|version| include_deleted || !version.deleted) {
            return Err(RegistryError::SubjectNotFound(subject.clone()));
        }
        let listed = state.versions.iter().filter(|version| {
            if filter.deleted_as_negative {
                true
            } else if filter.deleted_only {
                version.deleted
            } else {
                filter.deleted || !version.deleted
            }
        });
        let numbers = listed.map(|version| {
            let number = version.version.get();
            if filter.deleted_as_negative && version.deleted { -number } else { number }
        });
        Ok(paging.apply(self.settings.version_search, numbers))
    }

    /// The ids of the schemas that refer to a version, ascending.
    ///
    /// # Errors
    /// As [`version`](Self::version), deleted versions included.
    pub async fn referenced_by(
        &self,
        subject: &Subject,
        selector: VersionSelector,
        include_deleted: bool,
        paging: Paging,
    ) -> Result<Vec<i32>> {
        let target = self.version_or_elsewhere(subject, selector, true).await?;
        let referrers = self.reads.referrers(&target.subject, Some(target.version)).await?;
        let ids: BTreeSet<SchemaId> = referrers
            .into_iter()
            .filter(|referrer| include_deleted || !referrer.deleted)
            .filter(|referrer| self.shows(&referrer.subject))
            .map(|referrer| referrer.id)
            .collect();
        Ok(paging.apply(self.settings.version_search, ids.into_iter().map(SchemaId::get)))
    }

    /// The newest version whose metadata properties hold all of the pairs.
    ///
    /// # Errors
    /// [`RegistryError::SubjectNotFound`] if no version counts, else [`RegistryError::NoSchema`].
    pub async fn version_with_metadata(
        &self,
        subject: &Subject,
        pairs: &BTreeMap<String, String>,
        include_deleted: bool,
    ) -> Result<Found> {
        let state = self.reads.subject(subject).await?;
        let mut visible =
            state.versions.iter().rev().filter(|version| include_deleted || !version.deleted).peekable();
        if visible.peek().is_none() {
            return Err(RegistryError::SubjectNotFound(subject.clone()));
        }
        let fits = |version: &&StoredVersion| {
            version.content.metadata.as_ref().is_some_and(|metadata| {
                pairs.iter().all(|(key, value)| metadata.properties.get(key) == Some(value))
            })
        };
        visible.find(fits).map(Found::stored).ok_or(RegistryError::NoSchema)
    }

    /// The inline tags of the elements that carry one that is asked for; `*` asks for all elements.
    ///
    /// # Errors
    /// When the stored schema cannot be read.
    pub async fn tags_of(
        &self,
        subject: &Subject,
        content: &crate::domain::Content,
        wanted: &[String],
    ) -> Result<Vec<SchemaTags>> {
        self.tags_within(subject, content, wanted, &self.budget()).await
    }

    /// [`tags_of`](Self::tags_of), within a budget.
    pub(super) async fn tags_within(
        &self,
        subject: &Subject,
        content: &crate::domain::Content,
        wanted: &[String],
        budget: &RequestBudget,
    ) -> Result<Vec<SchemaTags>> {
        if wanted.is_empty() {
            return Ok(Vec::new());
        }
        let all = wanted.iter().any(|tag| tag == "*");
        let parsed = self.parse_content(subject, content, budget).await?;
        let wanted = wanted.to_vec();
        let finding = self.pool.run_sized(length_of(content), budget, move |budget| {
            let mut tags = parsed.tags_within(budget)?;
            if !all {
                tags.retain(|one| one.tags.iter().any(|tag| wanted.contains(tag)));
            }
            Ok::<_, Stopped>(tags)
        });
        Ok(finding.await??)
    }

    /// The subjects that pass a filter, in order.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn subjects(
        &self,
        prefix: &str,
        visibility: Visibility,
        paging: Paging,
    ) -> Result<Vec<String>> {
        let filter = crate::domain::SubjectFilter::parse(prefix);
        let Some(filter) = self.readable_part(&filter) else { return Ok(Vec::new()) };
        let query = SubjectQuery::of(filter, visibility);
        if !self.shows_everything() {
            // Which names are on a page is known when those before it were looked at.
            let all = self.reads.subjects(&query).await?;
            let shown = all.iter().filter(|subject| self.shows(subject)).map(Subject::to_string);
            return Ok(paging.apply(self.settings.subject_search, shown));
        }
        let query = SubjectQuery { page: paging.page(self.settings.subject_search), ..query };
        Ok(self.reads.subjects(&query).await?.iter().map(Subject::to_string).collect())
    }
}

/// The version that is meant: `latest` is never a deleted one.
fn select(state: &SubjectState, selector: VersionSelector, include_deleted: bool) -> Option<&StoredVersion> {
    match selector {
        VersionSelector::Latest => state.latest(),
        VersionSelector::Number(number) => {
            state.version(number).filter(|version| include_deleted || !version.deleted)
        }
    }
}

/// Why a version was not found.
pub(super) fn not_found(
    state: &SubjectState,
    subject: &Subject,
    selector: VersionSelector,
    include_deleted: bool,
) -> RegistryError {
    if !state.versions.iter().any(|version| include_deleted || !version.deleted) {
        return RegistryError::SubjectNotFound(subject.clone());
    }
    RegistryError::VersionNotFound(match selector {
        VersionSelector::Latest => -1,
        VersionSelector::Number(number) => Version::get(number),
    })
}
