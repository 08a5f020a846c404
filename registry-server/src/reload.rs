//! What is read again while the server runs: certificates, passwords, rules, the filter of the log.
//!
//! Each is read again when one of its files holds something else, and all of them at the hangup signal. Files are compared by
//! what they hold, so that a file that was replaced, or a symbolic link that leads elsewhere, as Kubernetes swaps them, is
//! noticed like one that was written to. What cannot be used changes nothing and is told in the log, once for each change.

use std::error::Error;
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sha2::{Digest, Sha256};
use tokio::signal::unix::{SignalKind, signal};
use tokio::time::{MissedTickBehavior, interval};

/// How often files are looked at.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// Something that can be read again.
pub trait Reload: Send + Sync {
    /// What it is, for the log: "the certificates of https://0.0.0.0:8081".
    fn name(&self) -> String;

    /// Reads it again and puts it in force. This may block.
    ///
    /// # Errors
    /// Why what is there now cannot be used; what was in force before still is.
    fn reload(&self) -> Result<(), Box<dyn Error + Send + Sync>>;
}

/// Files, and what they held at a time. That of no files never changes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen(Vec<(PathBuf, Option<[u8; 32]>)>);

impl Seen {
    /// What these files hold now. Taken before they are read, it lets no change between the two go unnoticed.
    #[must_use]
    pub fn now(files: impl IntoIterator<Item = PathBuf>) -> Self {
        Self(files.into_iter().map(|path| (path.clone(), fingerprint(&path))).collect())
    }

    fn again(&self) -> Self {
        Self::now(self.0.iter().map(|(path, _)| path.clone()))
    }
}

/// A digest of what a file holds; `None` where it cannot be read.
fn fingerprint(path: &PathBuf) -> Option<[u8; 32]> {
    std::fs::read(path).ok().map(|bytes| Sha256::digest(bytes).into())
}

/// All that is read again. A clone is the same.
///
/// ```
/// use std::error::Error;
/// use std::sync::Arc;
///
/// use registry_server::reload::{Reload, Reloads, Seen};
///
/// struct Passwords;
///
/// impl Reload for Passwords {
///     fn name(&self) -> String {
///         "the passwords".to_owned()
///     }
///
///     fn reload(&self) -> Result<(), Box<dyn Error + Send + Sync>> {
///         Err("line 3 has no hash".into())
///     }
/// }
///
/// let reloads = Reloads::default();
/// reloads.add(Arc::new(Passwords), Seen::now(["/etc/registry/passwords".into()]));
/// reloads.look();
/// ```
#[derive(Clone, Default)]
pub struct Reloads(Arc<Mutex<Vec<Entry>>>);

/// What is read again, and what its files held when it last was.
type Entry = (Arc<dyn Reload>, Seen);

impl std::fmt::Debug for Reloads {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.entries().iter().map(|(what, _)| what.name())).finish()
    }
}

impl Reloads {
    /// Adds what was read from files after `seen` was taken of them.
    pub fn add(&self, what: Arc<dyn Reload>, seen: Seen) {
        self.entries().push((what, seen));
    }

    /// Reads all of it again. Blocks while it does.
    pub fn reload_all(&self) {
        self.reload(|_, _| true);
    }

    /// Reads again what has files that hold something else than when they were last read. Blocks while it does.
    pub fn look(&self) {
        self.reload(|seen, now| seen != now);
    }

    fn reload(&self, is_due: impl Fn(&Seen, &Seen) -> bool) {
        for (what, seen) in self.entries().iter_mut() {
            let now = seen.again();
            if is_due(seen, &now) {
                match what.reload() {
                    Ok(()) => tracing::info!("read again: {}", what.name()),
                    Err(error) => {
                        tracing::error!(%error, "what was in force before stays: {} cannot be read again", what.name());
                    }
                }
                *seen = now;
            }
        }
    }

