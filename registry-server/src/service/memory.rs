//! Memory that long work leaves behind, given back to the system.
//!
//! The allocator keeps what was freed, for the next who asks. After a comparison that took hundreds of megabytes that would
//! stay so for ever (semantics §1.6). So when much was done and nothing more is to do, the allocator is told to let go: on a
//! thread of its own, some time after the last piece of work, at most once for all that was done until then.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use tokio::runtime::Handle;

/// After how many steps of work memory is given back. A step leaves some tens of bytes at most, so less work leaves less than
/// some tens of megabytes.
const MUCH: u64 = 1_000_000;
/// How long the pool is to rest first: answers are sent meanwhile, and what they were made of is dropped.
const REST: Duration = Duration::from_secs(1);

/// Gives memory back after much work.
#[derive(Clone, Debug)]
pub(super) struct Memory(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    /// Steps that were done since memory was given back.
    steps: AtomicU64,
    /// Somebody waits for the rest.
    waits: AtomicBool,
    give_back: fn(),
    #[cfg(test)]
    given_back: AtomicU64,
}

impl Default for Memory {
    fn default() -> Self {
        Self::of(give_back)
    }
}

impl Memory {
    /// Gives memory back by that function.
    fn of(give_back: fn()) -> Self {
        Self(Arc::new(Inner {
            steps: AtomicU64::new(0),
            waits: AtomicBool::new(false),
            give_back,
            #[cfg(test)]
            given_back: AtomicU64::new(0),
        }))
    }

    /// Notes that a piece of work has ended, and asks `rests` later whether any is being done. To be called in the runtime.
    pub(super) fn note(&self, steps: u64, rests: impl Fn() -> bool + Send + 'static) {
        let done = self.0.steps.fetch_add(steps, Ordering::Relaxed).saturating_add(steps);
        if done < MUCH || self.0.waits.swap(true, Ordering::AcqRel) {
            return;
        }
        let memory = self.clone();
        Handle::current().spawn(async move {
            loop {
                tokio::time::sleep(REST).await;
                if rests() {
                    break;
                }
            }
            // In this order, so that work that ends now is noted here or waits itself.
            memory.0.waits.store(false, Ordering::Release);
            if memory.0.steps.swap(0, Ordering::AcqRel) >= MUCH {
                tokio::task::spawn_blocking(move || memory.give_back());
            }
        });
    }

    fn give_back(&self) {
        (self.0.give_back)();
        #[cfg(test)]
        self.0.given_back.fetch_add(1, Ordering::Relaxed);
    }
}

/// Tells glibc to give the system every page that is free. It looks at each of its arenas in turn, which takes some
/// milliseconds for hundreds of megabytes. Other allocators do so by themselves, or are not ours.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[expect(
    unsafe_code,
    reason = "a function of the C library without conditions, for which there is no safe wrapper"
)]
fn give_back() {
    // SAFETY: it takes no pointer, may be called by any thread at any time, and moves nothing that is in use.
    let released = unsafe { libc::malloc_trim(0) };
    tracing::debug!(released = released == 1, "gave free memory back to the system");
}

#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
fn give_back() {}

#[cfg(test)]
mod tests {
    use super::*;

    impl Memory {
        /// How often memory was given back.
        fn times(&self) -> u64 {
            self.0.given_back.load(Ordering::Relaxed)
        }
    }

    /// Lets a time pass that is long enough for whatever is to happen; the clock stands still while anything is done.
    async fn later() {
        tokio::time::sleep(10 * REST).await;
    }

    #[tokio::test(start_paused = true)]
    async fn memory_is_given_back_once_after_much_work_and_not_after_little() {
        for (pieces, times) in [
            (&[MUCH - 1][..], 0),
            (&[MUCH], 1),
            (&[1, MUCH - 2], 0),
            (&[MUCH / 2, MUCH / 2], 1),
            (&[MUCH, 5 * MUCH, 1, MUCH], 1),
        ] {
            let memory = Memory::of(|| ());
            for &steps in pieces {
                memory.note(steps, || true);
            }
            assert_eq!(memory.times(), 0, "{pieces:?}: before the rest");
            later().await;
            assert_eq!(memory.times(), times, "{pieces:?}");
            memory.note(MUCH, || true);
            later().await;
            assert_eq!(memory.times(), times + 1, "{pieces:?}, and again");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn memory_is_not_given_back_while_work_is_being_done() {
        let busy = Arc::new(AtomicBool::new(true));
        let memory = Memory::of(|| ());
        let works = Arc::clone(&busy);
        memory.note(MUCH, move || !works.load(Ordering::Relaxed));
        later().await;
        assert_eq!(memory.times(), 0);
        busy.store(false, Ordering::Relaxed);
        later().await;
        assert_eq!(memory.times(), 1);
    }

    #[test]
    fn the_allocator_can_be_told() {
        let kept = vec![7_u8; 1 << 20];
        give_back();
        assert!(kept.iter().all(|&byte| byte == 7));
    }
}
