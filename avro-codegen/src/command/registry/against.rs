//! What `check --against` compares with, where that is a lock file or a registry.

use super::client::{Access, without_credentials};
use super::fetch::{Fetched, referred, version_of, with_referred};
use super::lock::{Drift, Lock, Locked};
use super::rule::rule_of;
use super::{LOCK, file_name, file_path, status};
use crate::command::evolution::Level;
use crate::error::Error;
use crate::input::Source;
use crate::locked::LockedFiles;
use crate::report::Diagnostic;
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
    /// Where the lock file says the subject stands.
    pub(in crate::command) place: Option<LockedPlace>,
}

/// A file, and the type in it where that is IDL or a protocol.
#[derive(Debug, Clone)]
pub(in crate::command) struct LockedPlace {
    pub(in crate::command) file: PathBuf,
    pub(in crate::command) type_name: Option<String>,
}

/// What a registry has to compare with.
pub(in crate::command) struct RegisteredVersions {
    pub(in crate::command) versions: Vec<RegisteredVersion>,
    /// What the lock file has, that which is not compared among it.
    pub(in crate::command) locked: Vec<LockedPlace>,
    /// What there is to say about how they were chosen.
    pub(in crate::command) notes: Vec<Diagnostic>,
}

/// Divides what is given into the URL and the subject behind `#`.
pub(in crate::command) fn divided(against: &str) -> (&str, Option<&str>) {
    match against.rsplit_once('#') {
        Some((url, subject)) => (url, Some(subject)),
        None => (against, None),
    }
}

/// The versions in a registry of the subject behind `#`, or of those that the lock file has: the latest one, or all of them where
/// the level is transitive; of a compatibility group, which `metadata` may say, those of that group. Without a level it is that of
/// each subject there.
///
/// What the lock file has only because others refer to it is left out while its file is what is locked: nobody changes it, and its
/// latest version is none that is referred to.
pub(in crate::command) fn registry(
    against: &str,
    access: &Access,
    level: Option<Level>,
    metadata: &BTreeMap<String, String>,
) -> Result<RegisteredVersions, Error> {
    let (url, subject) = divided(against);
    let lock_path = Path::new(LOCK);
    let lock = Lock::read(lock_path)?.unwrap_or_default();
    let subjects: BTreeSet<&str> = match subject {
        Some(subject) => BTreeSet::from([subject]),
        None => {
            let drift = lock.drift(lock_path, &mut LockedFiles::default());
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
    let (mut found, mut notes) = (Vec::new(), Vec::new());
    for subject in subjects {
        let latest = version_of(&registry, subject, VersionSelector::Latest)?;
        let rule = rule_of(&registry, subject, &latest, level, metadata, &mut notes)?;
        levels.insert(subject, rule.level);
        let versions = rule.versions(&registry, subject, latest, &mut notes)?;
        found.extend(versions.into_iter().map(|version| (subject.to_owned(), version)));
    }
    let Fetched { requested, pulled } = with_referred(&registry, found)?;
    let source = |subject: &str, number: u32, registered: &RegisteredSchema| Source {
        path: PathBuf::from(format!("{}.avsc", file_name(subject))),
        name: format!("{subject} version {number} in {}", registry.name),
        text: registered.text.clone(),
        tree: None,
    };
    let place = |locked: &Locked| LockedPlace {
        file: file_path(lock_path, &locked.file),
        type_name: locked.type_name.clone(),
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
            place: locked.map(place),
            subject,
            number,
        })
    });
    let versions = versions.collect();
    let locked = lock.schemas.iter().map(place).collect();
    Ok(RegisteredVersions { versions, locked, notes })
}
