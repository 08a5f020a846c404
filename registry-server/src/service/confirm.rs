//! Refusing only what other nodes have not made right.

use std::future::Future;

use super::{Registry, RegistryError, Result};

impl Registry {
    /// Has something decided, and decided again if it was denied while writes of other nodes were not known that were
    /// acknowledged before this call. What is granted needs no such care: a write is compared with the database, and a read
    /// may be as old as the store says. At most two decisions are made: the second one knows everything that whoever asked
    /// can know.
    ///
    /// # Errors
    /// When something was denied and it cannot be known whether rightly.
    pub async fn confirmed<T, F>(
        &self,
        is_denial: impl Fn(&T) -> bool,
        mut decide: impl FnMut() -> F,
    ) -> Result<T>
    where
        F: Future<Output = T>,
    {
        let known = self.reads.known();
        let decision = decide().await;
        if is_denial(&decision) && self.reads.catch_up(known).await? {
            return Ok(decide().await);
        }
        Ok(decision)
    }
}

/// The outcome of a write that may find nothing to do.
pub(super) struct Done<T> {
    pub(super) answer: T,
    /// Whether anything was written. That there is nothing to do is told like a denial: it may rest on what another node
    /// has changed.
    pub(super) is_written: bool,
}

impl Registry {
    /// The outcome of a write. Where it found nothing to do it looks again, if writes of other nodes were not known.
    pub(super) async fn done<T, F>(&self, attempt: impl FnMut() -> F) -> Result<T>
    where
        F: Future<Output = Result<Done<T>>>,
    {
        let found_nothing = |done: &Result<Done<T>>| done.as_ref().is_ok_and(|done| !done.is_written);
        Ok(self.confirmed(found_nothing, attempt).await??.answer)
    }
}

impl RegistryError {
    /// Whether this is a refusal that may rest on what is stored, rather than on the request alone, or a failure.
    #[must_use]
    pub fn may_rest_on_state(&self) -> bool {
        match self {
            Self::SubjectNotFound(_)
            | Self::VersionNotFound(_)
            | Self::SchemaNotFound(_)
            | Self::NoSchema
            | Self::SubjectSoftDeleted(_)
            | Self::SubjectNotSoftDeleted(_)
            | Self::VersionSoftDeleted(..)
            | Self::VersionNotSoftDeleted(..)
            | Self::NoSubjectConfig(_)
            | Self::NoSubjectMode(_)
            | Self::AssociationNotFound(_)
            | Self::Incompatible { .. }
            | Self::AssociationTypeTaken { .. }
            | Self::SubjectAssociated(_)
            | Self::SubjectOwned(_)
            | Self::NoActiveVersion(_)
            | Self::AssociationFrozen { .. }
            | Self::InvalidSchema(_)
            | Self::UnreadableSchema(_)
            | Self::TooManySteps { .. }
            | Self::ReadOnly { .. }
            | Self::AssociationReadOnly(_)
            | Self::GloballyReadOnly
            | Self::NotImporting { .. }
            | Self::NotReadWrite { .. }
            | Self::IdTaken { .. }
            | Self::NotPermitted(_)
            | Self::ReferencesExist(..)
            | Self::NotNew(_)
            | Self::InvalidRuleSet(_)
            | Self::ContextNotEmpty(_)
            | Self::InvalidAssociation { .. }
            // It may be of what an alias stands for, or of what an association is with.
            | Self::Denied(_) => true,
            Self::InvalidVersion(_)
            | Self::InvalidLevel
            | Self::PolicyNotOffered(_)
            | Self::InvalidMode
            | Self::ForwardNotGlobal
            | Self::InvalidSubject(_)
            | Self::Unstorable(_)
            | Self::BadRequest(_)
            // The database itself was asked.
            | Self::TokenNotFound(_)
            | Self::Contention
            | Self::Busy
            | Self::Interrupted
            | Self::Sealed(_)
            | Self::Unavailable(_)
            | Self::Unwritable(_)
            | Self::LostWrites(_)
            | Self::Store(_) => false,
        }
    }
}
