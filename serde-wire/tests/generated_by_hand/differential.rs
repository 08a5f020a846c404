//! The fast runtime against the safe one: same bytes in, same values, same errors, same position; same values in, same
//! bytes.

use crate::catalogue::{Catalogue, Digest, Label};
use crate::event::Event;
use proptest::collection::vec;
use proptest::prelude::*;
use serde_wire::codec::fast::{FastReader, FastWriter};
use serde_wire::codec::safe::{SafeReader, SafeWriter};
use serde_wire::codec::{AvroDecode, AvroEncode, AvroRead, AvroWrite, DecodeError};
use serde_wire::types::{Date, Decimal};
use std::fmt::Debug;

/// One call of a reader.
#[derive(Debug, Clone)]
enum Read {
    Boolean,
    Int,
    Long,
    Float,
    Double,
    Bytes,
    Str,
    Owned,
    Fixed,
    Slice(usize),
    Index,
    Block(usize),
    Longs(usize),
    Ints(usize),
    Doubles(usize),
    Floats(usize),
    Skip,
}

impl Read {
    /// The result as text, so that NaN equals itself.
    fn run<'a>(&self, reader: &mut impl AvroRead<'a>) -> Result<String, DecodeError> {
        fn many<T: Debug>(
            fill: impl FnOnce(&mut Vec<T>) -> Result<(), DecodeError>,
        ) -> Result<String, DecodeError> {
            let mut out = Vec::new();
            fill(&mut out)?;
            Ok(format!("{out:?}"))
        }
        Ok(match *self {
            Self::Boolean => format!("{:?}", reader.read_boolean()?),
            Self::Int => format!("{:?}", reader.read_int()?),
            Self::Long => format!("{:?}", reader.read_long()?),
            Self::Float => format!("{:?}", reader.read_float()?.to_bits()),
            Self::Double => format!("{:?}", reader.read_double()?.to_bits()),
            Self::Bytes => format!("{:?}", reader.read_bytes()?),
            Self::Str => format!("{:?}", reader.read_str()?),
            Self::Owned => format!("{:?}", reader.read_string()?),
            Self::Fixed => format!("{:?}", reader.read_fixed::<5>()?),
            Self::Slice(size) => format!("{:?}", reader.read_slice(size)?),
            Self::Index => format!("{:?}", reader.read_index()?),
            Self::Block(min_size) => format!("{:?}", reader.read_block(min_size)?),
            Self::Longs(count) => many(|out| reader.read_longs(count, out))?,
            Self::Ints(count) => many(|out| reader.read_ints(count, out))?,
            Self::Doubles(count) => many(|out| reader.read_doubles(count, out))?,
            Self::Floats(count) => many(|out| reader.read_floats(count, out))?,
            Self::Skip => format!("{:?}", reader.skip_bytes()?),
        })
    }
}

fn reads() -> impl Strategy<Value = Vec<Read>> {
    let one = prop_oneof![
        Just(Read::Boolean),
        Just(Read::Int),
        Just(Read::Long),
        Just(Read::Float),
        Just(Read::Double),
        Just(Read::Bytes),
        Just(Read::Str),
        Just(Read::Owned),
        Just(Read::Fixed),
        (0..40_usize).prop_map(Read::Slice),
        Just(Read::Index),
        (0..3_usize).prop_map(Read::Block),
        (0..300_usize).prop_map(Read::Longs),
        (0..300_usize).prop_map(Read::Ints),
        (0..20_usize).prop_map(Read::Doubles),
        (0..20_usize).prop_map(Read::Floats),
        Just(Read::Skip),
    ];
    vec(one, 1..12)
}

/// Bytes that often make sense: runs of small numbers, of long ones, of letters, and noise.
fn input() -> impl Strategy<Value = Vec<u8>> {
    let run = prop_oneof![
        vec(0..8_u8, 0..90),
        vec(0..0x80_u8, 0..140),
        vec(0x80..=0xff_u8, 0..12),
        vec(b'a'..=b'z', 0..60),
        vec(any::<u8>(), 0..60),
        Just("ü€😀".as_bytes().to_vec()),
    ];
    vec(run, 0..5).prop_map(|runs| runs.concat())
}

/// Longs of every size of encoding.
fn long() -> impl Strategy<Value = i64> {
    (any::<i64>(), 0..64_u32).prop_map(|(value, shift)| value >> shift)
}

fn catalogue() -> impl Strategy<Value = Catalogue> {
    let label = prop_oneof![
        Just(Label::Null),
        ".{0,40}".prop_map(Label::String),
        long().prop_map(Label::Long),
        vec(any::<i32>().prop_map(f64::from), 0..10).prop_map(Label::Array),
    ];
    let leaf = (
        label,
        proptest::option::of(".{0,40}"),
        vec(proptest::option::of(long()), 0..4),
        any::<[u8; 4]>().prop_map(Digest),
        any::<i32>().prop_map(Date),
        long().prop_map(Decimal::from),
        vec((".{0,9}", any::<i32>()), 0..4),
    )
        .prop_map(|(label, note, marks, digest, since, price, stock)| Catalogue {
            label,
            next: None,
            children: Vec::new(),
            stock: stock.into_iter().collect(),
            note,
            marks,
            digest,
            since,
            price,
        });
    leaf.prop_recursive(3, 12, 3, |inner| {
        (inner.clone(), proptest::option::of(inner.clone()), vec(inner, 0..3))
            .prop_map(|(value, next, children)| Catalogue { next: next.map(Box::new), children, ..value })
    })
}

