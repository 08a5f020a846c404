//! A registry in memory, for tests of producers and consumers without a network.

mod answers;
mod candidate;
mod level;
mod name;
mod refusal;
mod state;

pub use level::CompatibilityLevel;

use super::{
    CompatibilityVerdict, NewSchema, RegisteredSchema, RegistryError, SchemaRegistry, VersionSelector,
};
use crate::frame::{Guid, SchemaId};
use crate::subject::Role;
use async_trait::async_trait;
use name::canonical;
use refusal::URL;
use state::State;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A registry in the process: versions, ids and GUIDs as a real one gives them, compatibility by the same rules and in the same
/// words, references, contexts, deletion, with the same errors. A test of this project puts the same questions to it and to
/// `registry-server`. It needs no runtime, and can be told to be away.
///
/// It has Avro alone, no mode but `READONLY` of a subject, and neither metadata nor rules; a schema of another type, or one with rules, is put in as
/// it would come back by [`put`](Self::put).
///
/// ```
/// use serde_wire::registry::{CompatibilityLevel, MockRegistry};
/// use serde_wire::subject::Role;
/// use serde_wire::{Deserializer, DeserializerOptions, Serializer, SerializerOptions};
/// use std::sync::Arc;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let registry = Arc::new(MockRegistry::new());
/// registry.set_level("names-value", CompatibilityLevel::FullTransitive);
/// let serializer = Serializer::new(registry.clone(), "names", Role::Value, &SerializerOptions::default())?;
/// let deserializer = Deserializer::new(registry.clone(), "names", Role::Value, &DeserializerOptions::default());
///
/// let mut payload = Vec::new();
/// serializer.serialize_into(&"Ada".to_owned(), &mut payload).await?;
/// registry.set_away(true); // what is known goes on
/// serializer.serialize_into(&"Grace".to_owned(), &mut Vec::new()).await?;
/// assert!(deserializer.deserialize(&payload).await.is_err_and(|error| error.is_retriable()));
/// registry.set_away(false);
/// let read: String = deserializer.deserialize(&payload).await?;
/// assert_eq!(read, "Ada");
/// # Ok(()) }
/// ```
#[derive(Debug, Default)]
pub struct MockRegistry {
    state: Mutex<State>,
}

impl MockRegistry {
    /// A registry without subjects, whose level is `BACKWARD`.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the compatibility level of a subject.
    pub fn set_level(&self, subject: &str, level: CompatibilityLevel) {
        self.state().levels.insert(canonical(subject), level);
    }

    /// Lets a subject take no new versions, as in the mode `READONLY`, or again.
    pub fn set_read_only(&self, subject: &str, read_only: bool) {
        let (mut state, subject) = (self.state(), canonical(subject));
        if read_only {
            state.read_only.insert(subject);
        } else {
            state.read_only.remove(&subject);
        }
    }

    /// Lets every question fail as if no server answered, or no more.
    pub fn set_away(&self, away: bool) {
        self.state().away = away;
    }

    /// How many questions were asked so far, those that failed among them.
    pub fn questions(&self) -> usize {
        self.state().questions
    }

    /// Associates the subject with one half of the topic's records, in a Kafka cluster (`-` for any).
    pub fn associate(&self, cluster: &str, topic: &str, role: Role, subject: &str) {
        let key = (cluster.to_owned(), topic.to_owned(), role);
        self.state().associations.entry(key).or_default().push(subject.to_owned());
    }

    /// Puts in a next version of the subject as it is: of any type, with any rules, compatible or not. It gets id, GUID and
    /// number unless it has them.
    pub fn put(&self, subject: &str, schema: RegisteredSchema) -> Arc<RegisteredSchema> {
        self.state().put(subject, schema)
    }

    /// Deletes a version softly, as a registry does: it is not looked up any more, but data of it is still read.
    ///
    /// # Errors
    /// [`RegistryError::Refused`] with code 40401 or 40402 when it is not there, 40406 when it is deleted already, and 42206 when
    /// another version that is not deleted refers to it.
    pub fn delete_version(&self, subject: &str, number: u32) -> Result<(), RegistryError> {
        self.state().delete(subject, number)
    }

    /// The registry, unless it is away.
    fn ask(&self) -> Result<MutexGuard<'_, State>, RegistryError> {
        let mut state = self.state();
        state.questions += 1;
        if state.away {
            let reason = "the mock registry was told to be away".to_owned();
            return Err(RegistryError::Unavailable { url: URL.to_owned(), attempts: 1, reason });
        }
        Ok(state)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl SchemaRegistry for MockRegistry {
    async fn schema_by_id(
        &self,
        id: SchemaId,
        subject: Option<&str>,
    ) -> Result<Arc<RegisteredSchema>, RegistryError> {
        self.ask()?.by_id(id, subject)
    }

    async fn schema_by_guid(&self, guid: Guid) -> Result<Arc<RegisteredSchema>, RegistryError> {
        self.ask()?.by_guid(guid)
    }

    async fn register(
        &self,
        subject: &str,
        schema: &NewSchema,
        normalize: bool,
    ) -> Result<Arc<RegisteredSchema>, RegistryError> {
        self.ask()?.register(subject, schema, normalize)
    }

    async fn lookup(
        &self,
        subject: &str,
        schema: &NewSchema,
        normalize: bool,
    ) -> Result<Arc<RegisteredSchema>, RegistryError> {
        self.ask()?.lookup(subject, schema, normalize)
    }

    async fn version(
        &self,
        subject: &str,
        version: VersionSelector,
    ) -> Result<Arc<RegisteredSchema>, RegistryError> {
        self.ask()?.version(subject, version)
    }

    async fn associated_subjects(
        &self,
        cluster: &str,
        topic: &str,
        role: Role,
    ) -> Result<Vec<String>, RegistryError> {
        let state = self.ask()?;
        let of = |(of, name, half): &(String, String, Role)| {
            (cluster == "-" || of == cluster) && name == topic && *half == role
        };
        let found = state.associations.iter().filter(|(key, _)| of(key));
        Ok(found.flat_map(|(_, subjects)| subjects.clone()).collect())
    }

    async fn version_numbers(&self, subject: &str, deleted: bool) -> Result<Vec<u32>, RegistryError> {
        self.ask()?.numbers(subject, deleted)
    }

    async fn closed_for_writing(&self, subject: &str) -> Result<Option<String>, RegistryError> {
        let is_closed = self.ask()?.read_only.contains(&canonical(subject));
        Ok(is_closed.then(|| "the mode READONLY".to_owned()))
    }

    async fn would_accept(
        &self,
        subject: &str,
        schema: &NewSchema,
        normalize: bool,
    ) -> Result<CompatibilityVerdict, RegistryError> {
        self.ask()?.would_accept(subject, schema, normalize)
    }
}
