//! Why there is no verdict, and a verdict that is an error.

use super::StartupReport;
use crate::registry::{ReferenceError, RegistryError};
use std::fmt;
use std::time::Duration;

/// Why there is no verdict. That something cannot be read or written is none of these, but a part of the
/// [`StartupReport`].
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum StartupError {
    /// The registry did not answer about that subject.
    #[error("cannot check subject {subject:?}: {answer}")]
    Registry {
        /// The subject.
        subject: String,
        /// The registry's answer.
        answer: RegistryError,
    },
    /// The registry did not give a schema that a version of that subject refers to.
    #[error("cannot check subject {subject:?}: {error}")]
    Reference {
        /// The subject.
        subject: String,
        /// Which reference, and the registry's answer.
        error: Box<ReferenceError>,
    },
    /// The whole check may take no longer.
    #[error(
        "the check did not end within {limit:?}: the registry is slow, or the subjects have many versions; \
         StartupCheck::with_deadline allows more"
    )]
    OutOfTime {
        /// The time that was allowed.
        limit: Duration,
    },
}

impl StartupError {
    /// True when asking again later may help.
    pub fn is_retriable(&self) -> bool {
        match self {
            Self::Registry { answer, .. } => answer.is_retriable(),
            Self::Reference { error, .. } => error.is_retriable(),
            Self::OutOfTime { .. } => true,
        }
    }
}

impl From<RegistryError> for StartupError {
    fn from(answer: RegistryError) -> Self {
        Self::Registry { subject: String::new(), answer }
    }
}

/// The report of a check that found something that cannot be read or written; its text is the report's.
#[derive(Clone, PartialEq, thiserror::Error)]
#[error("{0}")]
pub struct NotReady(pub StartupReport);

/// The text: a `main` that ends with this error prints it so.
impl fmt::Debug for NotReady {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
