//! The verdict of a check, in fields for programs and as a text for people.

use super::{NotReady, Obstacles};
use crate::DeserializeErrorKind;
use crate::frame::SchemaId;
use std::fmt;

/// The verdict of a [`StartupCheck`](super::StartupCheck). Its text has a line for each subject and version, with reasons
/// and advice below what is not as it should be.
///
/// ```
/// use serde_wire::registry::MockRegistry;
/// use serde_wire::startup::{Acceptance, StartupCheck};
/// use serde_wire::subject::Role;
/// use serde_wire::{DeserializerOptions, SerializerOptions};
/// use std::sync::Arc;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let report = StartupCheck::new(Arc::new(MockRegistry::new())) // a RegistryClient
///     .reads::<String>("names", Role::Value, &DeserializerOptions::default())
///     .writes::<String>("names", Role::Value, &SerializerOptions::default())
///     .run()
///     .await?;
/// assert!(report.is_ready() && report.reads_everything());
/// assert_eq!(report.writers[0].acceptance, Acceptance::WouldBeAccepted);
/// assert_eq!(report.readers[0].versions.len(), 0, "nobody has registered one yet");
/// # Ok(()) }
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct StartupReport {
    /// What was asked by `reads` and `reads_subject`, in that order; with a strategy that asks the registry for names, one for each
    /// name.
    pub readers: Vec<ReaderReport>,
    /// What was asked by `writes`, in that order.
    pub writers: Vec<WriterReport>,
}

/// The versions of one subject beside one type.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ReaderReport {
    /// The subject, with its context.
    pub subject: String,
    /// The full name of the type's schema.
    pub schema: String,
    /// The versions, ascending; none when nobody has registered one yet, which is no obstacle.
    pub versions: Vec<VersionReport>,
}

/// One version of a subject beside one type.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct VersionReport {
    /// The number of the version, from 1.
    pub version: u32,
    /// The id of its schema, as it stands in messages.
    pub id: Option<SchemaId>,
    /// True when it was deleted softly.
    pub deleted: bool,
    /// How much of its data the type reads.
    pub readability: Readability,
}

/// How much of the data of a version a type reads.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Readability {
    /// All of it.
    Everything,
    /// Not the values that have something there that the type has no place for: a branch of a union, a symbol, text that is none;
    /// or that it takes for others: those of a logical type of another unit or scale.
    NotAll(Obstacles),
    /// None of it.
    Nothing {
        /// What the deserializer would say of each message.
        error: DeserializeErrorKind,
        /// Where, and what to change, when the schemas do not fit.
        obstacles: Obstacles,
    },
}

/// A schema to write with.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct WriterReport {
    /// The subject, with its context; empty when it cannot be named.
    pub subject: String,
    /// The full name of the type's schema; empty when that is none.
    pub schema: String,
    /// The registry's opinion.
    pub acceptance: Acceptance,
}

/// Whether a serializer would be given an id for its schema.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Acceptance {
    /// The schema that it would write with is there.
    Registered {
        /// Its id.
        id: Option<SchemaId>,
        /// Its version under the subject, where the registry says so.
        version: Option<u32>,
    },
    /// It is not there yet, and the registry finds it compatible. Nothing else is asked: registering is refused all the same where
    /// the subject's mode is `READONLY` or `IMPORT`, or where the right to write is missing.
    WouldBeAccepted,
    /// It would be refused.
    Refused {
        /// The registry's reasons, or those of this crate.
        reasons: Vec<String>,
    },
}

impl StartupReport {
    /// True when the service can start: of each version it reads at least some values, and each of its schemas is registered
    /// or would be.
    pub fn is_ready(&self) -> bool {
        let of_some = |version: &VersionReport| !matches!(version.readability, Readability::Nothing { .. });
        self.readers.iter().flat_map(|reader| &reader.versions).all(of_some)
            && self.writers.iter().all(|writer| !matches!(writer.acceptance, Acceptance::Refused { .. }))
    }

    /// True when every value of every version can be read.
    pub fn reads_everything(&self) -> bool {
        let mut versions = self.readers.iter().flat_map(|reader| &reader.versions);
        versions.all(|version| version.readability == Readability::Everything)
    }

    /// This report if it [is ready](Self::is_ready), for a `main` that ends where it is not.
    ///
    /// # Errors
    /// It is not; the error's text is the report.
    pub fn into_result(self) -> Result<Self, Box<NotReady>> {
        if self.is_ready() { Ok(self) } else { Err(Box::new(NotReady(self))) }
    }
}

impl Readability {
    pub(super) fn nothing(error: DeserializeErrorKind) -> Self {
        Self::Nothing { error, obstacles: Obstacles::default() }
    }
}

impl fmt::Display for StartupReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_ready() { "ready" } else { "not ready" })?;
        for reader in &self.readers {
            write!(f, "\n{reader}")?;
        }
        for writer in &self.writers {
            write!(f, "\n{writer}")?;
        }
        Ok(())
    }
}

impl fmt::Display for ReaderReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, read as {}:", self.subject, self.schema)?;
        if self.versions.is_empty() {
            f.write_str(" no version yet")?;
        }
        for version in &self.versions {
            write!(f, "\n  {version}")?;
        }
        Ok(())
    }
}

impl fmt::Display for VersionReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "version {}", self.version)?;
        match (self.id, self.deleted) {
            (Some(id), true) => write!(f, " (id {id}, deleted)")?,
            (Some(id), false) => write!(f, " (id {id})")?,
            (None, true) => f.write_str(" (deleted)")?,
            (None, false) => (),
        }
        match &self.readability {
            Readability::Everything => f.write_str(": all of it"),
            Readability::NotAll(obstacles) => {
                f.write_str(": not all of it")?;
                indented(f, obstacles)
            }
            Readability::Nothing { error, obstacles } if obstacles.places.is_empty() => {
                write!(f, ": nothing of it: {error}")
            }
            Readability::Nothing { obstacles, .. } => {
                f.write_str(": nothing of it")?;
                indented(f, obstacles)
            }
        }
    }
}

impl fmt::Display for WriterReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, written as {}: {}", self.subject, self.schema, self.acceptance)
    }
}

impl fmt::Display for Acceptance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Registered { id, version } => {
                f.write_str("registered")?;
                if let Some(version) = version {
                    write!(f, " as version {version}")?;
                }
                id.map_or(Ok(()), |id| write!(f, " (id {id})"))
            }
            Self::WouldBeAccepted => f.write_str("not registered yet, and would be accepted"),
            Self::Refused { reasons } => {
                f.write_str("refused")?;
                reasons.iter().try_for_each(|reason| write!(f, "\n    {reason}"))
            }
        }
    }
}

fn indented(f: &mut fmt::Formatter<'_>, obstacles: &Obstacles) -> fmt::Result {
    obstacles.to_string().lines().try_for_each(|line| write!(f, "\n    {line}"))
}
