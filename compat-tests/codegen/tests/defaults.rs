//! The values of defaults: of `Default` where every field has one, and of a field that the writer did not have.

use codegen_tests::files::defaults::{Col, Defaults, Fx, Inner, unions};
use codegen_tests::files::logical_defaults::LogicalDefaults;
use codegen_tests::files::logical_defaults::unions::logical_defaults::{Any, Nul, One};
use codegen_tests::files::{cycles, fixed_sizes, null_second};
use serde_wire::codec::{self, AvroEncode, AvroTryEncode, EncodeError, Map};
use serde_wire::resolve::resolve;
use serde_wire::types::{
    BigDecimal, Date, Decimal, Duration, FixedDecimal, FixedUuid, LocalTimestampNanos, TimeMillis,
    TimestampMillis, Uuid,
};

#[test]
fn every_kind_of_type_has_its_default() {
    let expected = Defaults {
        // One byte for each character, not UTF-8.
        b: vec![0xff, 0, b'a'],
        f: Fx([1, 0xff, 0x80]),
        e: Col::Blue,
        m: [("a".to_owned(), 1)].into_iter().collect(),
        arr: vec![1.5, 2.0],
        // The field that the default leaves out has the default of its own.
        r: Inner { z: 5, o: None },
        d: 1e300,
        l: 9_007_199_254_740_993,
        s: "quote\" \\ \n é".to_owned(),
        u: unions::defaults::U::Int(7),
    };
    assert_eq!(Defaults::default(), expected);
    // Any branch may give the default, wherever null is.
    assert_eq!(null_second::NullSecond::default().s.as_deref(), Some("x"));
    assert_eq!(cycles::InMap::default().m, Map::new());
}

#[test]
fn logical_types_have_theirs() {
    let defaults = LogicalDefaults::default();
    assert_eq!(defaults.dec, "12.34".parse::<Decimal<2>>().unwrap());
    assert_eq!(defaults.decf, FixedDecimal::<3, 1>([0xff, 0xff, 0xfe]));
    assert_eq!(defaults.big, BigDecimal { unscaled: 1230.into(), scale: 2 });
    assert_eq!(defaults.u, "2a6d35c4-8b6f-4d1c-9a2e-0f1e2d3c4b5a".parse::<Uuid>().unwrap());
    assert_eq!(defaults.uf, FixedUuid(Uuid::from_u128(0x0001_0203_0405_0607_0809_0a0b_0c0d_0eff)));
    assert_eq!((defaults.d, defaults.tm), (Date(-1), TimeMillis(1)));
    assert_eq!((defaults.ts, defaults.tsl), (Some(TimestampMillis(i64::MIN)), Some(LocalTimestampNanos(5))));
    assert_eq!(defaults.dur, Duration { months: 1, days: 2, millis: 3 });
    assert!(defaults.f.is_nan());
    assert_eq!((defaults.g, defaults.h), (f64::NEG_INFINITY, 3.0));
    assert_eq!((defaults.one, defaults.nul), (One::Int(-5), Nul::Null));
    let any = [("a".to_owned(), vec![Some(1), None]), ("b".to_owned(), vec![])];
    assert_eq!(defaults.any, Some(Any::Map(any.into_iter().collect())));
}

#[test]
fn types_that_stand_elsewhere_have_theirs() {
    use codegen_tests::external::parts::com::acme::Id;
    use codegen_tests::external::parts::com::acme::parts::{Part, unions};
    use codegen_tests::external::whole;
    let size = Some(unions::part::Size::Int(5));
    let expected = whole::Whole {
        id: Id([1, 0xff]),
        title: "x".into(),
        build: 1,
        last_day: Date(-1),
        colour: whole::Colour::Red,
        part: None,
        parts: [("a".to_owned(), Part { id: Id([0, 0]), size })].into_iter().collect(),
        any: Part { id: Id(*b"ab"), size: None }.into(),
    };
    assert_eq!(whole::Whole::new("x"), expected);
    let mut bytes = Vec::new();
    expected.encode_into(&mut bytes);
    assert_eq!(codec::decode(&bytes), Ok(expected));
}

#[test]
fn types_are_as_capable_as_what_they_hold() {
    fn copies<T: Copy>() {}
    fn hashes<T: Eq + std::hash::Hash>() {}
    fn sends<T: Send + Sync + Clone + std::fmt::Debug>() {}
    copies::<Fx>();
    copies::<Col>();
    hashes::<Inner>();
    hashes::<null_second::NullSecond>();
    sends::<fixed_sizes::FixedSizes>();
    sends::<codegen_tests::files::deep::Deep>();
    sends::<codegen_tests::files::recursive::Tree>();
}

#[test]
fn a_default_that_cannot_be_used_is_none() {
    use codegen_tests::unusable_defaults::shop::{Kind, Line, Order};
    let id = Uuid::from_u128(7);
    let order = Order::new(id, Line::new(Kind::A));
    assert_eq!(order, Order { kept: 7, id, line: Line { kind: Kind::A } });
    let text =
        |id: &str, line: &str| format!(r#"{{"type":"record","name":"shop.Order","fields":[{id}{line}]}}"#);
    let id = r#"{"name":"id","type":"string"},"#;
    let line =
        |fields| format!(r#"{{"name":"line","type":{{"type":"record","name":"Line","fields":[{fields}]}}}}"#);
    let kind = r#"{"name":"kind","type":{"type":"enum","name":"Kind","symbols":["A"]}}"#;
    // Of the writer's data nothing is missing but what has a default that can be used.
    let bytes = [&[72][..], b"00000000-0000-0000-0000-000000000007", &[0]].concat();
    let whole = resolve::<Order>(&text(id, &line(kind)).parse().unwrap()).unwrap();
    assert_eq!(whole.decode(&bytes), Ok(order));
    for (schema, missing) in [(text("", &line(kind)), "\"id\""), (text(id, &line("")), "\"kind\"")] {
        let error = resolve::<Order>(&schema.parse().unwrap()).unwrap_err();
        assert!(error.to_string().contains(missing), "{error}");
    }
}

#[test]
fn a_decimal_of_more_digits_than_its_schema_is_read_but_not_written() {
    for (dec, decf, refused) in [
        (9_999, -999_999, None),
        (10_000, 0, Some(("100.00", 4))),
        (-10_000, 0, Some(("-100.00", 4))),
        (0, 1_000_000, Some(("100000.0", 6))),
    ] {
        let value = LogicalDefaults {
            dec: Decimal::new(dec.into()),
            decf: FixedDecimal::new(&decf.into()).unwrap(),
            ..LogicalDefaults::default()
        };
        let mut out = vec![7];
        let written = value.try_encode_into(&mut out);
        let expected =
            refused.map(|(value, precision)| EncodeError::Digits { value: value.into(), precision });
        assert_eq!(written.err(), expected);
        assert_eq!(out.len() == 1, refused.is_some(), "nothing is left behind");
    }
    // The first field, of two bytes in the default, has three.
    let mut bytes = Vec::new();
    LogicalDefaults::default().try_encode_into(&mut bytes).unwrap();
    let longer = [&[6, 0x7f, 0xff, 0xff], &bytes[3..]].concat();
    let read = codec::decode::<LogicalDefaults>(&longer).unwrap();
    assert_eq!(read.dec, Decimal::new(0x7f_ffff.into()));
    assert!(read.try_encode_into(&mut bytes).is_err());
}
