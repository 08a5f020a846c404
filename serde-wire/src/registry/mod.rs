//! The registry as a producer or consumer sees it.
//!
//! * [`SchemaRegistry`] is what the serializers need: five questions, and five that few ask. Implement it for a
//!   registry of your own, or for a test.
//! * [`HttpRegistry`] asks a Confluent-compatible server over HTTP, with failover, hedging, bounded retries, deadlines
//!   and credentials, OAuth's among them ([`ClientCredentials`]).
//! * [`CachedRegistry`] puts caches and single flight before any other.
//! * [`MockRegistry`] is one in memory, for tests.
//! * [`RegistryClient`] is [`HttpRegistry`] behind [`CachedRegistry`], which is what an application wants:
//!
//! ```
//! use serde_wire::registry::{Auth, RegistryClient};
//! use std::time::Duration;
//!
//! let registry = RegistryClient::builder(["https://registry-a:8081", "https://registry-b:8081"])
//!     .auth(Auth::basic("pipeline", "secret"))
//!     .deadline(Duration::from_secs(10))
//!     .cool_down(Duration::from_secs(1))
//!     .build()?;
//! # Ok::<(), serde_wire::registry::ClientConfigError>(())
//! ```
//!
//! Nothing is global: caches live in the client that was built, so schema ids of two registries never mix.

mod cached;
mod error;
mod flight;
mod http;
mod mock;
mod references;
mod rules;
mod schema;

pub use cached::{CachePolicy, CachedRegistry, WarmUp};
#[cfg(feature = "lock-file")]
pub use cached::{LockFile, LockFileError, LockedVersion};
pub use error::RegistryError;
pub use http::{
    Auth, ClientConfigError, ClientCredentials, CompatibilityConfig, CompatibilityVerdict, HttpRegistry,
    HttpRegistryBuilder, RetryPolicy, TlsBackend,
};
pub use mock::{CompatibilityLevel, MockRegistry};
pub use references::{ReferenceError, resolve_references};
/// The HTTP client that [`HttpRegistryBuilder::http_client`] takes.
pub use reqwest;
pub(crate) use rules::describe_rules;
pub use rules::{Rule, RuleKind, RuleMode, RuleSet};
pub use schema::{NewSchema, RegisteredSchema, SchemaReference, VersionSelector};

use crate::frame::{Guid, SchemaId};
use crate::subject::Role;
use async_trait::async_trait;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The client that an application wants: [`HttpRegistry`] behind [`CachedRegistry`].
///
/// ```
/// use serde_wire::registry::{Auth, RegistryClient};
/// use std::sync::Arc;
///
/// // One for the program; serializers and deserializers share it, with what it remembers.
/// let registry = Arc::new(RegistryClient::builder(["https://registry:8081"]).auth(Auth::basic("billing", "secret")).build()?);
/// # drop(registry);
/// # Ok::<(), serde_wire::registry::ClientConfigError>(())
/// ```
pub type RegistryClient = CachedRegistry<HttpRegistry>;

