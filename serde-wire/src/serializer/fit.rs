//! How values of a type are written with a schema that is not its own.

use super::digits::check_digits;
use super::{SerializeError, SerializeErrorKind};
use crate::layout::{same_layout, same_layout_at};
use avro_model::binary::{Decoder, encode_into};
use avro_model::compatibility::check;
use avro_model::resolution::{Action, Promotion};
use avro_model::schema::LogicalType;
use avro_model::{Kind, Resolution, Schema};
use std::sync::Arc;

/// The way of a value of one schema into data of another.
pub(super) enum Fit {
    /// Both lay data out alike.
    AsItIs,
    /// The other one is a union, of which this branch is laid out alike.
    Branch(usize),
    /// By reading what was written as the other schema's data.
    Through(Box<Through>),
}

/// Writes values of one schema as another schema has them.
pub(super) struct Through {
    decoder: Decoder,
    target: Schema,
    /// Decimals of the target may have fewer digits, so each value is looked at.
    counts_digits: bool,
}

impl Fit {
    /// `None` when the other schema has no place for the values or would have them mean something else; when `strict`,
    /// also when it has no place for some of them.
    pub(super) fn of(own: &Schema, target: Schema, strict: bool) -> Option<Self> {
        if same_layout(own, &target) {
            return Some(Self::AsItIs);
        }
        if let Kind::Union(branches) = &target[target.root()].kind {
            let alike = |branch| same_layout_at((own, own.root()), (&target, branch));
            if let Some(position) = branches.iter().position(|&branch| alike(branch)) {
                return Some(Self::Branch(position));
            }
        }
        if strict && !check(&target, own).is_ok_and(|findings| findings.is_empty()) {
            return None;
        }
        let resolution = Resolution::new(own, &target).ok()?;
        if resolution.certain_error(&target).is_some() || !keeps_meaning(own, &target, &resolution, strict) {
            return None;
        }
        let counts_digits = !strict && !keeps_meaning(own, &target, &resolution, true);
        let decoder = Decoder::with_resolution(own, resolution);
        Some(Self::Through(Box::new(Through { decoder, target, counts_digits })))
    }
}

/// Whether every value means the same in both schemas. Resolution copies what is under a logical type as it is, so 1.23
/// of scale 2 would become 0.0123 where the other schema has scale 4, and a text the digits of its letters' codes, and nobody
/// would notice. With `all`, every decimal must have the digits for every value.
fn keeps_meaning(own: &Schema, target: &Schema, resolution: &Resolution, all: bool) -> bool {
    resolution.pairs().iter().all(|pair| {
        if matches!(pair.action, Action::Error(_)) {
            return true;
        }
        match (&own[pair.writer].logical, &target[pair.reader].logical) {
            (Some(own), Some(target)) => holds(own, target, all),
            // A text is none of the numbers that bytes are under a logical type.
            (None, Some(_)) => pair.action != Action::Promote(Promotion::StringToBytes),
            // A number without a logical type says nothing of its meaning.
            _ => true,
        }
    })
}

/// Whether the bytes of one logical type are those of the other, for all of its values, or for those with few enough digits.
fn holds(own: &LogicalType, target: &LogicalType, all: bool) -> bool {
    match (own, target) {
        (
            LogicalType::Decimal { precision, scale },
            LogicalType::Decimal { precision: digits, scale: behind_the_point },
        ) => scale == behind_the_point && (precision <= digits || !all),
        _ => own == target,
    }
}

