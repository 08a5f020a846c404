//! Options of serializers and deserializers from a client's properties.

use serde_wire::frame::{Guid, SchemaId};
use serde_wire::subject::{AssociatedFallback, AssociatedNaming, Role, SubjectStrategy};
use serde_wire::{DeserializerOptions, Framing, SchemaSource, SerializerOptions};
use std::collections::BTreeMap;

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
        (vec![("schema.registry.ssl.truststore.password", "s3cret")], "in PEM"),
        (vec![("schema.registry.ssl.protocol", "TLSv1.3")], "http_client"),
        (
            vec![("schema.registry.ssl.endpoint.identification.algorithm", "")],
            "host names are always checked",
        ),
        (vec![("schema.registry.ssl.", "x")], "is no option"),
        (vec![("request.header.", "s3cret")], "is no option"),
        (vec![("subject.name.strategy.fallback.type", "x")], "subject.name.strategy.fallback.type = \"x\""),
        (vec![("propagate.schema.tags", "true")], "propagate.schema.tags = \"true\" is refused"),
        (vec![("bearer.auth.client.secrets", "s3cret")], "did you mean \"bearer.auth.client.secret\"?"),
        (vec![("bearer.auth.custom.provider.class", "com.acme.Tokens")], "Auth::bearer_from"),
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
