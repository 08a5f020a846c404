//! The errors between a client and a registry.

use std::time::Duration;

/// A question to the registry was not answered with a schema.
///
/// Cheap to clone: one answer may go to many callers who asked the same.
///
/// ```
/// use serde_wire::registry::{MockRegistry, SchemaRegistry, VersionSelector};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let registry = MockRegistry::new();
/// let unknown = registry.version("names-value", VersionSelector::Latest).await.unwrap_err();
/// assert_eq!((unknown.status(), unknown.code(), unknown.is_retriable()), (Some(404), Some(40401), false));
/// registry.set_away(true);
/// let away = registry.version("names-value", VersionSelector::Latest).await.unwrap_err();
/// assert!(away.is_retriable() && away.code().is_none());
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RegistryError {
    /// The registry understood and said no.
    #[error("{url} answered {status}, error code {code}: {message}")]
    Refused {
        /// The server that answered.
        url: String,
        /// The HTTP status.
        status: u16,
        /// The registry's own code, such as 40403 or 40901; the status again when the body carried none, which is so for
        /// refusals of the caller alone (401, 403, 407, 408, 425, 429).
        code: i32,
        /// The registry's text.
        message: String,
    },
    /// No server gave an answer, after all retries.
    #[error("no registry answered after {attempts} attempts, the last of them at {url}: {reason}")]
    Unavailable {
        /// The server that was asked last.
        url: String,
        /// How many requests were sent.
        attempts: u32,
        /// The failure of the last one.
        reason: String,
    },
    /// The time for the whole question, retries included, ran out.
    #[error(
        "no registry answered within {limit:?} ({attempts} attempts, the last of them at {url}): {reason}"
    )]
    DeadlineExceeded {
        /// The server that was asked last.
        url: String,
        /// The time that was allowed.
        limit: Duration,
        /// How many requests were sent.
        attempts: u32,
        /// The failure of the last one.
        reason: String,
    },
    /// There is no token to ask the registry with: the endpoint of the
    /// [`ClientCredentials`](super::ClientCredentials) does not answer, or refuses them.
    #[error("no token to ask the registry with could be had from {url}: {reason}")]
    NoToken {
        /// The endpoint.
        url: String,
        /// What it answered, or why it did not.
        reason: String,
    },
    /// One serialization or deserialization may take no longer. Behind a [`CachedRegistry`](super::CachedRegistry) the
    /// question that it asked goes on, and its answer is there for whoever comes next.
    #[error(
        "the registry did not answer within {limit:?}, which is all the time that the options allow for one message"
    )]
    OutOfTime {
        /// The time that was allowed.
        limit: Duration,
    },
    /// There is no tokio runtime to ask from.
    #[error(
        "the registry cannot be asked outside of a tokio runtime: await this inside of one, or use \
         serde_wire::blocking::Blocking (feature `blocking`)"
    )]
    NoRuntime,
    /// Something answered that is not a schema registry, or a newer one than this client understands: a body that is
    /// none of a registry's, or a refusal without its error code, as proxies and web servers send them.
    #[error("{url} gave an answer that is no registry's: {reason}")]
    NotARegistry {
        /// The server that answered.
        url: String,
        /// The problem of the answer.
        reason: String,
    },
    /// The subject cannot stand in a URL.
    #[error("subject {0:?} cannot be asked for: a subject must not be \".\" or \"..\"")]
    UnusableSubject(String),
    /// Messages name no schema, and neither is there a subject whose latest version could be theirs: the strategy names it after a
    /// record.
    #[error(
        "the messages name no schema, and the subject of the topic is not known, since it is named after a record: name \
         it after the topic, or give the schema by UnframedSchema::Id or UnframedSchema::Guid"
    )]
    NoSubject,
    /// Messages name no schema, and the one that is theirs by the options is not in the registry, or not yet.
    #[error(
        "the messages name no schema, and the one that is theirs by the options is not in the registry: {answer}; register \
         it, or mend the topic, the context or the schema of the options"
    )]
    NoUnframedSchema {
        /// The registry's answer.
        answer: String,
    },
    /// The implementation of [`SchemaRegistry`](super::SchemaRegistry) has no answer to this kind of question.
    #[error("this registry cannot be asked for {0}")]
    Unsupported(&'static str),
}

impl RegistryError {
    /// True when asking again later may help: the message that led here is not at fault.
    pub fn is_retriable(&self) -> bool {
        match self {
            Self::Unavailable { .. } | Self::DeadlineExceeded { .. } | Self::OutOfTime { .. } => true,
            // The program or its settings are at fault, and no message.
            Self::NoRuntime | Self::NoToken { .. } | Self::NoSubject | Self::NoUnframedSchema { .. } => true,
            // Credentials are renewed and proxies repaired; the message stays the same.
            Self::NotARegistry { .. } => true,
            Self::Refused { status, .. } => is_about_the_caller(*status),
            Self::UnusableSubject(_) | Self::Unsupported(_) => false,
        }
    }

    /// True when nobody answered, so that what was heard before is the best that is known. Whoever is refused, or hears somebody else, has
    /// an answer.
    pub(crate) fn is_away(&self) -> bool {
        matches!(self, Self::Unavailable { .. } | Self::DeadlineExceeded { .. } | Self::OutOfTime { .. })
    }

    /// True when the registry decided on the question itself, so that the answer may be remembered for a while.
    pub(crate) fn is_definitive(&self) -> bool {
        matches!(self, Self::Refused { .. }) && !self.is_retriable()
    }

    /// The registry's error code, when it gave an answer.
    pub fn code(&self) -> Option<i32> {
        if let Self::Refused { code, .. } = self { Some(*code) } else { None }
    }

    /// The HTTP status, when the registry gave an answer.
    pub fn status(&self) -> Option<u16> {
        if let Self::Refused { status, .. } = self { Some(*status) } else { None }
    }
}

/// Statuses that say something about who asked and how often, and nothing about the question.
pub(super) fn is_about_the_caller(status: u16) -> bool {
    matches!(status, 401 | 403 | 407 | 408 | 425 | 429)
}
