//! Properties that hold for every schema and every value.

use super::{Random, Values, evolve, mutate, pair, schema, schema_json, targets};
use crate::binary::{self, DecodeProblem, Decoder};
use crate::resolution::Resolution;
use crate::{Schema, json_encoding};

/// Runs a test for many seeds; a failure names its seed.
fn for_seeds(count: u64, test: impl Fn(&mut Random<'_>) + std::panic::RefUnwindSafe) {
    for seed in 0..count {
        let outcome = std::panic::catch_unwind(|| test(&mut Random::seed(seed)));
        assert!(outcome.is_ok(), "seed {seed}");
    }
}

#[test]
fn printing_what_was_parsed_changes_nothing_any_more() {
    for_seeds(1_000, |random| targets::parse(schema_json(random).to_string().as_bytes()));
}

#[test]
fn values_survive_both_encodings() {
    for_seeds(500, |random| {
        let schema = schema(random);
        let (values, decoder) = (Values::of(&schema), Decoder::new(&schema));
        for _ in 0..4 {
            let value = values.value(random);
            let data = binary::encode(&schema, &value).unwrap();
            assert_eq!(decoder.decode(&data).unwrap(), value);
            assert_eq!(decoder.skip(&data).unwrap(), data.len());
            let text = json_encoding::encode(&schema, &value).unwrap();
            assert_eq!(json_encoding::decode(&schema, &text).unwrap(), value, "{text}");
        }
    });
}

#[test]
fn resolving_a_schema_with_itself_is_decoding() {
    for_seeds(500, |random| {
        let schema = schema(random);
        let resolution = Resolution::new(&schema, &schema).unwrap();
        assert!(resolution.is_identity(), "{}", schema.canonical_text());
        let resolving = Decoder::with_resolution(&schema, resolution);
        let plain = Decoder::new(&schema);
        for _ in 0..4 {
            let value = Values::of(&schema).value(random);
            let mut data = binary::encode(&schema, &value).unwrap();
            assert_eq!(resolving.decode(&data).unwrap(), value);
            // What is malformed is so for both, at the same byte.
            mutate(&mut data, random);
            assert_eq!(resolving.decode_prefix(&data), plain.decode_prefix(&data));
        }
    });
}

#[test]
fn an_identity_decodes_as_the_reader_alone_would() {
    let identities = std::cell::Cell::new(0);
    let identities = std::panic::AssertUnwindSafe(&identities);
    for_seeds(1_500, |random| {
        let (writer, reader) = pair(random);
        let resolution = Resolution::new(&writer, &reader).unwrap();
        if !resolution.is_identity() {
            return;
        }
        identities.set(identities.get() + 1);
        let value = Values::of(&writer).value(random);
        let data = binary::encode(&writer, &value).unwrap();
        let resolved = Decoder::with_resolution(&writer, resolution).decode(&data).unwrap();
        assert_eq!(Decoder::new(&reader).decode(&data).unwrap(), resolved);
    });
    assert!(identities.get() > 50, "{}", identities.get());
}

#[test]
fn what_resolves_is_a_value_of_the_reader_and_what_must_fail_fails() {
    let outcomes = std::cell::Cell::new([0, 0]);
    let outcomes = std::panic::AssertUnwindSafe(&outcomes);
    for_seeds(1_500, |random| {
        let (writer, reader) = pair(random);
        let resolution = Resolution::new(&writer, &reader).unwrap();
        let certain = resolution.certain_error(&reader);
        let decoder = Decoder::with_resolution(&writer, resolution);
        let data = binary::encode(&writer, &Values::of(&writer).value(random)).unwrap();
        let mut counts = outcomes.get();
        match decoder.decode(&data) {
            Ok(value) => {
                assert_eq!(certain, None);
                let again = binary::encode(&reader, &value).unwrap();
                assert_eq!(Decoder::new(&reader).decode(&again).unwrap(), value);
                counts[0] += 1;
            }
            Err(_) => counts[1] += 1,
        }
        outcomes.set(counts);
    });
    // Both happen often enough to mean something.
    assert!(outcomes.get().iter().all(|&count| count > 150), "{:?}", outcomes.get());
}

#[test]
fn compatible_schemas_resolve_for_every_value() {
    for_seeds(1_500, |random| {
        let (writer, reader) = pair(random);
        if !crate::compatibility::check(&reader, &writer).is_ok_and(|found| found.is_empty()) {
            return;
        }
        let data = binary::encode(&writer, &Values::of(&writer).value(random)).unwrap();
        let decoder = Decoder::resolving(&writer, &reader).unwrap();
        // That bytes become text only when they are UTF-8 is for no checker of schemas to see.
        if let Err(error) = decoder.decode(&data)
            && error.problem != DecodeProblem::Utf8
        {
            panic!("{error}\n{}\n{}", writer.canonical_text(), reader.canonical_text());
        }
    });
}

#[test]
fn nothing_panics_on_damaged_data() {
    for_seeds(300, |random| {
        for &(name, target) in targets::ALL {
            let mut data = targets::seed(name, random);
            target(&data);
            mutate(&mut data, random);
            target(&data);
        }
    });
}

#[test]
fn most_changes_leave_a_valid_schema() {
    let valid = (0..1_000)
        .filter(|&seed| {
            let mut random = Random::seed(seed);
            let old = schema_json(&mut random);
            evolve(&old, &mut random).to_string().parse::<Schema>().is_ok()
        })
        .count();
    assert!(valid > 600, "{valid}");
}
