//! Registry client, serializer and deserializer against a registry on a socket.
#![cfg(feature = "client")]

mod deserializer;
mod errors;
mod generic;
mod registry_client;
mod serializer;
mod support;
