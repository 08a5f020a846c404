//! Registry client, serializer and deserializer against a registry on a socket.
#![cfg(feature = "client")]

#[cfg(feature = "apache-avro")]
mod apache;
mod associations;
mod budget;
mod by_hand;
mod client_properties;
mod deserializer;
mod errors;
#[cfg(feature = "events")]
mod events;
mod files;
mod generic;
mod hedging;
#[cfg(feature = "rdkafka")]
mod kafka;
#[cfg(feature = "lock-file")]
mod lock_file;
#[cfg(feature = "metrics")]
mod metrics;
mod mock;
mod options;
#[expect(dead_code, unreachable_pub, reason = "shared with another test, which asks for more of it")]
#[path = "../generated_by_hand/order.rs"]
mod order;
mod outages;
mod plain_payloads;
mod point;
mod properties;
mod records;
mod registry_client;
#[cfg(feature = "serde")]
mod serde_types;
mod serializer;
mod shown;
mod stale;
mod startup;
mod support;
mod tokens;
mod unframed;
mod values;
mod warm;
