//! Bytes that come one by one, as those of a `Vec<u8>` do.

use super::super::error::Fault;
use serde::ser::{Impossible, Serialize, Serializer};

/// Takes one number of a byte.
pub(super) struct OneByte;

impl OneByte {
    fn of<T: TryInto<u8> + Copy + std::fmt::Display>(value: T) -> Result<u8, Fault> {
        value.try_into().map_err(|_| Fault::new(format!("the number {value} is no byte: 0 to 255")))
    }

    fn none<T>() -> Result<T, Fault> {
        Err(Fault::new("a part of bytes is no number of 0 to 255"))
    }
}

macro_rules! numbers {
    ($($name:ident: $type:ty),* $(,)?) => {
        $(fn $name(self, value: $type) -> Result<u8, Fault> {
            Self::of(value)
        })*
    };
}

macro_rules! others {
    ($($name:ident($($type:ty),*) -> $result:ty;)*) => {
        $(fn $name(self, $(_: $type),*) -> Result<$result, Fault> {
            Self::none()
        })*
    };
}

type No = Impossible<u8, Fault>;

impl Serializer for OneByte {
    type Ok = u8;
    type Error = Fault;
    type SerializeSeq = No;
    type SerializeTuple = No;
    type SerializeTupleStruct = No;
    type SerializeTupleVariant = No;
    type SerializeMap = No;
    type SerializeStruct = No;
    type SerializeStructVariant = No;

    numbers! {
        serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64,
        serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u64: u64,
    }

    others! {
        serialize_bool(bool) -> u8;
        serialize_f32(f32) -> u8;
        serialize_f64(f64) -> u8;
        serialize_char(char) -> u8;
        serialize_str(&str) -> u8;
        serialize_bytes(&[u8]) -> u8;
        serialize_none() -> u8;
        serialize_unit() -> u8;
        serialize_unit_struct(&'static str) -> u8;
        serialize_unit_variant(&'static str, u32, &'static str) -> u8;
        serialize_seq(Option<usize>) -> No;
        serialize_tuple(usize) -> No;
        serialize_tuple_struct(&'static str, usize) -> No;
        serialize_tuple_variant(&'static str, u32, &'static str, usize) -> No;
        serialize_map(Option<usize>) -> No;
        serialize_struct(&'static str, usize) -> No;
        serialize_struct_variant(&'static str, u32, &'static str, usize) -> No;
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<u8, Fault> {
        value.serialize(self)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<u8, Fault> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<u8, Fault> {
        Self::none()
    }
}
