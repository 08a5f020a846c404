//! `string` and `bytes` that share their message (feature `bytes`), where the reader knows it; else they are copies.

use crate::codec::{AvroDecode, AvroEncode, AvroRead, AvroResolve, AvroSchema, AvroWrite, DecodeError};
use crate::resolve::Plan;
use crate::types::{Bytes, SharedStr};

/// The schema of another type and the codec of one that shares.
macro_rules! shared {
    ($type:ty, $like:ty, $write:ident, |$reader:ident| $decode:expr) => {
        impl AvroSchema for $type {
            const SCHEMA: &'static str = <$like>::SCHEMA;
            const FINGERPRINT: u64 = <$like>::FINGERPRINT;
        }

        impl AvroEncode for $type {
            #[inline(always)]
            fn encode<W: AvroWrite>(&self, writer: &mut W) {
                writer.$write(self);
            }
        }

        impl<'a> AvroDecode<'a> for $type {
            const MIN_SIZE: usize = 1;

            #[inline]
            fn decode<R: AvroRead<'a>>($reader: &mut R) -> Result<Self, DecodeError> {
                $decode
            }
        }

        impl<'a> AvroResolve<'a> for $type {
            #[inline]
            fn decode_plan<R: AvroRead<'a>>(plan: Plan<'_>, reader: &mut R) -> Result<Self, DecodeError> {
                // As of the types that own: each can be read from the other.
                plan.promotion(reader)?;
                Self::decode(reader)
            }
        }
    };
}

shared!(SharedStr, String, write_str, |reader| Self::read(reader));
shared!(Bytes, Vec<u8>, write_bytes, |reader| {
    let bytes = reader.read_bytes()?;
    Ok(reader.shared(bytes).unwrap_or_else(|| Self::copy_from_slice(bytes)))
});
