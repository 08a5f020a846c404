//! What a consumer has handled so far, for those who wait for more.

use super::within;
use crate::Result;
use std::sync::Arc;
use tokio::sync::watch;

/// Records that were handled, by partition and offset, in the order in which they were.
#[derive(Debug, Clone)]
pub(super) struct Seen<T>(Arc<watch::Sender<Vec<T>>>);

impl<T: Clone + Send + Sync> Seen<T> {
    /// Nothing yet.
    pub(super) fn new() -> Self {
        Self(Arc::new(watch::Sender::new(Vec::new())))
    }

    /// One more.
    pub(super) fn push(&self, value: T) {
        self.0.send_modify(|all| all.push(value));
    }

    /// All of them.
    pub(super) fn all(&self) -> Vec<T> {
        self.0.borrow().clone()
    }

    /// Waits until it is enough.
    pub(super) async fn until(&self, what: &str, enough: impl Fn(&[T]) -> bool) -> Result<()> {
        within(what, self.0.subscribe().wait_for(|all| enough(all))).await??;
        Ok(())
    }
}
