//! What lists and reads add to a stored schema, and which of several wrong things is told.

use crate::support::Api;
use serde_json::{Value, json};

const INT: &str = "\"int\"";

#[tokio::test]
async fn an_element_with_a_tag_that_is_asked_for_shows_all_of_its_tags() {
    let api = Api::new().await;
    let text = json!({ "type": "record", "name": "R", "confluent:tags": ["A", "B"], "fields": [
        { "name": "f", "type": "int", "confluent:tags": ["B", "C"] }, { "name": "g", "type": "int" }] });
    api.register("s", &text.to_string()).await;
    let tagged = |path: &str, kind: &str, tags: Value| json!({ "schemaEntity": { "entityPath": path, "entityType": kind }, "tags": tags });
    let record = tagged("R", "sr_record", json!(["A", "B"]));
    let field = tagged("R.f", "sr_field", json!(["B", "C"]));
    for (query, shown) in [
        ("", Value::Null),
        ("?findTags=", Value::Null),
        ("?findTags=Z", Value::Null),
        ("?findTags=A", json!([record])),
        ("?findTags=C&findTags=Z", json!([field])),
        ("?findTags=B", json!([record, field])),
        ("?findTags=*", json!([record, field])),
    ] {
        for path in ["/subjects/s/versions/1", "/schemas/ids/1"] {
            assert_eq!(api.get(&format!("{path}{query}")).await.json()["schemaTags"], shown, "{path}{query}");
        }
    }
}

#[tokio::test]
async fn the_alias_of_a_context_stands_in_lists_and_that_of_the_registry_does_not() {
    let api = Api::new().await;
    for subject in ["t", ":.c:t"] {
        api.register(subject, INT).await;
    }
    for (key, alias) in [("/config/:.c:", "t"), ("/config", "t"), ("/config/a", "t")] {
        api.put(key, &json!({ "alias": alias })).await;
    }
    for (prefix, listed) in [
        (":.c:", json!([[":.c:t", [":.c:"]]])),
        ("", json!([["t", ["a"]]])),
        (":*:", json!([[":.c:t", [":.c:"]], ["t", ["a"]]])),
        (":*:t", json!([[":.c:t", null], ["t", null]])),
    ] {
        let answer = api.get(&format!("/schemas?aliases=true&subjectPrefix={prefix}")).await.json();
        let found: Vec<Value> =
            answer.as_array().unwrap().iter().map(|one| json!([one["subject"], one["aliases"]])).collect();
        assert_eq!(json!(found), listed, "{prefix}");
    }
}

#[tokio::test]
async fn of_several_wrong_things_in_a_setting_one_is_told() {
    let api = Api::new().await;
    let rules = json!({ "domainRules": [{ "name": "r" }] });
    for (path, body, code) in [
        ("/mode/__GLOBAL", json!({ "mode": "nope" }), 42208),
        ("/mode/__GLOBAL", json!({ "mode": "FORWARD" }), 42208),
        ("/mode/s", json!({ "mode": "FORWARD" }), 42204),
        ("/config/__GLOBAL", json!({ "compatibility": "nope", "defaultRuleSet": rules }), 42203),
        ("/config/__GLOBAL", json!({ "compatibility": "NONE", "defaultRuleSet": rules }), 42210),
        ("/config/__GLOBAL", json!({ "compatibility": "NONE" }), 42208),
    ] {
        assert_eq!(api.put(path, &body).await.error().0, code, "{path} {body}");
    }
}

#[tokio::test]
async fn a_read_only_registry_names_the_subject_of_a_config_that_it_keeps() {
    for (level, suffix) in [("8", " in context  is in read-only mode"), ("7", " is in read-only mode")] {
        let api = Api::with(&[("response.level", level)]).await;
        for key in ["/config", "/config/s"] {
            api.put(key, &json!({ "compatibility": "FULL" })).await;
        }
        api.put("/mode", &json!({ "mode": "READONLY" })).await;
        for (key, named) in [("/config", "null"), ("/config/:.:", "null"), ("/config/s", "s")] {
            let told = (42205, format!("Subject {named}{suffix}"));
            assert_eq!(api.put(key, &json!({})).await.error(), told, "PUT {key}");
            assert_eq!(api.delete(key).await.error(), told, "DELETE {key}");
        }
        assert_eq!(api.delete("/config/:.__GLOBAL:").await.status, 200, "its mode is its own");
    }
}
