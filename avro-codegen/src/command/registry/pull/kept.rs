//! What was asked for earlier.

use crate::command::registry::client::Registry;
use crate::command::registry::fetch::{Fetched, Wanted, fetch};
use crate::command::registry::lock::Lock;
use crate::error::Error;
use serde_wire::registry::VersionSelector;
use std::collections::HashSet;

/// The subjects whose versions stay beside those that are asked for: several are locked, so they are a history, and only numbers are
/// asked for.
pub(super) fn added(old: &Lock, wanted: &[Wanted]) -> HashSet<String> {
    let locked = |subject: &str| {
        old.schemas.iter().filter(|locked| locked.requested && locked.subject == subject).count()
    };
    let is_numbered = |subject: &str| {
        let mut versions = wanted.iter().filter(|other| other.subject == subject);
        versions.all(|other| matches!(other.version, VersionSelector::Number(_)))
    };
    let subjects = wanted.iter().map(|one| &one.subject);
    subjects.filter(|subject| locked(subject) > 1 && is_numbered(subject)).cloned().collect()
}

/// What was asked for earlier stays as it was locked, but for the subjects that are asked for again and not `added` to.
pub(super) fn keep_others(
    old: &Lock,
    added: &HashSet<String>,
    registry: &Registry,
    fetched: &mut Fetched,
) -> Result<(), Error> {
    let again = fetched.requested.iter().map(|(subject, _)| subject);
    let replaced: HashSet<&String> = again.filter(|subject| !added.contains(*subject)).collect();
    let others = old.schemas.iter().filter(|locked| locked.requested && !replaced.contains(&locked.subject));
    let others = others.map(|locked| Wanted {
        subject: locked.subject.clone(),
        version: VersionSelector::Number(locked.version),
        by_pattern: false,
    });
    let mut kept = fetch(registry, others.collect(), &mut String::new())?;
    fetched.requested.append(&mut kept.requested);
    fetched.pulled.append(&mut kept.pulled);
    Ok(())
}
