//! Requests of a serializer to the registry, and the bytes that it writes.

use crate::support::{FakeRegistry, Reply};
use serde_wire::codec::{AvroSchema, AvroTryEncode, AvroWrite, EncodeError};
use serde_wire::frame::{Guid, KEY_SCHEMA_ID_HEADER, guid_prefix};
use serde_wire::registry::{RegistryClient, RetryPolicy};
use serde_wire::subject::{Role, SubjectStrategy};
use serde_wire::{Framing, SchemaSource, SerializeErrorKind, Serializer, SerializerOptions};
use std::sync::Arc;
use std::time::Duration;

/// A record of one long, which must not be negative.
struct Natural(i64);

impl AvroSchema for Natural {
    const SCHEMA: &'static str =
        r#"{"type":"record","name":"Natural","namespace":"n","fields":[{"name":"value","type":"long"}]}"#;
    const FINGERPRINT: u64 = 0;
}

impl AvroTryEncode for Natural {
    fn try_encode<W: AvroWrite>(&self, writer: &mut W) -> Result<(), EncodeError> {
        writer.write_long(self.0);
        if self.0 < 0 {
            return Err(EncodeError::OutOfRange { value: self.0.to_string(), logical_type: "natural" });
        }
        Ok(())
    }
}

fn serializer(server: &FakeRegistry, options: &SerializerOptions) -> Serializer<Natural> {
    let pause = Duration::from_millis(1);
    let retry = RetryPolicy::default().with_rounds(0).with_first_pause(pause).with_longest_pause(pause);
    let registry = RegistryClient::builder([&server.url]).retry(retry).build().expect("good settings");
    Serializer::new(Arc::new(registry), "t", Role::Key, options).expect("a valid schema")
}

