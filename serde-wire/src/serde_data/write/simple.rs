//! Values that can only be one simple thing: a byte of bytes, and the key of a map, which is text in Avro.

use super::super::error::Fault;
use serde::ser::{Impossible, Serialize, Serializer};
use std::fmt::Display;

/// What a value is made of.
enum Simple<'v> {
    Integer(i128),
    /// What an [`Integer`](Self::Integer) does not hold.
    Large(u128),
    Boolean(bool),
    Text(&'v str),
    /// A variant without content.
    Symbol(&'static str),
}

/// A number of one byte, of bytes that come one by one, as those of a `Vec<u8>` do.
pub(super) fn byte<T: Serialize + ?Sized>(value: &T) -> Result<u8, Fault> {
    fn out_of_range(number: impl Display) -> Fault {
        Fault::new(format!("the number {number} is no byte: 0 to 255"))
    }
    let refusal = "a part of bytes is no number of 0 to 255";
    value.serialize(Only {
        refusal,
        take: |simple: Simple<'_>| match simple {
            Simple::Integer(number) => u8::try_from(number).map_err(|_| out_of_range(number)),
            Simple::Large(number) => Err(out_of_range(number)),
            Simple::Boolean(_) | Simple::Text(_) | Simple::Symbol(_) => Err(Fault::new(refusal)),
        },
    })
}

/// The text of a key: one of a text, a number, a boolean or a symbol.
pub(super) fn key<T: Serialize + ?Sized>(value: &T) -> Result<String, Fault> {
    value.serialize(Only {
        refusal: "a key of a map is no text, number or symbol",
        take: |simple: Simple<'_>| {
            Ok(match simple {
                Simple::Integer(number) => number.to_string(),
                Simple::Large(number) => number.to_string(),
                Simple::Boolean(value) => value.to_string(),
                Simple::Text(text) | Simple::Symbol(text) => text.to_owned(),
            })
        },
    })
}

/// Takes a simple value, and refuses all else.
struct Only<F> {
    refusal: &'static str,
    take: F,
}

macro_rules! integers {
    ($($name:ident: $type:ty),* $(,)?) => {
        $(fn $name(self, value: $type) -> Result<T, Fault> {
            (self.take)(Simple::Integer(value.into()))
        })*
    };
}

macro_rules! others {
    ($($name:ident($($type:ty),*) -> $result:ty;)*) => {
        $(fn $name(self, $(_: $type),*) -> Result<$result, Fault> {
            Err(Fault::new(self.refusal))
        })*
    };
}

impl<T, F: FnOnce(Simple<'_>) -> Result<T, Fault>> Serializer for Only<F> {
    type Ok = T;
    type Error = Fault;
    type SerializeSeq = Impossible<T, Fault>;
    type SerializeTuple = Impossible<T, Fault>;
    type SerializeTupleStruct = Impossible<T, Fault>;
    type SerializeTupleVariant = Impossible<T, Fault>;
    type SerializeMap = Impossible<T, Fault>;
    type SerializeStruct = Impossible<T, Fault>;
    type SerializeStructVariant = Impossible<T, Fault>;

    integers! {
        serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64, serialize_i128: i128,
        serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u64: u64,
    }

    others! {
        serialize_f32(f32) -> T;
        serialize_f64(f64) -> T;
        serialize_bytes(&[u8]) -> T;
        serialize_none() -> T;
        serialize_unit() -> T;
        serialize_unit_struct(&'static str) -> T;
        serialize_seq(Option<usize>) -> Self::SerializeSeq;
        serialize_tuple(usize) -> Self::SerializeTuple;
        serialize_tuple_struct(&'static str, usize) -> Self::SerializeTupleStruct;
        serialize_tuple_variant(&'static str, u32, &'static str, usize) -> Self::SerializeTupleVariant;
        serialize_map(Option<usize>) -> Self::SerializeMap;
        serialize_struct(&'static str, usize) -> Self::SerializeStruct;
        serialize_struct_variant(&'static str, u32, &'static str, usize) -> Self::SerializeStructVariant;
    }

    fn serialize_u128(self, value: u128) -> Result<T, Fault> {
        (self.take)(i128::try_from(value).map_or(Simple::Large(value), Simple::Integer))
    }

    fn serialize_bool(self, value: bool) -> Result<T, Fault> {
        (self.take)(Simple::Boolean(value))
    }

    fn serialize_char(self, value: char) -> Result<T, Fault> {
        (self.take)(Simple::Text(value.encode_utf8(&mut [0; 4])))
    }

    fn serialize_str(self, value: &str) -> Result<T, Fault> {
        (self.take)(Simple::Text(value))
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<T, Fault> {
        (self.take)(Simple::Symbol(variant))
    }

    fn serialize_some<V: Serialize + ?Sized>(self, value: &V) -> Result<T, Fault> {
        value.serialize(self)
    }

    fn serialize_newtype_struct<V: Serialize + ?Sized>(self, _: &'static str, value: &V) -> Result<T, Fault> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<V: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &V,
    ) -> Result<T, Fault> {
        Err(Fault::new(self.refusal))
    }
}
