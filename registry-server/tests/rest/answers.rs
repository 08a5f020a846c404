//! Status, headers and body of every operation, its success and its main errors, as snapshots: one file for each operation
//! in `snapshots/`. The list of operations is the served description's, so one without cases fails.
//!
//! After a wanted change, `INSTA_UPDATE=always cargo test -p registry-server --test rest answers` writes the files anew;
//! what changed is then for the eyes of a person.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::Arc;

use serde_json::{Value, json};
use tokio::sync::Semaphore;

use crate::support::{Answer, Api, databases};

mod associations;
mod cases;
pub(crate) mod world;

/// What is asked of one operation, in order, each in the state that the ones before it left.
pub(crate) struct Operation {
    /// Method and path with placeholders, as the description has them.
    pub(crate) name: &'static str,
    pub(crate) cases: &'static [Case],
}

/// One request: what it shows, its path, its body and its headers.
pub(crate) struct Case {
    pub(crate) title: &'static str,
    pub(crate) path: &'static str,
    pub(crate) body: &'static str,
    pub(crate) headers: &'static [&'static str],
}

/// A request without a body.
pub(crate) const fn ask(title: &'static str, path: &'static str) -> Case {
    Case { title, path, body: "", headers: &[] }
}

/// A request with a body.
pub(crate) const fn send(title: &'static str, path: &'static str, body: &'static str) -> Case {
    Case { title, path, body, headers: &[] }
}

/// A request that accepts nothing that there is: the one error that every operation has.
pub(crate) const fn unacceptable(path: &'static str, body: &'static str) -> Case {
    Case { title: "no type that there is is accepted", path, body, headers: &["accept: image/png"] }
}

fn operations() -> impl Iterator<Item = &'static Operation> {
    cases::OPERATIONS.iter().chain(associations::OPERATIONS)
}

#[tokio::test]
async fn every_operation_that_is_served_has_cases() {
    let document = Api::new().await.get("/openapi.json").await.json();
    let mut served = BTreeSet::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for method in item.as_object().expect("operations").keys() {
            served.insert(format!("{} {path}", method.to_uppercase()));
        }
    }
    let listed: Vec<String> = operations().map(|operation| operation.name.to_owned()).collect();
    let distinct: BTreeSet<String> = listed.iter().cloned().collect();
    assert_eq!(listed.len(), distinct.len(), "an operation is listed twice");
    assert_eq!(served, distinct);
}

#[tokio::test]
async fn every_answer_is_as_it_was() {
    let local = tokio::task::LocalSet::new();
    let mut tasks = tokio::task::JoinSet::new();
    // Each world over Postgres takes some of the connections that all tests share.
    let worlds = Arc::new(Semaphore::new(8));
    for operation in operations() {
        let worlds = worlds.clone();
        tasks.spawn_local_on(
            async move {
                let _place = worlds.acquire_owned().await.expect("nobody closes it");
                let mut shown = Vec::new();
                for url in databases().await {
                    shown.push(play(&url, operation).await);
                }
                (operation.name, shown)
            },
            &local,
        );
    }
    let mut all = local.run_until(tasks.join_all()).await;
    all.sort();
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_snapshot_path("snapshots");
    settings.set_omit_expression(true);
    for (name, shown) in all {
        // Both databases answer to one snapshot.
        for text in shown {
            settings.bind(|| insta::assert_snapshot!(file_name(name), text));
        }
    }
}

/// Plays the cases of an operation over a world of its own and writes down what came back.
async fn play(url: &str, operation: &Operation) -> String {
    let api = Api::over(url, &[("kafka.cluster.id", "cluster")]).await;
    world::build(&api).await;
    let (method, pattern) = operation.name.split_once(' ').expect("a method and a path");
    let mut text = String::new();
    let (mut successes, mut errors) = (0, 0);
    for case in operation.cases {
        assert!(fits(pattern, case.path), "{}: {} is another path", operation.name, case.path);
        let mut headers = case.headers.to_vec();
        if !case.body.is_empty() {
            headers.push("content-type: application/vnd.schemaregistry.v1+json");
        }
        let answer = api.send(method, case.path, &headers, case.body).await;
        assert!(answer.status < 500, "{method} {}: {}", case.path, answer.text);
        if answer.status < 300 {
            successes += 1;
        } else {
            errors += 1;
        }
        let _ = write!(text, "## {}\n{method} {}\n", case.title, case.path);
        for line in case.headers.iter().chain([&case.body].into_iter().filter(|body| !body.is_empty())) {
            let _ = writeln!(text, "{line}");
        }
        let _ = writeln!(text, "\n{}", shown(&answer));
    }
    assert!(successes > 0, "{}: no success is among the cases", operation.name);
    assert!(errors > 0, "{}: no error is among the cases", operation.name);
    text
}

/// Whether a path with values, without its query, is one of a pattern.
fn fits(pattern: &str, path: &str) -> bool {
    let path = path.split('?').next().unwrap_or_default();
    let (mut parts, mut values) = (pattern.split('/'), path.split('/'));
    loop {
        match (parts.next(), values.next()) {
            (None, None) => return true,
            (Some(part), Some(value)) if part == value || part.starts_with('{') => {}
            _ => return false,
        }
    }
}

/// Status, headers in order, body; what no test can know replaced by its name.
fn shown(answer: &Answer) -> String {
    let mut text = format!("{}\n", answer.status);
    let mut headers: Vec<String> = answer
        .headers
        .iter()
        .map(|(name, value)| match name.as_str() {
            "x-request-id" => format!("{name}: [request id]"),
            "date" => format!("{name}: [date]"),
            // The commit's name is longer in some builds than in others.
            "content-length" if answer.text.contains("commitId") => format!("{name}: [length]"),
            _ => format!("{name}: {}", value.to_str().expect("headers are text")),
        })
        .collect();
    headers.sort();
    for header in headers {
        let _ = writeln!(text, "{header}");
    }
    match serde_json::from_str::<Value>(&answer.text) {
        Ok(mut body) => {
            let before = body.to_string();
            redact(&mut body);
            let after = body.to_string();
            // As it came, to the byte, unless something had to be replaced.
            let _ = writeln!(text, "\n{}", if before == after { &answer.text } else { &after });
        }
        Err(_) if answer.text.is_empty() => {}
        Err(_) => {
            let _ = writeln!(text, "\n{}", answer.text);
        }
    }
    text
}

/// Replaces times, the GUIDs of associations, and what the build says of itself.
pub(crate) fn redact(value: &mut Value) {
    match value {
        Value::Object(members) => {
            let association = members.contains_key("associationType");
            for (key, member) in members.iter_mut() {
                match key.as_str() {
                    "ts" | "createTs" | "updateTs" => {
                        assert!(
                            member.as_i64().is_some_and(|ts| ts > 1_600_000_000_000),
                            "{key} is {member}"
                        );
                        *member = json!("[time]");
                    }
                    "guid" if association => *member = json!("[guid]"),
                    "commitId" => *member = json!("[commit]"),
                    _ => redact(member),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(redact),
        _ => {}
    }
}

/// `GET /schemas/ids/{id}` as the name of a file.
fn file_name(operation: &str) -> String {
    let name: String =
        operation.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' }).collect();
    let mut parts: Vec<&str> = name.split('_').filter(|part| !part.is_empty()).collect();
    if parts.len() == 1 {
        parts.push("root");
    }
    parts.join("_")
}
