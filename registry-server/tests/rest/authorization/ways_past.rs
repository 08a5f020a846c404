//! What may not be read is not got by asking for something else either.

use registry_server::http;
use registry_server::security::{Principal, Proof};
use registry_server::server::cached;
use registry_server::store::sql::SqlStore;
use serde_json::json;

use super::{ask, must, record, ruled, rules};
use crate::support::{Api, patient, settings};

fn user(name: &str) -> Principal {
    Principal::user(name, [""; 0], Proof::Password)
}

fn denied(message: &str) -> (u64, String) {
    (40301, format!("User is denied operation {message}"))
}

#[tokio::test]
async fn a_version_of_another_context_leads_to_no_subject_that_may_not_be_read() {
    let file = rules(
        r#"[[rule]]
allow = ["SUBJECT_READ", "SUBJECT_WRITE"]
to = "*"
subjects = ["x", "y", ":.mine:*"]
"#,
    );
    let api = ruled("sqlite::memory:", &file).await;
    let (root, dev) = (user("root"), user("dev"));
    must(&api, &root, &format!("POST /subjects/secret/versions {}", record("S", &["hidden"]))).await;
    must(&api, &dev, &format!("POST /subjects/:.mine:secret/versions {}", record("S", &[]))).await;
    let referring = json!({ "schema": r#"{"type":"record","name":"X","fields":[{"name":"s","type":"S"}]}"#,
        "references": [{ "name": "S", "subject": "secret", "version": 1 }] });
    must(&api, &dev, &format!("POST /subjects/:.mine:x/versions {referring}")).await;
    must(&api, &root, &format!("POST /subjects/:.mine:y/versions {}", record("Y", &[]))).await;
    let line = "POST /subjects/x/versions/1/tags {}";
    // A bare name means the default context's subject now.
    assert_eq!(ask(&api, &dev, line).await.error(), denied("Read on Subject: secret"));
    // What refers to nothing is taken over, and so is everything by who may read what it leads to.
    must(&api, &dev, "POST /subjects/y/versions/1/tags {}").await;
    must(&api, &root, line).await;
    let resolved = must(&api, &root, "GET /subjects/x/versions/1?format=resolved").await;
    assert!(resolved.text.contains("hidden"), "{}", resolved.text);
}

