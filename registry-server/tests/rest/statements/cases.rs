//! The requests that are measured, over the registry that `answers::world` builds.

use serde_json::{Value, json};

/// One request. `#` in it, and in what comes before it, stands for `1` when it is measured cold and for `2` warm, so that
/// a write has something to change both times.
pub(super) struct Case {
    pub(super) operation: &'static str,
    pub(super) title: &'static str,
    /// What another node does beforehand.
    pub(super) setup: Vec<String>,
    /// What makes the node know what the request is about.
    pub(super) warm_up: Vec<String>,
    pub(super) request: String,
    /// Whether there is what is asked for; else the answer is a 404.
    pub(super) is_found: bool,
}

/// A request that changes nothing: itself makes the node warm.
fn read(operation: &'static str, title: &'static str, path: &str) -> Case {
    let method = operation.split(' ').next().unwrap_or_default();
    sent(operation, title, format!("{method} {path}"))
}

fn sent(operation: &'static str, title: &'static str, request: String) -> Case {
    let warm_up = vec![request.clone()];
    Case { operation, title, setup: Vec::new(), warm_up, request, is_found: true }
}

/// A request that changes something: the reads in `warm_up` make the node warm.
fn write(
    operation: &'static str,
    title: &'static str,
    setup: &[String],
    warm_up: &[&str],
    request: String,
) -> Case {
    let warm_up = warm_up.iter().map(|path| format!("GET {path}")).collect();
    Case { operation, title, setup: setup.to_vec(), warm_up, request, is_found: true }
}

fn not_found(case: Case) -> Case {
    Case { is_found: false, ..case }
}

/// The body that registers a record with these fields of type int.
fn record(name: &str, fields: &[&str]) -> Value {
    let fields: Vec<Value> =
        fields.iter().map(|field| json!({ "name": field, "type": "int", "default": 0 })).collect();
    json!({ "schema": json!({ "type": "record", "name": name, "fields": fields }).to_string() })
}

fn register(subject: &str, body: &Value) -> String {
    format!("POST /subjects/{subject}/versions {body}")
}

fn delete(path: &str) -> String {
    format!("DELETE {path}")
}

pub(super) fn all() -> Vec<Case> {
    [reads(), registrations(), deletions(), settings(), associations()].into_iter().flatten().collect()
}

const GUID: &str = "/schemas/guids/39a794f6-84ac-4eb3-d7e8-b6cbfde52028";
const NO_GUID: &str = "/schemas/guids/00000000-0000-0000-0000-000000000000";

