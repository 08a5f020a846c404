//! Data to values of types, led by the schema that wrote it.

mod exact;
mod items;
mod key;
mod record;
mod skip;
mod variant;

use super::error::{Fault, describe};
use super::logical::{text_of_bytes, text_of_number};
use crate::codec::{AvroRead, DecodeError, Reader};
use avro_model::{Kind, Node, NodeId, Schema};
use items::{Bytes, Entries, Items};
use record::{FieldValues, Fields};
use serde::de::{Deserializer, Visitor};
use skip::{skip, takes_no_bytes};
use variant::{Chosen, Symbol};

/// A place in a schema, where the next value is read.
pub(in crate::serde_data) struct At<'s, 'r, 'de> {
    schema: &'s Schema,
    node: NodeId,
    reader: &'r mut Reader<'de>,
    /// The branches of the union of which it is one, and its position, which was read.
    union: Option<(&'s [NodeId], usize)>,
}

/// What a type asks for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    /// Whatever comes, or a text.
    Text,
    /// Numbers as they are.
    Number,
    /// A number of `f32`, and no other one near to it.
    Float,
    /// A number of `f64`, and no other one near to it.
    Double,
    /// Bytes as they are.
    Bytes,
    /// A sequence: of bytes, too.
    Sequence,
    /// A tuple: of the fields of a record, too.
    Tuple,
}

impl Wanted {
    fn is_number(self) -> bool {
        matches!(self, Self::Number | Self::Float | Self::Double)
    }
}

impl<'s, 'r, 'de> At<'s, 'r, 'de> {
    pub(in crate::serde_data) fn root(schema: &'s Schema, reader: &'r mut Reader<'de>) -> Self {
        Self { schema, node: schema.root(), reader, union: None }
    }

    fn node(&self) -> &'s Node {
        let schema: &'s Schema = self.schema;
        &schema[self.node]
    }

    /// The branch that the data has of a union, or the node itself.
    fn resolved(mut self) -> Result<Self, Fault> {
        let node = self.node();
        if let Kind::Union(branches) = &node.kind {
            let position = usize::try_from(self.reader.read_index()?).map_err(|_| DecodeError::UnionIndex)?;
            self.node = *branches.get(position).ok_or(DecodeError::UnionIndex)?;
            self.union = Some((branches, position));
        }
        Ok(self)
    }

    /// The position of an enum's symbol.
    fn symbol(&mut self, symbols: &'s [String]) -> Result<&'s str, Fault> {
        let position = usize::try_from(self.reader.read_index()?).map_err(|_| DecodeError::EnumIndex)?;
        Ok(symbols.get(position).ok_or(DecodeError::EnumIndex)?)
    }

    fn visit<V: Visitor<'de>>(self, wanted: Wanted, visitor: V) -> Result<V::Value, Fault> {
        let mut at = self.resolved()?;
        let node = at.node();
        match &node.kind {
            Kind::Null => visitor.visit_unit(),
            Kind::Boolean => visitor.visit_bool(at.reader.read_boolean()?),
            Kind::Int => {
                let number = at.reader.read_int()?;
                exact::of_integer(wanted, i64::from(number))?;
                match at.text(wanted, i64::from(number)) {
                    Some(text) => visitor.visit_string(text),
                    None => visitor.visit_i32(number),
                }
            }
            Kind::Long => {
                let number = at.reader.read_long()?;
                exact::of_integer(wanted, number)?;
                match at.text(wanted, number) {
                    Some(text) => visitor.visit_string(text),
                    None => visitor.visit_i64(number),
                }
            }
            Kind::Float => visitor.visit_f32(at.reader.read_float()?),
            Kind::Double => {
                let number = at.reader.read_double()?;
                exact::of_double(wanted, number)?;
                visitor.visit_f64(number)
            }
            Kind::String => visitor.visit_borrowed_str(at.reader.read_str()?),
            Kind::Bytes => {
                let bytes = at.reader.read_bytes()?;
                at.visit_bytes(wanted, bytes, visitor)
            }
            Kind::Fixed(fixed) => {
                let bytes = at.reader.read_slice(fixed.size)?;
                at.visit_bytes(wanted, bytes, visitor)
            }
            Kind::Enum(definition) => visitor.visit_str(at.symbol(&definition.symbols)?),
            Kind::Array(item) => Items::new(at.schema, *item, at.reader).visit(visitor),
            Kind::Map(values) => Entries::new(at.schema, *values, at.reader).visit(visitor),
            Kind::Record(record) if wanted == Wanted::Tuple => {
                FieldValues::new(at.schema, record, at.reader).visit(visitor)
            }
            Kind::Record(record) => Fields::new(at.schema, record, at.reader).visit(visitor),
            // A union has none among its branches.
            Kind::Union(_) => Err(Fault::new("a union stands in a union")),
        }
    }

    fn text(&self, wanted: Wanted, number: i64) -> Option<String> {
        match self.node().logical {
            Some(logical) if !wanted.is_number() => text_of_number(logical, number),
            _ => None,
        }
    }

    fn visit_bytes<V: Visitor<'de>>(
        &self,
        wanted: Wanted,
        bytes: &'de [u8],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        let text = match self.node().logical {
            Some(logical) if wanted == Wanted::Text || wanted.is_number() => text_of_bytes(logical, bytes)?,
            _ => None,
        };
        match (text, wanted) {
            (Some(text), _) => visitor.visit_string(text),
            (None, Wanted::Sequence | Wanted::Tuple) => Bytes::new(bytes).visit(visitor),
            (None, _) => visitor.visit_borrowed_bytes(bytes),
        }
    }
}

