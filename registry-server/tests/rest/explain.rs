//! `explain=true`: who breaks, by which value, and what to change (rest-api §5.5). An extension: without it the answers are
//! the original's, member by member.

use serde_json::{Value, json};

use crate::support::{Answer, Api};

const USER: &str = r#"{"type":"record","name":"User","fields":[{"name":"id","type":"long"}]}"#;

fn user(fields: &str) -> String {
    format!(r#"{{"type":"record","name":"User","fields":[{fields}]}}"#)
}

/// A registry where the subject has the versions, at a level.
async fn registry(subject: &str, level: &str, versions: &[Value]) -> Api {
    let api = Api::new().await;
    for version in versions {
        let answer = api.post(&format!("/subjects/{subject}/versions"), version).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
    }
    api.put(&format!("/config/{subject}"), &json!({ "compatibility": level })).await;
    api
}

async fn check(api: &Api, subject: &str, query: &str, schema: &Value) -> Answer {
    let answer = api.post(&format!("/compatibility/subjects/{subject}/versions{query}"), schema).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer
}

#[tokio::test]
async fn a_finding_says_who_breaks_where_by_what_and_the_way_out() {
    struct Case {
        level: &'static str,
        new: String,
        broken_readers: &'static str,
        kind: &'static str,
        place: &'static str,
        failing: &'static str,
        change: &'static str,
    }
    let cases = [
        Case {
            level: "BACKWARD",
            new: user(r#"{"name":"id","type":"long"},{"name":"email","type":["null","string"]}"#),
            broken_readers: "new",
            kind: "READER_FIELD_MISSING_DEFAULT_VALUE",
            place: "field \"email\" of User",
            failing: r#"{"id":0}"#,
            change: "give field \"email\" of User the default null",
        },
        Case {
            level: "FORWARD_TRANSITIVE",
            new: user(r#"{"name":"mail","type":"string"}"#),
            broken_readers: "old",
            kind: "READER_FIELD_MISSING_DEFAULT_VALUE",
            place: "field \"id\" of User",
            failing: r#"{"mail":""}"#,
            change: "keep field \"id\" of User",
        },
        Case {
            level: "FULL",
            new: user(r#"{"name":"id","type":"int"}"#),
            broken_readers: "new",
            kind: "TYPE_MISMATCH",
            place: "field \"id\" of User",
            failing: r#"{"id":0}"#,
            change: "keep the type long of field \"id\" of User",
        },
    ];
    for Case { level, new, broken_readers, kind, place, failing, change } in cases {
        let api = registry("users", level, &[json!({ "schema": USER })]).await;
        let answer = check(&api, "users", "?explain=true", &json!({ "schema": new })).await.json();
        assert_eq!(answer["is_compatible"], false, "{level}");
        assert_eq!(answer.get("messages"), None, "only with verbose");
        let explained = &answer["explanations"][0];
        assert_eq!((&explained["version"], &explained["brokenReaders"]), (&json!(1), &json!(broken_readers)));
        let finding = &explained["findings"][0];
        assert_eq!((&finding["type"], &finding["place"]), (&json!(kind), &json!(place)), "{level}");
        assert_eq!(finding["failingValue"], failing, "{level}");
        assert!(finding["decodeError"].is_string() && finding["decodesNevertheless"] == false, "{finding}");
        let advice = finding["change"].as_str().unwrap();
        assert!(advice.starts_with(change), "{level}: {advice}");
        let text = explained["text"].as_str().unwrap();
        assert!(text.starts_with(&format!("- {place}: ")) && text.contains(change), "{text}");
        // What is advised is accepted, at the level and by the registration.
        let repaired = json!({ "schema": explained["repairedSchema"] });
        let again = check(&api, "users", "?explain=true", &repaired).await;
        assert_eq!(again.text, r#"{"is_compatible":true,"explanations":[]}"#, "{level}");
        assert_eq!(api.post("/subjects/users/versions", &repaired).await.status, 200, "{level}");
    }
}

#[tokio::test]
async fn the_version_is_the_first_that_does_not_fit() {
    let versions = [user(r#"{"name":"a","type":"int"}"#), user(r#"{"name":"a","type":"long"}"#)];
    let versions = versions.map(|text| json!({ "schema": text }));
    let api = registry("s", "FORWARD_TRANSITIVE", &versions).await;
    let new = json!({ "schema": user(r#"{"name":"a","type":"long"},{"name":"b","type":"int"}"#) });
    let answer = check(&api, "s", "?explain=true&verbose=true", &new).await.json();
    assert_eq!(answer["explanations"][0]["version"], 1);
    assert!(answer["messages"].to_string().contains("{oldSchemaVersion: 1}"), "{answer}");
    // The other one alone is compatible, and says so.
    let one = check(&api, "s", "/2?explain=true", &new).await;
    assert_eq!(one.text, r#"{"is_compatible":true,"explanations":[]}"#);
}

#[tokio::test]
async fn without_it_nothing_changes_and_other_languages_say_what_their_messages_say() {
    let api = registry("users", "BACKWARD", &[json!({ "schema": USER })]).await;
    let new = json!({ "schema": user(r#"{"name":"email","type":"string"}"#) });
    assert_eq!(check(&api, "users", "", &new).await.text, r#"{"is_compatible":false}"#);
    let verbose = check(&api, "users", "?verbose=true", &new).await.json();
    assert_eq!(verbose.as_object().unwrap().len(), 2, "{verbose}");

    let object = |kind: &str| {
        let schema = json!({ "type": "object", "properties": { "a": { "type": kind } } });
        json!({ "schemaType": "JSON", "schema": schema.to_string() })
    };
    let api = registry("json", "BACKWARD", &[object("string")]).await;
    let answer = check(&api, "json", "?explain=true", &object("integer")).await.json();
    let text = answer["explanations"][0]["text"].as_str().unwrap();
    assert!(text.starts_with("- ") && text.contains("TYPE_CHANGED"), "{text}");
    let another = json!({ "schema": "\"int\"" });
    let other = check(&api, "json", "?explain=true", &another).await;
    assert_eq!(other.text, r#"{"is_compatible":false,"explanations":[]}"#);
    // So the refusal leads nowhere where no more is said; where the same language does not fit, it does.
    for (schema, leads) in [(another, false), (object("integer"), true)] {
        let refused = api.post("/subjects/json/versions", &schema).await;
        assert_eq!((refused.status, refused.header("link").is_some()), (409, leads), "{}", refused.text);
    }
}

/// The body of a refusal is the original's to the byte, so the place to read is told in a header.
#[tokio::test]
async fn a_refused_registration_names_the_place_where_it_is_explained() {
    for subject in ["users", ":.team-a:users", "weird name/ü?"] {
        let escaped: String = subject
            .bytes()
            .map(|byte| match byte {
                b'a'..=b'z' | b':' | b'.' | b'-' => char::from(byte).to_string(),
                byte => format!("%{byte:02X}"),
            })
            .collect();
        let api = registry(&escaped, "BACKWARD", &[json!({ "schema": USER })]).await;
        let new = json!({ "schema": user(r#"{"name":"email","type":"string"}"#) });
        let refused = api.post(&format!("/subjects/{escaped}/versions"), &new).await;
        assert_eq!(refused.status, 409, "{}", refused.text);
        assert_eq!(refused.json().as_object().unwrap().len(), 2, "error_code and message");
        let link = refused.header("link").expect("a link").to_owned();
        let path = link.strip_prefix('<').and_then(|link| link.strip_suffix(">; rel=\"help\"")).expect(&link);
        let explained = api.post(path, &new).await.json();
        assert_eq!(explained["explanations"][0]["findings"][0]["place"], "field \"email\" of User", "{link}");
        let taken = api.post(&format!("/subjects/{escaped}/versions"), &json!({ "schema": USER })).await;
        assert_eq!(taken.header("link"), None);
    }
}
