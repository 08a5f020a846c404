//! Every query parameter of every operation does something, and only what the description lists does: each is sent once
//! beside the same request without it, and beside the same request with another parameter of a name that nobody knows.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::answers::{redact, world};
use crate::support::Api;

/// A request, and one parameter that changes what it is answered.
struct Row {
    /// Method and path with placeholders, as the description has them.
    operation: &'static str,
    /// The path without the parameter.
    path: &'static str,
    /// The parameter, `name=value`.
    parameter: &'static str,
    body: &'static str,
    /// What is changed beforehand: method, path, body.
    before: &'static [(&'static str, &'static str, &'static str)],
    /// What is read afterwards, where the answer itself does not show the difference.
    then: Option<&'static str>,
}

#[tokio::test]
async fn a_kept_body_is_sent_again_only_where_every_parameter_is_the_same() {
    let api = Api::new().await;
    build(&api, &[]).await;
    let path = resolved(&api, "/schemas/ids/<id of tagged>").await;
    let plain = api.get(&path).await.text;
    for (query, same) in [
        ("", true),
        ("?subject=", true),
        ("?unknown=1&format=&fetchMaxId=false&referenceFormat=", true),
        ("?subject=tagged", true),
        ("?fetchMaxId=true", false),
        ("?findTags=PII", false),
        // All values of a list count, not the first one alone.
        ("?findTags=&findTags=PII", false),
        ("", true),
    ] {
        let answer = api.get(&format!("{path}{query}")).await;
        assert_eq!((answer.status, answer.text == plain), (200, same), "{query}: {}", answer.text);
    }
}

impl Row {
    fn only_reads(&self) -> bool {
        matches!(self.operation, "POST /subjects/{subject}" | "POST /associations:batchGet")
            || self.operation.starts_with("GET ")
            || self.operation.starts_with("POST /compatibility/")
    }

    /// The parameter's name.
    fn name(&self) -> &'static str {
        self.parameter.split('=').next().unwrap_or_default()
    }
}

const fn get(operation: &'static str, path: &'static str, parameter: &'static str) -> Row {
    Row { operation, path, parameter, body: "", before: &[], then: None }
}

