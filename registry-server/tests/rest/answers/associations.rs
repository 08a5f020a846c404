//! What is asked of the operations on associations.

use super::{Operation, ask, send, unacceptable};

/// An association of `free`'s value with topic `u`.
const CREATE: &str = r#"{"resourceName":"u","resourceNamespace":"k","resourceId":"u-id","associations":[{"subject":"free","associationType":"value","lifecycle":"WEAK"}]}"#;
const DRY: &str = r#"{"resourceName":"w","resourceNamespace":"k","resourceId":"w-id","associations":[{"subject":":.k:w-value","schema":{"schema":"\"int\""}}]}"#;
const NO_ID: &str = r#"{"resourceName":"u","resourceNamespace":"k","associations":[{"subject":"free"}]}"#;
const TAKEN: &str = r#"{"resourceName":"t","resourceNamespace":"k","resourceId":"t-id","associations":[{"subject":"s","associationType":"value","lifecycle":"WEAK"}]}"#;
const OWNED: &str = r#"{"resourceName":"v","resourceNamespace":"k","resourceId":"v-id","associations":[{"subject":":.k:f-value","lifecycle":"WEAK"}]}"#;
const NO_VERSION: &str = r#"{"resourceName":"v","resourceNamespace":"k","resourceId":"v-id","associations":[{"subject":"never","lifecycle":"WEAK"}]}"#;

pub(super) static OPERATIONS: &[Operation] = &[
    Operation {
        name: "GET /associations/subjects/{subject}",
        cases: &[
            ask("all of a subject", "/associations/subjects/t-value"),
            ask("none", "/associations/subjects/s"),
            ask("one kind", "/associations/subjects/free?associationType=key&lifecycle=WEAK"),
            ask("a kind that does not exist", "/associations/subjects/free?lifecycle=FIRM"),
            unacceptable("/associations/subjects/t-value", ""),
        ],
    },
    Operation {
        name: "GET /associations/resources/{namespace}/{name}",
        cases: &[
            ask("by namespace and name", "/associations/resources/k/t"),
            ask("any namespace", "/associations/resources/-/t?associationType=value"),
            ask("none", "/associations/resources/k/none"),
            unacceptable("/associations/resources/k/t", ""),
        ],
    },
    Operation {
        name: "GET /associations/resources/{resourceId}",
        cases: &[
            ask("all of a resource", "/associations/resources/t-id"),
            ask("a page", "/associations/resources/t-id?offset=1&limit=1"),
            ask("none", "/associations/resources/none"),
            unacceptable("/associations/resources/t-id", ""),
        ],
    },
    Operation {
        name: "POST /associations",
        cases: &[
            send("a dry run writes nothing", "/associations?dryRun=true", DRY),
            send("with a version that is there", "/associations", CREATE),
            send("the same again", "/associations", CREATE),
            send("without an id", "/associations", NO_ID),
            send("the type is taken", "/associations", TAKEN),
            send("another resource owns the subject", "/associations", OWNED),
            send("the subject has no version", "/associations", NO_VERSION),
            send("not JSON", "/associations", "{"),
        ],
    },
    Operation {
        name: "PUT /associations/resources/{resourceId}",
        cases: &[
            send("made", "/associations/resources/u-id", CREATE),
            send("with another subject", "/associations/resources/t-id", TAKEN),
            send("another resource owns the subject", "/associations/resources/v-id", OWNED),
            send("the subject has no version", "/associations/resources/v-id", NO_VERSION),
            send("an id that is not the path's", "/associations/resources/other-id", CREATE),
            send("without a body", "/associations/resources/u-id", "null"),
        ],
    },
    Operation {
        name: "DELETE /associations/resources/{resourceId}",
        cases: &[
            ask("one type, tried", "/associations/resources/t-id?associationType=key&dryRun=true"),
            ask("one type", "/associations/resources/t-id?associationType=key"),
            ask("all that are left", "/associations/resources/t-id"),
            ask("nothing is there any more", "/associations/resources/t-id"),
            ask("frozen", "/associations/resources/f-id"),
            ask("frozen, with what it owns", "/associations/resources/f-id?cascadeLifecycle=true"),
            ask("a type that does not exist", "/associations/resources/t-id?associationType=tail"),
        ],
    },
    Operation {
        name: "POST /associations:batchGet",
        cases: &[
            send(
                "by id and by name, one of them unknown",
                "/associations:batchGet",
                r#"{"requests":[{"resourceId":"t-id"},{"resourceName":"t","resourceNamespace":"k","associationTypes":["value"]},{"resourceId":"none"}]}"#,
            ),
            send(
                "with schemas",
                "/associations:batchGet?includeSchemas=true",
                r#"{"requests":[{"resourceId":"t-id"}]}"#,
            ),
            send("nothing asked", "/associations:batchGet", r#"{"requests":[]}"#),
        ],
    },
    Operation {
        name: "POST /associations:batchMutate",
        cases: &[
            send(
                "one done, one refused",
                "/associations:batchMutate",
                r#"{"requests":[{"resourceName":"u","resourceNamespace":"k","resourceId":"u-id","associations":[{"opType":"UPSERT","subject":"free","lifecycle":"WEAK"}]},{"resourceName":"v","resourceNamespace":"k","resourceId":"v-id","associations":[{"opType":"CREATE","subject":"never","lifecycle":"WEAK"}]}]}"#,
            ),
            send("nothing asked", "/associations:batchMutate", r#"{"requests":[]}"#),
            send(
                "a change that does not exist",
                "/associations:batchMutate",
                r#"{"requests":[{"associations":[{"opType":"MOVE"}]}]}"#,
            ),
        ],
    },
];
