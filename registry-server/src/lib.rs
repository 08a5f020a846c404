//! A drop-in replacement for the Confluent Schema Registry.

pub mod cache;
pub mod config;
pub mod domain;
pub mod store;
