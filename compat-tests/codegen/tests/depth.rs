//! How deep values may stand in each other is counted alike by every decoder (encoding §7): generated code on both runtimes,
//! generated code by a plan, skipping by a plan, and the generic decoder in all its ways.

#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]

use avro_model::binary::{self, DecodeProblem, Decoder};
use avro_model::{Schema, Value};
use codegen_tests::files::nesting::{ByAll, ByArray, ByMap, ByOptional, ByRecord, ByUnion, Plain};
use serde_wire::codec::safe::SafeReader;
use serde_wire::codec::{AvroDecode, AvroResolve, AvroSchema, DecodeError, Limits, Reader};
use serde_wire::resolve::{Resolution, resolve};

/// How many values stand in each other on the longest way: each record, array and map is a level, a union is none.
fn levels(value: &Value) -> usize {
    fn deepest<'v>(parts: impl Iterator<Item = &'v Value>) -> usize {
        1 + parts.map(levels).max().unwrap_or(0)
    }
    match value {
        Value::Record(parts) | Value::Array(parts) => deepest(parts.iter()),
        Value::Map(parts) => deepest(parts.values()),
        Value::Union(_, value) => levels(value),
        _ => 0,
    }
}

fn record(part: Value) -> Value {
    Value::Record(vec![part])
}

fn branch(position: usize, value: Value) -> Value {
    Value::Union(position, Box::new(value))
}

fn map(value: Value) -> Value {
    Value::Map([("key".to_owned(), value)].into())
}

/// A value of [`Plain`], whose depth the type bounds: 0 to 3 of the array, the map and the array in it are there.
fn plain(times: usize) -> Value {
    let inner = match times {
        0 => Value::Array(vec![]),
        1 => Value::Array(vec![Value::Map([].into())]),
        2 => Value::Array(vec![map(Value::Array(vec![]))]),
        _ => Value::Array(vec![map(Value::Array(vec![branch(1, Value::Long(7))]))]),
    };
    record(Value::Record(vec![inner, record(record(Value::Double(0.5)))]))
}

/// `last` with that many values around it.
fn nested(times: usize, last: &Value, around: fn(Value) -> Value) -> Value {
    (0..times).fold(last.clone(), |inner, _| around(inner))
}

/// Who takes a datum of `T`, within a limit of levels.
struct Decoders<T> {
    schema: Schema,
    by_plan: Resolution<T>,
    /// Of the schema that has one field more than `T`.
    wider: Schema,
    /// A record that has a value of `T` where the reader has nothing.
    outer: Schema,
    skipping: Resolution<codegen_tests::files::empty_record::Empty>,
}

