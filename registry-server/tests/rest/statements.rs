//! How many statements each operation sends to its database, as `docs/statements.md` claims: by a node that has just started,
//! and by one that knows already what the request is about. The list of operations is the served description's, so one
//! without a row fails.
//!
//! After a wanted change, `UPDATE_STATEMENTS=1 TEST_POSTGRES_URL=… cargo test -p registry-server --test rest statements`
//! writes the table anew; whether the new numbers are wanted is then for the eyes of a person.

mod cases;
mod table;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use registry_server::cache::{Cached, Following};
use registry_server::http;
use registry_server::store::Store;
use registry_server::store::sql::{SqlStore, Statements};

use crate::answers::world;
use crate::support::{Answer, Api, patient, postgres_schema, settings};
use cases::Case;
use table::{Database, Row, Table};

/// A node that has just started.
struct Node {
    api: Api,
    store: Store,
    statements: Arc<Statements>,
}

impl Node {
    async fn start(url: &str) -> Self {
        let database = SqlStore::open(url, patient()).await.expect("the database opens");
        let statements = database.statements();
        // However slow the machine is, what is remembered counts.
        let following = Following { staleness_bound: Duration::from_secs(3600), ..Following::default() };
        let Cached { reads, writes } = Cached::following(database, following);
        let store = Store { reads: Arc::new(reads), writes };
        store.reads.catch_up(store.reads.known()).await.expect("the log is read");
        let api = Api::of(http::router(store.clone(), settings(&[])).expect("nothing has to be read"));
        Self { api, store, statements }
    }

    /// Sends a request that is written as `METHOD PATH BODY`.
    async fn send(&self, request: &str) -> Answer {
        let mut parts = request.splitn(3, ' ');
        let (method, path) = (parts.next().expect("a method"), parts.next().expect("a path"));
        let body = parts.next().unwrap_or_default().to_owned();
        let headers: &[&str] = if body.is_empty() { &[] } else { &["content-type: application/json"] };
        self.api.send(method, path, headers, body).await
    }

    /// Sends requests that have to be carried out, or to be told that nothing is there.
    async fn prepare(&self, requests: &[String], which: &str) {
        for request in requests {
            let answer = self.send(&request.replace('#', which)).await;
            assert!(answer.status < 300 || answer.status == 404, "{request}: {}", answer.text);
        }
    }

    /// How many statements the request of a case takes.
    async fn measure(&self, case: &Case, which: &str) -> u64 {
        let before = self.statements.for_requests();
        let answer = self.send(&case.request.replace('#', which)).await;
        let sent = self.statements.for_requests() - before;
        let is_as_wanted = if case.is_found { answer.status < 300 } else { answer.status == 404 };
        assert!(is_as_wanted, "{} ({}): {}", case.operation, case.title, answer.text);
        sent
    }

    async fn stop(self) {
        self.store.close().await;
    }
}

/// Statements of a case, cold and warm. What it needs is done by another node beforehand.
async fn count(url: &str, case: &Case) -> [u64; 2] {
    let mut counts = [0; 2];
    for (count, (which, is_warm)) in counts.iter_mut().zip([("1", false), ("2", true)]) {
        if !case.setup.is_empty() {
            let node = Node::start(url).await;
            node.prepare(&case.setup, which).await;
            node.stop().await;
        }
        let node = Node::start(url).await;
        if is_warm {
            node.prepare(&case.warm_up, which).await;
        }
        *count = node.measure(case, which).await;
        node.stop().await;
    }
    counts
}

/// The rows of all cases over the database of a URL.
async fn rows(url: &str) -> Vec<Row> {
    let node = Node::start(url).await;
    world::build(&node.api).await;
    node.stop().await;
    let mut rows = Vec::new();
    for case in cases::all() {
        let counts = count(url, &case).await;
        rows.push(Row { operation: case.operation.to_owned(), title: case.title.to_owned(), counts });
    }
    rows
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_operation_takes_the_statements_that_the_table_tells() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = format!("sqlite:{}", folder.path().join("registry.db").display());
    let on_postgres = async {
        match postgres_schema().await {
            Some(url) => Some((Database::Postgres, rows(&url).await)),
            None => None,
        }
    };
    let (on_sqlite, on_postgres) = tokio::join!(rows(&file), on_postgres);
    let measured: Vec<(Database, Vec<Row>)> =
        [(Database::Sqlite, on_sqlite)].into_iter().chain(on_postgres).collect();
    let mut wanted = Table::read();
    if std::env::var_os("UPDATE_STATEMENTS").is_some() {
        wanted.update(&measured);
        return;
    }
    for (database, rows) in measured {
        assert_eq!(wanted.of(database), rows, "{database:?}");
    }
}

#[tokio::test]
async fn every_operation_that_is_served_has_a_row() {
    let document = Api::new().await.get("/openapi.json").await.json();
    let mut served = BTreeSet::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for method in item.as_object().expect("operations").keys() {
            served.insert(format!("{} {path}", method.to_uppercase()));
        }
    }
    let told = Table::read().of(Database::Sqlite).into_iter().map(|row| row.operation).collect();
    assert_eq!(served, told);
}
