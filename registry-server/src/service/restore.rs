//! Taking deletions back, which the original cannot: soft ones by their version, permanent ones by their place in the
//! change log (semantics §9.3).

use std::sync::atomic::{AtomicBool, Ordering};

use super::attempts::until_written;
use super::confirm::Done;
use super::delete::check_writable;
use super::read::not_found;
use super::{Found, Registry, RegistryError, Result};
use crate::domain::{Subject, VersionSelector};
use crate::store::{Actor, Restoral};

impl Registry {
    /// Takes a soft deletion back: same version, same id. A version that is not deleted stays as it is.
    ///
    /// # Errors
    /// When the version is not there or gone for good, the mode forbids it, or something that it refers to is deleted.
    pub async fn restore_version(
        &self,
        subject: &Subject,
        selector: VersionSelector,
        actor: &Actor,
    ) -> Result<Found> {
        self.done(|| self.restore_known_version(subject, selector, actor)).await
    }

    async fn restore_known_version(
        &self,
        subject: &Subject,
        selector: VersionSelector,
        actor: &Actor,
    ) -> Result<Done<Found>> {
        let is_written = AtomicBool::new(false);
        until_written(async || {
            let state = self.reads.subject(subject).await?;
            let found = match selector {
                VersionSelector::Latest => state.latest(),
                VersionSelector::Number(number) => state.version(number),
            };
            let Some(found) = found else { return Err(not_found(&state, subject, selector, true)) };
            if !found.deleted {
                let is_written = is_written.load(Ordering::Relaxed);
                return Ok(Some(Done { answer: Found::stored(found), is_written }));
            }
            check_writable(&state.scope, subject)?;
            match self.writes.restore_version(&state.scope.token, subject, found.version, actor).await? {
                // It is answered as it is read again.
                Restoral::Restored => {
                    is_written.store(true, Ordering::Relaxed);
                    Ok(None)
                }
                Restoral::Conflict => Ok(None),
                Restoral::TargetDeleted(target, version) => Err(RegistryError::NotPermitted(format!(
                    "Version {version} of subject '{target}', which it refers to, is deleted: restore that first"
                ))),
            }
        })
        .await
    }
}