fn reads() -> Vec<Case> {
    let r1 = record("R", &["a"]);
    let other = record("R", &["a", "b", "c"]);
    vec![
        read("GET /", "", "/"),
        sent("POST /", "", "POST / {}".to_owned()),
        read("GET /v1/metadata/id", "", "/v1/metadata/id"),
        read("GET /v1/metadata/version", "", "/v1/metadata/version"),
        read("GET /v1/metadata/deployment", "", "/v1/metadata/deployment"),
        read("GET /health/live", "", "/health/live"),
        read("GET /health/ready", "", "/health/ready"),
        read("GET /health/startup", "", "/health/startup"),
        read("GET /schemas", "", "/schemas?subjectPrefix=s"),
        read("GET /schemas", "with rules of a type", "/schemas?ruleType=CEL&deleted=true"),
        read("GET /schemas", "of associated subjects", "/schemas?resourceType=topic"),
        read("GET /schemas/types", "", "/schemas/types"),
        read("GET /schemas/ids/{id}", "", "/schemas/ids/1"),
        read("GET /schemas/ids/{id}", "with references, resolved", "/schemas/ids/7?format=resolved"),
        read("GET /schemas/ids/{id}", "with the highest id", "/schemas/ids/1?fetchMaxId=true"),
        read("GET /schemas/ids/{id}", "of a subject", "/schemas/ids/1?subject=s"),
        not_found(read("GET /schemas/ids/{id}", "unknown", "/schemas/ids/9999")),
        read("GET /schemas/ids/{id}/schema", "", "/schemas/ids/1/schema"),
        read("GET /schemas/ids/{id}/subjects", "", "/schemas/ids/1/subjects"),
        read("GET /schemas/ids/{id}/versions", "", "/schemas/ids/1/versions"),
        read("GET /schemas/guids/{guid}", "", GUID),
        not_found(read("GET /schemas/guids/{guid}", "unknown", NO_GUID)),
        read("GET /schemas/guids/{guid}/ids", "", &format!("{GUID}/ids")),
        read("GET /subjects", "", "/subjects"),
        sent("POST /subjects/{subject}", "", format!("POST /subjects/s {r1}")),
        not_found(sent("POST /subjects/{subject}", "another schema", format!("POST /subjects/s {other}"))),
        not_found(sent("POST /subjects/{subject}", "no such subject", format!("POST /subjects/never {r1}"))),
        read("GET /subjects/{subject}/metadata", "", "/subjects/meta/metadata?key=owner&value=ann"),
        read("GET /subjects/{subject}/versions", "", "/subjects/s/versions"),
        not_found(read("GET /subjects/{subject}/versions", "no such subject", "/subjects/never/versions")),
        read("GET /subjects/{subject}/versions/{version}", "one", "/subjects/s/versions/1"),
        read("GET /subjects/{subject}/versions/{version}", "the latest", "/subjects/s/versions/latest"),
        not_found(read(
            "GET /subjects/{subject}/versions/{version}",
            "no such version",
            "/subjects/s/versions/9",
        )),
        read("GET /subjects/{subject}/versions/{version}/schema", "", "/subjects/s/versions/1/schema"),
        read(
            "GET /subjects/{subject}/versions/{version}/referencedby",
            "",
            "/subjects/d/versions/1/referencedby",
        ),
        sent(
            "POST /compatibility/subjects/{subject}/versions/{version}",
            "",
            format!("POST /compatibility/subjects/s/versions/latest {other}"),
        ),
        sent(
            "POST /compatibility/subjects/{subject}/versions",
            "",
            format!("POST /compatibility/subjects/s/versions {other}"),
        ),
        read("GET /config", "", "/config"),
        read("GET /config/{subject}", "", "/config/s"),
        read("GET /config/{subject}", "what counts", "/config/d?defaultToGlobal=true"),
        read("GET /mode", "", "/mode"),
        read("GET /mode/{subject}", "", "/mode/ro"),
        read("GET /mode/{subject}", "what counts", "/mode/s?defaultToGlobal=true"),
        read("GET /contexts", "", "/contexts"),
        read("GET /aliases", "", "/aliases"),
        read(
            "GET /security/permissions",
            "of a subject",
            "/security/permissions?operation=SUBJECT_READ&subject=s",
        ),
        read("GET /changes", "", "/changes"),
        read("GET /associations/subjects/{subject}", "", "/associations/subjects/t-value"),
        read("GET /associations/resources/{namespace}/{name}", "", "/associations/resources/k/t"),
        read("GET /associations/resources/{resourceId}", "", "/associations/resources/t-id"),
        sent(
            "POST /associations:batchGet",
            "with schemas",
            r#"POST /associations:batchGet?includeSchemas=true {"requests":[{"resourceId":"t-id"}]}"#
                .to_owned(),
        ),
    ]
}

