//! A drop-in replacement for the Confluent Schema Registry.

pub mod domain;
pub mod store;
