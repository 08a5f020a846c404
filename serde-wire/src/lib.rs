//! Confluent-framed Avro for producers and consumers: wire formats, a cached registry client and the codec that
//! generated code runs on.

pub mod codec;
pub mod frame;
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
pub use serializer::{Framing, Prepared, SchemaSource, SerializeError, Serializer, SerializerOptions};
