//! What the one who asks may see and change: where the service meets subjects that no path names.

use std::sync::Arc;

use super::{ReferenceRequest, Registry, RegistryError, Result};
use crate::domain::{Context, SchemaId, Subject, SubjectFilter};
use crate::security::{Access, Denial, Permission};
use crate::store::Holders;

impl Registry {
    /// This registry as it is for one who may not do everything: it shows what may be read, as if there were nothing else, and
    /// refuses what needs a permission that is missing. What a path names is checked before it is asked.
    #[must_use]
    pub fn seen_by(&self, access: Access) -> Self {
        Self { access: Some(access), ..self.clone() }
    }

    /// Whether nothing has to be left out for the one who asks.
    pub(super) fn shows_everything(&self) -> bool {
        self.access.as_ref().is_none_or(Access::reads_everything)
    }

    /// Whether the one who asks may read a subject.
    pub(super) fn shows(&self, subject: &Subject) -> bool {
        self.access.as_ref().is_none_or(|access| access.reads(subject))
    }

    /// Whether the one who asks may know of a context.
    pub(super) fn shows_context(&self, context: &Context) -> bool {
        self.access.as_ref().is_none_or(|access| access.sees_context(context))
    }

    /// Refuses what the one who asks is not permitted to do. The refusal names the subject, so it has to be one of the request's.
    pub(super) fn demand(&self, permission: Permission, subject: &Subject) -> Result<()> {
        self.demand_naming(permission, subject, Some(subject))
    }

    /// The same of a subject that the request has another name for, which the refusal names.
    pub(super) fn demand_as(&self, permission: Permission, subject: &Subject, named: &Subject) -> Result<()> {
        self.demand_naming(permission, subject, Some(named))
    }

    /// The same of a subject that the request does not name, and neither does the refusal.
    pub(super) fn demand_unnamed(&self, permission: Permission, subject: &Subject) -> Result<()> {
        self.demand_naming(permission, subject, None)
    }

    fn demand_naming(
        &self,
        permission: Permission,
        subject: &Subject,
        named: Option<&Subject>,
    ) -> Result<()> {
        match &self.access {
            Some(access) if !access.permits(permission, Some(subject)) => {
                Err(RegistryError::Denied(Denial { permission, subject: named.cloned() }))
            }
            _ => Ok(()),
        }
    }

    /// Refuses what is done to everything in a context, or in all of them, unless it is permitted for whatever is or may be there.
    pub(super) fn demand_throughout(&self, permission: Permission, context: Option<&Context>) -> Result<()> {
        let filter = context.cloned().map_or_else(SubjectFilter::everything, SubjectFilter::in_context);
        match &self.access {
            Some(access) if !access.permits_throughout(permission, &filter) => {
                let subject =
                    context.filter(|context| !context.is_default()).cloned().map(Subject::of_context);
                Err(RegistryError::Denied(Denial { permission, subject }))
            }
            _ => Ok(()),
        }
    }

    /// The part of a filter in which something may be read; `None` if nothing may.
    pub(super) fn readable_part(&self, filter: &SubjectFilter) -> Option<SubjectFilter> {
        match &self.access {
            Some(access) => access.narrowed(filter),
            None => Some(filter.clone()),
        }
    }

    /// Refuses references of a request to what the one who asks may not read. What a stored schema refers to belongs to it.
    pub(super) fn demand_references(
        &self,
        referrer: &Subject,
        references: &[ReferenceRequest],
    ) -> Result<()> {
        if self.shows_everything() {
            return Ok(());
        }
        for subject in references.iter().filter_map(|reference| reference.subject.as_deref()) {
            self.demand(Permission::SubjectRead, &Subject::referenced(subject, referrer.context()))?;
        }
        Ok(())
    }

    /// The holders of an id that the one who asks may read. An id that only others hold is nobody's, as if it were unknown.
    pub(super) async fn shown_holders(&self, context: &Context, id: SchemaId) -> Result<Arc<Holders>> {
        let holders = self.reads.holders(context, id).await?;
        if self.shows_everything() || holders.versions.iter().all(|holder| self.shows(&holder.subject)) {
            let is_nobodys = holders.versions.is_empty() && !self.shows_everything();
            return Ok(if is_nobodys { Arc::default() } else { holders });
        }
        Ok(Arc::new(holders.only(|holder| self.shows(&holder.subject))))
    }
}
