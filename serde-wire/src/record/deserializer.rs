//! Key and value of a record in one call.

use super::Record;
use crate::codec::{AvroResolve, AvroSchema};
use crate::registry::SchemaRegistry;
use crate::subject::Role;
use crate::{DeserializeError, Deserializer, DeserializerOptions, Outcome};
use std::sync::Arc;

/// Turns the records of one topic into keys and values.
///
/// ```no_run
/// use serde_wire::DeserializerOptions;
/// use serde_wire::record::{Record, RecordDeserializer};
/// use serde_wire::registry::RegistryClient;
/// use std::sync::Arc;
///
/// # async fn example(record: Record<'_>) -> Result<(), Box<dyn std::error::Error>> {
/// let registry = Arc::new(RegistryClient::builder(["http://localhost:8081"]).build()?);
/// let options = DeserializerOptions::default();
/// let names = RecordDeserializer::<i64, String>::new(registry, "names", &options, &options);
/// match names.deserialize(&record).await.into_result() {
///     Ok((Some(id), Some(name))) => println!("{id} is {name}"),
///     Ok((Some(id), None)) => println!("{id} is gone"),
///     Ok((None, _)) => println!("a record without a key"),
///     Err((half, error)) => println!("the {half}: {error}"),
/// }
/// # Ok(()) }
/// ```
#[derive(Debug)]
pub struct RecordDeserializer<K, V> {
    key: Deserializer<K>,
    value: Deserializer<V>,
}

/// What became of the halves of a record.
///
/// ```
/// use serde_wire::Outcome;
/// use serde_wire::record::RecordOutcome;
///
/// fn told(outcome: RecordOutcome<i64, String>) -> String {
///     match (outcome.key, outcome.value) {
///         (Outcome::Value(id), Outcome::Value(name)) => format!("{id} is {name}"),
///         (Outcome::Value(id), Outcome::Tombstone) => format!("{id} is gone"),
///         (key, value) => format!("{:?}", key.error().or(value.error())),
///     }
/// }
/// # let _ = told;
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct RecordOutcome<K, V> {
    /// The key's.
    pub key: Outcome<K>,
    /// The value's.
    pub value: Outcome<V>,
}

impl<K, V> RecordOutcome<K, V> {
    /// Both halves, each `None` where it is null; or which of them cannot be decoded, and why: one that can be tried again
    /// before one that cannot, and of two alike the key.
    ///
    /// # Errors
    /// One of the halves is neither a value nor null.
    pub fn into_result(self) -> Result<(Option<K>, Option<V>), (Role, DeserializeError)> {
        match (self.key.into_result(), self.value.into_result()) {
            (Ok(key), Ok(value)) => Ok((key, value)),
            (Err(key), Err(value)) if value.is_retriable() && !key.is_retriable() => {
                Err((Role::Value, value))
            }
            (Err(key), _) => Err((Role::Key, key)),
            (Ok(_), Err(value)) => Err((Role::Value, value)),
        }
    }
}

impl<K, V> RecordDeserializer<K, V>
where
    K: AvroSchema + for<'a> AvroResolve<'a>,
    V: AvroSchema + for<'a> AvroResolve<'a>,
{
    /// A deserializer for the records of the topic. Nothing is asked yet.
    pub fn new(
        registry: Arc<dyn SchemaRegistry>,
        topic: &str,
        key: &DeserializerOptions,
        value: &DeserializerOptions,
    ) -> Self {
        let key = Deserializer::new(Arc::clone(&registry), topic, Role::Key, key);
        Self { key, value: Deserializer::new(registry, topic, Role::Value, value) }
    }

    /// The deserializer of keys.
    pub fn key(&self) -> &Deserializer<K> {
        &self.key
    }

    /// The deserializer of values.
    pub fn value(&self) -> &Deserializer<V> {
        &self.value
    }

    /// What becomes of key and value. Schemas are named by headers where the record has them, and else by prefixes. The
    /// registry is asked for both halves at once, so a record waits no longer than the longer of their deadlines.
    pub fn deserialize<'r>(
        &'r self,
        record: &Record<'r>,
    ) -> impl Future<Output = RecordOutcome<K, V>> + use<'r, K, V> {
        let key = self.key.deserialize_record(record);
        let value = self.value.deserialize_record(record);
        async move {
            let (key, value) = tokio::join!(key, value);
            RecordOutcome { key, value }
        }
    }

    /// The same without asking the registry: `None` when it would have to be asked.
    #[inline]
    pub fn try_deserialize(&self, record: &Record<'_>) -> Option<RecordOutcome<K, V>> {
        let key = self.key.try_deserialize_record(record)?;
        Some(RecordOutcome { key, value: self.value.try_deserialize_record(record)? })
    }
}
