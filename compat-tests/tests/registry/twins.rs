//! The registry in memory of `serde-wire` beside a real one: the same requests, the same outcomes.

use crate::server::Server;
use serde_wire::avro_model::identity::IdentityHasher;
use serde_wire::frame::{Guid, SchemaId};
use serde_wire::registry::{
    CompatibilityLevel, CompatibilityVerdict, MockRegistry, NewSchema, RegisteredSchema, RegistryClient,
    RegistryError, SchemaReference, SchemaRegistry, VersionSelector, reqwest,
};
use std::sync::Arc;

#[derive(Debug)]
enum Request {
    Register(&'static str, NewSchema),
    RegisterNormalized(&'static str, NewSchema),
    Lookup(&'static str, NewSchema),
    Latest(&'static str),
    Version(&'static str, u32),
    Numbers(&'static str),
    /// With those that are deleted.
    AllNumbers(&'static str),
    ById(u32, Option<&'static str>),
    /// Of a text without references.
    ByGuid(&'static str),
    WouldAccept(&'static str, NewSchema),
    Delete(&'static str, u32),
    Level(&'static str, CompatibilityLevel),
    ReadOnly(&'static str),
    IsClosed(&'static str),
}

use Request::{
    AllNumbers, ByGuid, ById, Delete, IsClosed, Latest, Level, Lookup, Numbers, ReadOnly, Register,
    RegisterNormalized, Version, WouldAccept,
};

#[derive(Debug, PartialEq)]
enum Outcome {
    Schema(Box<RegisteredSchema>),
    Numbers(Vec<u32>),
    Verdict(bool, Vec<String>),
    Closed(Option<String>),
    Done,
    Refused(Option<u16>, Option<i32>, String),
}

fn avro(text: &str) -> NewSchema {
    NewSchema::avro(text)
}

fn record(fields: &str) -> NewSchema {
    avro(&format!(r#"{{"type":"record","name":"R","fields":[{fields}]}}"#))
}

fn items(references: &[(&str, &str, i32)]) -> NewSchema {
    let references =
        references.iter().map(|(name, subject, version)| SchemaReference::new(*name, *subject, *version));
    avro(r#"{"type":"array","items":"a.Item"}"#).with_references(references.collect())
}

const A: &str = r#"{"name":"a","type":"int"}"#;
const B: &str = r#"{"name":"b","type":"string"}"#;
const B_OPTIONAL: &str = r#"{"name":"b","type":"string","default":""}"#;
const ITEM: &str = r#"{"type":"record","name":"Item","namespace":"a","fields":[]}"#;

fn both(b: &str) -> NewSchema {
    record(&format!("{A},{b}"))
}

/// Each begins with empty registries.
fn stories() -> Vec<(&'static str, Vec<Request>)> {
    use CompatibilityLevel as L;
    let levels = [
        L::None,
        L::Backward,
        L::BackwardTransitive,
        L::Forward,
        L::ForwardTransitive,
        L::Full,
        L::FullTransitive,
    ];
    let mut stories = vec![
        (
            "versions, ids and GUIDs",
            vec![
                Register("s", record(A)),
                Register("s", avro(&record(A).schema.replace(':', " : "))),
                Register("s", both(B_OPTIONAL)),
                Register("t", both(B_OPTIONAL)),
                Register("s", record(A)),
                Lookup("s", record(A)),
                Lookup("s", both(B_OPTIONAL)),
                Latest("s"),
                Version("s", 1),
                Numbers("s"),
                ById(1, None),
                ById(2, Some("t")),
                ById(2, Some("s")),
                ById(1, Some("t")),
                ById(1, Some("nobody")),
                Register("u", avro("\"string\"")),
                ByGuid("\"string\""),
                ByGuid("\"bytes\""),
            ],
        ),
        (
            "what is not there",
            vec![
                Latest("s"),
                Version("s", 1),
                Numbers("s"),
                AllNumbers("s"),
                ById(1, None),
                ById(1, Some("s")),
                ById(2_147_483_647, Some(":.eu:s")),
                Lookup("s", record(A)),
                Lookup("s", avro("{")),
                Lookup("s", avro("")),
                WouldAccept("s", record(A)),
                Delete("s", 1),
                Register("s", record(A)),
                Version("s", 2),
                Version("s", 0),
                Version("s", 2_147_483_648),
                Lookup("s", record(B)),
                Lookup("s", avro("")),
                Delete("s", 7),
            ],
        ),
        (
            "what cannot be registered",
            vec![
                Register("s", avro("{")),
                Register("s", avro("")),
                Register("s", avro("  ")),
                Register("s", avro(r#"{"type":"record","name":"R"}"#)),
                Register("s", avro("\"none.Such\"")),
                Register("s", record(&format!("{A},{A}"))),
                Register("__GLOBAL", record(A)),
                Register(":.eu:__EMPTY", record(A)),
                Register("s", items(&[("a.Item", "item", 1)])),
                WouldAccept("s", avro("{")),
                WouldAccept("s", avro("")),
                WouldAccept("s", items(&[("a.Item", "item", 1)])),
                Register("s", record(A)),
                Register("s", avro("")),
                WouldAccept("s", avro("\"long\"")),
                Register("s", avro("\"long\"")),
                WouldAccept("s", both(B)),
                Register("s", both(B)),
                Register("s", both(B_OPTIONAL)),
            ],
        ),
        (
            "deletion",
            vec![
                Register("s", record(A)),
                Register("s", both(B_OPTIONAL)),
                Delete("s", 2),
                Delete("s", 2),
                Latest("s"),
                Version("s", 2),
                Numbers("s"),
                AllNumbers("s"),
                ById(2, Some("s")),
                ById(2, None),
                Lookup("s", both(B_OPTIONAL)),
                // Registered again it has its id, another number, and its former version is gone.
                Register("s", both(B_OPTIONAL)),
                Version("s", 2),
                AllNumbers("s"),
                ById(2, Some("s")),
                Delete("s", 1),
                Delete("s", 3),
                Latest("s"),
                Version("s", 3),
                Numbers("s"),
                AllNumbers("s"),
                Lookup("s", record(A)),
                WouldAccept("s", avro("\"long\"")),
                Register("s", avro("\"long\"")),
                AllNumbers("s"),
            ],
        ),
        (
            "references",
            vec![
                Register("item", avro(ITEM)),
                Register("list", items(&[])),
                Register("list", items(&[("a.Item", "item", 2)])),
                Register("list", items(&[("a.Item", "other", 1)])),
                Register("list", items(&[("a.Item", "item", 1)])),
                Register("latest", items(&[("a.Item", "item", -1)])),
                Latest("latest"),
                Lookup("list", items(&[("a.Item", "item", 1)])),
                Lookup("list", items(&[("a.Item", "item", -1)])),
                Lookup("list", items(&[])),
                ById(2, Some("list")),
                // What is referred to stays.
                Delete("item", 1),
                Delete("list", 1),
                Delete("item", 1),
                Delete("latest", 1),
                Delete("item", 1),
                // And what was deleted is not referred to anew.
                Register("another", items(&[("a.Item", "item", 1)])),
                Register("another", items(&[("a.Item", "item", -1)])),
                Lookup("list", items(&[("a.Item", "item", 1)])),
                Register("item", avro(ITEM)),
                AllNumbers("item"),
                Register("another", items(&[("a.Item", "item", 2)])),
            ],
        ),
        (
            "contexts",
            vec![
                Register(":.eu:s", record(A)),
                Register(":.us:s", both(B)),
                Register(":.us:t", record(A)),
                // A bare name is looked for everywhere.
                Latest("s"),
                Version("s", 1),
                Version("s", 2),
                Lookup("s", record(A)),
                Lookup("s", both(B)),
                Lookup("s", both(B_OPTIONAL)),
                Lookup("t", record(A)),
                Numbers("s"),
                ById(1, None),
                ById(1, Some("s")),
                ById(2, Some("t")),
                ById(2, Some("s")),
                ById(1, Some(":.eu:s")),
                ById(1, Some(":.eu:t")),
                ById(1, Some(":.eu:")),
                ById(2, Some(":.us:")),
                ById(1, Some(":.none:s")),
                WouldAccept("s", avro("\"long\"")),
                ByGuid(r#"{"type":"record","name":"R","fields":[{"name":"a","type":"int"}]}"#),
                // The default context has its own, under two names.
                Register(":.:s", avro("\"long\"")),
                Latest("s"),
                Latest(":.:s"),
                Version("s", 2),
                ById(1, None),
                ById(1, Some("s")),
                ById(1, Some("t")),
                Lookup(":.:s", avro("\"long\"")),
                Lookup("s", both(B)),
                // References stay in their context.
                Register("item", avro(ITEM)),
                Register(":.eu:list", items(&[("a.Item", "item", 1)])),
                Register(":.eu:item", avro(ITEM)),
                Register(":.eu:list", items(&[("a.Item", "item", 1)])),
                Register("list", items(&[("a.Item", ":.eu:item", 1)])),
                Register(":.eu:other", items(&[("a.Item", ":.:item", 1)])),
                Delete(":.eu:item", 1),
                Lookup(":.eu:list", items(&[("a.Item", ":.eu:item", 1)])),
                Lookup("other", items(&[("a.Item", "item", 1)])),
            ],
        ),
        (
            "a subject that takes nothing new",
            vec![
                IsClosed("s"),
                Register("s", record(A)),
                Register("s", both(B_OPTIONAL)),
                Delete("s", 2),
                ReadOnly("s"),
                ReadOnly(":.eu:s"),
                IsClosed("s"),
                IsClosed("t"),
                IsClosed(":.eu:s"),
                Register("s", record(A)),
                Register("s", both(B)),
                Register("s", both(B_OPTIONAL)),
                Register(":.eu:s", record(A)),
                Delete("s", 2),
                Delete("s", 1),
                Register("t", record(A)),
                Latest("s"),
            ],
        ),
        (
            "what means the same",
            vec![
                Register(
                    "s",
                    avro(
                        r#"{"type":"record","name":"R","fields":[{"name":"a","type":{"type":"int","x":1,"y":2}}]}"#,
                    ),
                ),
                Register(
                    "s",
                    avro(
                        r#"{"type":"record","name":"R","fields":[{"name":"a","type":{"type":"int","y":2,"x":1}}]}"#,
                    ),
                ),
                Lookup(
                    "s",
                    avro(
                        r#"{"type":"record","name":"R","fields":[{"name":"a","type":{"y":2,"type":"int","x":1}}]}"#,
                    ),
                ),
                RegisterNormalized(
                    "s",
                    avro(
                        r#"{"type":"record","name":"R","fields":[{"name":"a","type":{"type":"int","y":2,"x":1}}]}"#,
                    ),
                ),
                RegisterNormalized(
                    "n",
                    avro(
                        r#"{"fields":[{"type":{"type":"string"},"name":"a"}],"name":"x.R","type":"record"}"#,
                    ),
                ),
                Numbers("s"),
                Numbers("n"),
            ],
        ),
    ];
    for level in levels {
        stories.push((
            level.name(),
            vec![
                Register("s", record(A)),
                Level("s", level),
                WouldAccept("s", both(B)),
                Register("s", both(B_OPTIONAL)),
                WouldAccept("s", both(B)),
                WouldAccept("s", record(B_OPTIONAL)),
                Register("s", both(B)),
                Register("s", record(B)),
                Register("s", avro("\"string\"")),
                Numbers("s"),
                // It is the subject's alone.
                Register("t", record(A)),
                Register("t", both(B)),
            ],
        ));
    }
    stories
}

#[tokio::test(flavor = "multi_thread")]
async fn the_mock_answers_as_a_registry_does() {
    let mut differences = Vec::new();
    for (story, requests) in stories() {
        let server = Server::start().await;
        let client = RegistryClient::builder([&server.url]).build().expect("good settings");
        let real = client.uncached();
        let mock = MockRegistry::new();
        for (place, request) in requests.iter().enumerate() {
            let of_mock = match request {
                Delete(subject, number) => done(mock.delete_version(subject, *number)),
                Level(subject, level) => {
                    mock.set_level(subject, *level);
                    Outcome::Done
                }
                ReadOnly(subject) => {
                    mock.set_read_only(subject, true);
                    Outcome::Done
                }
                request => asked(&mock, request).await,
            };
            let of_real = match request {
                Delete(subject, number) => done(delete(&server.url, subject, *number).await),
                Level(subject, level) => done(real.set_compatibility(subject, level.name()).await),
                ReadOnly(subject) => done(set_read_only(&server.url, subject).await),
                request => asked(real, request).await,
            };
            if of_mock != of_real {
                differences
                    .push(format!("{story}, {place}: {request:?}\n  mock {of_mock:?}\n  real {of_real:?}"));
            }
        }
    }
    assert!(differences.is_empty(), "{} differences:\n{}", differences.len(), differences.join("\n"));
}

async fn asked(registry: &dyn SchemaRegistry, request: &Request) -> Outcome {
    match request {
        Register(subject, schema) => schema_of(registry.register(subject, schema, false).await),
        RegisterNormalized(subject, schema) => schema_of(registry.register(subject, schema, true).await),
        Lookup(subject, schema) => schema_of(registry.lookup(subject, schema, false).await),
        Latest(subject) => schema_of(registry.version(subject, VersionSelector::Latest).await),
        Version(subject, number) => {
            schema_of(registry.version(subject, VersionSelector::Number(*number)).await)
        }
        Numbers(subject) => numbers_of(registry.version_numbers(subject, false).await),
        AllNumbers(subject) => numbers_of(registry.version_numbers(subject, true).await),
        ById(id, subject) => {
            let id = SchemaId::new(*id).expect("an id");
            schema_of(registry.schema_by_id(id, *subject).await)
        }
        ByGuid(text) => {
            let guid = Guid::from_bytes(IdentityHasher::new(text).finish().0);
            schema_of(registry.schema_by_guid(guid).await)
        }
        WouldAccept(subject, schema) => match registry.would_accept(subject, schema, false).await {
            Ok(CompatibilityVerdict { compatible, messages }) => {
                Outcome::Verdict(compatible, messages.iter().map(|message| essence(message)).collect())
            }
            Err(error) => refused(&error),
        },
        IsClosed(subject) => {
            registry.closed_for_writing(subject).await.map_or_else(|error| refused(&error), Outcome::Closed)
        }
        Delete(..) | Level(..) | ReadOnly(_) => unreachable!("not a question of serializers"),
    }
}

fn schema_of(answer: Result<Arc<RegisteredSchema>, RegistryError>) -> Outcome {
    match answer {
        Ok(schema) => Outcome::Schema(Box::new(RegisteredSchema::clone(&schema))),
        Err(error) => refused(&error),
    }
}

fn numbers_of(answer: Result<Vec<u32>, RegistryError>) -> Outcome {
    answer.map_or_else(|error| refused(&error), Outcome::Numbers)
}

fn done(answer: Result<(), RegistryError>) -> Outcome {
    answer.map_or_else(|error| refused(&error), |()| Outcome::Done)
}

fn refused(error: &RegistryError) -> Outcome {
    let text = match error {
        RegistryError::Refused { message, .. } => essence(message),
        other => format!("{other:?}"),
    };
    Outcome::Refused(error.status(), error.code(), text)
}

/// What is wrong with a schema that cannot be read, without the description of all of it that comes before.
fn essence(message: &str) -> String {
    match message.rsplit_once(", details: ") {
        Some((beginning, details)) if beginning.starts_with("Invalid schema") => details.to_owned(),
        _ => message.to_owned(),
    }
}

/// Deletes a version, which no client of messages does.
async fn delete(url: &str, subject: &str, number: u32) -> Result<(), RegistryError> {
    let url = format!("{url}/subjects/{subject}/versions/{number}");
    operated(reqwest::Client::new().delete(url)).await
}

async fn set_read_only(url: &str, subject: &str) -> Result<(), RegistryError> {
    let request = reqwest::Client::new().put(format!("{url}/mode/{subject}"));
    operated(request.header("content-type", "application/json").body(r#"{"mode":"READONLY"}"#)).await
}

async fn operated(request: reqwest::RequestBuilder) -> Result<(), RegistryError> {
    let answer = request.send().await.expect("the registry answers");
    let (url, status) = (answer.url().to_string(), answer.status().as_u16());
    if status == 200 {
        return Ok(());
    }
    let body: serde_json::Value =
        serde_json::from_str(&answer.text().await.expect("a body")).expect("a refusal in JSON");
    let code = body["error_code"].as_i64().and_then(|code| i32::try_from(code).ok()).expect("a code");
    let message = body["message"].as_str().expect("a text").to_owned();
    Err(RegistryError::Refused { url, status, code, message })
}
