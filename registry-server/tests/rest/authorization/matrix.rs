//! Every operation × {anonymous, another context's admin, reader, developer of one prefix, admin} → status.

use std::collections::BTreeSet;

use super::{People, RULES, ask, build, ruled, rules};
use crate::support::{Api, postgres_schema};
use registry_server::security::Principal;

/// An operation, what is sent for it, and the status that each of the five is answered.
type Row = (&'static str, &'static str, [u16; 5]);

const OPEN: [u16; 5] = [200; 5];
const READS: [u16; 5] = [403, 403, 200, 200, 200];
/// An id that one may not read is an unknown one.
const READS_ID: [u16; 5] = [404, 404, 200, 200, 200];
const WRITES: [u16; 5] = [403, 403, 403, 200, 200];
const READS_ALL: [u16; 5] = [403, 403, 200, 403, 200];
const ADMINISTERS: [u16; 5] = [403, 403, 403, 403, 200];
/// Those of operations that change nothing.
const READING: [[u16; 5]; 4] = [OPEN, READS, READS_ID, READS_ALL];

const ROWS: &[Row] = &[
    ("GET /", "GET /", OPEN),
    ("POST /", "POST / {}", OPEN),
    ("GET /v1/metadata/id", "GET /v1/metadata/id", OPEN),
    ("GET /v1/metadata/version", "GET /v1/metadata/version", OPEN),
    ("GET /v1/metadata/deployment", "GET /v1/metadata/deployment", OPEN),
    ("GET /health/live", "GET /health/live", OPEN),
    ("GET /health/ready", "GET /health/ready", OPEN),
    ("GET /health/startup", "GET /health/startup", OPEN),
    ("GET /security/permissions", "GET /security/permissions?subject=orders-value", OPEN),
    ("GET /schemas/types", "GET /schemas/types", OPEN),
    ("GET /changes", "GET /changes", ADMINISTERS),
    // These show what may be read.
    ("GET /schemas", "GET /schemas", OPEN),
    ("GET /subjects", "GET /subjects", OPEN),
    ("GET /contexts", "GET /contexts", OPEN),
    ("GET /aliases", "GET /aliases", OPEN),
    ("GET /schemas/guids/{guid}/ids", "GET /schemas/guids/$guid/ids", OPEN),
    ("GET /associations/resources/{namespace}/{name}", "GET /associations/resources/k/t", OPEN),
    ("GET /associations/resources/{resourceId}", "GET /associations/resources/t-id", OPEN),
    (
        "POST /associations:batchGet",
        r#"POST /associations:batchGet {"requests":[{"resourceId":"t-id"}]}"#,
        [207; 5],
    ),
    // Each request of a batch is refused by itself.
    (
        "POST /associations:batchMutate",
        r#"POST /associations:batchMutate {"requests":[{"resourceName":"u","resourceNamespace":"k","resourceId":"u-id","associations":[{"opType":"UPSERT","subject":"orders-base","lifecycle":"WEAK"}]}]}"#,
        [207; 5],
    ),
    ("GET /schemas/ids/{id}", "GET /schemas/ids/1", READS_ID),
    ("GET /schemas/ids/{id}/schema", "GET /schemas/ids/1/schema", READS_ID),
    ("GET /schemas/ids/{id}/subjects", "GET /schemas/ids/1/subjects", READS_ID),
    ("GET /schemas/ids/{id}/versions", "GET /schemas/ids/1/versions", READS_ID),
    ("GET /schemas/guids/{guid}", "GET /schemas/guids/$guid", READS_ID),
    ("POST /subjects/{subject}", "POST /subjects/orders-value $schema", READS),
    ("GET /subjects/{subject}/metadata", "GET /subjects/orders-value/metadata?key=owner&value=ann", READS),
    ("GET /subjects/{subject}/versions", "GET /subjects/orders-value/versions", READS),
    ("GET /subjects/{subject}/versions/{version}", "GET /subjects/orders-value/versions/latest", READS),
    (
        "GET /subjects/{subject}/versions/{version}/schema",
        "GET /subjects/orders-value/versions/1/schema",
        READS,
    ),
    (
        "GET /subjects/{subject}/versions/{version}/referencedby",
        "GET /subjects/orders-base/versions/1/referencedby",
        READS,
    ),
    (
        "POST /compatibility/subjects/{subject}/versions",
        "POST /compatibility/subjects/orders-value/versions $schema",
        READS,
    ),
    (
        "POST /compatibility/subjects/{subject}/versions/{version}",
        "POST /compatibility/subjects/orders-value/versions/1 $schema",
        READS,
    ),
    ("GET /config/{subject}", "GET /config/orders-value", READS),
    ("GET /mode/{subject}", "GET /mode/orders-value", READS),
    ("GET /associations/subjects/{subject}", "GET /associations/subjects/orders-value", READS),
    ("POST /subjects/{subject}/versions", "POST /subjects/orders-new/versions $schema", WRITES),
    (
        "POST /subjects/{subject}/versions/{version}/tags",
        r#"POST /subjects/orders-value/versions/1/tags {"tagsToAdd":[{"schemaEntity":{"entityPath":"R.a","entityType":"sr_field"},"tags":["PII"]}]}"#,
        WRITES,
    ),
    (
        "POST /subjects/{subject}/versions/{version}/restore",
        "POST /subjects/orders-gone/versions/1/restore",
        WRITES,
    ),
    ("DELETE /subjects/{subject}", "DELETE /subjects/orders-ref", WRITES),
    ("DELETE /subjects/{subject}/versions/{version}", "DELETE /subjects/orders-ref/versions/1", WRITES),
    ("PUT /config/{subject}", r#"PUT /config/orders-value {"compatibility":"FULL"}"#, WRITES),
    ("DELETE /config/{subject}", "DELETE /config/orders-value", WRITES),
    (
        "POST /associations",
        r#"POST /associations {"resourceName":"u","resourceNamespace":"k","resourceId":"u-id","associations":[{"subject":"orders-base","lifecycle":"WEAK"}]}"#,
        WRITES,
    ),
    (
        "PUT /associations/resources/{resourceId}",
        r#"PUT /associations/resources/u-id {"resourceName":"u","resourceNamespace":"k","resourceId":"u-id","associations":[{"subject":"orders-base","lifecycle":"WEAK"}]}"#,
        WRITES,
    ),
    (
        "DELETE /associations/resources/{resourceId}",
        "DELETE /associations/resources/t-id",
        [403, 403, 403, 204, 204],
    ),
    ("GET /config", "GET /config", READS_ALL),
    ("GET /mode", "GET /mode", READS_ALL),
    ("PUT /config", r#"PUT /config {"compatibility":"FULL"}"#, ADMINISTERS),
    ("DELETE /config", "DELETE /config", ADMINISTERS),
    ("PUT /mode", r#"PUT /mode {"mode":"READONLY"}"#, ADMINISTERS),
    ("DELETE /mode", "DELETE /mode", ADMINISTERS),
    ("PUT /mode/{subject}", r#"PUT /mode/orders-value {"mode":"READONLY"}"#, ADMINISTERS),
    ("DELETE /mode/{subject}", "DELETE /mode/orders-value", ADMINISTERS),
    ("DELETE /contexts/{context}", "DELETE /contexts/.empty", [403, 403, 403, 403, 204]),
];

/// The operations that are served, and whether they name a permission.
async fn served() -> BTreeSet<(String, bool)> {
    let document = Api::new().await.get("/openapi.json").await.json();
    let paths = document["paths"].as_object().expect("paths");
    let of_path = |(path, item): (&String, &serde_json::Value)| {
        let operations = item.as_object().expect("operations");
        operations
            .iter()
            .map(|(method, operation)| {
                (format!("{} {path}", method.to_uppercase()), operation["x-permissions"].is_array())
            })
            .collect::<Vec<_>>()
    };
    paths.iter().flat_map(of_path).collect()
}

#[tokio::test]
async fn every_operation_has_a_row_and_what_needs_nothing_is_open() {
    let served = served().await;
    let rows: BTreeSet<String> = ROWS.iter().map(|(name, ..)| (*name).to_owned()).collect();
    assert_eq!(rows.len(), ROWS.len(), "an operation has two rows");
    assert_eq!(rows, served.iter().map(|(name, _)| name.clone()).collect());
    for (name, needs_permission) in served {
        let (_, _, statuses) = ROWS.iter().find(|(row, ..)| *row == name).expect("its row");
        let is_refused = statuses.iter().any(|status| *status >= 400);
        assert!(needs_permission || !is_refused, "{name} is refused without a permission that it needs");
    }
}

#[tokio::test]
async fn every_operation_is_answered_as_its_row_says() {
    answers_are_as_the_rows_say(async || Some("sqlite::memory:".to_owned())).await;
    answers_are_as_the_rows_say(postgres_schema).await;
}

/// Tries every row over empty databases; `fresh` gives one, or none where there is no server for it.
async fn answers_are_as_the_rows_say(fresh: impl AsyncFn() -> Option<String>) {
    let (people, file) = (People::new(), rules(RULES));
    let world = async || {
        let api = ruled(&fresh().await?, &file).await;
        build(&api, &people.root).await;
        Some(api)
    };
    let Some(unchanged) = world().await else { return };
    let guid = ask(&unchanged, &people.root, "GET /schemas/ids/2").await.json()["guid"].clone();
    let guid = guid.as_str().expect("a GUID");
    let schema = super::record("R", &["a"]).to_string();
    for (name, line, statuses) in ROWS {
        let line = line.replace("$guid", guid).replace("$schema", &schema);
        let others = [&people.anonymous, &people.elsewhere, &people.reader, &people.developer];
        let mut found = Vec::new();
        if READING.contains(statuses) {
            for who in others.into_iter().chain([&people.admin]) {
                found.push(answered(&unchanged, who, &line).await);
            }
        } else {
            let (theirs, of_admin) =
                (world().await.expect("another database"), world().await.expect("another database"));
            for who in others {
                found.push(answered(&theirs, who, &line).await);
            }
            // The developer has done already what the admin is about to do.
            found.push(answered(&of_admin, &people.admin, &line).await);
        }
        assert_eq!(found, *statuses, "{name}: {line}");
    }
}

/// The status of an answer, which is a refusal in the original's form or none.
async fn answered(api: &Api, who: &Principal, line: &str) -> u16 {
    let answer = ask(api, who, line).await;
    if answer.status == 403 {
        let (code, message) = answer.error();
        assert_eq!(code, 40301, "{line}: {}", answer.text);
        assert!(message.starts_with("User is denied operation "), "{line}: {message}");
    }
    answer.status
}
