//! From a value without a generated type to a framed message.

use super::from_json;
use crate::record::schema_header;
use crate::registry::{NewSchema, RegisteredSchema, SchemaReference, SchemaRegistry};
use crate::serializer::GenericWriter;
use crate::subject::Role;
use crate::{SerializeError, SerializeErrorKind, SerializerOptions};
use avro_model::{Schema, Value};
use std::fmt;
use std::sync::Arc;

/// Turns [`Value`]s of a schema that is known at run time into messages.
///
/// ```
/// use serde_wire::registry::MockRegistry;
/// use serde_wire::serde_json::json;
/// use serde_wire::subject::Role;
/// use serde_wire::{DeserializerOptions, GenericDeserializer, GenericSerializer, SerializerOptions};
/// use std::sync::Arc;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let registry = Arc::new(MockRegistry::new());
/// let schema = r#"{"type":"record","name":"User","fields":[{"name":"name","type":"string"}]}"#;
/// let options = SerializerOptions::default();
/// let users = GenericSerializer::new(registry.clone(), "users", Role::Value, &options, schema)?;
/// let mut payload = Vec::new();
/// users.serialize_json_into(&json!({"name": "Ada"}), &mut payload).await?;
///
/// let any = GenericDeserializer::new(registry, "users", Role::Value, &DeserializerOptions::default());
/// let message = any.deserialize(&payload).await?;
/// assert_eq!(message.view().path("name").and_then(|name| name.as_str()), Some("Ada"));
/// assert_eq!(message.to_json(), json!({"name": "Ada"}));
/// # Ok(()) }
/// ```
pub struct GenericSerializer {
    writer: GenericWriter,
    schema: Arc<Schema>,
    role: Role,
}

impl GenericSerializer {
    /// A serializer for that half of the topic's records, and a schema that refers to no other. Nothing is asked yet.
    ///
    /// # Errors
    /// When the schema cannot be parsed.
    pub fn new(
        registry: Arc<dyn SchemaRegistry>,
        topic: &str,
        role: Role,
        options: &SerializerOptions,
        schema: &str,
    ) -> Result<Self, SerializeError> {
        Self::with_references(registry, topic, role, options, schema, &[])
    }

    /// The same for a schema that refers to others, each with its text: those that these refer to, too.
    ///
    /// # Errors
    /// When the schema cannot be parsed.
    pub fn with_references(
        registry: Arc<dyn SchemaRegistry>,
        topic: &str,
        role: Role,
        options: &SerializerOptions,
        schema: &str,
        references: &[(SchemaReference, &str)],
    ) -> Result<Self, SerializeError> {
        let texts: Vec<String> = references.iter().map(|(_, text)| (*text).to_owned()).collect();
        let new = NewSchema::avro(schema)
            .with_references(references.iter().map(|(reference, _)| reference.clone()).collect());
        let parsed = crate::layout::parse(schema, &texts)
            .map_err(|error| SerializeErrorKind::InvalidSchema { whose: "given", error: Arc::new(error) })?;
        let schema = Arc::new(parsed);
        let writer = GenericWriter::new(registry, topic, role, options, (new, texts), Arc::clone(&schema));
        Ok(Self { writer, schema, role })
    }

    /// A serializer of values of a schema that the registry has: the latest of the topic's subject, or the one that the
    /// [`source`](SerializerOptions::source) of the options names by id, GUID or metadata. It is asked for here, and once.
    ///
    /// # Errors
    /// The registry has no such schema or does not answer, the schema is none of Avro or carries rules, or the subject is
    /// named after a record, which is not known yet.
    pub async fn of_registered(
        registry: Arc<dyn SchemaRegistry>,
        topic: &str,
        role: Role,
        options: &SerializerOptions,
    ) -> Result<Self, SerializeError> {
        let (writer, schema) = GenericWriter::of_registered(registry, topic, role, options).await?;
        Ok(Self { writer, schema, role })
    }

    /// The schema of the values.
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// Appends the message to `out`, which is as it was after an error. The registry is asked with the first value.
    ///
    /// # Errors
    /// The registry refuses the schema or does not answer, or the value is none of the schema.
    pub async fn serialize_into(&self, value: &Value, out: &mut Vec<u8>) -> Result<(), SerializeError> {
        self.writer.write(value, out).await
    }

    /// The same of plain JSON: see [`from_json`].
    ///
    /// # Errors
    /// As [`serialize_into`](Self::serialize_into); the JSON is none of the schema.
    pub async fn serialize_json_into(
        &self,
        json: &serde_json::Value,
        out: &mut Vec<u8>,
    ) -> Result<(), SerializeError> {
        let value =
            from_json(&self.schema, json).map_err(|error| SerializeErrorKind::Json(Box::new(error)))?;
        self.serialize_into(&value, out).await
    }

    /// The same of a value of any type that serde can write: see [`serde_data`](crate::serde_data).
    ///
    /// # Errors
    /// As [`serialize_into`](Self::serialize_into); the value has no place in the schema.
    #[cfg(feature = "serde")]
    pub async fn serialize_serde_into<T: serde::Serialize + ?Sized>(
        &self,
        value: &T,
        out: &mut Vec<u8>,
    ) -> Result<(), SerializeError> {
        let encode = |out: &mut Vec<u8>| {
            crate::serde_data::to_datum_into(&self.schema, value, out).map_err(|error| {
                let (path, problem) = (error.path().clone(), error.problem().to_string());
                SerializeErrorKind::Type { path, problem }.into()
            })
        };
        self.writer.write_by(encode, out).await
    }

    /// The same of a value of `apache-avro`: see [`from_apache`](crate::apache::from_apache).
    ///
    /// # Errors
    /// As [`serialize_into`](Self::serialize_into); the value is none of the schema.
    #[cfg(feature = "apache-avro")]
    pub async fn serialize_apache_into(
        &self,
        value: &apache_avro::types::Value,
        out: &mut Vec<u8>,
    ) -> Result<(), SerializeError> {
        let value = crate::apache::from_apache(&self.schema, value)
            .map_err(|error| SerializeErrorKind::Type { path: error.path, problem: error.problem })?;
        self.serialize_into(&value, out).await
    }

    /// Asks the registry unless that was done, for a start-up check: the schema that messages name.
    ///
    /// # Errors
    /// The registry refuses the schema or does not answer.
    pub async fn prepare(&self) -> Result<&Arc<RegisteredSchema>, SerializeError> {
        self.writer.registered().await
    }

    /// Name and value of the record header to set, with [`Framing::Header`](crate::Framing::Header), once the registry was
    /// asked.
    pub fn header(&self) -> Option<(&'static str, &[u8])> {
        Some((schema_header(self.role), self.writer.header()?))
    }
}

impl fmt::Debug for GenericSerializer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GenericSerializer").field("role", &self.role).finish_non_exhaustive()
    }
}
