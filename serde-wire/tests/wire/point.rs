//! A type to serialize, and answers with its schema.

use crate::support::{FakeRegistry, Reply};
use serde_wire::codec::{AvroSchema, AvroTryEncode, AvroWrite, EncodeError};
use serde_wire::frame::Guid;
use serde_wire::registry::{RegistryClient, RetryPolicy};
use serde_wire::subject::Role;
use serde_wire::{Serializer, SerializerOptions};
use std::sync::Arc;

/// A record of one int.
pub(crate) struct Point(pub(crate) i32);

impl AvroSchema for Point {
    const SCHEMA: &'static str =
        r#"{"type":"record","name":"Point","namespace":"g","fields":[{"name":"x","type":"int"}]}"#;
    const FINGERPRINT: u64 = 0;
}

impl AvroTryEncode for Point {
    fn try_encode<W: AvroWrite>(&self, writer: &mut W) -> Result<(), EncodeError> {
        writer.write_long(i64::from(self.0));
        Ok(())
    }
}

pub(crate) fn serializer(server: &FakeRegistry, options: &SerializerOptions) -> Serializer<Point> {
    let retry = RetryPolicy::default().with_rounds(0);
    let registry = RegistryClient::builder([&server.url]).retry(retry).build().expect("good settings");
    Serializer::new(Arc::new(registry), "t", Role::Value, options).expect("a valid schema")
}

/// An answer with that schema, id 3, a GUID of 7 and version 9.
pub(crate) fn answer(schema: &str) -> Reply {
    let schema = schema.replace('"', "\\\"");
    Reply::json(200, format!(r#"{{"id":3,"version":9,"guid":"{}","schema":"{schema}"}}"#, Guid::from_u128(7)))
}
