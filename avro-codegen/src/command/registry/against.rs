//! What `check --against` compares with, where that is a lock file or a registry.

use super::client::{Access, Registry, without_credentials};
use super::fetch::{Fetched, Wanted, fetch, referred};
use super::lock::{Drift, Lock, Locked};
use super::{LOCK, file_name, file_path, status};
use crate::command::evolution::Level;
use crate::error::Error;
use crate::input::Source;
use crate::report::Diagnostic;
use clap::ValueEnum;
use serde_wire::registry::{RegisteredSchema, VersionSelector};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Whether `against` is the path of a lock file.
pub(in crate::command) fn is_lock(against: &str) -> bool {
    Path::new(against).extension().is_some_and(|extension| extension == "lock")
}

/// Whether `against` is the URL of a registry.
pub(in crate::command) fn is_registry(against: &str) -> bool {
    against.starts_with("http://") || against.starts_with("https://")
}

/// What messages call it.
pub(in crate::command) fn label(against: &str) -> String {
    if is_registry(against) { without_credentials(against) } else { against.to_owned() }
}

/// How the files differ from what a lock file says they are; no registry is asked.
pub(in crate::command) fn lock_file(against: &str) -> Result<Vec<Diagnostic>, Error> {
    let path = Path::new(against);
    let lock = status::read(path)?;
    let differs = status::offline(path, &lock).into_iter().map(|line| {
        let mut entry = Diagnostic::error(&format!("{line}, says {against}"));
        entry.help = Some(
            "avro-gen pull --force brings the locked version back; avro-gen push registers another one and locks it"
                .to_owned(),
        );
        entry
    });
    Ok(differs.collect())
}

/// A version of a subject to compare with.
pub(in crate::command) struct RegisteredVersion {
    pub(in crate::command) subject: String,
    pub(in crate::command) number: u32,
    /// What must be able to read what.
    pub(in crate::command) level: Level,
    /// Its text, and behind it those that it refers to, in the versions that it names.
    pub(in crate::command) sources: Vec<Source>,
    /// The file that the lock file says the subject is.
    pub(in crate::command) file: Option<PathBuf>,
}

/// What a registry has to compare with.
pub(in crate::command) struct RegisteredVersions {
    pub(in crate::command) versions: Vec<RegisteredVersion>,
    /// The files that the lock file has, those that are not compared among them.
    pub(in crate::command) locked: Vec<PathBuf>,
}

/// Divides what is given into the URL and the subject behind `#`.
pub(in crate::command) fn divided(against: &str) -> (&str, Option<&str>) {
    match against.rsplit_once('#') {
        Some((url, subject)) => (url, Some(subject)),
        None => (against, None),
    }
}

/// The versions in a registry of the subject behind `#`, or of those that the lock file has: the latest one, or all of them where
/// the level is transitive. Without a level it is that of each subject there.
///
/// What the lock file has only because others refer to it is left out while its file is what is locked: nobody changes it, and its
/// latest version is none that is referred to.
pub(in crate::command) fn registry(
    against: &str,
    access: &Access,
    level: Option<Level>,
) -> Result<RegisteredVersions, Error> {
    let (url, subject) = divided(against);
    let lock_path = Path::new(LOCK);
    let lock = Lock::read(lock_path)?.unwrap_or_default();
    let subjects: BTreeSet<&str> = match subject {
        Some(subject) => BTreeSet::from([subject]),
        None => {
            let drift = lock.drift(lock_path);
            let changed = |locked: &Locked| {
                drift.iter().any(|(other, drift)| *other == locked && matches!(drift, Drift::Changed))
            };
            let evolving = lock.schemas.iter().filter(|locked| locked.requested || changed(locked));
            evolving.map(|locked| &*locked.subject).collect()
        }
    };
    if subjects.is_empty() {
        let url = without_credentials(against);
        let problem = format!("{url}: there is no {LOCK} to name subjects; write {url}#SUBJECT");
        return Err(Error::Registry { problem });
    }
    let registry = access.open(&[url.to_owned()])?;
    let mut levels = BTreeMap::new();
    let mut wanted = Vec::new();
    for subject in subjects {
        let level = level.map_or_else(|| level_of(&registry, subject), Ok)?;
        levels.insert(subject, level);
        let selectors = match level.is_transitive() {
            true => registry.versions(subject)?.into_iter().map(VersionSelector::Number).collect(),
            false => vec![VersionSelector::Latest],
        };
        wanted.extend(selectors.into_iter().map(|version| Wanted {
            subject: subject.to_owned(),
            version,
            by_pattern: false,
        }));
    }
    let Fetched { requested, pulled } = fetch(&registry, wanted, &mut String::new())?;
    let source = |subject: &str, number: u32, registered: &RegisteredSchema| Source {
        path: PathBuf::from(format!("{}.avsc", file_name(subject))),
        name: format!("{subject} version {number} in {}", registry.name),
        text: registered.text.clone(),
        tree: None,
    };
    let versions = requested.into_iter().filter_map(|key| {
        let registered = pulled.get(&key)?;
        let (subject, number) = key;
        let locked = lock.schemas.iter().filter(|locked| locked.subject == subject);
        let locked = locked.max_by_key(|locked| locked.version);
        let used = referred(registered, &pulled).into_iter();
        let used = used.map(|((subject, number), found)| source(subject, *number, found));
        Some(RegisteredVersion {
            level: *levels.get(&*subject)?,
            sources: std::iter::once(source(&subject, number, registered)).chain(used).collect(),
            file: locked.map(|locked| file_path(lock_path, &locked.file)),
            subject,
            number,
        })
    });
    let versions = versions.collect();
    let locked = lock.schemas.iter().map(|locked| file_path(lock_path, &locked.file)).collect();
    Ok(RegisteredVersions { versions, locked })
}

/// The level that a subject has in a registry.
fn level_of(registry: &Registry, subject: &str) -> Result<Level, Error> {
    let named = registry.level(subject)?;
    Level::from_str(&named, true).map_err(|_| Error::Registry {
        problem: format!(
            "subject {subject} has the compatibility level {named}, which is not known; say --level LEVEL"
        ),
    })
}
