//! Options and clients from a client's properties.

use crate::point::{Point, answer};
use crate::support::{FakeRegistry, Reply};
use serde_wire::codec::AvroSchema;
use serde_wire::frame::{Guid, SchemaId};
use serde_wire::options::{PropertyError, is_known};
use serde_wire::registry::{HttpRegistryBuilder, SchemaRegistry};
use serde_wire::subject::{AssociatedFallback, AssociatedNaming, Role, SubjectStrategy};
use serde_wire::{DeserializerOptions, Framing, SchemaSource, Serializer, SerializerOptions};
use std::collections::BTreeMap;
use std::sync::Arc;

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
                associated.clone().with_cluster("lkc-1").with_fallback(AssociatedFallback::None),
            )),
        ),
        (
            vec![
                ("value.subject.name.strategy", "AssociatedNameStrategy"),
                ("subject.name.strategy.kafka.cluster.id", "lkc-2"),
                ("subject.name.strategy.fallback.type", "RECORD"),
                ("subject.name.strategy.cache.expiry.secs", "600"),
                ("kafka.cluster.id", "lkc-1"),
                ("fallback.subject.name.strategy.type", "none"),
            ],
            default().with_strategy(SubjectStrategy::Associated(
                associated.with_cluster("lkc-2").with_fallback(AssociatedFallback::RecordName),
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
                ("rule.executors.encrypt.param", ""),
                ("request.header.Authorization", "Bearer abc"),
                ("schema.registry.ssl.endpoint.identification.algorithm", "https"),
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
}

#[test]
fn what_concerns_a_producer_alone_has_no_effect_on_a_consumer() {
    let strategy = ("value.subject.name.strategy", "RecordNameStrategy");
    let expected = DeserializerOptions::default().with_strategy(SubjectStrategy::RecordName);
    for of_a_producer in [
        vec![],
        vec![("use.latest.version", "true")],
        vec![("use.latest.with.metadata", "major=1"), ("latest.compatibility.strict", "false")],
        vec![("use.schema.id", "7"), ("id.compatibility.strict", "true")],
        vec![("auto.register.schemas", "false"), ("normalize.schemas", "true")],
        vec![("value.schema.id.serializer", "HeaderSchemaIdSerializer")],
    ] {
        let properties: Vec<_> = of_a_producer.into_iter().chain([strategy]).collect();
        let options = DeserializerOptions::from_properties(properties.clone(), Role::Value);
        assert_eq!(options.as_ref(), Ok(&expected), "{properties:?}");
    }
    for (key, value, part) in [
        ("use.latest.versions", "true", "did you mean \"use.latest.version\"?"),
        ("propagate.schema.tags", "true", "is refused"),
        ("subject.name.strategy", "Mine", "SubjectStrategy::Custom"),
    ] {
        let error = DeserializerOptions::from_properties([(key, value)], Role::Value).unwrap_err();
        assert!(error.to_string().contains(part), "{error}");
    }
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
        (vec![("rule.executors.encrypt.class", "com.acme.Encrypt")], "nothing here runs rules"),
        (vec![("rule.actions.dlq.param.topic", "bad")], "nothing here runs rules"),
        (vec![("schema.registry.ssl.truststore.type", "PEM")], "http_client"),
        (vec![("schema.registry.ssl.protocol", "TLSv1.3")], "http_client"),
        (
            vec![("schema.registry.ssl.endpoint.identification.algorithm", "")],
            "host names are always checked",
        ),
        (vec![("schema.registry.ssl.", "x")], "is no option"),
        (vec![("request.header.", "s3cret")], "is no option"),
        (vec![("bearer.auth.scope.claim.name", "scp")], "nothing here fetches tokens"),
        (vec![("bearer.auth.sub.claim.name", "sub")], "nothing here fetches tokens"),
        (vec![("bearer.auth.cache.expiry.buffer.seconds", "60")], "nothing here fetches tokens"),
        (vec![("subject.name.strategy.fallback.type", "x")], "subject.name.strategy.fallback.type = \"x\""),
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
    let sources =
        [("basic.auth.credentials.source", "USER_INFO"), ("bearer.auth.credentials.source", "STATIC_TOKEN")];
    let both = [vec![url, info, ("bearer.auth.token", "abc")], sources.to_vec()].concat();
    let expected = PropertyError::Both { key: sources[0].0, with: sources[1].0 };
    assert_eq!(of(both).unwrap_err(), expected);
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
async fn headers_of_properties_go_with_every_request() {
    let server = FakeRegistry::replies([answer(Point::SCHEMA)]).await;
    let properties = [
        ("schema.registry.url", server.url.as_str()),
        ("request.header.Authorization", "Bearer s3cret"),
        ("request.header.X-Team", "billing"),
        ("bearer.auth.logical.cluster", "lsrc-1"),
        ("bearer.auth.identity.pool.id", "pool-2"),
    ];
    for (key, _) in properties {
        assert!(is_known(key), "{key}");
    }
    let registry = HttpRegistryBuilder::from_properties(properties).unwrap().build().unwrap();
    for number in 1..=2 {
        registry.schema_by_id(SchemaId::new(number).unwrap(), None).await.unwrap();
        let request = server.requests().pop().unwrap();
        for (name, expected) in [
            ("authorization", "Bearer s3cret"),
            ("x-team", "billing"),
            ("target-sr-cluster", "lsrc-1"),
            ("confluent-identity-pool-id", "pool-2"),
        ] {
            assert_eq!(request.header(name), Some(expected), "{name} of request {number}");
        }
    }
    let properties = [("schema.registry.url", "http://h"), ("request.header.a b", "s3cret")];
    let error = HttpRegistryBuilder::from_properties(properties).unwrap().build().unwrap_err().to_string();
    assert!(error.contains("a b") && !error.contains("s3cret"), "{error}");
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
