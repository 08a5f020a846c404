//! `duration`: months, days and milliseconds.

use crate::codec::{AvroDecode, AvroEncode, AvroRead, AvroResolve, AvroWrite, DecodeError};
use crate::resolve::Plan;

/// `duration` on `fixed(12)`: an amount of calendar time in three units that do not convert into each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Duration {
    /// Months.
    pub months: u32,
    /// Days.
    pub days: u32,
    /// Milliseconds.
    pub millis: u32,
}

impl Duration {
    /// The twelve bytes of the wire: three little-endian numbers.
    pub fn to_bytes(self) -> [u8; 12] {
        let mut bytes = [0; 12];
        let numbers = [self.months, self.days, self.millis];
        for (chunk, number) in bytes.as_chunks_mut().0.iter_mut().zip(numbers) {
            *chunk = number.to_le_bytes();
        }
        bytes
    }

    /// The duration of twelve bytes of the wire.
    pub fn from_bytes(bytes: [u8; 12]) -> Self {
        let [months, days, millis] = [0, 4, 8].map(|start| {
            u32::from_le_bytes([bytes[start], bytes[start + 1], bytes[start + 2], bytes[start + 3]])
        });
        Self { months, days, millis }
    }
}

impl AvroEncode for Duration {
    #[inline]
    fn encode<W: AvroWrite>(&self, writer: &mut W) {
        self.to_bytes().encode(writer);
    }
}

impl<'a> AvroDecode<'a> for Duration {
    const MIN_SIZE: usize = 12;

    #[inline]
    fn decode<R: AvroRead<'a>>(reader: &mut R) -> Result<Self, DecodeError> {
        AvroDecode::decode(reader).map(Self::from_bytes)
    }
}

impl<'a> AvroResolve<'a> for Duration {
    #[inline]
    fn decode_plan<R: AvroRead<'a>>(plan: Plan<'_>, reader: &mut R) -> Result<Self, DecodeError> {
        AvroResolve::decode_plan(plan, reader).map(Self::from_bytes)
    }
}
