//! Registry clients from a client's properties.

use crate::point::{Point, answer};
use crate::support::{FakeRegistry, Reply};
use serde_wire::codec::AvroSchema;
use serde_wire::frame::SchemaId;
use serde_wire::options::{PropertyError, is_known};
use serde_wire::registry::{HttpRegistryBuilder, SchemaRegistry};
use serde_wire::subject::Role;
use serde_wire::{SchemaSource, Serializer, SerializerOptions};
use std::sync::Arc;

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
        ("bearer.auth.credentials.source", "CUSTOM", "STATIC_TOKEN or OAUTHBEARER"),
        ("http.read.timeout.ms", "fast", "milliseconds"),
        ("latest.cache.ttl.sec", "-2", "-1 for ever"),
        ("latest.cache.size", "-1", "a number of answers"),
        ("schema.registry.ssl.truststore.type", "JKS", "PEM (stores of Java are not read)"),
        ("schema.registry.ssl.protocol", "TLSv1.3", "http_client"),
    ] {
        let error = of(vec![url, (key, value)]).unwrap_err().to_string();
        assert!(error.contains(part) && error.contains(key), "{error}");
    }
    let proxy = |port| of([vec![url, ("proxy.host", "proxy")], port].concat()).unwrap_err();
    assert_eq!(proxy(vec![]), PropertyError::Missing("proxy.port"));
    assert!(proxy(vec![("proxy.port", "squid")]).to_string().contains("the number of a port"));
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