impl Through {
    /// Appends the datum of the other schema for that of the own one.
    #[cold]
    pub(super) fn write(&self, datum: &[u8], out: &mut Vec<u8>) -> Result<(), SerializeError> {
        let value = self.decoder.decode(datum).map_err(|error| SerializeErrorKind::Unfit {
            path: error.path,
            problem: Arc::new(error.problem),
        })?;
        if self.counts_digits {
            check_digits(&self.target, &value)?;
        }
        encode_into(&self.target, &value, out)
            .map_err(|error| SerializeErrorKind::GenericValue(Arc::new(error)).into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::parse;
    use avro_model::Value;

    /// Where fewer digits are let pass, each value is held to them.
    #[test]
    fn a_decimal_with_too_many_digits_for_the_version_is_told_with_its_place() {
        let schema = |precision: u32| {
            let decimal =
                format!(r#"{{"type":"bytes","logicalType":"decimal","precision":{precision},"scale":2}}"#);
            let text = format!(
                r#"{{"type":"record","name":"R","fields":[{{"name":"a","type":{{"type":"map","values":["null",{{"type":"array","items":{decimal}}}]}}}}]}}"#
            );
            parse(&text, &[]).unwrap()
        };
        let own = schema(9);
        let Some(Fit::Through(through)) = Fit::of(&own, schema(3), false) else { panic!("a way through") };
        for (unscaled, fits) in [(0_i64, true), (999, true), (-999, true), (1000, false), (-1000, false)] {
            let bytes = Value::Bytes(unscaled.to_be_bytes().to_vec());
            let items = Value::Union(1, Box::new(Value::Array(vec![Value::Bytes(vec![1]), bytes])));
            let value = Value::Record(vec![Value::Map([("k".to_owned(), items)].into())]);
            let datum = avro_model::binary::encode(&own, &value).unwrap();
            let mut out = Vec::new();
            let written = through.write(&datum, &mut out);
            assert_eq!(written.is_ok(), fits, "{unscaled}: {written:?}");
            match written {
                Ok(()) => assert_eq!(out, datum),
                Err(error) => assert_eq!(
                    error.to_string(),
                    "the value does not fit the schema, in a[\"k\"][1]: a decimal of 4 digits, where the schema to write with has at most 3"
                ),
            }
        }
    }

    #[test]
    fn values_keep_their_meaning_or_are_refused() {
        let logical = |base: &str, name: &str| format!(r#"{{"type":"{base}","logicalType":"{name}"}}"#);
        let decimal = |precision: u32, scale: u32| {
            format!(r#"{{"type":"bytes","logicalType":"decimal","precision":{precision},"scale":{scale}}}"#)
        };
        let millis = logical("long", "timestamp-millis");
        let micros = logical("long", "timestamp-micros");
        let nullable = |schema: &str| format!(r#"["null",{schema}]"#);
        let listed = |schema: &str| format!(r#"{{"type":"array","items":{schema}}}"#);
        let field = |schema: &str, more: &str| {
            format!(r#"{{"type":"record","name":"R","fields":[{{"name":"a","type":{schema}}}{more}]}}"#)
        };
        let more = r#",{"name":"b","type":"int","default":1}"#;
        let cases = [
            ("the same", decimal(9, 2), decimal(9, 2), true),
            ("scale", decimal(9, 2), decimal(9, 4), false),
            ("smaller scale", decimal(9, 2), decimal(9, 0), false),
            ("more digits", decimal(9, 2), decimal(12, 2), true),
            ("fewer digits", decimal(9, 2), decimal(8, 2), false),
            ("unit", millis.clone(), micros.clone(), false),
            ("unit, the other way round", micros.clone(), millis.clone(), false),
            ("zone", millis.clone(), logical("long", "local-timestamp-millis"), false),
            ("a date and a time of day", logical("int", "date"), logical("int", "time-millis"), false),
            ("a time of another width", logical("int", "time-millis"), logical("long", "time-micros"), false),
            ("decimals with and without their scale", decimal(9, 2), logical("bytes", "big-decimal"), false),
            ("no logical type in the version", millis.clone(), "\"long\"".to_owned(), true),
            ("no logical type in the type", "\"long\"".to_owned(), millis.clone(), true),
            ("bytes in digits", "\"bytes\"".to_owned(), decimal(9, 2), true),
            ("text in digits", "\"string\"".to_owned(), decimal(9, 2), false),
            ("text in digits of any scale", "\"string\"".to_owned(), logical("bytes", "big-decimal"), false),
            ("text in digits, in a union", nullable("\"string\""), nullable(&decimal(9, 2)), false),
            ("text in digits, in a record", field("\"string\"", ""), field(&decimal(4, 0), more), false),
            ("text in bytes", "\"string\"".to_owned(), "\"bytes\"".to_owned(), true),
            ("text in bytes, in a record", field("\"string\"", ""), field("\"bytes\"", more), true),
            ("in a union that grew", millis.clone(), nullable(&micros), false),
            ("in a union that grew, alike", millis.clone(), nullable(&millis), true),
            ("in a union", nullable(&decimal(9, 2)), nullable(&decimal(9, 3)), false),
            ("in an array", listed(&micros), listed(&millis), false),
            ("in a record", field(&decimal(9, 2), ""), field(&decimal(9, 4), more), false),
            ("in a record, alike", field(&decimal(9, 2), ""), field(&decimal(9, 2), more), true),
            ("in a field that the version has not", field(&micros, more), field("\"long\"", ""), true),
        ];
        for (name, own, target, expected) in cases {
            for strict in [true, false] {
                // Fewer digits hold some values, each of which is looked at.
                let expected = expected || (name == "fewer digits" && !strict);
                let own = parse(&own, &[]).unwrap();
                let target = parse(&target, &[]).unwrap();
                assert_eq!(Fit::of(&own, target, strict).is_some(), expected, "{name}, strict: {strict}");
            }
        }
    }
}
