//! Messages without a generated type, in and out, for tools, tests and services that serve any schema.

mod builder;
mod fitted;
mod json;
mod serializer;
#[cfg(feature = "serde")]
mod typed;
mod view;

pub use builder::{BuildError, RecordBuilder};
pub use json::{FromJsonError, from_json, to_json};
pub use serializer::GenericSerializer;
pub use view::View;

use crate::DeserializerOptions;
use crate::Outcome;
use crate::codec::{AvroWrite, Writer};
use crate::deserialize_error::{DeserializeError, DeserializeErrorKind};
use crate::known_writers::{BadData, Decoding, KnownWriters};
use crate::record::Record;
use crate::registry::{RegisteredSchema, SchemaRegistry};
use crate::resolve::{IncompatibleSchema, SchemaMismatch};
use crate::subject::Role;
use crate::writer_schema::WriterSchema;
use avro_model::binary::Decoder;
use avro_model::{Kind, Resolution, Schema, Value};
use std::fmt;
use std::sync::Arc;

/// A decoded message and what it takes to understand it.
///
/// ```
/// use serde_wire::GenericMessage;
///
/// fn told(message: &GenericMessage) -> String {
///     format!("{} by schema {:?}", message.to_json(), message.writer.id)
/// }
/// # let _ = told;
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct GenericMessage {
    /// The value, to be seen through [`schema`](Self::schema).
    pub value: Value,
    /// The schema of the value: the reader's if there is one, else the writer's.
    pub schema: Arc<Schema>,
    /// The writer's schema as the registry gave it.
    pub writer: Arc<RegisteredSchema>,
}

/// Turns messages into [`Value`]s, of the schema that wrote them or of a reader's schema that is only known at run time.
///
/// ```no_run
/// use serde_wire::registry::RegistryClient;
/// use serde_wire::subject::Role;
/// use serde_wire::{DeserializerOptions, GenericDeserializer};
/// use std::sync::Arc;
///
/// # async fn example(payload: &[u8]) -> Result<(), Box<dyn std::error::Error>> {
/// let registry = Arc::new(RegistryClient::builder(["http://localhost:8081"]).build()?);
/// let any = GenericDeserializer::new(registry, "ratings", Role::Value, &DeserializerOptions::default());
/// let message = any.deserialize(payload).await?;
/// println!("{}: {:?}", message.writer.text, message.value);
/// # Ok(()) }
/// ```
pub struct GenericDeserializer {
    writers: KnownWriters<Entry>,
    reader: Option<Arc<Schema>>,
    by_structure: bool,
    raw_bytes: bool,
    role: Role,
}

/// A writer's schema with its decoder.
struct Entry {
    decoder: Decoder,
    schema: Arc<Schema>,
    writer: Arc<RegisteredSchema>,
    /// The data is bytes without their length.
    raw: bool,
    /// The data is laid out as `schema` says.
    #[cfg(feature = "serde")]
    as_written: bool,
}

impl GenericDeserializer {
    /// A deserializer for that half of the topic's records, to values of the schema that wrote each of them.
    pub fn new(
        registry: Arc<dyn SchemaRegistry>,
        topic: &str,
        role: Role,
        options: &DeserializerOptions,
    ) -> Self {
        Self {
            writers: KnownWriters::new(registry, topic, role, options),
            reader: None,
            by_structure: options.by_structure,
            raw_bytes: options.raw_bytes,
            role,
        }
    }

    /// A deserializer to values of the schema `reader`.
    pub fn with_reader(
        registry: Arc<dyn SchemaRegistry>,
        topic: &str,
        role: Role,
        options: &DeserializerOptions,
        reader: Schema,
    ) -> Self {
        Self { reader: Some(Arc::new(reader)), ..Self::new(registry, topic, role, options) }
    }

    /// The value of a message that names its schema in its prefix.
    ///
    /// # Errors
    /// The message cannot be decoded, or the registry does not answer: see [`DeserializeError`].
    pub async fn deserialize(&self, payload: &[u8]) -> Result<GenericMessage, DeserializeError> {
        self.deserialize_with_header(None, payload).await
    }

    /// The value of a message whose schema stands in a record header, if it has one, or else in its prefix.
    ///
    /// # Errors
    /// As [`deserialize`](Self::deserialize).
    pub async fn deserialize_with_header(
        &self,
        header: Option<&[u8]>,
        payload: &[u8],
    ) -> Result<GenericMessage, DeserializeError> {
        self.writers.deserialize(&self.decoding(), header, payload, decoded).await
    }

