//! Generic data: values of any schema.
//!
//! A [`Value`] is seen through its schema: a record is its fields in the schema's order, an enum the position of its
//! symbol, a union the position of its branch. [`binary`](crate::binary) and [`json_encoding`](crate::json_encoding)
//! read and write values.

mod default;
mod encode_error;
mod from;
mod path;
mod place;
mod text;

pub(crate) use default::Defaults;
pub use default::{DefaultError, default_value};
pub use encode_error::{EncodeError, EncodeProblem};
pub use path::{FieldPath, PathStep};
pub(crate) use place::{Place, Unfit, at};
pub(crate) use text::{latin1, shortened};

use std::collections::BTreeMap;

/// A value of some schema.
///
/// Two values are equal when their encodings are: NaN equals a NaN of the same bits, and `0.0` is not `-0.0`.
#[derive(Debug, Clone)]
pub enum Value {
    /// `null`
    Null,
    /// `boolean`
    Boolean(bool),
    /// `int`
    Int(i32),
    /// `long`
    Long(i64),
    /// `float`
    Float(f32),
    /// `double`
    Double(f64),
    /// `bytes`
    Bytes(Vec<u8>),
    /// `string`
    String(String),
    /// `fixed`: as many bytes as the schema says.
    Fixed(Vec<u8>),
    /// `enum`: the position of the symbol.
    Enum(usize),
    /// `array`
    Array(Vec<Value>),
    /// `map`
    Map(BTreeMap<String, Value>),
    /// `record`: the fields in the schema's order.
    Record(Vec<Value>),
    /// A union: the position of the branch, and its value.
    Union(usize, Box<Value>),
}

impl Value {
    /// The kind of the value, for messages.
    pub fn kind_name(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Boolean(_) => "boolean",
            Self::Int(_) => "int",
            Self::Long(_) => "long",
            Self::Float(_) => "float",
            Self::Double(_) => "double",
            Self::Bytes(_) => "bytes",
            Self::String(_) => "string",
            Self::Fixed(_) => "fixed",
            Self::Enum(_) => "enum",
            Self::Array(_) => "array",
            Self::Map(_) => "map",
            Self::Record(_) => "record",
            Self::Union(..) => "union",
        }
    }
}

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Null, Self::Null) => true,
            (Self::Boolean(a), Self::Boolean(b)) => a == b,
            (Self::Int(a), Self::Int(b)) => a == b,
            (Self::Long(a), Self::Long(b)) => a == b,
            (Self::Float(a), Self::Float(b)) => a.to_bits() == b.to_bits(),
            (Self::Double(a), Self::Double(b)) => a.to_bits() == b.to_bits(),
            (Self::Bytes(a), Self::Bytes(b)) | (Self::Fixed(a), Self::Fixed(b)) => a == b,
            (Self::String(a), Self::String(b)) => a == b,
            (Self::Enum(a), Self::Enum(b)) => a == b,
            (Self::Array(a), Self::Array(b)) | (Self::Record(a), Self::Record(b)) => a == b,
            (Self::Map(a), Self::Map(b)) => a == b,
            (Self::Union(branch, a), Self::Union(other, b)) => branch == other && a == b,
            _ => false,
        }
    }
}
