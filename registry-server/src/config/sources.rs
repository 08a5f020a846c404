//! The sources of settings, and which of them wins.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;

use super::catalog::{Setting, blank, settings as all_settings};
use super::environment::{FOREIGN, PREFIX, UNPREFIXED};
use super::nearest::nearest;
use super::of_listener::GivenOfListeners;
use super::protection::{self, GivenProtections, is_protecting};
use super::without_effect::is_without_effect;
use super::{ConfigError, Environment, Loaded, Origin, properties};

/// Reads and types all settings. `flags` are names with dashes and their values.
///
/// # Errors
/// [`ConfigError`] for an unreadable file, a name that is no setting, or a value that is not allowed. Settings that
/// forbid to serve are told by [`Loaded::to_serve`].
pub fn load(
    file: Option<&Path>,
    environment: &Environment,
    flags: &[(String, String)],
) -> Result<Loaded, ConfigError> {
    let mut given = Given::default();
    if let Some(path) = file {
        given.read_file(path)?;
    }
    given.read_environment(environment);
    given.read_flags(flags)?;
    given.typed(environment)
}

/// The settings of all sources: read from the weakest to the strongest, so that a later value replaces an earlier one.
#[derive(Default)]
struct Given {
    settings: BTreeMap<&'static str, (String, Origin)>,
    /// Values under old names, which count where the new one is not given anywhere.
    renamed: BTreeMap<&'static str, (String, Origin)>,
    of_listeners: GivenOfListeners,
    protections: GivenProtections,
    warnings: Vec<String>,
}

/// Old names of settings that the original still reads, with the new ones.
const OLD_NAMES: &[(&str, &str)] = &[("avro.compatibility.level", "schema.compatibility.level")];

/// The new name of a setting.
fn renamed(name: &str) -> Option<&'static str> {
    OLD_NAMES.iter().find(|(old, _)| *old == name).map(|(_, new)| *new)
}

impl Given {
    fn read_file(&mut self, path: &Path) -> Result<(), ConfigError> {
        let shown = || path.display().to_string();
        let text =
            std::fs::read_to_string(path).map_err(|error| ConfigError::File { path: shown(), error })?;
        let properties = properties::parse(&text).map_err(|(line, reason)| ConfigError::Syntax {
            path: shown(),
            line,
            reason,
        })?;
        for property in properties {
            let origin = Origin::File { path: path.to_owned(), line: property.line };
            let value = property.value.trim_end();
            if let Some(setting) = find(|setting| setting.name == property.name) {
                self.settings.insert(setting.name, (value.to_owned(), origin));
            } else if self.of_listeners.takes(&property.name) {
                self.of_listeners.insert(property.name, value, origin);
            } else if let Some(new) = renamed(&property.name) {
                self.renamed.insert(new, (value.to_owned(), origin));
            } else if is_protecting(&property.name) {
                self.protections.insert(property.name, value, origin);
            } else if is_without_effect(&property.name) {
                self.warnings.push(without_effect(&property.name, &origin));
            } else {
                return Err(unknown(origin, &property.name, str::to_owned));
            }
        }
        Ok(())
    }

    /// An unknown variable is a warning, not an error: orchestrators put variables of their own under this prefix.
    fn read_environment(&mut self, environment: &Environment) {
        for (variable, name) in UNPREFIXED {
            if let (Some(value), Some(setting)) =
                (environment.variables.get(*variable), find(|s| s.name == *name))
            {
                // The original looks here last.
                self.settings
                    .entry(setting.name)
                    .or_insert_with(|| (value.clone(), Origin::Variable((*variable).to_owned())));
            }
        }
        for (variable, value) in &environment.variables {
            let Some(rest) = variable.strip_prefix(PREFIX) else { continue };
            let origin = Origin::Variable(variable.clone());
            let name = rest.to_ascii_lowercase().replace('_', ".");
            if let Some(setting) = find(|setting| upper(setting.name) == rest) {
                self.settings.insert(setting.name, (value.clone(), origin));
            } else if self.of_listeners.takes(&name) {
                self.of_listeners.insert(name, value, origin);
            } else if let Some(new) = renamed(&name) {
                self.renamed.insert(new, (value.clone(), origin));
            } else if FOREIGN.iter().any(|prefix| rest.starts_with(prefix)) {
                // Nobody meant a setting of ours.
            } else if is_protecting(&name) {
                self.protections.insert(name, value, origin);
            } else if is_without_effect(&name) {
                self.warnings.push(without_effect(&name, &origin));
            } else {
                self.warnings.push(format!("{}; ignored", unknown(origin, rest, upper)));
            }
        }
    }

    fn read_flags(&mut self, flags: &[(String, String)]) -> Result<(), ConfigError> {
        for (flag, value) in flags {
            let origin = Origin::Flag(flag.clone());
            let Some(setting) = find(|setting| dashed(setting.name) == *flag) else {
                return Err(unknown(origin, flag, dashed));
            };
            self.settings.insert(setting.name, (value.clone(), origin));
        }
        Ok(())
    }

    fn typed(mut self, environment: &Environment) -> Result<Loaded, ConfigError> {
        let mut settings = blank();
        let mut values = Vec::new();
        for setting in all_settings() {
            let (mut value, origin) = self
                .settings
                .remove(setting.name)
                .or_else(|| self.renamed.remove(setting.name))
                .unwrap_or_else(|| (setting.default.to_owned(), Origin::Default));
            if setting.name == "database.url" && value.is_empty() {
                value = environment.default_database();
            }
            (setting.apply)(&mut settings, &value).map_err(|reason| ConfigError::Value {
                origin: origin.clone(),
                name: setting.name.to_owned(),
                reason,
            })?;
            values.push((Cow::Borrowed(setting.name), value, origin));
        }
        for (name, value, origin) in self.of_listeners.apply(&mut settings, &mut values)? {
            if is_protecting(&name) {
                self.protections.insert(name, &value, origin);
            } else {
                self.warnings.push(format!("{}: no listener has that name", without_effect(&name, &origin)));
            }
        }
        let protections = self.protections.partition(&settings.acknowledged_protections);
        self.warnings.extend(protections.off.iter().map(|one| without_effect(&one.name, &one.origin)));
        self.warnings.extend(protection::acknowledged_warning(&protections.acknowledged));
        Ok(Loaded { settings, warnings: self.warnings, unacknowledged: protections.unacknowledged, values })
    }
}

fn without_effect(name: &str, origin: &Origin) -> String {
    match origin {
        // The variable tells the name.
        Origin::Variable(_) => format!("{origin} has no effect here"),
        _ => format!("{origin}: {name} has no effect here"),
    }
}

fn find(matches: impl Fn(&Setting) -> bool) -> Option<&'static Setting> {
    all_settings().find(|setting| matches(setting))
}

/// The error for a name that is no setting; `spelling` writes the name of a setting as the source writes it.
fn unknown(origin: Origin, name: &str, spelling: fn(&str) -> String) -> ConfigError {
    let names: Vec<String> =
        all_settings().map(|s| s.name).chain(protection::names()).map(spelling).collect();
    let nearest = nearest(name, names.iter().map(String::as_str)).map(str::to_owned);
    ConfigError::Unknown { origin, name: name.to_owned(), nearest }
}

/// The name of a setting as a flag.
pub(crate) fn dashed(name: &str) -> String {
    name.replace('.', "-")
}

/// The name of a setting in the environment, behind the prefix.
fn upper(name: &str) -> String {
    name.to_ascii_uppercase().replace('.', "_")
}
