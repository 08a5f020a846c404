//! Writing what was generated.

use crate::emit::{Files, HEADER};
use crate::error::Error;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

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
    fs::write(path, text).map_err(unwritable)
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
    let kept: BTreeSet<&str> = files.parts.iter().map(|(name, _)| name.as_str()).collect();
    let included = old.lines().filter_map(|line| {
        let name = line.trim_start().strip_prefix("::core::include!(\"")?.strip_suffix("\");")?;
        let is_beside = !name.contains(['/', '\\']) && name.ends_with(".rs");
        (is_beside && !kept.contains(name)).then(|| path.with_file_name(name))
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