/// A schema registry, as serializers and deserializers ask it.
///
/// Every question may be asked again: registering what is registered answers the same id.
///
/// Each method must come to an end by itself, with an error where no answer comes: behind a [`CachedRegistry`] a question
/// outlives the message that asked it, and its task stays until the method returns.
///
/// ```
/// use serde_wire::registry::{MockRegistry, NewSchema, RegistryError, SchemaRegistry, VersionSelector};
///
/// /// Works with every registry.
/// async fn latest_text(registry: &dyn SchemaRegistry, subject: &str) -> Result<String, RegistryError> {
///     Ok(registry.version(subject, VersionSelector::Latest).await?.text.clone())
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), RegistryError> {
/// let registry = MockRegistry::new();
/// registry.register("names-value", &NewSchema::avro("\"string\""), false).await?;
/// assert_eq!(latest_text(&registry, "names-value").await?, "\"string\"");
/// # Ok(()) }
/// ```
#[async_trait]
pub trait SchemaRegistry: Send + Sync {
    /// The schema of that id. Ids are unique within a context; that of `subject` is looked in, the default one without.
    ///
    /// # Errors
    /// [`RegistryError::Refused`] with code 40403 when there is no such id; any other when the registry did not answer.
    async fn schema_by_id(
        &self,
        id: SchemaId,
        subject: Option<&str>,
    ) -> Result<Arc<RegisteredSchema>, RegistryError>;

    /// The schema of that content hash, in whatever context.
    ///
    /// # Errors
    /// As [`SchemaRegistry::schema_by_id`].
    async fn schema_by_guid(&self, guid: Guid) -> Result<Arc<RegisteredSchema>, RegistryError>;

    /// Registers the schema under the subject, or finds it there.
    ///
    /// # Errors
    /// [`RegistryError::Refused`] when it is incompatible (409) or invalid (422).
    async fn register(
        &self,
        subject: &str,
        schema: &NewSchema,
        normalize: bool,
    ) -> Result<Arc<RegisteredSchema>, RegistryError>;

    /// Finds the schema under the subject, and never registers it.
    ///
    /// # Errors
    /// [`RegistryError::Refused`] with code 40401 or 40403 when it is not there.
    async fn lookup(
        &self,
        subject: &str,
        schema: &NewSchema,
        normalize: bool,
    ) -> Result<Arc<RegisteredSchema>, RegistryError>;

    /// One version of the subject, deleted ones included when asked for by number.
    ///
    /// # Errors
    /// [`RegistryError::Refused`] with code 40401 or 40402 when it is not there.
    async fn version(
        &self,
        subject: &str,
        version: VersionSelector,
    ) -> Result<Arc<RegisteredSchema>, RegistryError>;

    /// The latest version of the subject, as [`version`](Self::version) gives it, but never one of which only is known that it was
    /// the latest before the registry went away: data is read by it that does not say what wrote it. A registry that remembers
    /// nothing need not write it.
    ///
    /// # Errors
    /// As [`version`](Self::version).
    async fn confirmed_latest(&self, subject: &str) -> Result<Arc<RegisteredSchema>, RegistryError> {
        self.version(subject, VersionSelector::Latest).await
    }

    /// The latest version of the subject whose metadata has all of these properties. A registry that was not written for
    /// it says that it cannot tell.
    ///
    /// # Errors
    /// [`RegistryError::Refused`] with code 40401 or 40402 when there is none.
    async fn latest_with_metadata(
        &self,
        _subject: &str,
        _metadata: &BTreeMap<String, String>,
    ) -> Result<Arc<RegisteredSchema>, RegistryError> {
        Err(RegistryError::Unsupported("versions by metadata"))
    }

    /// The subjects that are associated with that half of a topic's records, in that Kafka cluster (`-` for any); none
    /// where the registry keeps no associations.
    ///
    /// # Errors
    /// When the registry did not answer.
    async fn associated_subjects(
        &self,
        _cluster: &str,
        _topic: &str,
        _role: Role,
    ) -> Result<Vec<String>, RegistryError> {
        Ok(Vec::new())
    }

    /// The numbers of the subject's versions, ascending; with `deleted`, of those that were deleted softly too. A registry
    /// that was not written for it says that it cannot tell.
    ///
    /// # Errors
    /// [`RegistryError::Refused`] with code 40401 for an unknown subject.
    async fn version_numbers(&self, _subject: &str, _deleted: bool) -> Result<Vec<u32>, RegistryError> {
        Err(RegistryError::Unsupported("the numbers of a subject's versions"))
    }

    /// Whether the registry takes new versions of the subject at all, or a word on why it does not, such as the mode `READONLY`. A
    /// registry that was not written for it says that it cannot tell.
    ///
    /// # Errors
    /// When the registry did not answer.
    async fn closed_for_writing(&self, _subject: &str) -> Result<Option<String>, RegistryError> {
        Err(RegistryError::Unsupported("the mode of a subject"))
    }

    /// Whether the schema could be registered under the subject, and if not, why. Nothing is registered. A registry that
    /// was not written for it says that it cannot tell.
    ///
    /// # Errors
    /// [`RegistryError::Refused`] with code 42201 when the schema is invalid.
    async fn would_accept(
        &self,
        _subject: &str,
        _schema: &NewSchema,
        _normalize: bool,
    ) -> Result<CompatibilityVerdict, RegistryError> {
        Err(RegistryError::Unsupported("whether it would accept a schema"))
    }
}
