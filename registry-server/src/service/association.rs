//! Associations between resources and subjects: registry-api section 11.

use super::{Registry, Result};
use crate::domain::{Lifecycle, Subject};
use crate::store::AssociationFilter;

impl Registry {
    /// Whether a subject has an association.
    pub(super) async fn is_associated(&self, subject: &Subject) -> Result<bool> {
        if !self.settings.associations {
            return Ok(false);
        }
        let filter = AssociationFilter { subject: Some(subject.clone()), ..AssociationFilter::default() };
        Ok(!self.store.associations(&filter).await?.is_empty())
    }

    /// Whether a subject belongs to a resource.
    pub(super) async fn has_strong_association(&self, subject: &Subject) -> Result<bool> {
        let filter = AssociationFilter { subject: Some(subject.clone()), ..AssociationFilter::default() };
        let associations = self.store.associations(&filter).await?;
        Ok(associations.iter().any(|one| one.lifecycle == Lifecycle::Strong))
    }
}
