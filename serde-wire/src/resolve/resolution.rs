//! A decided way of decoding one writer's schema into one type.

use super::compile::compile;
use super::plan::{Plan, Program};
use super::trace::{self, MeasuredSchema};
use super::{IncompatibleSchema, SchemaMismatch};
use crate::codec::{
    AvroBorrow, AvroRead, AvroResolve, AvroSchema, DecodeError, DecodeFailure, Limits, OnUnknownSymbol,
    Reader, decode_whole, failure,
};
use avro_model::resolution::ResolutionError;
use avro_model::value::FieldPath;
use avro_model::{Fullname, NodeId, ParseError, Parser, Schema, Validation};
use std::collections::HashSet;
use std::fmt;
use std::marker::PhantomData;
use std::sync::{Arc, OnceLock};

/// How to decode data of one writer's schema into `T`. Cheap to clone and to share.
pub struct Resolution<T> {
    tier: Tier,
    // Not a `T`, but a way to make one: shared between threads whatever `T` is.
    makes: PhantomData<fn() -> T>,
}

#[derive(Clone)]
enum Tier {
    /// With the way through data of the type's own schema, once an error has asked for it; `None` where the schema cannot
    /// be read.
    Identity(OnceLock<Option<Arc<MeasuredSchema>>>),
    /// With the position in [`AvroSchema::COMPILED`], or [`BY_PLAN`].
    Planned(usize, Arc<Planned>),
}

/// The position of no version that there is code for: what [`AvroResolve::decode_compiled`] reads by the plan.
const BY_PLAN: usize = usize::MAX;

/// A plan, and what it was made of, by which an error finds its place.
struct Planned {
    program: Program,
    writer: MeasuredSchema,
    resolution: avro_model::Resolution,
}

impl Planned {
    #[inline(always)]
    fn plan(&self) -> Plan<'_> {
        Plan { program: &self.program, node: self.program.root }
    }
}

/// Decides how to decode data of `writer` into `T`.
///
/// # Errors
/// No data of the writer's schema can ever be read as `T`.
pub fn resolve<T: AvroSchema>(writer: &Schema) -> Result<Resolution<T>, IncompatibleSchema> {
    Ok(Resolution {
        tier: OwnSchema::of::<T>().resolve(writer, avro_model::Resolution::new)?,
        makes: PhantomData,
    })
}

/// Decides how to decode data of `writer` into `T`, whatever its records are called: [`avro_model::Resolution::by_structure`].
///
/// # Errors
/// No data of the writer's schema can ever be read as `T`.
pub fn resolve_by_structure<T: AvroSchema>(writer: &Schema) -> Result<Resolution<T>, IncompatibleSchema> {
    let tier = OwnSchema::of::<T>().resolve(writer, avro_model::Resolution::by_structure)?;
    Ok(Resolution { tier, makes: PhantomData })
}

/// What is asked of a type: all that follows from it is compiled once, not for each type.
#[derive(Clone, Copy)]
pub(super) struct OwnSchema {
    text: &'static str,
    ignored_defaults: &'static [(&'static str, &'static str)],
    unknown_symbols: &'static [(&'static str, OnUnknownSymbol)],
    compiled: &'static [&'static str],
}

impl OwnSchema {
    pub(super) const fn of<T: AvroSchema>() -> Self {
        Self {
            text: T::SCHEMA,
            ignored_defaults: T::IGNORED_DEFAULTS,
            unknown_symbols: T::UNKNOWN_SYMBOLS,
            compiled: T::COMPILED,
        }
    }

    pub(super) fn parse(self) -> Result<Schema, ParseError> {
        // As lenient as can be: that it is a schema was decided when the code was generated.
        let schema = Parser::new().validation(Validation::Stored).parse(self.text)?;
        let schema = self
            .ignored_defaults
            .iter()
            .fold(schema, |schema, (record, field)| schema.without_default(record, field));
        Ok(self.unknown_symbols.iter().fold(schema, |schema, (name, unknown)| match unknown {
            OnUnknownSymbol::Symbol(symbol) => schema.with_enum_default(name, Some(symbol)),
            OnUnknownSymbol::Error | OnUnknownSymbol::Keep => schema.with_enum_default(name, None),
        }))
    }

