//! `registry-server import`, run as an operator runs it, on SQLite and on Postgres when `TEST_POSTGRES_URL` names one.

use std::fs;

use serde_json::{Value, json};

use crate::operator::{Place, places};
use crate::support::Api;

const ALL: &str = "/schemas?subjectPrefix=:*:&deleted=true";
const RECORD: &str = r#"{"type":"record","name":"R","fields":[{"name":"f","type":"int","doc":"é"}]}"#;

impl Place {
    /// Writes a file with these lines and gives its path.
    fn file(&self, lines: &[String]) -> String {
        let path = self.folder.path().join("versions.jsonl");
        fs::write(&path, lines.join("\n")).expect("written");
        path.display().to_string()
    }

    /// Everything that a server over the database lists.
    async fn listed(&self) -> Vec<Value> {
        listed(&Api::over(&self.url, &[]).await).await
    }
}

async fn listed(api: &Api) -> Vec<Value> {
    api.get(ALL).await.json().as_array().expect("a list").clone()
}

/// A registry with every kind of version, in the order of their ids.
async fn source() -> Vec<Value> {
    let api = Api::new().await;
    let reference = json!([{ "name": "R", "subject": "base", "version": 1 }]);
    for (subject, body) in [
        ("base", json!({ "schema": RECORD })),
        ("a", json!({ "schema": r#"{"type":"array","items":"R"}"#, "references": reference })),
        ("a", json!({ "schema": r#"["null","R"]"#, "references": reference })),
        ("json", json!({ "schema": r#"{"type":"object"}"#, "schemaType": "JSON" })),
        (":.c:proto", json!({ "schema": "message M {}", "schemaType": "PROTOBUF" })),
        (
            "noted",
            json!({ "schema": "\"int\"", "metadata": { "properties": { "owner": "me" }, "tags": { "t": ["x"] } } }),
        ),
        (
            "ruled",
            json!({ "schema": "\"int\"", "ruleSet": { "domainRules": [
            { "name": "r", "kind": "CONDITION", "mode": "WRITE", "type": "CEL", "expr": "true", "tags": ["PII"] }] } }),
        ),
    ] {
        api.put(&format!("/config/{subject}"), &json!({ "compatibility": "NONE" })).await;
        let answer = api.post(&format!("/subjects/{subject}/versions"), &body).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
    }
    api.delete("/subjects/json").await;
    let mut all = listed(&api).await;
    assert_eq!(all.len(), 7);
    all.sort_by_key(|one| one["id"].as_i64());
    all
}

fn lines(versions: &[Value]) -> Vec<String> {
    versions.iter().map(Value::to_string).collect()
}

fn by_name(mut versions: Vec<Value>) -> Vec<Value> {
    versions.sort_by_key(|one| (one["subject"].to_string(), one["version"].as_i64()));
    versions
}

#[tokio::test]
async fn what_one_registry_lists_another_takes_in() {
    let source = source().await;
    for flag in ["", " --as-it-stands"] {
        for place in places().await {
            let file = place.file(&lines(&source));
            let told = place.told(&format!("import {file}{flag}"));
            assert_eq!(told, "imported 7 versions; 0 were there already\n");
            assert_eq!(by_name(place.listed().await), by_name(source.clone()));
            let told = place.told(&format!("import {file}{flag}"));
            assert_eq!(told, "imported 0 versions; 7 were there already\n", "again");
        }
    }
}

#[tokio::test]
async fn a_text_is_read_unless_it_is_to_be_taken_as_it_stands() {
    let spaced = json!({ "subject": "s", "version": 4, "id": 9, "schema": " { \"type\" : \"int\" } " });
    for (flag, text) in [("", "\"int\""), (" --as-it-stands", " { \"type\" : \"int\" } ")] {
        for place in places().await {
            place.told(&format!("import {}{flag}", place.file(&lines(std::slice::from_ref(&spaced)))));
            let listed = place.listed().await;
            assert_eq!((&listed[0]["schema"], &listed[0]["version"]), (&json!(text), &json!(4)));
        }
    }
}

#[tokio::test]
async fn a_line_that_cannot_be_taken_is_named_and_what_stands_before_it_is_kept() {
    let version = |subject: &str, id: i64, schema: &str| json!({ "subject": subject, "version": 1, "id": id, "schema": schema });
    let with = |name: &str, value: Value| {
        let mut line = version("bad", 90, "\"long\"");
        line[name] = value;
        line.to_string()
    };
    let nowhere = json!([{ "name": "X", "subject": "nowhere", "version": 1 }]);
    for (line, flag, told) in [
        ("{".to_owned(), "", "EOF"),
        (with("version", json!(0)), "", "version 0 is not between"),
        (with("type", json!("JSON")), "", "unknown field `type`"),
        (with("schema", json!("{")), "", "Invalid schema"),
        (with("schema", json!("")), "", "Empty schema"),
        (with("schemaType", json!("XML")), "", "Invalid schema type XML"),
        (with("schemaType", json!("XML")), " --as-it-stands", "Invalid schema type XML"),
        (with("subject", json!("__GLOBAL")), "", "__GLOBAL"),
        (with("subject", json!("first2")), "", "version 1 of subject 'first2' is there already, with id 2"),
        (with("id", json!(1)), "", "id 1 stands for another schema in context '.'"),
        (with("references", nowhere.clone()), "", "nowhere"),
        (with("references", nowhere), " --as-it-stands", "refers to version 1 of subject 'nowhere'"),
        (
            with("guid", json!("01234567-89ab-cdef-0123-456789abcdef")),
            "",
            "its guid is 01234567-89ab-cdef-0123-456789abcdef",
        ),
        (with("schema", json!("\"a\0\"")), " --as-it-stands", "NUL character"),
    ] {
        for place in places().await {
            let good = |id: i64, text: &str| version(&format!("first{id}"), id, text).to_string();
            let file = place.file(&[
                good(1, "\"int\""),
                String::new(),
                good(2, "\"string\""),
                line.clone(),
                good(3, "\"bytes\""),
            ]);
            let refused = place.refused(&format!("import {file}{flag}"));
            assert!(
                refused.starts_with("registry-server: line 4: ") && refused.contains(told),
                "{line}: {refused}"
            );
            assert!(refused.contains("the 2 versions before it are in the registry"), "{refused}");
            let subjects: Vec<_> = place.listed().await.iter().map(|one| one["subject"].clone()).collect();
            assert_eq!(subjects, ["first1", "first2"], "{line}");
            assert_eq!(place.positions("register").len(), 2);
        }
    }
}

#[tokio::test]
async fn a_file_that_is_not_there_is_told() {
    for place in places().await {
        let refused = place.refused("import /nowhere/at/all");
        assert!(refused.contains("cannot open /nowhere/at/all"), "{refused}");
    }
}
