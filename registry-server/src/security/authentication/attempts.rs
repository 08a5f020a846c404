//! Wrong attempts: how many an address and a name have.

use std::hash::{BuildHasher as _, RandomState};
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use moka::sync::Cache;

use super::refusal::Refusal;

/// How long wrong attempts count, from the first of them on.
const WINDOW: Duration = Duration::from_secs(60);

/// How many addresses and names are watched; beyond that those that were seen least are forgotten.
const CAPACITY: u64 = 100_000;

/// The wrong attempts of the last minute. Names and addresses are known by a keyed hash, so each takes the same room.
#[derive(Debug)]
pub(super) struct Attempts {
    most: u32,
    failed: Cache<u64, Failures>,
    keys: RandomState,
}

#[derive(Clone, Debug)]
struct Failures {
    since: Instant,
    count: Arc<AtomicU32>,
}

/// Who tries.
#[derive(Clone, Copy, Debug)]
pub(super) struct Trying<'a> {
    /// The address, where it is known.
    pub(super) address: Option<IpAddr>,
    /// The name that is claimed, if any.
    pub(super) name: Option<&'a str>,
}

impl Attempts {
    /// Allows so many of each within a minute.
    pub(super) fn new(most: u32) -> Self {
        let failed = Cache::builder().max_capacity(CAPACITY).time_to_live(WINDOW).build();
        Self { most, failed, keys: RandomState::new() }
    }

    /// The seconds to wait, where there were too many.
    pub(super) fn wait(&self, trying: Trying<'_>) -> Option<u64> {
        self.watched(trying)
            .filter_map(|who| self.failed.get(&who))
            .filter(|failures| failures.count.load(Ordering::Relaxed) >= self.most)
            .map(|failures| WINDOW.saturating_sub(failures.since.elapsed()).as_secs() + 1)
            .max()
    }

    /// Begins to compare a password, unless there were too many wrong ones.
    ///
    /// # Errors
    /// [`Refusal::TooManyFailures`]
    pub(super) fn guess<'a>(&'a self, trying: Trying<'a>) -> Result<Guess<'a>, Refusal> {
        match self.wait(trying) {
            Some(wait) => Err(Refusal::TooManyFailures { wait }),
            None => Ok(Guess { attempts: self, trying, is_right: false }),
        }
    }

    /// Notes a wrong one.
    pub(super) fn note(&self, trying: Trying<'_>) {
        for who in self.watched(trying) {
            let first = || Failures { since: Instant::now(), count: Arc::default() };
            self.failed.get_with(who, first).count.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn watched<'a>(&'a self, trying: Trying<'a>) -> impl Iterator<Item = u64> + 'a {
        let address = trying.address.map(|address| self.keys.hash_one(("address", network(address))));
        let name = trying.name.map(|name| self.keys.hash_one(("name", name)));
        address.into_iter().chain(name)
    }
}

/// A password that is being compared. It counts as wrong until it is found right: who goes away before that does not go uncounted.
#[derive(Debug)]
pub(super) struct Guess<'a> {
    attempts: &'a Attempts,
    trying: Trying<'a>,
    is_right: bool,
}

impl Guess<'_> {
    /// Ends with what was found, which it answers.
    pub(super) fn ended(mut self, is_right: bool) -> bool {
        self.is_right = is_right;
        is_right
    }
}

impl Drop for Guess<'_> {
    fn drop(&mut self) {
        if !self.is_right {
            self.attempts.note(self.trying);
        }
    }
}

/// The part of an address that one client cannot change at will.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(six) => {
            let [a, b, c, d, ..] = six.segments();
            IpAddr::V6([a, b, c, d, 0, 0, 0, 0].into())
        }
        four @ IpAddr::V4(_) => four,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guess_counts_unless_it_was_right() {
        let attempts = Attempts::new(2);
        let trying = Trying { address: None, name: Some("alice") };
        assert!(attempts.guess(trying).unwrap().ended(true));
        assert!(!attempts.guess(trying).unwrap().ended(false));
        assert!(attempts.guess(trying).unwrap().ended(true));
        drop(attempts.guess(trying).unwrap());
        assert!(matches!(attempts.guess(trying), Err(Refusal::TooManyFailures { .. })));
    }

    #[test]
    fn addresses_and_names_are_counted_apart() {
        let attempts = Attempts::new(2);
        let of = |address: &str, name: &'static str| Trying {
            address: Some(address.parse().unwrap()),
            name: (!name.is_empty()).then_some(name),
        };
        attempts.note(of("10.0.0.1", "alice"));
        assert_eq!(attempts.wait(of("10.0.0.1", "alice")), None);
        attempts.note(of("10.0.0.1", "bob"));
        for (address, name, waits) in [
            ("10.0.0.1", "carol", true),
            ("::ffff:10.0.0.1", "", true),
            ("10.0.0.2", "alice", false),
            ("10.0.0.2", "bob", false),
        ] {
            assert_eq!(attempts.wait(of(address, name)).is_some(), waits, "{address} {name}");
        }
        attempts.note(of("10.0.0.3", "alice"));
        let wait = attempts.wait(of("10.0.0.2", "alice")).unwrap();
        assert!((1..=61).contains(&wait), "{wait}");
        // One client has a whole network of these.
        attempts.note(of("2001:db8::1", ""));
        attempts.note(of("2001:db8::ffff:2", ""));
        assert!(attempts.wait(of("2001:db8::3", "")).is_some());
        assert!(attempts.wait(of("2001:db8:0:1::3", "")).is_none());
    }
}
