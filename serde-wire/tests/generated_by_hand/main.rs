//! Generated code as it looks, written by hand, and that it reads and writes what the specification says.
//!
//! `event` and `catalogue` are the pattern for the code generator: one impl each of `AvroSchema`, `AvroEncode`,
//! `AvroDecode` and `AvroResolve`, straight-line, without `unsafe`, `dyn` or a walk over the schema.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]
#![expect(unreachable_pub, reason = "generated items are public, wherever they are included")]

mod catalogue;
#[cfg(feature = "fast")]
mod differential;
mod event;
mod order;
mod paths;
mod resolution;

use catalogue::{Catalogue, Digest, Label};
use event::{Event, Kind};
use serde_wire::codec::{self, AvroEncode, DecodeError, Map};
use serde_wire::types::{Date, Decimal, TimestampMicros};

fn an_event() -> Event {
    Event {
        id: 300,
        user_id: "u-1".into(),
        session_id: String::new(),
        kind: Kind::Cart,
        country: "DE".into(),
        amount: 0.5,
        referrer: Some("x".into()),
        ts: TimestampMicros(-1),
        retry: -65,
        ok: true,
    }
}

fn leaf() -> Catalogue {
    Catalogue {
        label: Label::Null,
        next: None,
        children: vec![],
        stock: Map::new(),
        note: None,
        marks: vec![],
        digest: Digest([1, 2, 3, 4]),
        since: Date(19_000),
        price: Decimal::from_signed_bytes_be(&[0x04, 0xd2]),
    }
}

fn encoded(value: &impl AvroEncode) -> Vec<u8> {
    let mut bytes = Vec::new();
    value.encode_into(&mut bytes);
    bytes
}

#[test]
fn a_record_is_its_fields_in_order() {
    let bytes = encoded(&an_event());
    let mut expected = vec![0xd8, 0x04, 6, b'u', b'-', b'1', 0, 4, 4, b'D', b'E'];
    expected.extend(0.5_f64.to_le_bytes());
    expected.extend([2, 2, b'x', 1, 0x81, 0x01, 1]);
    assert_eq!(bytes, expected);
    assert_eq!(codec::decode(&bytes), Ok(an_event()));
}

#[test]
fn every_kind_of_type_round_trips() {
    let value = Catalogue {
        label: Label::Array(vec![1.5, -2.0]),
        next: Some(Box::new(Catalogue { label: Label::Long(7), ..leaf() })),
        children: vec![leaf(), Catalogue { label: Label::String("x".into()), ..leaf() }],
        stock: [("a".into(), 1), ("b".into(), -1)].into_iter().collect(),
        note: Some("n".into()),
        marks: vec![Some(5), None],
        ..leaf()
    };
    let bytes = encoded(&value);
    assert_eq!(codec::decode(&bytes), Ok(value));
    for cut in 0..bytes.len() {
        let failure = codec::decode::<Catalogue>(&bytes[..cut]).unwrap_err();
        assert!(failure.offset <= cut, "cut at {cut}: {failure}");
    }
}

#[test]
fn null_last_is_the_second_branch() {
    // label null, next null, children, stock and, at index 1, note.
    assert_eq!(encoded(&leaf())[..6], [0, 0, 0, 0, 2, 0]);
}

#[test]
fn recursion_is_bounded() {
    let mut deep = Vec::new();
    for _ in 0..1_000_000 {
        deep.extend([0, 2]);
    }
    assert_eq!(codec::decode::<Catalogue>(&deep).unwrap_err().error, DecodeError::Depth);
}
