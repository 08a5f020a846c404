//! Unions of `null` and one other type, and boxed values.

use super::form::{DecodeAs, EncodeAs, NullFirst, Own, ResolveAs};
use crate::codec::{AvroDecode, AvroEncode, AvroRead, AvroResolve, AvroWrite, DecodeError};
use crate::resolve::Plan;

/// `["null", T]`
impl<T: AvroEncode> AvroEncode for Option<T> {
    #[inline(always)]
    fn encode<W: AvroWrite>(&self, writer: &mut W) {
        NullFirst::<Own>::encode_as(self, writer);
    }
}

impl<'a, T: AvroDecode<'a>> AvroDecode<'a> for Option<T> {
    const MIN_SIZE: usize = 1;

    #[inline(always)]
    fn decode<R: AvroRead<'a>>(reader: &mut R) -> Result<Self, DecodeError> {
        NullFirst::<Own>::decode_as(reader)
    }

    #[inline(always)]
    fn blank() -> Option<Self> {
        Some(None)
    }

    #[inline(always)]
    fn decode_at<R: AvroRead<'a>>(place: &mut Self, reader: &mut R) -> Result<(), DecodeError> {
        NullFirst::<Own>::decode_at_as(place, reader)
    }

    #[inline(always)]
    fn decode_into<R: AvroRead<'a>>(&mut self, reader: &mut R) -> Result<(), DecodeError> {
        NullFirst::<Own>::decode_into_as(self, reader)
    }
}

impl<'a, T: AvroResolve<'a>> AvroResolve<'a> for Option<T> {
    fn decode_plan<R: AvroRead<'a>>(plan: Plan<'_>, reader: &mut R) -> Result<Self, DecodeError> {
        NullFirst::<Own>::decode_plan_as(plan, reader)
    }

    #[inline]
    fn decode_plan_at<R: AvroRead<'a>>(
        place: &mut Self,
        plan: Plan<'_>,
        reader: &mut R,
    ) -> Result<(), DecodeError> {
        NullFirst::<Own>::decode_plan_at_as(place, plan, reader)
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

    #[inline]
    fn decode_into<R: AvroRead<'a>>(&mut self, reader: &mut R) -> Result<(), DecodeError> {
        T::decode_into(self, reader)
    }
}

impl<'a, T: AvroResolve<'a>> AvroResolve<'a> for Box<T> {
    fn decode_plan<R: AvroRead<'a>>(plan: Plan<'_>, reader: &mut R) -> Result<Self, DecodeError> {
        T::decode_plan(plan, reader).map(Box::new)
    }
}
