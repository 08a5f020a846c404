//! `string` and `bytes`, owned and borrowed; each can be read from the other (specification, "Schema Resolution").

use crate::codec::{
    AvroBorrow, AvroDecode, AvroEncode, AvroRead, AvroResolve, AvroSchema, AvroWrite, DecodeError,
};
use crate::resolve::Plan;
#[cfg(feature = "bytes")]
use crate::types::{Bytes, SharedStr};
use std::sync::Arc;

/// The schema and the codec of one Rust type for `string` or `bytes`; at the end how one that may have memory is read into a place, with
/// none and with its own.
macro_rules! text {
    ($type:ty, $schema:literal, $fingerprint:literal, $read:ident, $write:ident $(, $at:ident, $into:ident)?) => {
        impl<'a> AvroSchema for $type {
            const SCHEMA: &'static str = $schema;
            const FINGERPRINT: u64 = $fingerprint;
        }

        impl<'a> AvroEncode for $type {
            #[inline(always)]
            fn encode<W: AvroWrite>(&self, writer: &mut W) {
                writer.$write(self);
            }
        }

        impl<'a> AvroDecode<'a> for $type {
            const MIN_SIZE: usize = 1;

            #[inline(always)]
            fn decode<R: AvroRead<'a>>(reader: &mut R) -> Result<Self, DecodeError> {
                reader.$read().map(Into::into)
            }

            $(#[inline(always)]
            fn blank() -> Option<Self> {
                Some(Self::new())
            }

            #[inline(always)]
            fn decode_at<R: AvroRead<'a>>(place: &mut Self, reader: &mut R) -> Result<(), DecodeError> {
                reader.$at(place)
            }

            #[inline(always)]
            fn decode_into<R: AvroRead<'a>>(&mut self, reader: &mut R) -> Result<(), DecodeError> {
                reader.$into(self)
            })?
        }

        impl<'a> AvroResolve<'a> for $type {
            #[inline]
            fn decode_plan<R: AvroRead<'a>>(plan: Plan<'_>, reader: &mut R) -> Result<Self, DecodeError> {
                // Both types are a length and that many bytes, so what the reader's type checks is all there is to do.
                plan.promotion(reader)?;
                Self::decode(reader)
            }
        }
    };
}

text!(String, r#""string""#, 0x8f01_4872_6345_03c7, read_string, write_str, read_string_at, read_string_into);
text!(Box<str>, r#""string""#, 0x8f01_4872_6345_03c7, read_str, write_str);
text!(Arc<str>, r#""string""#, 0x8f01_4872_6345_03c7, read_str, write_str);
text!(&'a str, r#""string""#, 0x8f01_4872_6345_03c7, read_str, write_str);
text!(Vec<u8>, r#""bytes""#, 0x4fc0_16da_c337_6b1c, read_bytes, write_bytes, read_bytes_at, read_bytes_into);
text!(&'a [u8], r#""bytes""#, 0x4fc0_16da_c337_6b1c, read_bytes, write_bytes);

/// The borrowed form of an owned type.
macro_rules! lends {
    ($($owned:ty => $borrowed:ty),*) => {$(
        impl AvroBorrow for $owned {
            type Ref<'a> = &'a $borrowed;
        }
    )*};
}

lends!(String => str, Box<str> => str, Arc<str> => str, Vec<u8> => [u8]);
#[cfg(feature = "bytes")]
lends!(Bytes => [u8], SharedStr => str);
