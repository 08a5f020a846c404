//! Associations between resources and subjects: semantics §11.
//!
//! A STRONG association owns its subject, whose name follows from the resource, and is always frozen; a WEAK one borrows
//! a subject and never is. All associations of a resource have the same lifecycle.

mod batch;
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
    /// What the store can look for.
    pub filter: AssociationFilter,
    /// The types that count; empty for all.
    pub types: Vec<AssociationType>,
    /// The lifecycle that counts; none for both.
    pub lifecycle: Option<Lifecycle>,
}

impl Registry {
    /// The associations that a query asks for, ordered by resource and type.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn associations(&self, query: &AssociationQuery, paging: Paging) -> Result<Vec<Association>> {
        let mut all = self.reads.associations(&query.filter).await?;
        all.sort_by(|a, b| place(a).cmp(&place(b)));
        let counting = all.into_iter().filter(|one| {
            (query.types.is_empty() || query.types.contains(&one.association_type))
                && query.lifecycle.is_none_or(|lifecycle| lifecycle == one.lifecycle)
        });
        Ok(paging.apply(self.settings.subject_search, counting))
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

/// What associations are ordered by.
fn place(one: &Association) -> (&str, &str, AssociationType, &str, &Subject) {
    (&one.resource_namespace, &one.resource_name, one.association_type, &one.resource_id, &one.subject)
}
