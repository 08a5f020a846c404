//! Config of subjects, contexts and the whole registry: semantics §7.

use super::attempts::until_written;
use super::confirm::Done;
use super::delete::check_writable;
use super::{Registry, RegistryError, Result, rules};
use crate::domain::{CompatibilityLevel, CompatibilityPolicy, Config, Metadata, RuleSet, Subject};
use crate::store::{Actor, Put, ScopeState};

/// The effect of a change on one member.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Update<T> {
    /// Nothing: it stays as it is.
    #[default]
    Keep,
    /// It is no longer set.
    Clear,
    /// It has this value.
    Set(T),
}

impl<T> Update<T> {
    /// The value that it sets.
    #[must_use]
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Set(value) => Some(value),
            Self::Keep | Self::Clear => None,
        }
    }

    fn apply(self, member: &mut Option<T>) {
        match self {
            Self::Keep => {}
            Self::Clear => *member = None,
            Self::Set(value) => *member = Some(value),
        }
    }

    fn try_map<U>(self, convert: impl FnOnce(T) -> Result<U>) -> Result<Update<U>> {
        Ok(match self {
            Self::Keep => Update::Keep,
            Self::Clear => Update::Clear,
            Self::Set(value) => Update::Set(convert(value)?),
        })
    }
}

/// A change of a config, as it is sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConfigUpdate {
    /// See [`Config::alias`].
    pub alias: Update<String>,
    /// See [`Config::alias_for_deks`].
    pub alias_for_deks: Update<String>,
    /// See [`Config::normalize`].
    pub normalize: Update<bool>,
    /// See [`Config::validate_fields`].
    pub validate_fields: Update<bool>,
    /// See [`Config::validate_new_schemas`].
    pub validate_new_schemas: Update<bool>,
    /// See [`Config::validate_rules`].
    pub validate_rules: Update<bool>,
    /// The name of a compatibility level, in any case.
    pub compatibility: Update<String>,
    /// The name of a compatibility policy, in any case; an unknown one counts as none, and LOGICAL is refused.
    pub compatibility_policy: Update<String>,
    /// See [`Config::compatibility_group`].
    pub compatibility_group: Update<String>,
    /// See [`Config::default_metadata`].
    pub default_metadata: Update<Metadata>,
    /// See [`Config::override_metadata`].
    pub override_metadata: Update<Metadata>,
    /// See [`Config::default_rule_set`].
    pub default_rule_set: Update<RuleSet>,
    /// See [`Config::override_rule_set`].
    pub override_rule_set: Update<RuleSet>,
}

impl Registry {
    /// The config of a subject or context, or, `in_scope`, the one that counts for it. The global one and that of
    /// `.__GLOBAL` are there even if nobody set them.
    ///
    /// # Errors
    /// [`RegistryError::NoSubjectConfig`] if none is set and none in scope was asked for.
    pub async fn config(&self, subject: &Subject, in_scope: bool) -> Result<Config> {
        let scope = self.reads.scope(subject).await?;
        if in_scope {
            return Ok(self.config_in_scope(&scope));
        }
        match &scope.own.config {
            Some(config) => Ok(self.with_level(config.clone())),
            None if always_configured(subject) => Ok(self.with_level(Config::default())),
            None => Err(RegistryError::NoSubjectConfig(subject.clone())),
        }
    }

    /// Changes a config and answers what it is then.
    ///
    /// # Errors
    /// For an invalid level, rule set or subject, and in a mode that forbids it.
    pub async fn update_config(
        &self,
        subject: &Subject,
        update: &ConfigUpdate,
        actor: &Actor,
    ) -> Result<Config> {
        let level = update
            .compatibility
            .clone()
            .try_map(|text| text.parse::<CompatibilityLevel>().map_err(|_| RegistryError::InvalidLevel))?;
        let policy = update.compatibility_policy.clone().try_map(|text| offered_policy(&text))?;
        let keep_rules = self.settings.rule_sets;
        for rule_set in [&update.default_rule_set, &update.override_rule_set] {
            if let (true, Update::Set(rule_set)) = (keep_rules, rule_set) {
                rules::check(rule_set)?;
            }
        }
        if subject.check_configurable().is_err() {
            return Err(RegistryError::InvalidSubject(subject.clone()));
        }
        until_written(async || {
            let scope = self.reads.scope(subject).await?;
            check_config_writable(&scope, subject)?;
            let mut config = scope.own.config.clone().unwrap_or_default();
            apply(update.clone(), level.clone(), &policy, keep_rules, &mut config);
            let put = self.writes.put_config(&scope.token, subject, Some(&config), actor).await?;
            forget_empty_texts(update, &mut config);
            Ok((put == Put::Written).then_some(config))
        })
        .await
    }