macro_rules! wanting {
    ($wanted:ident: $($name:ident)*) => {
        $(fn $name<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
            self.visit(Wanted::$wanted, visitor)
        })*
    };
}

impl<'de> Deserializer<'de> for At<'_, '_, 'de> {
    type Error = Fault;

    wanting!(Text: deserialize_any deserialize_str deserialize_string deserialize_char deserialize_bool
        deserialize_map deserialize_identifier deserialize_unit);
    wanting!(Number: deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_i128
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_u128);
    wanting!(Float: deserialize_f32);
    wanting!(Double: deserialize_f64);
    wanting!(Bytes: deserialize_bytes deserialize_byte_buf);
    wanting!(Sequence: deserialize_seq);

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        let at = self.resolved()?;
        match at.node().kind {
            Kind::Null => visitor.visit_none(),
            _ => visitor.visit_some(at),
        }
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        let at = self.resolved()?;
        match &at.node().kind {
            Kind::Record(record) if record.fields.is_empty() => visitor.visit_unit(),
            _ => at.deserialize_unit(visitor),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Fault> {
        self.visit(Wanted::Tuple, visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        self.visit(Wanted::Tuple, visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        self.visit(Wanted::Text, visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        let mut at = self.resolved()?;
        let node = at.node();
        if let Kind::Enum(definition) = &node.kind {
            // The symbol, unless the variants are called as the branches are.
            let called = variant::called(&at, variants).filter(|_| at.union.is_some());
            let before = at.reader.clone();
            let symbol = at.symbol(&definition.symbols)?;
            return match called {
                Some(variant) if !variants.contains(&symbol) => {
                    *at.reader = before;
                    visitor.visit_enum(Chosen::new(variant, at))
                }
                _ => visitor.visit_enum(Symbol(symbol)),
            };
        }
        if let Some(variant) = variant::called(&at, variants) {
            return visitor.visit_enum(Chosen::new(variant, at));
        }
        match &node.kind {
            Kind::String => visitor.visit_enum(Symbol(at.reader.read_str()?)),
            _ => {
                let ambiguous = variant::ambiguous(&at, variants);
                let why = ambiguous.map_or_else(String::new, |several| format!(": {several}"));
                let (found, known) = (describe(at.schema, at.node), variants.join(", "));
                Err(Fault::new(format!("enum {name} has no variant for {found}; it has {known}{why}")))
            }
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        skip(self.schema, self.node, self.reader)?;
        visitor.visit_unit()
    }
}
