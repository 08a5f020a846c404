//! Who may do what: every operation for every kind of principal, what lists leave out, and how rules come into force.

use std::io::Write as _;

use registry_server::security::{Principal, Proof};
use serde_json::{Value, json};
use tempfile::NamedTempFile;

use crate::support::{Answer, Api};

mod lists;
mod matrix;
mod other_node;
mod refusals;
mod reloading;
mod ways_past;

/// The principals of the tests.
struct People {
    root: Principal,
    anonymous: Principal,
    /// May do everything in the context `.elsewhere`.
    elsewhere: Principal,
    /// May read everything.
    reader: Principal,
    /// Develops `orders-*` in the default context.
    developer: Principal,
    /// May do everything, by a rule.
    admin: Principal,
}

impl People {
    fn new() -> Self {
        let user =
            |name: &str, groups: &[&str]| Principal::user(name, groups.iter().copied(), Proof::Password);
        Self {
            root: user("root", &[]),
            anonymous: Principal::anonymous(),
            elsewhere: user("elsewhere", &[]),
            reader: user("ann", &["readers"]),
            developer: user("dev", &["developers"]),
            admin: user("adele", &["admins"]),
        }
    }
}

const RULES: &str = r#"
[[rule]]
allow = "reader"
to = "Group:readers"
subjects = ":*:*"

[[rule]]
allow = "developer"
to = "User:dev"
subjects = "orders-*"

[[rule]]
allow = "admin"
to = "User:elsewhere"
subjects = ":.elsewhere:*"

[[rule]]
allow = "admin"
to = "Group:admins"
subjects = ":*:*"
"#;

/// A file with rules.
fn rules(text: &str) -> NamedTempFile {
    let mut file = NamedTempFile::new().expect("a file for rules");
    file.write_all(text.as_bytes()).expect("rules are written");
    file
}

/// The interface over a database, with rules and the super user `root`.
async fn ruled(url: &str, file: &NamedTempFile) -> Api {
    let path = file.path().to_str().expect("the path is text");
    Api::over(url, &[("authorization.rules.file", path), ("super.users", "User:root")]).await
}

async fn ask(api: &Api, who: &Principal, line: &str) -> Answer {
    let mut parts = line.splitn(3, ' ');
    let (method, path) = (parts.next().expect("a method"), parts.next().expect("a path"));
    let body = parts.next().unwrap_or_default().to_owned();
    let headers: &[&str] = if body.is_empty() { &[] } else { &["content-type: application/json"] };
    api.send_as(who, method, path, headers, body).await
}

/// What must succeed.
async fn must(api: &Api, who: &Principal, line: &str) -> Answer {
    let answer = ask(api, who, line).await;
    assert!(answer.status < 300, "{line}: {}", answer.text);
    answer
}

fn record(name: &str, fields: &[&str]) -> Value {
    let fields: Vec<Value> =
        fields.iter().map(|field| json!({ "name": field, "type": "int", "default": 0 })).collect();
    json!({ "schema": json!({ "type": "record", "name": name, "fields": fields }).to_string() })
}

/// Subjects: `orders-value` with ids 1 and 2, the second with metadata, a config and a mode; `orders-base`, to which `orders-ref`
/// refers; `orders-gone`, soft-deleted; `secret`; `:.elsewhere:orders-value`, with the content of id 1 in `.`; the context
/// `.empty`. The topic `t` is associated with `orders-value`.
async fn build(api: &Api, root: &Principal) {
    let register = |subject: &str, body: Value| format!("POST /subjects/{subject}/versions {body}");
    must(api, root, &register("orders-value", record("R", &["a"]))).await;
    let mut second = record("R", &["a", "b"]);
    second["metadata"] = json!({ "properties": { "owner": "ann" } });
    must(api, root, &register("orders-value", second)).await;
    must(api, root, r#"PUT /config/orders-value {"compatibility":"NONE"}"#).await;
    must(api, root, r#"PUT /mode/orders-value {"mode":"READWRITE"}"#).await;
    must(api, root, &register("orders-base", record("B", &[]))).await;
    let referring = json!({ "schema": r#"{"type":"record","name":"M","fields":[{"name":"b","type":"B"}]}"#,
        "references": [{ "name": "B", "subject": "orders-base", "version": 1 }] });
    must(api, root, &register("orders-ref", referring)).await;
    must(api, root, &register("orders-gone", record("G", &[]))).await;
    must(api, root, "DELETE /subjects/orders-gone").await;
    must(api, root, &register("secret", record("S", &[]))).await;
    must(api, root, &register(":.elsewhere:orders-value", record("R", &["a"]))).await;
    must(api, root, &register(":.empty:x", record("X", &[]))).await;
    must(api, root, "DELETE /subjects/:.empty:x").await;
    must(api, root, "DELETE /subjects/:.empty:x?permanent=true").await;
    let association = json!({ "resourceName": "t", "resourceNamespace": "k", "resourceId": "t-id",
        "associations": [{ "subject": "orders-value", "lifecycle": "WEAK" }] });
    must(api, root, &format!("POST /associations {association}")).await;
}
