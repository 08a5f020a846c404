//! What each way to choose the schema asks the registry for, and what is written with it.

use crate::point::{Point, answer, serializer};
use crate::support::{FakeRegistry, Reply};
use serde_wire::codec::{AvroSchema, AvroTryEncode, AvroWrite, EncodeError};
use serde_wire::frame::{Guid, SchemaId, SchemaKey};
use serde_wire::registry::RegistryClient;
use serde_wire::subject::Role;
use serde_wire::{SchemaSource, SerializeErrorKind, Serializer, SerializerOptions};
use std::collections::BTreeMap;
use std::sync::Arc;

fn point(fields: &str) -> String {
    format!(r#"{{"type":"record","name":"Point","namespace":"g","fields":[{fields}]}}"#)
}

#[tokio::test]
async fn each_source_asks_its_question() {
    let metadata = [("major".to_owned(), "1".to_owned()), ("team".to_owned(), "a b".to_owned())];
    let cases = [
        (SchemaSource::Latest, "GET /subjects/t-value/versions/latest?deleted=false"),
        (SchemaSource::Id(SchemaId::new(12).unwrap()), "GET /schemas/ids/12?subject=t-value"),
        (SchemaSource::Guid(Guid::from_u128(7)), "GET /schemas/guids/00000000-0000-0000-0000-000000000007"),
        (
            SchemaSource::LatestWithMetadata(BTreeMap::from(metadata)),
            "GET /subjects/t-value/metadata?key=major&value=1&key=team&value=a+b&deleted=false",
        ),
    ];
    for (source, line) in cases {
        let server = FakeRegistry::replies([answer(Point::SCHEMA)]).await;
        let points = serializer(&server, &SerializerOptions::default().with_source(source));
        let mut out = Vec::new();
        assert!(points.try_serialize_into(&Point(-1), &mut out).is_none(), "nothing is known yet");
        points.serialize_into(&Point(-1), &mut out).await.unwrap();
        assert_eq!(points.try_serialize_into(&Point(1), &mut out), Some(Ok(())));
        assert_eq!((out[5], out[11]), (1, 2));
        assert_eq!(server.lines(), [line]);
    }
}

#[tokio::test]
async fn values_are_written_as_the_registered_version_has_them() {
    let x = r#"{"name":"x","type":"int"}"#;
    let other = r#"{"type":"record","name":"Line","namespace":"g","fields":[]}"#;
    let long = r#"{"name":"x","type":"long"}"#;
    let with_default = r#"{"name":"x","type":"int"},{"name":"y","type":"string","default":"no"}"#;
    let without_default = r#"{"name":"x","type":"int"},{"name":"y","type":"string"}"#;
    // The datum for 3, or nothing where it is refused, strict or not.
    let cases: Vec<(&str, String, Option<&[u8]>)> = vec![
        ("the same", point(x), Some(&[6])),
        ("a union that it is a member of", format!("[{other},{}]", point(x)), Some(&[2, 6])),
        ("a union of one like it", format!("[{other},{}]", point(with_default)), Some(b"\x02\x06\x04no")),
        ("a field more, with a default", point(with_default), Some(b"\x06\x04no")),
        ("a wider type", point(long), Some(&[6])),
        ("a field less", point(""), Some(&[])),
        ("a field more, without a default", point(without_default), None),
        ("another record", other.to_owned(), None),
        ("a field of another type", point(r#"{"name":"x","type":["null","string"]}"#), None),
    ];
    let (id, guid) = (SchemaId::new(3).unwrap(), Guid::from_u128(7));
    let sources = [
        (SchemaSource::Latest, None, "version 9 of subject"),
        (SchemaSource::Id(id), Some(SchemaKey::Id(id)), "the schema with id 3 of subject"),
        (SchemaSource::Guid(guid), Some(SchemaKey::Guid(guid)), "the schema with guid 00000000"),
    ];
    for (name, schema, expected) in cases {
        for ((source, key, told), strict) in
            sources.iter().flat_map(|source| [(source, true), (source, false)])
        {
            let server = FakeRegistry::replies([answer(&schema)]).await;
            let options = SerializerOptions::default().with_source(source.clone());
            let options =
                options.with_latest_compatibility_strict(strict).with_id_compatibility_strict(strict);
            let mut out = vec![9];
            let result = serializer(&server, &options).serialize_into(&Point(3), &mut out).await;
            match expected {
                Some(datum) => {
                    assert_eq!(result, Ok(()), "{name}");
                    assert_eq!(out, [&[9, 0, 0, 0, 0, 3], datum].concat(), "{name}");
                }
                None => {
                    let (subject, error) = ("t-value".to_owned(), result.unwrap_err());
                    assert!(error.to_string().starts_with(told), "{name}: {error}");
                    let expected =
                        SerializeErrorKind::OtherLayout { subject, version: 9, schema: *key }.into();
                    assert_eq!(error, expected, "{name}");
                    assert_eq!(out, [9], "{name}");
                }
            }
        }
    }
}

#[tokio::test]
async fn without_strictness_a_value_without_a_place_is_refused_alone() {
    struct Maybe(Option<i32>);
    impl AvroSchema for Maybe {
        const SCHEMA: &'static str = r#"["null","int"]"#;
        const FINGERPRINT: u64 = 0;
    }
    impl AvroTryEncode for Maybe {
        fn try_encode<W: AvroWrite>(&self, writer: &mut W) -> Result<(), EncodeError> {
            self.0.try_encode(writer)
        }
    }
    let server = FakeRegistry::replies([answer("\"int\"")]).await;
    let registry = Arc::new(RegistryClient::builder([&server.url]).build().unwrap());
    let options = SerializerOptions::default().with_source(SchemaSource::Latest);
    let strict = Serializer::<Maybe>::new(registry.clone(), "t", Role::Value, &options).unwrap();
    let error = strict.prepare().await.err().unwrap();
    assert!(matches!(error.kind(), SerializeErrorKind::OtherLayout { .. }));

    let options = options.with_latest_compatibility_strict(false);
    let lenient = Serializer::<Maybe>::new(registry, "t", Role::Value, &options).unwrap();
    let mut out = Vec::new();
    lenient.serialize_into(&Maybe(Some(3)), &mut out).await.unwrap();
    assert_eq!(out, [0, 0, 0, 0, 3, 6]);
    let error = lenient.serialize_into(&Maybe(None), &mut out).await.unwrap_err();
    assert!(matches!(error.kind(), SerializeErrorKind::Unfit { .. }) && !error.is_retriable(), "{error}");
    assert_eq!(out.len(), 6, "the buffer is as it was");
}

#[tokio::test]
async fn a_schema_of_another_type_is_not_written_with() {
    let server =
        FakeRegistry::replies([Reply::json(200, r#"{"id":3,"schema":"{}","schemaType":"JSON"}"#)]).await;
    let error = serializer(&server, &SerializerOptions::default().with_source(SchemaSource::Latest));
    let error = error.prepare().await.err().unwrap();
    assert_eq!(
        error.kind(),
        &SerializeErrorKind::NotAvro { subject: "t-value".into(), schema_type: "JSON".into() }
    );
}
