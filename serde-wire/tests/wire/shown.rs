//! What `Debug` shows of records: where they are and how large, and nothing of what they hold.

use crate::support::{FakeRegistry, Reply};
use serde_wire::dead_letter::{DeadLetter, DeadLetterRecord, Origin};
use serde_wire::record::{Record, RecordBuffer, RecordSerializer};
use serde_wire::registry::RegistryClient;
use serde_wire::subject::Role;
use serde_wire::{Deserializer, DeserializerOptions, Framing, SerializerOptions};
use std::sync::Arc;

#[tokio::test]
async fn what_records_hold_is_not_shown() {
    let guid = "00000000-0000-0000-0000-000000000001";
    let answer = Reply::json(200, format!(r#"{{"id":1,"guid":"{guid}","schema":"\"string\""}}"#));
    let server = FakeRegistry::replies([answer]).await;
    let registry = Arc::new(RegistryClient::builder([&server.url]).build().unwrap());
    let options = SerializerOptions::default().with_framing(Framing::Header);
    let texts = RecordSerializer::<String, String>::new(registry.clone(), "t", &options, &options).unwrap();
    let mut buffer = RecordBuffer::default();
    let secret = "s3cret".to_owned();
    let encoded = texts.serialize(Some(&secret), Some(&secret), &mut buffer).await.unwrap();

    let headers = [("note", "s3cret")];
    let record = Record::new("orders", 3, 42).with_key(encoded.key).with_value(Some(b"s3cret"));
    let record = record.with_headers(&headers);
    let options = DeserializerOptions::default();
    let longs = Deserializer::<i64>::new(registry, "t", Role::Value, &options);
    let error = longs.deserialize(b"s3cret").await.unwrap_err();
    let letter = DeadLetterRecord::new(&record, Role::Value, &error);
    let part = DeadLetter::new(error.clone(), &Origin::new("orders", 3, 42, Role::Value));

    // Seven bytes of Avro are the text and its length.
    #[cfg(feature = "events")]
    let events = events(&record);
    let shown = [
        (format!("{encoded:?}"), vec!["key bytes: Some(7)", "value bytes: Some(7)", "__key_schema_id"]),
        (format!("{record:?}"), vec!["orders", "value bytes: Some(6)", "headers: 1"]),
        (format!("{:?}", record.to_owned()), vec!["orders", "42", "value bytes: Some(6)", "headers: 1"]),
        (format!("{error:?}"), vec![]),
        (format!("{letter:?}"), vec!["key bytes: Some(7)", "value bytes: Some(6)"]),
        (format!("{part:?}"), vec!["payload bytes: 6", "orders", "frame"]),
        (format!("{buffer:?}"), vec!["key bytes: Some(7)", "value bytes: Some(7)"]),
    ];
    #[cfg(feature = "events")]
    let shown = shown.into_iter().chain(events);
    // As text, and as the numbers of its bytes.
    let leaks = ["s3cret".to_owned(), format!("{:?}", b"s3cret").trim_matches(['[', ']']).to_owned()];
    for (shown, parts) in shown {
        assert!(leaks.iter().all(|leak| !shown.contains(leak.as_str())), "{shown}");
        for part in parts {
            assert!(shown.contains(part), "{part}: {shown}");
        }
    }
}

#[cfg(feature = "events")]
fn events(record: &Record<'_>) -> [(String, Vec<&'static str>); 3] {
    use serde_wire::events::{Action, DeadLetter, Envelope, Event, State};
    let envelope = || Envelope::now("s3cret");
    let event = Event::new(envelope(), "customer", Action::Update)
        .with_changes(&serde_wire::serde_json::json!({"name": "s3cret"}));
    let state = State::new(envelope(), "customer", b"s3cret".to_vec());
    let letter = DeadLetter::of(record, "unknown-customer", "there is none");
    [
        (format!("{event:?}"), vec!["customer", "Update", "key bytes: 6", "payload bytes: Some(17)"]),
        (format!("{state:?}"), vec!["customer", "entity bytes: 6"]),
        (
            format!("{letter:?}"),
            vec!["orders", "42", "original_value bytes: Some(6)", "note", "unknown-customer"],
        ),
    ]
}
