//! This project as a client: generated types and generic values, which must come to the same.

use crate::kafka::Letter;
use crate::plan::{self, Case};
use crate::{Result, plain, types};
use avro_model::binary::Decoder;
use rdkafka::Message;
use rdkafka::message::{Headers as _, OwnedMessage};
use serde_json::Value as Json;
use serde_wire::codec::{AvroDecode, AvroResolve, AvroSchema, AvroTryEncode, decode};
use serde_wire::frame::{KEY_SCHEMA_ID_HEADER, VALUE_SCHEMA_ID_HEADER};
use serde_wire::registry::{RegistryClient, SchemaRegistry};
use serde_wire::subject::Role;
use serde_wire::{
    Deserializer, DeserializerOptions, Framing, GenericDeserializer, GenericSerializer, SchemaSource,
    Serializer, SerializerOptions, to_json,
};
use std::pin::Pin;
use std::sync::Arc;

/// A message's bytes, and the header that names its schema.
type Framed = (Vec<u8>, Option<(String, Vec<u8>)>);
type Answer<'h, T> = Pin<Box<dyn Future<Output = Result<T>> + 'h>>;

/// One half of the records of a topic, of whatever type.
pub(crate) trait Half {
    /// The message of that data.
    fn write<'h>(&'h self, data: &'h [u8]) -> Answer<'h, Framed>;
    /// What is in the message, as plain JSON.
    fn read<'h>(&'h self, header: Option<&'h [u8]>, message: &'h [u8]) -> Answer<'h, Json>;
}

/// The half whose type is `T`.
pub(crate) struct Typed<T> {
    serializer: Serializer<T>,
    deserializer: Deserializer<T>,
}

impl<T: AvroSchema + AvroTryEncode + for<'a> AvroResolve<'a>> Typed<T> {
    /// The half of that topic.
    pub(crate) fn new(
        registry: Arc<dyn SchemaRegistry>,
        topic: &str,
        role: Role,
        serializer: &SerializerOptions,
        deserializer: &DeserializerOptions,
    ) -> Result<Self> {
        Ok(Self {
            serializer: Serializer::new(Arc::clone(&registry), topic, role, serializer)?,
            deserializer: Deserializer::new(registry, topic, role, deserializer),
        })
    }
}

impl<T: AvroSchema + AvroTryEncode + for<'a> AvroResolve<'a> + for<'a> AvroDecode<'a>> Half for Typed<T> {
    fn write<'h>(&'h self, data: &'h [u8]) -> Answer<'h, Framed> {
        Box::pin(async {
            let (value, mut message) = (decode::<T>(data)?, Vec::new());
            let prepared = self.serializer.prepare().await?;
            prepared.serialize_into(&value, &mut message)?;
            Ok((message, owned(prepared.header())))
        })
    }

    fn read<'h>(&'h self, header: Option<&'h [u8]>, message: &'h [u8]) -> Answer<'h, Json> {
        Box::pin(async move {
            let value = self.deserializer.deserialize_with_header(header, message).await?;
            let (mut data, schema) = (Vec::new(), T::SCHEMA.parse()?);
            value.try_encode_into(&mut data)?;
            Ok(to_json(&schema, &Decoder::new(&schema).decode(&data)?))
        })
    }
}

fn owned(header: Option<(&'static str, &[u8])>) -> Option<(String, Vec<u8>)> {
    header.map(|(name, value)| (name.to_owned(), value.to_vec()))
}

fn client(registry: &str) -> Result<Arc<dyn SchemaRegistry>> {
    Ok(Arc::new(RegistryClient::builder([registry]).build()?))
}

fn options(case: &Case) -> SerializerOptions {
    let source = if case.latest { SchemaSource::Latest } else { SchemaSource::default() };
    let framing = if case.in_header { Framing::Header } else { Framing::Prefix };
    SerializerOptions::default().with_source(source).with_framing(framing)
}

/// The messages of a case. Every second one is written from a generic value.
pub(crate) async fn write(registry: &str, topic: &str, case: &Case) -> Result<Vec<Letter>> {
    let (registry, options) = (client(registry)?, options(case));
    let mut letters: Vec<Letter> = case.messages.iter().map(|_| Letter::default()).collect();
    for (role, half) in [(Role::Key, &case.key), (Role::Value, &case.value)] {
        let typed = types::half(&half.name, Arc::clone(&registry), topic, role, &options)?;
        let references: Vec<_> = half.references.iter().map(|(r, text)| (r.clone(), text.as_str())).collect();
        let generic = GenericSerializer::with_references(
            Arc::clone(&registry),
            topic,
            role,
            &options,
            &half.text,
            &references,
        )?;
        for (position, (letter, (key, value))) in letters.iter_mut().zip(&case.messages).enumerate() {
            let json = if role == Role::Key { key } else { value };
            if json.is_null() {
                continue;
            }
            let (bytes, header) = if position % 2 == 0 {
                typed.write(&half.data(json)?).await?
            } else {
                let mut message = Vec::new();
                generic.serialize_into(&half.value(json)?, &mut message).await?;
                (message, owned(generic.header()))
            };
            letter.headers.extend(header);
            match role {
                Role::Key => letter.key = bytes,
                Role::Value => letter.value = Some(bytes),
            }
        }
    }
    Ok(letters)
}

/// Prints what is in the records of a case.
pub(crate) async fn read(registry: &str, topic: &str, case: &Case, records: &[OwnedMessage]) -> Result<()> {
    let registry = client(registry)?;
    let key = Reading::new(&registry, topic, Role::Key, &case.key)?;
    let value = Reading::new(&registry, topic, Role::Value, &case.value)?;
    for (position, record) in records.iter().enumerate() {
        let key = key.half(record, record.key()).await;
        plain::print(&case.name, position, key, value.half(record, record.payload()).await);
    }
    Ok(())
}

/// Both ways to read one half of the records.
struct Reading {
    role: Role,
    typed: Box<dyn Half>,
    generic: GenericDeserializer,
}

impl Reading {
    fn new(registry: &Arc<dyn SchemaRegistry>, topic: &str, role: Role, half: &plan::Half) -> Result<Self> {
        let (options, registry) = (DeserializerOptions::default(), Arc::clone(registry));
        let serializer = SerializerOptions::default();
        Ok(Self {
            role,
            typed: types::half(half.read_name(), Arc::clone(&registry), topic, role, &serializer)?,
            generic: GenericDeserializer::with_reader(registry, topic, role, &options, half.reader_schema()?),
        })
    }

    async fn half(&self, record: &OwnedMessage, bytes: Option<&[u8]>) -> Result<Json> {
        let Some(bytes) = bytes else { return Ok(Json::Null) };
        let name = match self.role {
            Role::Key => KEY_SCHEMA_ID_HEADER,
            Role::Value => VALUE_SCHEMA_ID_HEADER,
        };
        let headers = record.headers();
        let header = headers.and_then(|all| all.iter().find(|one| one.key == name)?.value);
        let typed = self.typed.read(header, bytes).await?;
        let generic = self.generic.deserialize_with_header(header, bytes).await?.to_json();
        if typed == generic {
            Ok(typed)
        } else {
            Err(format!("the generated type has {typed}, the generic value {generic}").into())
        }
    }
}
