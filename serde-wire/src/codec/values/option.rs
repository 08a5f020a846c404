//! Unions of `null` and one other type, and boxed values.

use crate::codec::{AvroDecode, AvroEncode, AvroRead, AvroResolve, AvroWrite, DecodeError};
use crate::resolve::Plan;
use std::ops::{Deref, DerefMut};

/// `["null", T]`
impl<T: AvroEncode> AvroEncode for Option<T> {
    #[inline(always)]
    fn encode<W: AvroWrite>(&self, writer: &mut W) {
        match self {
            None => writer.write_index(0),
            Some(value) => {
                writer.write_index(1);
                value.encode(writer);
            }
        }
    }
}

impl<'a, T: AvroDecode<'a>> AvroDecode<'a> for Option<T> {
    const MIN_SIZE: usize = 1;

    #[inline(always)]
    fn decode<R: AvroRead<'a>>(reader: &mut R) -> Result<Self, DecodeError> {
        match reader.read_index()? {
            0 => Ok(None),
            1 => T::decode(reader).map(Some),
            _ => Err(DecodeError::UnionIndex),
        }
    }
}

impl<'a, T: AvroResolve<'a>> AvroResolve<'a> for Option<T> {
    fn decode_plan<R: AvroRead<'a>>(plan: Plan<'_>, reader: &mut R) -> Result<Self, DecodeError> {
        match plan.branch(reader)? {
            (0, _) => Ok(None),
            (1, plan) => T::decode_plan(plan, reader).map(Some),
            _ => Err(DecodeError::UnionIndex),
        }
    }
}

/// `[T, "null"]`: an `Option` whose `null` is the second branch.
///
/// A field of such a union is a plain `Option<T>` and goes through [`encode_option`](Self::encode_option) and
/// `NullLast::decode(..).0`; only as an item of a collection does the union show as this type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct NullLast<T>(pub Option<T>);

impl<T> NullLast<T> {
    /// Writes `value` as `[T, "null"]`.
    #[inline(always)]
    pub fn encode_option<W: AvroWrite>(value: &Option<T>, writer: &mut W)
    where
        T: AvroEncode,
    {
        match value {
            Some(value) => {
                writer.write_index(0);
                value.encode(writer);
            }
            None => writer.write_index(1),
        }
    }
}

impl<T> Deref for NullLast<T> {
    type Target = Option<T>;

    fn deref(&self) -> &Option<T> {
        &self.0
    }
}

impl<T> DerefMut for NullLast<T> {
    fn deref_mut(&mut self) -> &mut Option<T> {
        &mut self.0
    }
}

impl<T> From<Option<T>> for NullLast<T> {
    fn from(value: Option<T>) -> Self {
        Self(value)
    }
}

impl<T> From<NullLast<T>> for Option<T> {
    fn from(value: NullLast<T>) -> Self {
        value.0
    }
}

impl<T: AvroEncode> AvroEncode for NullLast<T> {
    #[inline(always)]
    fn encode<W: AvroWrite>(&self, writer: &mut W) {
        Self::encode_option(&self.0, writer);
    }
}

impl<'a, T: AvroDecode<'a>> AvroDecode<'a> for NullLast<T> {
    const MIN_SIZE: usize = 1;

    #[inline(always)]
    fn decode<R: AvroRead<'a>>(reader: &mut R) -> Result<Self, DecodeError> {
        match reader.read_index()? {
            0 => T::decode(reader).map(|value| Self(Some(value))),
            1 => Ok(Self(None)),
            _ => Err(DecodeError::UnionIndex),
        }
    }
}

impl<'a, T: AvroResolve<'a>> AvroResolve<'a> for NullLast<T> {
    fn decode_plan<R: AvroRead<'a>>(plan: Plan<'_>, reader: &mut R) -> Result<Self, DecodeError> {
        match plan.branch(reader)? {
            (0, plan) => T::decode_plan(plan, reader).map(|value| Self(Some(value))),
            (1, _) => Ok(Self(None)),
            _ => Err(DecodeError::UnionIndex),
        }
    }
}

/// A recursive type's link to itself.
impl<T: AvroEncode + ?Sized> AvroEncode for Box<T> {
    #[inline(always)]
    fn encode<W: AvroWrite>(&self, writer: &mut W) {
        (**self).encode(writer);
    }
}

impl<'a, T: AvroDecode<'a>> AvroDecode<'a> for Box<T> {
    const MIN_SIZE: usize = T::MIN_SIZE;

    #[inline]
    fn decode<R: AvroRead<'a>>(reader: &mut R) -> Result<Self, DecodeError> {
        T::decode(reader).map(Box::new)
    }
}

impl<'a, T: AvroResolve<'a>> AvroResolve<'a> for Box<T> {
    fn decode_plan<R: AvroRead<'a>>(plan: Plan<'_>, reader: &mut R) -> Result<Self, DecodeError> {
        T::decode_plan(plan, reader).map(Box::new)
    }
}
