//! Writing what was generated.

use crate::emit::{Files, HEADER, folded};
use crate::error::Error;
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Writes the files, and the folders that they stand in, unless they hold the same text already: a new modification time
/// makes cargo compile everything that includes them again. What an earlier run wrote for namespaces that are gone is
/// removed.
pub(crate) fn write(path: &Path, files: &Files) -> Result<(), Error> {
    let stale = stale(path, files);
    // The file that includes the others comes last, so that it never names one that is not there yet.
    for (name, text) in &files.parts {
        write_file(&path.with_file_name(name), text)?;
    }
    write_file(path, &files.main)?;
    for path in stale {
        fs::remove_file(&path).map_err(|error| Error::Write { path, error })?;
    }
    Ok(())
}

/// Writes one file, with the folders that it stands in, unless it holds the same text already.
pub(crate) fn write_file(path: &Path, text: &str) -> Result<(), Error> {
    if is_current(path, text) {
        return Ok(());
    }
    let unwritable = |error| Error::Write { path: path.to_owned(), error };
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(unwritable)?;
    }
    replace(path, text).map_err(unwritable)
}

/// Puts a text in the place of a file at once.
fn replace(path: &Path, text: &str) -> io::Result<()> {
    match Draft::of(path)? {
        Some((draft, mut file)) => {
            let written = file.write_all(text.as_bytes());
            drop(file);
            written.and_then(|()| draft.finish())
        }
        None => fs::write(path, text),
    }
}

/// What will take the place of a file at once: who reads the file meanwhile, or after a run that was broken off, has the old
/// content or the new one. Links and permissions stay. A draft that is dropped leaves the file as it was.
pub(crate) struct Draft {
    /// Where it stands: a file that it made, so that no other run wants it.
    path: PathBuf,
    /// The file, as what it really is.
    replaced: PathBuf,
}

/// How many names a draft tries. Those that are taken are of other runs under the same process number: in other containers
/// on the same volume, or killed ones.
const MAX_NAMES: usize = 1000;

impl Draft {
    /// A draft beside the file, and the new file to write; `None` for a pipe or a device, which is written as it is.
    pub(crate) fn of(path: &Path) -> io::Result<Option<(Self, File)>> {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let replaced = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let permissions = match fs::metadata(&replaced) {
            Ok(found) if !found.is_file() => return Ok(None),
            Ok(found) => {
                // Who may not write the file may not replace it either.
                fs::OpenOptions::new().write(true).open(&replaced)?;
                Some(found.permissions())
            }
            Err(_) => None,
        };
        let numbers = std::iter::repeat_with(|| COUNT.fetch_add(1, Ordering::Relaxed)).take(MAX_NAMES);
        Self::with_number(replaced, permissions, numbers).map(Some)
    }

    /// The draft under the first of these numbers that no file has.
    fn with_number(
        replaced: PathBuf,
        permissions: Option<fs::Permissions>,
        numbers: impl Iterator<Item = usize>,
    ) -> io::Result<(Self, File)> {
        let mut taken = io::Error::from(io::ErrorKind::AlreadyExists);
        for number in numbers {
            let path = replaced.with_file_name(format!(".avro-gen-{}-{number}.tmp", std::process::id()));
            match create(&path, permissions.as_ref()) {
                Ok(file) => {
                    let draft = Self { path, replaced };
                    // The mode at creation is cut by that of the process.
                    if let Some(permissions) = permissions {
                        file.set_permissions(permissions)?;
                    }
                    return Ok((draft, file));
                }
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => taken = error,
                Err(error) => return Err(error),
            }
        }
        Err(taken)
    }

    /// Puts it in the place of the file. Whoever wrote it has closed it before.
    pub(crate) fn finish(self) -> io::Result<()> {
        fs::rename(&self.path, &self.replaced)
    }
}

/// Makes a file that is not there yet, which at no time is open to more people than those permissions let in.
fn create(path: &Path, permissions: Option<&fs::Permissions>) -> io::Result<File> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    if let Some(permissions) = permissions {
        use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
        options.mode(permissions.mode() & 0o777);
    }
    #[cfg(not(unix))]
    let _ = permissions;
    options.open(path)
}

impl Drop for Draft {
    fn drop(&mut self) {
        // Once it is in the place of the file, nothing is there; and why it could not be put there is what matters.
        let _ = fs::remove_file(&self.path);
    }
}

/// The first file that does not hold what it should, or should not be there.
pub(crate) fn differing(path: &Path, files: &Files) -> Option<PathBuf> {
    let parts = files.parts.iter().map(|(name, text)| (path.with_file_name(name), text.as_str()));
    let mut all = std::iter::once((path.to_owned(), files.main.as_str())).chain(parts);
    let differing = all.find(|(path, text)| !is_current(path, text)).map(|(path, _)| path);
    differing.or_else(|| stale(path, files).into_iter().next())
}

/// The files that the one at the path includes so far and will not include any more, if they are generated ones.
fn stale(path: &Path, files: &Files) -> Vec<PathBuf> {
    let Ok(old) = fs::read_to_string(path) else { return Vec::new() };
    if !old.starts_with(HEADER) {
        return Vec::new();
    }
    // Nor itself, whatever it included.
    let main = path.file_name().map(|name| folded(&name.to_string_lossy()));
    let kept: BTreeSet<String> = files.parts.iter().map(|(name, _)| folded(name)).chain(main).collect();
    let included = old.lines().filter_map(|line| {
        let name = line.trim_start().strip_prefix("::core::include!(\"")?.strip_suffix("\");")?;
        let is_beside = !name.contains(['/', '\\']) && name.ends_with(".rs");
        (is_beside && !kept.contains(&folded(name))).then(|| path.with_file_name(name))
    });
    included.filter(|path| fs::read_to_string(path).is_ok_and(|text| text.starts_with(HEADER))).collect()
}

