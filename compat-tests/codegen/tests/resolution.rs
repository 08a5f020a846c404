//! Types that read data of other schemas, against the generic resolving decoder of `avro_model`: schemas made at random
//! and what they may become, both ways.

#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]

use avro_model::binary::{self, DecodeProblem, Decoder};
use avro_model::testing::{Random, Values, mutate};
use avro_model::{Parser, Schema};
use serde_wire::codec::{AvroSchema, AvroTryEncode, DecodeError, EncodeError};
use serde_wire::resolve::{Resolution, resolve};

/// How many values of each writer are tried, and how many malformed data for each.
const VALUES: u64 = 24;
const MUTATIONS: usize = 2;

/// The first of the pairs whose newer version has code for the older one.
const VERSIONS: u64 = 1_000_000;

type Check = fn(u64, &mut Tally);

const CHECKS: &[(u64, Check)] = include!(concat!(env!("OUT_DIR"), "/pair_checks.rs"));

/// Counts of the pairs' outcomes, so that the test notices when they stop testing anything.
#[derive(Debug, Default)]
struct Tally {
    planned: usize,
    values: usize,
    refused: usize,
    located: usize,
    compiled: usize,
}

#[test]
fn plans_agree_with_the_generic_decoder() {
    let mut tally = Tally::default();
    for (seed, check) in CHECKS {
        check(*seed, &mut tally);
    }
    assert!(
        tally.planned > 30
            && tally.values > 300
            && tally.refused > 30
            && tally.located > 20
            && tally.compiled > 5,
        "{tally:?}"
    );
}

fn check<W, R>(seed: u64, tally: &mut Tally)
where
    W: AvroSchema,
    R: AvroSchema + AvroTryEncode + for<'a> serde_wire::codec::AvroResolve<'a>,
{
    let [writer, reader]: [Schema; 2] = [W::SCHEMA, R::SCHEMA].map(|text| Parser::new().parse(text).unwrap());
    let values = Values::of(&writer);
    if !values.any() {
        return;
    }
    let decoder = Decoder::resolving(&writer, &reader).unwrap();
    let context = format!("seed {seed}\nwriter {}\nreader {}", W::SCHEMA, R::SCHEMA);
    let resolution = resolve::<R>(&writer);
    tally.planned += usize::from(resolution.as_ref().is_ok_and(|resolution| !resolution.is_identity()));
    // Of the pairs that were made by hand, the newer one has code for the older one.
    let is_newer = R::SCHEMA.contains("\"f4\"") || R::NAME == Some("a.New");
    assert!(seed < VERSIONS || R::COMPILED.len() == usize::from(is_newer), "{context}");
    tally.compiled += usize::from(resolution.as_ref().is_ok_and(Resolution::is_compiled));
    let random = &mut Random::seed(seed);
    // Of the pair that was made by hand, much has no place in the reader.
    let count = if seed >= VERSIONS { 40 * VALUES } else { VALUES };
    for _ in 0..count {
        let value = values.value(random);
        let mut bytes = binary::encode(&writer, &value).unwrap();
        let Ok(resolution) = &resolution else {
            let expected = decoder.decode(&bytes);
            assert!(expected.is_err(), "{resolution:?}, but {value:?} is {expected:?}\n{context}");
            return;
        };
        for _ in 0..=MUTATIONS {
            agree(resolution, &decoder, &reader, &bytes, &context, tally);
            mutate(&mut bytes, random);
        }
    }
}

/// Either both read it, as the same value, or both refuse it.
fn agree<R: AvroSchema + AvroTryEncode + for<'a> serde_wire::codec::AvroResolve<'a>>(
    resolution: &Resolution<R>,
    decoder: &Decoder,
    reader: &Schema,
    bytes: &[u8],
    context: &str,
    tally: &mut Tally,
) {
    let encoded = |value: R| {
        let mut bytes = Vec::new();
        value.try_encode_into(&mut bytes).map(|()| bytes)
    };
    let outcome =
        |resolution: &Resolution<R>| resolution.decode(bytes).map(encoded).map_err(|failure| failure.error);
    assert_eq!(outcome(resolution), outcome(&resolution.clone().by_plan()), "{bytes:?}\n{context}");
    match (resolution.decode(bytes), decoder.decode(bytes)) {
        (Ok(decoded), Ok(expected)) => {
            tally.values += 1;
            let mut again = Vec::new();
            match decoded.try_encode_into(&mut again) {
                // A decimal of more digits than the schema has, and a symbol that it does not have, is read, but not written.
                Err(EncodeError::Digits { .. } | EncodeError::UnknownSymbol { .. }) => return,
                written => written.unwrap(),
            }
            let same = Decoder::new(reader).decode(&again);
            let respelled = reader.nodes().iter().any(|node| node.logical.is_some());
            assert!(
                respelled || same.as_ref() == Ok(&expected),
                "{bytes:?}: {same:?}, not {expected:?}\n{context}"
            );
        }
        (Err(failure), Ok(expected)) => {
            // A text that is no UUID is refused, and so is a block with more of them than there is room for.
            let is_narrower = matches!(
                failure.error,
                DecodeError::Uuid | DecodeError::BigDecimal | DecodeError::BlockCount
            );
            let is_narrower = is_narrower && reader.nodes().iter().any(|node| node.logical.is_some());
            assert!(is_narrower, "{bytes:?}: {failure}, not {expected:?}\n{context}");
        }
        (Ok(decoded), Err(error)) => {
            // An int that is padded beyond five bytes, and a symbol that is unknown, which only the generic decoder refuses.
            let is_stricter = matches!(error.problem, DecodeProblem::NumberTooLong { bits: 32 })
                || matches!(encoded(decoded), Err(EncodeError::UnknownSymbol { .. }));
            assert!(is_stricter, "{bytes:?} was read in spite of {error}\n{context}");
        }
        (Err(failure), Err(error)) => {
            tally.refused += 1;
            // One that stops at another byte sees another fault.
            if failure.offset == error.offset
                && let Some(path) = resolution.field_path(bytes, &failure)
            {
                assert_eq!(path, error.path, "{bytes:?}: {failure}, {error}\n{context}");
                tally.located += usize::from(!path.is_empty());
            }
        }
    }
}
