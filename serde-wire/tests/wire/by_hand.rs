//! Readers and types that are written by hand, beside those of the crate and of generated code.

use serde_wire::Schema;
use serde_wire::codec::safe::SafeReader;
use serde_wire::codec::{AvroDecode, AvroRead, AvroResolve, AvroSchema, DecodeError};
use serde_wire::resolve::{Plan, Resolution, resolve};

/// A reader that makes all texts it gives away loud, and reads the rest as the one in it does.
struct Loud<'a>(SafeReader<'a>);

impl<'a> AvroRead<'a> for Loud<'a> {
    fn remaining(&self) -> usize {
        self.0.remaining()
    }

    fn read_boolean(&mut self) -> Result<bool, DecodeError> {
        self.0.read_boolean()
    }

    fn read_long(&mut self) -> Result<i64, DecodeError> {
        self.0.read_long()
    }

    fn read_slice(&mut self, length: usize) -> Result<&'a [u8], DecodeError> {
        self.0.read_slice(length)
    }

    fn read_fixed<const N: usize>(&mut self) -> Result<&'a [u8; N], DecodeError> {
        self.0.read_fixed()
    }

    fn read_str(&mut self) -> Result<&'a str, DecodeError> {
        self.0.read_str()
    }

    fn read_string(&mut self) -> Result<String, DecodeError> {
        self.0.read_str().map(str::to_uppercase)
    }

    fn spend_empty_items(&mut self, count: usize) -> Result<(), DecodeError> {
        self.0.spend_empty_items(count)
    }

    fn read_longs(&mut self, count: usize, out: &mut Vec<i64>) -> Result<(), DecodeError> {
        self.0.read_longs(count, out)
    }

    fn read_ints(&mut self, count: usize, out: &mut Vec<i32>) -> Result<(), DecodeError> {
        self.0.read_ints(count, out)
    }

    fn enter(&mut self) -> Result<(), DecodeError> {
        self.0.enter()
    }

    fn leave(&mut self) {
        self.0.leave();
    }

    fn enter_recursive(&mut self) -> Result<(), DecodeError> {
        self.0.enter_recursive()
    }

    fn leave_recursive(&mut self) {
        self.0.leave_recursive();
    }
}

#[test]
fn a_reader_of_its_own_strings_is_asked_for_those_of_places_too() {
    for (datum, expected) in [(&b"\x04ab"[..], "AB"), (b"\x00", ""), (b"\x04\xc3\xa9", "É")] {
        let read = String::decode(&mut Loud(SafeReader::new(datum)));
        assert_eq!(read.as_deref(), Ok(expected));
        let mut place = String::new();
        String::decode_at(&mut place, &mut Loud(SafeReader::new(datum))).unwrap();
        assert_eq!(place, expected);
    }
}

/// A number and the position of the version whose code has read it, if one has.
#[derive(Debug, PartialEq)]
struct Number(f64, Option<usize>);

/// The same, of a type with a blank value.
#[derive(Debug, PartialEq)]
struct Placed(Number);

impl Number {
    fn compiled<'a, R: AvroRead<'a>>(
        version: usize,
        plan: Plan<'_>,
        reader: &mut R,
    ) -> Result<Self, DecodeError> {
        match version {
            0 => reader.read_int().map(|number| Self(f64::from(number), Some(version))),
            1 => reader.read_float().map(|number| Self(f64::from(number), Some(version))),
            _ => f64::decode_plan(plan, reader).map(|number| Self(number, None)),
        }
    }
}

impl AvroSchema for Number {
    const SCHEMA: &'static str = r#""double""#;
    const FINGERPRINT: u64 = <f64 as AvroSchema>::FINGERPRINT;
    const COMPILED: &'static [&'static str] = &[r#""int""#, r#""float""#];
}

impl AvroSchema for Placed {
    const SCHEMA: &'static str = Number::SCHEMA;
    const FINGERPRINT: u64 = Number::FINGERPRINT;
    const COMPILED: &'static [&'static str] = Number::COMPILED;
}

impl<'a> AvroDecode<'a> for Number {
    const MIN_SIZE: usize = 8;

    fn decode<R: AvroRead<'a>>(reader: &mut R) -> Result<Self, DecodeError> {
        reader.read_double().map(|number| Self(number, None))
    }
}

impl<'a> AvroDecode<'a> for Placed {
    const MIN_SIZE: usize = 8;

    fn decode<R: AvroRead<'a>>(reader: &mut R) -> Result<Self, DecodeError> {
        Number::decode(reader).map(Self)
    }

    fn blank() -> Option<Self> {
        Some(Self(Number(0.0, None)))
    }
}

impl<'a> AvroResolve<'a> for Number {
    fn decode_plan<R: AvroRead<'a>>(plan: Plan<'_>, reader: &mut R) -> Result<Self, DecodeError> {
        Self::compiled(usize::MAX, plan, reader)
    }

    fn decode_compiled<R: AvroRead<'a>>(
        version: usize,
        plan: Plan<'_>,
        reader: &mut R,
    ) -> Result<Self, DecodeError> {
        Self::compiled(version, plan, reader)
    }
}

impl<'a> AvroResolve<'a> for Placed {
    fn decode_plan<R: AvroRead<'a>>(plan: Plan<'_>, reader: &mut R) -> Result<Self, DecodeError> {
        Number::compiled(usize::MAX, plan, reader).map(Self)
    }

    fn decode_compiled<R: AvroRead<'a>>(
        version: usize,
        plan: Plan<'_>,
        reader: &mut R,
    ) -> Result<Self, DecodeError> {
        Number::compiled(version, plan, reader).map(Self)
    }

    fn decode_compiled_at<R: AvroRead<'a>>(
        place: &mut Self,
        version: usize,
        plan: Plan<'_>,
        reader: &mut R,
    ) -> Result<(), DecodeError> {
        place.0 = Number::compiled(version, plan, reader)?;
        Ok(())
    }
}

#[test]
fn code_for_versions_is_told_their_positions_and_goes_by_the_plan_for_others() {
    let float = 2.5_f32.to_le_bytes();
    let cases = [
        (r#""int""#, &[3][..], Number(-2.0, Some(0))),
        (r#""float""#, &float[..], Number(2.5, Some(1))),
        (r#""long""#, &[3][..], Number(-2.0, None)),
        (r#"["null","int"]"#, &[2, 3][..], Number(-2.0, None)),
    ];
    for (writer, datum, expected) in cases {
        let writer: Schema = writer.parse().unwrap();
        let numbers: Resolution<Number> = resolve(&writer).unwrap();
        let placed: Resolution<Placed> = resolve(&writer).unwrap();
        assert_eq!(numbers.is_compiled(), expected.1.is_some());
        let by_plan = Number(expected.0, None);
        assert_eq!(numbers.decode(datum).as_ref(), Ok(&expected));
        assert_eq!(numbers.decode_from(&mut SafeReader::new(datum)).as_ref(), Ok(&expected));
        assert_eq!(numbers.by_plan().decode(datum).as_ref(), Ok(&by_plan));
        let expected = Placed(expected);
        assert_eq!(placed.decode(datum).as_ref(), Ok(&expected));
        assert_eq!(placed.decode_from(&mut SafeReader::new(datum)).as_ref(), Ok(&expected));
        assert_eq!(placed.by_plan().decode(datum), Ok(Placed(by_plan)));
    }
}