    /// Removes a config and answers what it was.
    ///
    /// # Errors
    /// [`RegistryError::SubjectNotFound`] if a subject has none, and in a mode that forbids it.
    pub async fn delete_config(&self, subject: &Subject, actor: &Actor) -> Result<Config> {
        self.done(|| self.delete_known_config(subject, actor)).await
    }

    async fn delete_known_config(&self, subject: &Subject, actor: &Actor) -> Result<Done<Config>> {
        until_written(async || {
            let scope = self.reads.scope(subject).await?;
            let Some(config) = scope.own.config.clone() else {
                if always_configured(subject) {
                    check_config_writable(&scope, subject)?;
                    let answer = self.with_level(Config::default());
                    return Ok(Some(Done { answer, is_written: false }));
                }
                return Err(RegistryError::SubjectNotFound(subject.clone()));
            };
            check_config_writable(&scope, subject)?;
            let put = self.writes.put_config(&scope.token, subject, None, actor).await?;
            let done = || Done { answer: self.with_level(config), is_written: true };
            Ok((put == Put::Written).then(done))
        })
        .await
    }
}

/// Whether the mode allows a change of this config.
fn check_config_writable(scope: &ScopeState, subject: &Subject) -> Result<()> {
    let global = subject.is_context() && subject.context().is_default();
    check_writable(scope, subject)
        .map_err(|error| if global { RegistryError::GloballyReadOnly } else { error })
}

/// Whether there is a config (and a mode) for a key even if nobody set one.
pub(super) fn always_configured(subject: &Subject) -> bool {
    subject.context().is_global() || (subject.context().is_default() && subject.is_context())
}

/// Takes empty texts out of a config that is shown after an update, but for those that the update has just set.
fn forget_empty_texts(update: &ConfigUpdate, config: &mut Config) {
    for (update, text) in [
        (&update.alias, &mut config.alias),
        (&update.alias_for_deks, &mut config.alias_for_deks),
        (&update.compatibility_group, &mut config.compatibility_group),
    ] {
        if !matches!(update, Update::Set(_)) && text.as_deref() == Some("") {
            *text = None;
        }
    }
}

/// The policy of a name; none of an unknown one, as in the original.
fn offered_policy(text: &str) -> Result<Option<CompatibilityPolicy>> {
    match text.parse::<CompatibilityPolicy>() {
        Ok(policy @ CompatibilityPolicy::Logical) => Err(RegistryError::PolicyNotOffered(policy)),
        Ok(policy) => Ok(Some(policy)),
        Err(_) => Ok(None),
    }
}

fn apply(
    update: ConfigUpdate,
    level: Update<CompatibilityLevel>,
    policy: &Update<Option<CompatibilityPolicy>>,
    keep_rules: bool,
    config: &mut Config,
) {
    update.alias.apply(&mut config.alias);
    update.alias_for_deks.apply(&mut config.alias_for_deks);
    update.normalize.apply(&mut config.normalize);
    update.validate_fields.apply(&mut config.validate_fields);
    update.validate_new_schemas.apply(&mut config.validate_new_schemas);
    update.validate_rules.apply(&mut config.validate_rules);
    level.apply(&mut config.compatibility_level);
    match policy {
        Update::Keep => {}
        Update::Clear => config.compatibility_policy = None,
        Update::Set(policy) => config.compatibility_policy = *policy,
    }
    update.compatibility_group.apply(&mut config.compatibility_group);
    update.default_metadata.apply(&mut config.default_metadata);
    update.override_metadata.apply(&mut config.override_metadata);
    if keep_rules {
        update.default_rule_set.apply(&mut config.default_rule_set);
        update.override_rule_set.apply(&mut config.override_rule_set);
    }
}
