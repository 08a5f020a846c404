//! Messages that name no schema: neither in a header nor in a prefix.

use crate::frame::{Frame, Guid, SchemaId, SchemaKey};
use crate::known_writers::Decoders;
use crate::writer_cache::WriterCache;
use arc_swap::ArcSwapOption;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// The schema of messages that name none, which somebody writes without a serializer of a registry: all of the payload is data.
///
/// ```
/// use serde_wire::codec::{AvroEncode, AvroSchema};
/// use serde_wire::registry::{MockRegistry, NewSchema, SchemaRegistry};
/// use serde_wire::subject::Role;
/// use serde_wire::{Deserializer, DeserializerOptions, UnframedSchema};
/// use std::sync::Arc;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let registry = Arc::new(MockRegistry::new()); // a RegistryClient
/// registry.register("names-value", &NewSchema::avro(String::SCHEMA), false).await?;
///
/// let options = DeserializerOptions::default().with_unframed(UnframedSchema::Latest);
/// let names = Deserializer::<String>::new(registry, "names", Role::Value, &options);
/// let mut payload = Vec::new();
/// "Ada".to_owned().encode_into(&mut payload); // without a prefix
/// assert_eq!(names.deserialize(&payload).await?, "Ada");
/// # Ok(()) }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum UnframedSchema {
    /// The latest version of the topic's subject, as long as the client believes it
    /// ([`CachePolicy::latest_ttl`](crate::registry::CachePolicy::latest_ttl), `latest.cache.ttl.sec`) and a second more. Then the
    /// registry has to say it again: while it is away messages fail with an error that can be retried, since there may be a later
    /// version by now, and nothing in a message would tell. Errors name the version's schema by its GUID. Data that
    /// an earlier version wrote is taken for data of this one, so this is for topics whose schema changes together with what lies
    /// there, or in ways that do not change the bytes.
    Latest,
    /// The schema of that id, in the context of the subject.
    Id(SchemaId),
    /// The schema of that content hash.
    Guid(Guid),
}

impl fmt::Display for UnframedSchema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Latest => f.write_str("latest"),
            Self::Id(id) => SchemaKey::Id(*id).fmt(f),
            Self::Guid(guid) => SchemaKey::Guid(*guid).fmt(f),
        }
    }
}

/// For so long a deserializer does not ask its client for the latest version, which would make a question of each message. How
/// long an answer is believed is the client's to say.
const UNASKED: Duration = Duration::from_secs(1);

/// What is known of a topic whose messages name no schema.
///
/// Decoders are kept apart from those of framed messages: the first bytes of data may look like a prefix whose schema is known.
pub(crate) struct Unframed<D> {
    pub(crate) schema: UnframedSchema,
    pub(crate) decoders: Decoders<D>,
    latest: ArcSwapOption<Latest>,
}

struct Latest {
    key: SchemaKey,
    until: Instant,
}

impl<D> Unframed<D> {
    pub(crate) fn new(schema: UnframedSchema) -> Self {
        Self { schema, decoders: WriterCache::new(), latest: ArcSwapOption::empty() }
    }

    /// The message as if it named its schema; `None` when the registry is to be asked for that.
    pub(crate) fn frame<'p>(&self, payload: &'p [u8]) -> Option<Frame<'p>> {
        let schema = match self.schema {
            UnframedSchema::Latest => {
                let latest = self.latest.load();
                latest.as_ref().filter(|latest| Instant::now() < latest.until)?.key
            }
            UnframedSchema::Id(id) => SchemaKey::Id(id),
            UnframedSchema::Guid(guid) => SchemaKey::Guid(guid),
        };
        Some(Frame { schema, body: payload })
    }

    /// Takes the registry's word on which one is the latest.
    pub(crate) fn set_latest(&self, key: SchemaKey) {
        self.latest.store(Some(Arc::new(Latest { key, until: Instant::now() + UNASKED })));
    }
}