    fn decoding(&self) -> Generic<'_> {
        Generic { reader: self.reader.as_ref(), by_structure: self.by_structure, raw_bytes: self.raw_bytes }
    }
}

impl GenericDeserializer {
    /// What becomes of this deserializer's half of a record.
    pub fn deserialize_record<'r>(
        &'r self,
        record: &Record<'r>,
    ) -> impl Future<Output = Outcome<GenericMessage>> + use<'r> {
        let (header, payload) = (record.schema_header(self.role), record.half(self.role));
        async move {
            let Some(payload) = payload else { return Outcome::Tombstone };
            self.deserialize_with_header(header, payload).await.map(Some).into()
        }
    }
}

impl GenericMessage {
    /// The value, to be looked into by names.
    ///
    /// ```
    /// fn price(message: &serde_wire::GenericMessage) -> Option<&serde_wire::Value> {
    ///     Some(message.view().path("order.items[0].price")?.value())
    /// }
    /// ```
    pub fn view(&self) -> View<'_> {
        View::new(&self.schema, &self.value)
    }

    /// The value as one of `apache-avro`: see [`to_apache`](crate::apache::to_apache).
    #[cfg(feature = "apache-avro")]
    pub fn to_apache(&self) -> apache_avro::types::Value {
        crate::apache::to_apache(&self.schema, &self.value)
    }

    /// The value as plain JSON: see [`to_json`].
    pub fn to_json(&self) -> serde_json::Value {
        to_json(&self.schema, &self.value)
    }
}

/// Decoding to values of the reader's schema, or of the writer's.
struct Generic<'r> {
    reader: Option<&'r Arc<Schema>>,
    by_structure: bool,
    raw_bytes: bool,
}

impl Decoding for Generic<'_> {
    type Decoder = Entry;

    fn decoder(&self, writer: WriterSchema) -> Result<(Entry, bool), DeserializeErrorKind> {
        let WriterSchema { schema, registered } = writer;
        let raw = self.raw_bytes && matches!(schema[schema.root()].kind, Kind::Bytes);
        let Some(reader) = self.reader else {
            let decoder = Decoder::new(&schema);
            let entry = Entry {
                decoder,
                schema: Arc::new(schema),
                writer: registered,
                raw,
                #[cfg(feature = "serde")]
                as_written: !raw,
            };
            return Ok((entry, true));
        };
        let incompatible = |error| DeserializeErrorKind::Incompatible(Arc::new(error));
        let resolve = if self.by_structure { Resolution::by_structure } else { Resolution::new };
        let resolution = resolve(&schema, reader).map_err(|error| incompatible(error.into()))?;
        if let Some(error) = resolution.certain_error(reader) {
            let mismatch = SchemaMismatch::new(error, Schema::clone(reader), schema);
            return Err(incompatible(IncompatibleSchema::Mismatch(Box::new(mismatch))));
        }
        let as_written = resolution.is_identity();
        let decoder = Decoder::with_resolution(&schema, resolution);
        let entry = Entry {
            decoder,
            schema: Arc::clone(reader),
            writer: registered,
            raw,
            #[cfg(feature = "serde")]
            as_written: as_written && !raw,
        };
        Ok((entry, as_written))
    }
}

/// The value of the data, of the entry's schema.
fn value_of(entry: &Entry, body: &[u8]) -> Result<Value, BadData> {
    let decoded = if entry.raw {
        let mut datum = Vec::with_capacity(body.len() + 10);
        Writer::new(&mut datum).write_bytes(body);
        entry.decoder.decode(&datum)
    } else {
        entry.decoder.decode(body)
    };
    decoded.map_err(|error| BadData {
        kind: DeserializeErrorKind::GenericData(Arc::new(error.problem)),
        // All bytes are well-formed, and what has no place in the reader's schema is the whole.
        offset: if entry.raw { 0 } else { error.offset },
        path: Some(error.path),
    })
}

fn decoded(entry: &Entry, body: &[u8]) -> Result<GenericMessage, BadData> {
    let value = value_of(entry, body)?;
    Ok(GenericMessage { value, schema: Arc::clone(&entry.schema), writer: Arc::clone(&entry.writer) })
}

impl fmt::Debug for GenericDeserializer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("GenericDeserializer");
        debug.field("subject", &self.writers.subject()).field("reader", &self.reader.is_some());
        debug.finish_non_exhaustive()
    }
}
