//! Logical types as types of other crates: the same data, and an error for what one side does not have.
#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]

use avro_model::Schema;
use codegen_tests::mapped::{chrono, jiff, own, plain, time};
use serde_wire::codec::{self, AvroDecode, AvroResolve, AvroSchema, AvroTryEncode, DecodeError, EncodeError};
use serde_wire::resolve::resolve;
use serde_wire::types::{BigDecimal, Date, Decimal, TimestampMicros};
use std::fmt::Debug;

/// The encoding of a default at the end of what a crate can hold.
type Edge = fn(&mut Vec<u8>) -> Result<(), EncodeError>;

const EDGES: &[(i64, Edge)] = include!(concat!(env!("OUT_DIR"), "/mapped_edges.rs"));

fn encoded(value: &impl AvroTryEncode) -> Vec<u8> {
    let mut bytes = Vec::new();
    value.try_encode_into(&mut bytes).unwrap();
    bytes
}

/// Values as the runtime has them, with the bytes of each.
fn values() -> Vec<Vec<u8>> {
    let mut other = own::com::acme::Parts::default();
    other.date = serde_wire::types::Date(-719_162);
    other.timestamp_micros_or_null = Some(other.timestamp_micros);
    other.price_list = vec![None, Some(Decimal::from(999_999_999))];
    other.amount_or_null = Some(other.amount);
    other.key_map = [("k".to_owned(), other.key)].into_iter().collect();
    other.big_or_null = Some(BigDecimal { unscaled: 7.into(), scale: 3 });
    let whole = |parts: &own::com::acme::Parts| {
        let mut whole =
            own::com::acme::Whole::new(serde_wire::types::TimestampMicros(5), parts.clone().into());
        whole.more.push("x".to_owned(), parts.clone());
        whole.inner = Some(Box::new(whole.clone()));
        encoded(&whole)
    };
    vec![whole(&own::com::acme::Parts::default()), whole(&other)]
}

