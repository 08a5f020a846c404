//! Generated types read data of any writer's schema as the generic decoder of `avro_model` does: the same values, and
//! errors for the same data.
#![recursion_limit = "1024"]
#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]

use avro_model::binary::{self, Decoder};
use avro_model::testing::{Random, Values, mutate};
use avro_model::{Schema, Value};
use serde_wire::codec::safe::SafeReader;
use serde_wire::codec::{
    self, AvroDecode, AvroResolve, AvroSchema, AvroTryEncode, DecodeError, EncodeError, Reader,
};
use serde_wire::resolve::{Resolution, resolve};

/// Reads data of a writer's schema and tells of each datum whether it can be read.
type Check = fn(&str, &Schema, &[Vec<u8>]) -> Vec<bool>;

/// A row of the table of cases.
struct Row {
    name: &'static str,
    writer: &'static str,
    /// Hexadecimal digits, how often they are repeated, and what follows.
    data: (&'static str, usize, &'static str),
    fails: bool,
    check: Check,
}

/// A pair of schemas made at random.
struct Pair {
    seed: u64,
    writer: &'static str,
    check: Check,
}

const ROWS: &[Row] = include!(concat!(env!("OUT_DIR"), "/rows.rs"));
const PAIRS: &[Pair] = include!(concat!(env!("OUT_DIR"), "/pairs.rs"));

#[test]
fn rows_of_the_table() {
    assert!(ROWS.len() > 150, "{} rows", ROWS.len());
    for row in ROWS {
        let (unit, times, suffix) = row.data;
        let data = hex(&(unit.repeat(times) + suffix));
        let readable = (row.check)(row.name, &row.writer.parse().unwrap(), &[data]);
        assert_eq!(readable, [!row.fails], "{}", row.name);
    }
}

#[test]
fn pairs_made_at_random() {
    let mut read = 0;
    for pair in PAIRS {
        let writer: Schema = pair.writer.parse().unwrap();
        let values = Values::of(&writer);
        if !values.any() {
            continue;
        }
        let random = &mut Random::seed(pair.seed);
        let mut data = Vec::new();
        for _ in 0..12 {
            let datum = binary::encode(&writer, &values.value(random)).unwrap();
            for _ in 0..4 {
                let mut mutated = datum.clone();
                mutate(&mut mutated, random);
                data.push(mutated);
            }
            data.push(datum);
        }
        let readable = (pair.check)(&format!("pair {}", pair.seed), &writer, &data);
        read += readable.into_iter().filter(|readable| *readable).count();
    }
    assert!(read > 1_000, "{read} datums were read");
}

/// The [`Check`] of one type: by a plan, against the generic decoder.
fn check<T>(name: &str, writer: &Schema, data: &[Vec<u8>]) -> Vec<bool>
where
    T: AvroSchema + AvroTryEncode + for<'a> AvroResolve<'a>,
{
    let reader: Schema = T::SCHEMA.parse().unwrap();
    let generic = Decoder::resolving(writer, &reader).unwrap();
    let plain = Decoder::new(&reader);
    let resolution = resolve::<T>(writer);
    data.iter()
        .map(|datum| {
            let expected = generic.decode_prefix(datum);
            let context = || format!("{name}: {:02x?}", &datum[..datum.len().min(64)]);
            let Ok(resolution) = &resolution else {
                assert!(expected.is_err(), "{}: refused, not {expected:?}", context());
                return false;
            };
            match (decoded(name, resolution, datum), expected) {
                (Ok(decoded), Ok((expected, _))) => {
                    let expected = through::<T>(&reader, &expected);
                    let value = |bytes: Option<Vec<u8>>| bytes.map(|bytes| plain.decode(&bytes));
                    assert_eq!(value(encoded(&decoded)), value(expected), "{}", context());
                    true
                }
                (Err(error), Ok((expected, _))) => {
                    assert!(is_narrower(error), "{}: {error}, not {expected:?}", context());
                    true
                }
                (Ok(_), Err(error)) => panic!("{}: read in spite of {error}", context()),
                (Err(_), Err(_)) => false,
            }
        })
        .collect()
}

/// Reads a datum with both runtimes.
fn decoded<T>(name: &str, resolution: &Resolution<T>, datum: &[u8]) -> Result<T, DecodeError>
where
    T: AvroTryEncode + for<'a> AvroResolve<'a>,
{
    let fast = resolution.decode_from(&mut Reader::new(datum));
    let safe = resolution.decode_from(&mut SafeReader::new(datum));
    let both = [&fast, &safe].map(|value| value.as_ref().map(encoded).map_err(|error| *error));
    assert_eq!(both[0], both[1], "{name}");
    fast
}

/// The bytes of a value as its Rust type writes them: of several encodings of a decimal or a UUID it keeps one.
fn through<T: AvroTryEncode + for<'a> AvroDecode<'a>>(schema: &Schema, value: &Value) -> Option<Vec<u8>> {
    let bytes = binary::encode(schema, value).unwrap();
    codec::decode::<T>(&bytes).map_or(Some(bytes), |value| encoded(&value))
}

/// Two logical types have Rust types that do not hold every value of their base types.
fn is_narrower(error: DecodeError) -> bool {
    matches!(error, DecodeError::Uuid | DecodeError::BigDecimal)
}

/// `None` for a decimal of more digits than the schema has, which is read but not written.
fn encoded(value: &impl AvroTryEncode) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    match value.try_encode_into(&mut bytes) {
        Err(EncodeError::Digits { .. }) => None,
        written => {
            written.unwrap();
            Some(bytes)
        }
    }
}

fn hex(digits: &str) -> Vec<u8> {
    digits
        .as_bytes()
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}
