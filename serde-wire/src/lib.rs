//! Confluent-framed Avro for producers and consumers: wire formats, a cached registry client and the codec that
//! generated code runs on.

pub mod codec;
#[cfg(feature = "client")]
mod context;
#[cfg(feature = "client")]
pub mod dead_letter;
#[cfg(feature = "client")]
mod deserialize_error;
#[cfg(feature = "client")]
mod deserializer;
pub mod frame;
#[cfg(feature = "client")]
mod generic;
#[cfg(feature = "client")]
mod known_writers;
#[cfg(feature = "client")]
mod layout;
#[cfg(feature = "client")]
pub mod registry;
pub mod resolve;
#[cfg(feature = "client")]
mod serializer;
pub mod subject;
pub mod types;
#[cfg(feature = "client")]
mod writer_cache;
#[cfg(feature = "client")]
mod writer_schema;

#[cfg(feature = "client")]
pub use deserialize_error::{DeserializeError, DeserializeErrorKind};
#[cfg(feature = "client")]
pub use deserializer::{Deserializer, DeserializerOptions};
#[cfg(feature = "client")]
pub use generic::{GenericDeserializer, GenericMessage};
#[cfg(feature = "client")]
pub use serializer::{Framing, Prepared, SchemaSource, SerializeError, Serializer, SerializerOptions};
#[cfg(feature = "client")]
pub use writer_schema::WriterSchema;
