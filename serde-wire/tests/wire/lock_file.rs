//! A lock file of avro-gen says which versions to know before the first message.

use crate::support::{FakeRegistry, Reply};
use serde_wire::frame::SchemaId;
use serde_wire::registry::{LockFile, LockFileError, RegistryClient, RetryPolicy};
use serde_wire::subject::Role;
use serde_wire::{Deserializer, DeserializerOptions};
use std::sync::Arc;

const LOCK: &str = r#"# Made by avro-gen: the versions that the schema files are. Keep it under version control.
format = 1
registry = "http://localhost:8081"

[[schema]]
subject = "t-value"
version = 2
requested = true
pulled = true
id = 7
guid = "00000000-0000-0000-0000-000000000007"
fingerprint = "7132550c00c0c6be"
sha256 = "ab"
file = "schemas/t-value.avsc"
references = [
  { name = "a.B", subject = "b;c/d", version = 1 },
]

[[schema]]
subject = "b;c/d"
version = 1
requested = false
file = "schemas/b.avsc"
"#;

fn entry(subject: &str, version: u32, id: u32) -> String {
    format!("\n[[schema]]\nsubject = \"{subject}\"\nversion = {version}\nid = {id}\n")
}

#[tokio::test]
async fn what_is_locked_is_known_and_what_differs_is_told() {
    let server = FakeRegistry::scripted(|_, request| {
        let answer = |id: u32, schema: &str| {
            format!(r#"{{"subject":"s","id":{id},"version":1,"schema":{schema},"guid":"00000000-0000-0000-0000-00000000000{id}"}}"#)
        };
        std::future::ready(match request.target.as_str() {
            "/subjects/t-value/versions/2?deleted=true" => Reply::json(200, answer(7, r#""\"long\"""#)),
            "/subjects/b%3Bc%2Fd/versions/1?deleted=true" => Reply::json(200, answer(8, r#""\"int\"""#)),
            "/subjects/moved/versions/1?deleted=true" => Reply::json(200, answer(9, r#""\"int\"""#)),
            "/subjects/away/versions/1?deleted=true" => Reply::HangUp,
            _ => Reply::error(404, 40402, "Version not found."),
        })
    })
    .await;
    let once = RetryPolicy::default().with_rounds(0);
    let registry = Arc::new(RegistryClient::builder([&server.url]).retry(once).build().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("avro-gen.lock");
    std::fs::write(&path, format!("{LOCK}{}{}", entry("moved", 1, 4), entry("gone", 5, 5))).unwrap();
    let warm = registry.warm_up_locked(&LockFile::read(&path).unwrap()).await.unwrap();
    assert_eq!(
        (warm.versions, warm.missing, warm.changed),
        (3, vec!["gone version 5".to_owned()], vec!["moved version 1".to_owned()])
    );
    let asked = server.lines().len();
    let longs = Deserializer::<i64>::new(registry.clone(), "t", Role::Value, &DeserializerOptions::default());
    assert_eq!(longs.deserialize(&[0, 0, 0, 0, 7, 84]).await, Ok(42));
    assert_eq!(server.lines().len(), asked, "nobody is asked");

    let away = LockFile::parse(&format!("format = 1\n{}", entry("away", 1, 1))).unwrap();
    assert!(registry.warm_up_locked(&away).await.unwrap_err().is_retriable());
}

#[test]
fn a_lock_file_names_versions() {
    let lock = LockFile::parse(LOCK).unwrap();
    let read: Vec<_> = lock.versions.iter().map(|one| (one.subject.as_str(), one.version, one.id)).collect();
    assert_eq!(read, [("t-value", 2, SchemaId::new(7)), ("b;c/d", 1, None)]);
    assert!(lock.versions[0].guid.is_some() && lock.versions[1].guid.is_none());
    assert_eq!(LockFile::parse("format = 1\n").unwrap(), LockFile::default());
}

#[test]
fn what_is_no_lock_file_is_told_with_its_line() {
    for (text, line, part) in [
        ("", 1, "the format is missing"),
        ("format = 2\n", 1, "the format is 2, and 1 is read here"),
        ("format = \"1\"\n", 1, "`format` is a number"),
        ("format = 1\nschema = 3\n", 2, "a list of tables"),
        ("format = 1\n\n[[schema]]\nversion = 1\n", 3, "`subject` is missing"),
        ("format = 1\n\n[[schema]]\nsubject = \"s\"\n", 3, "`version` is missing"),
        ("format = 1\n\n[[schema]]\nsubject = 1\nversion = 1\n", 4, "`subject` is a text"),
        ("format = 1\n\n[[schema]]\nsubject = \"s\"\nversion = -1\n", 3, "`version` is a number from 0"),
        ("format = 1\n\n[[schema]]\nsubject = \"s\"\nversion = 1\nguid = \"x\"\n", 3, "`guid` is no GUID"),
        ("format = 1\n= 2\n", 2, ""),
    ] {
        let error = LockFile::parse(text).unwrap_err();
        let LockFileError::Content { line: told, problem } = &error else { panic!("{error:?}") };
        assert!(*told == line && problem.contains(part), "{text:?}: {error}");
    }
    let error = LockFile::read("/nowhere/avro-gen.lock").unwrap_err().to_string();
    assert!(error.contains("/nowhere/avro-gen.lock"), "{error}");
}
