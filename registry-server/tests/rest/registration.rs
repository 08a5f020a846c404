//! Registration semantics that show only in a sequence of requests: tags, rules of the next version, imports.

use crate::support::{Answer, Api};
use serde_json::{Value, json};

const R: &str = r#"{"type":"record","name":"R","fields":[{"name":"a","type":"int"}]}"#;

fn rule(name: &str) -> Value {
    json!({ "name": name, "kind": "TRANSFORM", "mode": "WRITEREAD", "type": "CEL", "disabled": false })
}

async fn post(api: &Api, path: &str, body: Value) -> Value {
    let answer = api.post(path, &body).await;
    assert_eq!(answer.status, 200, "{path} {body}: {}", answer.text);
    answer.json()
}

async fn put(api: &Api, path: &str, body: Value) {
    let answer = api.put(path, &body).await;
    assert_eq!(answer.status, 200, "{path} {body}: {}", answer.text);
}

async fn refused(api: &Api, path: &str, body: Value) -> (u64, String) {
    let answer: Answer = api.post(path, &body).await;
    assert_ne!(answer.status, 200, "{path} {body}: {}", answer.text);
    answer.error()
}

/// Two versions: the first with the rule `old`, the second, the latest, with `one` and `two`.
async fn two_versions_with_rules() -> Api {
    let api = Api::new().await;
    for rules in [json!([rule("old")]), json!([rule("one"), rule("two")])] {
        let body = json!({ "schema": R, "ruleSet": { "domainRules": rules } });
        post(&api, "/subjects/s/versions", body).await;
    }
    api
}

#[tokio::test]
async fn rules_of_a_tagged_version_come_from_the_version_before_the_new_one() {
    let three = json!([rule("three")]);
    for (change, rule_set) in [
        // Nothing is said about rules: those of the latest version are carried on, not those of the tagged one.
        (json!({}), json!({ "domainRules": [rule("one"), rule("two")] })),
        (json!({ "rulesToRemove": ["one"] }), json!({ "domainRules": [rule("two")] })),
        (json!({ "rulesToRemove": ["one", "two"] }), json!({})),
        (json!({ "rulesToRemove": [] }), json!({ "domainRules": [rule("one"), rule("two")] })),
        (
            json!({ "rulesToMerge": { "domainRules": three } }),
            json!({ "domainRules": [rule("one"), rule("two"), rule("three")] }),
        ),
        (
            json!({ "newVersion": 3, "rulesToMerge": { "domainRules": three }, "rulesToRemove": ["two"] }),
            json!({ "domainRules": [rule("one"), rule("three")] }),
        ),
        (json!({ "ruleSet": { "domainRules": three } }), json!({ "domainRules": three })),
    ] {
        let api = two_versions_with_rules().await;
        let made = post(&api, "/subjects/s/versions/1/tags", change.clone()).await;
        assert_eq!(made["ruleSet"], rule_set, "{change}");
        assert_eq!(made["version"], 3, "{change}");
    }
}

#[tokio::test]
async fn rules_that_are_merged_are_checked_by_themselves() {
    let api = two_versions_with_rules().await;
    let migration = json!({ "name": "one", "mode": "UPGRADE", "type": "CEL" });
    let made = post(
        &api,
        "/subjects/s/versions/1/tags",
        json!({ "rulesToMerge": { "migrationRules": [migration] } }),
    )
    .await;
    assert_eq!(made["ruleSet"]["migrationRules"][0]["name"], "one", "a name may recur in another list");
    assert_eq!(made["ruleSet"]["domainRules"][0]["name"], "one");

    let twice = json!({ "rulesToMerge": { "domainRules": [rule("x"), rule("x")] } });
    assert_eq!(
        refused(&api, "/subjects/s/versions/1/tags", twice).await,
        (42210, "Found rule with duplicate name 'x'".to_owned())
    );
    for both in [json!({ "ruleSet": {}, "rulesToMerge": {} }), json!({ "ruleSet": {}, "rulesToRemove": [] })]
    {
        assert_eq!(
            refused(&api, "/subjects/s/versions/1/tags", both).await,
            (42210, "ruleSet should be omitted if specifying rulesToMerge or rulesToRemove".to_owned())
        );
    }
}

#[tokio::test]
async fn a_tagged_version_takes_no_metadata_from_the_latest_one() {
    let api = Api::new().await;
    post(&api, "/subjects/s/versions", json!({ "schema": R })).await;
    let metadata = json!({ "properties": { "k": "v" } });
    post(&api, "/subjects/s/versions", json!({ "schema": R, "metadata": metadata })).await;
    for (tagged, properties) in
        [(1, json!({ "confluent:version": "3" })), (2, json!({ "confluent:version": "4", "k": "v" }))]
    {
        let made = post(&api, &format!("/subjects/s/versions/{tagged}/tags"), json!({})).await;
        assert_eq!(made["metadata"]["properties"], properties, "tags on version {tagged}");
    }
}

