//! What ids and GUIDs stand for when versions come from another registry: semantics §2.2, semantics §2.3.

use serde_json::{Value, json};

use crate::support::Api;

const A: &str = r#"{"type":"enum","name":"A","symbols":["X"]}"#;
const B: &str = r#"{"type":"enum","name":"B","symbols":["X"]}"#;

/// A registry whose context `.m` takes in versions with their ids.
async fn importing() -> Api {
    let api = Api::new().await;
    assert_eq!(api.put("/mode/:.m:", &json!({ "mode": "IMPORT" })).await.status, 200);
    api
}

/// Imports a schema and answers with the status.
async fn import(api: &Api, subject: &str, version: u32, id: u32, schema: &str) -> u16 {
    let body = json!({ "schema": schema, "version": version, "id": id });
    api.post(&format!("/subjects/:.m:{subject}/versions"), &body).await.status
}

async fn purge(api: &Api, subject: &str) {
    for path in [format!("/subjects/:.m:{subject}"), format!("/subjects/:.m:{subject}?permanent=true")] {
        assert_eq!(api.delete(&path).await.status, 200, "{path}");
    }
}

async fn json_of(api: &Api, path: &str) -> Value {
    let answer = api.get(path).await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.text);
    answer.json()
}

#[tokio::test]
async fn an_import_takes_an_id_whose_content_was_purged() {
    let api = importing().await;
    for (round, schema) in [A, B, A].into_iter().enumerate() {
        assert_eq!(import(&api, "tried", 1, 7, schema).await, 200, "{round}");
        let found = json_of(&api, "/contexts/.m/schemas/ids/7").await;
        assert_eq!(found["schema"], schema, "{round}");
        assert_eq!(import(&api, "other", 1, 7, r#""int""#).await, 422, "{round}: it is taken");
        purge(&api, "tried").await;
        assert_eq!(api.get("/contexts/.m/schemas/ids/7").await.error().0, 40403, "{round}");
    }
    api.put("/mode/:.m:", &json!({ "mode": "READWRITE" })).await;
    let registered = api.post("/subjects/:.m:new/versions", &json!({ "schema": A })).await.json();
    assert_eq!(registered["id"], 8, "a registration never takes an id that was given out");
}

#[tokio::test]
async fn an_id_whose_version_was_overwritten_stands_for_what_it_stood_for() {
    let api = importing().await;
    assert_eq!(import(&api, "s", 1, 1, A).await, 200);
    assert_eq!(import(&api, "s", 1, 3, B).await, 200);
    for query in ["", "?subject=:.m:s", "?subject=:.m:never"] {
        let found = json_of(&api, &format!("/contexts/.m/schemas/ids/1{query}")).await;
        assert_eq!((&found["schema"], found.get("subject")), (&json!(A), None), "{query}");
    }
    assert_eq!(api.get("/contexts/.m/schemas/ids/1/schema").await.text, A);
    let ids = json_of(&api, "/contexts/.m/schemas/ids/1").await;
    let by_guid = json_of(&api, &format!("/schemas/guids/{}", ids["guid"].as_str().expect("a GUID"))).await;
    assert_eq!(by_guid["schema"], A);
    assert_eq!(json_of(&api, "/contexts/.m/schemas/ids/1/versions").await, json!([]));
    assert_eq!(import(&api, "t", 1, 1, B).await, 422, "nor does it become anything else");
    assert_eq!(import(&api, "t", 1, 1, A).await, 200);
    let found = json_of(&api, "/contexts/.m/schemas/ids/1").await;
    assert_eq!((&found["subject"], &found["version"]), (&json!(":.m:t"), &json!(1)));
}

#[tokio::test]
async fn lists_of_holders_are_those_of_the_current_id() {
    let api = importing().await;
    for (subject, version, id) in [("s", 3, 100), ("t", 3, 2), ("u", 1, 5), ("s", 7, 2)] {
        assert_eq!(import(&api, subject, version, id, A).await, 200);
    }
    let of_2 = json!([{ "subject": ":.m:s", "version": 7 }, { "subject": ":.m:t", "version": 3 }]);
    let sorted = |mut list: Value| {
        list.as_array_mut().expect("a list").sort_by_key(Value::to_string);
        list
    };
    for id in [100, 2, 5] {
        let listed = json_of(&api, &format!("/contexts/.m/schemas/ids/{id}/versions?deleted=true")).await;
        assert_eq!(sorted(listed), of_2, "{id}");
    }
    assert_eq!(api.delete("/subjects/:.m:u/versions/1").await.status, 200);
    for id in [100, 2, 5] {
        let path = format!("/contexts/.m/schemas/ids/{id}");
        assert_eq!(json_of(&api, &format!("{path}/subjects?deleted=true")).await, json!([":.m:u"]), "{id}");
        assert_eq!(json_of(&api, &format!("{path}/subjects")).await, json!([]), "{id}");
    }
    api.put("/mode/:.m:", &json!({ "mode": "READWRITE" })).await;
    let registered = api.post("/subjects/:.m:new/versions", &json!({ "schema": A })).await.json();
    assert_eq!(registered["id"], 5);
}

#[tokio::test]
async fn an_import_may_refer_to_what_is_deleted() {
    let api = importing().await;
    assert_eq!(import(&api, "base", 2, 1, A).await, 200);
    assert_eq!(api.delete("/subjects/:.m:base").await.status, 200);
    let references = json!([{ "name": "A", "subject": "base", "version": 2 }]);
    let refers = |schema: &str| json!({ "schema": schema, "references": references });
    let with_id = |schema: &str, id: u32| {
        let mut body = refers(schema);
        body["id"] = id.into();
        body
    };
    let path = "/subjects/:.m:user/versions";
    assert_eq!(api.post(path, &with_id(r#"{"type":"array","items":"A"}"#, 5)).await.status, 200);
    let permanent = api.delete("/subjects/:.m:base/versions/2?permanent=true").await;
    assert_eq!(permanent.error().0, 42206, "it is referred to");
    api.put("/mode/:.m:", &json!({ "mode": "READWRITE" })).await;
    api.put("/config/:.m:", &json!({ "compatibility": "NONE" })).await;
    let map = r#"{"type":"map","values":"A"}"#;
    assert_eq!(api.post(path, &refers(map)).await.error().0, 42201, "what is new may not");
    api.put("/config/:.m:", &json!({ "validateNewSchemas": false })).await;
    assert_eq!(api.post(path, &refers(map)).await.status, 200, "unless nothing asks for it");
}

#[tokio::test]
async fn a_schema_that_brings_its_id_is_told_as_a_stored_one() {
    let api = importing().await;
    for (subject, id, told) in [
        (":.m:s", Some(51), "version=null,id=0,"),
        (":.m:s", None, "version=null,id=null,"),
        ("s", Some(51), "version=null,id=null,"),
    ] {
        let body = json!({ "schema": r#"{"type":"recrod"}"#, "id": id, "version": 7 });
        let (code, text) = api.post(&format!("/subjects/{subject}/versions"), &body).await.error();
        assert_eq!(code, 42201);
        assert!(text.contains(told), "{text}");
    }
}

#[tokio::test]
async fn references_are_told_with_the_numbers_that_the_parser_met() {
    let api = Api::new().await;
    for schema in [A, r#"{"type":"enum","name":"A","symbols":["X","Y"],"default":"X"}"#] {
        assert_eq!(
            api.post("/subjects/base/versions?force=true", &json!({ "schema": schema })).await.status,
            200
        );
    }
    for (subject, told) in [("base", "version=2}]"), ("never", "version=-1}]")] {
        let references = json!([{ "name": "A", "subject": subject, "version": -1 }]);
        let body = json!({ "schema": r#"{"type":"array","items":"Unknown"}"#, "references": references });
        let (_, text) = api.post("/subjects/s/versions", &body).await.error();
        assert!(text.contains(told), "{subject}: {text}");
    }
}

#[tokio::test]
async fn a_text_that_is_no_guid_has_no_ids() {
    let api = Api::new().await;
    for guid in ["zz", "00000000-0000-0000-0000-000000000000"] {
        assert_eq!(json_of(&api, &format!("/schemas/guids/{guid}/ids")).await, json!([]), "{guid}");
    }
}

#[tokio::test]
async fn a_text_that_is_shown_with_other_references_is_hashed_as_shown() {
    let api = Api::new().await;
    assert_eq!(api.post("/subjects/:.c:base/versions", &json!({ "schema": A })).await.status, 200);
    let references = json!([{ "name": "A", "subject": "base", "version": 1 }]);
    let body = json!({ "schema": r#"{"type":"array","items":"A"}"#, "references": references });
    assert_eq!(api.post("/subjects/:.c:s/versions", &body).await.status, 200);
    let mut guids = Vec::new();
    for query in
        ["", "?format=resolved", "?referenceFormat=qualified", "?format=resolved&referenceFormat=qualified"]
    {
        let shown = json_of(&api, &format!("/subjects/:.c:s/versions/1{query}")).await;
        guids.push(shown["guid"].as_str().expect("a GUID").to_owned());
    }
    assert_eq!(guids[0], guids[1], "the format alone is no other schema");
    let distinct: std::collections::BTreeSet<_> = guids.iter().collect();
    assert_eq!(distinct.len(), 3, "{guids:?}");
}

/// A reference is shown as what it leads to: nothing in the default context, which `:.:base` names everywhere else, can be
/// referred to from another one, where that is a name as any other.
#[tokio::test]
async fn qualified_references_name_the_subjects_that_they_lead_to() {
    let api = Api::new().await;
    let targets = [
        ("base", "base"),
        (":.c:base", "base"),
        (":.c::.:base", ":.:base"),
        (":.d:base", ":.d:base"),
        (":.d", ":.d"),
    ];
    for (subject, _) in targets {
        assert_eq!(
            api.post(&format!("/subjects/{subject}/versions"), &json!({ "schema": A })).await.status,
            200
        );
    }
    for (referrer, shown) in [
        ("s", ["base", ":.:base", ":.d:base", ":.d"]),
        (":.c:s", [":.c:base", ":.c::.:base", ":.d:base", ":.d:"]),
    ] {
        for (asked, shown) in ["base", ":.:base", ":.d:base", ":.d"].into_iter().zip(shown) {
            let path = format!("/subjects/{referrer}/versions");
            let body = json!({ "schema": format!(r#"{{"type":"array","items":"A","for":"{asked}"}}"#),
                "references": [{ "name": "A", "subject": asked, "version": 1 }] });
            let registered = api.post(&format!("{path}?force=true"), &body).await;
            assert_eq!(registered.status, 200, "{referrer} {asked}: {}", registered.text);
            let (id, version) = (&registered.json()["id"], &registered.json()["version"]);
            for read in [format!("{path}/{version}?"), format!("/schemas/ids/{id}?subject={referrer}&")] {
                let of = async |query: &str| {
                    json_of(&api, &format!("{read}{query}")).await["references"][0]["subject"].clone()
                };
                assert_eq!(of("").await, asked, "{read}: as it was given");
                assert_eq!(of("referenceFormat=qualified").await, shown, "{read}");
            }
            // What is shown leads to the same from anywhere.
            let by_name = json_of(&api, &format!("/subjects/{shown}/versions/1/referencedby")).await;
            assert!(by_name.as_array().unwrap().contains(id), "{referrer} {asked}: {by_name}");
        }
    }
}

#[tokio::test]
async fn what_is_not_built_is_refused_and_changes_nothing() {
    let api = Api::new().await;
    api.put("/config/s", &json!({ "compatibility": "FULL" })).await;
    for policy in ["LOGICAL", "logical"] {
        let body = json!({ "compatibilityPolicy": policy, "compatibility": "NONE" });
        for path in ["/config", "/config/s"] {
            let (code, text) = api.put(path, &body).await.error();
            assert_eq!(code, 42203, "{path}");
            assert!(text.contains("LOGICAL is not offered"), "{text}");
        }
    }
    assert_eq!(json_of(&api, "/config/s").await, json!({ "compatibilityLevel": "FULL" }));
    for path in ["/subjects/s/versions?format=logical", "/subjects/s/versions?format=Logical"] {
        assert_eq!(api.post(path, &json!({ "schema": A })).await.error().0, 400, "{path}");
    }
    assert_eq!(api.get("/subjects/s/versions").await.status, 404, "nothing was written");
    assert_eq!(api.post("/subjects/s/versions?format=any", &json!({ "schema": A })).await.status, 200);
    assert_eq!(api.get("/subjects/s/versions/1?format=LOGICAL").await.error().0, 400);
}

#[tokio::test]
async fn an_empty_text_of_a_config_is_shown_once() {
    let api = Api::new().await;
    let empty = json!({ "alias": "", "compatibilityGroup": "" });
    assert_eq!(api.put("/config/s", &empty).await.json(), empty);
    assert_eq!(
        api.put("/config/s", &json!({ "normalize": true })).await.json(),
        json!({ "normalize": true })
    );
    let again = json!({ "compatibilityGroup": "" });
    assert_eq!(
        api.put("/config/s", &again).await.json(),
        json!({ "normalize": true, "compatibilityGroup": "" })
    );
}

#[tokio::test]
async fn an_alias_stands_for_its_target_wherever_a_subject_is_named() {
    let api = Api::new().await;
    for subject in ["b", ":.c:b", ":.c:free"] {
        assert_eq!(
            api.register(subject, &format!(r#""{}""#, if subject == "b" { "int" } else { "string" }))
                .await
                .status,
            200
        );
    }
    api.put("/config/:.c:a", &json!({ "alias": "b" })).await;
    api.put("/config/:.c:explicit", &json!({ "alias": ":.:b" })).await;
    api.put("/config/:.c:lent", &json!({ "alias": "free" })).await;
    for (subject, found) in
        [("%3A.c%3Aa", "b"), (":.c:a", ":.c:b"), (":.c:explicit", "b"), ("%3A.c%3Aexplicit", "b")]
    {
        let shown = json_of(&api, &format!("/schemas/ids/1?subject={subject}")).await;
        assert_eq!(shown["subject"], found, "{subject}");
    }
    assert_eq!(
        json_of(&api, "/aliases").await,
        json!([
            { "alias": ":.c:a", "subject": ":.c:b" },
            { "alias": ":.c:explicit", "subject": "b" },
            { "alias": ":.c:lent", "subject": ":.c:free" },
        ])
    );
    let listed = json_of(&api, "/contexts/.c/schemas?subjectPrefix=e&aliases=true").await;
    assert_eq!(listed, json!([]), "an alias that names the default context by its dot shows nothing");
    let weak = json!({ "resourceName": "t", "resourceNamespace": "c", "resourceId": "id",
        "associations": [{ "subject": ":.c:lent", "associationType": "value", "lifecycle": "WEAK" }] });
    let made = api.post("/associations", &weak).await.json();
    assert_eq!(made["associations"][0]["subject"], ":.c:free", "{made}");
}
