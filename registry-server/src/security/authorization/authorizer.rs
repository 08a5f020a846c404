//! The rules that are in force, and who may do what by them.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant, SystemTime};

use moka::sync::Cache;

use super::access::{Access, Basis};
use super::{Rules, RulesError};
use crate::config::Settings;
use crate::security::Principal;

/// How many principals are remembered with what they may do.
const REMEMBERED: u64 = 10_000;
/// How often the file is looked at, at most.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Gives accesses numbers that no two share.
static NUMBERS: AtomicU64 = AtomicU64::new(1);

/// Decides who may do what. Without rules it lets everybody do everything, and costs nothing.
#[derive(Clone, Debug)]
pub struct Authorizer {
    /// `None` where there are no rules.
    ruled: Option<Arc<Ruled>>,
    /// What limited tokens may do where there are no rules. They are remembered for their numbers: equal ones share kept answers.
    unruled: Cache<Principal, Access>,
}

#[derive(Debug)]
struct Ruled {
    super_users: Vec<String>,
    file: PathBuf,
    /// The rules of the file as it was last read, and what it looked like.
    current: RwLock<Current>,
    /// Milliseconds since `started` at which the file is to be looked at again.
    next_look: AtomicU64,
    started: Instant,
    /// What principals may do, as long as the rules stay.
    accesses: Cache<Principal, Access>,
}

#[derive(Clone, Debug)]
struct Current {
    /// `None` if they could not be read from the beginning.
    rules: Option<Rules>,
    seen: Option<Look>,
}

/// What tells one state of a file from another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Look {
    modified: Option<SystemTime>,
    length: u64,
}

impl Look {
    /// Whether the file has not changed for a while, so that whoever writes it is done with it. A time to come says nothing.
    fn is_settled(&self, now: SystemTime) -> bool {
        let age = self.modified.and_then(|modified| now.duration_since(modified).ok());
        age.is_none_or(|age| age >= LOOK_EVERY)
    }

    fn at(path: &Path) -> Option<Self> {
        let found = fs::metadata(path).ok()?;
        Some(Self { modified: found.modified().ok(), length: found.len() })
    }
}

impl Authorizer {
    /// The one that the settings ask for.
    ///
    /// # Errors
    /// [`RulesError`] if the rules cannot be read.
    pub fn open(settings: &Settings) -> Result<Self, RulesError> {
        let Some(file) = &settings.authorization_rules_file else {
            return Ok(Self { ruled: None, unruled: Cache::new(REMEMBERED) });
        };
        // One that is being written is noticed and read again when requests come.
        let seen = Look::at(file);
        let rules = Rules::read(file)?;
        Ok(Self::of(settings, file, Current { rules: Some(rules), seen }))
    }

    /// The same, which lets nobody do anything while the rules cannot be read.
    #[must_use]
    pub fn open_or_closed(settings: &Settings) -> Self {
        Self::open(settings).unwrap_or_else(|error| {
            tracing::error!(%error, "nobody may do anything until the rules can be read");
            let file = settings.authorization_rules_file.clone().unwrap_or_default();
            Self::of(settings, &file, Current { rules: None, seen: None })
        })
    }

    fn of(settings: &Settings, file: &Path, current: Current) -> Self {
        let ruled = Ruled {
            super_users: settings.super_users.clone(),
            file: file.to_owned(),
            current: RwLock::new(current),
            next_look: AtomicU64::new(0),
            started: Instant::now(),
            accesses: Cache::new(REMEMBERED),
        };
        Self { ruled: Some(Arc::new(ruled)), unruled: Cache::new(REMEMBERED) }
    }

    /// Whether there are rules.
    #[must_use]
    pub fn is_on(&self) -> bool {
        self.ruled.is_some()
    }

    /// What a principal may do; `None` if that is everything.
    #[must_use]
    pub fn access(&self, principal: &Principal) -> Option<Access> {
        match &self.ruled {
            Some(ruled) => {
                ruled.look();
                Some(ruled.access(principal))
            }
            None => principal
                .scopes()
                .is_some()
                .then(|| self.unruled.get_with_by_ref(principal, || unrestricted(principal))),
        }
    }

    /// What a principal may do, even if that is everything.
    #[must_use]
    pub fn access_of(&self, principal: &Principal) -> Access {
        self.access(principal).unwrap_or_else(|| unrestricted(principal))
    }

    /// The rules that are in force; `None` where there are none, or none that could be read.
    #[must_use]
    pub fn rules(&self) -> Option<Rules> {
        self.ruled.as_ref()?.current().rules
    }

    /// Reads the rules again, whether the file looks like another one or not. Rules that cannot be read change nothing.
    ///
    /// # Errors
    /// [`RulesError`] if they cannot be read.
    pub fn reload(&self) -> Result<(), RulesError> {
        self.ruled.as_ref().map_or(Ok(()), |ruled| ruled.reload(Look::at(&ruled.file)).map(drop))
    }
}

fn unrestricted(principal: &Principal) -> Access {
    Access::new(principal.clone(), Basis::Unrestricted, NUMBERS.fetch_add(1, Ordering::Relaxed))
}

