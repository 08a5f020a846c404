//! Writing what was generated.

use crate::error::Error;
use std::fs;
use std::path::Path;

/// Writes the file, and the folders that it stands in, unless it holds the same text already: a new modification time
/// makes cargo compile everything that includes it again.
pub(crate) fn write(path: &Path, text: &str) -> Result<(), Error> {
    if is_current(path, text) {
        return Ok(());
    }
    let unwritable = |error| Error::Write { path: path.to_owned(), error };
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(unwritable)?;
    }
    fs::write(path, text).map_err(unwritable)
}

/// Whether the file holds this text.
pub(crate) fn is_current(path: &Path, text: &str) -> bool {
    fs::read(path).is_ok_and(|old| old == text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{Duration, SystemTime};

    #[test]
    fn an_unchanged_file_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new/avro.rs");
        write(&path, "one").unwrap();
        let long_ago = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000);
        let modified = || fs::metadata(&path).unwrap().modified().unwrap();
        fs::File::options().write(true).open(&path).unwrap().set_modified(long_ago).unwrap();
        write(&path, "one").unwrap();
        assert_eq!(modified(), long_ago);
        write(&path, "two").unwrap();
        assert_ne!(modified(), long_ago);
        assert_eq!(fs::read_to_string(&path).unwrap(), "two");
    }
}
