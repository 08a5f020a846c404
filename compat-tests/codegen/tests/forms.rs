//! The forms of generated types: what is borrowed from the input, and what is read into a used value, are the values and
//! the errors of the owned form, on well-formed and on malformed data, with both runtimes.
// Of the corpus, two schemas nest vectors so deep that the functions for them exceed the default of 128.
#![recursion_limit = "1024"]
#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]

use avro_model::testing::{Random, Values, mutate};
use avro_model::{Kind, Node, Parser, binary};
use serde_wire::codec::safe::SafeReader;
use serde_wire::codec::{
    AvroBorrow, AvroDecode, AvroRead, AvroSchema, AvroTryEncode, DecodeError, EncodeError, Reader,
};

/// How many values of each type are tried, and how many malformed data for each.
const VALUES: u64 = 6;
const MUTATIONS: usize = 4;

type Check = fn(&str) -> usize;

const TYPES: &[(&str, Check)] = include!(concat!(env!("OUT_DIR"), "/types.rs"));
const BORROWED: &[(&str, Check)] = include!(concat!(env!("OUT_DIR"), "/borrowed.rs"));

#[test]
fn what_is_read_into_a_used_value_is_what_is_read_anew() {
    let values: usize = TYPES.iter().map(|(name, check)| check(name)).sum();
    assert!(values > 5_000, "only {values}");
}

#[test]
fn what_is_borrowed_is_what_is_owned() {
    let values: usize = BORROWED.iter().map(|(name, check)| check(name)).sum();
    assert!(values > 1_000, "only {values}");
}

/// Reads all data of a type into one value, whatever it was before, and returns how many were well-formed.
fn check<T: AvroSchema + AvroTryEncode + for<'a> AvroDecode<'a>>(name: &str) -> usize {
    let data = data(T::SCHEMA);
    let values = data.iter().filter_map(|input| T::decode(&mut Reader::new(input)).ok());
    let mut used: Vec<T> = values.take(2).collect();
    let [used, used_safely] = &mut used[..] else { return 0 };
    let mut well_formed = 0;
    for input in &data {
        let fresh = outcome(Reader::new(input), |reader| T::decode(reader).map(|value| encoded(&value)));
        let again = outcome(Reader::new(input), |reader| used.decode_into(reader).map(|()| encoded(used)));
        assert_eq!(again, fresh, "{name}: {input:?}");
        let fresh = outcome(SafeReader::new(input), |reader| T::decode(reader).map(|value| encoded(&value)));
        let again = outcome(SafeReader::new(input), |reader| {
            used_safely.decode_into(reader).map(|()| encoded(used_safely))
        });
        assert_eq!(again, fresh, "{name}: {input:?}, by the safe runtime");
        // After an error too it is a value as any other.
        assert!(encoded(used).map_or(true, |bytes| bytes.len() >= T::MIN_SIZE), "{name}: {input:?}");
        well_formed += usize::from(fresh.0.is_ok());
    }
    well_formed
}

/// Reads all data of a type in both forms.
fn borrow<T>(name: &str) -> usize
where
    T: AvroBorrow + AvroTryEncode + for<'a> AvroDecode<'a> + for<'r, 'a> From<&'r T::Ref<'a>>,
    for<'a> T::Ref<'a>: AvroSchema + AvroTryEncode + From<&'a T>,
{
    assert_eq!((T::Ref::SCHEMA, T::Ref::NAME, T::Ref::FINGERPRINT), (T::SCHEMA, T::NAME, T::FINGERPRINT));
    assert_eq!(T::Ref::IGNORED_DEFAULTS, T::IGNORED_DEFAULTS, "{name}");
    assert_eq!(<T::Ref<'_> as AvroDecode>::MIN_SIZE, T::MIN_SIZE, "{name}");
    let mut well_formed = 0;
    for input in &data(T::SCHEMA) {
        let owned = outcome(Reader::new(input), T::decode);
        let bytes = (owned.0.as_ref().map(encoded), owned.1);
        let borrowed = outcome(Reader::new(input), T::Ref::decode);
        assert_eq!((borrowed.0.as_ref().map(encoded), borrowed.1), bytes, "{name}: {input:?}");
        let safely = outcome(SafeReader::new(input), T::Ref::decode).0;
        assert_eq!(safely.as_ref().map(encoded), bytes.0, "{name}: {input:?}, by the safe runtime");
        if let (Ok(owned), Ok(borrowed)) = (&owned.0, &borrowed.0) {
            assert_eq!(Ok(encoded(&T::from(borrowed))), bytes.0, "{name}: {input:?}, made owned");
            assert_eq!(Ok(encoded(&T::Ref::from(owned))), bytes.0, "{name}: {input:?}, made borrowed");
            well_formed += 1;
        }
    }
    well_formed
}

/// Data of a schema: of values, each with its truncations, and malformed ones.
fn data(schema: &str) -> Vec<Vec<u8>> {
    let schema = Parser::new().parse(schema).unwrap();
    let values = Values::of(&schema);
    // Some have no values, and some have none that tests had better make.
    let is_huge = |node: &Node| matches!(&node.kind, Kind::Fixed(fixed) if fixed.size > 1 << 20);
    let mut data = Vec::new();
    if !values.any() || schema.nodes().iter().any(is_huge) {
        return data;
    }
    for seed in 0..VALUES {
        let random = &mut Random::seed(seed);
        let bytes = binary::encode(&schema, &values.value(random)).unwrap();
        data.extend((0..bytes.len().min(64)).map(|cut| bytes[..cut].to_vec()));
        for _ in 0..MUTATIONS {
            let mut malformed = bytes.clone();
            mutate(&mut malformed, random);
            data.push(malformed);
        }
        data.push(bytes);
    }
    data
}

/// What reading gives, and how much of the input it leaves.
fn outcome<'a, R: AvroRead<'a>, T>(
    mut reader: R,
    read: impl FnOnce(&mut R) -> Result<T, DecodeError>,
) -> (Result<T, DecodeError>, usize) {
    (read(&mut reader), reader.remaining())
}

/// The bytes; or why there are none, since decimals of more digits than the schema has are read, but not written.
fn encoded(value: &impl AvroTryEncode) -> Result<Vec<u8>, EncodeError> {
    let mut bytes = Vec::new();
    value.try_encode_into(&mut bytes).map(|()| bytes)
}