    fn entries(&self) -> MutexGuard<'_, Vec<Entry>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Follows files and the hangup signal, which from now on ends the process no more, for as long as it is polled.
    ///
    /// # Errors
    /// When the signal cannot be waited for.
    ///
    /// # Panics
    /// Outside of a tokio runtime.
    pub fn follow(&self) -> io::Result<impl Future<Output = ()> + use<>> {
        let mut hangups = signal(SignalKind::hangup())?;
        let reloads = self.clone();
        Ok(async move {
            let mut looks = interval(LOOK_EVERY);
            looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
            loop {
                let reloads = reloads.clone();
                let work: fn(&Self) = tokio::select! {
                    hangup = hangups.recv() => match hangup {
                        Some(()) => Self::reload_all,
                        None => return,
                    },
                    _ = looks.tick() => Self::look,
                };
                if let Err(error) = tokio::task::spawn_blocking(move || work(&reloads)).await {
                    tracing::error!(%error, "reading again failed");
                }
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    /// Counts how often it is read.
    #[derive(Default)]
    struct Counted(AtomicUsize);

    impl Reload for Counted {
        fn name(&self) -> String {
            "what is counted".to_owned()
        }

        fn reload(&self) -> Result<(), Box<dyn Error + Send + Sync>> {
            let before = self.0.fetch_add(1, Ordering::Relaxed);
            if before.is_multiple_of(2) { Ok(()) } else { Err("every second time".into()) }
        }
    }

    impl Counted {
        fn count(&self) -> usize {
            self.0.load(Ordering::Relaxed)
        }
    }

    #[test]
    fn what_has_other_content_is_read_again_once() {
        let folder = tempfile::tempdir().unwrap();
        let (file, other) = (folder.path().join("file"), folder.path().join("other"));
        fs::write(&file, "1").unwrap();
        let (counted, untouched) = (Arc::new(Counted::default()), Arc::new(Counted::default()));
        let reloads = Reloads::default();
        reloads.add(counted.clone(), Seen::now([file.clone(), other.clone()]));
        reloads.add(untouched.clone(), Seen::default());
        let changes: [(&str, &dyn Fn()); 8] = [
            ("nothing", &|| ()),
            ("written", &|| fs::write(&file, "2").unwrap()),
            ("written with the same", &|| fs::write(&file, "2").unwrap()),
            ("made", &|| fs::write(&other, "2").unwrap()),
            ("gone", &|| fs::remove_file(&other).unwrap()),
            ("replaced", &|| {
                fs::write(&other, "3").unwrap();
                fs::rename(&other, &file).unwrap();
            }),
            ("replaced with the same", &|| {
                fs::write(&other, "3").unwrap();
                fs::rename(&other, &file).unwrap();
            }),
            ("back", &|| fs::write(&other, "4").unwrap()),
        ];
        let mut read = 0;
        for (change, make) in changes {
            make();
            reloads.look();
            reloads.look();
            read += usize::from(change != "nothing" && !change.ends_with("the same"));
            assert_eq!(counted.count(), read, "{change}");
        }
        assert_eq!(untouched.count(), 0);
        reloads.reload_all();
        assert_eq!((counted.count(), untouched.count()), (read + 1, 1));
    }

    #[test]
    fn links_that_are_swapped_as_kubernetes_does_are_followed() {
        use std::os::unix::fs::symlink;

        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        for (version, text) in [("..1", "old"), ("..2", "new")] {
            fs::create_dir(at(version)).unwrap();
            fs::write(at(version).join("tls.crt"), text).unwrap();
        }
        symlink("..1", at("..data")).unwrap();
        symlink("..data/tls.crt", at("tls.crt")).unwrap();
        let counted = Arc::new(Counted::default());
        let reloads = Reloads::default();
        reloads.add(counted.clone(), Seen::now([at("tls.crt")]));
        symlink("..2", at("..data_tmp")).unwrap();
        fs::rename(at("..data_tmp"), at("..data")).unwrap();
        fs::remove_dir_all(at("..1")).unwrap();
        reloads.look();
        assert_eq!(counted.count(), 1);
    }

    #[test]
    fn a_change_between_the_look_and_the_reading_is_not_lost() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let seen = Seen::now([file.path().to_owned()]);
        fs::write(file.path(), "written before it was added").unwrap();
        let (counted, reloads) = (Arc::new(Counted::default()), Reloads::default());
        reloads.add(counted.clone(), seen);
        reloads.look();
        assert_eq!(counted.count(), 1);
    }
}