/// A registry with the subject `s`, the deleted subject `gone`, the alias `nick` of `s`, a `writer`, who may not read, and an
/// `author`, who may.
async fn written_by_others() -> (Api, tempfile::NamedTempFile) {
    let file = rules(
        r#"[[rule]]
allow = ["SUBJECT_WRITE", "SUBJECT_DELETE"]
to = ["User:writer", "User:author"]
subjects = "*"
[[rule]]
allow = "SUBJECT_READ"
to = "User:author"
subjects = "*"
"#,
    );
    let api = ruled("sqlite::memory:", &file).await;
    let root = user("root");
    must(&api, &root, &format!("POST /subjects/s/versions {}", record("R", &["hidden"]))).await;
    must(&api, &root, &format!("POST /subjects/gone/versions {}", record("G", &["hidden"]))).await;
    must(&api, &root, "DELETE /subjects/gone").await;
    must(&api, &root, r#"PUT /config/nick {"alias":"s"}"#).await;
    (api, file)
}

#[tokio::test]
async fn a_write_that_starts_from_a_stored_schema_needs_it_to_be_readable() {
    let (api, _file) = written_by_others().await;
    for (line, name) in [
        ("POST /subjects/s/versions/1/tags {}", "Subject: s"),
        ("POST /subjects/nick/versions/1/tags {}", "Subject: nick"),
        ("POST /subjects/gone/versions/1/restore", "Subject: gone"),
        ("POST /subjects/s/versions/1/restore", "Subject: s"),
        // Without a text the latest version's is taken, whether there is one or not.
        ("POST /subjects/s/versions {}", "Subject"),
        (r#"POST /subjects/s/versions {"schemaTagsToAdd":[]}"#, "Subject"),
        ("POST /subjects/nothing/versions {}", "Subject"),
    ] {
        let refused = ask(&api, &user("writer"), line).await;
        assert_eq!(refused.error(), denied(&format!("Read on {name}")), "{line}: {}", refused.text);
        let answered = ask(&api, &user("author"), line).await;
        assert_ne!(answered.status, 403, "{line}: {}", answered.text);
    }
    must(&api, &user("writer"), &format!("POST /subjects/s/versions {}", record("R", &["hidden", "more"])))
        .await;
}

#[tokio::test]
async fn a_schema_that_does_not_fit_is_told_the_old_text_where_that_may_be_read() {
    let (api, _file) = written_by_others().await;
    let line = r#"POST /subjects/s/versions {"schema":"\"int\""}"#;
    for (who, is_told) in [("writer", false), ("author", true)] {
        let refused = ask(&api, &user(who), line).await;
        assert_eq!(refused.status, 409, "{who}: {}", refused.text);
        assert!(refused.text.contains("oldSchemaVersion: 1"), "{who}: {}", refused.text);
        let tells = refused.text.contains("oldSchema:") && refused.text.contains("hidden");
        assert_eq!(tells, is_told, "{who}: {}", refused.text);
        assert_eq!(refused.text.contains("hidden"), is_told, "{who}: {}", refused.text);
    }
}

#[tokio::test]
async fn writing_an_association_does_not_tell_what_an_alias_stands_for() {
    let file = rules("[[rule]]\nallow = \"reader\"\nto = \"User:x\"\nsubjects = \"x\"\n");
    let api = ruled("sqlite::memory:", &file).await;
    let root = user("root");
    must(&api, &root, &format!("POST /subjects/secret-target/versions {}", record("S", &[]))).await;
    must(&api, &root, r#"PUT /config/nick {"alias":"secret-target"}"#).await;
    let with = |subjects: [(&str, &str); 2]| {
        let associations: Vec<_> = subjects
            .iter()
            .map(|(subject, kind)| {
                json!({ "subject": subject, "associationType": kind, "lifecycle": "WEAK", "opType": "UPSERT" })
            })
            .collect();
        json!({ "resourceName": "u", "resourceNamespace": "k", "resourceId": "u", "associations": associations })
    };
    for (first, second) in [("nick", "other"), ("other", "nick"), ("secret-target", "nick"), (":.:nick", "z")]
    {
        let request = with([(first, "key"), (second, "value")]);
        let expected = format!("Write on Subject: {}", first.trim_start_matches(":.:"));
        for line in [
            format!("POST /associations?dryRun=true {request}"),
            format!("POST /associations {request}"),
            format!("PUT /associations/resources/u {request}"),
        ] {
            assert_eq!(ask(&api, &Principal::anonymous(), &line).await.error(), denied(&expected), "{line}");
        }
        let batch = json!({ "requests": [request] });
        let line = format!("POST /associations:batchMutate {batch}");
        let outcomes = ask(&api, &Principal::anonymous(), &line).await.json();
        assert_eq!(outcomes["results"][0]["error"]["message"], denied(&expected).1, "{line}: {outcomes}");
    }
}

#[tokio::test]
async fn a_mode_of_many_subjects_passes_over_no_rule_about_one_of_them() {
    let file = rules(
        r#"[[rule]]
allow = "admin"
to = "User:op"
subjects = ":*:*"
[[rule]]
deny = ["SUBJECT_DELETE", "SUBJECT_MODE_WRITE"]
to = "User:op"
subjects = ":.c:prod-*"
[[rule]]
allow = "SUBJECT_MODE_WRITE"
to = "User:mode"
subjects = "x"
"#,
    );
    let api = ruled("sqlite::memory:", &file).await;
    let (root, op) = (user("root"), user("op"));
    for subject in [":.c:prod-a", ":.d:a", "x"] {
        must(&api, &root, &format!("POST /subjects/{subject}/versions {}", record("R", &[]))).await;
        must(&api, &root, &format!("DELETE /subjects/{subject}")).await;
    }
    must(&api, &root, r#"PUT /mode/:.c:prod-b {"mode":"READONLY"}"#).await;
    let import = r#"{"mode":"IMPORT"}"#;
    for (who, line, message) in [
        (&op, format!("PUT /mode/:.c: {import}"), "Delete on Subject: :.c:"),
        (&op, format!("PUT /mode {import}"), "Delete on Subject"),
        (&op, "DELETE /mode/:.c:?recursive=true".to_owned(), "WriteMode on Subject: :.c:"),
        (&user("mode"), format!("PUT /mode/x {import}"), "Delete on Subject: x"),
    ] {
        assert_eq!(ask(&api, who, &line).await.error(), denied(message), "{line}");
    }
    for subject in [":.c:prod-a", "x"] {
        let kept = must(&api, &root, &format!("GET /subjects/{subject}/versions?deleted=true")).await;
        assert_eq!(kept.json(), json!([1]), "{subject}");
    }
    assert_eq!(must(&api, &root, "GET /mode/:.c:prod-b").await.json()["mode"], "READONLY");
    // Nothing is purged where it is forced, and nothing is denied elsewhere.
    must(&api, &user("mode"), &format!("PUT /mode/x?force=true {import}")).await;
    must(&api, &op, &format!("PUT /mode/:.d: {import}")).await;
    must(&api, &op, "DELETE /mode/:.d:?recursive=true").await;
    must(&api, &op, "DELETE /mode?recursive=true").await;
}

#[tokio::test]
async fn for_who_may_read_nothing_nothing_is_looked_at() {
    let file = rules("[[rule]]\nallow = [\"SUBJECT_WRITE\"]\nto = \"*\"\nsubjects = \":*:*\"\n");
    let database = SqlStore::open("sqlite::memory:", patient()).await.expect("the database opens");
    let statements = database.statements();
    let path = file.path().to_str().expect("the path is text");
    let set = settings(&[("authorization.rules.file", path), ("super.users", "User:root")]);
    let api = Api::of(http::router(cached(database), set).expect("nothing has to be read"));
    must(&api, &user("root"), &format!("POST /subjects/s/versions {}", record("R", &[]))).await;
    must(&api, &user("root"), r#"PUT /config/nick {"alias":"s"}"#).await;
    for line in [
        "GET /subjects",
        "GET /subjects?subjectPrefix=:*:&limit=1",
        "GET /schemas",
        "GET /schemas?subjectPrefix=:*:&limit=1&aliases=true",
        "GET /aliases",
    ] {
        let before = statements.for_requests();
        assert_eq!(must(&api, &user("writer"), line).await.json(), json!([]), "{line}");
        assert_eq!(statements.for_requests(), before, "{line}");
        assert_ne!(must(&api, &user("root"), line).await.json(), json!([]), "{line}");
    }
}
