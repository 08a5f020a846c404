//! Deciding again when another writer came first.

use std::future::Future;

use super::{RegistryError, Result};
use crate::observe::meters::METERS;

/// How often a decision is made again. Every time someone else made progress.
const MAX_ATTEMPTS: u32 = 100;

/// Makes attempts until one is not lost: each reads, decides and writes, and answers `None` when the store refused it
/// because another writer came first.
///
/// # Errors
/// [`RegistryError::Contention`] when too many were lost, and whatever an attempt fails with.
pub(super) async fn until_written<T, F>(mut attempt: impl FnMut() -> F) -> Result<T>
where
    F: Future<Output = Result<Option<T>>>,
{
    for _ in 0..MAX_ATTEMPTS {
        if let Some(answer) = attempt().await? {
            return Ok(answer);
        }
        METERS.conflicts.inc();
    }
    Err(RegistryError::Contention)
}
