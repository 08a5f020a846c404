//! Subjects that a node has not read and takes to be new, since the last unknown one of their context was: what another node
//! wrote to them counts all the same.

use registry_server::store::sql::StatementKind;

use super::Node;
use crate::support::{Answer, postgres_schema};

/// What another node has done to the subject `s` of a context, and the answer to a registration of `"int"` there.
struct Case {
    name: &'static str,
    /// Requests, in which `#` stands for the context.
    others: &'static [&'static str],
    status: u16,
    /// What the answer holds.
    holds: &'static str,
    /// The versions behind it.
    versions: &'static str,
}

const INT: &str = r#"{"schema":"\"int\""}"#;

const CASES: &[Case] = &[
    Case { name: "nothing", others: &[], status: 200, holds: "\"version\":1", versions: "[1]" },
    Case {
        name: "the same schema",
        others: &[r#"POST /subjects/#s/versions {"schema":"\"int\""}"#],
        status: 200,
        holds: "\"version\":1",
        versions: "[1]",
    },
    Case {
        name: "a schema that is read by it",
        others: &[r#"POST /subjects/#s/versions {"schema":"[\"int\"]"}"#],
        status: 200,
        holds: "\"version\":2",
        versions: "[1,2]",
    },
    Case {
        name: "a schema that does not fit",
        others: &[r#"POST /subjects/#s/versions {"schema":"\"string\""}"#],
        status: 409,
        holds: "incompatible",
        versions: "[1]",
    },
    Case {
        name: "a schema that does not fit where nothing must",
        others: &[
            r#"POST /subjects/#s/versions {"schema":"\"string\""}"#,
            r#"PUT /config/#s {"compatibility":"NONE"}"#,
        ],
        status: 200,
        holds: "\"version\":2",
        versions: "[1,2]",
    },
    Case {
        name: "a version that is deleted",
        others: &[r#"POST /subjects/#s/versions {"schema":"\"int\""}"#, "DELETE /subjects/#s"],
        status: 200,
        holds: "\"version\":2",
        versions: "[2]",
    },
    Case {
        name: "a version that is gone",
        others: &[
            r#"POST /subjects/#s/versions {"schema":"\"int\""}"#,
            "DELETE /subjects/#s",
            "DELETE /subjects/#s?permanent=true",
        ],
        status: 200,
        holds: "\"version\":1",
        versions: "[1]",
    },
    Case {
        name: "a mode of the subject",
        others: &[r#"PUT /mode/#s {"mode":"READONLY"}"#],
        status: 422,
        holds: "42205",
        versions: "40401",
    },
    Case {
        name: "a mode of the context",
        others: &[r#"PUT /mode/# {"mode":"READONLY"}"#],
        status: 422,
        holds: "42205",
        versions: "40401",
    },
    Case {
        name: "an alias",
        others: &[
            r#"POST /subjects/#t/versions {"schema":"[\"int\"]"}"#,
            r##"PUT /config/#s {"alias":"#t"}"##,
        ],
        status: 200,
        holds: "\"version\":2",
        versions: "[1,2]",
    },
    Case {
        name: "a mode that was taken back",
        others: &[r#"PUT /mode/#s {"mode":"READONLY"}"#, "DELETE /mode/#s"],
        status: 200,
        holds: "\"version\":1",
        versions: "[1]",
    },
];

fn register(context: &str, subject: &str, schema: &str) -> String {
    format!("POST /subjects/{context}{subject}/versions {schema}")
}

fn calls_and_reads(node: &Node) -> [u64; 2] {
    [StatementKind::FunctionCall, StatementKind::Read].map(|kind| node.statements.of(kind))
}

/// The answer to a request, and how many calls and reads it took.
async fn measured(node: &Node, request: &str) -> (Answer, [u64; 2]) {
    let before = calls_and_reads(node);
    let answer = node.send(request).await;
    let after = calls_and_reads(node);
    (answer, [0, 1].map(|kind| after[kind] - before[kind]))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_another_node_wrote_to_a_subject_that_looks_new_counts() {
    let Some(url) = postgres_schema().await else { return };
    let (here, there) = (Node::start(&url).await, Node::start(&url).await);
    for (number, case) in CASES.iter().enumerate() {
        for default_context in [false, true] {
            // Only one mode of the default context can be tried: it is every context's config, too.
            if default_context && case.others.iter().any(|other| other.contains("/# ")) {
                continue;
            }
            let context = if default_context { format!("d{number}") } else { format!(":.c{number}:") };
            let taught = there.send(&register(&context, "first", INT)).await;
            assert_eq!(taught.status, 200, "{}: {}", case.name, taught.text);
            for other in case.others {
                let answer = here.send(&other.replace('#', &context)).await;
                assert!(answer.status < 300, "{}, {other}: {}", case.name, answer.text);
            }
            let (answer, [calls, _]) = measured(&there, &register(&context, "s", INT)).await;
            assert_eq!(answer.status, case.status, "{}: {}", case.name, answer.text);
            assert!(answer.text.contains(case.holds), "{}: {}", case.name, answer.text);
            assert!(calls > 0, "{}: the subject was taken to be new", case.name);
            let versions = there.send(&format!("GET /subjects/{context}s/versions")).await;
            assert!(versions.text.contains(case.versions), "{}: {}", case.name, versions.text);
        }
    }
}

#[tokio::test]
async fn a_new_subject_is_registered_in_one_statement_once_another_one_was_new() {
    let Some(url) = postgres_schema().await else { return };
    let (here, there) = (Node::start(&url).await, Node::start(&url).await);
    for context in ["", ":.c:"] {
        for (subject, statements) in [("a", [1, 1]), ("b", [1, 0]), ("c", [1, 0])] {
            let schema =
                format!(r#"{{"schema":"{{\"type\":\"fixed\",\"name\":\"{subject}\",\"size\":1}}"}}"#);
            let (answer, sent) = measured(&there, &register(context, subject, &schema)).await;
            assert_eq!((answer.status, sent), (200, statements), "{context}{subject}: {}", answer.text);
        }
        // One that is there is met by a call in vain; the next one is read, as anything after a start.
        for (subject, is_there, is_called, is_read) in
            [("d", true, 1, true), ("e", true, 0, true), ("f", false, 1, true), ("g", false, 1, false)]
        {
            if is_there {
                assert_eq!(here.send(&register(context, subject, INT)).await.status, 200);
            }
            let (answer, [calls, reads]) = measured(&there, &register(context, subject, INT)).await;
            assert_eq!(
                (answer.status, calls, reads > 0),
                (200, is_called, is_read),
                "{context}{subject}: {}",
                answer.text
            );
        }
    }
}
