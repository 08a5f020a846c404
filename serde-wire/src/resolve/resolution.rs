//! A decided way of decoding one writer's schema into one type.

use super::IncompatibleSchema;
use super::compile::compile;
use super::plan::{Plan, Program};
use crate::codec::{AvroRead, AvroResolve, AvroSchema, DecodeError, DecodeFailure, Limits, Reader, finish};
use avro_model::{Parser, Schema, Validation};
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

/// How to decode data of one writer's schema into `T`. Cheap to clone and to share.
pub struct Resolution<T> {
    tier: Tier,
    // Not a `T`, but a way to make one: shared between threads whatever `T` is.
    makes: PhantomData<fn() -> T>,
}

#[derive(Clone)]
enum Tier {
    Identity,
    Plan(Arc<Program>),
}

/// Decides how to decode data of `writer` into `T`.
///
/// # Errors
/// No data of the writer's schema can ever be read as `T`.
pub fn resolve<T: AvroSchema>(writer: &Schema) -> Result<Resolution<T>, IncompatibleSchema> {
    // As lenient as can be: that it is a schema was decided when the code was generated.
    let own = Parser::new().validation(Validation::Stored).parse(T::SCHEMA);
    let own = own.map_err(|error| IncompatibleSchema::OwnSchema(error.into()))?;
    let resolution = avro_model::resolution::Resolution::new(writer, &own)?;
    if let Some(error) = resolution.certain_error(&own) {
        return Err(IncompatibleSchema::Mismatch(error.into()));
    }
    let tier = if resolution.is_identity() {
        Tier::Identity
    } else {
        Tier::Plan(Arc::new(compile(writer, &resolution)))
    };
    Ok(Resolution { tier, makes: PhantomData })
}

impl<T> Resolution<T> {
    /// For data of exactly the schema of `T`: what [`resolve`] finds for it, without looking.
    pub const fn identity() -> Self {
        Self { tier: Tier::Identity, makes: PhantomData }
    }

    /// True when data is decoded as if written with the schema of `T`.
    pub fn is_identity(&self) -> bool {
        matches!(self.tier, Tier::Identity)
    }

    /// Decodes a datum that fills `input`.
    ///
    /// # Errors
    /// The bytes are not one datum of the writer's schema, or it has a value that `T` has no place for.
    #[inline]
    pub fn decode<'a>(&self, input: &'a [u8]) -> Result<T, DecodeFailure>
    where
        T: AvroResolve<'a>,
    {
        self.decode_within(input, Limits::DEFAULT)
    }

    /// As [`decode`](Self::decode), within limits of one's own.
    ///
    /// # Errors
    /// As [`decode`](Self::decode).
    pub fn decode_within<'a>(&self, input: &'a [u8], limits: Limits) -> Result<T, DecodeFailure>
    where
        T: AvroResolve<'a>,
    {
        let mut reader = Reader::with_limits(input, limits);
        // Finished in each arm, which lets a value be built in the place that it is returned in.
        match &self.tier {
            Tier::Identity => finish(T::decode(&mut reader), input.len(), &reader),
            Tier::Plan(program) => {
                let plan = Plan { program, node: program.root };
                finish(T::decode_plan(plan, &mut reader), input.len(), &reader)
            }
        }
    }

    /// Decodes the next datum of a reader.
    ///
    /// # Errors
    /// The bytes are not a datum of the writer's schema, or it has a value that `T` has no place for.
    #[inline]
    pub fn decode_from<'a, R: AvroRead<'a>>(&self, reader: &mut R) -> Result<T, DecodeError>
    where
        T: AvroResolve<'a>,
    {
        match &self.tier {
            Tier::Identity => T::decode(reader),
            Tier::Plan(program) => T::decode_plan(Plan { program, node: program.root }, reader),
        }
    }
}

impl<T> Clone for Resolution<T> {
    fn clone(&self) -> Self {
        Self { tier: self.tier.clone(), makes: PhantomData }
    }
}

impl<T> fmt::Debug for Resolution<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.tier {
            Tier::Identity => f.write_str("Resolution::Identity"),
            Tier::Plan(program) => f.debug_tuple("Resolution::Plan").field(program).finish(),
        }
    }
}
