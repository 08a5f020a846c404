//! With which versions of a subject a registry compares a new one, and how.

use super::client::Registry;
use super::fetch::version_of;
use crate::command::evolution::Level;
use crate::error::Error;
use crate::report::{Diagnostic, Severity};
use clap::ValueEnum;
use serde_wire::registry::{RegisteredSchema, VersionSelector};
use std::collections::BTreeMap;
use std::sync::Arc;

/// How the versions of a subject are compared.
pub(super) struct Rule {
    pub(super) level: Level,
    group: Option<Group>,
}

/// Versions are compared with those alone that have this in their metadata.
struct Group {
    property: String,
    /// Its value for the new version; `None` where that has none.
    value: Option<String>,
}

impl Group {
    fn holds(&self, version: &RegisteredSchema) -> bool {
        version.metadata.get(&self.property) == self.value.as_ref()
    }
}

/// Finds out what the registry would do with a new version of a subject whose latest one is there. A level that is asked for takes the
/// place of the registry's. `metadata` is that of the new version; where it is empty, the registry takes that of the latest one.
pub(super) fn rule_of(
    registry: &Registry,
    subject: &str,
    latest: &RegisteredSchema,
    level: Option<Level>,
    metadata: &BTreeMap<String, String>,
    notes: &mut Vec<Diagnostic>,
) -> Result<Rule, Error> {
    // An alias has a config of its own, which decides nothing about the subject that it stands for.
    let meant = latest.subject.as_deref().unwrap_or(subject);
    let config = match (registry.compatibility_config(meant)?, level) {
        (Ok(config), _) => config,
        (Err(error), Some(level)) => {
            let mut note = Diagnostic::new(
                Severity::Warning,
                format!(
                    "the config of subject {meant} cannot be read, so that no compatibility group is known: {error}"
                ),
            );
            note.help = Some("without a group, versions are compared whatever their metadata is".to_owned());
            notes.push(note);
            return Ok(Rule { level, group: None });
        }
        (Err(error), None) => {
            let problem =
                format!("the compatibility level of subject {meant}, which --level would say: {error}");
            return Err(Error::Registry { problem });
        }
    };
    let level = match level {
        Some(level) => level,
        None => Level::from_str(&config.level, true).map_err(|_| Error::Registry {
            problem: format!(
                "subject {meant} has the compatibility level {}, which is not known; say --level LEVEL",
                config.level
            ),
        })?,
    };
    let own = if metadata.is_empty() { &latest.metadata } else { metadata };
    let sources = [&config.override_metadata, own, &config.default_metadata];
    let group = config.group.map(|property| Group {
        value: sources.into_iter().find_map(|source| source.get(&property)).cloned(),
        property,
    });
    Ok(Rule { level, group })
}

impl Rule {
    /// The versions of a subject that count, of which `latest` is the latest.
    pub(super) fn versions(
        &self,
        registry: &Registry,
        subject: &str,
        latest: Arc<RegisteredSchema>,
        notes: &mut Vec<Diagnostic>,
    ) -> Result<Vec<Arc<RegisteredSchema>>, Error> {
        let Some(group) = &self.group else {
            return match self.level.is_transitive() {
                true => all(registry, subject, latest).collect(),
                false => Ok(vec![latest]),
            };
        };
        let of_group = all(registry, subject, latest)
            .filter(|version| version.as_ref().map_or(true, |version| group.holds(version)));
        let counted = if self.level.is_transitive() { usize::MAX } else { 1 };
        let found: Vec<_> = of_group.take(counted).collect::<Result<_, _>>()?;
        if found.is_empty() {
            let Group { property, value } = group;
            let value = value.as_deref().unwrap_or_default();
            let mut note = Diagnostic::new(
                Severity::Note,
                format!(
                    "no version of subject {subject} is of the compatibility group {property}={value}, so that \
                         nothing is compared"
                ),
            );
            note.help = Some(format!("--metadata {property}=VALUE says of which group the new version is"));
            notes.push(note);
        }
        Ok(found)
    }
}

/// All versions, the latest first; each is asked for when it is needed.
fn all<'r>(
    registry: &'r Registry,
    subject: &'r str,
    latest: Arc<RegisteredSchema>,
) -> Box<dyn Iterator<Item = Result<Arc<RegisteredSchema>, Error>> + 'r> {
    let numbers = match registry.versions(subject) {
        Ok(numbers) => numbers,
        Err(error) => return Box::new(std::iter::once(Err(error))),
    };
    let version = move |number: u32| match latest.version {
        Some(known) if known == number => Ok(Arc::clone(&latest)),
        _ => version_of(registry, subject, VersionSelector::Number(number)),
    };
    Box::new(numbers.into_iter().rev().map(version))
}
