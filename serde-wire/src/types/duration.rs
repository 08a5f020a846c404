//! `duration`: months, days and milliseconds.

use super::OutOfRange;
use crate::codec::{AvroDecode, AvroEncode, AvroRead, AvroResolve, AvroWrite, DecodeError};
use crate::resolve::Plan;
use std::fmt;
use std::str::FromStr;

/// `duration` on `fixed(12)`: an amount of calendar time in three units that do not convert into each other.
///
/// ```
/// use serde_wire::types::Duration;
///
/// let duration = Duration { months: 14, days: 3, millis: 7_500 };
/// assert_eq!(duration.to_string(), "P14M3DT7.5S");
/// assert_eq!("P1Y2M3DT7.5S".parse(), Ok(duration));
/// ```
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

/// ISO 8601 without the units that could be converted: `P14M3DT7.5S`; nothing at all is `PT0S`.
impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("P")?;
        if self.months != 0 {
            write!(f, "{}M", self.months)?;
        }
        if self.days != 0 {
            write!(f, "{}D", self.days)?;
        }
        let (seconds, millis) = (self.millis / 1000, self.millis % 1000);
        if millis != 0 {
            let fraction = format!("{millis:03}");
            write!(f, "T{seconds}.{}S", fraction.trim_end_matches('0'))?;
        } else if seconds != 0 || (self.months, self.days) == (0, 0) {
            write!(f, "T{seconds}S")?;
        }
        Ok(())
    }
}

/// ISO 8601 with whole years, months, weeks, days, hours and minutes, and seconds with at most three digits behind
/// the point; each unit at most once, in this order.
impl FromStr for Duration {
    type Err = OutOfRange;

    fn from_str(text: &str) -> Result<Self, OutOfRange> {
        parse(text).ok_or_else(|| {
            OutOfRange::new(text, "is not a duration of the form P14M3DT7.5S or is out of range")
        })
    }
}

fn parse(text: &str) -> Option<Duration> {
    let rest = text.strip_prefix('P')?;
    let (date, time) = match rest.split_once('T') {
        Some((_, "")) => return None,
        Some((date, time)) => (date, time),
        None if rest.is_empty() => return None,
        None => (rest, ""),
    };
    let [years, months, weeks, days] = amounts(date, ['Y', 'M', 'W', 'D'])?.map(whole);
    let [hours, minutes, seconds] = amounts(time, ['H', 'M', 'S'])?;
    let months = years?.checked_mul(12)?.checked_add(months?)?;
    let days = weeks?.checked_mul(7)?.checked_add(days?)?;
    let minutes = whole(hours)?.checked_mul(60)?.checked_add(whole(minutes)?)?;
    let (seconds, fraction) = seconds.split_once('.').unwrap_or((seconds, "0"));
    if fraction.is_empty() || fraction.len() > 3 {
        return None;
    }
    let millis = whole(seconds)?.checked_mul(1000)?.checked_add(whole(&format!("{fraction:0<3}"))?)?;
    let millis = minutes.checked_mul(60_000)?.checked_add(millis)?;
    Some(Duration { months, days, millis })
}

fn whole(digits: &str) -> Option<u32> {
    if digits.bytes().all(|byte| byte.is_ascii_digit()) { digits.parse().ok() } else { None }
}

/// The amounts in front of these unit letters; `0` for one that is left out.
fn amounts<const N: usize>(mut text: &str, units: [char; N]) -> Option<[&str; N]> {
    let amounts = units.map(|unit| match text.split_once(unit) {
        Some((amount, rest)) => {
            text = rest;
            amount
        }
        None => "0",
    });
    text.is_empty().then_some(amounts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec;

    #[test]
    fn texts() {
        for (months, days, millis, text) in [
            (0, 0, 0, "PT0S"),
            (14, 3, 7_500, "P14M3DT7.5S"),
            (1, 0, 0, "P1M"),
            (0, 0, 1, "PT0.001S"),
            (u32::MAX, u32::MAX, u32::MAX, "P4294967295M4294967295DT4294967.295S"),
        ] {
            let duration = Duration { months, days, millis };
            assert_eq!(duration.to_string(), text);
            assert_eq!(text.parse(), Ok(duration));
        }
        assert_eq!("P1W1DT1H1M".parse(), Ok(Duration { months: 0, days: 8, millis: 3_660_000 }));
        for text in [
            "",
            "P",
            "PT",
            "P1",
            "1D",
            "P1D1M",
            "P-1D",
            "P1.5D",
            "PT1.S",
            "PT1.0005S",
            "P4294967296D",
            "P1DT",
        ] {
            assert!(text.parse::<Duration>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn the_wire_form_is_little_endian() {
        let mut bytes = Vec::new();
        let duration = Duration { months: 1, days: 0x0203, millis: u32::MAX };
        duration.encode_into(&mut bytes);
        assert_eq!(bytes, [1, 0, 0, 0, 3, 2, 0, 0, 255, 255, 255, 255]);
        assert_eq!(codec::decode(&bytes), Ok(duration));
    }
}
