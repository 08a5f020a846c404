//! Messages as values without generated types.

use crate::support::{FakeRegistry, Reply};
use avro_model::Value;
use serde_wire::registry::RegistryClient;
use serde_wire::subject::Role;
use serde_wire::{DeserializerOptions, GenericDeserializer};
use std::sync::Arc;

const WRITER: &str = r#"{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"n\",\"type\":\"int\"}]}"#;
const MESSAGE: [u8; 6] = [0, 0, 0, 0, 1, 84];

fn registry(server: &FakeRegistry) -> Arc<RegistryClient> {
    Arc::new(RegistryClient::builder([&server.url]).build().expect("good settings"))
}

fn options() -> DeserializerOptions {
    DeserializerOptions::default()
}

#[tokio::test]
async fn values_are_of_the_schema_that_wrote_them() {
    let server = FakeRegistry::replies([Reply::json(200, format!(r#"{{"schema":"{WRITER}"}}"#))]).await;
    let any = GenericDeserializer::new(registry(&server), "t", Role::Value, &options());
    for _ in 0..2 {
        let message = any.deserialize(&MESSAGE).await.unwrap();
        assert_eq!(message.value, Value::Record(vec![Value::Int(42)]));
        assert!(message.writer.text.contains("\"n\""));
    }
    let error = any.deserialize(&MESSAGE[..5]).await.unwrap_err();
    assert_eq!((error.kind().name(), error.offset()), ("data", Some(5)), "{error}");
    let text = error.to_string();
    assert!(text.starts_with("cannot decode the message with schema id 1 at byte 5, in n: "), "{text}");
    assert_eq!(error.path().map(ToString::to_string).as_deref(), Some("n"));
    assert_eq!(server.lines(), ["GET /schemas/ids/1?subject=t-value"]);
}

#[tokio::test]
async fn a_reader_known_at_run_time_resolves() {
    let schema = |text: &str| text.parse::<avro_model::Schema>().expect("a valid schema");
    let missing = Reply::error(404, 40401, "no subject");
    let replies = [Reply::json(200, format!(r#"{{"schema":"{WRITER}"}}"#)), missing];
    let server = FakeRegistry::replies(replies.clone()).await;
    let reader = schema(
        r#"{"type":"record","name":"R","fields":[{"name":"n","type":"double"},{"name":"s","type":"string","default":"x"}]}"#,
    );
    let any = GenericDeserializer::with_reader(registry(&server), "t", Role::Value, &options(), reader);
    let message = any.deserialize(&MESSAGE).await.unwrap();
    assert_eq!(message.value, Value::Record(vec![Value::Double(42.0), Value::String("x".to_owned())]));

    let server = FakeRegistry::replies(replies).await;
    let reader = schema("\"string\"");
    let any = GenericDeserializer::with_reader(registry(&server), "t", Role::Value, &options(), reader);
    let error = any.deserialize(&MESSAGE).await.unwrap_err();
    assert_eq!(error.kind().name(), "incompatible-schema", "{error}");
}
