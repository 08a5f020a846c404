//! Confluent-framed Avro for producers and consumers: wire formats, a cached registry client and the codec that
//! generated code runs on.
//!
//! | to | use |
//! |---|---|
//! | send values | `Serializer`, one for each topic and half of a record |
//! | read them, whatever compatible schema wrote them | `Deserializer` |
//! | send or read key and value of a record in one call, null among them | `record` |
//! | match on what became of a message | `Outcome` |
//! | read messages of any schema, without a generated type | `GenericDeserializer` |
//! | read messages that name no schema | `UnframedSchema` |
//! | write them, or turn them into JSON and back | `GenericSerializer`, `to_json`, `from_json` |
//! | send or read any type of serde, with a schema of run time | `serde_data`, `GenericSerializer` |
//! | move on from `apache-avro`, or to it | `apache` |
//! | ask a registry | `registry::RegistryClient` |
//! | do all this without async code | `blocking` |
//! | use the Kafka client rdkafka, and have it run a consumer with a dead-letter topic | `rdkafka` |
//! | use the Kafka client rskafka | `rskafka` |
//! | take settings from a Kafka client's properties | `options` |
//! | know before the start what can be read and written | `startup` |
//! | count messages, see what waits for the registry | `telemetry` |
//! | tell others what was done to an entity, and in which state it is | `events` |
//! | route what cannot be decoded, and play it again | `dead_letter` |
//! | encode and decode without a registry | [`codec`], [`frame`] |
//!
//! The types come out of `avro-codegen`; Rust's primitive types and strings work as well:
//!
//! ```no_run
//! # #[cfg(feature = "client")]
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use serde_wire::registry::RegistryClient;
//! use serde_wire::subject::Role;
//! use serde_wire::{Deserializer, DeserializerOptions, Serializer, SerializerOptions};
//! use std::sync::Arc;
//!
//! let registry = Arc::new(RegistryClient::builder(["http://localhost:8081"]).build()?);
//! let serializer = Serializer::new(registry.clone(), "names", Role::Value, &SerializerOptions::default())?;
//! let deserializer = Deserializer::new(registry, "names", Role::Value, &DeserializerOptions::default());
//!
//! let name = "Ada".to_owned();
//! let mut payload = Vec::new();
//! serializer.serialize_into(&name, &mut payload).await?;
//! assert_eq!(payload[0], 0); // the magic byte; four bytes of schema id follow, then the data
//! let read: String = deserializer.deserialize(&payload).await?;
//! assert_eq!(read, name);
//! # Ok(()) }
//! ```
//!
//! What runs a consumer with all of it, in one call, is `rdkafka::consume_with_dlq`; the guide in the folder `docs` of the repository
//! goes there step by step, and has recipes.
//!
//! # Features
//!
//! | feature | default | what it brings |
//! |---|---|---|
//! | `fast` | yes | the unsafe leaf functions of the codec, in one module; without it their safe twins run, which take up to twice as long |
//! | `client` | yes | everything that asks a registry; without it the crate is the codec, the framing and the subject names alone, and brings neither tokio nor TLS along |
//! | `rustls-aws-lc` | yes | TLS by rustls with aws-lc; instead of it `rustls-ring`, or `native-tls` for that of the system |
//! | `rdkafka`, `rskafka` | | records of these clients of Kafka, and with the former the consumer with a dead-letter topic; it compiles librdkafka, in C |
//! | `blocking` | | what waits for the client in code that is not async |
//! | `lock-file` | | versions to know before the first message, from the lock file of `avro-gen` |
//! | `metrics`, `tracing` | | what `telemetry` tells |
//! | `events` | | messages about entities, and their topics |
//! | `serde` | | types of serde to data and back, and its traits for the types of the runtime, for generated types that have them (`avro_codegen::Config::serde`) |
//! | `apache-avro` | | values and schemas of that crate, both ways |
//! | `bytes` | | `bytes::Bytes` for Avro bytes, and strings that share their message |
//! | `indexmap` | | `IndexMap` for maps |
//! | `bigdecimal`, `chrono`, `jiff`, `rust_decimal`, `time` | | conversions between logical types and the types of these crates |
#![cfg_attr(docsrs, feature(doc_cfg))]

