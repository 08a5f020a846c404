//! What refusals say, what they keep to themselves, and what is checked beside the path.

use registry_server::security::{Principal, Proof};
use serde_json::{Value, json};

use super::{People, RULES, ask, build, must, record, ruled, rules};

const DENIED: u64 = 40301;

#[tokio::test]
async fn a_refusal_says_what_is_denied_on_what() {
    let (people, file) = (People::new(), rules(RULES));
    let api = ruled("sqlite::memory:", &file).await;
    build(&api, &people.root).await;
    for (line, message) in [
        ("GET /subjects/secret/versions", "User is denied operation Read on Subject: secret"),
        (
            r#"POST /subjects/secret/versions {"schema":"\"int\""}"#,
            "User is denied operation Write on Subject: secret",
        ),
        ("DELETE /subjects/:.c:x", "User is denied operation Delete on Subject: :.c:x"),
        ("DELETE /contexts/.c/subjects/x", "User is denied operation Delete on Subject: :.c:x"),
        ("GET /config/secret", "User is denied operation ReadCompatibility on Subject: secret"),
        (
            r#"PUT /config {"compatibility":"NONE"}"#,
            "User is denied operation WriteCompatibility on Schema Registry",
        ),
        (r#"PUT /mode/:.: {"mode":"IMPORT"}"#, "User is denied operation WriteMode on Schema Registry"),
        ("GET /mode/:.c:", "User is denied operation ReadMode on Subject: :.c:"),
        ("DELETE /contexts/c", "User is denied operation DeleteContext on Context: .c"),
        // Before the body and the other parameters are read.
        ("POST /subjects/secret/versions {", "User is denied operation Write on Subject: secret"),
        ("GET /subjects/secret/versions/none", "User is denied operation Read on Subject: secret"),
        // Whether there is such a subject is not told.
        ("GET /subjects/nothing/versions", "User is denied operation Read on Subject: nothing"),
    ] {
        let answer = ask(&api, &people.developer, line).await;
        assert_eq!((answer.status, answer.error()), (403, (DENIED, message.to_owned())), "{line}");
        assert_eq!(answer.header("content-type"), Some("application/vnd.schemaregistry.v1+json"), "{line}");
    }
    let head = ask(&api, &people.developer, "HEAD /subjects/secret/versions").await;
    assert_eq!((head.status, head.text.as_str()), (403, ""));
    // What is no operation is told to everybody, as in the original.
    assert_eq!(ask(&api, &people.anonymous, "PATCH /subjects/secret/versions").await.status, 405);
    assert_eq!(ask(&api, &people.anonymous, "GET /nowhere").await.status, 404);
}

#[tokio::test]
async fn the_target_of_an_alias_decides_and_is_not_named() {
    let (people, file) = (People::new(), rules(RULES));
    let api = ruled("sqlite::memory:", &file).await;
    build(&api, &people.root).await;
    must(&api, &people.root, r#"PUT /config/orders-nick {"alias":"secret"}"#).await;
    must(&api, &people.root, r#"PUT /config/nick {"alias":"orders-value"}"#).await;
    let refused = ask(&api, &people.developer, "GET /subjects/orders-nick/versions").await;
    assert_eq!(refused.error(), (DENIED, "User is denied operation Read on Subject: orders-nick".to_owned()));
    let allowed = must(&api, &people.developer, "GET /subjects/nick/versions").await;
    assert_eq!(allowed.json(), json!([1, 2]));
    // Both names are told in the list, so both have to be readable.
    assert_eq!(must(&api, &people.developer, "GET /aliases").await.json(), json!([]));
    let all = must(&api, &people.reader, "GET /aliases").await.json();
    assert_eq!(all.as_array().map(Vec::len), Some(2), "{all}");
}

#[tokio::test]
async fn what_a_schema_refers_to_has_to_be_readable_for_who_sends_it() {
    let (people, file) = (People::new(), rules(RULES));
    let api = ruled("sqlite::memory:", &file).await;
    build(&api, &people.root).await;
    let referring = |subject: &str, name: &str| {
        json!({ "schema": json!({ "type": "record", "name": "N",
                "fields": [{ "name": "f", "type": name }] }).to_string(),
            "references": [{ "name": name, "subject": subject, "version": 1 }] })
    };
    let (denied, allowed) = (referring("secret", "S"), referring("orders-base", "B"));
    let unknown = referring("nothing", "S");
    for line in [
        "POST /subjects/orders-n/versions",
        "POST /subjects/orders-n",
        "POST /compatibility/subjects/orders-value/versions",
        "POST /compatibility/subjects/orders-value/versions/latest",
    ] {
        let answer = ask(&api, &people.developer, &format!("{line} {denied}")).await;
        let message = "User is denied operation Read on Subject: secret".to_owned();
        assert_eq!(answer.error(), (DENIED, message), "{line}");
        let answer = ask(&api, &people.developer, &format!("{line} {unknown}")).await;
        let message = "User is denied operation Read on Subject: nothing".to_owned();
        assert_eq!(answer.error(), (DENIED, message), "{line}");
    }
    must(&api, &people.developer, &format!("POST /subjects/orders-n/versions {allowed}")).await;
    // What is registered belongs to who may read the subject, whatever it builds on.
    must(&api, &people.root, &format!("POST /subjects/orders-s/versions {denied}")).await;
    must(&api, &people.developer, "GET /subjects/orders-s/versions/1?format=resolved").await;
    must(&api, &people.developer, r#"POST /subjects/orders-s/versions/1/tags {"tagsToAdd":[{"schemaEntity":{"entityPath":"N.f","entityType":"sr_field"},"tags":["PII"]}]}"#).await;
}

#[tokio::test]
async fn each_subject_of_an_association_counts() {
    let (people, file) = (People::new(), rules(RULES));
    let api = ruled("sqlite::memory:", &file).await;
    build(&api, &people.root).await;
    let with = |id: &str, subjects: &[(&str, &str)]| {
        let associations: Vec<Value> = subjects
            .iter()
            .map(|(subject, kind)| {
                json!({ "subject": subject, "associationType": kind, "lifecycle": "WEAK", "opType": "UPSERT" })
            })
            .collect();
        json!({ "resourceName": id, "resourceNamespace": "k", "resourceId": id, "associations": associations })
    };
    let mixed = with("m", &[("orders-value", "value"), ("secret", "key")]);
    let refusal = (DENIED, "User is denied operation Write on Subject: secret".to_owned());
    assert_eq!(ask(&api, &people.developer, &format!("POST /associations {mixed}")).await.error(), refusal);
    let batch = json!({ "requests": [with("b", &[("orders-value", "value")]), mixed] });
    let outcomes =
        ask(&api, &people.developer, &format!("POST /associations:batchMutate {batch}")).await.json();
    assert!(outcomes["results"][0]["result"].is_object(), "{outcomes}");
    assert_eq!(outcomes["results"][1]["error"]["error_code"], DENIED, "{outcomes}");
    must(&api, &people.root, &format!("POST /associations {mixed}")).await;
    // The other one is there, and is not shown.
    for line in ["GET /associations/resources/m", "GET /associations/resources/k/m"] {
        let shown = must(&api, &people.developer, line).await.json();
        let subjects: Vec<&str> =
            shown.as_array().expect("a list").iter().filter_map(|one| one["subject"].as_str()).collect();
        assert_eq!(subjects, ["orders-value"], "{line}");
    }
    let answer = ask(&api, &people.developer, "DELETE /associations/resources/m").await;
    assert_eq!(answer.error(), (DENIED, "User is denied operation Write on Subject".to_owned()));
    must(&api, &people.admin, "DELETE /associations/resources/m").await;
}

#[tokio::test]
async fn what_is_only_in_a_context_that_may_not_be_read_is_not_found_by_its_bare_name() {
    let (people, file) = (People::new(), rules(RULES));
    let api = ruled("sqlite::memory:", &file).await;
    must(&api, &people.root, &format!("POST /subjects/:.far:orders-x/versions {}", record("F", &[]))).await;
    let found = must(&api, &people.reader, "GET /subjects/orders-x/versions/1").await.json();
    assert_eq!(found["subject"], ":.far:orders-x");
    assert_eq!(ask(&api, &people.developer, "GET /subjects/orders-x/versions/1").await.error().0, 40401);
    let lookup = format!("POST /subjects/orders-x {}", record("F", &[]));
    must(&api, &people.reader, &lookup).await;
    assert_eq!(ask(&api, &people.developer, &lookup).await.error().0, 40401);
}

#[tokio::test]
async fn a_token_permits_no_more_than_it_says_and_its_owner_may() {
    use registry_server::security::Scope;
    let scope = |permissions: &[&str], prefixes: &[&str]| {
        let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        Scope::new(texts(permissions), texts(prefixes))
    };
    let file = rules(RULES);
    let limited = |scopes| Principal::limited_user("dev", [""; 0], Proof::ApiToken, scopes);
    let root = People::new().root;
    for is_ruled in [true, false] {
        let api =
            if is_ruled { ruled("sqlite::memory:", &file).await } else { crate::support::Api::new().await };
        build(&api, &root).await;
        for (scopes, reads_orders, writes_orders, reads_secret) in [
            (vec![scope(&[], &[])], true, true, !is_ruled),
            (vec![scope(&["SUBJECT_READ"], &[])], true, false, !is_ruled),
            (vec![scope(&["SUBJECT_READ"], &["orders-"])], true, false, false),
            (vec![scope(&[], &["orders-b"])], false, false, false),
            (
                vec![scope(&["SUBJECT_READ"], &["s"]), scope(&["SUBJECT_WRITE"], &["orders-"])],
                false,
                true,
                !is_ruled,
            ),
            (vec![], false, false, false),
        ] {
            let who = limited(scopes);
            let write = format!("POST /subjects/orders-value/versions {}", record("R", &["a"]));
            for (line, allowed) in [
                ("GET /subjects/orders-value/versions", reads_orders),
                (&*write, writes_orders),
                ("GET /subjects/secret/versions", reads_secret),
            ] {
                let status = ask(&api, &who, line).await.status;
                assert_eq!(status, if allowed { 200 } else { 403 }, "{who:?} {line} {is_ruled}");
            }
            let listed = must(&api, &who, "GET /subjects").await.json();
            let lists = |name: &str| listed.as_array().is_some_and(|all| all.contains(&json!(name)));
            assert_eq!((lists("orders-value"), lists("secret")), (reads_orders, reads_secret), "{listed}");
        }
    }
}
