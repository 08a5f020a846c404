//! Values and schemas of the crate `apache-avro`, both ways (feature `apache-avro`).
//!
//! For code that has [`apache_avro::types::Value`]s already: it sends and receives them by this crate's serializers, and moves on to
//! other forms where that pays.
//!
//! ```
//! use serde_wire::apache::{apache_avro::types::Value as Theirs, from_apache, to_apache, to_apache_schema};
//! use serde_wire::{Schema, Value};
//!
//! let schema: Schema = r#"{"type":"record","name":"User","fields":[
//!     {"name":"name","type":"string"},
//!     {"name":"born","type":["null",{"type":"int","logicalType":"date"}],"default":null}]}"#.parse()?;
//! let theirs = Theirs::Record(vec![("name".to_owned(), Theirs::String("Ada".to_owned()))]);
//! let ours = from_apache(&schema, &theirs)?;
//! assert_eq!(ours, Value::Record(vec![Value::String("Ada".into()), Value::Union(0, Box::new(Value::Null))]));
//!
//! let theirs = to_apache(&schema, &ours);
//! assert!(theirs.validate(&to_apache_schema(&schema)?));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod from;
mod schema;
#[cfg(test)]
mod tests;
mod to;

pub use ::apache_avro;
pub use from::{FromApacheError, from_apache};
pub use schema::to_apache_schema;
pub use to::to_apache;