impl<T> Decoders<T>
where
    T: AvroSchema + for<'a> AvroResolve<'a>,
{
    fn new() -> Self {
        let wider: Schema = T::SCHEMA
            .replacen("\"fields\":[", "\"fields\":[{\"name\":\"more\",\"type\":\"int\"},", 1)
            .parse()
            .unwrap();
        let empty = codegen_tests::files::empty_record::Empty::SCHEMA;
        let outer: Schema = empty
            .replacen("\"fields\":[", &format!("\"fields\":[{{\"name\":\"gone\",\"type\":{}}}", T::SCHEMA), 1)
            .parse()
            .unwrap();
        let by_plan = resolve::<T>(&wider).unwrap();
        assert!(!by_plan.is_identity());
        let skipping = resolve(&outer).unwrap();
        Self { schema: T::SCHEMA.parse().unwrap(), by_plan, wider, outer, skipping }
    }

    /// Says who takes the datum of a value within a limit; the two of a wider writer have it with one field more in each of
    /// the records that are of type `T`.
    fn verdicts(&self, value: &Value, limit: usize) -> Vec<(&'static str, bool)> {
        let generic = avro_model::Limits::DEFAULT.with_depth(limit);
        let codec = Limits::DEFAULT.with_depth(u32::try_from(limit).unwrap());
        let bytes = binary::encode(&self.schema, value).unwrap();
        let known = |decoder: &Decoder, bytes: &[u8]| match decoder.decode(bytes) {
            Ok(_) => true,
            Err(error) => {
                assert_eq!(error.problem, DecodeProblem::TooDeep { limit });
                false
            }
        };
        let typed = |result: Result<(), DecodeError>| {
            assert!(matches!(result, Ok(()) | Err(DecodeError::Depth)), "{result:?}");
            result.is_ok()
        };
        let plain = Decoder::new(&self.schema).limits(generic);
        let wide = self.widened(value);
        let wide = binary::encode(&self.wider, &wide).unwrap();
        vec![
            ("generic", known(&plain, &bytes)),
            ("generic, skipping", plain.skip(&bytes).is_ok()),
            (
                "generic, resolving",
                known(&Decoder::resolving(&self.wider, &self.schema).unwrap().limits(generic), &wide),
            ),
            ("fast", typed(T::decode(&mut Reader::with_limits(&bytes, codec)).map(drop))),
            ("safe", typed(T::decode(&mut SafeReader::with_limits(&bytes, codec)).map(drop))),
            (
                "by plan",
                typed(self.by_plan.decode_within(&wide, codec).map(drop).map_err(|failure| failure.error)),
            ),
            (
                "safe by plan",
                typed(self.by_plan.decode_from(&mut SafeReader::with_limits(&wide, codec)).map(drop)),
            ),
        ]
    }

    /// Says who takes a record that has the value where the reader has no field.
    fn skipping(&self, value: &Value, limit: usize) -> [(&'static str, bool); 2] {
        let bytes = binary::encode(&self.outer, &record(value.clone())).unwrap();
        let reader: Schema = codegen_tests::files::empty_record::Empty::SCHEMA.parse().unwrap();
        let generic = avro_model::Limits::DEFAULT.with_depth(limit);
        let codec = Limits::DEFAULT.with_depth(u32::try_from(limit).unwrap());
        let decoder = Decoder::resolving(&self.outer, &reader).unwrap().limits(generic);
        [
            ("skipped by the generic decoder", decoder.decode(&bytes).is_ok()),
            ("skipped by a plan", self.skipping.decode_within(&bytes, codec).is_ok()),
        ]
    }

    /// The value with a number before the fields of each record of type `T`, which are those of its root's place.
    fn widened(&self, value: &Value) -> Value {
        widen(&self.schema, self.schema.root(), value)
    }
}

fn widen(schema: &Schema, node: avro_model::NodeId, value: &Value) -> Value {
    use avro_model::Kind;
    match (&schema[node].kind, value) {
        (Kind::Record(record), Value::Record(parts)) => {
            let fields =
                record.fields.iter().zip(parts).map(|(field, part)| widen(schema, field.schema, part));
            let more = (node == schema.root()).then_some(Value::Int(1));
            Value::Record(more.into_iter().chain(fields).collect())
        }
        (Kind::Array(items), Value::Array(parts)) => {
            Value::Array(parts.iter().map(|part| widen(schema, *items, part)).collect())
        }
        (Kind::Map(values), Value::Map(parts)) => {
            Value::Map(parts.iter().map(|(key, part)| (key.clone(), widen(schema, *values, part))).collect())
        }
        (Kind::Union(branches), Value::Union(position, part)) => {
            branch(*position, widen(schema, branches[*position], part))
        }
        _ => value.clone(),
    }
}

/// Checks values of a type: within as many levels as a value has all decoders take it, within one less none does.
fn check<T>(values: impl IntoIterator<Item = Value>)
where
    T: AvroSchema + for<'a> AvroDecode<'a> + for<'a> AvroResolve<'a>,
{
    let decoders = Decoders::<T>::new();
    for value in values {
        let depth = levels(&value);
        for (limit, fits) in [(depth - 1, false), (depth, true), (depth + 1, true)] {
            for (decoder, taken) in decoders.verdicts(&value, limit) {
                assert_eq!(taken, fits, "{decoder}: {depth} levels within {limit}\n{}", T::SCHEMA);
            }
            for (decoder, taken) in decoders.skipping(&value, limit + 1) {
                assert_eq!(taken, fits, "{decoder}: 1 + {depth} levels within 1 + {limit}\n{}", T::SCHEMA);
            }
        }
    }
}

#[test]
fn every_decoder_counts_the_same_levels() {
    // Deep enough to tell ways of counting apart, and no deeper than an unoptimised build's stack allows.
    let times = [0, 1, 2, 5, 40];
    let none = || branch(0, Value::Null);
    check::<Plain>((0..=3).map(plain));
    check::<ByOptional>(times.map(|n| nested(n, &record(none()), |inner| record(branch(1, inner)))));
    check::<ByUnion>(
        times.map(|n| nested(n, &record(branch(1, Value::Null)), |inner| record(branch(2, inner)))),
    );
    check::<ByArray>(times.map(|n| {
        nested(n, &record(Value::Array(vec![])), |inner| {
            record(Value::Array(vec![record(Value::Array(vec![])), inner]))
        })
    }));
    check::<ByMap>(times.map(|n| nested(n, &record(Value::Map([].into())), |inner| record(map(inner)))));
    check::<ByRecord>(
        times.map(|n| nested(n, &record(record(none())), |inner| record(record(branch(1, inner))))),
    );
    check::<ByAll>(times.map(|n| {
        nested(n, &record(Value::Array(vec![])), |inner| {
            record(Value::Array(vec![map(branch(1, Value::Array(vec![branch(1, inner)])))]))
        })
    }));
}

#[test]
fn the_default_is_the_same() {
    let generic = avro_model::Limits::DEFAULT;
    assert_eq!(usize::try_from(Limits::DEFAULT.depth), Ok(generic.depth));
    assert_eq!(u64::from(Limits::DEFAULT.empty_items), generic.empty_items);
    // What the errors of the codec tell, which have no room for a number.
    assert!(DecodeError::Depth.to_string().contains("(512 levels"), "{}", generic.depth);
    assert!(DecodeError::ItemBudget.to_string().contains("(65,536 if"), "{}", generic.empty_items);
    assert_eq!((generic.depth, generic.empty_items), (512, 65_536));
}

#[test]
fn items_without_bytes_are_bounded_alike() {
    let schema: Schema = r#"{"type":"array","items":"null"}"#.parse().unwrap();
    let blocks = |counts: &[i64]| {
        let mut bytes = Vec::new();
        for &count in counts {
            serde_wire::codec::AvroEncode::encode_into(&count, &mut bytes);
            if count < 0 {
                bytes.push(0);
            }
        }
        bytes.push(0);
        bytes
    };
    let limit = 100;
    let generic = Decoder::new(&schema).limits(avro_model::Limits::DEFAULT.with_empty_items(limit));
    let codec = Limits::DEFAULT.with_empty_items(u32::try_from(limit).unwrap());
    let mut taken = 0;
    for counts in [
        &[100][..],
        &[101],
        &[-100],
        &[-101],
        &[50, -50],
        &[50, -51],
        &[25, 25, 25, 25],
        &[25, 25, 25, 25, 1],
        &[1 << 62],
        &[-(1 << 62)],
        &[i64::MAX],
        &[i64::MIN],
    ] {
        let bytes = blocks(counts);
        let verdicts = [
            generic.decode(&bytes).is_ok(),
            generic.skip(&bytes).is_ok(),
            Vec::<()>::decode(&mut Reader::with_limits(&bytes, codec)).is_ok(),
            Vec::<()>::decode(&mut SafeReader::with_limits(&bytes, codec)).is_ok(),
        ];
        let fits = counts.iter().map(|count| i128::from(*count).abs()).sum::<i128>() <= 100;
        assert_eq!(verdicts, [fits; 4], "{counts:?}");
        taken += usize::from(fits);
    }
    assert_eq!(taken, 4);
}
