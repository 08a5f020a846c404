//! Credentials that were found right a moment ago.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use hmac::{Hmac, KeyInit as _, Mac as _};
use moka::sync::Cache;
use sha2::Sha256;

use crate::security::Principal;

/// How many are remembered.
const CAPACITY: u64 = 10_000;

/// What is remembered of credentials instead of themselves: a hash with a key that this process alone has.
pub(super) type Mark = [u8; 32];

/// What a client shows.
#[derive(Clone, Copy, Debug)]
pub(super) enum Shown {
    /// A certificate, which anybody may know: who shows it in a header is not its owner.
    Certificate,
    /// The header `Authorization`.
    Header,
}

/// Credentials that were found right, so that a hash that is slow by design, or a signature, is not computed for each request.
#[derive(Debug)]
pub(super) struct Remembered {
    keyed: Hmac<Sha256>,
    known: Cache<Mark, Known>,
    /// Moves when something that they were compared with is taken away.
    epoch: AtomicU64,
}

#[derive(Clone, Debug)]
struct Known {
    principal: Principal,
    epoch: u64,
    until: Option<SystemTime>,
}

impl Remembered {
    /// Remembers each for so long at most, under a random key.
    pub(super) fn new(time: Duration, key: &[u8; 32]) -> Self {
        Self {
            keyed: Hmac::new_from_slice(key).expect("HMAC takes keys of any length"),
            known: Cache::builder().max_capacity(CAPACITY).time_to_live(time).build(),
            epoch: AtomicU64::new(0),
        }
    }

    /// The mark of what a client showed; one of another kind has another mark, whatever it holds.
    pub(super) fn mark(&self, kind: Shown, credentials: &[u8]) -> Mark {
        let mut keyed = self.keyed.clone();
        keyed.update(&[kind as u8]);
        keyed.update(credentials);
        keyed.finalize().into_bytes().into()
    }

    /// What is compared with at this moment; taken before credentials are looked at.
    pub(super) fn epoch(&self) -> u64 {
        self.epoch.load(Ordering::Acquire)
    }

    /// Forgets all.
    pub(super) fn forget(&self) {
        self.epoch.fetch_add(1, Ordering::AcqRel);
    }

    /// Whose credentials these are, if that was found a moment ago.
    pub(super) fn find(&self, mark: &Mark, now: SystemTime) -> Option<Principal> {
        let known = self.known.get(mark)?;
        let stands = known.epoch == self.epoch() && known.until.is_none_or(|until| now < until);
        stands.then_some(known.principal)
    }

    /// Remembers what was found at `epoch`, and does not hold after `until`.
    pub(super) fn keep(&self, mark: Mark, principal: &Principal, epoch: u64, until: Option<SystemTime>) {
        self.known.insert(mark, Known { principal: principal.clone(), epoch, until });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::security::Proof;

    #[test]
    fn what_was_right_stands_until_its_time_or_a_change() {
        let remembered = Remembered::new(Duration::from_secs(3600), &[7; 32]);
        let (now, alice) = (SystemTime::now(), Principal::user("alice", [""; 0], Proof::Password));
        let mark = remembered.mark(Shown::Header, b"Basic YTpi");
        assert_ne!(mark, remembered.mark(Shown::Header, b"Basic YTpj"));
        assert_ne!(mark, remembered.mark(Shown::Certificate, b"Basic YTpi"));
        assert_ne!(
            mark,
            Remembered::new(Duration::from_secs(1), &[8; 32]).mark(Shown::Header, b"Basic YTpi")
        );
        assert_eq!(remembered.find(&mark, now), None);
        remembered.keep(mark, &alice, remembered.epoch(), Some(now + Duration::from_secs(5)));
        assert_eq!(remembered.find(&mark, now), Some(alice.clone()));
        assert_eq!(remembered.find(&mark, now + Duration::from_secs(5)), None);
        remembered.forget();
        assert_eq!(remembered.find(&mark, now), None);
        // What was looked at before the change is not known after it.
        remembered.keep(mark, &alice, 0, None);
        assert_eq!(remembered.find(&mark, now), None);
    }
}
