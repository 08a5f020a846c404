//! Writes of one node, and what another one must not deny then.

use serde_json::{Value, json};

/// A write and a request. `#` in all of it stands for a name that is new in each round.
pub(super) struct Case {
    pub(super) name: &'static str,
    pub(super) operation: &'static str,
    /// What one node does first.
    pub(super) before: Vec<String>,
    /// Whether the other one is sent the request before the write, too, and denies it.
    pub(super) asks_before: bool,
    /// What else the other one is asked before the write, so that it remembers how things were.
    pub(super) warm_up: Vec<String>,
    pub(super) write: String,
    /// What the other one is sent as soon as the write is acknowledged. `$id` and `$guid` are those that the write
    /// answered.
    pub(super) request: String,
    /// What its answer holds, beside a status of success.
    pub(super) expected: &'static str,
}

/// Operations that deny nothing for the sake of what is stored, beyond what their neighbours in the table show.
pub(super) const NEVER_DENIED: &[&str] = &[
    "GET /",
    "POST /",
    "GET /v1/metadata/id",
    "GET /v1/metadata/version",
    "GET /v1/metadata/deployment",
    // These tell of the node that is asked.
    "GET /health/live",
    "GET /health/ready",
    "GET /health/startup",
    "GET /schemas/types",
    // This tells of the rules of the node that is asked.
    "GET /security/permissions",
    // It may be a moment late: who goes on behind its last row misses nothing for that.
    "GET /changes",
    // These are always there.
    "GET /config",
    "GET /mode",
    // Whether anything is in the way of these is asked of the database itself.
    "PUT /config",
    "PUT /mode",
];

fn case(name: &'static str, operation: &'static str, write: &str, request: &str) -> Case {
    Case {
        name,
        operation,
        before: Vec::new(),
        asks_before: true,
        warm_up: Vec::new(),
        write: write.to_owned(),
        request: request.to_owned(),
        expected: "",
    }
}

impl Case {
    fn after(mut self, requests: &[String]) -> Self {
        self.before.extend_from_slice(requests);
        self
    }

    fn expecting(self, expected: &'static str) -> Self {
        Self { expected, ..self }
    }

    /// The request would change something if it were sent before; these make the other node remember instead.
    fn remembering(self, paths: &[&str]) -> Self {
        let warm_up = paths.iter().map(|path| format!("GET {path}")).collect();
        Self { asks_before: false, warm_up, ..self }
    }
}

fn record(name: &str, fields: &[&str]) -> Value {
    let fields: Vec<Value> =
        fields.iter().map(|field| json!({ "name": field, "type": "int", "default": 0 })).collect();
    json!({ "schema": json!({ "type": "record", "name": name, "fields": fields }).to_string() })
}

fn register(subject: &str, body: &Value) -> String {
    format!("POST /subjects/{subject}/versions {body}")
}

fn referring(target: &str) -> Value {
    json!({ "schema": r#"{"type":"record","name":"M","fields":[{"name":"d","type":"D_#"}]}"#,
        "references": [{ "name": "D_#", "subject": target, "version": 1 }] })
}

/// A first version of subject `s-#`.
fn first() -> String {
    register("s-#", &record("R_#", &["a"]))
}

/// What does not fit it.
fn unfit() -> Value {
    json!({ "schema": "\"string\"" })
}

pub(super) fn all() -> Vec<Case> {
    [reads(), versions(), settings(), deletions(), associations()].into_iter().flatten().collect()
}

