//! The lock on a database file that keeps a second process away.

use std::collections::BTreeSet;
use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use crate::store::OpenError;

/// Device and number of the files that this process has locked. To open and close one of them once more would let go of the
/// locks that SQLite has on it.
static LOCKED_HERE: Mutex<BTreeSet<(u64, u64)>> = Mutex::new(BTreeSet::new());

/// Two locks, let go of when this is dropped.
///
/// One is on the file itself, so every way to the file meets it: a symbolic or a hard link, another spelling of the path. It
/// is of a kind (flock) that SQLite does not take, so that a backup or an integrity check by others may read the file while
/// the server runs. The other is on a file beside it: what is moved to the place of a file that is in use is another file,
/// and would be given the write-ahead log of the first.
#[derive(Debug)]
pub(in crate::store::sql) struct FileLock {
    file: Arc<File>,
    beside: File,
    identity: (u64, u64),
}

impl FileLock {
    /// Locks a file, which is created with its folder if `create` says so: for nobody but its owner.
    pub(in crate::store::sql) fn take(path: &Path, create: bool) -> Result<Self, OpenError> {
        let shown = path.display().to_string();
        let failed = |detail: String| OpenError::File { path: shown.clone(), detail };
        if path.is_dir() {
            return Err(failed("it is a folder; name a file".to_owned()));
        }
        if !create && !path.exists() {
            return Err(failed(
                "there is no such file; name the registry's database with --database-url".to_owned(),
            ));
        }
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            DirBuilder::new()
                .recursive(true)
                .mode(0o700)
                .create(folder)
                .map_err(|error| failed(format!("cannot create the folder {}: {error}", folder.display())))?;
        }
        let locked = |path: &Path, create: bool| {
            let file = open(path, create).map_err(|error| {
                let what = path.display();
                failed(format!(
                    "cannot write {what}: {error}; the server writes the file and files beside it"
                ))
            })?;
            match file.try_lock() {
                Ok(()) => Ok(file),
                Err(TryLockError::WouldBlock) => Err(OpenError::InUse { path: shown.clone() }),
                Err(TryLockError::Error(error)) => {
                    Err(failed(format!("cannot lock {}: {error}", path.display())))
                }
            }
        };
        let beside = locked(&beside(path), true)?;
        let mut locked_here = LOCKED_HERE.lock().unwrap_or_else(PoisonError::into_inner);
        if identity(path).is_some_and(|identity| locked_here.contains(&identity)) {
            return Err(OpenError::InUse { path: shown });
        }
        let file = Arc::new(locked(path, create)?);
        let identity = identity(path).unwrap_or_default();
        locked_here.insert(identity);
        Ok(Self { file, beside, identity })
    }

    /// The file, which must stay open as long as SQLite has it open.
    pub(in crate::store::sql) fn file(&self) -> Arc<File> {
        self.file.clone()
    }

    /// Lets go of both.
    pub(in crate::store::sql) fn release(&self) {
        LOCKED_HERE.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.identity);
        // If this fails the locks go with the process.
        let _ = self.file.unlock();
        let _ = self.beside.unlock();
    }
}

impl Drop for FileLock {
    fn drop(&mut self) {
        self.release();
    }
}

/// Device and number of a file.
fn identity(path: &Path) -> Option<(u64, u64)> {
    path.metadata().ok().map(|metadata| (metadata.dev(), metadata.ino()))
}

/// The lock file, beside the file itself and not beside a link to it.
fn beside(path: &Path) -> PathBuf {
    let mut name = path.canonicalize().unwrap_or_else(|_| path.to_owned()).into_os_string();
    name.push(".lock");
    name.into()
}

fn open(path: &Path, create: bool) -> std::io::Result<File> {
    OpenOptions::new().read(true).write(true).create(create).truncate(false).mode(0o600).open(path)
}
