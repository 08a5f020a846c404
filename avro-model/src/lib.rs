//! Avro schemas, exactly: parsing, printing, identity, compatibility, resolution and generic data.
//!
//! The registry, the code generator and the serializer all stand on this crate, so that they agree to the byte.
//! It is pure: no async, no I/O, no clock and no global state.
#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod binary;
pub mod budget;
mod canonical;
pub mod compatibility;
mod default;
mod equality;
pub mod explanation;
pub mod fingerprint;
pub mod identity;
#[cfg(feature = "idl")]
pub mod idl;
pub mod json;
pub mod json_encoding;
pub mod limits;
pub mod name;
mod normalize;
pub mod parser;
mod print;
mod rendered;
pub mod resolution;
pub mod schema;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
pub mod value;
mod writer;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

pub use budget::Budget;
pub use limits::Limits;
pub use name::Fullname;
pub use parser::{ParseError, Parser, Validation};
pub use resolution::Resolution;
pub use schema::{Kind, Node, NodeId, Schema};
pub use value::Value;