fn reads() -> Vec<Case> {
    let one = &record("R_#", &["a"]);
    let described =
        register("s-#", &json!({ "schema": "\"int\"", "metadata": { "properties": { "owner": "#" } } }));
    let read = |name, operation: &'static str, path: &str| {
        case(name, operation, &first(), &format!("GET {path}")).expecting("R_#")
    };
    let all_of =
        |operation: &'static str| read("a list", operation, "/subjects?subjectPrefix=s-#").expecting("s-#");
    vec![
        read("an id", "GET /schemas/ids/{id}", "/schemas/ids/$id"),
        read("an id of a subject", "GET /schemas/ids/{id}", "/schemas/ids/$id?subject=s-#"),
        read("the text of an id", "GET /schemas/ids/{id}/schema", "/schemas/ids/$id/schema"),
        read("subjects of an id", "GET /schemas/ids/{id}/subjects", "/schemas/ids/$id/subjects")
            .expecting("s-#"),
        read("versions of an id", "GET /schemas/ids/{id}/versions", "/schemas/ids/$id/versions")
            .expecting("s-#"),
        read("a GUID", "GET /schemas/guids/{guid}", "/schemas/guids/$guid"),
        read("ids of a GUID", "GET /schemas/guids/{guid}/ids", "/schemas/guids/$guid/ids")
            .expecting("\"id\""),
        all_of("GET /subjects"),
        read("schemas", "GET /schemas", "/schemas?subjectPrefix=s-#"),
        read("versions", "GET /subjects/{subject}/versions", "/subjects/s-#/versions").expecting("[1]"),
        read("a version", "GET /subjects/{subject}/versions/{version}", "/subjects/s-#/versions/1"),
        read("the latest", "GET /subjects/{subject}/versions/{version}", "/subjects/s-#/versions/latest"),
        read(
            "the text of a version",
            "GET /subjects/{subject}/versions/{version}/schema",
            "/subjects/s-#/versions/1/schema",
        ),
        case(
            "by metadata",
            "GET /subjects/{subject}/metadata",
            &described,
            "GET /subjects/s-#/metadata?key=owner&value=#",
        ),
        case("a look-up", "POST /subjects/{subject}", &first(), &format!("POST /subjects/s-# {one}")),
        case(
            "a look-up of the next",
            "POST /subjects/{subject}",
            &register("s-#", &record("R_#", &["a", "b"])),
            &format!("POST /subjects/s-# {}", record("R_#", &["a", "b"])),
        )
        .after(&[first()]),
        case(
            "the name of an alias",
            "GET /subjects/{subject}/versions/{version}",
            r#"PUT /config/alias-# {"alias":"s-#"}"#,
            "GET /subjects/alias-#/versions/1",
        )
        .after(&[first()]),
        case(
            "referrers",
            "GET /subjects/{subject}/versions/{version}/referencedby",
            &register("m-#", &referring("d-#")),
            "GET /subjects/d-#/versions/1/referencedby",
        )
        .after(&[register("d-#", &record("D_#", &[]))]),
        case(
            "an alias among aliases",
            "GET /aliases",
            r#"PUT /config/named-# {"alias":"s-#"}"#,
            "GET /aliases?subjectPrefix=named-#",
        )
        .expecting("named-#"),
        case("a context", "GET /contexts", &register(":.c#:s", one), "GET /contexts?contextPrefix=.c#")
            .expecting(".c#"),
    ]
}

