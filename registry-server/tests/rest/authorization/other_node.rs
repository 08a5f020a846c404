//! A refusal rests on all that was acknowledged before, on Postgres, when `TEST_POSTGRES_URL` names one: the alias that makes
//! something right may be one that this node has not heard of.

use std::sync::Arc;
use std::time::Duration;

use registry_server::cache::{Cached, Following};
use registry_server::http;
use registry_server::store::Store;
use registry_server::store::sql::SqlStore;

use super::{People, RULES, ask, must, record, rules};
use crate::support::{Api, patient, postgres_schema, settings};

/// Longer than any test takes.
const LONG: Duration = Duration::from_secs(3600);

/// A node that learns of the writes of others only where it asks.
async fn node(url: &str, file: &tempfile::NamedTempFile) -> Api {
    let database = SqlStore::open(url, patient()).await.expect("the database opens");
    let following = Following { staleness_bound: LONG, poll_interval: LONG, listens: false };
    let Cached { reads, writes } = Cached::following(database, following);
    let store = Store { reads: Arc::new(reads), writes };
    store.reads.catch_up(store.reads.known()).await.expect("the log is read");
    let path = file.path().to_str().expect("the path is text");
    let ruled = settings(&[("authorization.rules.file", path), ("super.users", "User:root")]);
    Api::of(http::router(store, ruled).expect("nothing has to be read"))
}

#[tokio::test]
async fn an_alias_that_another_node_has_set_counts_at_once() {
    let Some(url) = postgres_schema().await else { return };
    let (people, file) = (People::new(), rules(RULES));
    let (here, there) = (node(&url, &file).await, node(&url, &file).await);
    must(&here, &people.root, &format!("POST /subjects/orders-value/versions {}", record("R", &["a"]))).await;
    let read = "GET /subjects/nick/versions";
    assert_eq!(ask(&there, &people.developer, read).await.error().0, 40301);
    must(&here, &people.root, r#"PUT /config/nick {"alias":"orders-value"}"#).await;
    must(&there, &people.developer, read).await;
    must(&here, &people.root, r#"PUT /config/nick {"alias":"secret"}"#).await;
    must(&here, &people.root, r#"PUT /config/name {"alias":"orders-value"}"#).await;
    let association = r#"{"resourceName":"t","resourceNamespace":"k","resourceId":"t",
        "associations":[{"subject":"name","lifecycle":"WEAK"}]}"#;
    must(&there, &people.developer, &format!("POST /associations {association}")).await;
}

#[tokio::test]
async fn a_registration_through_an_alias_that_is_not_remembered_is_none_in_a_new_subject() {
    let Some(url) = postgres_schema().await else { return };
    let (people, file) = (People::new(), rules(RULES));
    let here = node(&url, &file).await;
    let register = |subject: &str| format!("POST /subjects/{subject}/versions {}", record("R", &["a"]));
    must(&here, &people.root, &register("orders-value")).await;
    must(&here, &people.root, r#"PUT /config/nick {"alias":"orders-value"}"#).await;
    let there = node(&url, &file).await;
    // What was new twice is taken to be new the next time.
    for subject in ["new-1", "new-2"] {
        must(&there, &people.root, &register(subject)).await;
    }
    must(&there, &people.developer, &register("nick")).await;
    // What is new and may not be written to is refused.
    assert_eq!(ask(&there, &people.developer, &register("new-3")).await.error().0, 40301);
}
