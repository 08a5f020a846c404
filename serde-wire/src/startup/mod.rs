//! The start-up check: can this program read what lies on its topics, and would the registry take what it writes?
//!
//! A consumer that meets a schema that it cannot read finds out with the first message of it, perhaps at night. A
//! [`StartupCheck`] asks beforehand, in one call, before the service joins its consumer group: for each subject which
//! live versions the compiled type reads, which it does not and why, and for each writer whether its schema is registered,
//! would be accepted or is refused. Nothing is registered by it.
//!
//! ```no_run
//! use serde_wire::registry::RegistryClient;
//! use serde_wire::startup::StartupCheck;
//! use serde_wire::subject::Role;
//! use serde_wire::{DeserializerOptions, SerializerOptions};
//! use std::sync::Arc;
//!
//! # type Rating = String;
//! # type Alert = String;
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let registry = Arc::new(RegistryClient::builder(["http://localhost:8081"]).build()?);
//! let report = StartupCheck::new(registry)
//!     .reads::<i64>("ratings", Role::Key, &DeserializerOptions::default())
//!     .reads::<Rating>("ratings", Role::Value, &DeserializerOptions::default())
//!     .writes::<Alert>("alerts", Role::Value, &SerializerOptions::default())
//!     .run()
//!     .await? // the registry did not answer: start anyway, or try again
//!     .into_result()?; // something cannot be read or written: the error says what, and what to change
//! println!("{report}");
//! # Ok(()) }
//! ```
//!
//! In code that is not async, `blocking.wait(check.run())` waits for it: see the module `blocking`.

mod error;
mod reader;
mod report;

pub use crate::resolve::{Obstacle, Obstacles};
pub use error::{NotReady, StartupError};
pub use report::{Acceptance, Readability, ReaderReport, StartupReport, VersionReport, WriterReport};

use crate::codec::AvroSchema;
use crate::context::qualified;
use crate::deadline::within;
use crate::registry::{RegistryError, SchemaRegistry};
use crate::serializer::Candidate;
use crate::subject::Role;
use crate::{DeserializerOptions, SerializeError, SerializerOptions};
use reader::{Place, Reader};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// The time for a whole check, unless another one is set.
const DEFAULT_DEADLINE: Duration = Duration::from_secs(60);

/// What a service reads and writes, to be checked before it starts. The [module](self) has an example.
pub struct StartupCheck {
    registry: Arc<dyn SchemaRegistry>,
    readers: Vec<Reader>,
    writers: Vec<Result<Candidate, SerializeError>>,
    deleted: bool,
    deadline: Duration,
}

impl StartupCheck {
    /// A check of nothing so far.
    pub fn new(registry: Arc<dyn SchemaRegistry>) -> Self {
        let (readers, writers) = (Vec::new(), Vec::new());
        Self { registry, readers, writers, deleted: false, deadline: DEFAULT_DEADLINE }
    }

    /// Checks all versions of the subject of that half of the topic's records, for a [`Deserializer<T>`](crate::Deserializer) with
    /// these options. The subject is the one that a writer of `T` would name by the strategy.
    #[must_use]
    pub fn reads<T: AvroSchema>(mut self, topic: &str, role: Role, options: &DeserializerOptions) -> Self {
        self.readers.push(Reader::of::<T>(Place::Topic(topic.to_owned(), role), options));
        self
    }

    /// Checks all versions of that subject, whatever topic it is for. The options' context goes before it.
    #[must_use]
    pub fn reads_subject<T: AvroSchema>(mut self, subject: &str, options: &DeserializerOptions) -> Self {
        let subject = qualified(&options.context, subject);
        self.readers.push(Reader::of::<T>(Place::Subject(subject), options));
        self
    }

    /// Checks whether a [`Serializer<T>`](crate::Serializer) with these options would be given an id: the schema is registered, or
    /// the options register it and the registry would accept it, or the version that they choose fits the type.
    #[must_use]
    pub fn writes<T: AvroSchema>(mut self, topic: &str, role: Role, options: &SerializerOptions) -> Self {
        self.writers.push(Candidate::of::<T>(Arc::clone(&self.registry), topic, role, options));
        self
    }

    /// Checks versions that were deleted softly as well: their data may still lie on the topic. Off by default.
    #[must_use]
    pub fn with_deleted(mut self, deleted: bool) -> Self {
        self.deleted = deleted;
        self
    }

    /// This check with another deadline for all of it; 60 s by default.
    #[must_use]
    pub fn with_deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// Asks the registry and gives its verdict, which may be that nothing is as it should be: see
    /// [`into_result`](StartupReport::into_result).
    ///
    /// # Errors
    /// There is no verdict, since the registry did not answer or knows no such questions.
    pub async fn run(&self) -> Result<StartupReport, StartupError> {
        within(self.deadline, self.ask()).await.map_err(|error| match error {
            StartupError::Registry { answer: RegistryError::OutOfTime { .. }, subject }
                if subject.is_empty() =>
            {
                StartupError::OutOfTime { limit: self.deadline }
            }
            error => error,
        })
    }

    async fn ask(&self) -> Result<StartupReport, StartupError> {
        let mut report = StartupReport { readers: Vec::new(), writers: Vec::new() };
        for reader in &self.readers {
            report.readers.extend(reader.check(&*self.registry, self.deleted).await?);
        }
        for writer in &self.writers {
            report.writers.push(match writer {
                Ok(candidate) => {
                    let acceptance = candidate.acceptance().await?;
                    let subject = candidate.subject().to_owned();
                    WriterReport { subject, schema: candidate.name.clone(), acceptance }
                }
                Err(error) => WriterReport {
                    subject: String::new(),
                    schema: String::new(),
                    acceptance: Acceptance::Refused { reasons: vec![error.to_string()] },
                },
            });
        }
        Ok(report)
    }
}

impl fmt::Debug for StartupCheck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("StartupCheck");
        debug.field("readers", &self.readers.len()).field("writers", &self.writers.len());
        debug.field("deleted", &self.deleted).field("deadline", &self.deadline).finish_non_exhaustive()
    }
}
