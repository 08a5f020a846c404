//! Subjects that the registry or the application names.

use crate::point::{Point, answer, serializer};
use crate::support::{FakeRegistry, Reply};
use serde_wire::codec::AvroSchema;
use serde_wire::registry::RegistryClient;
use serde_wire::subject::{AssociatedFallback, AssociatedNaming, CustomNaming, Role, SubjectStrategy};
use serde_wire::{Deserializer, DeserializerOptions, SerializerOptions};
use std::sync::Arc;

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
