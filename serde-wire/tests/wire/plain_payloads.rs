//! Bytes without their length, and messages of other formats.

use serde_wire::frame::guid_prefix;
use serde_wire::record::Record;
use serde_wire::registry::{MockRegistry, NewSchema, RegisteredSchema, SchemaRegistry};
use serde_wire::subject::Role;
use serde_wire::types::BareBytes;
use serde_wire::{
    Deserializer, DeserializerOptions, Framing, GenericDeserializer, GenericSerializer, Outcome,
    SchemaSource, SerializerOptions, Value,
};
use std::sync::Arc;

/// As Confluent's clients of Java and Python have it, which write no length before bytes that are the whole value.
#[tokio::test]
async fn bytes_alone_go_without_their_length_on_request() {
    for length in [0_usize, 1, 63, 64, 300, 20_000] {
        let value =
            Value::Bytes((0..length).map(|place| u8::try_from((place + 200) % 251).unwrap()).collect());
        let Value::Bytes(bytes) = &value else { unreachable!() };
        for framing in [Framing::Prefix, Framing::Header] {
            let registry = Arc::new(MockRegistry::new());
            let options = SerializerOptions::default().with_framing(framing).with_raw_bytes(true);
            let raw =
                GenericSerializer::new(registry.clone(), "t", Role::Value, &options, "\"bytes\"").unwrap();
            let mut payload = b"before".to_vec();
            raw.serialize_into(&value, &mut payload).await.unwrap();
            let prefix: &[u8] = if framing == Framing::Prefix { &[0, 0, 0, 0, 1] } else { &[] };
            assert_eq!(payload, [b"before", prefix, bytes].concat(), "{length} bytes, {framing:?}");

            let header = raw.header().map(|(_, value)| value.to_vec());
            let message = &payload[6..];
            for (is_raw, expected) in [(true, Some(&value)), (false, None)] {
                let options = DeserializerOptions::default().with_raw_bytes(is_raw);
                let any = GenericDeserializer::new(registry.clone(), "t", Role::Value, &options);
                let read = any.deserialize_with_header(header.as_deref(), message).await;
                assert_eq!(read.ok().map(|message| message.value).as_ref(), expected, "{length}, {is_raw}");
            }
        }
    }
}

