//! What is asked of every operation but those on associations.

use super::{Operation, ask, send, unacceptable};

/// The first version of `s`.
const R1: &str = r#"{"schema":"{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"a\",\"type\":\"int\",\"default\":0}]}"}"#;
/// A third version that `s` takes.
const R3: &str = r#"{"schema":"{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"a\",\"type\":\"int\",\"default\":0},{\"name\":\"c\",\"type\":\"int\",\"default\":0}]}"}"#;
/// One that it does not take.
const OTHER: &str = r#"{"schema":"\"int\""}"#;
const BROKEN: &str = r#"{"schema":"{\"type\":\"recrod\"}"}"#;
const UNKNOWN_TYPE: &str = r#"{"schemaType":"XML","schema":"<a/>"}"#;
const NO_TARGET: &str = r#"{"schema":"\"N\"","references":[{"name":"N","subject":"never","version":1}]}"#;

pub(super) static OPERATIONS: &[Operation] = &[
    Operation { name: "GET /", cases: &[ask("it is there", "/"), unacceptable("/", "")] },
    Operation { name: "POST /", cases: &[send("a map", "/", r#"{"a":"b"}"#), send("no map", "/", "[]")] },
    Operation {
        name: "GET /v1/metadata/id",
        cases: &[ask("the clusters", "/v1/metadata/id"), unacceptable("/v1/metadata/id", "")],
    },
    Operation {
        name: "GET /v1/metadata/version",
        cases: &[ask("the version", "/v1/metadata/version"), unacceptable("/v1/metadata/version", "")],
    },
    Operation {
        name: "GET /v1/metadata/deployment",
        cases: &[
            ask("the deployment", "/v1/metadata/deployment"),
            unacceptable("/v1/metadata/deployment", ""),
        ],
    },
    Operation {
        name: "GET /health/live",
        cases: &[ask("the process answers", "/health/live"), unacceptable("/health/live", "")],
    },
    Operation {
        name: "GET /health/ready",
        cases: &[ask("it is ready", "/health/ready"), unacceptable("/health/ready", "")],
    },
    Operation {
        name: "GET /health/startup",
        cases: &[ask("it has started", "/health/startup"), unacceptable("/health/startup", "")],
    },
    Operation {
        name: "GET /schemas",
        cases: &[
            ask("a page", "/schemas?subjectPrefix=s&offset=1&limit=1"),
            ask("the latest of each, of one context", "/schemas?subjectPrefix=:.c:&latestOnly=true"),
            ask("deleted ones too", "/schemas?subjectPrefix=gone&deleted=true"),
            ask("with metadata and rules", "/schemas?subjectPrefix=meta"),
            ask("none", "/schemas?subjectPrefix=never"),
            ask("a page before the first", "/schemas?offset=-1"),
            ask("a number that is none", "/schemas?limit=many"),
        ],
    },
    Operation {
        name: "GET /schemas/types",
        cases: &[ask("the types", "/schemas/types"), unacceptable("/schemas/types", "")],
    },
    Operation {
        name: "GET /schemas/ids/{id}",
        cases: &[
            ask("found", "/schemas/ids/1"),
            ask("with references", "/schemas/ids/7"),
            ask("resolved", "/schemas/ids/7?format=resolved"),
            ask("with metadata, sensitive values in clear, and rules", "/schemas/ids/8"),
            ask("with the highest id", "/schemas/ids/1?fetchMaxId=true"),
            ask("in another context", "/schemas/ids/1?subject=:.c:"),
            ask("of a soft-deleted version", "/schemas/ids/5"),
            ask("unknown", "/schemas/ids/99"),
            ask("no number", "/schemas/ids/one"),
        ],
    },
    Operation {
        name: "GET /schemas/ids/{id}/schema",
        cases: &[
            ask("found", "/schemas/ids/1/schema"),
            ask("resolved", "/schemas/ids/7/schema?format=resolved"),
            ask("unknown", "/schemas/ids/99/schema"),
        ],
    },
    Operation {
        name: "GET /schemas/ids/{id}/subjects",
        cases: &[
            ask("found", "/schemas/ids/1/subjects"),
            ask("only soft-deleted", "/schemas/ids/5/subjects"),
            ask("soft-deleted too", "/schemas/ids/5/subjects?deleted=true"),
            ask("unknown", "/schemas/ids/99/subjects"),
            ask("a page before the first", "/schemas/ids/1/subjects?offset=-1"),
        ],
    },
    Operation {
        name: "GET /schemas/ids/{id}/versions",
        cases: &[
            ask("found", "/schemas/ids/1/versions"),
            ask("soft-deleted too", "/schemas/ids/5/versions?deleted=true"),
            ask("unknown", "/schemas/ids/99/versions"),
        ],
    },
    Operation {
        name: "GET /schemas/guids/{guid}",
        cases: &[
            ask("found", "/schemas/guids/39a794f6-84ac-4eb3-d7e8-b6cbfde52028"),
            ask("unknown", "/schemas/guids/00000000-0000-0000-0000-000000000000"),
            ask("no GUID", "/schemas/guids/nope"),
        ],
    },
    Operation {
        name: "GET /schemas/guids/{guid}/ids",
        cases: &[
            ask("found, in two contexts", "/schemas/guids/39a794f6-84ac-4eb3-d7e8-b6cbfde52028/ids"),
            ask("unknown", "/schemas/guids/00000000-0000-0000-0000-000000000000/ids"),
            ask("no GUID", "/schemas/guids/nope/ids"),
            unacceptable("/schemas/guids/nope/ids", ""),
        ],
    },
    Operation {
        name: "GET /subjects",
        cases: &[
            ask("all of the default context", "/subjects"),
            ask("all of a context", "/subjects?subjectPrefix=:.c:"),
            ask("all contexts", "/subjects?subjectPrefix=:*:"),
            ask("soft-deleted too", "/subjects?subjectPrefix=g&deleted=true"),
            ask("soft-deleted only", "/subjects?deletedOnly=true"),
            ask("a page", "/subjects?offset=1&limit=2"),
            ask("a page before the first", "/subjects?offset=-1"),
        ],
    },
    Operation {
        name: "POST /subjects/{subject}",
        cases: &[
            send("found", "/subjects/s", R1),
            send("in another context", "/subjects/:.c:s", R1),
            send("another schema", "/subjects/s", OTHER),
            send("no such subject", "/subjects/never", R1),
            send("broken", "/subjects/s", BROKEN),
            send("a type that is none", "/subjects/s", UNKNOWN_TYPE),
            send("not JSON", "/subjects/s", "{"),
        ],
    },
    Operation {
        name: "DELETE /subjects/{subject}",
        cases: &[
            ask("for good, but not softly before", "/subjects/s?permanent=true"),
            ask("softly", "/subjects/s"),
            ask("softly again", "/subjects/s"),
            ask("for good", "/subjects/s?permanent=true"),
            ask("no such subject", "/subjects/s"),
            ask("referred to", "/subjects/d"),
            ask("read-only", "/subjects/ro"),
            ask("associated", "/subjects/t-value"),
            ask("owned", "/subjects/:.k:f-value"),
        ],
    },
    Operation {
        name: "GET /subjects/{subject}/metadata",
        cases: &[
            ask("found", "/subjects/meta/metadata?key=owner&value=ann"),
            ask("by a sensitive value", "/subjects/meta/metadata?key=token&value=s3cret"),
            ask("no version has it", "/subjects/meta/metadata?key=owner&value=bob"),
            ask("no such subject", "/subjects/never/metadata?key=owner&value=ann"),
        ],
    },
    Operation {
        name: "GET /subjects/{subject}/versions",
        cases: &[
            ask("all", "/subjects/s/versions"),
            ask("soft-deleted too", "/subjects/half/versions?deleted=true"),
            ask("soft-deleted as negative numbers", "/subjects/half/versions?deletedAsNegative=true"),
            ask("soft-deleted only", "/subjects/half/versions?deletedOnly=true"),
            ask("a page", "/subjects/s/versions?offset=1&limit=1"),
            ask("all soft-deleted", "/subjects/gone/versions"),
            ask("no such subject", "/subjects/never/versions"),
            ask("a page before the first", "/subjects/s/versions?offset=-1"),
        ],
    },
    Operation {
        name: "POST /subjects/{subject}/versions",
        cases: &[
            send("a new version", "/subjects/s/versions", R3),
            send("known", "/subjects/s/versions", R1),
            send("the first of a subject, in a context", "/subjects/:.n:s/versions", R1),
            send(
                "with references, metadata and rules",
                "/subjects/n/versions",
                r#"{"schema":"{\"type\":\"array\",\"items\":\"D\"}","references":[{"name":"D","subject":"d","version":-1}],"metadata":{"properties":{"a":"b"}},"ruleSet":{"domainRules":[{"name":"r","kind":"CONDITION","mode":"READ","type":"CEL","expr":"true"}]}}"#,
            ),
            send("with an explicit version", "/subjects/n2/versions", r#"{"schema":"\"long\"","version":1}"#),
            send("imported", "/subjects/:.i:s/versions", r#"{"schema":"\"long\"","version":7,"id":40}"#),
            send("incompatible", "/subjects/s/versions", OTHER),
            send("empty", "/subjects/never/versions", r#"{"schema":""}"#),
            send("broken", "/subjects/s/versions", BROKEN),
            send("a type that is none", "/subjects/s/versions", UNKNOWN_TYPE),
            send("a reference to nothing", "/subjects/s/versions", NO_TARGET),
            send(
                "a version that does not come next",
                "/subjects/n4/versions",
                r#"{"schema":"\"long\"","version":9}"#,
            ),
            send("an id outside of import", "/subjects/s/versions", r#"{"schema":"\"long\"","id":40}"#),
            send(
                "an id that stands for something else",
                "/subjects/:.i:s/versions",
                r#"{"schema":"\"bytes\"","version":8,"id":40}"#,
            ),
            send("read-only", "/subjects/ro/versions", OTHER),
            send(
                "a bad rule",
                "/subjects/n3/versions",
                r#"{"schema":"\"int\"","ruleSet":{"domainRules":[{"name":"1"}]}}"#,
            ),
            send("a bad subject", "/subjects/:*:s/versions", OTHER),
            send("not JSON", "/subjects/s/versions", "{"),
        ],
    },
    Operation {
        name: "GET /subjects/{subject}/versions/{version}",
        cases: &[
            ask("one", "/subjects/s/versions/1"),
            ask("the latest", "/subjects/s/versions/latest"),
            ask("the latest by its other name", "/subjects/s/versions/-1"),
            ask("soft-deleted", "/subjects/half/versions/1"),
            ask("soft-deleted too", "/subjects/half/versions/1?deleted=true"),
            ask("resolved", "/subjects/m/versions/1?format=resolved"),
            ask("no such version", "/subjects/s/versions/9"),
            ask("no such subject", "/subjects/never/versions/1"),
            ask("no version at all", "/subjects/s/versions/0"),
        ],
    },
    Operation {
        name: "DELETE /subjects/{subject}/versions/{version}",
        cases: &[
            ask("for good, but not softly before", "/subjects/s/versions/1?permanent=true"),
            ask("softly", "/subjects/s/versions/1"),
            ask("softly again", "/subjects/s/versions/1"),
            ask("for good", "/subjects/s/versions/1?permanent=true"),
            ask("no such version", "/subjects/s/versions/1"),
            ask("no such subject", "/subjects/never/versions/1"),
            ask("referred to", "/subjects/d/versions/latest"),
            ask("read-only", "/subjects/ro/versions/1"),
            ask("no version at all", "/subjects/s/versions/first"),
        ],
    },
    Operation {
        name: "GET /subjects/{subject}/versions/{version}/schema",
        cases: &[
            ask("one", "/subjects/s/versions/1/schema"),
            ask("no such version", "/subjects/s/versions/9/schema"),
            ask("no such subject", "/subjects/never/versions/1/schema"),
            ask("no version at all", "/subjects/s/versions/0/schema"),
        ],
    },
    Operation {
        name: "GET /subjects/{subject}/versions/{version}/referencedby",
        cases: &[
            ask("found", "/subjects/d/versions/1/referencedby"),
            ask("none", "/subjects/s/versions/1/referencedby"),
            ask("no such version", "/subjects/d/versions/9/referencedby"),
            ask("no such subject", "/subjects/never/versions/1/referencedby"),
            ask("no version at all", "/subjects/d/versions/0/referencedby"),
        ],
    },
    Operation {
        name: "POST /subjects/{subject}/versions/{version}/tags",
        cases: &[
            send(
                "added",
                "/subjects/s/versions/latest/tags",
                r#"{"tagsToAdd":[{"schemaEntity":{"entityPath":"R.a","entityType":"sr_field"},"tags":["PII"]}]}"#,
            ),
            send(
                "a path that leads nowhere",
                "/subjects/s/versions/latest/tags",
                r#"{"tagsToAdd":[{"schemaEntity":{"entityPath":"R.zz","entityType":"sr_field"},"tags":["PII"]}]}"#,
            ),
            send("no such version", "/subjects/s/versions/9/tags", "{}"),
            send("no such subject", "/subjects/never/versions/1/tags", "{}"),
            send("read-only", "/subjects/ro/versions/1/tags", r#"{"metadata":{"properties":{"a":"b"}}}"#),
        ],
    },
    Operation {
        name: "POST /subjects/{subject}/versions/{version}/restore",
        cases: &[
            ask("taken back", "/subjects/half/versions/1/restore"),
            ask("taken back already", "/subjects/half/versions/1/restore"),
            ask("deleted with its subject", "/subjects/gone/versions/1/restore"),
            ask("no such version", "/subjects/half/versions/9/restore"),
            ask("no such subject", "/subjects/never/versions/1/restore"),
            ask("no version at all", "/subjects/half/versions/0/restore"),
        ],
    },
    Operation {
        name: "POST /compatibility/subjects/{subject}/versions/{version}",
        cases: &[
            send("compatible", "/compatibility/subjects/s/versions/latest", R3),
            send("incompatible", "/compatibility/subjects/s/versions/1", OTHER),
            send("incompatible, and why", "/compatibility/subjects/s/versions/1?verbose=true", OTHER),
            send("no such version", "/compatibility/subjects/s/versions/9", R3),
            send("the latest of no subject", "/compatibility/subjects/never/versions/latest", R3),
            send("no version at all", "/compatibility/subjects/s/versions/0", R3),
            send("broken", "/compatibility/subjects/s/versions/1", BROKEN),
        ],
    },
    Operation {
        name: "POST /compatibility/subjects/{subject}/versions",
        cases: &[
            send("compatible", "/compatibility/subjects/s/versions", R3),
            send("incompatible, and why", "/compatibility/subjects/s/versions?verbose=true", OTHER),
            send("no such subject", "/compatibility/subjects/never/versions", R3),
            send("empty", "/compatibility/subjects/s/versions", "{}"),
            send("broken", "/compatibility/subjects/s/versions", BROKEN),
        ],
    },
    Operation { name: "GET /config", cases: &[ask("the default", "/config"), unacceptable("/config", "")] },
    Operation {
        name: "PUT /config",
        cases: &[
            send("set", "/config", r#"{"compatibility":"none","compatibilityGroup":"g","normalize":true}"#),
            send("one member cleared, the others kept", "/config", r#"{"normalize":null}"#),
            send("a level that is none", "/config", r#"{"compatibility":"sideways"}"#),
            send("not JSON", "/config", "{"),
        ],
    },
    Operation {
        name: "DELETE /config",
        cases: &[ask("what was set is told", "/config"), unacceptable("/config", "")],
    },
    Operation {
        name: "GET /config/{subject}",
        cases: &[
            ask("its own", "/config/s"),
            ask("none of its own", "/config/d"),
            ask("what counts", "/config/d?defaultToGlobal=true"),
            ask("of a context", "/config/:.c:"),
        ],
    },
    Operation {
        name: "PUT /config/{subject}",
        cases: &[
            send("set", "/config/d", r#"{"compatibility":"FULL_TRANSITIVE","alias":"s"}"#),
            send(
                "metadata and rules",
                "/config/n",
                r#"{"defaultMetadata":{"properties":{"k":"v"},"sensitive":["k"]},"overrideRuleSet":{"domainRules":[{"name":"r","kind":"CONDITION","mode":"READ","type":"CEL","expr":"true"}]}}"#,
            ),
            send("of a context", "/config/:.c:", r#"{"compatibility":"NONE"}"#),
            send("a level that is none", "/config/s", r#"{"compatibility":"sideways"}"#),
            send("read-only", "/config/ro", r#"{"compatibility":"NONE"}"#),
        ],
    },
    Operation {
        name: "DELETE /config/{subject}",
        cases: &[ask("what was set is told", "/config/s"), ask("nothing is set any more", "/config/s")],
    },
    Operation { name: "GET /mode", cases: &[ask("the default", "/mode"), unacceptable("/mode", "")] },
    Operation {
        name: "PUT /mode",
        cases: &[
            send("set", "/mode", r#"{"mode":"READONLY"}"#),
            send("back", "/mode", r#"{"mode":"READWRITE"}"#),
            send("import over what is there", "/mode", r#"{"mode":"IMPORT"}"#),
            send("import by force", "/mode?force=true", r#"{"mode":"IMPORT"}"#),
            send("forward", "/mode", r#"{"mode":"FORWARD"}"#),
            send("a mode that is none", "/mode", r#"{"mode":"SIDEWAYS"}"#),
            send("no mode", "/mode", "{}"),
        ],
    },
    Operation { name: "DELETE /mode", cases: &[ask("the one that was", "/mode"), unacceptable("/mode", "")] },
    Operation {
        name: "GET /mode/{subject}",
        cases: &[
            ask("its own", "/mode/ro"),
            ask("none of its own", "/mode/s"),
            ask("what counts", "/mode/s?defaultToGlobal=true"),
            ask("of a context", "/mode/:.i:"),
        ],
    },
    Operation {
        name: "PUT /mode/{subject}",
        cases: &[
            send("set", "/mode/s", r#"{"mode":"READONLY"}"#),
            send("cleared", "/mode/s", r#"{"mode":null}"#),
            send("import over what is there", "/mode/s", r#"{"mode":"IMPORT"}"#),
            send("import of a subject that is only soft-deleted", "/mode/gone", r#"{"mode":"IMPORT"}"#),
            send("forward", "/mode/s", r#"{"mode":"FORWARD"}"#),
            send("a mode that is none", "/mode/s", r#"{"mode":"SIDEWAYS"}"#),
        ],
    },
    Operation {
        name: "DELETE /mode/{subject}",
        cases: &[
            ask("the one that was", "/mode/ro"),
            ask("none is set any more", "/mode/ro"),
            ask("those of a whole context", "/mode/:.i:?recursive=true"),
        ],
    },
    Operation {
        name: "GET /contexts",
        cases: &[
            ask("all", "/contexts"),
            ask("by prefix", "/contexts?contextPrefix=.e"),
            ask("a page", "/contexts?offset=1&limit=1"),
            ask("a page before the first", "/contexts?offset=-1"),
        ],
    },
    Operation {
        name: "GET /changes",
        cases: &[
            ask("none that late", "/changes?after=1000000"),
            ask("a position that is none", "/changes?after=x"),
            ask("a kind that is none", "/changes?kind=never"),
        ],
    },
    Operation {
        name: "GET /aliases",
        cases: &[
            ask("all", "/aliases"),
            ask("none", "/aliases?subjectPrefix=never"),
            ask("a page before the first", "/aliases?offset=-1"),
        ],
    },
    Operation {
        name: "GET /security/permissions",
        cases: &[
            ask("one for a subject", "/security/permissions?operation=SUBJECT_READ&subject=s"),
            ask("of another", "/security/permissions?principal=User:ann&group=g&operation=GLOBAL_MODE_WRITE"),
            ask("a permission that there is not", "/security/permissions?operation=SUBJECT_REED&subject=s"),
            ask("of subjects, without one", "/security/permissions?operation=SUBJECT_READ"),
            ask("no principal", "/security/permissions?principal=ann"),
        ],
    },
    Operation {
        name: "DELETE /contexts/{context}",
        cases: &[
            ask("empty", "/contexts/.empty"),
            ask("it never was", "/contexts/.never"),
            ask("it has versions", "/contexts/.c"),
        ],
    },
];
