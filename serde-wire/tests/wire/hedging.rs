//! A question that is slow at one server is put to the next one as well, unless it changes something.

use crate::support::{FakeRegistry, Reply, dead_url};
use serde_wire::frame::SchemaId;
use serde_wire::registry::{
    HttpRegistry, HttpRegistryBuilder, NewSchema, RetryPolicy, SchemaRegistry, VersionSelector,
};
use std::time::Duration;

const LONG: &str = r#"{"id":1,"schema":"\"long\""}"#;
const AMPLE: Duration = Duration::from_secs(3_600);

fn id(number: u32) -> SchemaId {
    SchemaId::new(number).expect("in range")
}

/// A client whose patience with one server no test outlasts.
fn builder<'u>(urls: impl IntoIterator<Item = &'u String>) -> HttpRegistryBuilder {
    let once = RetryPolicy::default().with_rounds(0);
    HttpRegistry::builder(urls.into_iter().cloned()).attempt_timeout(AMPLE).deadline(AMPLE).retry(once)
}

#[tokio::test]
async fn the_first_answer_counts() {
    for delay in [Duration::ZERO, Duration::from_millis(5)] {
        let (silent, well) = (
            FakeRegistry::replies([Reply::Silence]).await,
            FakeRegistry::replies([Reply::json(200, LONG)]).await,
        );
        let dead = dead_url().await;
        let schema = NewSchema::avro("\"long\"");
        for number in 1..=5 {
            // A fresh client each time: the one that answered is asked first from then on.
            let client = builder([&silent.url, &dead, &silent.url, &well.url])
                .hedge_after(delay)
                .build_uncached()
                .unwrap();
            match number {
                1 => drop(client.schema_by_id(id(1), None).await.unwrap()),
                2 => drop(client.version("s", VersionSelector::Latest).await.unwrap()),
                3 => drop(client.lookup("s", &schema, false).await.unwrap()),
                4 => drop(client.schema_by_id(id(4), Some("s")).await.unwrap()),
                _ => {
                    client.schema_by_id(id(5), None).await.unwrap();
                    client.schema_by_id(id(6), None).await.unwrap();
                    assert!(
                        !silent.lines().iter().any(|line| line.ends_with("/6")),
                        "who answered is asked first"
                    );
                }
            }
        }
        assert_eq!(well.lines().len(), 6);
    }
}

#[tokio::test]
async fn a_registration_goes_to_one_server() {
    let silent = FakeRegistry::replies([Reply::Silence]).await;
    let other = FakeRegistry::replies([Reply::json(200, LONG)]).await;
    let client = builder([&silent.url, &other.url]).hedge_after(Duration::ZERO).build_uncached().unwrap();
    let schema = NewSchema::avro("\"long\"");
    let registration = client.register("s", &schema, false);
    tokio::pin!(registration);
    // A question that is put after it has long been answered by the other server.
    let question = async {
        while silent.lines().is_empty() {
            tokio::task::yield_now().await;
        }
        client.schema_by_id(id(7), None).await
    };
    tokio::select! {
        registered = &mut registration => panic!("nobody answers that: {registered:?}"),
        answer = question => drop(answer.unwrap()),
    }
    assert_eq!(other.lines(), ["GET /schemas/ids/7"]);
    assert_eq!(silent.lines()[0], "POST /subjects/s/versions?normalize=false");
}

#[tokio::test]
async fn a_failure_needs_no_hedge() {
    let failing = FakeRegistry::replies([Reply::HangUp]).await;
    let well = FakeRegistry::replies([Reply::json(200, LONG)]).await;
    let client = builder([&failing.url, &well.url]).hedge_after(AMPLE).build_uncached().unwrap();
    client.schema_by_id(id(1), None).await.unwrap();
    client.register("s", &NewSchema::avro("\"long\""), false).await.unwrap();
    assert_eq!((failing.lines().len(), well.lines().len()), (1, 2));
}
