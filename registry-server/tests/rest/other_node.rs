//! What a node answers at once after another one has acknowledged a write, on Postgres, when `TEST_POSTGRES_URL` names one.
//! The second node is neither woken nor does it read the change log by itself, and it remembers what was before: it knows
//! of the write only if it asks. So whatever it denies without asking is denied wrongly, every time and not by luck.

mod cases;
mod new_subjects;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use registry_server::cache::{Cached, Following};
use registry_server::http;
use registry_server::store::Store;
use registry_server::store::sql::{OpenOptions, SqlStore, StatementKind, Statements};

use crate::support::{Answer, Api, patient, postgres_schema, settings};
use cases::{Case, NEVER_DENIED};

/// How often each case is tried, each time with other names.
const ROUNDS: usize = 5;

/// Longer than any test takes.
const LONG: Duration = Duration::from_secs(3600);

struct Node {
    api: Api,
    store: Store,
    statements: Arc<Statements>,
}

impl Node {
    /// A node that believes what it remembers for as long as it is not asked to make sure.
    async fn start(url: &str) -> Self {
        Self::open(url, patient()).await
    }

    async fn open(url: &str, options: OpenOptions) -> Self {
        let database = SqlStore::open(url, options).await.expect("the database opens");
        let statements = database.statements();
        let following = Following { staleness_bound: LONG, poll_interval: LONG, listens: false };
        let Cached { reads, writes } = Cached::following(database, following);
        let store = Store { reads: Arc::new(reads), writes };
        store.reads.catch_up(store.reads.known()).await.expect("the log is read");
        Self {
            api: Api::of(http::router(store.clone(), settings(&[])).expect("nothing has to be read")),
            store,
            statements,
        }
    }

    /// Sends a request that is written as `METHOD PATH BODY`.
    async fn send(&self, request: &str) -> Answer {
        let mut parts = request.splitn(3, ' ');
        let (method, path) = (parts.next().expect("a method"), parts.next().expect("a path"));
        let body = parts.next().unwrap_or_default().to_owned();
        self.api.send(method, path, &["content-type: application/json"], body).await
    }
}

/// Tries a case with names that hold `name`, and tells what went wrong if anything did.
async fn tried(case: &Case, name: &str, here: &Node, there: &Node) -> Result<(), String> {
    let named = |request: &str| request.replace('#', name);
    let fault = |what: &str, answer: &Answer| {
        Err(format!("{} ({name}): {what}: {} {}", case.name, answer.status, answer.text))
    };
    for request in &case.before {
        let answer = here.send(&named(request)).await;
        if answer.status >= 300 {
            return fault(request, &answer);
        }
    }
    for request in &case.warm_up {
        there.send(&named(request)).await;
    }
    let request = named(&case.request);
    let is_granted = |answer: &Answer| {
        answer.status < 300 && answer.text != "[]" && answer.text.contains(&named(case.expected))
    };
    // The other node is asked the same before it is true, and denies it rightly.
    if case.asks_before {
        let unknown = "00000000-0000-0000-0000-000000000000";
        let before = there.send(&request.replace("$id", "1000000").replace("$guid", unknown)).await;
        if is_granted(&before) {
            return fault("granted too early", &before);
        }
    }
    let written = here.send(&named(&case.write)).await;
    if written.status >= 300 {
        return fault(&case.write, &written);
    }
    let (id, guid) = (written.json()["id"].to_string(), written.json()["guid"].to_string());
    let request = request.replace("$id", &id).replace("$guid", guid.trim_matches('"'));
    let answer = there.send(&request).await;
    if is_granted(&answer) { Ok(()) } else { fault("denied", &answer) }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_another_node_has_made_right_is_never_denied() {
    let Some(url) = postgres_schema().await else { return };
    let (here, there) = (Node::start(&url).await, Node::start(&url).await);
    let mut faults = Vec::new();
    for (number, case) in cases::all().iter().enumerate() {
        for round in 0..ROUNDS {
            faults.extend(tried(case, &format!("c{number}r{round}"), &here, &there).await.err());
        }
    }
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

#[tokio::test]
async fn every_operation_is_tried_or_never_denies() {
    let document = Api::new().await.get("/openapi.json").await.json();
    let mut served = BTreeSet::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for method in item.as_object().expect("operations").keys() {
            served.insert(format!("{} {path}", method.to_uppercase()));
        }
    }
    let tried = cases::all().into_iter().map(|case| case.operation.to_owned());
    let told: BTreeSet<String> = tried.chain(NEVER_DENIED.iter().map(|name| (*name).to_owned())).collect();
    assert_eq!(served, told);
}

/// Those who are denied something at the same time share one look at the database, also where that is about many things.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_storm_of_denials_costs_few_statements() {
    let Some(url) = postgres_schema().await else { return };
    let node = Node::start(&url).await;
    node.api.register("s", "\"int\"").await;
    let schema = r#"{"schema":"\"string\""}"#;
    let requests: Vec<String> = (0..300)
        .map(|number| match number % 4 {
            0 => format!("GET /schemas/ids/{}", number + 1000),
            1 => "GET /subjects/unknown/versions/latest".to_owned(),
            2 => format!("POST /subjects/s {schema}"),
            _ => format!("POST /compatibility/subjects/s/versions/latest {schema}"),
        })
        .collect();
    let storm = || async {
        for answer in join_all(requests.iter().map(|request| node.send(request))).await {
            assert!(answer.status == 404 || answer.text.contains("false"), "{}", answer.text);
        }
    };
    // The first time everything is read once.
    storm().await;
    let sent = || (node.statements.for_requests(), node.statements.of(StatementKind::Background));
    let (for_requests, looks) = sent();
    storm().await;
    assert_eq!(sent().0, for_requests, "it is remembered what is there");
    let looks = sent().1 - looks;
    // How many of them come while the log is read is for the machine to say.
    assert!(
        looks > 0 && looks < u64::try_from(requests.len()).unwrap(),
        "{looks} looks at the log for {} denials",
        requests.len()
    );
    node.store.close().await;
}

#[tokio::test]
async fn a_denial_that_cannot_be_confirmed_is_not_made() {
    let Some(url) = postgres_schema().await else { return };
    // What cannot be confirmed is waited for until the deadline of an outage.
    let node = Node::open(&url, OpenOptions::default()).await;
    node.api.register("s", "\"int\"").await;
    assert_eq!(node.send("GET /subjects/s/versions/2").await.status, 404);
    // Nobody reads the log any more.
    node.store.close().await;
    let answer = node.send("GET /subjects/s/versions/2").await;
    assert_eq!(answer.status, 503, "{}", answer.text);
    assert_eq!(answer.header("retry-after"), Some("1"));
    assert_eq!(
        node.send("GET /subjects/s/versions/1").await.status,
        200,
        "what is known is within its bound"
    );
    assert_eq!(node.send("GET /subjects/s/versions/none").await.status, 422, "no such version, ever");
}
