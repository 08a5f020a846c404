//! Values of `apache-avro` as messages, and back.

use serde_wire::apache::apache_avro::types::Value as Theirs;
use serde_wire::registry::MockRegistry;
use serde_wire::subject::Role;
use serde_wire::{DeserializerOptions, GenericDeserializer, GenericSerializer, SerializerOptions};
use std::sync::Arc;

#[tokio::test]
async fn their_values_are_written_and_read() {
    let registry = Arc::new(MockRegistry::new());
    let schema = r#"{"type":"record","name":"R","fields":[{"name":"a","type":{"type":"int","logicalType":"date"}},
        {"name":"b","type":["null","string"],"default":null}]}"#;
    let options = SerializerOptions::default();
    let writing = GenericSerializer::new(registry.clone(), "t", Role::Value, &options, schema).unwrap();
    let any = GenericDeserializer::new(registry, "t", Role::Value, &DeserializerOptions::default());
    let null = Theirs::Union(0, Box::new(Theirs::Null));
    let text = Theirs::Union(1, Box::new(Theirs::String("x".into())));
    for (given, read) in
        [(None, &null), (Some(Theirs::String("x".into())), &text), (Some(text.clone()), &text)]
    {
        let mut fields = vec![("a".to_owned(), Theirs::Date(7))];
        fields.extend(given.map(|value| ("b".to_owned(), value)));
        let mut payload = Vec::new();
        writing.serialize_apache_into(&Theirs::Record(fields), &mut payload).await.unwrap();
        let expected = Theirs::Record(vec![("a".into(), Theirs::Date(7)), ("b".into(), read.clone())]);
        assert_eq!(any.deserialize(&payload).await.unwrap().to_apache(), expected);
    }
    let mut kept = b"kept".to_vec();
    let wrong = Theirs::Record(vec![("a".into(), Theirs::TimeMillis(7))]);
    let error = writing.serialize_apache_into(&wrong, &mut kept).await.unwrap_err();
    assert_eq!(
        (error.to_string().as_str(), kept.as_slice()),
        (
            "the value does not fit the schema, in a: a time-millis stands where the schema has int",
            &b"kept"[..]
        )
    );
}
