//! Schemas in files, for a start while the registry is away.

use crate::support::{FakeRegistry, Reply, dead_url};
use serde_wire::frame::SchemaId;
use serde_wire::registry::{
    ClientConfigError, HttpRegistryBuilder, RegistryClient, RetryPolicy, SchemaRegistry,
};
use serde_wire::subject::Role;
use serde_wire::{Deserializer, DeserializerOptions};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

fn builder<U: Into<String>>(urls: impl IntoIterator<Item = U>) -> HttpRegistryBuilder {
    RegistryClient::builder(urls).retry(RetryPolicy::default().with_rounds(0))
}

fn id(number: u32) -> SchemaId {
    SchemaId::new(number).expect("in range")
}

/// All files below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

#[tokio::test]
async fn a_consumer_with_files_starts_while_the_registry_is_down() {
    let folder = tempfile::tempdir().unwrap();
    let replies = |line: &str| match line {
        "GET /schemas/ids/1?subject=t-value" => r#"{"schema":"\"int\"","ruleSet":{"migrationRules":[]}}"#,
        "GET /subjects/t-value/versions/latest?deleted=false" => {
            r#"{"id":2,"version":2,"schema":"\"long\""}"#
        }
        other => panic!("{other}"),
    };
    let server = FakeRegistry::scripted(move |n, request| {
        std::future::ready(if n < 2 { Reply::json(200, replies(&request.line())) } else { Reply::HangUp })
    })
    .await;
    let payload = [0, 0, 0, 0, 1, 84];
    let options = DeserializerOptions::default();
    let read = |file_cache: bool| {
        let builder = builder([&server.url]);
        let builder = if file_cache { builder.disk_cache(folder.path()) } else { builder };
        let longs = Deserializer::<i64>::new(Arc::new(builder.build().unwrap()), "t", Role::Value, &options);
        async move { longs.deserialize(&payload).await }
    };
    assert_eq!(read(true).await, Ok(42));
    assert_eq!(server.lines().len(), 2, "the schema, and whether rules concern another version");
    assert_eq!(files(folder.path()).len(), 2);

    assert_eq!(read(true).await, Ok(42), "the registry hangs up from now on");
    assert_eq!(server.lines().len(), 3, "the latest may have changed, so it is asked for");
    assert!(read(false).await.unwrap_err().is_retriable());
    assert!(read(true).await.is_ok());

    // Another registry has other schemas under the same ids.
    let other = builder([dead_url().await]).disk_cache(folder.path()).build().unwrap();
    assert!(other.schema_by_id(id(1), Some("t-value")).await.unwrap_err().is_retriable());
}

#[tokio::test]
async fn a_damaged_file_is_noticed_and_fetched_again() {
    type Damage = fn(&mut Vec<u8>);

    let server = FakeRegistry::replies([Reply::json(200, r#"{"schema":"\"string\""}"#)]).await;
    let damages: [(&str, Damage); 6] = [
        ("one letter", |bytes| {
            let last = bytes.len() - 3;
            bytes[last] ^= 1;
        }),
        ("cut off", |bytes| bytes.truncate(bytes.len() / 2)),
        ("empty", Vec::clear),
        ("longer", |bytes| bytes.push(b' ')),
        ("no text", |bytes| bytes[70] = 0xFF),
        ("something else", |bytes| *bytes = b"<html>".to_vec()),
    ];
    for (name, damage) in damages {
        let folder = tempfile::tempdir().unwrap();
        let client = || builder([&server.url]).disk_cache(folder.path()).build().unwrap();
        let good = client().schema_by_id(id(1), None).await.unwrap();
        let [path] = &files(folder.path())[..] else { panic!("one file") };
        let whole = fs::read(path).unwrap();
        let mut damaged = whole.clone();
        damage(&mut damaged);
        fs::write(path, damaged).unwrap();

        let before = server.lines().len();
        assert_eq!(client().schema_by_id(id(1), None).await.unwrap(), good, "{name}");
        assert_eq!(server.lines().len(), before + 1, "{name}: it is asked for");
        assert_eq!(fs::read(path).unwrap(), whole, "{name}: and kept again");
        assert_eq!(client().schema_by_id(id(1), None).await.unwrap(), good, "{name}");
        assert_eq!(server.lines().len(), before + 1, "{name}: it is found");
    }
    // A file under another one's name is not believed either.
    let folder = tempfile::tempdir().unwrap();
    let client = || builder([&server.url]).disk_cache(folder.path()).build().unwrap();
    client().schema_by_id(id(1), None).await.unwrap();
    let first = files(folder.path());
    client().schema_by_id(id(2), None).await.unwrap();
    let second = files(folder.path()).into_iter().find(|path| !first.contains(path)).unwrap();
    fs::copy(&first[0], &second).unwrap();
    assert_eq!(client().schema_by_id(id(2), None).await.unwrap().id, Some(id(2)));
}

#[tokio::test]
async fn what_killed_processes_left_half_written_is_swept_away() {
    let folder = tempfile::tempdir().unwrap();
    let server = FakeRegistry::replies([Reply::json(200, r#"{"schema":"\"string\""}"#)]).await;
    let client = || builder([&server.url]).disk_cache(folder.path()).build().unwrap();
    client().schema_by_id(id(1), None).await.unwrap();
    let [kept] = &files(folder.path())[..] else { panic!("one file") };
    let old = std::time::SystemTime::now() - Duration::from_secs(86_400);
    for (name, is_old) in [("1-0.draft", true), ("2-0.draft", false), ("notes.txt", true)] {
        let file = fs::File::create(kept.with_file_name(name)).unwrap();
        if is_old {
            file.set_modified(old).unwrap();
        }
    }
    fs::File::options().append(true).open(kept).unwrap().set_modified(old).unwrap();
    client();
    let mut left: Vec<_> =
        files(folder.path()).iter().map(|path| path.file_name().unwrap().to_owned()).collect();
    left.sort_unstable();
    let mut expected = ["2-0.draft", "notes.txt"].map(std::ffi::OsString::from).to_vec();
    expected.push(kept.file_name().unwrap().to_owned());
    expected.sort_unstable();
    assert_eq!(left, expected);
}

#[tokio::test]
async fn refusals_are_not_kept_in_files_and_a_folder_that_cannot_be_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let server = FakeRegistry::replies([Reply::error(404, 40403, "no")]).await;
    let registry = builder([&server.url]).disk_cache(folder.path()).build().unwrap();
    assert!(registry.schema_by_id(id(1), None).await.is_err());
    assert!(files(folder.path()).is_empty());

    let file = folder.path().join("file");
    fs::write(&file, "x").unwrap();
    let error = builder([&server.url]).disk_cache(&file).build().unwrap_err();
    assert!(matches!(&error, ClientConfigError::DiskCache { folder, .. } if *folder == file), "{error}");
}
