//! Which paths and methods there are: what every path answers to every method, as a snapshot. Nothing is registered and no
//! body is sent, so what is told is where the request was led, not what an operation did.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use axum::body::Body;

use crate::support::{Answer, Api};

const METHODS: [&str; 8] = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"];

/// Paths that no operation names: next to real ones, in the other forms that a path can take, and nowhere.
const MORE: &[&str] = &[
    "/nowhere",
    "/subjects/",
    "/subjects/a/b",
    "/subjects/a/versions/",
    "/subjects/a/versions/1/tags/x",
    "/subjects/a/versions/1/none",
    "/subjects/a%2Fb/versions",
    "/subjects/a%2Fversions",
    "/subjects/versions/versions",
    "/subjects;v=1/a;v=1/versions;v=1",
    "/SUBJECTS",
    "/schemas/ids",
    "/schemas/ids/1/none",
    "/schemas/guids",
    "/schemas/types/AVRO",
    "/v1",
    "/v1/metadata",
    "/compatibility",
    "/compatibility/subjects/a",
    "/config/a/b",
    "/mode/a/b",
    "/contexts/.",
    "/contexts/.c/subjects",
    "/contexts/.c/subjects/a/versions/latest",
    "/contexts/.c/config",
    "/contexts/.c/mode",
    "/contexts/.c/contexts",
    "/contexts/.c/contexts/.d",
    "/contexts/.c/associations:batchGet",
    "/contexts/a:b/subjects",
    "/associations/",
    "/associations/resources",
    "/associations/resources/a/b/c",
    "/associations:batchget",
    "/associations%3AbatchGet",
    "/associations:batchGet/x",
    "/openapi.json",
    "/docs",
    "/openapi.json/x",
];

#[tokio::test]
async fn every_path_answers_every_method_as_before() {
    let documented: BTreeSet<String> = {
        let document = Api::new().await.get("/openapi.json").await.json();
        document["paths"].as_object().expect("paths").keys().cloned().collect()
    };
    let paths = documented.iter().map(String::as_str).chain(MORE.iter().copied());
    let mut text = String::new();
    for (title, set) in [
        ("as a server of 8.x", &[][..]),
        ("as a server of 7.9", &[("response.level", "7")]),
        ("without associations", &[("associations.enable", "false")]),
    ] {
        let _ = writeln!(text, "# {title}");
        for path in paths.clone() {
            let _ = writeln!(text, "{path}");
            // A world of its own for each path: what one method changes, the others must not see.
            let api = Api::with(set).await;
            for method in METHODS {
                let answer = api.send(method, &filled(path), &[], Body::empty()).await;
                let _ = writeln!(text, "  {method:7} {}", led_to(&answer));
            }
        }
    }
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!("routes", text));
}

/// A documented path with something in the place of each placeholder.
fn filled(path: &str) -> String {
    path.replace("{id}", "1").replace("{version}", "1").replace(['{', '}'], "")
}

/// Status, code, whether the answer has a type (what no resource answers has none), and what is allowed.
fn led_to(answer: &Answer) -> String {
    let code = answer.json()["error_code"].as_u64().map(|code| format!(" {code}")).unwrap_or_default();
    let typed = if answer.header("content-type").is_some() { "" } else { " untyped" };
    let allow = answer.header("allow").map(|allow| format!(" {allow}")).unwrap_or_default();
    format!("{}{code}{typed}{allow}", answer.status)
}
