//! Values without generated types.

use super::digits::{check_digits, has_decimals};
use super::find::latest;
use super::heading::Heading;
use super::{SerializeError, SerializeErrorKind, SerializerOptions};
use crate::registry::{NewSchema, RegisteredSchema, SchemaRegistry};
use crate::subject::{Role, full_name};
use avro_model::binary::encode_into;
use avro_model::{Kind, Schema, Value};
use std::sync::Arc;

/// Writes values of a schema that is known at run time.
pub(crate) struct GenericWriter {
    heading: Heading,
    schema: Arc<Schema>,
    /// Values may have decimals, whose digits are counted as those of generated types are.
    has_decimals: bool,
}

impl GenericWriter {
    pub(crate) fn new(
        registry: Arc<dyn SchemaRegistry>,
        topic: &str,
        role: Role,
        options: &SerializerOptions,
        own: (NewSchema, Vec<String>),
        schema: Arc<Schema>,
    ) -> Self {
        let heading = Heading::new(registry, topic, role, options, own, &full_name(&schema));
        Self { heading, has_decimals: has_decimals(&schema), schema }
    }

    /// For values of a schema that the registry has: the subject's latest, or the one that the options ask for.
    pub(crate) async fn of_registered(
        registry: Arc<dyn SchemaRegistry>,
        topic: &str,
        role: Role,
        options: &SerializerOptions,
    ) -> Result<(Self, Arc<Schema>), SerializeError> {
        let found = latest(&*registry, topic, role, options).await?;
        let schema = Arc::new(found.parsed);
        let own = NewSchema::avro(found.registered.text.clone())
            .with_references(found.registered.references.clone());
        let own = (own, found.references);
        let heading = Heading::new(registry, topic, role, options, own, &full_name(&schema));
        heading.know(found.registered, found.subject)?;
        let has_decimals = has_decimals(&schema);
        Ok((Self { heading, schema: Arc::clone(&schema), has_decimals }, schema))
    }

    pub(crate) async fn write(&self, value: &Value, out: &mut Vec<u8>) -> Result<(), SerializeError> {
        let encode = |out: &mut Vec<u8>| {
            encode_into(&self.schema, value, out)
                .map_err(|error| SerializeErrorKind::GenericValue(Arc::new(error)))?;
            if self.has_decimals { check_digits(&self.schema, value) } else { Ok(()) }
        };
        self.write_by(encode, out).await
    }

    /// Writes a message whose datum `encode` appends, by the schema of this writer.
    pub(crate) async fn write_by(
        &self,
        encode: impl FnOnce(&mut Vec<u8>) -> Result<(), SerializeError>,
        out: &mut Vec<u8>,
    ) -> Result<(), SerializeError> {
        let prefix = self.heading.ask_for_message().await?;
        let start = out.len();
        out.extend_from_slice(prefix.bytes());
        let body = out.len();
        let written = match &prefix.through {
            None => encode(out),
            Some(through) => {
                let mut datum = Vec::new();
                encode(&mut datum).and_then(|()| through.write(&datum, out))
            }
        };
        let raw = self.heading.options.raw_bytes
            && prefix.is_whole_value()
            && matches!(self.schema[self.schema.root()].kind, Kind::Bytes);
        if raw && written.is_ok() {
            // The length, which is a number of at most ten bytes, of which the last is below 128.
            let length = out[body..].iter().position(|&byte| byte < 0x80).map_or(0, |last| last + 1);
            out.drain(body..body + length);
        }
        let written = written.inspect_err(|_| out.truncate(start));
        prefix.messages.count(&written);
        written
    }

    pub(crate) async fn registered(&self) -> Result<&Arc<RegisteredSchema>, SerializeError> {
        Ok(&self.heading.ask().await?.schema)
    }

    pub(crate) fn header(&self) -> Option<&[u8]> {
        self.heading.known()?.header.as_ref().map(|value| &value[..])
    }
}