fn encoded(value: &impl AvroEncode) -> Vec<u8> {
    let (mut fast, mut safe) = (Vec::new(), Vec::new());
    value.encode(&mut FastWriter::new(&mut fast));
    value.encode(&mut SafeWriter::new(&mut safe));
    assert_eq!(fast, safe);
    fast
}

/// Decodes with both and returns what they agree on.
fn decoded<T>(bytes: &[u8]) -> Result<T, DecodeError>
where
    T: for<'a> AvroDecode<'a> + Debug,
{
    let (mut fast, mut safe) = (FastReader::new(bytes), SafeReader::new(bytes));
    let (left, right) = (T::decode(&mut fast), T::decode(&mut safe));
    assert_eq!(format!("{left:?}"), format!("{right:?}"));
    if left.is_ok() {
        assert_eq!(fast.rest(), safe.rest());
    }
    left
}

#[test]
fn bytes_of_every_size_are_written_beside_every_room() {
    fn write(writer: &mut impl AvroWrite, bytes: &[u8], counted: bool) {
        match counted {
            true => writer.write_bytes(bytes),
            false => writer.write_slice(bytes),
        }
        writer.write_long(1 << 40);
    }
    let bytes: Vec<u8> = (0..=255).collect();
    for size in 0..=bytes.len() {
        for room in 0..=bytes.len() {
            for counted in [false, true] {
                let (mut fast, mut safe) = (Vec::with_capacity(room + 1), Vec::new());
                fast.push(9);
                safe.push(9);
                write(&mut FastWriter::new(&mut fast), &bytes[..size], counted);
                write(&mut SafeWriter::new(&mut safe), &bytes[..size], counted);
                assert_eq!(fast, safe, "{size} bytes, room for {room}");
            }
        }
    }
}

proptest! {
    #[test]
    fn reads_agree(input in input(), reads in reads()) {
        let (mut fast, mut safe) = (FastReader::new(&input), SafeReader::new(&input));
        for read in &reads {
            let (left, right) = (read.run(&mut fast), read.run(&mut safe));
            prop_assert_eq!(&left, &right, "{:?}", read);
            if left.is_err() {
                break;
            }
            prop_assert_eq!(fast.rest(), safe.rest(), "{:?}", read);
        }
    }

    #[test]
    fn writes_agree(
        longs in vec(long(), 0..600),
        ints in vec(any::<i32>(), 0..200),
        doubles in vec(any::<f64>(), 0..20),
        floats in vec(any::<f32>(), 0..20),
        texts in vec(".{0,40}", 0..8),
        reserve in 0..100_usize,
    ) {
        type Values<'v> = (&'v [i64], &'v [i32], &'v [f64], &'v [f32], &'v [String]);
        fn write(mut writer: impl AvroWrite, values: Values<'_>, reserve: usize) {
            let (longs, ints, doubles, floats, texts) = values;
            writer.write_longs(longs);
            writer.reserve(reserve);
            writer.write_ints(ints);
            writer.write_doubles(doubles);
            writer.write_floats(floats);
            for text in texts {
                writer.write_str(text);
                writer.write_boolean(text.is_empty());
                writer.write_slice(text.as_bytes());
                writer.write_fixed(&[7; 3]);
            }
            for (&long, (&double, &float)) in longs.iter().zip(doubles.iter().zip(floats)) {
                writer.write_long(long);
                writer.write_double(double);
                writer.write_float(float);
            }
        }
        let values = (&longs[..], &ints[..], &doubles[..], &floats[..], &texts[..]);
        let (mut fast, mut safe) = (vec![1, 2, 3], vec![1, 2, 3]);
        write(FastWriter::new(&mut fast), values, reserve);
        write(SafeWriter::new(&mut safe), values, reserve);
        prop_assert_eq!(&fast, &safe);
        let mut back = Vec::new();
        FastReader::new(&fast[3..]).read_longs(longs.len(), &mut back).unwrap();
        prop_assert_eq!(back, longs);
    }

    #[test]
    fn values_come_back(value in catalogue()) {
        prop_assert_eq!(decoded::<Catalogue>(&encoded(&value)), Ok(value));
    }

    #[test]
    fn mutations_agree(
        value in catalogue(),
        changes in vec((any::<prop::sample::Index>(), any::<u8>()), 0..4),
        cut in any::<prop::sample::Index>(),
        cuts in any::<bool>(),
    ) {
        let mut bytes = encoded(&value);
        for (place, byte) in changes {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        if cuts {
            bytes.truncate(cut.index(bytes.len()));
        }
        // Whatever comes out has been compared; that it comes out at all is the other half of the test.
        let _ = decoded::<Catalogue>(&bytes);
    }

    #[test]
    fn noise_agrees(input in input()) {
        let _ = decoded::<Event>(&input);
        let _ = decoded::<Catalogue>(&input);
    }
}
