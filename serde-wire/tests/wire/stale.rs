//! The latest version that was last heard: when it goes on, and what ends it.

use crate::support::{FakeRegistry, Reply};
use serde_wire::registry::{
    CachePolicy, NewSchema, RegistryClient, RetryPolicy, SchemaRegistry, VersionSelector,
};
use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime};

/// Whose every question is put to the registry, and whose files are there.
fn client(server: &FakeRegistry, folder: &Path, policy: CachePolicy) -> RegistryClient {
    let builder = RegistryClient::builder([&server.url]).retry(RetryPolicy::default().with_rounds(0));
    builder.cache(policy).disk_cache(folder).build().expect("good settings")
}

fn asks_always() -> CachePolicy {
    CachePolicy::default().with_latest_ttl(Duration::ZERO).with_negative_ttl(Duration::ZERO)
}

fn latest_is(version: u32) -> Reply {
    Reply::json(200, format!(r#"{{"subject":"s","id":{version},"version":{version},"schema":"\"long\""}}"#))
}

/// The latest version by its number.
async fn latest(registry: &RegistryClient) -> Option<u32> {
    let latest = registry.version("s", VersionSelector::Latest).await;
    if let Err(error) = &latest {
        assert!(error.is_retriable() || error.status() == Some(404), "{error}");
    }
    latest.ok().and_then(|latest| latest.version)
}

#[tokio::test]
async fn who_refuses_is_not_away() {
    let page = Reply::json(200, "<html>Log in</html>");
    let refusal = |status: u16| (Reply::error(status, status.into(), "no"), None);
    let cases = [
        refusal(401),
        refusal(403),
        refusal(407),
        (page, None),
        (Reply::HangUp, Some(1)),
        (Reply::error(503, 50301, "down"), Some(1)),
        // It has no time for an answer.
        (Reply::error(429, 429, "later"), Some(1)),
    ];
    for (reply, expected) in cases {
        let folder = tempfile::tempdir().unwrap();
        let server = FakeRegistry::replies([latest_is(1), reply.clone()]).await;
        let registry = client(&server, folder.path(), asks_always());
        assert_eq!(latest(&registry).await, Some(1));
        for _ in 0..2 {
            assert_eq!(latest(&registry).await, expected, "{reply:?}");
        }
        let next_start = client(&server, folder.path(), asks_always());
        assert_eq!(latest(&next_start).await, expected, "{reply:?}, from a file");
    }
}

#[tokio::test]
async fn a_file_holds_as_long_as_an_answer_in_memory() {
    let (minute, day) = (Duration::from_secs(60), Duration::from_secs(24 * 60 * 60));
    let strict = CachePolicy::default().with_stale_ttl(Duration::ZERO);
    let cases = [
        (CachePolicy::default(), day, true),
        (CachePolicy::default(), day + 2 * minute, false),
        (CachePolicy::default().with_stale_ttl(2 * day), day + 2 * minute, true),
        (strict, minute / 6, true),
        (strict, minute + minute, false),
    ];
    for (policy, age, holds) in cases {
        let folder = tempfile::tempdir().unwrap();
        let server = FakeRegistry::replies([latest_is(1), Reply::HangUp]).await;
        assert_eq!(latest(&client(&server, folder.path(), policy)).await, Some(1));
        let [of_registry] = &entries(folder.path())[..] else { panic!("one folder") };
        let [file] = &entries(of_registry)[..] else { panic!("one file") };
        let file = fs::File::options().append(true).open(file).unwrap();
        file.set_modified(SystemTime::now() - age).unwrap();
        let next_start = client(&server, folder.path(), policy);
        assert_eq!(latest(&next_start).await, holds.then_some(1), "{policy:?} after {age:?}");
    }
}

fn entries(folder: &Path) -> Vec<std::path::PathBuf> {
    fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()).collect()
}

/// A deleted subject, or a version that this client registered itself: the one before it is not the latest any more.
#[tokio::test]
async fn what_is_known_to_be_no_more_does_not_come_back_from_a_file() {
    let gone = Reply::error(404, 40401, "Subject 's' not found.");
    for (registers, reply) in [(false, gone), (true, Reply::json(200, r#"{"id":2}"#))] {
        let folder = tempfile::tempdir().unwrap();
        let server = FakeRegistry::replies([latest_is(1), reply, Reply::HangUp]).await;
        let registry = client(&server, folder.path(), asks_always());
        assert_eq!(latest(&registry).await, Some(1));
        if registers {
            registry.register("s", &NewSchema::avro("\"long\""), false).await.unwrap();
        } else {
            assert_eq!(latest(&registry).await, None);
        }
        assert_eq!(latest(&registry).await, None, "registers: {registers}");
        let next_start = client(&server, folder.path(), asks_always());
        assert_eq!(latest(&next_start).await, None, "registers: {registers}, at the next start");
    }
}
