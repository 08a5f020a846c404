//! `null`, `boolean`, the numbers and `fixed`, with the promotions between numbers (specification, "Schema
//! Resolution").

use crate::codec::{
    AvroBorrow, AvroDecode, AvroEncode, AvroRead, AvroResolve, AvroSchema, AvroWrite, DecodeError,
};
use crate::resolve::{Plan, Primitive};

/// The schema, the codec and the bulk codec of a primitive type. `$bulk` is absent where there is none.
macro_rules! scalar {
    ($type:ty, $schema:literal, $fingerprint:literal, $min:literal, $read:ident, $write:ident $(, $read_bulk:ident, $write_bulk:ident)?) => {
        impl AvroSchema for $type {
            const SCHEMA: &'static str = $schema;
            const FINGERPRINT: u64 = $fingerprint;
        }

        impl AvroBorrow for $type {
            type Ref<'a> = Self;
        }

        impl AvroEncode for $type {
            #[inline(always)]
            fn encode<W: AvroWrite>(&self, writer: &mut W) {
                writer.$write(*self);
            }

            $(#[inline]
            fn encode_items<W: AvroWrite>(items: &[Self], writer: &mut W) {
                writer.$write_bulk(items);
            })?
        }

        impl<'a> AvroDecode<'a> for $type {
            const MIN_SIZE: usize = $min;

            #[inline(always)]
            fn decode<R: AvroRead<'a>>(reader: &mut R) -> Result<Self, DecodeError> {
                reader.$read()
            }

            $(#[inline]
            fn decode_items<R: AvroRead<'a>>(
                reader: &mut R,
                count: usize,
                out: &mut Vec<Self>,
            ) -> Result<(), DecodeError> {
                reader.$read_bulk(count, out)
            }

            #[inline]
            fn decode_items_into<R: AvroRead<'a>>(
                reader: &mut R,
                count: usize,
                out: &mut Vec<Self>,
                done: usize,
            ) -> Result<usize, DecodeError> {
                out.truncate(done);
                reader.$read_bulk(count, out)?;
                Ok(done + count)
            })?
        }
    };
}

scalar!(bool, r#""boolean""#, 0x9f42_fc78_a4d4_f764, 1, read_boolean, write_boolean);
scalar!(i32, r#""int""#, 0x7275_d51a_3f39_5c8f, 1, read_int, write_int, read_ints, write_ints);
scalar!(i64, r#""long""#, 0xd054_e144_93f4_1db7, 1, read_long, write_long, read_longs, write_longs);
scalar!(f32, r#""float""#, 0x4d7c_02cb_3ea8_d790, 4, read_float, write_float, read_floats, write_floats);
scalar!(f64, r#""double""#, 0x8e75_35c0_32ab_957e, 8, read_double, write_double, read_doubles, write_doubles);

impl<'a> AvroResolve<'a> for bool {
    #[inline(always)]
    fn decode_plan<R: AvroRead<'a>>(plan: Plan<'_>, reader: &mut R) -> Result<Self, DecodeError> {
        plan.same(reader)?;
        reader.read_boolean()
    }
}

impl<'a> AvroResolve<'a> for i32 {
    #[inline(always)]
    fn decode_plan<R: AvroRead<'a>>(plan: Plan<'_>, reader: &mut R) -> Result<Self, DecodeError> {
        plan.same(reader)?;
        reader.read_int()
    }
}

impl<'a> AvroResolve<'a> for i64 {
    #[inline(always)]
    fn decode_plan<R: AvroRead<'a>>(plan: Plan<'_>, reader: &mut R) -> Result<Self, DecodeError> {
        match plan.promotion(reader)? {
            None => reader.read_long(),
            Some(Primitive::Int) => reader.read_int().map(i64::from),
            Some(_) => Err(DecodeError::Plan),
        }
    }
}

impl<'a> AvroResolve<'a> for f32 {
    #[inline(always)]
    #[expect(clippy::cast_precision_loss, reason = "the promotion rounds, as the reference does")]
    fn decode_plan<R: AvroRead<'a>>(plan: Plan<'_>, reader: &mut R) -> Result<Self, DecodeError> {
        match plan.promotion(reader)? {
            None => reader.read_float(),
            Some(Primitive::Int) => reader.read_int().map(|value| value as f32),
            Some(Primitive::Long) => reader.read_long().map(|value| value as f32),
            Some(_) => Err(DecodeError::Plan),
        }
    }
}

impl<'a> AvroResolve<'a> for f64 {
    #[inline(always)]
    #[expect(clippy::cast_precision_loss, reason = "the promotion rounds, as the reference does")]
    fn decode_plan<R: AvroRead<'a>>(plan: Plan<'_>, reader: &mut R) -> Result<Self, DecodeError> {
        match plan.promotion(reader)? {
            None => reader.read_double(),
            Some(Primitive::Int) => reader.read_int().map(f64::from),
            Some(Primitive::Long) => reader.read_long().map(|value| value as f64),
            Some(Primitive::Float) => reader.read_float().map(f64::from),
            Some(_) => Err(DecodeError::Plan),
        }
    }
}

impl AvroSchema for () {
    const SCHEMA: &'static str = r#""null""#;
    const FINGERPRINT: u64 = 0x63dd_24e7_cc25_8f8a;
}

/// `null`: no bytes.
impl AvroEncode for () {
    #[inline(always)]
    fn encode<W: AvroWrite>(&self, _: &mut W) {}
}

impl<'a> AvroDecode<'a> for () {
    const MIN_SIZE: usize = 0;

    #[inline(always)]
    fn decode<R: AvroRead<'a>>(_: &mut R) -> Result<Self, DecodeError> {
        Ok(())
    }
}

impl<'a> AvroResolve<'a> for () {
    #[inline(always)]
    fn decode_plan<R: AvroRead<'a>>(plan: Plan<'_>, reader: &mut R) -> Result<Self, DecodeError> {
        plan.same(reader)
    }
}

/// `fixed`: the bytes alone.
impl<const N: usize> AvroEncode for [u8; N] {
    #[inline(always)]
    fn encode<W: AvroWrite>(&self, writer: &mut W) {
        writer.write_fixed(self);
    }
}

impl<'a, const N: usize> AvroDecode<'a> for [u8; N] {
    const MIN_SIZE: usize = N;

    #[inline(always)]
    fn decode<R: AvroRead<'a>>(reader: &mut R) -> Result<Self, DecodeError> {
        reader.read_fixed().copied()
    }
}

impl<'a, const N: usize> AvroResolve<'a> for [u8; N] {
    #[inline(always)]
    fn decode_plan<R: AvroRead<'a>>(plan: Plan<'_>, reader: &mut R) -> Result<Self, DecodeError> {
        plan.same(reader)?;
        Self::decode(reader)
    }
}