// Generated types name the crate that they run on.
#[cfg(feature = "events")]
extern crate self as serde_wire;

#[cfg(feature = "apache-avro")]
pub mod apache;
#[cfg(feature = "client")]
mod at_once;
#[cfg(feature = "blocking")]
pub mod blocking;
#[cfg(any(feature = "client", feature = "serde", feature = "apache-avro"))]
#[cfg_attr(
    not(all(feature = "client", feature = "serde", feature = "apache-avro")),
    allow(dead_code, reason = "each of them uses a part")
)]
mod branch_names;
pub mod codec;
#[cfg(feature = "client")]
mod context;
#[cfg(feature = "client")]
pub mod dead_letter;
#[cfg(feature = "client")]
mod deadline;
#[cfg(feature = "client")]
mod deserialize_error;
#[cfg(feature = "client")]
mod deserialize_forms;
#[cfg(all(feature = "bytes", feature = "client"))]
mod deserialize_shared;
#[cfg(feature = "client")]
mod deserializer;
#[cfg(feature = "events")]
pub mod events;
#[cfg(feature = "serde")]
pub mod fixed;
pub mod frame;
#[cfg(feature = "client")]
mod generic;
#[cfg(feature = "client")]
mod known_writers;
#[cfg(feature = "client")]
mod layout;
#[cfg(feature = "client")]
pub mod options;
#[cfg(feature = "client")]
mod outcome;
#[cfg(feature = "rdkafka")]
pub mod rdkafka;
#[cfg(feature = "client")]
pub mod record;
#[cfg(feature = "client")]
pub mod registry;
pub mod resolve;
#[cfg(feature = "rskafka")]
pub mod rskafka;
#[cfg(feature = "serde")]
pub mod serde_data;
#[cfg(feature = "serde")]
mod serde_impls;
#[cfg(feature = "client")]
mod serializer;
#[cfg(feature = "client")]
pub mod startup;
pub mod subject;
#[cfg(feature = "client")]
mod subject_of_topic;
#[cfg(feature = "client")]
pub mod telemetry;
pub mod types;
#[cfg(feature = "client")]
mod unframed;
#[cfg(feature = "client")]
mod writer_cache;
#[cfg(feature = "client")]
mod writer_schema;

#[cfg(feature = "client")]
pub use deserialize_error::{DeserializeError, DeserializeErrorKind};
#[cfg(feature = "client")]
pub use deserializer::{Deserializer, DeserializerOptions};
#[cfg(feature = "client")]
pub use generic::{
    BuildError, FromJsonError, GenericDeserializer, GenericMessage, GenericSerializer, RecordBuilder, View,
    from_json, to_json,
};
#[cfg(feature = "client")]
pub use outcome::Outcome;
#[cfg(feature = "client")]
pub use serializer::{
    Framing, PreparedSerializer, SchemaSource, SerializeError, SerializeErrorKind, Serializer,
    SerializerOptions,
};
#[cfg(feature = "client")]
pub use unframed::UnframedSchema;
#[cfg(feature = "client")]
pub use writer_schema::WriterSchema;

pub use avro_model;
pub use avro_model::{Schema, Value};
#[cfg(feature = "client")]
pub use serde_json;

#[cfg(all(doctest, feature = "client"))]
#[doc = include_str!("../README.md")]
struct Readme;

#[cfg(all(doctest, feature = "events"))]
#[doc = include_str!("../docs/events.md")]
struct Events;

#[cfg(all(doctest, feature = "client"))]
#[doc = include_str!("../docs/from-other-crates.md")]
struct Migration;

#[cfg(all(doctest, feature = "rdkafka"))]
#[doc = include_str!("../docs/cookbook.md")]
struct Cookbook;

#[cfg(all(
    doctest,
    feature = "apache-avro",
    feature = "client",
    feature = "lock-file",
    feature = "metrics",
    feature = "tracing"
))]
#[doc = include_str!("../docs/running.md")]
struct Running;
