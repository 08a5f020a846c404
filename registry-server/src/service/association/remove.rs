//! Removing the associations of a resource (semantics §11.3).

use super::{TOPIC, TypeFilter};
use crate::domain::{Association, Lifecycle};
use crate::security::Permission;
use crate::service::attempts::until_written;
use crate::service::delete::check_writable;
use crate::service::{Registry, RegistryError, Result};
use crate::store::{Actor, AssociationFilter, AssociationWrite, Put};

impl Registry {
    /// Removes associations of a resource. With `cascade` those that own their subject go as well, and the subject
    /// with them.
    ///
    /// # Errors
    /// [`RegistryError::AssociationNotFound`] if there are none, [`RegistryError::AssociationFrozen`] for one that owns
    /// its subject when nothing cascades.
    pub async fn delete_associations(
        &self,
        resource_id: &str,
        resource_type: &str,
        types: &TypeFilter,
        cascade: bool,
        dry_run: bool,
        actor: &Actor,
    ) -> Result<()> {
        until_written(async || {
            let filter = AssociationFilter {
                resource_id: Some(resource_id.to_owned()),
                resource_type: Some(resource_type.to_owned()),
                ..AssociationFilter::default()
            };
            let seen = self.present(filter).await?;
            let meant: Vec<&Association> =
                seen.iter().filter(|one| types.counts(one.association_type)).collect();
            if meant.is_empty() {
                return Err(RegistryError::AssociationNotFound(resource_id.to_owned()));
            }
            for one in &meant {
                self.demand_unnamed(Permission::SubjectWrite, &one.subject)?;
                if cascade && one.lifecycle == Lifecycle::Strong {
                    self.demand_unnamed(Permission::SubjectDelete, &one.subject)?;
                }
            }
            if let Some(frozen) = meant.iter().find(|one| one.frozen && !cascade) {
                return Err(RegistryError::AssociationFrozen {
                    association_type: frozen.association_type,
                    subject: frozen.subject.clone(),
                });
            }
            let mut expected = Vec::new();
            for one in &meant {
                let scope = self.reads.scope(&one.subject).await?;
                check_writable(&scope, &one.subject)?;
                expected.push((one.subject.clone(), scope.token.clone()));
            }
            if dry_run {
                return Ok(Some(()));
            }
            let write = AssociationWrite {
                resource_id: resource_id.to_owned(),
                resource_type: TOPIC.to_owned(),
                expected,
                remove: meant.iter().map(|one| one.association_type).collect(),
                seen: seen.clone(),
                ..AssociationWrite::default()
            };
            if self.writes.write_associations(&write, actor).await? == Put::Conflict {
                return Ok(None);
            }
            for one in meant.iter().filter(|one| one.lifecycle == Lifecycle::Strong) {
                self.delete_owned(one, actor).await?;
            }
            Ok(Some(()))
        })
        .await
    }

    /// Deletes a subject that belonged to a resource, softly and then for good.
    async fn delete_owned(&self, association: &Association, actor: &Actor) -> Result<()> {
        for permanent in [false, true] {
            match self.delete_subject(&association.subject, permanent, actor).await {
                Ok(_) | Err(RegistryError::SubjectNotFound(_) | RegistryError::SubjectSoftDeleted(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}
