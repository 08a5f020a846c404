//! Modes: semantics §8.

use super::attempts::until_written;
use super::config::always_configured;
use super::confirm::Done;
use super::scope::effective_mode;
use super::{Registry, RegistryError, Result};
use crate::domain::{Mode, Subject};
use crate::security::Permission;
use crate::store::{Actor, ImportScope, ImportSwitch, Put};

impl Registry {
    /// The mode of a subject or context, or, `in_scope`, the one that counts for it.
    ///
    /// # Errors
    /// [`RegistryError::NoSubjectMode`] if none is set and none in scope was asked for.
    pub async fn mode(&self, subject: &Subject, in_scope: bool) -> Result<Mode> {
        let scope = self.reads.scope(subject).await?;
        if in_scope {
            return Ok(effective_mode(&scope));
        }
        match scope.own.mode {
            Some(mode) => Ok(mode),
            None if always_configured(subject) => Ok(Mode::ReadWrite),
            None => Err(RegistryError::NoSubjectMode(subject.clone())),
        }
    }

    /// Sets a mode, or removes it when there is no text. A switch to IMPORT needs a scope without active versions unless
    /// it is forced, and removes the soft-deleted ones for good.
    ///
    /// # Errors
    /// For a text that is no mode, FORWARD elsewhere than in `.__GLOBAL`, an invalid subject, immutable modes, and a
    /// scope that is not empty.
    pub async fn set_mode(
        &self,
        subject: &Subject,
        text: Option<&str>,
        force: bool,
        actor: &Actor,
    ) -> Result<()> {
        if subject.check_configurable().is_err() {
            return Err(RegistryError::InvalidSubject(subject.clone()));
        }
        let mode =
            text.map(|text| text.parse::<Mode>().map_err(|_| RegistryError::InvalidMode)).transpose()?;
        if mode == Some(Mode::Forward) && !(subject.context().is_global() && subject.is_context()) {
            return Err(RegistryError::ForwardNotGlobal);
        }
        self.check_mutable()?;
        until_written(async || {
            let scope = self.reads.scope(subject).await?;
            let entering = mode == Some(Mode::Import) && effective_mode(&scope) != Mode::Import && !force;
            if !entering {
                let put = self.writes.put_mode(&scope.token, subject, mode, actor).await?;
                return Ok((put == Put::Written).then_some(()));
            }
            // What was deleted softly in the scope is gone for good then.
            self.demand_import(subject)?;
            match self.writes.enter_import(&scope.token, subject, &import_scope(subject), actor).await? {
                ImportSwitch::Switched => Ok(Some(())),
                ImportSwitch::Conflict => Ok(None),
                ImportSwitch::Occupied => {
                    let text = "Cannot import since found existing subjects";
                    Err(RegistryError::NotPermitted(text.to_owned()))
                }
                ImportSwitch::Referenced(subject, version) => {
                    Err(RegistryError::ReferencesExist(subject, version))
                }
            }
        })
        .await
    }

    /// Removes a mode and answers what it was; `recursive` removes those of a context's subjects as well. `None` when
    /// a recursive removal found none.
    ///
    /// # Errors
    /// [`RegistryError::SubjectNotFound`] if none is set and the removal is not recursive.
    pub async fn delete_mode(
        &self,
        subject: &Subject,
        recursive: bool,
        actor: &Actor,
    ) -> Result<Option<Mode>> {
        self.done(|| self.delete_known_mode(subject, recursive, actor)).await
    }

    async fn delete_known_mode(
        &self,
        subject: &Subject,
        recursive: bool,
        actor: &Actor,
    ) -> Result<Done<Option<Mode>>> {
        until_written(async || {
            let scope = self.reads.scope(subject).await?;
            let old = scope.own.mode;
            let always = always_configured(subject);
            if old.is_none() && !recursive && !always {
                return Err(RegistryError::SubjectNotFound(subject.clone()));
            }
            self.check_mutable()?;
            if recursive && subject.is_context() {
                self.demand_throughout(Permission::SubjectModeWrite, Some(subject.context()))?;
            }
            let answer = if always { Some(old.unwrap_or(Mode::ReadWrite)) } else { old };
            let is_written = (recursive && subject.is_context()) || old.is_some();
            let written = if recursive && subject.is_context() {
                self.writes.clear_modes(&scope.token, subject.context(), actor).await?
            } else if old.is_some() {
                self.writes.put_mode(&scope.token, subject, None, actor).await?
            } else {
                Put::Written
            };
            Ok((written == Put::Written).then_some(Done { answer, is_written }))
        })
        .await
    }

    fn demand_import(&self, subject: &Subject) -> Result<()> {
        match import_scope(subject) {
            ImportScope::Subject(subject) => self.demand(Permission::SubjectDelete, &subject),
            ImportScope::Context(context) => {
                self.demand_throughout(Permission::SubjectDelete, Some(&context))
            }
            ImportScope::Registry => self.demand_throughout(Permission::SubjectDelete, None),
        }
    }

    fn check_mutable(&self) -> Result<()> {
        if self.settings.mode_mutability {
            return Ok(());
        }
        Err(RegistryError::NotPermitted("Mode changes are not allowed".to_owned()))
    }
}

/// The scope that has to be empty: for the global mode everything everywhere.
fn import_scope(subject: &Subject) -> ImportScope {
    if !subject.is_context() {
        ImportScope::Subject(subject.clone())
    } else if subject.context().is_default() {
        ImportScope::Registry
    } else {
        ImportScope::Context(subject.context().clone())
    }
}
