//! Bytes that are a whole message, without their length.

use crate::codec::{AvroDecode, AvroRead, AvroResolve, AvroSchema, DecodeError};
use crate::resolve::Plan;

/// A whole message of the schema `bytes` as Confluent's clients of Java and Python write it: without the length that the
/// specification, and clients in other languages, put before it. Which of both it is cannot be told from a message, so this type
/// is for topics that are known to be written so; where a length stands there, it is taken for a part of the bytes.
///
/// It is for reading alone, as the type of a [`Deserializer`](crate::Deserializer) or of one half of a record. Data of other schemas that
/// can be read as bytes, such as `string` or a union, has its lengths as ever. Such messages are written by a
/// [`GenericSerializer`](crate::GenericSerializer) with
/// [`SerializerOptions::with_raw_bytes`](crate::SerializerOptions::with_raw_bytes).
///
/// ```
/// use serde_wire::registry::MockRegistry;
/// use serde_wire::subject::Role;
/// use serde_wire::types::BareBytes;
/// use serde_wire::{Deserializer, DeserializerOptions, GenericSerializer, SerializerOptions, Value};
/// use std::sync::Arc;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let registry = Arc::new(MockRegistry::new()); // a RegistryClient
/// let options = SerializerOptions::default().with_raw_bytes(true);
/// let java = GenericSerializer::new(registry.clone(), "files", Role::Value, &options, r#""bytes""#)?;
/// let mut payload = Vec::new();
/// java.serialize_into(&Value::Bytes(b"whole".to_vec()), &mut payload).await?;
/// assert_eq!(payload[5..], *b"whole");
///
/// let files = Deserializer::<BareBytes>::new(registry, "files", Role::Value, &DeserializerOptions::default());
/// assert_eq!(files.deserialize(&payload).await?.0, b"whole");
/// # Ok(()) }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct BareBytes(pub Vec<u8>);

impl AvroSchema for BareBytes {
    const SCHEMA: &'static str = <Vec<u8>>::SCHEMA;
    const FINGERPRINT: u64 = <Vec<u8>>::FINGERPRINT;
}

/// Data of the schema `bytes`: all that is left.
impl<'a> AvroDecode<'a> for BareBytes {
    const MIN_SIZE: usize = 0;

    fn decode<R: AvroRead<'a>>(reader: &mut R) -> Result<Self, DecodeError> {
        let length = reader.remaining();
        reader.read_slice(length).map(|bytes| Self(bytes.to_vec()))
    }
}

/// Data of another schema, which has its lengths.
impl<'a> AvroResolve<'a> for BareBytes {
    fn decode_plan<R: AvroRead<'a>>(plan: Plan<'_>, reader: &mut R) -> Result<Self, DecodeError> {
        <Vec<u8>>::decode_plan(plan, reader).map(Self)
    }
}
