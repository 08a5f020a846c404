//! Reading data of other schemas than the type's own.

use crate::catalogue::{Catalogue, Label};
use crate::event::{Event, Kind};
use serde_wire::codec::{AvroEncode, AvroSchema, DecodeError, Limits};
use serde_wire::resolve::{IncompatibleSchema, Resolution, resolve};
use serde_wire::types::{Date, TimestampMicros};

fn plan<T: AvroSchema>(writer: &str) -> Resolution<T> {
    resolve(&writer.parse().unwrap()).unwrap()
}

/// A record of the fields of a catalogue that have no default, and these.
fn catalogue_with(fields: &str) -> String {
    format!(
        r#"{{"type": "record", "name": "Catalogue", "namespace": "shop",
            "fields": [{{"name": "label", "type": "null"}}{fields}]}}"#
    )
}

#[test]
fn the_own_schema_is_the_identity() {
    assert!(plan::<Event>(Event::SCHEMA).is_identity());
    assert!(plan::<Catalogue>(Catalogue::SCHEMA).is_identity());
    // The same Parsing Canonical Form, but not the same meaning.
    assert!(!plan::<Event>(&Event::SCHEMA.replace("timestamp-micros", "timestamp-millis")).is_identity());
}

#[test]
fn fields_are_reordered_promoted_mapped_and_skipped() {
    let writer = r#"{"type": "record", "name": "Event", "namespace": "bench", "fields": [
        {"name": "ok", "type": "boolean"},
        {"name": "gone", "type": {"type": "map", "values": {"type": "array", "items": ["null", "string"]}}},
        {"name": "ts", "type": "int"},
        {"name": "kind", "type": {"type": "enum", "name": "Kind", "symbols": ["NEW", "REFUND", "VIEW"]}},
        {"name": "gap1", "type": "double"}, {"name": "gap2", "type": {"type": "fixed", "name": "F", "size": 2}},
        {"name": "amount", "type": ["int", "float"]},
        {"name": "id", "type": "int"}, {"name": "retry", "type": "int"},
        {"name": "user_id", "type": "bytes"}, {"name": "session_id", "type": "string"},
        {"name": "country", "type": ["string"]}]}"#;
    let resolution = plan::<Event>(writer);
    let mut bytes = vec![1];
    bytes.extend([2, 2, b'k', 1, 6, 2, 2, b'v', 0, 0]); // gone: one entry, its array in a block with a byte size
    bytes.extend([1, 2]); // ts, kind
    bytes.extend([9; 10]); // gap1, gap2
    bytes.extend([0, 6]); // amount
    bytes.extend([20, 22, 2, b'u', 2, b's', 0, 2, b'c']);
    let expected = Event {
        id: 10,
        user_id: "u".into(),
        session_id: "s".into(),
        kind: Kind::Refund,
        country: "c".into(),
        amount: 3.0,
        referrer: None,
        ts: TimestampMicros(-1),
        retry: 11,
        ok: true,
    };
    assert_eq!(resolution.decode(&bytes), Ok(expected));
    for cut in 0..bytes.len() {
        assert!(resolution.decode(&bytes[..cut]).is_err(), "cut at {cut}");
    }
    bytes[12] = 0;
    assert_eq!(
        resolution.decode(&bytes).unwrap_err().error,
        DecodeError::UnknownSymbol,
        "only when it occurs"
    );
    bytes[12] = 6;
    assert_eq!(resolution.decode(&bytes).unwrap_err().error, DecodeError::EnumIndex);
}

#[test]
fn defaults_fill_what_the_writer_does_not_have() {
    let expected = Catalogue {
        label: Label::Null,
        next: None,
        children: vec![],
        stock: [].into_iter().collect(),
        note: Some("none".into()),
        marks: vec![],
        digest: crate::catalogue::Digest([0, 1, 2, 255]),
        since: Date(0),
        price: 1.into(),
    };
    assert_eq!(plan::<Catalogue>(&catalogue_with("")).decode(&[]), Ok(expected));
}

