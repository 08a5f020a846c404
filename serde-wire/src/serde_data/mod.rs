//! Types of serde to Avro data and back, led by a schema (feature `serde`).
//!
//! Any `T: Serialize` is written with a schema that is only known at run time, and any `T: Deserialize` is read from data of one.
//! Messages of a registry go through [`GenericSerializer`](crate::GenericSerializer) and
//! [`GenericDeserializer`](crate::GenericDeserializer), which call this. Types that `avro-codegen` makes are several times as fast.
//!
//! ```
//! use serde::{Deserialize, Serialize};
//! use serde_wire::Schema;
//! use serde_wire::serde_data::{from_datum, to_datum};
//!
//! #[derive(Serialize, Deserialize, PartialEq, Debug)]
//! struct Order<'a> {
//!     id: u64,
//!     customer: &'a str,
//!     note: Option<String>,
//! }
//!
//! let schema: Schema = r#"{"type":"record","name":"Order","fields":[
//!     {"name":"customer","type":"string"},
//!     {"name":"id","type":"long"},
//!     {"name":"note","type":["null","string"],"default":null}]}"#.parse()?;
//! let order = Order { id: 7, customer: "Ada", note: None };
//! let datum = to_datum(&schema, &order)?;
//! assert_eq!(datum, [6, b'A', b'd', b'a', 14, 0]);
//! assert_eq!(from_datum::<Order>(&schema, &datum)?, order);
//!
//! let error = to_datum(&schema, &Order { id: u64::MAX, ..order }).unwrap_err();
//! assert_eq!(error.to_string(), "in id: the number 18446744073709551615 does not fit long");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What becomes what
//!
//! | Avro | Rust |
//! |---|---|
//! | `record` | a struct, or a map with text keys (also what `#[serde(flatten)]` makes), by the names of fields, in any order; a tuple, by their order. A field that the value has not takes its default; one that the schema has not is an error. Read: a field that the type has not is ignored, unless it says `deny_unknown_fields` |
//! | `enum` | an enum of units, or a text, by the symbol |
//! | a union with `null` | `Option` |
//! | another union | the first branch that the value fits, as described below; an enum of which each variant is called as a branch is, by its full name, by its short name where no other branch has it, or `Int`, `String`, `Array` and so on; `#[serde(untagged)]` works too |
//! | `int`, `long` | any integer in the range |
//! | `float`, `double` | `f32`, and `f64` for `double` alone; integers of at most 16 and 32 bits, which they hold. Read: `f32` and `f64` take any number that they hold as it is, and refuse one that they would round |
//! | `bytes`, `fixed` | `serde_bytes`, `Vec<u8>`, `[u8; N]` |
//! | `array` | sequences and tuples |
//! | `map` | maps whose keys are texts, numbers or symbols; structs |
//! | `date`, `time-*`, `timestamp-*`, `local-timestamp-*` | the number as it is, or the text that [`types`](crate::types), `chrono`, `jiff` (ISO 8601) have; one that is finer than the unit is refused |
//! | `decimal`, `big-decimal` | a text such as `12.30` ([`types`](crate::types), `rust_decimal`, `bigdecimal`), an integer, or the bytes as they are; more digits than the precision are refused, and a scale that would lose one |
//! | `uuid` | its text, or of a `fixed` the bytes |
//! | `duration` | the text of [`types::Duration`](crate::types::Duration), or the bytes |
//!
//! Types see a format for people (`is_human_readable`). Where a type takes whatever comes, as in `flatten`, in untagged enums and
//! in `serde_json::Value`, a logical type comes as its text.
//!
//! # Branches of unions
//!
//! A full name comes before a short one, and a short name (or that of a type) which several branches have is refused: `#[serde(rename = "n.Created")]`
//! gives a variant or a struct the full name of one. A unit of an enum takes the symbol of the enum of its type's name, else of the only one that has it.
//!
//! A struct takes the record of its name, else the only record, else a map. An integer takes `int` or `long`, of which
//! the nearer to its type, then floats that hold it; a text takes `string`, then an enum with that symbol, then a logical type
//! that reads it; bytes take `bytes`, then a `fixed` of their size.

mod error;
mod logical;
mod read;
#[cfg(test)]
mod tests;
mod write;

pub use error::{SerdeError, SerdeProblem};

use crate::codec::{AvroRead, DecodeError, Reader};
use avro_model::{Schema, Value};
use serde::de::{Deserialize, DeserializeOwned};
use serde::ser::Serialize;

/// Writes the value as a datum of that schema.
///
/// # Errors
/// The value has no place in the schema.
pub fn to_datum<T: Serialize + ?Sized>(schema: &Schema, value: &T) -> Result<Vec<u8>, SerdeError> {
    let mut datum = Vec::new();
    to_datum_into(schema, value, &mut datum)?;
    Ok(datum)
}

/// Writes the value as a datum of that schema behind what `out` holds, which is as it was after an error.
///
/// # Errors
/// As [`to_datum`].
pub fn to_datum_into<T: Serialize + ?Sized>(
    schema: &Schema,
    value: &T,
    out: &mut Vec<u8>,
) -> Result<(), SerdeError> {
    let start = out.len();
    value.serialize(write::At::root(schema, out)).map_err(|fault| {
        out.truncate(start);
        fault.into()
    })
}

/// Reads a value from a datum of that schema. It may borrow texts and bytes from the datum.
///
/// # Errors
/// The bytes are not one datum of the schema, or have no place in the type.
pub fn from_datum<'de, T: Deserialize<'de>>(schema: &Schema, datum: &'de [u8]) -> Result<T, SerdeError> {
    let mut reader = Reader::new(datum);
    let read = T::deserialize(read::At::root(schema, &mut reader));
    let at = |fault: error::Fault, reader: &Reader<'_>| {
        SerdeError::from(fault).at(datum.len() - reader.remaining())
    };
    match read {
        Ok(_) if reader.remaining() != 0 => Err(at(DecodeError::TrailingBytes.into(), &reader)),
        Ok(value) => Ok(value),
        Err(fault) => Err(at(fault, &reader)),
    }
}

/// The value as a [`Value`] of that schema.
///
/// # Errors
/// As [`to_datum`]; a value that nests deeper than [`avro_model::Limits`] allows.
pub fn to_value<T: Serialize + ?Sized>(schema: &Schema, value: &T) -> Result<Value, SerdeError> {
    let datum = to_datum(schema, value)?;
    avro_model::binary::Decoder::new(schema)
        .decode(&datum)
        .map_err(|error| SerdeError::new(error.path, SerdeProblem::Type(error.problem.to_string())))
}

/// Reads a value of a type from a [`Value`] of that schema.
///
/// # Errors
/// The value is none of the schema, or has no place in the type. The offset is that in its datum.
pub fn from_value<T: DeserializeOwned>(schema: &Schema, value: &Value) -> Result<T, SerdeError> {
    let datum = avro_model::binary::encode(schema, value)
        .map_err(|error| SerdeError::new(Default::default(), SerdeProblem::Type(error.to_string())))?;
    from_datum(schema, &datum)
}
