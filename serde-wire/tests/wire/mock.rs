//! The registry in memory: it answers as a real one, and messages go through it without a network.

use serde_wire::frame::SchemaId;
use serde_wire::registry::{
    CompatibilityLevel, MockRegistry, NewSchema, RegisteredSchema, SchemaReference, SchemaRegistry,
    VersionSelector,
};
use serde_wire::subject::{AssociatedNaming, Role, SubjectStrategy};
use serde_wire::{Deserializer, DeserializerOptions, Outcome, Serializer, SerializerOptions};
use std::sync::Arc;

fn record(fields: &str) -> NewSchema {
    NewSchema::avro(format!(r#"{{"type":"record","name":"R","fields":[{fields}]}}"#))
}

const A: &str = r#"{"name":"a","type":"int"}"#;
const B: &str = r#"{"name":"b","type":"string"}"#;
const B_OPTIONAL: &str = r#"{"name":"b","type":"string","default":""}"#;

#[tokio::test]
async fn ids_numbers_and_guids_are_those_of_a_registry() {
    let mock = MockRegistry::new();
    let one = mock.register("s-value", &record(A), false).await.unwrap();
    assert_eq!((one.id, one.version), (SchemaId::new(1), Some(1)));
    assert_eq!(one.text, r#"{"type":"record","name":"R","fields":[{"name":"a","type":"int"}]}"#);
    let spaced = NewSchema::avro(one.text.replace(':', " : "));
    assert_eq!(mock.register("s-value", &spaced, false).await, Ok(one.clone()), "the same again");
    let two = mock.register("s-value", &record(&format!("{A},{B_OPTIONAL}")), false).await.unwrap();
    assert_eq!((two.id, two.version), (SchemaId::new(2), Some(2)));
    let elsewhere = mock.register("t-value", &record(A), false).await.unwrap();
    assert_eq!((elsewhere.id, elsewhere.version, elsewhere.guid), (SchemaId::new(1), Some(1), one.guid));
    let in_context = mock.register(":.eu:t-value", &record(B), false).await.unwrap();
    assert_eq!(in_context.id, SchemaId::new(1), "each context counts for itself");

    let string = mock.register("x", &NewSchema::avro("\"string\""), false).await.unwrap();
    assert_eq!(string.guid.unwrap().to_string(), "095d71cf-1255-6b9d-5e33-0ad575b3df5d");
    assert_eq!(mock.schema_by_guid(string.guid.unwrap()).await.unwrap().text, "\"string\"");
    let shown = |answer: &Arc<RegisteredSchema>| {
        let mut shown = RegisteredSchema::clone(answer);
        shown.subject = Some("s-value".to_owned());
        Ok(Arc::new(shown))
    };
    assert_eq!(mock.version("s-value", VersionSelector::Latest).await, shown(&two));
    assert_eq!(mock.version("s-value", VersionSelector::Number(1)).await, shown(&one));
    assert_eq!(mock.lookup("s-value", &record(A), false).await, shown(&one));
    assert_eq!(
        mock.schema_by_id(SchemaId::new(1).unwrap(), Some(":.eu:t-value")).await.unwrap().text,
        in_context.text
    );

    assert_eq!(mock.delete_version("s-value", 2), Ok(()));
    assert_eq!(mock.delete_version("s-value", 2).unwrap_err().code(), Some(40406));
    assert_eq!(mock.version("s-value", VersionSelector::Latest).await, shown(&one));
    assert_eq!(
        mock.version("s-value", VersionSelector::Number(2)).await,
        shown(&two),
        "readers still find it"
    );
    assert!(mock.schema_by_id(SchemaId::new(2).unwrap(), None).await.is_ok());
    let three = mock.register("s-value", &record(&format!("{A},{B_OPTIONAL}")), false).await.unwrap();
    assert_eq!((three.id, three.version), (SchemaId::new(2), Some(3)), "numbers are not given twice");
}

#[tokio::test]
async fn refusals_have_the_codes_of_a_registry() {
    let mock = MockRegistry::new();
    mock.register("s", &record(A), false).await.unwrap();
    let id = SchemaId::new(9).unwrap();
    let refusals = [
        (mock.schema_by_id(id, None).await, 404, 40403),
        (mock.schema_by_guid(serde_wire::frame::Guid::from_u128(1)).await, 404, 40403),
        (mock.version("none", VersionSelector::Latest).await, 404, 40401),
        (mock.version("none", VersionSelector::Number(1)).await, 404, 40401),
        (mock.version("s", VersionSelector::Number(2)).await, 404, 40402),
        (mock.lookup("none", &record(A), false).await, 404, 40401),
        (mock.lookup("s", &record(B), false).await, 404, 40403),
        (mock.register("s", &record(&format!("{A},{B}")), false).await, 409, 40901),
        (mock.register("s", &NewSchema::avro("{"), false).await, 422, 42201),
        (
            mock.register("s", &record(A).with_references(vec![SchemaReference::new("X", "none", 1)]), false)
                .await,
            422,
            42201,
        ),
    ];
    for (refusal, status, code) in refusals {
        let error = refusal.unwrap_err();
        assert_eq!((error.status(), error.code()), (Some(status), Some(code)), "{error}");
        assert!(!error.is_retriable(), "{error}");
    }
}

#[tokio::test]
async fn levels_decide_what_follows() {
    use CompatibilityLevel::{
        Backward, BackwardTransitive, Forward, ForwardTransitive, Full, FullTransitive, None as Any,
    };
    let both = |b: &str| format!("{A},{b}");
    // Versions in a row, and the levels under which the last of them is refused.
    let cases: [(&str, Vec<String>, &[CompatibilityLevel]); 5] = [
        ("an optional field", vec![A.into(), both(B_OPTIONAL)], &[]),
        ("a field", vec![A.into(), both(B)], &[Backward, BackwardTransitive, Full, FullTransitive]),
        ("a field less", vec![both(B), A.into()], &[Forward, ForwardTransitive, Full, FullTransitive]),
        (
            "compatible with the latest alone",
            vec![A.into(), both(B_OPTIONAL), both(B)],
            &[BackwardTransitive, FullTransitive],
        ),
        ("the first one", vec![A.into()], &[]),
    ];
    for (name, versions, refused) in cases {
        for level in [Any, Backward, BackwardTransitive, Forward, ForwardTransitive, Full, FullTransitive] {
            let mock = MockRegistry::new();
            mock.set_level("s", Any);
            let (last, before) = versions.split_last().unwrap();
            for version in before {
                mock.register("s", &record(version), false).await.unwrap();
            }
            mock.set_level("s", level);
            let result = mock.register("s", &record(last), false).await;
            assert_eq!(result.is_err(), refused.contains(&level), "{name} under {level:?}: {result:?}");
        }
    }
}

#[tokio::test]
async fn references_and_normal_forms_count() {
    let mock = MockRegistry::new();
    let item = NewSchema::avro(r#"{"type":"record","name":"a.Item","fields":[]}"#);
    mock.register(":.eu:item", &item, false).await.unwrap();
    let list = NewSchema::avro(r#"{"type":"array","items":"a.Item"}"#);
    assert_eq!(mock.register(":.eu:list", &list, false).await.unwrap_err().code(), Some(42201));
    let list = list.with_references(vec![SchemaReference::new("a.Item", "item", 1)]);
    let registered = mock.register(":.eu:list", &list, false).await.unwrap();
    assert_eq!(registered.references, list.references);
    assert!(mock.lookup(":.eu:list", &list, false).await.is_ok());
}

#[tokio::test]
async fn messages_go_through_it_and_it_can_be_away() {
    let mock = Arc::new(MockRegistry::new());
    mock.associate("lkc-1", "t", Role::Value, "names");
    let naming = SubjectStrategy::Associated(AssociatedNaming::default());
    let options = SerializerOptions::default().with_strategy(naming);
    let out = Serializer::<String>::new(mock.clone(), "t", Role::Value, &options).unwrap();
    mock.set_away(true);
    let mut payload = Vec::new();
    assert!(out.serialize_into(&"Ada".to_owned(), &mut payload).await.unwrap_err().is_retriable());
    mock.set_away(false);
    out.serialize_into(&"Ada".to_owned(), &mut payload).await.unwrap();
    assert_eq!(out.subject(), "names");
    let asked = mock.questions();
    mock.set_away(true);
    out.serialize_into(&"Grace".to_owned(), &mut Vec::new()).await.unwrap();
    assert_eq!(mock.questions(), asked, "what is known asks nobody");
    mock.set_away(false);
    let back = Deserializer::<String>::new(mock.clone(), "t", Role::Value, &DeserializerOptions::default());
    assert_eq!(back.deserialize(&payload).await.as_deref(), Ok("Ada"));

    let mut foreign = RegisteredSchema::avro("syntax = \"proto3\";");
    foreign.schema_type = "PROTOBUF".to_owned();
    let id = mock.put("other", foreign).id.unwrap().get().to_be_bytes();
    let outcome: Outcome<String> = back.deserialize(&[&[0], &id[..]].concat()).await.map(Some).into();
    assert!(matches!(outcome, Outcome::OtherType { schema_type, .. } if schema_type == "PROTOBUF"));
}

/// The name of the one in the other context comes first in the alphabet.
#[tokio::test]
async fn content_of_several_contexts_is_answered_from_the_default_one() {
    let registry = MockRegistry::new();
    let mut guid = None;
    for (subject, owner) in [(":.eu:s", "over there"), ("s", "here")] {
        let mut schema = RegisteredSchema::avro("\"long\"");
        schema.metadata.insert("owner".to_owned(), owner.to_owned());
        guid = registry.put(subject, schema).guid;
    }
    let found = registry.schema_by_guid(guid.unwrap()).await.unwrap();
    assert_eq!(found.metadata["owner"], "here");
}
