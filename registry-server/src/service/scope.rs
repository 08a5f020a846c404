//! Which config and mode count for a subject: semantics §7.2 and semantics §8.2.

use super::Registry;
use crate::domain::{CompatibilityLevel, Config, Mode};
use crate::store::ScopeState;

/// The config that counts, with its gaps filled from the server's settings.
#[derive(Clone, Debug)]
pub(super) struct Effective {
    /// The config; alias, defaults and overrides are the subject's or the nearest scope's own.
    pub(super) config: Config,
    /// The level.
    pub(super) level: CompatibilityLevel,
    /// Whether schemas are normalized although the request does not ask for it.
    pub(super) normalize: bool,
    /// Whether reserved fields are checked.
    pub(super) validate_fields: bool,
    /// Whether new schemas are read strictly.
    pub(super) validate_new_schemas: bool,
}

impl Registry {
    /// The config that counts in a scope.
    pub(super) fn effective_config(&self, scope: &ScopeState) -> Effective {
        let config = self.config_in_scope(scope);
        Effective {
            level: config.compatibility_level.unwrap_or(self.settings.compatibility_level),
            normalize: config.normalize.unwrap_or(false),
            validate_fields: config.validate_fields.unwrap_or(self.settings.validate_fields),
            validate_new_schemas: config.validate_new_schemas.unwrap_or(self.settings.validate_new_schemas),
            config,
        }
    }

    /// The stored config that counts, level filled in. A subject's own config takes some members from the *global* one,
    /// even in a named context, but never the level: the level that is missing is the server's. Without an own config
    /// the nearest scope's counts alone.
    pub(super) fn config_in_scope(&self, scope: &ScopeState) -> Config {
        let config = match (&scope.own.config, &scope.context.config, &scope.global.config) {
            (Some(own), _, _) => {
                let mut config = own.clone();
                if let Some(global) = &scope.default_context.config {
                    inherit(&mut config, global);
                }
                config
            }
            (None, Some(nearest), _) | (None, None, Some(nearest)) => nearest.clone(),
            (None, None, None) => Config::default(),
        };
        self.with_level(config)
    }

    /// A config as replies show it: the level is never missing.
    pub(super) fn with_level(&self, mut config: Config) -> Config {
        config.compatibility_level.get_or_insert(self.settings.compatibility_level);
        config
    }
}

fn inherit(config: &mut Config, global: &Config) {
    config.normalize = config.normalize.or(global.normalize);
    config.validate_fields = config.validate_fields.or(global.validate_fields);
    config.validate_new_schemas = config.validate_new_schemas.or(global.validate_new_schemas);
    config.validate_rules = config.validate_rules.or(global.validate_rules);
    config.compatibility_policy = config.compatibility_policy.or(global.compatibility_policy);
    if config.compatibility_group.is_none() {
        config.compatibility_group.clone_from(&global.compatibility_group);
    }
}

/// The mode that counts in a scope: the nearest one.
pub(super) fn effective_mode(scope: &ScopeState) -> Mode {
    scope.mode()
}

/// Whether schemas come with what another registry gave them: registered as they are, without any check.
pub(super) fn takes_as_it_comes(mode: Mode) -> bool {
    matches!(mode, Mode::Import | Mode::Forward)
}