#[tokio::test]
async fn a_tagged_version_is_not_normalized() {
    let api = Api::new().await;
    let text = r#"{"type":"enum","name":"E","doc":"","symbols":["A"]}"#;
    post(&api, "/subjects/s/versions", json!({ "schema": text })).await;
    put(&api, "/config/s", json!({ "normalize": true })).await;
    let made = post(&api, "/subjects/s/versions/1/tags?normalize=true", json!({})).await;
    assert_eq!(made["schema"], text);
}

#[tokio::test]
async fn an_import_that_names_an_older_version_of_the_same_schema_is_answered_with_it() {
    let api = Api::new().await;
    put(&api, "/mode", json!({ "mode": "IMPORT" })).await;
    for version in [1, 4] {
        let made =
            post(&api, "/subjects/s/versions", json!({ "schema": R, "id": 7, "version": version })).await;
        assert_eq!((&made["version"], made.get("ts")), (&json!(version), None));
    }
    let found = post(&api, "/subjects/s/versions", json!({ "schema": R, "id": 7, "version": 1 })).await;
    assert_eq!(found["version"], 1);
    assert_eq!(found["deleted"], false, "it was there already: {found}");
}

#[tokio::test]
async fn a_schema_with_an_id_of_its_own_is_not_another_version_that_means_the_same() {
    let api = Api::new().await;
    let texts = [r#"{"type":"int","a":1,"b":2}"#, r#"{"type":"int","b":2,"a":1}"#];
    let metadata = json!({ "properties": { "k": "v" } });
    for subject in ["s", "t", "u"] {
        put(&api, &format!("/config/{subject}"), json!({ "defaultMetadata": metadata })).await;
    }
    for (subject, text, version, id) in [
        ("s", texts[0], 1, 1),
        // Nobody knows this text yet, so the version that means the same answers, with the text that was sent.
        ("s", texts[1], 1, 1),
        ("t", texts[1], 1, 2),
        ("s", texts[1], 2, 2),
        ("u", texts[0], 1, 1),
        ("u", texts[1], 2, 2),
    ] {
        let made = post(&api, &format!("/subjects/{subject}/versions"), json!({ "schema": text })).await;
        assert_eq!((&made["version"], &made["id"]), (&json!(version), &json!(id)), "{subject} {text}");
        assert_eq!((&made["schema"], &made["metadata"]), (&json!(text), &metadata), "{subject} {text}");
        assert_eq!(made.get("ts"), None, "{subject} {text}");
    }
}

#[tokio::test]
async fn a_lookup_adds_defaults_only_where_a_version_is_left_to_compare_with() {
    let api = Api::new().await;
    put(&api, "/config/s", json!({ "defaultMetadata": { "properties": { "k": "v" } } })).await;
    post(&api, "/subjects/s/versions", json!({ "schema": R })).await;
    let found = post(&api, "/subjects/s?deleted=true", json!({ "schema": R })).await;
    assert_eq!(found["version"], 1);
    assert_eq!(api.delete("/subjects/s").await.status, 200);
    assert_eq!(
        refused(&api, "/subjects/s?deleted=true", json!({ "schema": R })).await,
        (40403, "Schema not found".to_owned())
    );
}

#[tokio::test]
async fn in_import_a_schema_is_looked_for_as_it_is_written() {
    let api = Api::new().await;
    let text = r#"{"type":"int","z":1,"y":2}"#;
    put(&api, "/mode/s", json!({ "mode": "IMPORT" })).await;
    put(&api, "/config/s", json!({ "normalize": true })).await;
    let import = json!({ "schema": text, "id": 1, "version": 1 });
    for _ in 0..2 {
        let made = post(&api, "/subjects/s/versions?normalize=true", import.clone()).await;
        assert_eq!(
            (&made["schema"], made.get("ts")),
            (&json!(text), None),
            "the identity is that of the text"
        );
    }
    let found = post(&api, "/subjects/s?normalize=true", json!({ "schema": text })).await;
    assert_eq!((&found["schema"], found.get("ts")), (&json!(text), None));
    put(&api, "/mode/s", json!({ "mode": "READWRITE" })).await;
    let found = post(&api, "/subjects/s", json!({ "schema": text })).await;
    assert_eq!(found["schema"], text);
    assert_eq!(found["deleted"], false, "the normal form is another identity that means the same");
}

#[tokio::test]
async fn tags_are_propagated_if_every_tagged_element_is_still_there() {
    let fields = |names: &[&str], tagged: &[&str]| -> Vec<Value> {
        let field = |name: &&str| match tagged.contains(name) {
            true => {
                json!({ "name": name, "type": "int", "default": 0, "confluent:tags": [format!("tag of {name}")] })
            }
            false => json!({ "name": name, "type": "int", "default": 0 }),
        };
        names.iter().map(field).collect()
    };
    let record = |fields: &[Value]| json!({ "type": "record", "name": "R", "fields": fields }).to_string();
    let api = Api::new().await;
    let all = ["a", "b", "c", "d", "e"];
    post(&api, "/subjects/s/versions", json!({ "schema": record(&fields(&all, &["a", "b", "d", "e"])) }))
        .await;
    for (names, tagged) in [
        (&["e", "c", "a", "new"][..], None),
        (&["new"], None),
        (&["e", "d", "b", "a"], Some(&["a", "b", "d", "e"])),
        (&["a", "b", "c", "d", "e", "new"], Some(&["a", "b", "d", "e"])),
    ] {
        let body = json!({ "schema": record(&fields(names, &[])), "propagateSchemaTags": true });
        let Some(tagged) = tagged else {
            assert_eq!(refused(&api, "/subjects/s/versions", body).await.0, 42201, "{names:?}");
            continue;
        };
        let made = post(&api, "/subjects/s/versions", body).await;
        let schema: Value = serde_json::from_str(made["schema"].as_str().unwrap()).unwrap();
        assert_eq!(schema["fields"], json!(fields(names, tagged)), "{names:?}");
        api.delete(&format!("/subjects/s/versions/{}", made["version"])).await;
    }
    for (names, first_missing) in
        [(&["e", "c", "a", "new"][..], "R.b"), (&["new"], "R.a"), (&["a", "b", "d"], "R.e")]
    {
        let body = json!({ "schema": record(&fields(names, &[])), "propagateSchemaTags": true });
        let refused = api.post("/subjects/s/versions", &body).await.json();
        let text = format!(
            "java.lang.IllegalArgumentException: No matching path '{first_missing}' found in the schema"
        );
        assert_eq!(refused, json!({ "error_code": 42201, "message": text }), "{names:?}");
    }
}

#[tokio::test]
async fn nothing_is_compared_with_an_imported_text_that_is_no_json_schema() {
    let api = Api::new().await;
    put(&api, "/mode/s", json!({ "mode": "IMPORT" })).await;
    let broken = json!({ "schemaType": "JSON", "schema": r#"{"type":"text"}"#, "id": 7, "version": 1 });
    post(&api, "/subjects/s/versions", broken).await;
    put(&api, "/mode/s", json!({ "mode": "READWRITE" })).await;
    let schema = json!({ "schemaType": "JSON", "schema": r#"{"type":"string"}"# });
    for path in ["/subjects/s/versions", "/compatibility/subjects/s/versions/1"] {
        assert_eq!(refused(&api, path, schema.clone()).await, (42201, "Invalid JSON".to_owned()), "{path}");
    }
    put(&api, "/config/s", json!({ "compatibility": "NONE" })).await;
    post(&api, "/subjects/s/versions", schema).await;
}

/// Where the last subject was new, the next one is taken to be new as well; a name that is refused may stand for another one.
#[tokio::test]
async fn a_name_that_is_refused_may_be_an_alias() {
    let api = Api::with(&[("schema.reject.empty.subject", "true")]).await;
    for context in ["", ":.c:"] {
        api.register(&format!("{context}new"), "\"int\"").await;
        let refused =
            api.post(&format!("/subjects/{context}*/versions"), &json!({ "schema": "\"int\"" })).await;
        assert_eq!(refused.status, 422, "{context}: {}", refused.text);
        api.put(&format!("/config/{context}*"), &json!({ "alias": "target" })).await;
        api.register(&format!("{context}newer"), "\"int\"").await;
        api.register(&format!("{context}*"), "\"int\"").await;
        let versions = api.get(&format!("/subjects/{context}target/versions")).await;
        assert_eq!(versions.text, "[1]", "{context}");
    }
}

/// Nothing is looked for in a subject without versions, and what is wrong is told in the same order all the same.
#[tokio::test]
async fn what_is_wrong_with_a_schema_is_told_alike_in_a_new_subject_and_in_an_old_one() {
    let wrong_default = r#"{"name":"a","type":"int","default":"x"}"#;
    let schemas = [
        "{".to_owned(),
        r#""unknown""#.to_owned(),
        format!(r#"{{"type":"record","name":"R","fields":[{wrong_default}]}}"#),
        // Wrong in two ways, of which only a new schema must not be wrong in the first.
        format!(
            r#"{{"type":"record","name":"R","fields":[{wrong_default},{{"name":"b","type":"unknown"}}]}}"#
        ),
        r#"{"type":"record","name":"0","fields":[]}"#.to_owned(),
    ];
    for mode in ["READWRITE", "READONLY"] {
        let api = Api::new().await;
        api.register("s-old", "\"int\"").await;
        api.put("/mode", &json!({ "mode": mode })).await;
        for schema in &schemas {
            let body = json!({ "schema": schema });
            let told = async |subject: &str| {
                let answer = api.post(&format!("/subjects/{subject}/versions"), &body).await;
                (answer.status, answer.text.replace(subject, "SUBJECT"))
            };
            let (new, old) = (told("s-new").await, told("s-old").await);
            assert_eq!(new, old, "{mode}: {schema}");
            assert_eq!(new.0, 422, "{mode}: {schema}");
        }
    }
}
