//! What lists leave out: exactly what may not be read, one by one.

use std::sync::Arc;

use proptest::prelude::*;
use registry_server::domain::{Context, Subject};
use registry_server::http;
use registry_server::security::{Access, Authorizer, Principal, Proof};
use registry_server::server::open_store;
use registry_server::store::Store;
use serde_json::Value;
use tokio::runtime::Runtime;

use super::{ask, must, rules};
use crate::support::{Api, databases, patient, settings};

/// The subjects of the world, two of which hold one id.
const SUBJECTS: [&str; 9] = ["a", "a-x", "a-y", "b", "b-x", ":.c:a", ":.c:a-x", ":.c:b", ":.d:a"];

/// Patterns of which rules are made.
fn pattern() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "a", "a*", "a-*", "b", "*", ":.c:*", ":.c:a*", ":.d:a", ":*:a", ":*:b*", ":*:*",
    ])
}

/// A file of rules for the user `u`.
fn file_of_rules() -> impl Strategy<Value = String> {
    let rule = (
        prop::bool::weighted(0.7),
        prop::sample::select(vec!["reader", "SUBJECT_READ", "SUBJECT_WRITE"]),
        pattern(),
    );
    prop::collection::vec(rule, 1..5).prop_map(|rules| {
        let rules = rules.into_iter().map(|(allows, what, subjects)| {
            let effect = if allows { "allow" } else { "deny" };
            format!("[[rule]]\n{effect} = \"{what}\"\nto = \"User:u\"\nsubjects = \"{subjects}\"\n")
        });
        rules.collect::<String>()
    })
}

/// A store with the subjects; each has a content of its own, but for `a` and `a-x`, which share one.
async fn world(url: &str) -> Store {
    let store = open_store(url, patient()).await.expect("the database opens");
    let api = Api::of(http::router(store.clone(), settings(&[])).expect("nothing has to be read"));
    for (at, subject) in SUBJECTS.iter().enumerate() {
        let at = if *subject == "a-x" { 0 } else { at };
        api.register(subject, &format!(r#"{{"type":"record","name":"R{at}","fields":[]}}"#)).await;
    }
    store
}

/// The entries of a list, page by page.
async fn paged(api: &Api, who: &Principal, path: &str) -> Vec<Value> {
    let mut all = Vec::new();
    loop {
        let line =
            format!("GET {path}{}offset={}&limit=2", if path.contains('?') { "&" } else { "?" }, all.len());
        let page = must(api, who, &line).await.json();
        let page = page.as_array().expect("a list").clone();
        assert!(page.len() <= 2, "{line}");
        if page.is_empty() {
            return all;
        }
        all.extend(page);
    }
}

fn texts(list: &[Value], member: &str) -> Vec<String> {
    let text = |one: &Value| if member.is_empty() { one.clone() } else { one[member].clone() };
    list.iter().filter_map(|one| text(one).as_str().map(str::to_owned)).collect()
}

async fn lists_are_the_single_decisions(store: &Store, text: &str) {
    let file = rules(text);
    let path = file.path().to_str().expect("the path is text");
    let ruled = settings(&[("authorization.rules.file", path)]);
    let who = Principal::user("u", [""; 0], Proof::Password);
    let access: Access = Authorizer::open(&ruled).expect("rules").access(&who).expect("there are rules");
    let api = Api::of(http::router(store.clone(), ruled).expect("nothing has to be read"));
    let may_read = |subject: &&&str| access.reads(&Subject::parse(subject));
    let mut readable: Vec<String> =
        SUBJECTS.iter().filter(may_read).map(|subject| (*subject).to_owned()).collect();
    readable.sort();
    assert_eq!(texts(&paged(&api, &who, "/subjects").await, ""), readable, "{text}");
    let schemas = paged(&api, &who, "/schemas?subjectPrefix=:*:").await;
    assert_eq!(texts(&schemas, "subject"), readable, "{text}");
    for subject in SUBJECTS {
        let status = ask(&api, &who, &format!("GET /subjects/{subject}/versions")).await.status;
        assert_eq!(
            status,
            if readable.contains(&subject.to_owned()) { 200 } else { 403 },
            "{subject}\n{text}"
        );
    }
    // The first id is that of two subjects.
    let holders: Vec<String> = ["a", "a-x"]
        .iter()
        .filter(|one| readable.contains(&(**one).to_owned()))
        .map(|one| (*one).to_owned())
        .collect();
    let by_id = ask(&api, &who, "GET /schemas/ids/1").await;
    assert_eq!(by_id.status, if holders.is_empty() { 404 } else { 200 }, "{text}");
    if !holders.is_empty() {
        let shown = by_id.json()["subject"].as_str().expect("a holder").to_owned();
        assert!(holders.contains(&shown), "{shown}\n{text}");
        let mut listed = texts(&paged(&api, &who, "/schemas/ids/1/subjects").await, "");
        listed.sort();
        assert_eq!(listed, holders, "{text}");
        let guid = by_id.json()["guid"].as_str().expect("a GUID").to_owned();
        let ids = must(&api, &who, &format!("GET /schemas/guids/{guid}/ids")).await.json();
        assert_eq!(ids.as_array().map(Vec::len), Some(1), "{ids}\n{text}");
    }
    // No context is left out in which something may be read.
    let contexts = texts(&paged(&api, &who, "/contexts").await, "");
    for subject in &readable {
        let context = Subject::parse(subject).context().clone();
        assert!(contexts.contains(&context.as_str().to_owned()), "{context:?}\n{text}");
    }
    for context in contexts.iter().filter(|context| *context != ".") {
        assert!(access.sees_context(&Context::parse(context).expect("a context")), "{context}\n{text}");
    }
}

#[test]
fn filtered_lists_are_the_decisions_one_by_one() {
    let runtime = Arc::new(Runtime::new().expect("a runtime"));
    let stores: Vec<Store> = runtime.block_on(async {
        let mut stores = Vec::new();
        for url in databases().await {
            stores.push(world(&url).await);
        }
        stores
    });
    let config = ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() };
    proptest!(config, |(text in file_of_rules())| {
        for store in &stores {
            runtime.block_on(lists_are_the_single_decisions(store, &text));
        }
    });
}