#[test]
fn unions_meet_unions_and_plain_types() {
    for (fields, bytes, label) in [
        (r#"{"name": "label", "type": "int"}"#, &[14][..], Ok(Label::Long(7))),
        (r#"{"name": "label", "type": "bytes"}"#, &[2, b'x'], Ok(Label::String("x".into()))),
        (r#"{"name": "label", "type": "bytes"}"#, &[2, 0xff], Err(DecodeError::Utf8)),
        (r#"{"name": "label", "type": ["string", "null"]}"#, &[0, 2, b'x'], Ok(Label::String("x".into()))),
        (r#"{"name": "label", "type": ["string", "null"]}"#, &[2], Ok(Label::Null)),
        (r#"{"name": "label", "type": ["null", "double"]}"#, &[0], Ok(Label::Null)),
        (r#"{"name": "label", "type": ["null", "double"]}"#, &[2], Err(DecodeError::UnknownType)),
        (r#"{"name": "label", "type": ["null", "double"]}"#, &[4], Err(DecodeError::UnionIndex)),
        (r#"{"name": "label", "type": ["null", "double"]}"#, &[1], Err(DecodeError::UnionIndex)),
        (
            r#"{"name": "label", "type": {"type": "array", "items": ["long", "float"]}}"#,
            &[4, 0, 2, 2, 0, 0, 0, 0x40, 0],
            Ok(Label::Array(vec![1.0, 2.0])),
        ),
    ] {
        let writer = format!(r#"{{"type": "record", "name": "Catalogue", "fields": [{fields}]}}"#);
        let decoded = plan::<Catalogue>(&writer).decode(bytes);
        assert_eq!(decoded.map(|value| value.label).map_err(|failure| failure.error), label, "{fields}");
    }
}

#[test]
fn null_last_is_found_wherever_null_stands() {
    let writer = catalogue_with(
        r#", {"name": "note", "type": ["null", "string"]},
            {"name": "marks", "type": {"type": "array", "items": ["null", "int"]}}"#,
    );
    let value = plan::<Catalogue>(&writer).decode(&[2, 2, b'n', 4, 0, 2, 10, 0]).unwrap();
    assert_eq!((value.note.as_deref(), value.marks), (Some("n"), vec![None, Some(5)]));
}

#[test]
fn recursion_by_plan_and_in_skips_is_bounded() {
    // A reader's type that is recursive, by a plan since a field is missing; each level is two bytes.
    let linked = catalogue_with(r#", {"name": "next", "type": ["null", "Catalogue"]}"#);
    let mut nested = vec![2; 150];
    nested.push(0);
    let value = plan::<Catalogue>(&linked).decode(&nested).unwrap();
    assert_eq!(std::iter::successors(Some(&value), |value| value.next.as_deref()).count(), 151);
    assert_eq!(plan::<Catalogue>(&linked).decode(&[2; 100_000]).unwrap_err().error, DecodeError::Depth);

    let skipped = catalogue_with(
        r#", {"name": "gone", "type": {"type": "record", "name": "L", "fields": [
            {"name": "v", "type": "boolean"}, {"name": "n", "type": ["null", "L"]}]}}"#,
    );
    let level = |depth: usize| [[1, 2].repeat(depth), vec![0, 0]].concat();
    assert!(plan::<Catalogue>(&skipped).decode(&level(400)).is_ok());
    assert_eq!(plan::<Catalogue>(&skipped).decode(&level(100_000)).unwrap_err().error, DecodeError::Depth);
}

#[test]
fn items_without_bytes_are_paid_for() {
    // An empty record of the writer becomes a catalogue with all its defaults.
    let writer = r#"{"type": "record", "name": "Catalogue", "fields": [{"name": "label", "type": "null"},
        {"name": "children", "type": {"type": "array", "items":
            {"type": "record", "name": "Empty", "aliases": ["Catalogue"], "fields": [{"name": "label", "type": "null"}]}}}]}"#;
    let resolution = plan::<Catalogue>(&writer.replace("\"Empty\"", "\"x.Catalogue\""));
    let block = |count: i64| {
        let mut bytes = Vec::new();
        count.encode_into(&mut bytes);
        bytes.push(0);
        bytes
    };
    assert_eq!(resolution.decode(&block(1_000)).unwrap().children.len(), 1_000);
    assert_eq!(resolution.decode(&block(1 << 20)).unwrap_err().error, DecodeError::ItemBudget);
    assert_eq!(resolution.decode(&block(i64::MAX)).unwrap_err().error, DecodeError::ItemBudget);

    let skipped = catalogue_with(r#", {"name": "gone", "type": {"type": "array", "items": "null"}}"#);
    let most = i64::from(Limits::DEFAULT.empty_items);
    assert!(plan::<Catalogue>(&skipped).decode(&block(most)).is_ok());
    for count in [most + 1, 1 << 62] {
        let refused = plan::<Catalogue>(&skipped).decode(&block(count)).unwrap_err().error;
        assert_eq!(refused, DecodeError::ItemBudget, "{count}");
    }
    // A block that tells its size is jumped over, but counts.
    let sized = |count: i64| {
        let mut bytes = Vec::new();
        count.encode_into(&mut bytes);
        bytes.extend([0, 0]);
        plan::<Catalogue>(&skipped).decode(&bytes).map(|_| ()).map_err(|failure| failure.error)
    };
    assert_eq!(sized(-most), Ok(()));
    assert_eq!(sized(-most - 1), Err(DecodeError::ItemBudget));
    assert_eq!(sized(i64::MIN), Err(DecodeError::BlockCount));
}

#[test]
fn what_can_never_be_read_is_refused_at_once() {
    let Err(error) =
        resolve::<Event>(&r#"{"type": "record", "name": "Event", "fields": []}"#.parse().unwrap())
    else {
        panic!("a field without a default is missing");
    };
    assert!(matches!(error, IncompatibleSchema::Mismatch(_)), "{error}");
    assert!(error.to_string().contains("\"id\""), "{error}");
    // What to change is told as well.
    assert!(error.to_string().contains("; a reader's schema that can: give field \"id\" of "), "{error}");
    let IncompatibleSchema::Mismatch(mismatch) = &error else { unreachable!("looked at above") };
    let [advice, ..] = mismatch.advice() else { panic!("{error}") };
    assert!(advice.starts_with("give field \"id\" of "), "{advice}");
    assert!(!mismatch.error.to_string().contains(advice.as_str()), "what fails alone: {}", mismatch.error);
    assert_eq!(error.clone(), error);
    let other = resolve::<Event>(
        &r#"{"type": "record", "name": "Event", "fields": [
        {"name": "other", "type": "int"}]}"#
            .parse()
            .unwrap(),
    );
    assert_ne!(other.unwrap_err(), error, "another writer");
    assert!(resolve::<Event>(&r#""string""#.parse().unwrap()).is_err());
}
