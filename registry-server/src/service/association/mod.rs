//! Associations between resources and subjects: semantics §11.
//!
//! A STRONG association owns its subject, whose name follows from the resource, and is always frozen; a WEAK one borrows
//! a subject and never is. All associations of a resource have the same lifecycle.

mod batch;
mod check;
mod remove;
mod request;
mod settle;
mod write;

pub use batch::{BatchGet, BatchGetResult};
pub use request::{AssociationEndpoint, AssociationInfo, AssociationRequest, Change};
pub use write::{AssociationsWritten, WrittenAssociation};

use super::{Found, Paging, Registry, Result};
use crate::domain::{Association, AssociationType, Lifecycle, Subject};
use crate::store::AssociationFilter;

/// The only kind of resource.
const TOPIC: &str = "topic";

/// Which associations to list.
#[derive(Clone, Debug, Default)]
pub struct AssociationQuery {
    /// The part that the store can look for.
    pub filter: AssociationFilter,
    /// The types that count.
    pub types: TypeFilter,
    /// The lifecycle that counts; none for both.
    pub lifecycle: Option<Lifecycle>,
}

/// The types of associations that count in a query. A name that is no type counts as one that nothing has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TypeFilter {
    /// `None` for all.
    named: Option<Vec<AssociationType>>,
}

impl TypeFilter {
    /// The types of some names; all types if there are none.
    ///
    /// ```
    /// use registry_server::domain::AssociationType;
    /// use registry_server::service::TypeFilter;
    /// assert!(TypeFilter::of_names([]).counts(AssociationType::Key));
    /// assert!(!TypeFilter::of_names(["header"]).counts(AssociationType::Key));
    /// ```
    pub fn of_names<'n>(names: impl IntoIterator<Item = &'n str>) -> Self {
        let mut names = names.into_iter().peekable();
        let is_limited = names.peek().is_some();
        let types = names.filter_map(AssociationType::from_name).collect();
        Self { named: is_limited.then_some(types) }
    }

    /// Whether associations of a type count.
    #[must_use]
    pub fn counts(&self, association_type: AssociationType) -> bool {
        self.named.as_ref().is_none_or(|types| types.contains(&association_type))
    }
}

impl Registry {
    /// The associations that a query asks for, ordered by resource and type.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn associations(&self, query: &AssociationQuery, paging: Paging) -> Result<Vec<Association>> {
        let shown = self.counting(query).await?.into_iter().filter(|one| self.shows(&one.subject));
        Ok(paging.apply(self.settings.subject_search, shown))
    }

    /// The associations that a change rests on, whoever may read their subjects.
    async fn present(&self, filter: AssociationFilter) -> Result<Vec<Association>> {
        let query = AssociationQuery { filter, ..AssociationQuery::default() };
        let all = self.counting(&query).await?;
        Ok(Paging::default().apply(self.settings.subject_search, all.into_iter()))
    }

    async fn counting(&self, query: &AssociationQuery) -> Result<Vec<Association>> {
        let mut all = self.reads.associations(&query.filter).await?;
        all.sort_by(|a, b| place(a).cmp(&place(b)));
        all.retain(|one| {
            query.types.counts(one.association_type)
                && query.lifecycle.is_none_or(|lifecycle| lifecycle == one.lifecycle)
        });
        Ok(all)
    }

    /// The latest version of a subject.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn latest(&self, subject: &Subject) -> Result<Option<Found>> {
        Ok(self.reads.subject(subject).await?.latest().map(Found::stored))
    }

    async fn associations_of(&self, subject: &Subject) -> Result<Vec<Association>> {
        let filter = AssociationFilter { subject: Some(subject.clone()), ..AssociationFilter::default() };
        Ok(self.reads.associations(&filter).await?)
    }

    /// Whether a subject has an association.
    pub(super) async fn is_associated(&self, subject: &Subject) -> Result<bool> {
        Ok(self.settings.associations && !self.associations_of(subject).await?.is_empty())
    }

    /// Whether a subject belongs to a resource.
    pub(super) async fn has_strong_association(&self, subject: &Subject) -> Result<bool> {
        Ok(self.associations_of(subject).await?.iter().any(|one| one.lifecycle == Lifecycle::Strong))
    }
}

/// The key that associations are ordered by.
fn place(one: &Association) -> (&str, &str, AssociationType, &str, &Subject) {
    (&one.resource_namespace, &one.resource_name, one.association_type, &one.resource_id, &one.subject)
}