    #[cfg(feature = "client")]
    pub(super) const fn unknown_symbols(self) -> &'static [(&'static str, OnUnknownSymbol)] {
        self.unknown_symbols
    }

    /// The enums of the schema that keep the symbols that they do not know.
    pub(super) fn keeping(self, own: &Schema) -> HashSet<NodeId> {
        let kept = self.unknown_symbols.iter().filter(|(_, unknown)| *unknown == OnUnknownSymbol::Keep);
        kept.filter_map(|(name, _)| own.named(&Fullname::new(name, ""))).collect()
    }

    fn resolve(
        self,
        writer: &Schema,
        resolve: fn(&Schema, &Schema) -> Result<avro_model::Resolution, ResolutionError>,
    ) -> Result<Tier, IncompatibleSchema> {
        let own = self.parse().map_err(|error| IncompatibleSchema::OwnSchema(error.into()))?;
        let resolution = resolve(writer, &own)?;
        if let Some(error) = resolution.certain_error(&own) {
            return Err(IncompatibleSchema::Mismatch(SchemaMismatch::new(error, own, writer.clone()).into()));
        }
        if resolution.is_identity() {
            return Ok(Tier::Identity(OnceLock::new()));
        }
        let program = compile(writer, &resolution, &self.keeping(&own));
        let planned = Arc::new(Planned { program, writer: MeasuredSchema::of(writer.clone()), resolution });
        let version = self.compiled.iter().position(|version| is_version(writer, version));
        Ok(Tier::Planned(version.unwrap_or(BY_PLAN), planned))
    }
}

impl Tier {
    /// Reads a datum that is all that the reader has, and becomes what `whole` or `failed` makes of it.
    #[inline(always)]
    fn decode<'a, T: AvroResolve<'a>, R: AvroRead<'a>, O>(
        &self,
        reader: &mut R,
        whole: impl FnOnce(T) -> O,
        failed: impl FnOnce(DecodeError, &R) -> O,
    ) -> O {
        // One call for whichever way, so that what is there before it is read is written down once.
        decode_whole(
            reader,
            |reader| match self {
                Self::Identity(_) => T::decode(reader),
                Self::Planned(version, planned) => T::decode_compiled(*version, planned.plan(), reader),
            },
            |place, reader| match self {
                Self::Identity(_) => T::decode_at(place, reader),
                Self::Planned(version, planned) => {
                    T::decode_compiled_at(place, *version, planned.plan(), reader)
                }
            },
            whole,
            failed,
        )
    }

    fn field_path(&self, own: OwnSchema, input: &[u8], failure: &DecodeFailure) -> Option<FieldPath> {
        match self {
            Self::Identity(known) => {
                let known = known.get_or_init(|| own.parse().ok().map(MeasuredSchema::of).map(Arc::new));
                trace::field_path(known.as_deref()?, None, input, failure)
            }
            Self::Planned(_, planned) => {
                let way = Some((&planned.resolution, &planned.program));
                trace::field_path(&planned.writer, way, input, failure)
            }
        }
    }
}

/// Whether data of the writer is read as data of a version is, whose text is given: both are called alike and laid out alike,
/// logical types included.
fn is_version(writer: &Schema, version: &str) -> bool {
    let Ok(version) = Parser::new().validation(Validation::Stored).parse(version) else { return false };
    writer.parsing_canonical_form() == version.parsing_canonical_form()
        && avro_model::Resolution::new(writer, &version).is_ok_and(|resolution| resolution.is_identity())
}

/// The way to the part of a datum at which [`codec::decode`](crate::codec::decode) failed with that, or `None` where it
/// cannot be told for sure. The datum is read once more for it, and the schema of `T` is parsed: for many data a
/// [`Resolution`] does that once.
///
/// ```
/// use serde_wire::{codec, resolve};
///
/// let datum = [2];
/// let failure = codec::decode::<bool>(&datum).unwrap_err();
/// let path = resolve::field_path::<bool>(&datum, &failure).unwrap();
/// assert!(path.is_empty(), "it is the datum itself");
/// ```
pub fn field_path<T: AvroSchema>(input: &[u8], failure: &DecodeFailure) -> Option<FieldPath> {
    Resolution::<T>::identity().field_path(input, failure)
}

impl<T> Resolution<T> {
    /// For data of exactly the schema of `T`: what [`resolve`] finds for it, without looking.
    pub const fn identity() -> Self {
        Self { tier: Tier::Identity(OnceLock::new()), makes: PhantomData }
    }