fn registrations() -> Vec<Case> {
    const REGISTER: &str = "POST /subjects/{subject}/versions";
    const TAGS: &str = "POST /subjects/{subject}/versions/{version}/tags";
    let one = |name: &str| record(name, &["a"]);
    let two = |name: &str| record(name, &["a", "b"]);
    let described = |fields: &[&str]| {
        let mut body = record("Described#", fields);
        body["metadata"] = json!({ "properties": { "owner": "ann" } });
        body
    };
    let referring = json!({ "schema": r#"{"type":"record","name":"On#","fields":[{"name":"d","type":"D"}]}"#,
        "references": [{ "name": "D", "subject": "d", "version": 1 }] });
    let imported =
        json!({ "schema": "{\"type\":\"fixed\",\"name\":\"I#\",\"size\":4}", "version": 1, "id": 1000 });
    let imported = imported.to_string().replace("1000", "100#");
    let tags = json!({ "tagsToAdd": [{ "schemaEntity": { "entityPath": "Tagged#.a", "entityType": "sr_field" },
        "tags": ["PII"] }] });
    vec![
        write(
            REGISTER,
            "the first version",
            &[],
            &["/subjects/first-#/versions"],
            register("first-#", &one("First#")),
        ),
        Case {
            warm_up: vec![register("other-#", &one("Other#"))],
            ..write(REGISTER, "of another new subject", &[], &[], register("new-#", &one("New#")))
        },
        write(
            REGISTER,
            "the next version",
            &[register("next-#", &one("Next#"))],
            &["/subjects/next-#/versions/latest"],
            register("next-#", &two("Next#")),
        ),
        write(
            REGISTER,
            "the next version, with metadata",
            &[register("described-#", &described(&["a"]))],
            &["/subjects/described-#/versions/latest"],
            register("described-#", &described(&["a", "b"])),
        ),
        write(
            REGISTER,
            "a schema of another subject",
            &[register("origin-#", &one("Shared#"))],
            &["/subjects/shared-#/versions", "/subjects/origin-#/versions/latest"],
            register("shared-#", &one("Shared#")),
        ),
        write(
            REGISTER,
            "with a reference",
            &[],
            &["/subjects/on-#/versions", "/subjects/d/versions/latest"],
            register("on-#", &referring),
        ),
        sent(REGISTER, "known", register("s", &one("R"))),
        write(
            REGISTER,
            "after a soft deletion of the same schema",
            &[register("again-#", &one("Again#")), delete("/subjects/again-#")],
            &["/subjects/again-#/versions"],
            register("again-#", &one("Again#")),
        ),
        write(
            REGISTER,
            "an import",
            &[],
            &["/subjects/:.i:imported-#/versions"],
            format!("POST /subjects/:.i:imported-#/versions {imported}"),
        ),
        write(
            TAGS,
            "",
            &[register("tagged-#", &one("Tagged#"))],
            &["/subjects/tagged-#/versions/latest"],
            format!("POST /subjects/tagged-#/versions/1/tags {tags}"),
        ),
    ]
}

fn deletions() -> Vec<Case> {
    const SUBJECT: &str = "DELETE /subjects/{subject}";
    const VERSION: &str = "DELETE /subjects/{subject}/versions/{version}";
    let registered = |subject: &str, name: &str| {
        vec![register(subject, &record(name, &["a"])), register(subject, &record(name, &["a", "b"]))]
    };
    let deleted = |subject: &str, name: &str, path: &str| {
        let mut setup = registered(subject, name);
        setup.push(delete(path));
        setup
    };
    let known = |subject: &str| {
        [
            format!("/subjects/{subject}/versions/latest"),
            format!("/subjects/{subject}/versions/1/referencedby"),
            format!("/associations/subjects/{subject}"),
        ]
    };
    let case = |operation, title, setup: Vec<String>, subject: &str, path: String| {
        let known = known(subject);
        let known: Vec<&str> = known.iter().map(String::as_str).collect();
        write(operation, title, &setup, &known, delete(&path))
    };
    vec![
        case(SUBJECT, "soft", registered("ds-#", "Ds#"), "ds-#", "/subjects/ds-#".to_owned()),
        case(
            SUBJECT,
            "for good",
            deleted("dp-#", "Dp#", "/subjects/dp-#"),
            "dp-#",
            "/subjects/dp-#?permanent=true".to_owned(),
        ),
        case(VERSION, "soft", registered("dv-#", "Dv#"), "dv-#", "/subjects/dv-#/versions/1".to_owned()),
        case(
            VERSION,
            "for good",
            deleted("dw-#", "Dw#", "/subjects/dw-#/versions/1"),
            "dw-#",
            "/subjects/dw-#/versions/1?permanent=true".to_owned(),
        ),
        write(
            "POST /subjects/{subject}/versions/{version}/restore",
            "",
            &deleted("rs-#", "Rs#", "/subjects/rs-#/versions/1"),
            &["/subjects/rs-#/versions/latest"],
            "POST /subjects/rs-#/versions/1/restore".to_owned(),
        ),
        write(
            "DELETE /contexts/{context}",
            "",
            &[
                register(":.gone#:s", &record("C#", &["a"])),
                delete("/subjects/:.gone#:s"),
                delete("/subjects/:.gone#:s?permanent=true"),
            ],
            &["/contexts"],
            delete("/contexts/.gone#"),
        ),
    ]
}

