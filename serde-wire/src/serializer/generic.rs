//! Values without generated types.

use super::heading::Heading;
use super::{SerializeError, SerializerOptions};
use crate::registry::{NewSchema, RegisteredSchema, SchemaRegistry};
use crate::subject::{Role, full_name};
use avro_model::binary::encode_into;
use avro_model::{Schema, Value};
use std::sync::Arc;

/// Writes values of a schema that is known at run time.
pub(crate) struct GenericWriter {
    heading: Heading,
    schema: Arc<Schema>,
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
        Self { heading, schema }
    }

    pub(crate) async fn write(&self, value: &Value, out: &mut Vec<u8>) -> Result<(), SerializeError> {
        let prefix = self.heading.ask().await?;
        let unfit = |error| SerializeError::GenericValue(Arc::new(error));
        let start = out.len();
        out.extend_from_slice(prefix.bytes());
        let written = match &prefix.through {
            None => encode_into(&self.schema, value, out).map_err(unfit),
            Some(through) => {
                let mut datum = Vec::new();
                encode_into(&self.schema, value, &mut datum)
                    .map_err(unfit)
                    .and_then(|()| through.write(&datum, out))
            }
        };
        written.inspect_err(|_| out.truncate(start))
    }

    pub(crate) async fn registered(&self) -> Result<&Arc<RegisteredSchema>, SerializeError> {
        Ok(&self.heading.ask().await?.schema)
    }

    pub(crate) fn header(&self) -> Option<&[u8]> {
        self.heading.known()?.header.as_ref().map(|value| &value[..])
    }
}
