//! Every generated type against the generic codec of `avro_model`: both write the same bytes, read the same values, and
//! refuse the same malformed data.
// Of the corpus, two schemas nest vectors so deep that the functions for them exceed the default of 128.
#![recursion_limit = "1024"]
#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]

use avro_model::binary::{self, DecodeProblem, Decoder};
use avro_model::schema::LogicalType;
use avro_model::testing::{Random, Values, mutate};
use avro_model::{Kind, Node, Parser, fingerprint};
use serde_wire::codec::{self, AvroDecode, AvroSchema, AvroTryEncode, DecodeError, EncodeError};

/// How many values of each type are tried, and how many malformed data for each.
const VALUES: u64 = 12;
const MUTATIONS: usize = 4;

type Check = fn(&str);

const CHECKS: &[(&str, Check)] = include!(concat!(env!("OUT_DIR"), "/types.rs"));

#[test]
fn types_agree_with_the_generic_codec() {
    for (name, check) in CHECKS {
        check(name);
    }
}

fn check<T: AvroSchema + AvroTryEncode + for<'a> AvroDecode<'a>>(name: &str) {
    let schema = Parser::new().parse(T::SCHEMA).unwrap_or_else(|error| panic!("{name}: {error}"));
    assert_eq!(schema.canonical_text(), T::SCHEMA, "{name}");
    assert_eq!(fingerprint::rabin(&schema.parsing_canonical_form()), T::FINGERPRINT, "{name}");
    let values = Values::of(&schema);
    // Some have no values, and some have none that tests had better make.
    let is_huge = |node: &Node| matches!(&node.kind, Kind::Fixed(fixed) if fixed.size > 1 << 20);
    if !values.any() || schema.nodes().iter().any(is_huge) {
        return;
    }
    let respells = schema.nodes().iter().any(respells);
    let decoder = Decoder::new(&schema);
    for seed in 0..VALUES {
        let random = &mut Random::seed(seed);
        let value = values.value(random);
        let bytes =
            binary::encode(&schema, &value).unwrap_or_else(|error| panic!("{name}: {value:?}: {error}"));
        let context = || format!("{name}, seed {seed}: {value:?} as {bytes:?}");
        match codec::decode::<T>(&bytes) {
            Ok(decoded) => {
                let again = encoded(&decoded).unwrap();
                let expected = if respells {
                    encoded(&codec::decode::<T>(&again).unwrap()).unwrap()
                } else {
                    bytes.clone()
                };
                assert_eq!(again, expected, "{}", context());
                assert!(bytes.len() >= T::MIN_SIZE, "{}", context());
            }
            Err(failure) => assert!(is_narrower(failure.error), "{failure}: {}", context()),
        }
        for cut in 0..bytes.len().min(64) {
            assert!(codec::decode::<T>(&bytes[..cut]).is_err(), "cut at {cut}: {}", context());
        }
        for _ in 0..MUTATIONS {
            let mut malformed = bytes.clone();
            mutate(&mut malformed, random);
            agree_on_malformed::<T>(name, &decoder, &malformed, respells);
        }
    }
}

/// Either both read it, as the same value, or both refuse it.
fn agree_on_malformed<T: AvroTryEncode + for<'a> AvroDecode<'a>>(
    name: &str,
    decoder: &Decoder,
    bytes: &[u8],
    respells: bool,
) {
    match (codec::decode::<T>(bytes), decoder.decode(bytes)) {
        (Ok(decoded), Ok(value)) => {
            // A decimal of more digits than the schema has is read, but not written.
            let again = match encoded(&decoded) {
                Err(EncodeError::Digits { .. }) => return,
                again => decoder.decode(&again.unwrap()),
            };
            assert!(respells || again.as_ref() == Ok(&value), "{name}: {bytes:?}: {again:?}, not {value:?}");
        }
        (Err(failure), Ok(value)) => {
            assert!(is_narrower(failure.error), "{name}: {bytes:?}: {failure}, not {value:?}");
        }
        (Ok(_), Err(error)) => {
            assert!(is_stricter(&error.problem), "{name}: read in spite of {error}: {bytes:?}");
        }
        (Err(_), Err(_)) => {}
    }
}

/// Whether values of a type have several encodings, of which Rust types keep one: a decimal may have more bytes than it
/// needs, a UUID upper-case letters.
fn respells(node: &Node) -> bool {
    let on_fixed = matches!(node.kind, Kind::Fixed(_));
    let has_spellings = matches!(
        node.logical,
        Some(LogicalType::Decimal { .. } | LogicalType::BigDecimal | LogicalType::Uuid)
    );
    has_spellings && !on_fixed
}

/// Two logical types have Rust types that do not hold every value of their base types.
fn is_narrower(error: DecodeError) -> bool {
    matches!(error, DecodeError::Uuid | DecodeError::BigDecimal)
}

/// The generic codec refuses an `int` that is padded to more than five bytes, which the fast one reads as what it is.
/// (The value is in range in any case, or it would not be an `i32`.)
fn is_stricter(problem: &DecodeProblem) -> bool {
    matches!(problem, DecodeProblem::NumberTooLong { bits: 32 })
}

fn encoded(value: &impl AvroTryEncode) -> Result<Vec<u8>, EncodeError> {
    let mut bytes = Vec::new();
    value.try_encode_into(&mut bytes).map(|()| bytes)
}