fn same_data<T>(name: &str)
where
    T: AvroSchema + AvroTryEncode + Debug + PartialEq + for<'a> AvroResolve<'a>,
{
    assert_eq!(T::SCHEMA, own::com::acme::Whole::SCHEMA, "{name}: the schema knows nothing of Rust types");
    for bytes in values() {
        let read: T = codec::decode(&bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
        let mut again = Vec::new();
        read.try_encode_into(&mut again).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(again, bytes, "{name}: {read:?}");
    }
}

#[test]
fn every_crate_reads_and_writes_the_same_data() {
    same_data::<plain::com::acme::Whole>("plain");
    same_data::<chrono::com::acme::Whole>("chrono");
    same_data::<jiff::com::acme::Whole>("jiff");
    same_data::<time::com::acme::Whole>("time");
}

/// The fields that have a default of each kind are made with it.
#[test]
fn defaults_are_those_of_the_schema() {
    fn same<T: AvroTryEncode + Default>(name: &str) {
        let mut bytes = Vec::new();
        T::default().try_encode_into(&mut bytes).unwrap();
        assert_eq!(bytes, encoded(&own::com::acme::Parts::default()), "{name}");
    }
    same::<plain::com::acme::Parts>("plain");
    same::<chrono::com::acme::Parts>("chrono");
    same::<jiff::com::acme::Parts>("jiff");
    same::<time::com::acme::Parts>("time");
    for (expected, edge) in EDGES {
        let mut bytes = Vec::new();
        edge(&mut bytes).unwrap();
        assert_eq!(codec::decode::<i64>(&bytes), Ok(*expected));
    }
}

/// What the wire can hold and the crate cannot is told as what it is, and nothing else is read in its place.
#[test]
fn values_beyond_the_type_are_refused_when_they_are_read() {
    use own::com::acme::Parts;
    fn error<T: for<'a> AvroDecode<'a>>(bytes: &[u8]) -> Option<DecodeError> {
        codec::decode::<T>(bytes).err().map(|failure| failure.error)
    }
    let changed = |change: fn(&mut Parts)| {
        let mut parts = Parts::default();
        change(&mut parts);
        encoded(&parts)
    };
    // The type of the schema itself does not write so many digits.
    let long_price = || {
        let parts = plain::com::acme::Parts { price: i128::MAX.to_be_bytes().to_vec(), ..Default::default() };
        encoded(&parts)
    };
    let (date, range, day, digits) = (
        Some(DecodeError::DateRange),
        Some(DecodeError::TimestampRange),
        Some(DecodeError::TimeRange),
        Some(DecodeError::DecimalRange),
    );
    for (name, bytes, expected) in [
        ("a date far away", changed(|parts| parts.date.0 = i32::MAX), [date, date, date]),
        ("a year of chrono alone", changed(|parts| parts.date.0 = 3_000_000), [None, date, date]),
        ("a negative time", changed(|parts| parts.time_millis.0 = -1), [day, day, day]),
        ("a long day", changed(|parts| parts.time_micros.0 = 86_400_000_000), [day, day, day]),
        ("the first instant", changed(|parts| parts.timestamp_millis.0 = i64::MIN), [range, range, range]),
        ("the last local", changed(|parts| parts.local_micros.0 = i64::MAX), [range, range, range]),
        ("97 bits", long_price(), [digits, None, digits]),
        (
            "29 places",
            changed(|parts| parts.big = BigDecimal { unscaled: 1.into(), scale: 29 }),
            [digits, None, digits],
        ),
    ] {
        let found = [
            error::<chrono::com::acme::Parts>(&bytes),
            error::<jiff::com::acme::Parts>(&bytes),
            error::<time::com::acme::Parts>(&bytes),
        ];
        assert_eq!(found, expected, "{name}");
        assert_eq!(error::<plain::com::acme::Parts>(&bytes), None, "{name}");
    }
}

/// What the crate can hold and the schema cannot is told with the value, and nothing of it is left in the output.
#[test]
fn values_beyond_the_schema_are_refused_when_they_are_written() {
    fn error(value: &impl AvroTryEncode) -> String {
        let mut out = b"before".to_vec();
        let error = value.try_encode_into(&mut out).unwrap_err();
        assert_eq!(out, b"before");
        error.to_string()
    }
    use serde_wire::types::chrono::{DateTime, NaiveTime};
    use serde_wire::types::rust_decimal::Decimal as RustDecimal;
    let parts = chrono::com::acme::Parts::default;
    let fine = DateTime::from_timestamp(0, 1).unwrap();
    for (value, expected) in [
        (
            chrono::com::acme::Parts { timestamp_millis: fine, ..parts() },
            "1970-01-01 00:00:00.000000001 UTC is finer than the unit of timestamp-millis: round it first",
        ),
        (
            chrono::com::acme::Parts {
                timestamp_nanos_list: vec![Some(DateTime::from_timestamp(1 << 40, 0).unwrap())],
                ..parts()
            },
            "+36812-02-20 00:36:16 UTC is out of range for timestamp-nanos",
        ),
        (
            chrono::com::acme::Parts {
                time_micros_or_null: Some(
                    NaiveTime::from_num_seconds_from_midnight_opt(59, 1_500_000_000).unwrap(),
                ),
                ..parts()
            },
            "00:00:60.500 is out of range for time-micros",
        ),
        (
            chrono::com::acme::Parts { price: RustDecimal::new(1_234, 3), ..parts() },
            "1.234 has more than the 2 digits behind the point that its schema allows: round it first",
        ),
        (
            chrono::com::acme::Parts { price_choice: RustDecimal::new(12_345_678, 0).into(), ..parts() },
            "12345678.00 has more than 9 digits, the precision of its schema",
        ),
        (
            chrono::com::acme::Parts { amount: RustDecimal::MAX, ..parts() },
            "79228162514264337593543950335 is out of range for a decimal of the bytes of its fixed",
        ),
    ] {
        assert_eq!(error(&value), expected);
        // It is found at any depth, by types that take any of them.
        let whole = chrono::com::acme::Whole::new(DateTime::UNIX_EPOCH, value.into());
        assert_eq!(
            error(&chrono::com::acme::Whole {
                inner: Some(Box::new(whole)),
                ..chrono::com::acme::Whole::new(DateTime::UNIX_EPOCH, parts().into())
            }),
            expected
        );
    }
}

/// Another writer's data goes through the same conversions, and takes the same defaults.
#[test]
fn another_writer_is_read_by_a_plan() {
    fn read<T>(name: &str)
    where
        T: AvroSchema + AvroTryEncode + Debug + for<'a> AvroResolve<'a>,
    {
        let writer: Schema = r#"{"type": "record", "name": "com.acme.Parts", "fields": [
            {"name": "date_list", "type": {"type": "array", "items": "int"}},
            {"name": "timestamp_micros", "type": "int"},
            {"name": "price_union", "type": ["boolean", "bytes"]}]}"#
            .parse()
            .unwrap();
        let resolution = resolve::<T>(&writer).unwrap();
        let data = |date: i32| encoded_parts(&[4, 0, date * 2, 0, 14, 2, 2]);
        let value = resolution.decode(&data(3)).unwrap_or_else(|error| panic!("{name}: {error}"));
        let expected = own::com::acme::Parts {
            date_list: vec![Some(Date(0)), Some(Date(3))],
            timestamp_micros: TimestampMicros(7),
            price_union: Some(own::com::acme::unions::parts::PriceUnion::Decimal(Decimal::from(0x41))),
            ..own::com::acme::Parts::default()
        };
        let mut bytes = Vec::new();
        value.try_encode_into(&mut bytes).unwrap();
        assert_eq!(bytes, encoded(&expected), "{name}");
    }
    /// The first numbers are varints of one byte; the bytes of the price are 0x41.
    fn encoded_parts(numbers: &[i32]) -> Vec<u8> {
        let mut bytes: Vec<u8> = numbers.iter().map(|number| u8::try_from(*number).unwrap()).collect();
        bytes.push(0x41);
        bytes
    }
    read::<plain::com::acme::Parts>("plain");
    read::<chrono::com::acme::Parts>("chrono");
    read::<jiff::com::acme::Parts>("jiff");
    read::<time::com::acme::Parts>("time");
}

/// Texts of serde are those of the crates.
#[test]
fn serde_takes_them_along() {
    fn through<T: serde::Serialize + serde::de::DeserializeOwned + Default + PartialEq + Debug>() -> String {
        let text = serde_json::to_string(&T::default()).unwrap();
        assert_eq!(serde_json::from_str::<T>(&text).unwrap(), T::default(), "{text}");
        text
    }
    let text = through::<chrono::com::acme::Parts>();
    assert!(text.contains(r#""date":"2026-03-01""#), "{text}");
    assert!(text.contains(r#""timestamp_millis":"1969-12-31T23:59:59.999Z""#), "{text}");
    through::<jiff::com::acme::Parts>();
    through::<time::com::acme::Parts>();
    through::<plain::com::acme::Parts>();
}