    /// True when data is decoded as if written with the schema of `T`.
    pub fn is_identity(&self) -> bool {
        matches!(self.tier, Tier::Identity(_))
    }

    /// True when data is decoded by code that was generated for the writer's schema.
    pub fn is_compiled(&self) -> bool {
        matches!(self.tier, Tier::Planned(version, _) if version != BY_PLAN)
    }

    /// This resolution by its plan, where there is code for the writer's schema: both come to the same.
    #[must_use]
    pub fn by_plan(self) -> Self {
        let tier = match self.tier {
            Tier::Planned(_, planned) => Tier::Planned(BY_PLAN, planned),
            tier @ Tier::Identity(_) => tier,
        };
        Self { tier, makes: PhantomData }
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
    // A program that decodes many types in one place would otherwise have all their code in that one function, which
    // takes the compiler more than its share of time.
    #[inline(never)]
    pub fn decode_within<'a>(&self, input: &'a [u8], limits: Limits) -> Result<T, DecodeFailure>
    where
        T: AvroResolve<'a>,
    {
        self.decode_form(input, limits)
    }

    /// Decodes a datum that fills `input` into the borrowed form of `T`, whose texts and bytes are those of the input.
    ///
    /// # Errors
    /// As [`decode`](Self::decode).
    #[inline]
    pub fn decode_ref<'a>(&self, input: &'a [u8]) -> Result<T::Ref<'a>, DecodeFailure>
    where
        T: AvroBorrow,
        T::Ref<'a>: AvroResolve<'a>,
    {
        self.decode_form(input, Limits::DEFAULT)
    }

    /// Decodes a datum that fills `input` into a value, whose memory is reused where the writer has the schema of `T`.
    ///
    /// # Errors
    /// As [`decode`](Self::decode); it is unspecified which value it is then.
    pub fn decode_into<'a>(&self, input: &'a [u8], value: &mut T) -> Result<(), DecodeFailure>
    where
        T: AvroResolve<'a>,
    {
        let mut reader = Reader::new(input);
        self.decode_into_from(&mut reader, value).map_err(|error| failure(error, input.len(), &reader))
    }

    /// The same of a datum that is all that the reader has.
    #[inline(always)]
    pub(crate) fn decode_into_from<'a>(
        &self,
        reader: &mut Reader<'a>,
        value: &mut T,
    ) -> Result<(), DecodeError>
    where
        T: AvroResolve<'a>,
    {
        match &self.tier {
            Tier::Identity(_) => value.decode_into(reader)?,
            Tier::Planned(..) => self.replace(reader, value)?,
        }
        if reader.remaining() == 0 { Ok(()) } else { Err(DecodeError::TrailingBytes) }
    }

    /// Out of the way of the memory that is reused.
    #[inline(never)]
    fn replace<'a>(&self, reader: &mut Reader<'a>, value: &mut T) -> Result<(), DecodeError>
    where
        T: AvroResolve<'a>,
    {
        *value = self.decode_or(reader, Ok, |error, _| Err(error))?;
        Ok(())
    }

    /// Decodes a datum that is all that the reader has into the place of a [blank](crate::codec::AvroDecode::blank) value of a form of `T`.
    #[cfg(feature = "client")]
    #[inline(always)]
    pub(crate) fn decode_at<'a, F: AvroResolve<'a>>(
        &self,
        reader: &mut Reader<'a>,
        place: &mut F,
    ) -> Result<(), DecodeError> {
        match &self.tier {
            Tier::Identity(_) => F::decode_at(place, reader)?,
            Tier::Planned(version, planned) => {
                F::decode_compiled_at(place, *version, planned.plan(), reader)?;
            }
        }
        if reader.remaining() == 0 { Ok(()) } else { Err(DecodeError::TrailingBytes) }
    }

    /// Decodes a datum that fills `input` into a form of `T`, which has the same schema.
    #[inline(always)]
    fn decode_form<'a, F: AvroResolve<'a>>(
        &self,
        input: &'a [u8],
        limits: Limits,
    ) -> Result<F, DecodeFailure> {
        self.decode_all(input.len(), &mut Reader::with_limits(input, limits))
    }

    /// Decodes a datum of `size` bytes, which are all that the reader has, into a form of `T`.
    #[inline(always)]
    fn decode_all<'a, F: AvroResolve<'a>, R: AvroRead<'a>>(
        &self,
        size: usize,
        reader: &mut R,
    ) -> Result<F, DecodeFailure> {
        self.decode_or(reader, Ok, |error, reader| Err(failure(error, size, reader)))
    }

    /// Decodes a datum that is all that the reader has into a form of `T`, and becomes what `whole` makes of that or `failed` of
    /// the error: for a result of one's own, into which the value is moved at once.
    #[inline(always)]
    pub(crate) fn decode_or<'a, F: AvroResolve<'a>, R: AvroRead<'a>, O>(
        &self,
        reader: &mut R,
        whole: impl FnOnce(F) -> O,
        failed: impl FnOnce(DecodeError, &R) -> O,
    ) -> O {
        self.tier.decode(reader, whole, failed)
    }

    /// Decodes a datum that fills `input`, as [`decode`](Self::decode): but a `Bytes` or
    /// [`SharedStr`](crate::types::SharedStr) in it is a part of `backing` and no copy, where `input` is a part of that.
    ///
    /// # Errors
    /// As [`decode`](Self::decode).
    #[cfg(feature = "bytes")]
    pub fn decode_shared<'a>(&self, input: &'a [u8], backing: &'a bytes::Bytes) -> Result<T, DecodeFailure>
    where
        T: AvroResolve<'a>,
    {
        self.decode_all(
            input.len(),
            &mut crate::codec::SharedReader::of_part(input, backing, Limits::DEFAULT),
        )
    }

    /// The way to the part of a datum at which [`decode`](Self::decode) failed with that, by the names of the writer's
    /// schema, or `None` where it cannot be told for sure. The datum is read once more for it.
    ///
    /// ```
    /// use serde_wire::resolve::resolve;
    ///
    /// let longs = resolve::<i64>(&r#"["int", "null"]"#.parse()?)?;
    /// let failure = longs.decode(&[2]).unwrap_err();
    /// assert!(longs.field_path(&[2], &failure).is_some_and(|path| path.is_empty()));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn field_path(&self, input: &[u8], failure: &DecodeFailure) -> Option<FieldPath>
    where
        T: AvroSchema,
    {
        self.tier.field_path(OwnSchema::of::<T>(), input, failure)
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
            Tier::Identity(_) => T::decode(reader),
            Tier::Planned(version, planned) => T::decode_compiled(*version, planned.plan(), reader),
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
            Tier::Identity(_) => f.write_str("Resolution::Identity"),
            Tier::Planned(version, _) if *version != BY_PLAN => {
                f.debug_tuple("Resolution::Compiled").field(version).finish()
            }
            Tier::Planned(_, planned) => f.debug_tuple("Resolution::Plan").field(&planned.program).finish(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where the way through data of the type's own schema is kept.
    fn kept<T>(resolution: &Resolution<T>) -> Option<*const MeasuredSchema> {
        match &resolution.tier {
            Tier::Identity(own) => own.get().and_then(Option::as_ref).map(Arc::as_ptr),
            Tier::Planned(..) => None,
        }
    }

    #[test]
    fn the_schema_is_parsed_when_an_error_first_asks_and_never_again() {
        let bools = resolve::<bool>(&bool::SCHEMA.parse().unwrap()).unwrap();
        for resolution in [Resolution::<bool>::identity(), bools] {
            assert_eq!(resolution.decode(&[1]), Ok(true));
            assert_eq!(kept(&resolution), None, "no error, no schema");
            let failure = resolution.decode(&[2]).unwrap_err();
            assert!(resolution.field_path(&[2], &failure).is_some_and(|path| path.is_empty()));
            let first = kept(&resolution);
            assert!(first.is_some());
            for other in [resolution.clone(), resolution] {
                assert!(other.field_path(&[2], &failure).is_some());
                assert_eq!(kept(&other), first);
            }
        }
    }

    #[test]
    fn a_schema_that_cannot_be_read_is_tried_once() {
        struct Bad;
        impl AvroSchema for Bad {
            const SCHEMA: &'static str = "{";
            const FINGERPRINT: u64 = 0;
        }
        let resolution = Resolution::<Bad>::identity();
        let failure = crate::codec::decode::<bool>(&[2]).unwrap_err();
        assert_eq!(resolution.field_path(&[2], &failure), None);
        assert!(matches!(&resolution.tier, Tier::Identity(own) if own.get().is_some_and(Option::is_none)));
    }
}
