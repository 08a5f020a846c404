//! Settings that protect the original and that this server does not honour. Serving openly what their operator believes
//! to be protected would be worse than not serving, so they stop the start until they are taken away or acknowledged by
//! name.

use std::collections::BTreeMap;

use super::Origin;
use super::value::list;

mod catalog;
#[cfg(test)]
mod tests;

pub(super) use catalog::of_every_listener;
use catalog::{PROTECTIONS, find};

/// Whether the original has a setting of that name that protects it and does nothing here.
pub(super) fn is_protecting(name: &str) -> bool {
    find(name).is_some()
}

/// The names of the single settings that protect.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    PROTECTIONS.iter().map(|protection| protection.name).filter(|name| !name.ends_with('.'))
}

/// The protecting settings that were given, by name: the value that wins, and its origin.
#[derive(Debug, Default)]
pub(super) struct GivenProtections(BTreeMap<String, (String, Origin)>);

impl GivenProtections {
    /// Notes a setting; a later source wins over an earlier one.
    pub(super) fn insert(&mut self, name: String, value: &str, origin: Origin) {
        self.0.insert(name, (value.trim().to_owned(), origin));
    }

    /// Tells the settings that stop the start from those that do not.
    pub(super) fn partition(self, acknowledged: &[String]) -> Partition {
        let mut parts = Partition::default();
        for (name, (value, origin)) in &self.0 {
            let Some(protection) = find(name) else { continue };
            let given =
                IgnoredProtection { name: name.clone(), effect: protection.effect, origin: origin.clone() };
            if protection.is_off(value) || protection.needs.is_some_and(|other| self.is_explicitly_off(other))
            {
                parts.off.push(given);
            } else if acknowledged.iter().any(|one| one == name) {
                parts.acknowledged.push(given);
            } else {
                parts.unacknowledged.push(given);
            }
        }
        parts
    }

    fn is_explicitly_off(&self, name: &str) -> bool {
        let given = self.0.get(name).zip(find(name));
        given.is_some_and(|((value, _), protection)| !value.is_empty() && protection.is_off(value))
    }
}

/// Protecting settings, told apart by what they do to the start.
#[derive(Debug, Default)]
pub(super) struct Partition {
    /// Settings whose value protects nothing in the original either.
    pub(super) off: Vec<IgnoredProtection>,
    /// Settings that `ignored.protection.acknowledged` names.
    pub(super) acknowledged: Vec<IgnoredProtection>,
    /// Settings that stop the start.
    pub(super) unacknowledged: Vec<IgnoredProtection>,
}

/// A setting that protects the original and is not honoured here.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct IgnoredProtection {
    /// The setting.
    pub name: String,
    /// The effect in the original, worded to follow the name.
    pub effect: &'static str,
    /// The place where it was set.
    pub origin: Origin,
}

/// One line for all that were acknowledged.
pub(super) fn acknowledged_warning(acknowledged: &[IgnoredProtection]) -> Option<String> {
    let places: Vec<String> =
        acknowledged.iter().map(|one| format!("{} ({})", one.name, one.origin)).collect();
    (!places.is_empty()).then(|| {
        format!(
            "served without the protection of {}, as ignored.protection.acknowledged allows",
            places.join(", ")
        )
    })
}

/// The settings of an error, each with its origin and its effect in the original.
pub(super) fn described(settings: &[IgnoredProtection]) -> String {
    let lines: Vec<String> =
        settings.iter().map(|one| format!("{} {} ({})", one.name, one.effect, one.origin)).collect();
    lines.join("; ")
}

/// The value of `ignored.protection.acknowledged`.
pub(super) fn acknowledged(text: &str) -> Result<Vec<String>, String> {
    list(text)
        .map(|name| {
            // A family is no name: what is acknowledged is what the operator has looked at.
            if find(name).is_some() && !name.ends_with('.') {
                Ok(name.to_owned())
            } else {
                let names: Vec<String> = PROTECTIONS
                    .iter()
                    .map(|known| {
                        if known.name.ends_with('.') {
                            format!("{}…", known.name)
                        } else {
                            known.name.to_owned()
                        }
                    })
                    .collect();
                Err(format!(
                    "'{name}' is no setting that protects the original; allowed are {}",
                    names.join(", ")
                ))
            }
        })
        .collect()
}
