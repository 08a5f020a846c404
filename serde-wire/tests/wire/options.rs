//! Options from a client's properties, and what each of them asks the registry for and writes.

use crate::support::{FakeRegistry, Reply};
use serde_wire::codec::{AvroSchema, AvroTryEncode, AvroWrite, EncodeError};
use serde_wire::frame::{Guid, SchemaId};
use serde_wire::options::PropertyError;
use serde_wire::registry::{HttpRegistryBuilder, RegistryClient, RetryPolicy};
use serde_wire::subject::{AssociatedFallback, AssociatedNaming, CustomNaming, Role, SubjectStrategy};
use serde_wire::{
    Deserializer, DeserializerOptions, Framing, SchemaSource, SerializeError, Serializer, SerializerOptions,
};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A record of one int.
struct Point(i32);

impl AvroSchema for Point {
    const SCHEMA: &'static str =
        r#"{"type":"record","name":"Point","namespace":"g","fields":[{"name":"x","type":"int"}]}"#;
    const FINGERPRINT: u64 = 0;
}

impl AvroTryEncode for Point {
    fn try_encode<W: AvroWrite>(&self, writer: &mut W) -> Result<(), EncodeError> {
        writer.write_long(i64::from(self.0));
        Ok(())
    }
}

fn serializer(server: &FakeRegistry, options: &SerializerOptions) -> Serializer<Point> {
    let retry = RetryPolicy::default().with_rounds(0);
    let registry = RegistryClient::builder([&server.url]).retry(retry).build().expect("good settings");
    Serializer::new(Arc::new(registry), "t", Role::Value, options).expect("a valid schema")
}