fn settings() -> Vec<Case> {
    let put = |path: &str, body: &str| format!("PUT {path} {body}");
    let full = r#"{"compatibility":"FULL"}"#;
    let open = r#"{"mode":"READWRITE"}"#;
    let import = r#"{"mode":"IMPORT"}"#;
    vec![
        write("PUT /config", "", &[], &["/config"], put("/config", full)),
        write("DELETE /config", "", &[put("/config", full)], &["/config"], delete("/config")),
        write("PUT /config/{subject}", "", &[], &["/config/s"], put("/config/s", full)),
        write("DELETE /config/{subject}", "", &[put("/config/s", full)], &["/config/s"], delete("/config/s")),
        write("PUT /mode", "", &[], &["/mode"], put("/mode", open)),
        write("DELETE /mode", "", &[put("/mode", open)], &["/mode"], delete("/mode")),
        write("PUT /mode/{subject}", "", &[], &["/mode/s"], put("/mode/s", open)),
        write(
            "PUT /mode/{subject}",
            "IMPORT, which removes what was soft-deleted",
            &[register("im-#", &record("Im#", &["a"])), delete("/subjects/im-#")],
            &["/mode/im-#?defaultToGlobal=true"],
            put("/mode/im-#", import),
        ),
        write("DELETE /mode/{subject}", "", &[put("/mode/s", open)], &["/mode/s"], delete("/mode/s")),
        write(
            "DELETE /mode/{subject}",
            "of a context and all of its subjects",
            &[put("/mode/:.c:s", open)],
            &["/mode/:.c:?defaultToGlobal=true"],
            delete("/mode/:.c:?recursive=true"),
        ),
    ]
}

fn associations() -> Vec<Case> {
    let body = |op: &str| {
        let association = match op {
            "" => r#"{"subject":"as-#","associationType":"value","lifecycle":"WEAK"}"#.to_owned(),
            op => format!(
                r#"{{"opType":"{op}","subject":"as-#","associationType":"value","lifecycle":"WEAK"}}"#
            ),
        };
        format!(
            r#"{{"resourceName":"r#","resourceNamespace":"k","resourceId":"r-#","associations":[{association}]}}"#
        )
    };
    let registered = register("as-#", &record("As#", &["a"]));
    let create = format!("POST /associations {}", body(""));
    let known =
        ["/subjects/as-#/versions/latest", "/associations/resources/r-#", "/associations/subjects/as-#"];
    let gone = "DELETE /associations/resources/r-#".to_owned();
    vec![
        write("POST /associations", "", &[registered], &known, create),
        write("DELETE /associations/resources/{resourceId}", "", &[], &known, gone.clone()),
        write(
            "PUT /associations/resources/{resourceId}",
            "",
            &[],
            &known,
            format!("PUT /associations/resources/r-# {}", body("")),
        ),
        write(
            "POST /associations:batchMutate",
            "",
            &[gone],
            &known,
            format!(r#"POST /associations:batchMutate {{"requests":[{}]}}"#, body("CREATE")),
        ),
    ]
}