fn registered(id: u32) -> Reply {
    Reply::json(200, format!(r#"{{"id":{id},"guid":"00000000-0000-0000-0000-00000000002a","schema":"x"}}"#))
}

#[tokio::test]
async fn messages_are_an_id_and_the_data_and_the_registry_is_asked_once() {
    let server = FakeRegistry::replies([registered(258)]).await;
    let serializer = serializer(&server, &SerializerOptions::default());
    let mut out = vec![0xFF];
    serializer.serialize_into(&Natural(1), &mut out).await.unwrap();
    serializer.serialize_into(&Natural(64), &mut out).await.unwrap();
    assert_eq!(out, [0xFF, 0, 0, 0, 1, 2, 2, 0, 0, 0, 1, 2, 128, 1], "appended one behind the other");
    assert_eq!(server.lines(), ["POST /subjects/t-key/versions?normalize=false"]);
    assert!(server.requests()[0].body.contains(r#"\"namespace\":\"n\""#));
}

#[tokio::test]
async fn options_choose_subject_and_question() {
    let lookup = SchemaSource::Lookup { normalize: true };
    let register = SchemaSource::Register { normalize: true };
    let record = SubjectStrategy::RecordName;
    let topic_record = SubjectStrategy::TopicRecordName;
    let default = SerializerOptions::default;
    let cases = [
        (default().with_source(register), "POST /subjects/t-key/versions?normalize=true"),
        (default().with_source(lookup), "POST /subjects/t-key?normalize=true&deleted=false"),
        (default().with_strategy(record), "POST /subjects/n.Natural/versions?normalize=false"),
        (
            default().with_strategy(topic_record).with_context(".eu"),
            "POST /subjects/:.eu:t-n.Natural/versions?normalize=false",
        ),
    ];
    for (options, line) in cases {
        let server = FakeRegistry::replies([registered(1)]).await;
        serializer(&server, &options).prepare().await.unwrap();
        assert_eq!(server.lines(), [line]);
    }
}

#[tokio::test]
async fn the_latest_version_must_have_the_layout_of_the_type() {
    let latest = |text: &str| {
        let text = text.replace('"', "\\\"");
        FakeRegistry::replies([Reply::json(200, format!(r#"{{"id":3,"version":9,"schema":"{text}"}}"#))])
    };
    let options = SerializerOptions::default().with_source(SchemaSource::Latest);
    let documented = Natural::SCHEMA.replace("\"long\"", "\"long\",\"doc\":\"any\"");
    let server = latest(&documented).await;
    let serializer_of_it = serializer(&server, &options);
    assert_eq!(serializer_of_it.prepare().await.unwrap().id().unwrap().get(), 3);
    assert_eq!(server.lines(), ["GET /subjects/t-key/versions/latest?deleted=false"]);

    let server = latest(&Natural::SCHEMA.replace("\"long\"", "\"int\"")).await;
    let error = serializer(&server, &options).prepare().await.err().unwrap();
    assert_eq!(
        error.kind(),
        &SerializeErrorKind::OtherLayout { subject: "t-key".into(), version: 9, schema: None }
    );
}

#[tokio::test]
async fn with_header_framing_the_payload_is_the_data_alone() {
    let server = FakeRegistry::replies([registered(1)]).await;
    let serializer = serializer(&server, &SerializerOptions::default().with_framing(Framing::Header));
    let prepared = serializer.prepare().await.unwrap();
    let mut out = Vec::new();
    prepared.serialize_into(&Natural(1), &mut out).unwrap();
    assert_eq!(out, [2]);
    assert_eq!(prepared.header(), Some((KEY_SCHEMA_ID_HEADER, &guid_prefix(Guid::from_u128(42))[..])));
}

#[tokio::test]
async fn a_value_without_encoding_leaves_the_buffer_alone() {
    let server = FakeRegistry::replies([registered(1)]).await;
    let serializer = serializer(&server, &SerializerOptions::default());
    let mut out = vec![1, 2, 3];
    let error = serializer.serialize_into(&Natural(-1), &mut out).await.unwrap_err();
    assert!(matches!(error.kind(), SerializeErrorKind::Value(_)) && !error.is_retriable());
    assert_eq!(out, [1, 2, 3]);
}

#[tokio::test]
async fn refusals_come_through_and_failures_can_be_retried() {
    let incompatible = Reply::error(409, 40901, "field x");
    let replies = [Reply::HangUp, incompatible, registered(5)];
    let server = FakeRegistry::replies(replies).await;
    let serializer = serializer(&server, &SerializerOptions::default());
    let mut out = Vec::new();
    assert!(serializer.serialize_into(&Natural(1), &mut out).await.unwrap_err().is_retriable());
    for _ in 0..3 {
        let error = serializer.serialize_into(&Natural(1), &mut out).await.unwrap_err();
        assert!(!error.is_retriable());
        let text = error.to_string();
        assert!(text.contains("t-key") && text.contains("40901") && text.contains("field x"), "{text}");
    }
    assert_eq!((server.lines().len(), out.len()), (2, 0), "the refusal was remembered");
}

#[tokio::test]
async fn schemas_with_rules_for_writers_are_refused() {
    let rule = |mode: &str, disabled: bool| {
        format!(
            r#""ruleSet":{{"domainRules":[{{"name":"seal","type":"ENCRYPT","mode":"{mode}","disabled":{disabled}}}]}}"#
        )
    };
    for (mode, disabled, refused) in
        [("WRITEREAD", false, true), ("WRITE", false, true), ("READ", false, false), ("WRITE", true, false)]
    {
        let body = format!(r#"{{"id":1,"schema":"x",{}}}"#, rule(mode, disabled));
        let server = FakeRegistry::replies([Reply::json(200, body)]).await;
        let result = serializer(&server, &SerializerOptions::default()).prepare().await.map(drop);
        let rules = vec!["ENCRYPT rule \"seal\"".to_owned()];
        let expected = SerializeErrorKind::Rules { subject: "t-key".into(), rules }.into();
        assert_eq!(result, if refused { Err(expected) } else { Ok(()) }, "{mode} {disabled}");
    }

    // A server that answers a registration with the id alone is asked once more.
    let by_id = Reply::json(200, format!(r#"{{"schema":"x",{}}}"#, rule("WRITE", false)));
    let server = FakeRegistry::replies([Reply::json(200, r#"{"id":1}"#), by_id]).await;
    let result = serializer(&server, &SerializerOptions::default()).prepare().await.map(drop);
    assert!(matches!(result.unwrap_err().kind(), SerializeErrorKind::Rules { .. }));
    assert_eq!(server.lines()[1], "GET /schemas/ids/1?subject=t-key");
}

#[tokio::test]
async fn an_answer_without_what_the_framing_needs_is_an_error() {
    let server = FakeRegistry::replies([Reply::json(200, r#"{"id":1,"schema":"x"}"#)]).await;
    let options = SerializerOptions::default().with_framing(Framing::Header);
    let error = serializer(&server, &options).prepare().await.err().unwrap();
    assert!(matches!(error.kind(), SerializeErrorKind::IncompleteAnswer { missing: "guid", .. }), "{error}");
}
