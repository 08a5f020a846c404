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

/// A page is cut out of the whole list, whatever else the list is about.
#[tokio::test]
async fn a_page_of_a_filtered_list_is_a_part_of_the_whole() {
    let api = Api::new().await;
    let rule = json!({ "name": "r", "kind": "CONDITION", "mode": "READ", "type": "CEL", "expr": "true" });
    for version in 1..=3 {
        for subject in ["a", "b", "c", ":.c:a"] {
            let text = json!({ "type": "record", "name": "R", "fields": [
                { "name": format!("f{version}"), "type": "int", "default": 0 }] });
            let mut body = json!({ "schema": text.to_string() });
            if (subject, version) > ("b", 1) {
                body["ruleSet"] = json!({ "domainRules": [rule] });
            }
            assert_eq!(api.post(&format!("/subjects/{subject}/versions"), &body).await.status, 200);
        }
    }
    assert_eq!(api.delete("/subjects/b/versions/3").await.status, 200);
    api.put("/config/alias", &json!({ "alias": "c" })).await;
    api.put("/config/a", &json!({ "alias": ":.c:a" })).await;
    for (subject, resource) in [("b", "one"), ("c", "two")] {
        let association = json!({ "resourceName": resource, "resourceNamespace": "n", "resourceId": resource,
            "resourceType": "topic", "associations": [{ "subject": subject, "associationType": "value", "lifecycle": "WEAK" }] });
        assert_eq!(api.post("/associations", &association).await.status, 200);
    }
    for (query, whole) in [
        ("subjectPrefix=:*:", ":.c:a/1 :.c:a/2 :.c:a/3 a/1 a/2 a/3 b/1 b/2 c/1 c/2 c/3"),
        ("subjectPrefix=:*:&latestOnly=true", ":.c:a/3 a/3 b/2 c/3"),
        ("subjectPrefix=:*:a", ":.c:a/1 :.c:a/2 :.c:a/3 a/1 a/2 a/3"),
        ("subjectPrefix=:*:a&latestOnly=true", ":.c:a/3 a/3"),
        ("ruleType=CEL", "b/2 c/1 c/2 c/3"),
        ("ruleType=CEL&deleted=true", "b/2 b/3 c/1 c/2 c/3"),
        ("ruleType=CEL&deleted=true&latestOnly=true&subjectPrefix=b", "b/3"),
        ("ruleType=ENCRYPT", ""),
        ("resourceType=topic", "b/1 b/2 c/1 c/2 c/3"),
        ("resourceType=topic&ruleType=CEL&latestOnly=true", "b/2 c/3"),
        ("lifecycle=NONE", "a/1 a/2 a/3"),
        ("lifecycle=NONE&lifecycle=WEAK&latestOnly=true", "a/3 b/2 c/3"),
        ("lifecycle=STRONG", ""),
        ("aliases=true&subjectPrefix=al", "c/1 c/2 c/3"),
        ("aliases=true&latestOnly=true", ":.c:a/3 a/3 b/2 c/3"),
        ("aliases=true&subjectPrefix=al&ruleType=CEL&resourceType=topic&latestOnly=true", "c/3"),
    ] {
        let list = async |paging: &str| -> Vec<String> {
            let listed = api.get(&format!("/schemas?{query}{paging}")).await.json();
            let name = |one: &Value| format!("{}/{}", one["subject"].as_str().unwrap(), one["version"]);
            listed.as_array().unwrap().iter().map(name).collect()
        };
        let whole: Vec<&str> = whole.split_terminator(' ').collect();
        assert_eq!(list("").await, whole, "{query}");
        for (offset, limit) in [(0, 1), (1, 1), (0, 2), (2, 3), (4, 2), (9, 9)] {
            let page: Vec<&str> = whole.iter().skip(offset).take(limit).copied().collect();
            let told = list(&format!("&offset={offset}&limit={limit}")).await;
            assert_eq!(told, page, "{query} {offset} {limit}");
        }
    }
}

/// What an alias stands for is in its place in the list, also where it is none of those that the list is about, and there are more of
/// these than are read at once.
#[tokio::test]
async fn what_aliases_stand_for_comes_in_between_in_long_lists_too() {
    let api = Api::new().await;
    let mut whole: Vec<String> = (0..1005).map(|number| format!("s{number:04}")).collect();
    whole.insert(0, ":.c:t".to_owned());
    whole.push("zz".to_owned());
    for subject in &whole {
        api.register(subject, INT).await;
    }
    api.put("/config/sa", &json!({ "alias": ":.c:t" })).await;
    api.put("/config/sb", &json!({ "alias": "zz" })).await;
    for (offset, limit) in [(0, 2), (998, 4), (999, 3), (1000, 3), (1001, 9), (1004, 3), (1006, 5), (1007, 1)]
    {
        let path = format!("/schemas?subjectPrefix=s&aliases=true&offset={offset}&limit={limit}");
        let listed = api.get(&path).await.json();
        let listed: Vec<&str> =
            listed.as_array().unwrap().iter().map(|one| one["subject"].as_str().unwrap()).collect();
        let page: Vec<&str> = whole.iter().skip(offset).take(limit).map(String::as_str).collect();
        assert_eq!(listed, page, "{path}");
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
