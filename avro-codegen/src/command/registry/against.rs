//! What `check --against` compares with, where that is a lock file or a registry.

use super::client::{Access, without_credentials};
use super::fetch::{Fetched, Wanted, fetch};
use super::lock::Lock;
use super::{LOCK, file_name, status};
use crate::error::Error;
use crate::input::Source;
use crate::report::Diagnostic;
use serde_wire::registry::VersionSelector;
use std::collections::BTreeMap;
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

/// The latest versions in a registry, with what they refer to: of the subject behind `#`, or of all that the lock file
/// has.
pub(in crate::command) fn registry(against: &str, access: &Access) -> Result<Vec<Source>, Error> {
    let (url, subject) = match against.rsplit_once('#') {
        Some((url, subject)) => (url, Some(subject)),
        None => (against, None),
    };
    let subjects = match subject {
        Some(subject) => vec![subject.to_owned()],
        None => {
            let lock = Lock::read(Path::new(LOCK))?.unwrap_or_default();
            let mut subjects: Vec<String> = lock.schemas.into_iter().map(|locked| locked.subject).collect();
            subjects.dedup();
            subjects
        }
    };
    if subjects.is_empty() {
        let url = without_credentials(against);
        let problem = format!("{url}: there is no {LOCK} to name subjects; write {url}#SUBJECT");
        return Err(Error::Registry { problem });
    }
    let registry = access.open(&[url.to_owned()])?;
    let wanted = subjects.into_iter().map(|subject| Wanted {
        subject,
        version: VersionSelector::Latest,
        by_pattern: false,
    });
    let Fetched { pulled, .. } = fetch(&registry, wanted.collect(), &mut String::new())?;
    // The latest of what several refer to: two versions of a type do not stand beside each other.
    let latest: BTreeMap<String, (u32, _)> =
        pulled.into_iter().map(|((subject, version), schema)| (subject, (version, schema))).collect();
    let sources = latest.into_iter().map(|(subject, (version, schema))| Source {
        path: PathBuf::from(format!("{}.avsc", file_name(&subject))),
        name: format!("{subject} version {version} in {}", registry.name),
        text: schema.text.clone(),
        tree: None,
    });
    Ok(sources.collect())
}