impl Ruled {
    fn access(&self, principal: &Principal) -> Access {
        if let Some(access) = self.accesses.get(principal) {
            return access;
        }
        // Held until the access is remembered: rules that come meanwhile would forget it too early.
        let current = self.current.read().unwrap_or_else(PoisonError::into_inner);
        let basis = match &current.rules {
            Some(_) if self.super_users.iter().any(|name| name == principal.name()) => Basis::SuperUser,
            Some(rules) => {
                Basis::Rules(rules.0.iter().filter(|rule| rule.is_for(principal)).cloned().collect())
            }
            None => Basis::Unreadable,
        };
        let access = Access::new(principal.clone(), basis, NUMBERS.fetch_add(1, Ordering::Relaxed));
        self.accesses.insert(principal.clone(), access.clone());
        access
    }

    fn current(&self) -> Current {
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Reads the rules again if the file looks like another one than it did, at most once in a while.
    fn look(&self) {
        let now = u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX);
        let due = self.next_look.load(Ordering::Relaxed);
        let next = now.saturating_add(u64::try_from(LOOK_EVERY.as_millis()).unwrap_or(u64::MAX));
        if now < due
            || self.next_look.compare_exchange(due, next, Ordering::Relaxed, Ordering::Relaxed).is_err()
        {
            return;
        }
        let look = Look::at(&self.file);
        if look == self.current.read().unwrap_or_else(PoisonError::into_inner).seen {
            return;
        }
        // What is only half written is rules as well, fewer of them: they are read when the file has come to rest.
        if look.is_some_and(|look| !look.is_settled(SystemTime::now())) {
            return;
        }
        match self.reload(look) {
            Ok(true) => tracing::info!(file = %self.file.display(), "the rules were read again"),
            Ok(false) => {}
            Err(error) => tracing::error!(%error, "the rules stay as they were"),
        }
    }

    /// Reads the rules of a file that looked so. Whether they are in force: not if it has changed since.
    fn reload(&self, look: Option<Look>) -> Result<bool, RulesError> {
        let read = Rules::read(&self.file);
        if Look::at(&self.file) != look {
            // The next look finds it different still.
            return Ok(false);
        }
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        // A file that is wrong is told once, not with each look.
        current.seen = look;
        let read = read?;
        // Answers are kept for accesses, and a file that was only touched leaves both.
        if current.rules.as_ref() != Some(&read) {
            current.rules = Some(read);
            self.accesses.invalidate_all();
        }
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use std::fs::File;

    use super::*;
    use crate::config::{Environment, load};
    use crate::security::{Permission, Proof, Scope};

    #[test]
    fn a_file_has_come_to_rest_when_it_did_not_change_since_a_look() {
        let now = SystemTime::now();
        for (modified, is_settled) in [
            (Some(now), false),
            (now.checked_sub(LOOK_EVERY / 2), false),
            (now.checked_sub(LOOK_EVERY), true),
            (now.checked_add(LOOK_EVERY), true),
            (None, true),
        ] {
            assert_eq!(Look { modified, length: 1 }.is_settled(now), is_settled, "{modified:?} {now:?}");
        }
    }

    #[test]
    fn what_was_read_while_the_file_changed_is_not_taken() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let rule =
            |name: &str| format!("[[rule]]\nallow = \"reader\"\nto = \"User:{name}\"\nsubjects = \"*\"\n");
        fs::write(file.path(), rule("a")).unwrap();
        let flags = [("authorization-rules-file".to_owned(), file.path().display().to_string())];
        let authorizer =
            Authorizer::open(&load(None, &Environment::default(), &flags).unwrap().settings).unwrap();
        let ruled = authorizer.ruled.as_ref().unwrap();
        let reads = |name: &str| {
            let access = ruled.access(&Principal::user(name, [""; 0], Proof::Password));
            access.permits(Permission::SubjectRead, Some(&crate::domain::Subject::parse("s")))
        };
        assert!(reads("a") && !reads("longer"));
        let before = Look::at(file.path());
        fs::write(file.path(), rule("longer")).unwrap();
        assert!(!ruled.reload(before).unwrap() && reads("a") && !reads("longer"));
        assert!(ruled.reload(Look::at(file.path())).unwrap() && !reads("a") && reads("longer"));
        let number = || ruled.access(&Principal::anonymous()).number();
        let before = number();
        authorizer.reload().unwrap();
        assert_eq!(number(), before, "what has not changed is not decided anew");
        // A file that was emptied has a mistake.
        File::create(file.path()).unwrap();
        let told = authorizer.reload().unwrap_err().to_string();
        assert!(told.contains(":1:1: there is no rule in this file"), "{told}");
        assert!(reads("longer"), "the rules stay as they were");
    }

    #[test]
    fn equal_tokens_share_answers_where_there_are_no_rules() {
        let authorizer =
            Authorizer::open(&load(None, &Environment::default(), &[]).unwrap().settings).unwrap();
        let number = |prefix: &str| {
            let scope = Scope::new(vec![], vec![prefix.to_owned()]);
            let limited = Principal::limited_user("a", [""; 0], Proof::ApiToken, vec![scope]);
            authorizer.access(&limited).unwrap().number()
        };
        assert_eq!(number("a"), number("a"));
        assert_ne!(number("a"), number("b"));
    }
}
