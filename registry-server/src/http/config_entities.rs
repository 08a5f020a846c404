//! The entities of responses on configs (rest-api §4.3).

use serde::Serialize;
use serde::ser::SerializeMap;

use crate::domain::Config;
use crate::service::{ConfigUpdate, Update};

/// A config. Reads leave empty texts out, the answer to a change repeats them and calls the level `compatibility`.
pub(super) struct ConfigEntity<'a> {
    /// The config.
    pub(super) config: &'a Config,
    /// Whether this answers a change.
    pub(super) updated: bool,
}

impl Serialize for ConfigEntity<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let config = self.config;
        let mut map = serializer.serialize_map(None)?;
        let text = |text: &'_ Option<String>| text.clone().filter(|text| self.updated || !text.is_empty());
        let level = if self.updated { "compatibility" } else { "compatibilityLevel" };
        entry(&mut map, "alias", text(&config.alias))?;
        entry(&mut map, "aliasForDeks", text(&config.alias_for_deks))?;
        entry(&mut map, "normalize", config.normalize)?;
        entry(&mut map, "validateFields", config.validate_fields)?;
        entry(&mut map, "validateNewSchemas", config.validate_new_schemas)?;
        entry(&mut map, "validateRules", config.validate_rules)?;
        entry(&mut map, level, config.compatibility_level)?;
        entry(&mut map, "compatibilityPolicy", config.compatibility_policy)?;
        entry(&mut map, "compatibilityGroup", text(&config.compatibility_group))?;
        entry(&mut map, "defaultMetadata", config.default_metadata.as_ref())?;
        entry(&mut map, "overrideMetadata", config.override_metadata.as_ref())?;
        entry(&mut map, "defaultRuleSet", config.default_rule_set.as_ref())?;
        entry(&mut map, "overrideRuleSet", config.override_rule_set.as_ref())?;
        map.end()
    }
}

/// A change of a config as it was sent, which is how older servers answer it.
pub(super) struct SentConfig<'a>(pub(super) &'a ConfigUpdate);

impl Serialize for SentConfig<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let update = self.0;
        let mut map = serializer.serialize_map(None)?;
        let text = |text: &Update<String>| text.value().cloned().filter(|text| !text.is_empty());
        entry(&mut map, "alias", text(&update.alias))?;
        entry(&mut map, "aliasForDeks", text(&update.alias_for_deks))?;
        entry(&mut map, "normalize", update.normalize.value())?;
        entry(&mut map, "validateFields", update.validate_fields.value())?;
        entry(&mut map, "validateNewSchemas", update.validate_new_schemas.value())?;
        entry(&mut map, "validateRules", update.validate_rules.value())?;
        entry(&mut map, "compatibility", text(&update.compatibility))?;
        entry(&mut map, "compatibilityPolicy", text(&update.compatibility_policy))?;
        entry(&mut map, "compatibilityGroup", text(&update.compatibility_group))?;
        entry(&mut map, "defaultMetadata", update.default_metadata.value())?;
        entry(&mut map, "overrideMetadata", update.override_metadata.value())?;
        entry(&mut map, "defaultRuleSet", update.default_rule_set.value())?;
        entry(&mut map, "overrideRuleSet", update.override_rule_set.value())?;
        map.end()
    }
}

fn entry<M: SerializeMap>(map: &mut M, key: &str, value: Option<impl Serialize>) -> Result<(), M::Error> {
    match value {
        Some(value) => map.serialize_entry(key, &value),
        None => Ok(()),
    }
}