/// The same with a type of its own, in every way that a typed deserializer reads.
#[tokio::test]
async fn a_typed_reader_takes_bytes_without_their_length_and_others_with_it() {
    let raw = SerializerOptions::default().with_raw_bytes(true);
    let bytes = |bytes: &[u8]| Value::Bytes(bytes.to_vec());
    for content in [&b""[..], b"\x00", b"\x06Ada", &[200; 300]] {
        for (schema, value) in [
            ("\"bytes\"", bytes(content)),
            (r#"["null","bytes"]"#, Value::Union(1, Box::new(bytes(content)))),
            ("\"string\"", Value::String(String::from_utf8_lossy(content).into_owned())),
        ] {
            let registry = Arc::new(MockRegistry::new());
            let writing = GenericSerializer::new(registry.clone(), "t", Role::Value, &raw, schema).unwrap();
            let mut payload = Vec::new();
            writing.serialize_into(&value, &mut payload).await.unwrap();
            let expected = match &value {
                Value::String(text) => text.as_bytes().to_vec(),
                _ => content.to_vec(),
            };
            let options = DeserializerOptions::default();
            let reading = Deserializer::<BareBytes>::new(registry, "t", Role::Value, &options);
            let read = reading.deserialize(&payload).await.unwrap();
            assert_eq!(read.0, expected, "{schema}");
            let mut into = BareBytes(vec![1; 3]);
            reading.deserialize_into(&payload, &mut into).await.unwrap();
            assert_eq!(into, read, "{schema}");
            let record = Record::new("t", 0, 0).with_value(Some(&payload));
            assert_eq!(reading.deserialize_record(&record).await, Outcome::Value(read), "{schema}");
        }
    }
}

#[tokio::test]
async fn other_schemas_have_their_lengths_whatever_is_asked() {
    let raw = SerializerOptions::default().with_raw_bytes(true);
    let reading = DeserializerOptions::default().with_raw_bytes(true);
    let bytes = Value::Bytes(vec![7; 3]);
    for (schema, value, datum) in [
        (r#"{"type":"array","items":"bytes"}"#, Value::Array(vec![bytes.clone()]), vec![2, 6, 7, 7, 7, 0]),
        (r#"["null","bytes"]"#, Value::Union(1, Box::new(bytes.clone())), vec![2, 6, 7, 7, 7]),
        ("\"string\"", Value::String("abc".to_owned()), vec![6, b'a', b'b', b'c']),
    ] {
        let registry = Arc::new(MockRegistry::new());
        let writing = GenericSerializer::new(registry.clone(), "t", Role::Value, &raw, schema).unwrap();
        let mut payload = Vec::new();
        writing.serialize_into(&value, &mut payload).await.unwrap();
        assert_eq!(payload[5..], datum, "{schema}");
        let any = GenericDeserializer::new(registry, "t", Role::Value, &reading);
        assert_eq!(any.deserialize(&payload).await.unwrap().value, value, "{schema}");
    }
    // A branch of the latest version's union is no whole value.
    let registry = Arc::new(MockRegistry::new());
    registry.register("t-value", &NewSchema::avro(r#"["null","bytes"]"#), false).await.unwrap();
    let latest = raw.with_source(SchemaSource::Latest);
    let writing = GenericSerializer::new(registry, "t", Role::Value, &latest, "\"bytes\"").unwrap();
    let mut payload = Vec::new();
    writing.serialize_into(&bytes, &mut payload).await.unwrap();
    assert_eq!(payload[5..], [2, 6, 7, 7, 7]);
}

/// Whoever has several formats on one topic gets the type and all bytes, Protobuf's message indexes among them.
#[tokio::test]
async fn messages_of_other_formats_are_told_apart_with_their_bytes() {
    for (schema_type, body) in [
        ("PROTOBUF", &[0, 10, 3][..]),
        ("PROTOBUF", &[4, 2, 0, 10, 3]),
        ("JSON", b"{\"a\":1}"),
        ("JSON", b""),
    ] {
        let registry = Arc::new(MockRegistry::new());
        let mut schema = RegisteredSchema::avro("syntax = \"proto3\"; message M {}");
        schema.schema_type = schema_type.to_owned();
        let put = registry.put("t-value", schema);
        let guid = put.guid.expect("a GUID");
        let options = DeserializerOptions::default();
        let typed = Deserializer::<String>::new(registry.clone(), "t", Role::Value, &options);
        let any = GenericDeserializer::new(registry, "t", Role::Value, &options);
        let by_id = [&[0][..], &put.id.unwrap().get().to_be_bytes(), body].concat();
        let by_guid = [&guid_prefix(guid)[..], body].concat();
        let header = guid_prefix(guid);
        for (name, header, payload) in [
            ("v0", None, by_id.as_slice()),
            ("v1", None, by_guid.as_slice()),
            ("v1 in a header", Some(&header[..]), body),
        ] {
            let headers = [("__value_schema_id", header)];
            let record = Record::new("t", 0, 0).with_value(Some(payload)).with_headers(&headers);
            // The refusal is remembered, with the bytes of each message.
            for _ in 0..2 {
                for outcome in [
                    typed.deserialize_record(&record).await.into_result().map(|_| ()),
                    any.deserialize_record(&record).await.into_result().map(|_| ()),
                ] {
                    let outcome = Outcome::from(outcome.map(Some));
                    let Outcome::OtherType { schema_type: found, error } = outcome else {
                        panic!("{name}: {outcome:?}")
                    };
                    assert_eq!((found.as_str(), error.payload()), (schema_type, payload), "{name}");
                    assert!(error.schema().is_some() && !error.is_retriable(), "{name}");
                }
            }
        }
    }
}
