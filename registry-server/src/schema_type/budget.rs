//! Reading and comparing within a budget of steps.

pub use avro_model::budget::{Budget, Stopped};

use super::InvalidText;

/// Why a text was not read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// It is no schema of its language.
    #[error(transparent)]
    Invalid(#[from] InvalidText),
    /// The budget ended. What was found out until then counts for nothing.
    #[error(transparent)]
    Stopped(#[from] Stopped),
}

/// The result of work within a budget, if that did not end meanwhile. Work that ended early may look like a result or like
/// an error of the text; this is the one place that tells them apart.
pub(super) fn counted<T, E>(budget: &Budget, done: Result<T, E>) -> Result<T, ReadError>
where
    ReadError: From<E>,
{
    budget.check()?;
    Ok(done?)
}

/// Does work without a limit.
pub(super) fn unlimited<T>(work: impl FnOnce(&Budget) -> Result<T, ReadError>) -> Result<T, InvalidText> {
    work(&Budget::unlimited()).map_err(|error| match error {
        ReadError::Invalid(error) => error,
        ReadError::Stopped(_) => unreachable!("an unlimited budget does not end"),
    })
}

/// The same for work that has no other error.
pub(super) fn endless<T>(work: impl FnOnce(&Budget) -> Result<T, Stopped>) -> T {
    work(&Budget::unlimited()).expect("an unlimited budget does not end")
}
