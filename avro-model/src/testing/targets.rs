//! Targets of fuzzing: each takes bytes, and panics when something that must hold does not.
//!
//! Time and memory are for the fuzzer to watch.

use super::{Random, Values, advice_holds, json_text_holds, mutate, pair};
use crate::binary::{self, Decoder};
use crate::json::Json;
use crate::parser::{Parser, Validation};
use crate::{Schema, Value, json_encoding};

/// A target: its name, and what it does with bytes.
pub type Target = (&'static str, fn(&[u8]));

/// All targets.
pub const ALL: &[Target] = &[
    ("parse", parse),
    ("decode", decode),
    ("resolve", resolve),
    ("json", json),
    ("pairs", pairs),
    #[cfg(feature = "idl")]
    ("idl", idl),
];

/// Texts as schemas: what is read in one mode is printed as a text that is read alike, and reading that again changes
/// nothing.
///
/// # Panics
/// When it does.
pub fn parse(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    for validation in [Validation::Default, Validation::New, Validation::Stored] {
        let parser = Parser::new().validation(validation);
        let Ok(schema) = parser.parse(&text) else { continue };
        let printed = schema.canonical_text();
        // The lenient mode lets through namespaces that a printed text does not lead back to.
        if validation == Validation::Stored {
            drop(parser.parse(&printed));
            continue;
        }
        let again = parser.parse(&printed).unwrap_or_else(|error| panic!("{error}\n{text}\n{printed}"));
        assert_eq!(again.canonical_text(), printed, "{text}");
        assert_eq!(again.parsing_canonical_form(), schema.parsing_canonical_form(), "{text}");
        drop(schema.normalized(&parser, &[]));
    }
}

/// Bytes as data of a schema that the first of them make: whatever is decoded is encoded and decoded again alike, and
/// then takes as many bytes as it takes to skip it.
pub fn decode(data: &[u8]) {
    let mut random = Random::bytes(data);
    let schema = super::schema(&mut random);
    let decoder = Decoder::new(&schema);
    let rest = random.rest();
    drop(decoder.skip(rest));
    if let Ok((value, _)) = decoder.decode_prefix(rest) {
        round_trip(&schema, &decoder, &value);
    }
}

/// Values and data of a schema and a later version of it that the bytes make: what the writer wrote, and what became of
/// it on the way. What is read is a value of the reader.
///
/// # Panics
/// When it is not.
pub fn resolve(data: &[u8]) {
    let mut random = Random::bytes(data);
    let (writer, reader) = pair(&mut random);
    let Ok(decoder) = Decoder::resolving(&writer, &reader) else { return };
    let read = |data: &[u8]| {
        if let Ok((value, _)) = decoder.decode_prefix(data) {
            assert_eq!(binary::encode(&reader, &value).map(drop), Ok(()));
        }
    };
    read(random.rest());
    let values = Values::of(&writer);
    if values.any() {
        let value = values.value(&mut random);
        let mut data = binary::encode(&writer, &value).unwrap_or_else(|error| panic!("{error}"));
        let own = Decoder::new(&writer);
        assert_eq!(own.skip(&data), Ok(data.len()));
        round_trip(&writer, &own, &value);
        read(&data);
        mutate(&mut data, &mut random);
        read(&data);
        drop(own.decode(&data));
        drop(own.skip(&data));
    }
}

/// A schema, a line feed, and JSON for it; or JSON for a schema that the bytes make; or any JSON.
///
/// # Panics
/// When a value is not what its text is read as again.
pub fn json(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    if let Some((schema, text)) = text.split_once('\n')
        && let Ok(schema) = schema.parse::<Schema>()
    {
        json_of(&schema, text);
    }
    let mut random = Random::bytes(data);
    let schema = super::schema(&mut random);
    json_of(&schema, &String::from_utf8_lossy(random.rest()));
    json_text_holds(&text);
}

fn json_of(schema: &Schema, text: &str) {
    let Ok(value) = json_encoding::decode(schema, text) else { return };
    let printed = json_encoding::encode(schema, &value).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(json_encoding::decode(schema, &printed).as_ref(), Ok(&value), "{text}\n{printed}");
    round_trip(schema, &Decoder::new(schema), &value);
}

/// Pairs of schemas, given as a line each, or made by the bytes: checked, resolved and explained in both directions.
///
/// # Panics
/// When a pair counts as alike and is sure to fail, or when an explanation does not hold.
pub fn pairs(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let given = text.split_once('\n').and_then(|(a, b)| Some((a.parse().ok()?, b.parse().ok()?)));
    let (a, b): (Schema, Schema) = given.unwrap_or_else(|| pair(&mut Random::bytes(data)));
    for (reader, writer) in [(&a, &b), (&b, &a), (&a, &a)] {
        drop(crate::compatibility::check(reader, writer));
        if let Ok(resolution) = crate::Resolution::new(writer, reader) {
            let error = resolution.certain_error(reader);
            assert!(!(resolution.is_identity() && error.is_some()), "{error:?}");
        }
    }
    advice_holds(&a, &b);
}

/// Texts as IDL and as protocols. A schema that comes of one is printed as a text that is read, unless it has a default for
/// which JSON has no text: one with a number inside that is not finite.
///
/// # Panics
/// When that text is not read.
#[cfg(feature = "idl")]
pub fn idl(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    drop(crate::idl::parse_protocol("fuzz.avpr", &text, Parser::new()));
    let Ok(idl) = crate::idl::parse_idl("fuzz.avdl", &text, &crate::idl::NoImports, Parser::new()) else {
        return;
    };
    for schema in idl.main.iter().chain(&idl.types) {
        let printed = schema.canonical_text();
        assert!(printed.parse::<Schema>().is_ok() || has_wordy_default(schema), "{text}\n{printed}");
    }
}

/// Whether a default has a number inside that JSON writes as a word.
#[cfg(feature = "idl")]
fn has_wordy_default(schema: &Schema) -> bool {
    fn has_word(value: &Json) -> bool {
        match value {
            Json::Double(number) => !number.is_finite(),
            Json::Array(items) => items.iter().any(has_word),
            Json::Object(members) => members.iter().any(|(_, value)| has_word(value)),
            _ => false,
        }
    }
    let records = schema.nodes().iter().filter_map(|node| match &node.kind {
        crate::schema::Kind::Record(record) => Some(record),
        _ => None,
    });
    let mut defaults = records.flat_map(|record| &record.fields).filter_map(|field| field.default.as_ref());
    defaults.any(has_word)
}

/// A value, encoded and decoded.
fn round_trip(schema: &Schema, decoder: &Decoder, value: &Value) {
    let encoded = binary::encode(schema, value).unwrap_or_else(|error| panic!("{error}"));
    // What comes of data that nests to the limit or is counted by it is decoded again; what comes of JSON may not be.
    if let Ok(again) = decoder.decode(&encoded) {
        assert_eq!(&again, value);
        assert_eq!(decoder.skip(&encoded), Ok(encoded.len()));
    }
}

/// Bytes for a target to begin with, which get deeper into it than any bytes would.
pub fn seed(target: &str, random: &mut Random<'_>) -> Vec<u8> {
    let schema = super::schema_json(random);
    match target {
        "parse" => schema.to_string().into_bytes(),
        "json" => {
            let Ok(parsed) = schema.to_string().parse::<Schema>() else { return Vec::new() };
            let value = Values::of(&parsed).value(random);
            let value = json_encoding::encode(&parsed, &value).unwrap_or_default();
            format!("{}\n{value}", line(&schema)).into_bytes()
        }
        "idl" => IDL[random.below(IDL.len())].as_bytes().to_vec(),
        "pairs" => format!("{}\n{}", line(&schema), line(&super::evolve(&schema, random))).into_bytes(),
        _ => (0..64 + random.below(200)).map(|_| random.byte()).collect(),
    }
}

/// JSON on one line, which compact JSON is, as it escapes line feeds.
fn line(json: &Json) -> String {
    json.to_string()
}

const IDL: [&str; 3] = [
    r#"/** A protocol. */ @namespace("a.b") protocol P {
  /** A record. */ @aliases(["Old"]) record R { int a = 1; @order("ignore") union { null, string } b = null; string? c; }
  enum E { A, B, `union` } = A;
  fixed F(4); @logicalType("decimal") @precision(4) fixed D(2);
  error X { array<map<R>> items = []; decimal(9, 2) d; timestamp_ms t; uuid u; date day; }
  R call(int x = 5, E e) throws X; void fire(a.b.F f) oneway;
}"#,
    "namespace org.example; schema array<Node>; // list\n\
     record Node { int value; Node? next = null; map<double> m = {\"k\": -1.5e3, \"n\": NaN}; }",
    r#"{"protocol":"P","namespace":"a","types":[{"type":"record","name":"R","fields":[{"name":"x","type":"int"}]}],
        "messages":{"m":{"request":[{"name":"r","type":"R"}],"response":"null","errors":["string"]}}}"#,
];
