//! A drop-in replacement for the Confluent Schema Registry.

pub mod admin;
pub mod cache;
pub mod command_line;
pub mod config;
pub mod domain;
pub mod http;
pub mod import;
mod java_order;
pub mod observe;
pub mod passwd;
pub mod probe;
pub mod reload;
pub mod schema_type;
pub mod security;
pub mod server;
pub mod service;
pub mod store;
pub mod tls;
pub mod token_command;