/// An answer with that schema, id 3, a GUID of 7 and version 9.
fn answer(schema: &str) -> Reply {
    let schema = schema.replace('"', "\\\"");
    Reply::json(200, format!(r#"{{"id":3,"version":9,"guid":"{}","schema":"{schema}"}}"#, Guid::from_u128(7)))
}

fn point(fields: &str) -> String {
    format!(r#"{{"type":"record","name":"Point","namespace":"g","fields":[{fields}]}}"#)
}

#[test]
fn properties_say_what_the_builders_say() {
    let default = SerializerOptions::default;
    let latest = || default().with_source(SchemaSource::Latest);
    let id = SchemaSource::Id(SchemaId::new(12).unwrap());
    let guid = Guid::from_u128(0x1234);
    let metadata = [("major", "1"), ("team", "a")].map(|(k, v)| (k.to_owned(), v.to_owned()));
    let associated = AssociatedNaming::default();
    let off = ("auto.register.schemas", "false");
    let cases: Vec<(Vec<(&str, &str)>, SerializerOptions)> = vec![
        (vec![], default()),
        (
            vec![("auto.register.schemas", "TRUE"), ("use.latest.version", "false"), ("use.schema.id", "-1")],
            default(),
        ),
        (
            vec![("normalize.schemas", "true")],
            default().with_source(SchemaSource::Register { normalize: true }),
        ),
        (vec![off], default().with_source(SchemaSource::Lookup { normalize: false })),
        (
            vec![off, ("normalize.schemas", "true")],
            default().with_source(SchemaSource::Lookup { normalize: true }),
        ),
        (vec![off, ("use.latest.version", "true")], latest()),
        (
            vec![off, ("use.latest.version", "true"), ("latest.compatibility.strict", "false")],
            latest().with_latest_compatibility_strict(false),
        ),
        (
            vec![off, ("use.schema.id", "12"), ("use.latest.version", "true")],
            default().with_source(id.clone()),
        ),
        (
            vec![off, ("use.schema.id", "12"), ("id.compatibility.strict", "false")],
            default().with_source(id).with_id_compatibility_strict(false),
        ),
        (
            vec![
                off,
                ("use.schema.guid", "00000000-0000-0000-0000-000000001234"),
                ("use.latest.version", "true"),
            ],
            default().with_source(SchemaSource::Guid(guid)),
        ),
        (
            vec![off, ("use.latest.with.metadata", "major=1, team=a"), ("use.latest.version", "true")],
            default().with_source(SchemaSource::LatestWithMetadata(BTreeMap::from(metadata))),
        ),
        (
            vec![(
                "value.subject.name.strategy",
                "io.confluent.kafka.serializers.subject.RecordNameStrategy",
            )],
            default().with_strategy(SubjectStrategy::RecordName),
        ),
        (
            vec![
                ("subject.name.strategy", "TopicRecordNameStrategy"),
                ("key.subject.name.strategy", "RecordNameStrategy"),
            ],
            default().with_strategy(SubjectStrategy::TopicRecordName),
        ),
        (
            vec![("value.subject.name.strategy", "AssociatedNameStrategy")],
            default().with_strategy(SubjectStrategy::Associated(associated.clone())),
        ),
        (
            vec![
                ("value.subject.name.strategy", "AssociatedNameStrategy"),
                ("kafka.cluster.id", "lkc-1"),
                ("fallback.subject.name.strategy.type", "none"),
            ],
            default().with_strategy(SubjectStrategy::Associated(
                associated.with_cluster("lkc-1").with_fallback(AssociatedFallback::None),
            )),
        ),
        (
            vec![(
                "value.schema.id.serializer",
                "io.confluent.kafka.serializers.schema.id.HeaderSchemaIdSerializer",
            )],
            default().with_framing(Framing::Header),
        ),
        (
            vec![
                ("key.schema.id.serializer", "HeaderSchemaIdSerializer"),
                ("schema.registry.url", "http://h"),
                ("specific.avro.reader", "true"),
                ("rule.executors", ""),
                ("latest.cache.size", "5"),
            ],
            default(),
        ),
    ];
    for (properties, expected) in cases {
        let options = SerializerOptions::from_properties(properties.clone(), Role::Value);
        assert_eq!(options, Ok(expected), "{properties:?}");
    }
    let keys =
        SerializerOptions::from_properties([("key.subject.name.strategy", "RecordNameStrategy")], Role::Key);
    assert_eq!(keys, Ok(default().with_strategy(SubjectStrategy::RecordName)));
    let read = DeserializerOptions::from_properties(
        [("value.subject.name.strategy", "RecordNameStrategy")],
        Role::Value,
    );
    assert_eq!(read, Ok(DeserializerOptions::default().with_strategy(SubjectStrategy::RecordName)));
}

#[test]
fn what_cannot_be_taken_over_is_named_with_what_is_near() {
    let cases = [
        (vec![("auto.register.schema", "false")], "did you mean \"auto.register.schemas\"?"),
        (vec![("use_latest_version", "true")], "did you mean \"use.latest.version\"?"),
        (vec![("acks", "all")], "\"acks\" is no option of a serializer, a deserializer or a registry client"),
        (
            vec![("use.latest.version", "true")],
            "use.latest.version has no effect while auto.register.schemas is true",
        ),
        (vec![("use.schema.id", "5"), ("auto.register.schemas", "true")], "use.schema.id has no effect"),
        (vec![("rule.executors", "encrypt")], "nothing here runs rules"),
        (vec![("propagate.schema.tags", "true")], "propagate.schema.tags = \"true\" is refused"),
        (vec![("bearer.auth.client.secret", "s3cret")], "did you mean \"bearer.auth.token\"?"),
        (vec![("use.schema.id", "-2")], "a schema id, or -1 for none was expected"),
        (vec![("use.schema.id", "2147483648")], "a schema id, or -1 for none was expected"),
        (vec![("use.schema.guid", "7")], "a GUID was expected"),
        (vec![("use.latest.with.metadata", "major")], "key=value"),
        (vec![("normalize.schemas", "yes")], "true or false was expected"),
        (vec![("value.subject.name.strategy", "com.acme.Mine")], "SubjectStrategy::Custom"),
        (vec![("context.name.strategy", "com.acme.Mine")], "with_context"),
        (vec![("value.schema.id.serializer", "Other")], "HeaderSchemaIdSerializer"),
        (vec![("fallback.subject.name.strategy.type", "CUSTOM")], "TOPIC, RECORD, TOPIC_RECORD or NONE"),
    ];
    for (properties, part) in cases {
        let error =
            SerializerOptions::from_properties(properties.clone(), Role::Value).unwrap_err().to_string();
        assert!(error.contains(part) && !error.contains("s3cret"), "{properties:?}: {error}");
    }
}

#[tokio::test]
async fn a_client_is_made_of_properties() {
    let server = FakeRegistry::replies([answer(Point::SCHEMA)]).await;
    let of = |properties: Vec<(&str, &str)>| HttpRegistryBuilder::from_properties(properties);
    let url = ("schema.registry.url", server.url.as_str());
    let info = ("basic.auth.user.info", "user:pa:ss");
    let user = vec![url, ("basic.auth.credentials.source", "USER_INFO"), info];
    let token = vec![url, ("bearer.auth.credentials.source", "STATIC_TOKEN"), ("bearer.auth.token", "abc")];
    for (properties, expected) in
        [(user, Some("Basic dXNlcjpwYTpzcw==")), (token, Some("Bearer abc")), (vec![url, info], None)]
    {
        let registry = of(properties).unwrap().build().unwrap();
        Serializer::<Point>::new(Arc::new(registry), "t", Role::Key, &SerializerOptions::default())
            .unwrap()
            .prepare()
            .await
            .unwrap();
        assert_eq!(server.requests().pop().unwrap().header("authorization"), expected);
    }
    assert_eq!(of(vec![]).unwrap_err(), PropertyError::Missing("schema.registry.url"));
    for (key, value, part) in [
        ("basic.auth.credentials.source", "SASL_INHERIT", "URL or USER_INFO"),
        ("bearer.auth.credentials.source", "OAUTHBEARER", "STATIC_TOKEN"),
        ("http.read.timeout.ms", "fast", "milliseconds"),
        ("latest.cache.ttl.sec", "-2", "-1 for ever"),
        ("latest.cache.size", "-1", "a number of answers"),
        ("schema.registry.ssl.truststore.location", "/x.jks", "http_client"),
    ] {
        let error = of(vec![url, (key, value)]).unwrap_err().to_string();
        assert!(error.contains(part) && error.contains(key), "{error}");
    }
    let secret =
        vec![url, ("basic.auth.credentials.source", "USER_INFO"), ("basic.auth.user.info", "secret")];
    assert!(!of(secret).unwrap_err().to_string().contains("secret"));
}

#[tokio::test]
async fn the_properties_of_caches_and_retries_count() {
    let away = FakeRegistry::replies([Reply::HangUp]).await;
    let properties =
        [("schema.registry.url", away.url.as_str()), ("max.retries", "4"), ("retries.wait.ms", "1")];
    let registry = HttpRegistryBuilder::from_properties(properties).unwrap().build().unwrap();
    let options = SerializerOptions::default();
    let points = Serializer::<Point>::new(Arc::new(registry), "t", Role::Key, &options).unwrap();
    assert!(points.prepare().await.err().unwrap().is_retriable());
    assert_eq!(away.lines().len(), 5, "once, and four retries");

    for (ttl, asked) in [("-1", 1), ("0", 2)] {
        let server = FakeRegistry::replies([answer(Point::SCHEMA)]).await;
        let properties = [("schema.registry.url", server.url.as_str()), ("latest.cache.ttl.sec", ttl)];
        let registry = Arc::new(HttpRegistryBuilder::from_properties(properties).unwrap().build().unwrap());
        for _ in 0..2 {
            let options = SerializerOptions::default().with_source(SchemaSource::Latest);
            let points = Serializer::<Point>::new(registry.clone(), "t", Role::Key, &options).unwrap();
            points.prepare().await.unwrap();
        }
        assert_eq!(server.lines().len(), asked, "{ttl}");
    }
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
    let sources = [SchemaSource::Latest, SchemaSource::Id(SchemaId::new(3).unwrap())];
    for (name, schema, expected) in cases {
        for (source, strict) in sources.iter().flat_map(|source| [(source, true), (source, false)]) {
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
                    let subject = "t-value".to_owned();
                    assert_eq!(result, Err(SerializeError::OtherLayout { subject, version: 9 }), "{name}");
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
    assert!(matches!(strict.prepare().await.err(), Some(SerializeError::OtherLayout { .. })));

    let options = options.with_latest_compatibility_strict(false);
    let lenient = Serializer::<Maybe>::new(registry, "t", Role::Value, &options).unwrap();
    let mut out = Vec::new();
    lenient.serialize_into(&Maybe(Some(3)), &mut out).await.unwrap();
    assert_eq!(out, [0, 0, 0, 0, 3, 6]);
    let error = lenient.serialize_into(&Maybe(None), &mut out).await.unwrap_err();
    assert!(matches!(error, SerializeError::Unfit { .. }) && !error.is_retriable(), "{error}");
    assert_eq!(out.len(), 6, "the buffer is as it was");
}

#[tokio::test]
async fn a_schema_of_another_type_is_not_written_with() {
    let server =
        FakeRegistry::replies([Reply::json(200, r#"{"id":3,"schema":"{}","schemaType":"JSON"}"#)]).await;
    let error = serializer(&server, &SerializerOptions::default().with_source(SchemaSource::Latest));
    let error = error.prepare().await.err().unwrap();
    assert_eq!(error, SerializeError::NotAvro { subject: "t-value".into(), schema_type: "JSON".into() });
}

#[tokio::test]
async fn the_registry_says_which_subject_a_topic_has() {
    let path = "GET /associations/resources/-/t?resourceType=topic&associationType=value";
    let register = |subject: &str| format!("POST /subjects/{subject}/versions?normalize=false");
    let one = || Reply::json(200, r#"[{"subject":":.eu:orders","resourceName":"t"}]"#);
    let two = || Reply::json(200, r#"[{"subject":"a"},{"subject":"b"}]"#);
    let none = || Reply::json(200, "[]");
    let refused = || Reply::error(404, 40400, "no such path");
    let unknown = || Reply::json(404, "<html>no such path</html>");
    let topic = AssociatedFallback::TopicName;
    let cases = [
        ("one", one(), topic, Ok(":.eu:orders")),
        ("none", none(), topic, Ok("t-value")),
        ("none, by record", none(), AssociatedFallback::RecordName, Ok("g.Point")),
        ("a registry without associations", refused(), topic, Ok("t-value")),
        ("a server that knows no such path", unknown(), topic, Ok("t-value")),
        ("none and no fallback", none(), AssociatedFallback::None, Err("the fallback is none")),
        ("two", two(), topic, Err("several subjects")),
    ];
    for (name, reply, fallback, expected) in cases {
        let server = FakeRegistry::replies([reply, answer(Point::SCHEMA)]).await;
        let naming = AssociatedNaming::default().with_fallback(fallback);
        let options = SerializerOptions::default().with_strategy(SubjectStrategy::Associated(naming));
        let points = serializer(&server, &options);
        let result = points.prepare().await.map(drop);
        match expected {
            Ok(subject) => {
                assert_eq!(result, Ok(()), "{name}");
                assert_eq!(points.subject(), subject, "{name}");
                assert_eq!(server.lines(), [path.to_owned(), register(subject)], "{name}");
            }
            Err(part) => {
                assert!(result.unwrap_err().to_string().contains(part), "{name}");
                assert_eq!(server.lines(), [path], "{name}");
            }
        }
    }
}

#[tokio::test]
async fn readers_ask_for_the_association_once() {
    let server = FakeRegistry::scripted(|_, request| {
        let association = request.target.starts_with("/associations/");
        std::future::ready(if association {
            Reply::json(200, r#"[{"subject":":.eu:orders"}]"#)
        } else {
            answer("\"long\"")
        })
    })
    .await;
    let registry = Arc::new(RegistryClient::builder([&server.url]).build().unwrap());
    let naming = AssociatedNaming::default().with_cluster("lkc/1");
    let options = DeserializerOptions::default().with_strategy(SubjectStrategy::Associated(naming));
    let longs = Deserializer::<i64>::new(registry, "t", Role::Key, &options);
    for id in [1, 2] {
        assert_eq!(longs.deserialize(&[0, 0, 0, 0, id, 84]).await, Ok(42));
    }
    assert_eq!(
        server.lines(),
        [
            "GET /associations/resources/lkc%2F1/t?resourceType=topic&associationType=key",
            "GET /schemas/ids/1?subject=%3A.eu%3Aorders",
            "GET /schemas/ids/2?subject=%3A.eu%3Aorders",
        ]
    );
}

#[tokio::test]
async fn a_rule_of_ones_own_names_subjects() {
    let naming = CustomNaming::new(|facts| Some(format!("{}/{}", facts.record_name?, facts.topic)));
    let options = SerializerOptions::default().with_strategy(SubjectStrategy::Custom(naming));
    let server = FakeRegistry::replies([answer(Point::SCHEMA)]).await;
    serializer(&server, &options.with_context("eu")).prepare().await.unwrap();
    assert_eq!(server.lines(), ["POST /subjects/:.eu:g.Point%2Ft/versions?normalize=false"]);
}
