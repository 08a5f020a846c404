//! The comparison with the versions of a registry: each of its subjects is compared by itself.

use crate::command::evolution::{self, Compared, Status, Verdict};
use crate::command::registry::against::{LockedPlace, RegisteredVersion, RegisteredVersions, divided, label};
use crate::command::version::{Subject, Version};
use crate::locate::Definitions;
use crate::report::Diagnostic;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Compares with each version the schema that its subject became: that of the file that the lock file names, or that of its name,
/// alias or file. `faults` takes out what cannot be read of one.
pub(super) fn compare(
    new: &Version,
    against: &str,
    registered: RegisteredVersions,
    mut faults: impl FnMut(&mut Version) -> Vec<Diagnostic>,
) -> Compared {
    let (url, asked_for) = divided(against);
    let url = &label(url);
    // Once, not for each of the many versions that a registry may have.
    let subjects = new.subjects();
    let texts = Definitions::of(new.reading.defining());
    let paths: Vec<PathBuf> = new.reading.sources.iter().map(|source| whole(&source.path)).collect();
    let is_at = |subject: &Subject<'_>, place: &LockedPlace| {
        let is_type = |name: &str| subject.name.is_some_and(|own| own.to_string() == name);
        paths[subject.source] == place.file && place.type_name.as_deref().is_none_or(is_type)
    };
    let whole_place = |place: LockedPlace| LockedPlace { file: whole(&place.file), ..place };
    let locked: Vec<LockedPlace> = registered.locked.into_iter().map(whole_place).collect();
    let mut compared = Compared { diagnostics: registered.notes, ..Compared::default() };
    let mut found = BTreeSet::new();
    let mut gone = BTreeSet::new();
    for RegisteredVersion { subject, number, level, sources, place } in registered.versions {
        let mut old = Version::of_registered(&format!("{url}#{subject} version {number}"), sources);
        compared.diagnostics.extend(faults(&mut old));
        let Some(name) = old.subjects().first().map(Subject::called) else { continue };
        let in_file = place.and_then(|place| {
            let place = whole_place(place);
            subjects.iter().position(|subject| is_at(subject, &place))
        });
        let alone = asked_for.is_some() && subjects.len() == 1;
        let alike =
            || evolution::pairs_of(&subjects, &old.subjects(), alone).iter().position(Option::is_some);
        match in_file.or_else(alike) {
            Some(one) => {
                let one_compared = evolution::compare_one(new, &texts, &subjects[one], &old, level);
                compared.verdicts.extend(one_compared.verdicts);
                compared.diagnostics.extend(one_compared.diagnostics);
                found.insert(one);
            }
            // Else a misspelt subject, or a schema that was lost, would pass.
            None if asked_for.is_some() => {
                let mut entry = Diagnostic::error(&format!("no schema here goes with subject {subject}"));
                entry.notes.push(format!(
                    "it is {name} in version {number}, and nothing here has that name, an alias of it, or the subject's file"
                ));
                compared.diagnostics.push(entry);
                return compared;
            }
            None => {
                if gone.insert(name.clone()) {
                    compared.verdicts.push(Verdict::new(name, Status::Removed, url));
                }
            }
        }
    }
    if asked_for.is_none() {
        let others = subjects.iter().enumerate();
        let is_locked = |subject: &Subject<'_>| locked.iter().any(|place| is_at(subject, place));
        let others = others.filter(|(number, other)| !found.contains(number) && !is_locked(other));
        let others = others.map(|(_, subject)| Verdict::new(subject.called(), Status::New, url));
        compared.verdicts.extend(others);
    }
    compared
}

/// A file's path as every name for it leads to it; as it is written where there is no such file.
fn whole(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}
