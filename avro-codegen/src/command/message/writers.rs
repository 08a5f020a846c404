//! The schemas of the writers of messages, and how a message of each is read.

use super::frame::Frame;
use super::wrong;
use crate::command::registry::Registry;
use crate::error::Error;
use avro_model::binary::Decoder;
use avro_model::{Limits, Schema, Value, json_encoding};
use serde_wire::frame::SchemaKey;
use std::collections::HashMap;
use std::collections::hash_map::Entry;

/// How data of one schema is read.
pub(super) struct Reading {
    /// The schema of the values.
    schema: Schema,
    pub(super) decoder: Decoder,
}

impl Reading {
    /// Data of that writer, as it is or as a reader with another schema sees it.
    pub(super) fn of(writer: &Schema, reader: Option<&Schema>, limits: Limits) -> Result<Self, Error> {
        let decoder = match reader {
            Some(reader) => Decoder::resolving(writer, reader).map_err(wrong)?,
            None => Decoder::new(writer),
        };
        Ok(Self { schema: reader.unwrap_or(writer).clone(), decoder: decoder.limits(limits) })
    }

    /// The JSON of a value that was read.
    pub(super) fn json(&self, value: &Value) -> Result<String, Error> {
        json_encoding::encode(&self.schema, value).map_err(wrong)
    }
}

/// Where the schemas of writers come from.
pub(super) enum Writers {
    /// All messages are of one schema, which is known.
    One(Box<OfOneSchema>),
    /// Each message is of the schema that it names.
    Registry(Box<OfRegistry>),
}

pub(super) struct OfOneSchema {
    pub(super) schema: Schema,
    pub(super) reading: Reading,
}

pub(super) struct OfRegistry {
    pub(super) registry: Registry,
    /// Whose context ids are of.
    pub(super) subject: Option<String>,
    pub(super) reader: Option<Schema>,
    pub(super) limits: Limits,
    pub(super) known: HashMap<SchemaKey, Reading>,
}

impl Writers {
    /// Takes the frame off a message.
    pub(super) fn split<'b>(
        &self,
        frame: Frame,
        bytes: &'b [u8],
    ) -> Result<(Option<SchemaKey>, &'b [u8]), Error> {
        let schema = match self {
            Self::One(one) => Some(&one.schema),
            Self::Registry(_) => None,
        };
        frame.split(bytes, schema).map_err(wrong)
    }

    /// How a message is read whose frame names that schema.
    pub(super) fn reading(&mut self, key: Option<SchemaKey>) -> Result<&Reading, Error> {
        match self {
            Self::One(one) => Ok(&one.reading),
            Self::Registry(of) => of.reading(key),
        }
    }
}

impl OfRegistry {
    fn reading(&mut self, key: Option<SchemaKey>) -> Result<&Reading, Error> {
        let key = key.ok_or_else(|| wrong("the message names no schema"))?;
        match self.known.entry(key) {
            Entry::Occupied(known) => Ok(known.into_mut()),
            Entry::Vacant(place) => {
                let found = self.registry.schema(key, self.subject.as_deref())?;
                if let Some(rules) = found.rules_on_read() {
                    eprintln!(
                        "{} has rules that are not run here, so values may be encrypted: {rules}",
                        found.name
                    );
                }
                let reading = Reading::of(&found.schema, self.reader.as_ref(), self.limits);
                Ok(place.insert(reading.map_err(|error| wrong(format!("{}: {error}", found.name)))?))
            }
        }
    }
}