fn versions() -> Vec<Case> {
    const REGISTER: &str = "POST /subjects/{subject}/versions";
    const CHECK: &str = "POST /compatibility/subjects/{subject}/versions/{version}";
    let none = r#"PUT /config/s-# {"compatibility":"NONE"}"#;
    let tags = json!({ "tagsToAdd": [{ "schemaEntity": { "entityPath": "R_#.a", "entityType": "sr_field" },
        "tags": ["PII"] }] });
    let check = |version: &str| format!("POST /compatibility/subjects/s-#/versions{version} {}", unfit());
    let import = json!({ "schema": "\"int\"", "version": 1, "id": 77 });
    vec![
        case(
            "a reference",
            REGISTER,
            &register("d-#", &record("D_#", &[])),
            &register("m-#", &referring("d-#")),
        ),
        case("a level that allows it", REGISTER, none, &register("s-#", &unfit())).after(&[first()]),
        case(
            "a level of all that allows it",
            REGISTER,
            r#"PUT /config/:.c#: {"compatibility":"NONE"}"#,
            &register(":.c#:s", &unfit()),
        )
        .after(&[register(":.c#:s", &record("R_#", &["a"]))]),
        case(
            "import into a context",
            REGISTER,
            r#"PUT /mode/:.i#: {"mode":"IMPORT"}"#,
            &register(":.i#:s", &import),
        ),
        case(
            "import into a subject",
            REGISTER,
            r#"PUT /mode/:.i#:s {"mode":"IMPORT"}"#,
            &register(":.i#:s", &import),
        ),
        case(
            "an end of read-only",
            REGISTER,
            r#"PUT /mode/s-# {"mode":"READWRITE"}"#,
            &register("s-#", &record("R_#", &["a", "b"])),
        )
        .after(&[first(), r#"PUT /mode/s-# {"mode":"READONLY"}"#.to_owned()]),
        case(
            "tags of a version",
            "POST /subjects/{subject}/versions/{version}/tags",
            &first(),
            &format!("POST /subjects/s-#/versions/1/tags {tags}"),
        ),
        case(
            "a check of a version",
            CHECK,
            &first(),
            &format!("POST /compatibility/subjects/s-#/versions/1 {}", record("R_#", &["a", "b"])),
        )
        .expecting("true"),
        case("a check at another level", CHECK, none, &check("/latest")).after(&[first()]).expecting("true"),
        case(
            "a check of all at another level",
            "POST /compatibility/subjects/{subject}/versions",
            none,
            &check(""),
        )
        .after(&[first()])
        .expecting("true"),
    ]
}

fn settings() -> Vec<Case> {
    let config = r#"PUT /config/s-# {"compatibility":"FULL"}"#;
    let mode = r#"PUT /mode/s-# {"mode":"READONLY"}"#;
    let known = |path: &str| format!("{path}?defaultToGlobal=true");
    vec![
        case("a config", "GET /config/{subject}", config, "GET /config/s-#").expecting("FULL"),
        case("a removal of a config", "DELETE /config/{subject}", config, "DELETE /config/s-#"),
        case("a mode", "GET /mode/{subject}", mode, "GET /mode/s-#").expecting("READONLY"),
        case("a removal of a mode", "DELETE /mode/{subject}", mode, "DELETE /mode/s-#"),
        // The answer tells what was removed.
        case(
            "a removal of the config of all",
            "DELETE /config",
            r#"PUT /config {"compatibility":"FULL"}"#,
            "DELETE /config",
        )
        .expecting("FULL"),
        case(
            "a removal of the mode of all",
            "DELETE /mode",
            r#"PUT /mode {"mode":"READONLY"}"#,
            "DELETE /mode",
        )
        .expecting("READONLY"),
        case(
            "a config after read-only",
            "PUT /config/{subject}",
            r#"PUT /mode/s-# {"mode":"READWRITE"}"#,
            config,
        )
        .after(&[mode.to_owned()]),
        case(
            "import where nothing is left",
            "PUT /mode/{subject}",
            "DELETE /subjects/s-#",
            r#"PUT /mode/s-# {"mode":"IMPORT"}"#,
        )
        .after(&[first()])
        .remembering(&[&known("/mode/s-#"), "/subjects/s-#/versions"]),
    ]
}

fn deletions() -> Vec<Case> {
    const SUBJECT: &str = "DELETE /subjects/{subject}";
    const VERSION: &str = "DELETE /subjects/{subject}/versions/{version}";
    let target = register("d-#", &record("D_#", &[]));
    let with_referrer = [target, register("m-#", &referring("d-#"))];
    let delete = |path: &str| format!("DELETE {path}");
    let purge = "/subjects/s-#?permanent=true";
    vec![
        case("a deletion", SUBJECT, &first(), &delete("/subjects/s-#")),
        case("a purge", SUBJECT, &delete("/subjects/s-#"), &delete(purge)).after(&[first()]),
        case("a deletion of a version", VERSION, &first(), &delete("/subjects/s-#/versions/latest")),
        case(
            "a purge of a version",
            VERSION,
            &delete("/subjects/s-#/versions/1"),
            &delete("/subjects/s-#/versions/1?permanent=true"),
        )
        .after(&[first()]),
        case(
            "a deletion of what nothing refers to any more",
            SUBJECT,
            &delete("/subjects/m-#"),
            &delete("/subjects/d-#"),
        )
        .after(&with_referrer),
        case(
            "a deletion of a version that nothing refers to any more",
            VERSION,
            &delete("/subjects/m-#"),
            &delete("/subjects/d-#/versions/1"),
        )
        .after(&with_referrer),
        case(
            "a deletion after read-only",
            SUBJECT,
            r#"PUT /mode/s-# {"mode":"READWRITE"}"#,
            &delete("/subjects/s-#"),
        )
        .after(&[first(), r#"PUT /mode/s-# {"mode":"READONLY"}"#.to_owned()]),
        case(
            "a restoral",
            "POST /subjects/{subject}/versions/{version}/restore",
            &first(),
            "POST /subjects/s-#/versions/1/restore",
        ),
        case(
            "a restoral of what was there",
            "POST /subjects/{subject}/versions/{version}/restore",
            &delete("/subjects/s-#/versions/1"),
            "POST /subjects/s-#/versions/1/restore",
        )
        .after(&[first()])
        .remembering(&["/subjects/s-#/versions/1"]),
        case(
            "the removal of a context",
            "DELETE /contexts/{context}",
            &delete("/subjects/:.c#:s?permanent=true"),
            &delete("/contexts/.c#"),
        )
        .after(&[register(":.c#:s", &record("R_#", &["a"])), delete("/subjects/:.c#:s")]),
    ]
}

fn associations() -> Vec<Case> {
    let body = |resource: &str, op: &str| {
        let op = if op.is_empty() { String::new() } else { format!(r#""opType":"{op}","#) };
        format!(
            r#"{{"resourceName":"{resource}","resourceNamespace":"k","resourceId":"{resource}-id","associations":[{{{op}"subject":"s-#","associationType":"value","lifecycle":"WEAK"}}]}}"#
        )
    };
    let create = format!("POST /associations {}", body("t#", ""));
    let batch = |body: &str| format!(r#"{{"requests":[{body}]}}"#);
    let listed = |name, operation, request: &str| {
        case(name, operation, &create, request).after(&[first()]).expecting("s-#")
    };
    vec![
        listed("of a subject", "GET /associations/subjects/{subject}", "GET /associations/subjects/s-#"),
        listed(
            "of a resource",
            "GET /associations/resources/{resourceId}",
            "GET /associations/resources/t#-id",
        ),
        listed(
            "of a name",
            "GET /associations/resources/{namespace}/{name}",
            "GET /associations/resources/k/t#",
        ),
        listed(
            "of several",
            "POST /associations:batchGet",
            &format!("POST /associations:batchGet {}", batch(r#"{"resourceId":"t#-id"}"#)),
        ),
        case("an association with a version", "POST /associations", &first(), &create),
        case(
            "a changed association",
            "PUT /associations/resources/{resourceId}",
            &first(),
            &format!("PUT /associations/resources/t#-id {}", body("t#", "")),
        ),
        case(
            "one of several",
            "POST /associations:batchMutate",
            &first(),
            &format!("POST /associations:batchMutate {}", batch(&body("t#", "CREATE"))),
        )
        .expecting("\"result\""),
        case(
            "an association that is there no more",
            "POST /associations",
            "DELETE /associations/resources/t#-id",
            &create,
        )
        .after(&[first(), create.clone()])
        .remembering(&["/associations/resources/t#-id", "/associations/subjects/s-#"])
        .expecting("s-#"),
        case(
            "a removal of an association",
            "DELETE /associations/resources/{resourceId}",
            &create,
            "DELETE /associations/resources/t#-id?associationType=value",
        )
        .after(&[first()]),
        case(
            "a deletion of what is associated no more",
            "DELETE /subjects/{subject}",
            "DELETE /associations/resources/t#-id",
            "DELETE /subjects/s-#",
        )
        .after(&[first(), create.clone()]),
    ]
}