const fn aliases(parameter: &'static str) -> Row {
    const SET: &[(&str, &str, &str)] = &[
        ("PUT", "/config/one-alias", r#"{"alias":"s"}"#),
        ("PUT", "/config/:.c:another-alias", r#"{"alias":"s"}"#),
    ];
    Row { before: SET, ..get("GET /aliases", "/aliases", parameter) }
}

const fn send(
    operation: &'static str,
    path: &'static str,
    parameter: &'static str,
    body: &'static str,
) -> Row {
    Row { body, ..get(operation, path, parameter) }
}

/// Extra properties that are not in the order of the normal form.
const UNSORTED: &str = r#"{"schema":"{\"type\":\"record\",\"name\":\"U\",\"fields\":[{\"name\":\"a\",\"type\":\"int\"}],\"zeta\":1,\"alpha\":2}"}"#;
const REFERRING: &str = r#"{"schema":"{\"type\":\"record\",\"name\":\"M\",\"fields\":[{\"name\":\"d\",\"type\":\"D\"}]}","references":[{"name":"D","subject":"d","version":1}]}"#;
const RECORD_G: &str = r#"{"schema":"{\"type\":\"record\",\"name\":\"G\",\"fields\":[]}"}"#;
const INT: &str = r#"{"schema":"\"int\""}"#;
const BROKEN: &str = r#"{"schema":"{\"type\":\"recrod\"}"}"#;
const IMPORT: &str = r#"{"mode":"IMPORT"}"#;
const TAG_M: &str =
    r#"{"tagsToAdd":[{"schemaEntity":{"entityPath":"M.d","entityType":"sr_field"},"tags":["X"]}]}"#;
const NEW_WEAK: &str = r#"{"resourceName":"u","resourceNamespace":"k","resourceId":"u-id","associations":[{"subject":"s","associationType":"value","lifecycle":"WEAK"}]}"#;
const MUTATION: &str = r#"{"requests":[{"resourceName":"u","resourceNamespace":"k","resourceId":"u-id","associations":[{"opType":"CREATE","subject":"s","associationType":"value","lifecycle":"WEAK"}]}]}"#;
const ASKED: &str = r#"{"requests":[{"resourceId":"t-id"}]}"#;

const MORE_OF_FREE: &str = r#"{"resourceName":"t2","resourceNamespace":"k","resourceId":"t2-id","associations":[{"subject":"free","associationType":"key","lifecycle":"WEAK"}]}"#;

/// What the world has beside that of `answers`: `tagged` with an inline tag; `al`, an alias of `s`; `:.c:m` and `:.c:q`,
/// which refer to `:.c:d`; `m-copy`, the same as `m`; `u`, not in normal form, and `n`, the same in normal form; `mm` with
/// metadata and a reference; `md` with metadata, soft-deleted; `m2`, which refers to `d`, soft-deleted.
const MORE: &[(&str, &str, &str)] = &[
    (
        "POST",
        "/subjects/tagged/versions",
        r#"{"schema":"{\"type\":\"record\",\"name\":\"Tagged\",\"fields\":[{\"name\":\"a\",\"type\":\"int\",\"confluent:tags\":[\"PII\"]}]}"}"#,
    ),
    ("PUT", "/config/al", r#"{"alias":"s"}"#),
    (
        "POST",
        "/subjects/:.c:d/versions",
        r#"{"schema":"{\"type\":\"record\",\"name\":\"D\",\"fields\":[]}"}"#,
    ),
    ("POST", "/subjects/:.c:m/versions", REFERRING),
    (
        "POST",
        "/subjects/:.c:q/versions",
        r#"{"schema":"{\"type\":\"record\",\"name\":\"Q\",\"fields\":[{\"name\":\"d\",\"type\":\"D\"}]}","references":[{"name":"D","subject":"d","version":1}]}"#,
    ),
    ("POST", "/subjects/m-copy/versions", REFERRING),
    ("POST", "/subjects/u/versions", UNSORTED),
    ("POST", "/subjects/n/versions?normalize=true", UNSORTED),
    (
        "POST",
        "/subjects/mm/versions",
        r#"{"schema":"{\"type\":\"record\",\"name\":\"M\",\"fields\":[{\"name\":\"d\",\"type\":\"D\"}]}","references":[{"name":"D","subject":"d","version":1}],"metadata":{"properties":{"owner":"eve"}}}"#,
    ),
    ("POST", "/subjects/md/versions", r#"{"schema":"\"long\"","metadata":{"properties":{"owner":"joe"}}}"#),
    ("DELETE", "/subjects/md", ""),
    (
        "POST",
        "/subjects/m2/versions",
        r#"{"schema":"{\"type\":\"record\",\"name\":\"M2\",\"fields\":[{\"name\":\"d\",\"type\":\"D\"}]}","references":[{"name":"D","subject":"d","version":1}]}"#,
    ),
    ("DELETE", "/subjects/m2", ""),
];

/// In a path, `<id of S>` and `<guid of S>` stand for those of the latest version of a subject.
const ROWS: &[Row] = &[
    get("GET /schemas", "/schemas", "subjectPrefix=m"),
    get("GET /schemas", "/schemas?subjectPrefix=al", "aliases=true"),
    get("GET /schemas", "/schemas?subjectPrefix=half", "deleted=true"),
    get("GET /schemas", "/schemas?subjectPrefix=s", "latestOnly=true"),
    get("GET /schemas", "/schemas", "ruleType=CEL"),
    get("GET /schemas", "/schemas", "resourceType=topic"),
    get("GET /schemas", "/schemas", "associationType=key"),
    get("GET /schemas", "/schemas", "lifecycle=WEAK"),
    get("GET /schemas", "/schemas", "offset=1"),
    get("GET /schemas", "/schemas", "limit=1"),
    get("GET /schemas/ids/{id}", "/schemas/ids/1", "subject=:.c:s"),
    get("GET /schemas/ids/{id}", "/schemas/ids/<id of m>", "format=resolved"),
    get("GET /schemas/ids/{id}", "/schemas/ids/<id of :.c:m>?subject=:.c:", "referenceFormat=qualified"),
    get("GET /schemas/ids/{id}", "/schemas/ids/<id of tagged>", "findTags=PII"),
    get("GET /schemas/ids/{id}", "/schemas/ids/1", "fetchMaxId=true"),
    get("GET /schemas/ids/{id}/schema", "/schemas/ids/2/schema", "subject=:.c:"),
    get("GET /schemas/ids/{id}/schema", "/schemas/ids/<id of m>/schema", "format=resolved"),
    get("GET /schemas/ids/{id}/subjects", "/schemas/ids/1/subjects", "subject=:.i:"),
    get("GET /schemas/ids/{id}/subjects", "/schemas/ids/5/subjects", "deleted=true"),
    get("GET /schemas/ids/{id}/subjects", "/schemas/ids/1/subjects", "offset=1"),
    get("GET /schemas/ids/{id}/subjects", "/schemas/ids/<id of m>/subjects", "limit=1"),
    get("GET /schemas/ids/{id}/versions", "/schemas/ids/1/versions", "subject=:.c:"),
    get("GET /schemas/ids/{id}/versions", "/schemas/ids/5/versions", "deleted=true"),
    get("GET /schemas/ids/{id}/versions", "/schemas/ids/1/versions", "offset=1"),
    get("GET /schemas/ids/{id}/versions", "/schemas/ids/<id of m>/versions", "limit=1"),
    get("GET /schemas/guids/{guid}", "/schemas/guids/<guid of m>", "format=resolved"),
    get("GET /schemas/guids/{guid}", "/schemas/guids/<guid of :.c:q>", "referenceFormat=qualified"),
    get("GET /schemas/guids/{guid}", "/schemas/guids/<guid of tagged>", "findTags=*"),
    get("GET /subjects", "/subjects", "deletedOnly=true"),
    get("GET /subjects", "/subjects", "deleted=true"),
    get("GET /subjects", "/subjects", "subjectPrefix=m"),
    get("GET /subjects", "/subjects", "offset=1"),
    get("GET /subjects", "/subjects", "limit=1"),
    send("POST /subjects/{subject}", "/subjects/n", "normalize=true", UNSORTED),
    send("POST /subjects/{subject}", "/subjects/m", "format=resolved", REFERRING),
    send("POST /subjects/{subject}", "/subjects/gone", "deleted=true", RECORD_G),
    Row {
        before: &[("DELETE", "/subjects/half", "")],
        ..get("DELETE /subjects/{subject}", "/subjects/half", "permanent=true")
    },
    get("GET /subjects/{subject}/metadata", "/subjects/mm/metadata?value=ann", "key=owner"),
    get("GET /subjects/{subject}/metadata", "/subjects/mm/metadata?key=owner", "value=ann"),
    get("GET /subjects/{subject}/metadata", "/subjects/mm/metadata", "format=resolved"),
    get("GET /subjects/{subject}/metadata", "/subjects/md/metadata", "deleted=true"),
    get("GET /subjects/{subject}/versions", "/subjects/half/versions", "deleted=true"),
    get("GET /subjects/{subject}/versions", "/subjects/half/versions", "deletedOnly=true"),
    get("GET /subjects/{subject}/versions", "/subjects/half/versions", "deletedAsNegative=true"),
    get("GET /subjects/{subject}/versions", "/subjects/s/versions", "offset=1"),
    get("GET /subjects/{subject}/versions", "/subjects/s/versions", "limit=1"),
    send("POST /subjects/{subject}/versions", "/subjects/new/versions", "normalize=true", UNSORTED),
    send("POST /subjects/{subject}/versions", "/subjects/new/versions", "format=resolved", REFERRING),
    send("POST /subjects/{subject}/versions", "/subjects/s/versions", "force=true", INT),
    get("GET /subjects/{subject}/versions/{version}", "/subjects/m/versions/1", "format=resolved"),
    get(
        "GET /subjects/{subject}/versions/{version}",
        "/subjects/:.c:m/versions/1",
        "referenceFormat=qualified",
    ),
    get("GET /subjects/{subject}/versions/{version}", "/subjects/tagged/versions/1", "findTags=PII"),
    get("GET /subjects/{subject}/versions/{version}", "/subjects/half/versions/1", "deleted=true"),
    get("DELETE /subjects/{subject}/versions/{version}", "/subjects/half/versions/1", "permanent=true"),
    get(
        "GET /subjects/{subject}/versions/{version}/schema",
        "/subjects/m/versions/1/schema",
        "format=resolved",
    ),
    get(
        "GET /subjects/{subject}/versions/{version}/schema",
        "/subjects/half/versions/1/schema",
        "deleted=true",
    ),
    get(
        "GET /subjects/{subject}/versions/{version}/referencedby",
        "/subjects/d/versions/1/referencedby",
        "deleted=true",
    ),
    get(
        "GET /subjects/{subject}/versions/{version}/referencedby",
        "/subjects/d/versions/1/referencedby",
        "offset=1",
    ),
    get(
        "GET /subjects/{subject}/versions/{version}/referencedby",
        "/subjects/d/versions/1/referencedby",
        "limit=1",
    ),
    send(
        "POST /subjects/{subject}/versions/{version}/tags",
        "/subjects/m/versions/1/tags",
        "format=resolved",
        TAG_M,
    ),
    send(
        "POST /compatibility/subjects/{subject}/versions/{version}",
        "/compatibility/subjects/s/versions/1?verbose=true",
        "normalize=true",
        INT,
    ),
    send(
        "POST /compatibility/subjects/{subject}/versions/{version}",
        "/compatibility/subjects/s/versions/1",
        "verbose=true",
        INT,
    ),
    send(
        "POST /compatibility/subjects/{subject}/versions/{version}",
        "/compatibility/subjects/s/versions/1",
        "explain=true",
        INT,
    ),
    send(
        "POST /compatibility/subjects/{subject}/versions",
        "/compatibility/subjects/s/versions",
        "explain=true",
        INT,
    ),
    send(
        "POST /compatibility/subjects/{subject}/versions",
        "/compatibility/subjects/s/versions?verbose=true",
        "normalize=true",
        INT,
    ),
    send(
        "POST /compatibility/subjects/{subject}/versions",
        "/compatibility/subjects/s/versions",
        "verbose=true",
        BROKEN,
    ),
    Row {
        before: &[("PUT", "/config/:.__GLOBAL:", r#"{"compatibility":"NONE"}"#)],
        ..get("GET /config", "/config", "defaultToGlobal=true")
    },
    get("GET /config/{subject}", "/config/never", "defaultToGlobal=true"),
    Row {
        before: &[("PUT", "/mode/:.__GLOBAL:", r#"{"mode":"READONLY"}"#)],
        ..get("GET /mode", "/mode", "defaultToGlobal=true")
    },
    send("PUT /mode", "/mode", "force=true", IMPORT),
    Row { then: Some("/mode/ro"), ..get("DELETE /mode", "/mode", "recursive=true") },
    get("GET /mode/{subject}", "/mode/never", "defaultToGlobal=true"),
    send("PUT /mode/{subject}", "/mode/s", "force=true", IMPORT),
    get("DELETE /mode/{subject}", "/mode/never", "recursive=true"),
    aliases("subjectPrefix=:.c:"),
    aliases("offset=1"),
    aliases("limit=1"),
    get("GET /security/permissions", "/security/permissions?subject=s", "principal=User:ann"),
    // Groups are of a principal.
    get("GET /security/permissions", "/security/permissions?subject=s", "group=g"),
    get("GET /security/permissions", "/security/permissions?subject=s", "operation=SUBJECT_READ"),
    get("GET /security/permissions", "/security/permissions", "subject=s"),
    get("GET /changes", "/changes", "after=1"),
    get("GET /changes", "/changes", "limit=1"),
    get("GET /changes", "/changes", "subject=s"),
    get("GET /changes", "/changes", "kind=config"),
    get("GET /changes", "/changes", "since=9000000000000"),
    get("GET /changes", "/changes", "until=1"),
    get("GET /contexts", "/contexts", "offset=1"),
    get("GET /contexts", "/contexts", "limit=1"),
    get("GET /contexts", "/contexts", "contextPrefix=.k"),
    get("GET /associations/subjects/{subject}", "/associations/subjects/free", "resourceType=queue"),
    get("GET /associations/subjects/{subject}", "/associations/subjects/free", "associationType=value"),
    get("GET /associations/subjects/{subject}", "/associations/subjects/free", "lifecycle=STRONG"),
    get("GET /associations/subjects/{subject}", "/associations/subjects/free", "offset=1"),
    Row {
        before: &[("POST", "/associations", MORE_OF_FREE)],
        ..get("GET /associations/subjects/{subject}", "/associations/subjects/free", "limit=1")
    },
    get(
        "GET /associations/resources/{namespace}/{name}",
        "/associations/resources/k/t",
        "resourceType=queue",
    ),
    get(
        "GET /associations/resources/{namespace}/{name}",
        "/associations/resources/k/t",
        "associationType=key",
    ),
    get("GET /associations/resources/{namespace}/{name}", "/associations/resources/k/t", "lifecycle=STRONG"),
    get("GET /associations/resources/{namespace}/{name}", "/associations/resources/k/t", "offset=1"),
    get("GET /associations/resources/{namespace}/{name}", "/associations/resources/k/t", "limit=1"),
    get("GET /associations/resources/{resourceId}", "/associations/resources/t-id", "resourceType=queue"),
    get("GET /associations/resources/{resourceId}", "/associations/resources/t-id", "associationType=key"),
    get("GET /associations/resources/{resourceId}", "/associations/resources/t-id", "lifecycle=STRONG"),
    get("GET /associations/resources/{resourceId}", "/associations/resources/t-id", "offset=1"),
    get("GET /associations/resources/{resourceId}", "/associations/resources/t-id", "limit=1"),
    send("POST /associations", "/associations", "context=.c", NEW_WEAK),
    send("POST /associations", "/associations", "dryRun=true", NEW_WEAK),
    send("PUT /associations/resources/{resourceId}", "/associations/resources/u-id", "context=.c", NEW_WEAK),
    send("PUT /associations/resources/{resourceId}", "/associations/resources/u-id", "dryRun=true", NEW_WEAK),
    get("DELETE /associations/resources/{resourceId}", "/associations/resources/t-id", "resourceType=queue"),
    Row {
        then: Some("/associations/resources/t-id"),
        ..get(
            "DELETE /associations/resources/{resourceId}",
            "/associations/resources/t-id",
            "associationType=key",
        )
    },
    get(
        "DELETE /associations/resources/{resourceId}",
        "/associations/resources/f-id",
        "cascadeLifecycle=true",
    ),
    Row {
        then: Some("/associations/resources/t-id"),
        ..get("DELETE /associations/resources/{resourceId}", "/associations/resources/t-id", "dryRun=true")
    },
    send("POST /associations:batchGet", "/associations:batchGet", "includeSchemas=true", ASKED),
    send("POST /associations:batchMutate", "/associations:batchMutate", "context=.c", MUTATION),
    send("POST /associations:batchMutate", "/associations:batchMutate", "dryRun=true", MUTATION),
];

/// Parameters that are read and change nothing that can be seen: a schema in normal form is compatible with whatever it is
/// compatible with as it was sent.
const UNSEEN: &[(&str, &str)] = &[
    ("POST /compatibility/subjects/{subject}/versions/{version}", "normalize"),
    ("POST /compatibility/subjects/{subject}/versions", "normalize"),
];

#[tokio::test]
async fn the_rows_are_the_parameters_of_the_description() {
    let document = Api::new().await.get("/openapi.json").await.json();
    let mut described = BTreeSet::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("operations") {
            let parameters = operation["parameters"].as_array().expect("parameters");
            for parameter in parameters.iter().filter(|one| one["in"] == "query") {
                let name = parameter["name"].as_str().expect("a name");
                described.insert((format!("{} {path}", method.to_uppercase()), name.to_owned()));
            }
        }
    }
    let rows: BTreeSet<(String, String)> =
        ROWS.iter().map(|row| (row.operation.to_owned(), row.name().to_owned())).collect();
    assert_eq!(rows.len(), ROWS.len(), "a parameter has two rows");
    assert_eq!(rows, described);
}

#[tokio::test]
async fn every_parameter_does_something_and_unknown_ones_do_nothing() {
    // Reads leave the world as it is, so they share one.
    let shared = Api::new().await;
    build(&shared, &[]).await;
    let mut wrong = Vec::new();
    for row in ROWS {
        let plain = answer(&shared, row, row.path).await;
        let with = answer(&shared, row, &joined(row.path, row.parameter)).await;
        let unknown = answer(&shared, row, &joined(row.path, &unknown(row.parameter))).await;
        let unseen = UNSEEN.contains(&(row.operation, row.name()));
        if (plain == with) != unseen || plain != unknown {
            wrong.push(format!("{} {}:\n{plain}\n{with}\n{unknown}", row.operation, row.parameter));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

fn joined(path: &str, parameter: &str) -> String {
    format!("{path}{}{parameter}", if path.contains('?') { '&' } else { '?' })
}

/// The same parameter under a name in another case, which is nobody's.
fn unknown(parameter: &str) -> String {
    let mut letters = parameter.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

async fn build(api: &Api, before: &[(&'static str, &'static str, &'static str)]) {
    world::build(api).await;
    for (method, path, body) in MORE.iter().chain(before) {
        let answer = api.send(method, path, &[], *body).await;
        assert!(answer.status < 300, "{method} {path}: {}", answer.text);
    }
}

/// Status and body, and what is read afterwards.
async fn answer(shared: &Api, row: &Row, path: &str) -> String {
    let own;
    let api = if row.before.is_empty() && row.only_reads() {
        shared
    } else {
        own = Api::new().await;
        build(&own, row.before).await;
        &own
    };
    let path = resolved(api, path).await;
    let method = row.operation.split(' ').next().unwrap_or_default();
    let answer = api.send(method, &path, &[], row.body).await;
    assert!(answer.status < 500, "{method} {path}: {}", answer.text);
    let mut text = format!("{} {}", answer.status, timeless(&answer.text));
    if let Some(then) = row.then {
        text.push_str(&timeless(&api.get(then).await.text));
    }
    text
}

/// A path with ids and GUIDs in the place of the subjects that have them.
async fn resolved(api: &Api, path: &str) -> String {
    let Some((before, rest)) = path.split_once('<') else { return path.to_owned() };
    let (what, after) = rest.split_once('>').expect("what is opened is closed");
    let (member, subject) = what.split_once(" of ").expect("a member of a subject");
    let latest = api.get(&format!("/subjects/{subject}/versions/latest")).await.json();
    let member = &latest[member];
    let member = member.as_str().map_or_else(|| member.to_string(), str::to_owned);
    format!("{before}{member}{after}")
}

/// A body with what no test can know replaced by its name.
fn timeless(text: &str) -> String {
    let Ok(mut body) = serde_json::from_str::<Value>(text) else { return text.to_owned() };
    redact(&mut body);
    body.to_string()
}
