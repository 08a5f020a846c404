//! The time that one message may wait for the registry.

use crate::registry::RegistryError;
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::time::timeout;

/// A message's share of patience, unless options say otherwise.
pub(crate) const DEFAULT: Duration = Duration::from_secs(20);

/// The outcome of `question`, unless it takes longer than `limit`. Outside of a runtime there is no clock to wait by, and
/// nothing of the HTTP client's to wait for.
pub(crate) async fn within<T, E: From<RegistryError>>(
    limit: Duration,
    question: impl Future<Output = Result<T, E>>,
) -> Result<T, E> {
    if Handle::try_current().is_err() {
        return question.await;
    }
    match timeout(limit, question).await {
        Ok(answer) => answer,
        Err(_) => Err(RegistryError::OutOfTime { limit }.into()),
    }
}
