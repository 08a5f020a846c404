//! From a writer's schema to a way of decoding it into a Rust type (codec §5).
//!
//! Schema resolution is decided once per writer's schema, by [`avro_model::resolution`], and comes out as one of:
//!
//! * *identity*: the writer's schema reads like the type's own, logical types included. The type's plain decoder runs.
//! * a *plan*: a flat program. For each field of the writer's record one [`Step`] says which field of the type to set,
//!   and whether as it is or by a [`Plan`] of its own; steps that skip are joined. Generated code runs the steps with
//!   one `match`, and what no step has set takes its default.
//!
//! * *compiled*: for a writer's schema that was known when the type was generated (`avro_codegen::Config::history`), straight
//!   code in the writer's order, [`AvroResolve::decode_compiled`], which comes to the
//!   same as the plan and takes about as long as the plain decoder. It asks the plan about what it has no code for.
//!
//! An error tells the byte; [`Resolution::field_path`] finds the field (`order.items[3].price`) by reading the datum once
//! more, which [`Deserializer`](crate::Deserializer) does for its errors.
//!
//! What depends on the data is found when it is there: a branch of the writer's union or a symbol of its enum that the
//! type has no place for fails the datum that has it. What does not is [`IncompatibleSchema`].
//!
//! ```
//! use serde_wire::resolve::resolve;
//!
//! let writer = r#"{"type": "array", "items": ["null", "int", "string"]}"#.parse()?;
//! let resolution = resolve::<Numbers>(&writer)?;
//! assert_eq!(resolution.decode(&[4, 0, 2, 14, 0])?, Numbers(vec![None, Some(7.0)]));
//! assert_eq!(
//!     resolution.decode(&[2, 4, 2, b'x', 0]).unwrap_err().to_string(),
//!     "cannot decode the datum at byte 2: the reader's schema has no place for a value of the writer's type",
//! );
//! # // What is generated for a schema of this kind.
//! # use serde_wire::codec::{AvroDecode, AvroRead, AvroResolve, AvroSchema, DecodeError};
//! # use serde_wire::resolve::Plan;
//! # #[derive(Debug, PartialEq)]
//! # struct Numbers(Vec<Option<f64>>);
//! # impl AvroSchema for Numbers {
//! #     const SCHEMA: &'static str = r#"{"type":"array","items":["null","double"]}"#;
//! #     const FINGERPRINT: u64 = 0;
//! # }
//! # impl<'a> AvroDecode<'a> for Numbers {
//! #     const MIN_SIZE: usize = 1;
//! #     fn decode<R: AvroRead<'a>>(reader: &mut R) -> Result<Self, DecodeError> {
//! #         AvroDecode::decode(reader).map(Self)
//! #     }
//! # }
//! # impl<'a> AvroResolve<'a> for Numbers {
//! #     fn decode_plan<R: AvroRead<'a>>(plan: Plan<'_>, reader: &mut R) -> Result<Self, DecodeError> {
//! #         AvroResolve::decode_plan(plan, reader).map(Self)
//! #     }
//! # }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod compile;
mod error;
mod layout;
mod mismatch;
#[cfg(feature = "client")]
mod obstacles;
mod plan;
mod record;
mod resolution;
mod skip;
mod trace;

use crate::codec::{AvroRead, AvroResolve, DecodeError};

pub use avro_model::value::{FieldPath, PathStep};
pub use error::IncompatibleSchema;
pub use mismatch::SchemaMismatch;
#[cfg(feature = "client")]
pub(crate) use obstacles::obstacles;
#[cfg(feature = "client")]
pub use obstacles::{Obstacle, Obstacles};
pub use plan::{EnumSymbol, Items, Plan, Primitive};
pub use record::{RecordPlan, Step};
pub use resolution::{Resolution, field_path, resolve, resolve_by_structure};

/// Decodes as [`AvroResolve::decode_plan`] does, for a type that has a [blank](crate::codec::AvroDecode::blank) value, by
/// [`AvroResolve::decode_plan_at`].
///
/// # Errors
/// As [`AvroResolve::decode_plan`].
#[inline(always)]
pub fn decode_plan_by_place<'a, T: AvroResolve<'a>, R: AvroRead<'a>>(
    plan: Plan<'_>,
    reader: &mut R,
) -> Result<T, DecodeError> {
    crate::codec::by_place(reader, |place, reader| T::decode_plan_at(place, plan, reader))
}

/// Decodes as [`AvroResolve::decode_compiled`] does, for a type that has a [blank](crate::codec::AvroDecode::blank) value, by
/// [`AvroResolve::decode_compiled_at`].
///
/// # Errors
/// As [`AvroResolve::decode_compiled`].
#[inline(always)]
pub fn decode_compiled_by_place<'a, T: AvroResolve<'a>, R: AvroRead<'a>>(
    version: usize,
    plan: Plan<'_>,
    reader: &mut R,
) -> Result<T, DecodeError> {
    crate::codec::by_place(reader, |place, reader| T::decode_compiled_at(place, version, plan, reader))
}
