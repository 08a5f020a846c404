//! Values of types to data, led by a schema.

pub(in crate::serde_data) mod branch;
mod items;
mod map;
mod record;
mod simple;
mod value;

use super::error::Fault;
use super::logical::{Raw, parsed, whole_decimal};
use crate::codec::{AvroEncode, AvroWrite, Writer};
use avro_model::{Kind, Limits, NodeId, Schema};
use items::Items;
use map::Entries;
use serde::ser::{Serialize, SerializeStruct, Serializer};

/// A place in a schema, where the next value is written.
pub(in crate::serde_data) struct At<'s, 'o> {
    schema: &'s Schema,
    node: NodeId,
    out: &'o mut Vec<u8>,
    /// How many records, arrays and maps stand around it.
    depth: usize,
}

impl<'s, 'o> At<'s, 'o> {
    pub(in crate::serde_data) fn root(schema: &'s Schema, out: &'o mut Vec<u8>) -> Self {
        Self { schema, node: schema.root(), out, depth: 0 }
    }

    fn kind(&self) -> &'s Kind {
        let schema: &'s Schema = self.schema;
        &schema[self.node].kind
    }

    /// One level deeper.
    fn enter(&self) -> Result<usize, Fault> {
        let limit = Limits::DEFAULT.depth;
        if self.depth == limit {
            return Err(Fault::new(format!("values nest deeper than {limit} levels")));
        }
        Ok(self.depth + 1)
    }

    /// Writes bytes, with their length unless they are a fixed.
    fn bytes(self, bytes: &[u8]) {
        match self.kind() {
            Kind::Fixed(_) => self.out.extend_from_slice(bytes),
            _ => Writer::new(self.out).write_bytes(bytes),
        }
    }

    fn raw(self, raw: Raw) {
        match raw {
            Raw::Int(number) => number.encode_into(self.out),
            Raw::Long(number) => number.encode_into(self.out),
            Raw::Bytes(bytes) => self.bytes(&bytes),
            Raw::Text(text) => self.bytes(text.as_bytes()),
        }
    }

    /// Writes an integer of a type of `bits` bits, the sign among them.
    fn integer(mut self, number: i128, bits: u32) -> Result<(), Fault> {
        let (int, long) = (i32::try_from(number), i64::try_from(number));
        self.choose(
            |node| match &node.kind {
                Kind::Int if int.is_ok() => Some(u8::from(bits > 32)),
                Kind::Long if long.is_ok() => Some(u8::from(bits <= 32)),
                Kind::Double if bits <= 33 => Some(2),
                Kind::Float if bits <= 17 => Some(3),
                Kind::Bytes | Kind::Fixed(_) => whole_decimal(node, number).map(|_| 4),
                _ => None,
            },
            || format!("the number {number}"),
        )?;
        match (self.kind(), int, long) {
            (Kind::Int, Ok(int), _) => int.encode_into(self.out),
            (Kind::Long, _, Ok(long)) => long.encode_into(self.out),
            (Kind::Double, Ok(int), _) => f64::from(int).encode_into(self.out),
            (Kind::Double, _, Ok(long)) => {
                // Of 32 bits without a sign.
                f64::from(u32::try_from(long).unwrap_or_default()).encode_into(self.out);
            }
            (Kind::Float, Ok(int), _) => match (i16::try_from(int), u16::try_from(int)) {
                (Ok(small), _) => f32::from(small).encode_into(self.out),
                (_, small) => f32::from(small.unwrap_or_default()).encode_into(self.out),
            },
            _ => {
                if let Some(raw) = whole_decimal(&self.schema[self.node], number) {
                    self.raw(raw);
                }
            }
        }
        Ok(())
    }

    /// Writes a null where `what` is none of the schema.
    fn null(mut self, what: &str) -> Result<(), Fault> {
        self.choose(|node| matches!(node.kind, Kind::Null).then_some(0), || what.to_owned())
    }
}

macro_rules! integers {
    ($($name:ident: $type:ty, $bits:literal),* $(,)?) => {
        $(fn $name(self, value: $type) -> Result<(), Fault> {
            self.integer(i128::from(value), $bits)
        })*
    };
}

impl<'s, 'o> Serializer for At<'s, 'o> {
    type Ok = ();
    type Error = Fault;
    type SerializeSeq = Items<'s, 'o>;
    type SerializeTuple = Items<'s, 'o>;
    type SerializeTupleStruct = Items<'s, 'o>;
    type SerializeTupleVariant = Items<'s, 'o>;
    type SerializeMap = Entries<'s, 'o>;
    type SerializeStruct = Entries<'s, 'o>;
    type SerializeStructVariant = Entries<'s, 'o>;

    integers! {
        serialize_i8: i8, 8,
        serialize_i16: i16, 16,
        serialize_i32: i32, 32,
        serialize_i64: i64, 64,
        serialize_i128: i128, 128,
        serialize_u8: u8, 9,
        serialize_u16: u16, 17,
        serialize_u32: u32, 33,
        serialize_u64: u64, 65,
    }

