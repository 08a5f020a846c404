//! Deleting subjects and versions: semantics §9.

use super::attempts::until_written;
use super::read::not_found;
use super::{Registry, RegistryError, Result};
use crate::domain::{Subject, Version, VersionSelector};
use crate::store::{Actor, Referrer, Removal, ScopeState, SubjectState};

impl Registry {
    /// Deletes a subject softly, or for good once it is softly deleted. Answers the versions that were deleted.
    ///
    /// # Errors
    /// When there is nothing to delete, the mode forbids it, the subject is associated, or something refers to it.
    pub async fn delete_subject(
        &self,
        subject: &Subject,
        permanent: bool,
        actor: &Actor,
    ) -> Result<Vec<i32>> {
        until_written(async || {
            let state = self.reads.subject(subject).await?;
            if state.versions.is_empty() {
                return Err(RegistryError::SubjectNotFound(subject.clone()));
            }
            if !permanent && state.latest().is_none() {
                return Err(RegistryError::SubjectSoftDeleted(subject.clone()));
            }
            check_writable(&state.scope, subject)?;
            if self.is_associated(subject).await? {
                return Err(RegistryError::SubjectAssociated(subject.clone()));
            }
            let held = self.held(subject, &state, None, permanent).await?;
            // What is softly deleted already is no matter of a soft deletion.
            for version in state.versions.iter().filter(|version| permanent || !version.deleted) {
                if held.contains(&version.version) {
                    return Err(RegistryError::ReferencesExist(subject.clone(), version.version));
                }
                if permanent && !version.deleted {
                    return Err(RegistryError::SubjectNotSoftDeleted(subject.clone()));
                }
            }
            let token = &state.scope.token;
            let removal = if permanent {
                self.writes.purge_subject(token, subject, actor).await?
            } else {
                self.writes.delete_subject(token, subject, actor).await?
            };
            let versions = settled(removal, subject)?;
            Ok(versions.map(|versions| versions.into_iter().map(Version::get).collect()))
        })
        .await
    }

    /// Deletes a version softly, or for good once it is softly deleted. Answers its number.
    ///
    /// # Errors
    /// When there is nothing to delete, the mode forbids it, or something refers to it.
    pub async fn delete_version(
        &self,
        subject: &Subject,
        selector: VersionSelector,
        permanent: bool,
        actor: &Actor,
    ) -> Result<Version> {
        until_written(async || {
            let state = self.reads.subject(subject).await?;
            let found = match selector {
                VersionSelector::Latest => state.latest(),
                VersionSelector::Number(number) => state.version(number),
            };
            let Some(found) = found else {
                // A deleted version is still something to delete, so deleted ones count here.
                return Err(not_found(&state, subject, selector, true));
            };
            let version = found.version;
            if !permanent && found.deleted {
                return Err(RegistryError::VersionSoftDeleted(subject.clone(), version));
            }
            check_writable(&state.scope, subject)?;
            if !self.held(subject, &state, Some(version), permanent).await?.is_empty() {
                return Err(RegistryError::ReferencesExist(subject.clone(), version));
            }
            if permanent && !found.deleted {
                return Err(RegistryError::VersionNotSoftDeleted(subject.clone(), version));
            }
            let last_active = !found.deleted && state.versions.iter().filter(|v| !v.deleted).count() == 1;
            if last_active && self.is_associated(subject).await? {
                return Err(RegistryError::SubjectAssociated(subject.clone()));
            }
            let token = &state.scope.token;
            let removal = if permanent {
                self.writes.purge_version(token, subject, version, actor).await?
            } else {
                self.writes.delete_version(token, subject, version, actor).await?
            };
            Ok(settled(removal, subject)?.map(|_| version))
        })
        .await
    }

    /// The versions that something refers to. A soft delete minds referrers that are not deleted, a permanent one all of
    /// them; a subject's references to itself do not hold the subject.
    async fn held(
        &self,
        subject: &Subject,
        state: &SubjectState,
        version: Option<Version>,
        permanent: bool,
    ) -> Result<Vec<Version>> {
        let holding = self.obstacles(subject, version, |referrer| {
            let inside = version.is_none() && referrer.subject == *subject;
            !inside && (permanent || !referrer.deleted) && state.version(referrer.target).is_some()
        });
        Ok(holding.await?.into_iter().map(|referrer| referrer.target).collect())
    }

    /// The referrers of a subject or version that are in the way of a write.
    pub(super) async fn obstacles(
        &self,
        subject: &Subject,
        version: Option<Version>,
        is_obstacle: impl Fn(&Referrer) -> bool + Send,
    ) -> Result<Vec<Referrer>> {
        let mut referrers = self.reads.referrers(subject, version).await?;
        referrers.retain(is_obstacle);
        Ok(referrers)
    }
}

pub(super) fn check_writable(scope: &ScopeState, subject: &Subject) -> Result<()> {
    if scope.is_read_only() {
        return Err(RegistryError::ReadOnly { subject: subject.clone() });
    }
    Ok(())
}

fn settled(removal: Removal, subject: &Subject) -> Result<Option<Vec<Version>>> {
    match removal {
        Removal::Removed(versions) => Ok(Some(versions)),
        Removal::Conflict => Ok(None),
        Removal::Referenced(version) => Err(RegistryError::ReferencesExist(subject.clone(), version)),
    }
}
