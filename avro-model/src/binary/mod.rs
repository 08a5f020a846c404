//! The binary encoding (specification, "Data Serialization and Deserialization"; encoding §1).
//!
//! A [`Decoder`] is made once for a schema, or for a writer's and a reader's, and decodes any number of datums;
//! [`encode`] is its counterpart. What is malformed is refused where the specification leaves no doubt, also where other
//! decoders read something into it: a boolean that is neither 0 nor 1, a number with more bits than its type, text that
//! is not UTF-8, a negative length, a position outside an enum or a union.

mod decode;
mod encode;
mod error;
mod input;
mod layout;
mod resolve;
mod skip;

pub use crate::value::{EncodeError, EncodeProblem};
pub use encode::{encode, encode_into};
use error::Fault;
pub use error::{DecodeError, DecodeProblem};

use crate::limits::Limits;
use crate::resolution::{Resolution, ResolutionError};
use crate::schema::Schema;
use crate::value::{FieldPath, Value};
use input::Input;
use layout::Layout;

/// Decodes datums of one schema, as values of that schema or of a reader's. It keeps what it needs of the schemas.
///
/// ```
/// use avro_model::binary::Decoder;
/// use avro_model::{Schema, Value};
///
/// let writer: Schema = r#"{"type":"record","name":"R","fields":[{"name":"n","type":"int"}]}"#.parse()?;
/// let reader: Schema = r#"{"type":"record","name":"R","fields":[
///     {"name":"n","type":"double"},{"name":"unit","type":"string","default":"ms"}]}"#.parse()?;
/// let decoder = Decoder::resolving(&writer, &reader)?;
/// let value = decoder.decode(&[0x54])?;
/// assert_eq!(value, Value::Record(vec![Value::Double(42.0), Value::String("ms".into())]));
///
/// let error = decoder.decode(&[0xff]).unwrap_err();
/// assert_eq!(error.to_string(), "at byte 1, in n: the data ends in the middle of a number");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Decoder {
    /// The writer's.
    layout: Layout,
    resolution: Option<Resolution>,
    limits: Limits,
}

impl Decoder {
    /// A decoder of values of that schema.
    pub fn new(schema: &Schema) -> Self {
        Self { layout: Layout::of(schema), resolution: None, limits: Limits::DEFAULT }
    }

    /// A decoder of data of the writer's schema to values of the reader's.
    ///
    /// # Errors
    /// When the schemas meet in too many ways; see [`Resolution::new`].
    pub fn resolving(writer: &Schema, reader: &Schema) -> Result<Self, ResolutionError> {
        Ok(Self::with_resolution(writer, Resolution::new(writer, reader)?))
    }

    /// A decoder by a resolution that was made for the same writer's schema.
    pub fn with_resolution(writer: &Schema, resolution: Resolution) -> Self {
        Self { resolution: Some(resolution), ..Self::new(writer) }
    }

    /// Sets the bounds on a datum.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Decodes a datum that takes all of the input.
    ///
    /// # Errors
    /// When the input is malformed, goes on behind the datum, exceeds a limit, or holds data for which the reader has no
    /// place.
    pub fn decode(&self, bytes: &[u8]) -> Result<Value, DecodeError> {
        let (value, length) = self.decode_prefix(bytes)?;
        if length < bytes.len() {
            let problem = DecodeProblem::Trailing { bytes: bytes.len() - length };
            return Err(DecodeError { offset: length, path: FieldPath::default(), problem });
        }
        Ok(value)
    }

    /// Decodes the datum at the start of the input, and says how many bytes it took.
    ///
    /// # Errors
    /// As [`decode`](Self::decode), except that anything may follow.
    pub fn decode_prefix(&self, bytes: &[u8]) -> Result<(Value, usize), DecodeError> {
        self.run(bytes, |input| match &self.resolution {
            None => decode::value(input, &self.layout, self.layout.root()),
            Some(resolution) => resolve::value(input, &self.layout, resolution, resolution.root()),
        })
    }

    /// How many bytes the datum at the start of the input takes. Its values are looked at no more than that needs, and
    /// blocks of arrays and maps that carry their size are jumped over.
    ///
    /// # Errors
    /// When the end of the datum cannot be found.
    pub fn skip(&self, bytes: &[u8]) -> Result<usize, DecodeError> {
        self.run(bytes, |input| skip::value(input, &self.layout, self.layout.root()))
            .map(|((), length)| length)
    }

    fn run<'a, T>(
        &self,
        bytes: &'a [u8],
        read: impl FnOnce(&mut Input<'a>) -> Result<T, Fault>,
    ) -> Result<(T, usize), DecodeError> {
        let mut input = Input::new(bytes, &self.limits);
        match read(&mut input) {
            Ok(value) => Ok((value, input.offset())),
            Err(fault) => {
                let (path, problem) = fault.into_path();
                Err(DecodeError { offset: input.offset(), path, problem })
            }
        }
    }
}

#[cfg(test)]
mod tests;