    fn serialize_u128(mut self, value: u128) -> Result<(), Fault> {
        match i128::try_from(value) {
            Ok(value) => self.integer(value, 129),
            Err(_) => self.choose(|_| None, || format!("the number {value}")),
        }
    }

    fn serialize_bool(mut self, value: bool) -> Result<(), Fault> {
        self.choose(|node| matches!(node.kind, Kind::Boolean).then_some(0), || value.to_string())?;
        value.encode_into(self.out);
        Ok(())
    }

    fn serialize_f32(mut self, value: f32) -> Result<(), Fault> {
        self.choose(
            |node| match node.kind {
                Kind::Float => Some(0),
                Kind::Double => Some(1),
                _ => None,
            },
            || format!("the number {value} of 32 bits"),
        )?;
        match self.kind() {
            Kind::Float => value.encode_into(self.out),
            _ => f64::from(value).encode_into(self.out),
        }
        Ok(())
    }

    fn serialize_f64(mut self, value: f64) -> Result<(), Fault> {
        let what = || format!("the number {value} of 64 bits");
        self.choose(|node| matches!(node.kind, Kind::Double).then_some(0), what)?;
        value.encode_into(self.out);
        Ok(())
    }

    fn serialize_char(self, value: char) -> Result<(), Fault> {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(mut self, text: &str) -> Result<(), Fault> {
        self.choose(
            |node| match &node.kind {
                Kind::String if node.logical.is_none() => Some(0),
                Kind::Enum(definition) => definition.symbols.iter().any(|symbol| symbol == text).then_some(1),
                _ => parsed(node, text).map(|_| 2),
            },
            || branch::told(text),
        )?;
        let node = &self.schema[self.node];
        match &node.kind {
            Kind::Enum(definition) => {
                let position = definition.symbols.iter().position(|symbol| symbol == text);
                branch::index(position.unwrap_or_default(), self.out);
            }
            Kind::String if node.logical.is_none() => self.bytes(text.as_bytes()),
            _ => {
                if let Some(raw) = parsed(node, text) {
                    self.raw(raw);
                }
            }
        }
        Ok(())
    }

    fn serialize_bytes(mut self, bytes: &[u8]) -> Result<(), Fault> {
        self.choose(
            |node| match &node.kind {
                Kind::Bytes => Some(0),
                Kind::Fixed(fixed) => (fixed.size == bytes.len()).then_some(1),
                _ => None,
            },
            || format!("bytes ({})", bytes.len()),
        )?;
        self.bytes(bytes);
        Ok(())
    }

    fn serialize_none(self) -> Result<(), Fault> {
        self.null("none")
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Fault> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), Fault> {
        self.null("a unit")
    }

    fn serialize_unit_struct(self, name: &'static str) -> Result<(), Fault> {
        match self.named_record(name)? {
            Some(_) => SerializeStruct::end(self.serialize_struct(name, 0)?),
            None => self.null("a unit"),
        }
    }

    fn serialize_unit_variant(
        mut self,
        name: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<(), Fault> {
        if let Some(place) = self.enum_of(name, variant)? {
            self.take(place);
            return self.serialize_str(variant);
        }
        if let Some(branch) = self.named(variant)? {
            self.take(branch);
            return match self.kind() {
                Kind::Record(_) => SerializeStruct::end(self.serialize_struct(variant, 0)?),
                _ => self.null(&format!("variant {variant}")),
            };
        }
        let nearest = self.nearest_symbol(variant);
        self.choose(
            |node| (matches!(node.kind, Kind::String) && node.logical.is_none()).then_some(0),
            || branch::unknown_variant(variant, nearest.as_deref()),
        )?;
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), Fault> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), Fault> {
        value.serialize(self.variant(variant)?)
    }

    fn serialize_seq(self, length: Option<usize>) -> Result<Items<'s, 'o>, Fault> {
        Items::sequence(self, length)
    }

    fn serialize_tuple(self, length: usize) -> Result<Items<'s, 'o>, Fault> {
        Items::tuple(self, length)
    }

    fn serialize_tuple_struct(self, _: &'static str, length: usize) -> Result<Items<'s, 'o>, Fault> {
        Items::tuple(self, length)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        length: usize,
    ) -> Result<Items<'s, 'o>, Fault> {
        Items::tuple(self.variant(variant)?, length)
    }

    fn serialize_map(self, length: Option<usize>) -> Result<Entries<'s, 'o>, Fault> {
        Entries::map(self, length)
    }

    fn serialize_struct(self, name: &'static str, length: usize) -> Result<Entries<'s, 'o>, Fault> {
        Entries::of_struct(self, name, length)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        length: usize,
    ) -> Result<Entries<'s, 'o>, Fault> {
        Entries::of_struct(self.variant(variant)?, variant, length)
    }
}
