//! A type with every option against the generic codec of `avro_model`: it writes the bytes that it reads, and refuses only
//! what a type of another crate cannot hold.

use avro_model::binary;
use avro_model::schema::LogicalType;
use avro_model::testing::{Random, Values};
use avro_model::{Kind, Node, Parser};
use serde_wire::codec::{
    self, AvroDecode, AvroSchema, AvroTryEncode, DecodeError, DecodeFailure, EncodeError,
};
use serde_wire::types::Bytes;

const VALUES: u64 = 12;

/// Counts, by which the test notices when it stops testing anything.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    /// Values that came back.
    pub(crate) same: usize,
    /// Values that the type cannot hold.
    pub(crate) refused: usize,
}

/// Compares some values of the type.
pub(crate) fn check<T: AvroSchema + AvroTryEncode + for<'a> AvroDecode<'a>>(name: &str) -> Tally {
    let schema = Parser::new().parse(T::SCHEMA).unwrap_or_else(|error| panic!("{name}: {error}"));
    let mut tally = Tally::default();
    let values = Values::of(&schema);
    if !values.any() {
        return tally;
    }
    let respells = schema.nodes().iter().any(respells);
    for seed in 0..VALUES {
        let value = values.value(&mut Random::seed(seed));
        let data =
            binary::encode(&schema, &value).unwrap_or_else(|error| panic!("{name}: {value:?}: {error}"));
        let context = || format!("{name}, seed {seed}: {value:?} as {data:?}");
        let bytes = Bytes::from(data.clone());
        let decoded: T = match codec::decode_shared(&bytes) {
            Ok(decoded) => decoded,
            Err(DecodeFailure { error, .. }) => {
                assert!(is_narrower(error), "{error}: {}", context());
                tally.refused += 1;
                continue;
            }
        };
        let mut again = Vec::new();
        match decoded.try_encode_into(&mut again) {
            Ok(()) if respells => {}
            Ok(()) => assert_eq!(again, data, "{}", context()),
            // The reference reads more digits than the precision, and writes none of them.
            Err(error) => assert!(matches!(error, EncodeError::Digits { .. }), "{error}: {}", context()),
        }
        tally.same += 1;
    }
    tally
}

/// Whether values of a schema have several encodings, of which Rust types keep one.
#[allow(dead_code, reason = "one of the crates with this module needs it")]
pub(crate) fn has_spellings(schema: &str) -> bool {
    Parser::new().parse(schema).is_ok_and(|schema| schema.nodes().iter().any(respells))
}

/// Whether values of a type have several encodings, of which Rust types keep one.
fn respells(node: &Node) -> bool {
    let has_spellings = matches!(
        node.logical,
        Some(LogicalType::Decimal { .. } | LogicalType::BigDecimal | LogicalType::Uuid)
    );
    has_spellings && !matches!(node.kind, Kind::Fixed(_))
}

/// Whether an error is one of a value that the type cannot hold.
pub(crate) fn is_narrower(error: DecodeError) -> bool {
    matches!(
        error,
        DecodeError::Uuid
            | DecodeError::BigDecimal
            | DecodeError::DateRange
            | DecodeError::TimeRange
            | DecodeError::TimestampRange
            | DecodeError::DecimalRange
    )
}