/// Whether the file holds this text.
pub(crate) fn is_current(path: &Path, text: &str) -> bool {
    fs::read(path).is_ok_and(|old| old == text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{Duration, SystemTime};

    fn one(text: &str) -> Files {
        Files { main: text.to_owned(), parts: Vec::new() }
    }

    #[test]
    fn an_unchanged_file_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new/avro.rs");
        write(&path, &one("one")).unwrap();
        let long_ago = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000);
        let modified = || fs::metadata(&path).unwrap().modified().unwrap();
        fs::File::options().write(true).open(&path).unwrap().set_modified(long_ago).unwrap();
        write(&path, &one("one")).unwrap();
        assert_eq!(modified(), long_ago);
        write(&path, &one("two")).unwrap();
        assert_ne!(modified(), long_ago);
        assert_eq!(fs::read_to_string(&path).unwrap(), "two");
    }

    /// The names in a folder.
    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let mut names: Vec<_> =
            entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_is_replaced_at_once_and_nothing_else_is_left() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.avsc");
        let (old, new) = ("old ".repeat(10_000), "new".to_owned());
        write_file(&path, &old).unwrap();
        let mut reader = fs::File::open(&path).unwrap();
        write_file(&path, &new).unwrap();
        assert_eq!(io::read_to_string(&mut reader).unwrap(), old, "who began to read has all of the old one");
        assert_eq!(fs::read_to_string(&path).unwrap(), new);
        // What cannot be replaced leaves nothing behind.
        fs::create_dir(folder.path().join("b.avsc")).unwrap();
        assert!(write_file(&folder.path().join("b.avsc"), &new).is_err());
        assert_eq!(names(folder.path()), ["a.avsc", "b.avsc"]);
    }

    #[test]
    fn a_draft_of_another_run_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.avsc");
        for (taken, numbers, found) in
            [(0, 0..1, Some(0)), (1, 0..3, Some(1)), (3, 0..4, Some(3)), (2, 0..2, None)]
        {
            let draft =
                |number: usize| folder.path().join(format!(".avro-gen-{}-{number}.tmp", std::process::id()));
            (0..taken).for_each(|number| fs::write(draft(number), "theirs").unwrap());
            let made = Draft::with_number(path.clone(), None, numbers);
            assert_eq!(made.as_ref().ok().map(|(own, _)| own.path.clone()), found.map(draft));
            match made {
                Ok((_own, _file)) => {}
                Err(error) => assert_eq!(error.kind(), io::ErrorKind::AlreadyExists),
            }
            // The own one is gone, theirs are not.
            assert_eq!(names(folder.path()).len(), taken);
            for number in 0..taken {
                assert_eq!(fs::read_to_string(draft(number)).unwrap(), "theirs");
                fs::remove_file(draft(number)).unwrap();
            }
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_draft_is_open_to_whom_the_file_is_open() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.avsc");
        fs::write(&path, "old").unwrap();
        for mode in [0o600, 0o640, 0o666, 0o755] {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            let (draft, file) = Draft::of(&path).unwrap().unwrap();
            assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, mode);
            assert_eq!(fs::metadata(&draft.path).unwrap().permissions().mode() & 0o777, mode);
        }
        assert_eq!(names(folder.path()), ["a.avsc"]);
    }

    #[cfg(unix)]
    #[test]
    fn links_and_permissions_stay() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let folder = tempfile::tempdir().unwrap();
        let (real, link) = (folder.path().join("real/a.avsc"), folder.path().join("link.avsc"));
        write_file(&real, "old").unwrap();
        symlink("real/a.avsc", &link).unwrap();
        for mode in [0o600, 0o640, 0o755] {
            fs::set_permissions(&real, fs::Permissions::from_mode(mode)).unwrap();
            let text = format!("{mode:o}");
            write_file(&link, &text).unwrap();
            assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
            assert_eq!(fs::read_to_string(&real).unwrap(), text);
            assert_eq!(fs::metadata(&real).unwrap().permissions().mode() & 0o777, mode);
        }
        assert_eq!(names(folder.path()), ["link.avsc", "real"]);
        assert_eq!(names(&folder.path().join("real")), ["a.avsc"]);
    }

    #[test]
    fn files_of_namespaces_that_are_gone_are_removed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("avro.rs");
        let part = |name: &str| (name.to_owned(), format!("{HEADER}\npub struct A;\n"));
        let names = ["a.rs", "b.rs"];
        let main = |names: &[&str]| {
            let includes: Vec<String> = names
                .iter()
                .map(|name| format!("pub mod x {{\n::core::include!(\"{name}\");\n}}\n"))
                .collect();
            format!("{HEADER}\n{}", includes.concat())
        };
        // Neither what it only seems to include, nor what somebody else wrote.
        let old = format!("{}::core::include!(\"../c.rs\");\n::core::include!(\"own.rs\");\n", main(&names));
        fs::write(folder.path().join("own.rs"), "// mine").unwrap();
        write(&path, &Files { main: old, parts: names.iter().map(|name| part(name)).collect() }).unwrap();
        let new = Files { main: main(&["a.rs"]), parts: vec![part("a.rs")] };
        assert_eq!(differing(&path, &new), Some(path.clone()));
        write(&path, &new).unwrap();
        assert_eq!(differing(&path, &new), None);
        let exists = |name: &str| folder.path().join(name).exists();
        assert_eq!(["avro.rs", "a.rs", "b.rs", "own.rs"].map(exists), [true, true, false, true]);
    }
}
