//! Versions from a registry, with all that they refer to.

use super::client::Registry;
use crate::error::Error;
use avro_model::{Parser, Schema, Validation};
use serde_wire::registry::{RegisteredSchema, SchemaReference, VersionSelector};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fmt::Write;
use std::sync::Arc;

/// Versions that one pull may bring, those that are referred to among them.
const MOST: usize = 10_000;

/// A version that is to be pulled.
pub(super) struct Wanted {
    pub(super) subject: String,
    pub(super) version: VersionSelector,
    /// Whether a pattern found it, which leaves out what is no Avro; what is named must be.
    pub(super) by_pattern: bool,
}

/// What was pulled: by subject and version.
pub(super) type Pulled = BTreeMap<(String, u32), Arc<RegisteredSchema>>;

/// One of them.
pub(super) type PulledVersion<'p> = (&'p (String, u32), &'p RegisteredSchema);

/// Versions that were fetched.
#[derive(Default)]
pub(super) struct Fetched {
    /// Those that were asked for.
    pub(super) requested: BTreeSet<(String, u32)>,
    /// These, and all that they refer to.
    pub(super) pulled: Pulled,
}

/// Fetches versions and all that they refer to. What a pattern found and is no Avro is left out and told in `notes`.
pub(super) fn fetch(registry: &Registry, wanted: Vec<Wanted>, notes: &mut String) -> Result<Fetched, Error> {
    let mut found_versions = Vec::new();
    for Wanted { subject, version, by_pattern } in wanted {
        let found = version_of(registry, &subject, version)?;
        if by_pattern && !found.is_avro() {
            writeln!(notes, "left out {subject}, which is of type {}", found.schema_type)
                .expect("a String takes any text");
            continue;
        }
        found_versions.push((subject, found));
    }
    with_referred(registry, found_versions)
}

/// Versions that were asked for, with all that they refer to.
pub(super) fn with_referred(
    registry: &Registry,
    versions: Vec<(String, Arc<RegisteredSchema>)>,
) -> Result<Fetched, Error> {
    let mut pulled = Pulled::new();
    let mut requested = BTreeSet::new();
    let mut pending: Vec<SchemaReference> = Vec::new();
    for (subject, found) in versions {
        let number = numbered(&subject, &found)?;
        requested.insert((subject.clone(), number));
        pending.extend(found.references.iter().cloned());
        pulled.insert((subject, number), found);
    }
    while let Some(SchemaReference { subject, version, .. }) = pending.pop() {
        let selector = u32::try_from(version).map_or(VersionSelector::Latest, VersionSelector::Number);
        if let VersionSelector::Number(number) = selector
            && pulled.contains_key(&(subject.clone(), number))
        {
            continue;
        }
        if pulled.len() == MOST {
            let problem = format!("these subjects refer to more than {MOST} versions");
            return Err(Error::Registry { problem });
        }
        let found = version_of(registry, &subject, selector)?;
        let number = numbered(&subject, &found)?;
        if pulled.insert((subject, number), found.clone()).is_none() {
            pending.extend(found.references.iter().cloned());
        }
    }
    Ok(Fetched { requested, pulled })
}

/// A version, with the subjects that it refers to in full: a plain one is of the same context.
pub(super) fn version_of(
    registry: &Registry,
    subject: &str,
    version: VersionSelector,
) -> Result<Arc<RegisteredSchema>, Error> {
    let mut found = registry.version(subject, version)?;
    let context =
        subject.strip_prefix(":.").and_then(|rest| rest.split_once(':')).map(|(context, _)| context);
    if let Some(context) = context {
        for reference in &mut Arc::make_mut(&mut found).references {
            if !reference.subject.starts_with(":.") {
                reference.subject = format!(":.{context}:{}", reference.subject);
            }
        }
    }
    Ok(found)
}

/// The number of an Avro version.
fn numbered(subject: &str, found: &RegisteredSchema) -> Result<u32, Error> {
    let number = found.version.unwrap_or_default();
    if found.is_avro() {
        return Ok(number);
    }
    let kind = &found.schema_type;
    Err(Error::Registry {
        problem: format!("subject {subject} version {number} is of type {kind}, and only AVRO can be pulled"),
    })
}

/// What a version refers to, by number: one that is referred to as the latest is the newest that was pulled.
pub(super) fn references(registered: &RegisteredSchema, pulled: &Pulled) -> Vec<SchemaReference> {
    let mut references = registered.references.clone();
    for reference in references.iter_mut().filter(|reference| reference.version < 1) {
        let versions = pulled.range((reference.subject.clone(), 0)..=(reference.subject.clone(), u32::MAX));
        if let Some(((_, version), _)) = versions.last() {
            reference.version = i32::try_from(*version).unwrap_or(i32::MAX);
        }
    }
    references
}

/// Reads a version with all that it refers to.
pub(super) fn parsed(registered: &RegisteredSchema, pulled: &Pulled) -> Result<Schema, String> {
    let texts: Vec<&str> = referred(registered, pulled).iter().map(|(_, found)| &*found.text).collect();
    let parser = Parser::new().validation(Validation::Stored);
    parser.parse_with_references(&registered.text, &texts).map_err(|error| error.to_string())
}

/// The versions that a version refers to, each behind those that it refers to itself.
pub(super) fn referred<'p>(registered: &RegisteredSchema, pulled: &'p Pulled) -> Vec<PulledVersion<'p>> {
    let (mut seen, mut found) = (HashSet::new(), Vec::new());
    add_referred(registered, pulled, &mut seen, &mut found);
    found
}

fn add_referred<'p>(
    registered: &RegisteredSchema,
    pulled: &'p Pulled,
    seen: &mut HashSet<&'p (String, u32)>,
    versions: &mut Vec<PulledVersion<'p>>,
) {
    for reference in &registered.references {
        let mut named = pulled.range((reference.subject.clone(), 0)..=(reference.subject.clone(), u32::MAX));
        let found = match u32::try_from(reference.version) {
            Ok(number) => named.find(|((_, version), _)| *version == number),
            Err(_) => named.last(),
        };
        if let Some((key, found)) = found
            && seen.insert(key)
        {
            add_referred(found, pulled, seen, versions);
            versions.push((key, found));
        }
    }
}
