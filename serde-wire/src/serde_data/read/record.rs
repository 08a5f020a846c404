//! The fields of a record: by name, or in order.

use super::super::error::Fault;
use super::{At, skip};
use crate::codec::{AvroRead, Reader};
use avro_model::Schema;
use avro_model::schema::{Field, Record};
use avro_model::value::PathStep;
use serde::de::value::StrDeserializer;
use serde::de::{DeserializeSeed, Error, IntoDeserializer, MapAccess, SeqAccess, Visitor};

/// Fields by name.
pub(super) struct Fields<'s, 'r, 'de> {
    schema: &'s Schema,
    record: &'s Record,
    reader: &'r mut Reader<'de>,
    next: usize,
}

impl<'s, 'r, 'de> Fields<'s, 'r, 'de> {
    pub(super) fn new(schema: &'s Schema, record: &'s Record, reader: &'r mut Reader<'de>) -> Self {
        Self { schema, record, reader, next: 0 }
    }

    pub(super) fn visit<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, Fault> {
        self.reader.enter_recursive()?;
        let value = visitor.visit_map(&mut self)?;
        // A type may have seen enough before the end.
        for field in self.record.fields.get(self.next..).unwrap_or_default() {
            skip(self.schema, field.schema, self.reader)
                .map_err(|error| Fault::from(error).inside(step(field)))?;
        }
        self.reader.leave_recursive();
        Ok(value)
    }

    fn left(&self) -> usize {
        self.record.fields.len() - self.next
    }

    /// The value of the next field.
    fn value<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Fault> {
        let Some(field) = self.record.fields.get(self.next) else {
            return Err(Fault::new("a value was asked for behind the last field"));
        };
        self.next += 1;
        let at = At { schema: self.schema, node: field.schema, reader: self.reader, union: None };
        seed.deserialize(at).map_err(|fault| fault.inside(step(field)))
    }
}

fn step(field: &Field) -> PathStep {
    PathStep::Field(field.name.clone())
}

impl<'de> MapAccess<'de> for Fields<'_, '_, 'de> {
    type Error = Fault;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Fault> {
        let Some(field) = self.record.fields.get(self.next) else { return Ok(None) };
        let name: StrDeserializer<'_, Fault> = field.name.as_str().into_deserializer();
        seed.deserialize(name).map(Some)
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Fault> {
        self.value(seed)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.left())
    }
}

/// Fields in order.
pub(super) struct FieldValues<'s, 'r, 'de>(Fields<'s, 'r, 'de>);

impl<'s, 'r, 'de> FieldValues<'s, 'r, 'de> {
    pub(super) fn new(schema: &'s Schema, record: &'s Record, reader: &'r mut Reader<'de>) -> Self {
        Self(Fields::new(schema, record, reader))
    }

    pub(super) fn visit<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, Fault> {
        self.0.reader.enter_recursive()?;
        let value = visitor.visit_seq(&mut self)?;
        if self.0.left() > 0 {
            return Err(Fault::invalid_length(self.0.record.fields.len(), &"a tuple of fewer parts"));
        }
        self.0.reader.leave_recursive();
        Ok(value)
    }
}

impl<'de> SeqAccess<'de> for FieldValues<'_, '_, 'de> {
    type Error = Fault;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Fault> {
        if self.0.left() == 0 { Ok(None) } else { self.0.value(seed).map(Some) }
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.0.left())
    }
}
