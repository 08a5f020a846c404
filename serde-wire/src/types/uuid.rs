//! `uuid` on `string` and on `fixed(16)`.

use crate::codec::{AvroDecode, AvroEncode, AvroRead, AvroResolve, AvroWrite, DecodeError};
use crate::resolve::Plan;
use std::fmt;
use std::str::FromStr;
use uuid::Uuid;

/// The text form: 36 characters, hyphenated; either case is read, lower case is written.
fn parse(text: &str) -> Result<Uuid, DecodeError> {
    match text.len() {
        36 => Uuid::try_parse(text).map_err(|_| DecodeError::Uuid),
        _ => Err(DecodeError::Uuid),
    }
}

/// `uuid` on `string`
impl AvroEncode for Uuid {
    #[inline]
    fn encode<W: AvroWrite>(&self, writer: &mut W) {
        writer.write_str(self.hyphenated().encode_lower(&mut Uuid::encode_buffer()));
    }
}

impl<'a> AvroDecode<'a> for Uuid {
    // That of a string, so that other texts are refused for what they are.
    const MIN_SIZE: usize = 1;

    #[inline]
    fn decode<R: AvroRead<'a>>(reader: &mut R) -> Result<Self, DecodeError> {
        parse(reader.read_str()?)
    }
}

impl<'a> AvroResolve<'a> for Uuid {
    #[inline]
    fn decode_plan<R: AvroRead<'a>>(plan: Plan<'_>, reader: &mut R) -> Result<Self, DecodeError> {
        parse(<&str>::decode_plan(plan, reader)?)
    }
}

/// `uuid` on `fixed(16)`: the sixteen bytes, big-endian.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct FixedUuid(pub Uuid);

impl From<Uuid> for FixedUuid {
    fn from(uuid: Uuid) -> Self {
        Self(uuid)
    }
}

impl From<FixedUuid> for Uuid {
    fn from(uuid: FixedUuid) -> Self {
        uuid.0
    }
}

impl fmt::Display for FixedUuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for FixedUuid {
    type Err = uuid::Error;

    fn from_str(text: &str) -> Result<Self, uuid::Error> {
        text.parse().map(Self)
    }
}

impl AvroEncode for FixedUuid {
    #[inline]
    fn encode<W: AvroWrite>(&self, writer: &mut W) {
        self.0.as_bytes().encode(writer);
    }
}

impl<'a> AvroDecode<'a> for FixedUuid {
    const MIN_SIZE: usize = 16;

    #[inline]
    fn decode<R: AvroRead<'a>>(reader: &mut R) -> Result<Self, DecodeError> {
        AvroDecode::decode(reader).map(|bytes| Self(Uuid::from_bytes(bytes)))
    }
}

impl<'a> AvroResolve<'a> for FixedUuid {
    #[inline]
    fn decode_plan<R: AvroRead<'a>>(plan: Plan<'_>, reader: &mut R) -> Result<Self, DecodeError> {
        AvroResolve::decode_plan(plan, reader).map(|bytes| Self(Uuid::from_bytes(bytes)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec;

    const TEXT: &str = "2a6d35c4-8b6f-4d1c-9a2e-0f1e2d3c4b5a";

    #[test]
    fn text_and_bytes() {
        let uuid: Uuid = TEXT.parse().unwrap();
        let mut out = Vec::new();
        uuid.encode_into(&mut out);
        assert_eq!(out[1..], *TEXT.as_bytes());
        assert_eq!(codec::decode(&out), Ok(uuid));
        out.clear();
        FixedUuid(uuid).encode_into(&mut out);
        assert_eq!(out, uuid.as_bytes());
        assert_eq!(codec::decode(&out), Ok(FixedUuid(uuid)));
    }

    #[test]
    fn only_the_hyphenated_form_is_read() {
        for (text, expected) in [
            (TEXT.to_uppercase(), Ok(TEXT.parse().unwrap())),
            (TEXT.replace('-', ""), Err(DecodeError::Uuid)),
            (format!("{{{TEXT}}}"), Err(DecodeError::Uuid)),
            (String::new(), Err(DecodeError::Uuid)),
        ] {
            let mut out = Vec::new();
            text.encode_into(&mut out);
            assert_eq!(codec::decode::<Uuid>(&out).map_err(|failure| failure.error), expected, "{text}");
        }
    }
}
