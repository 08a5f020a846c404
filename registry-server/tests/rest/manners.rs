//! What the HTTP layer does before and around the resources: rest-api §1 to rest-api §3.

use crate::support::Api;
use axum::body::Body;
use serde_json::{Value, json};

const V1: &str = "application/vnd.schemaregistry.v1+json";
const INT: &str = r#"{"schema":"\"int\""}"#;

#[tokio::test]
async fn suspicious_paths_get_a_page_and_no_request_id() {
    let api = Api::new().await;
    for path in [
        "/subjects/a%09b",
        "/subjects/a%5Cb",
        "/subjects//versions",
        "/subjects/%2E%2E",
        "/subjects/%C3",
        "//",
    ] {
        let answer = api.get(path).await;
        assert_eq!(answer.status, 400, "{path}");
        assert!(answer.header("content-type").unwrap().starts_with("text/html"), "{path}");
        assert_eq!(answer.header("x-request-id"), None, "{path}");
    }
    assert_eq!(api.get(&format!("/subjects/{}", "a".repeat(9000))).await.status, 414);
    let lenient = Api::with(&[("jetty.legacy.uri.compliance", "true")]).await;
    assert_eq!(lenient.get("/subjects/a%09b/versions").await.error().0, 40401);
}

#[tokio::test]
async fn paths_are_decoded_segment_by_segment() {
    let api = Api::new().await;
    for (path, subject) in [
        ("a%2Fb", "a/b"),
        ("%C3%BC", "ü"),
        ("p%25q", "p%q"),
        ("x%20y", "x y"),
        ("a+b", "a+b"),
        ("d;v=1", "d"),
        ("%F0%9F%98%80", "😀"),
    ] {
        api.register(path, "\"int\"").await;
        let read = api.get(&format!("/subjects/{path}/versions/1/")).await;
        assert_eq!(read.json()["subject"], subject, "{path}");
    }
}

#[tokio::test]
async fn the_order_of_checks_decides_which_error_is_told() {
    let api = Api::new().await;
    let html = "accept: text/html";
    let xml = "content-type: application/xml";
    let nonsense = "content-type: nonsense";
    for (method, path, headers, status, media, message) in [
        ("GET", "/nowhere", &[][..], 404, None, "HTTP 404 Not Found"),
        ("POST", "/nowhere", &[xml], 404, None, "HTTP 404 Not Found"),
        ("POST", "/nowhere", &[nonsense], 400, Some("application/json"), "Bad Request"),
        ("GET", "/subjects/a", &[], 405, None, "HTTP 405 Method Not Allowed"),
        ("PATCH", "/subjects/a/versions", &[xml], 405, None, "HTTP 405 Method Not Allowed"),
        ("POST", "/subjects/a/versions", &[xml, html], 415, Some(V1), "HTTP 415 Unsupported Media Type"),
        ("POST", "/subjects/a/versions", &[html], 406, None, "HTTP 406 Not Acceptable"),
        ("GET", "/schemas/ids/x", &[html], 406, None, "HTTP 406 Not Acceptable"),
        ("GET", "/schemas/ids/x", &[], 404, Some(V1), "HTTP 404 Not Found"),
        ("GET", "/subjects/a/versions?offset=x", &[], 404, Some(V1), "HTTP 404 Not Found"),
        ("GET", "/contexts/a:b/subjects", &[], 400, None, "Context name 'a:b' cannot contain a colon"),
        ("DELETE", "/contexts/.", &[], 405, None, "HTTP 405 Method Not Allowed"),
        (
            "POST",
            "/subjects/a/versions/x/tags",
            &[],
            422,
            Some(V1),
            "modifyTags.request must not be null (was null)",
        ),
        (
            "POST",
            "/compatibility/subjects/a/versions/x",
            &[],
            422,
            Some(V1),
            "testCompatibilityBySubjectName.request must not be null (was null)",
        ),
    ] {
        let answer = api.send(method, path, headers, Body::empty()).await;
        assert_eq!(answer.status, status, "{method} {path}");
        assert_eq!(answer.header("content-type"), media, "{method} {path}");
        assert_eq!(answer.error(), (status.into(), message.to_owned()), "{method} {path}");
        assert_eq!(answer.header("allow"), None, "{method} {path}");
    }
    let put = api.send("PUT", "/config", &[nonsense], "{}").await;
    assert_eq!(
        (put.status, put.text.as_str()),
        (400, ""),
        "below the resources only some methods get a body"
    );
}

#[tokio::test]
async fn the_best_accepted_type_is_answered_with_its_parameters() {
    let api = Api::new().await;
    for (accept, media) in [
        ("*/*", V1),
        ("application/*", V1),
        ("application/json", "application/json"),
        ("application/vnd.schemaregistry+json", "application/vnd.schemaregistry+json"),
        ("application/json;q=0.5, application/vnd.schemaregistry.v1+json;q=0.1", "application/json"),
        ("application/json, text/plain, */*", V1),
        ("application/json, application/vnd.schemaregistry.v1+json", V1),
        ("text/html, application/json;q=0.9, */*;q=0.8", "application/json"),
        (
            "application/vnd.schemaregistry.v1+json; charset=utf-8",
            "application/vnd.schemaregistry.v1+json;charset=utf-8",
        ),
    ] {
        let answer = api.send("GET", "/schemas/types", &[&format!("accept: {accept}")], Body::empty()).await;
        assert_eq!((answer.status, answer.header("content-type")), (200, Some(media)), "{accept}");
    }
}

#[tokio::test]
async fn options_lists_the_methods_where_text_will_do() {
    let api = Api::new().await;
    for (headers, kind, text) in [
        (&[][..], "text/plain", "POST, DELETE, OPTIONS"),
        (&["accept: */*"], "text/plain", "POST, DELETE, OPTIONS"),
        (&["accept: text/*, application/json;q=0.5"], "text/plain", "POST, DELETE, OPTIONS"),
        (&["accept: application/json, */*;q=0.5"], "application/json", ""),
    ] {
        let answer = api.send("OPTIONS", "/subjects/a", headers, Body::empty()).await;
        assert_eq!((answer.status, answer.text.as_str()), (200, text), "{headers:?}");
        assert_eq!(answer.header("content-type"), Some(kind), "{headers:?}");
        assert_eq!(answer.header("allow"), Some("POST,DELETE,OPTIONS"), "{headers:?}");
    }
}

#[tokio::test]
async fn what_is_accepted_has_to_be_media_ranges() {
    let api = Api::new().await;
    for (accept, status) in [
        ("accept: *", 200),
        ("accept: application", 200),
        ("accept: */json", 200),
        ("accept: application/json;q=0", 200),
        ("accept: */x", 406),
        ("accept: application/", 400),
        ("accept: application/json;q=2", 400),
        ("accept: text/html, /", 400),
    ] {
        let answer = api.send("GET", "/subjects", &[accept], Body::empty()).await;
        assert_eq!(answer.status, status, "{accept}");
        if status == 400 {
            assert_eq!(answer.error(), (400, "Bad Request".to_owned()), "{accept}");
            assert_eq!(answer.header("content-type"), Some("application/json"), "{accept}");
        }
    }
    let unknown = api.send("GET", "/nowhere", &["accept: application/"], Body::empty()).await;
    assert_eq!(unknown.status, 404, "a path is looked for first");
}

#[tokio::test]
async fn an_empty_subject_can_be_refused_and_so_can_the_wildcard() {
    let strict = Api::with(&[("schema.reject.empty.subject", "true")]).await;
    let open = Api::new().await;
    for subject in [":.c:", ":.c", "*", ":.c:*"] {
        let body = serde_json::json!({ "schema": "\"int\"" });
        let path = format!("/subjects/{subject}/versions");
        assert_eq!(strict.post(&path, &body).await.error().0, 42208, "{subject}");
        assert_eq!(open.post(&path, &body).await.status, 200, "{subject}");
    }
}

#[tokio::test]
async fn an_empty_type_is_no_type() {
    let api = Api::new().await;
    for (schema_type, text) in [("", "Invalid schema type "), ("avro", "Invalid schema type avro")] {
        let body = serde_json::json!({ "schema": "\"int\"", "schemaType": schema_type });
        for path in ["/subjects/s/versions", "/subjects/s", "/compatibility/subjects/s/versions"] {
            assert_eq!(api.post(path, &body).await.error(), (42201, text.to_owned()), "{path}");
        }
    }
}

#[tokio::test]
async fn head_and_options_follow_from_the_other_methods() {
    let api = Api::new().await;
    let got = api.get("/schemas/types").await;
    let head = api.send("HEAD", "/schemas/types", &[], Body::empty()).await;
    assert_eq!((head.status, head.text.as_str()), (200, ""));
    assert_eq!(head.header("content-length"), Some(got.text.len().to_string().as_str()));
    let options = api.send("OPTIONS", "/subjects/a/versions", &["accept: text/html"], Body::empty()).await;
    assert_eq!((options.status, options.text.as_str()), (200, ""));
    assert_eq!(options.header("allow"), Some("HEAD,GET,POST,OPTIONS"));
    assert_eq!(options.header("content-type"), Some("text/html"));
    assert_eq!(api.send("OPTIONS", "/nowhere", &[], Body::empty()).await.status, 404);
}

#[tokio::test]
async fn a_request_id_is_repeated_or_made() {
    let api = Api::new().await;
    let sent = api.send("GET", "/", &["x-request-id: mine"], Body::empty()).await;
    assert_eq!(sent.header("x-request-id"), Some("mine"));
    for headers in [&[][..], &["x-request-id:  "], &["x-request-id: a", "x-request-id: b"]] {
        let answer = api.send("GET", "/", headers, Body::empty()).await;
        assert_eq!(answer.header("x-request-id").map(str::len), Some(36), "{headers:?}");
    }
}

#[tokio::test]
async fn bodies_are_read_with_coercions() {
    let api = Api::new().await;
    for (body, status, code) in [
        (INT, 200, 0),
        ("\u{feff}{\"schema\":\"\\\"int\\\"\"}", 200, 0),
        (r#"{"schema":"\"long\"","schema":"\"int\""}"#, 200, 0),
        (r#"{"schema":"\"int\"","unknown":{"a":[1]}}"#, 200, 0),
        (r#"{"schema":null,"version":null}"#, 200, 0),
        ("", 422, 422),
        (" ", 422, 422),
        ("null", 422, 422),
        ("{", 400, 400),
        (r#"{"schema":"\"int\""} x"#, 400, 400),
        ("[]", 400, 400),
        (r#"{"schema":[]}"#, 400, 400),
        (r#"{"schema":"\"int\"","id":"x"}"#, 400, 400),
        (r#"{"schema":"\"int\"","references":{}}"#, 400, 400),
        (r#"{"schema":"\"int\"","references":[null]}"#, 422, 42201),
        (r#"{"schema":"\"int\"","references":""}"#, 400, 400),
        (r#"{"schema":"\"int\"","propagateSchemaTags":"maybe"}"#, 400, 400),
        (r#"{"schema":"\"int\"","ruleSet":{"domainRules":[{"name":"a","type":"T","kind":2}]}}"#, 400, 400),
        (r#"{"schema":"\"int\"","ruleSet":{"enableAt":"MOON"}}"#, 400, 400),
        (r#"{"schema":"\"int\"","metadata":{"properties":{"a":null}}}"#, 400, 400),
        (r#"{"schema":"\"int\"","id":2.7}"#, 422, 42205),
        (r#"{"schema":1}"#, 422, 42201),
        (r#"{"schema":"\"int\"","schemaType":"avro"}"#, 422, 42201),
    ] {
        let answer = api.send("POST", "/subjects/s/versions", &[], body.to_owned()).await;
        assert_eq!((answer.status, answer.error().0), (status, code), "{body}: {}", answer.text);
    }
    let missing = api.send("POST", "/subjects/s", &[], "null").await;
    assert_eq!(missing.error().1, "lookUpSchemaUnderSubject.request must not be null (was null)");
    let deep = format!("{}{}", "[".repeat(5000), "]".repeat(5000));
    assert_eq!(api.send("POST", "/subjects/s", &[], deep).await.status, 400);
}

#[tokio::test]
async fn members_of_a_config_are_coerced() {
    let api = Api::new().await;
    for (sent, told) in [
        (r#"{"normalize":"TRUE","alias":7}"#, json!({ "alias": "7", "normalize": true })),
        (r#"{"normalize":"","alias":""}"#, json!({ "alias": "" })),
        (r#"{"validateFields":0,"alias":null}"#, json!({ "validateFields": false })),
        (r#"{"validateFields":"null","compatibility":"fUlL"}"#, json!({ "compatibility": "FULL" })),
        (
            r#"{"compatibility":null,"compatibilityPolicy":"weird","compatibilityGroup":true}"#,
            json!({ "compatibilityGroup": "true" }),
        ),
        (
            r#"{"compatibilityGroup":null,"overrideMetadata":{"properties":{"b":1.50,"a":true},"sensitive":["z",2]}}"#,
            json!({ "overrideMetadata": { "properties": { "a": "true", "b": "1.50" }, "sensitive": ["2", "z"] } }),
        ),
        (
            r#"{"overrideMetadata":null,"defaultRuleSet":{"domainRules":[{"name":"r","type":"T","kind":1,"mode":"3","disabled":"true"}],"enableAt":"CLIENT"}}"#,
            json!({ "defaultRuleSet": { "enableAt": "CLIENT", "domainRules": [
                { "name": "r", "kind": "CONDITION", "mode": "WRITE", "type": "T", "disabled": true }] } }),
        ),
    ] {
        let answer = api.send("PUT", "/config/s", &[], sent).await;
        assert_eq!((answer.status, answer.json()), (200, told), "{sent}");
    }
}

#[tokio::test]
async fn query_parameters_are_read_leniently() {
    let api = Api::new().await;
    api.register("s", "\"int\"").await;
    api.register("s", "\"long\"").await;
    api.delete("/subjects/s/versions/1").await;
    for (query, versions) in [
        ("", json!([2])),
        ("?deleted=TRUE", json!([1, 2])),
        ("?deleted=1", json!([2])),
        ("?deleted=", json!([2])),
        ("?deleted=true&deleted=false", json!([1, 2])),
        ("?&&deleted=true&nonsense=1", json!([1, 2])),
        ("?deleted=true&limit=1&&offset=1", json!([2])),
        ("?deleted=true&limit=0", json!([1, 2])),
        ("?deleted=true&limit=-1&offset=", json!([1, 2])),
        ("?deleted=true&limit=%2B01", json!([1])),
    ] {
        assert_eq!(api.get(&format!("/subjects/s/versions{query}")).await.json(), versions, "{query}");
    }
    assert_eq!(api.get("/subjects?offset=-1").await.status, 400);
}

#[tokio::test]
async fn long_bodies_are_refused_when_a_limit_is_set() {
    let api = Api::with(&[
        ("size.limit.filter.enabled", "true"),
        ("size.limit.filter.max.request.body.size", "100"),
    ])
    .await;
    let whole = |length: usize| Body::from("x".repeat(length));
    let chunks = |chunks: Vec<Result<&'static str, std::io::Error>>| {
        Body::from_stream(futures_util::stream::iter(chunks))
    };
    let broken = || Err(std::io::Error::from(std::io::ErrorKind::ConnectionReset));
    // The words of a failure decide nothing: a connection may break for a reason that speaks of a length limit.
    let misleading = || Err(std::io::Error::other("length limit exceeded"));
    for (headers, body, status, message) in [
        (&["content-length: 250"][..], whole(250), 413, "Request body is too large: 250>100"),
        (&["content-length: 101"], whole(101), 413, "Request body is too large: 101>100"),
        (&[], whole(250), 413, "Request body is too large: 101>100"),
        (&[], chunks((0..6).map(|_| Ok(INT)).collect()), 413, "Request body is too large: 101>100"),
        (&[], chunks(vec![Ok(INT), broken()]), 400, "The request body ended early"),
        (&[], chunks(vec![Ok(INT), misleading()]), 400, "The request body ended early"),
    ] {
        let answer = api.send("POST", "/subjects/s/versions", headers, body).await;
        assert_eq!(answer.error(), (status, message.to_owned()), "{headers:?}");
        assert_eq!((answer.status.into(), answer.header("content-type")), (status, Some("application/json")));
    }
    for body in [Body::from(INT), chunks(vec![Ok(&INT[..4]), Ok(&INT[4..])])] {
        assert_eq!(api.send("POST", "/subjects/s/versions", &[], body).await.status, 200);
    }
}

#[tokio::test]
async fn answers_are_compressed_for_who_wants_it() {
    let api = Api::new().await;
    let answer = api.send("GET", "/openapi.json", &["accept-encoding: gzip"], Body::empty()).await;
    assert_eq!(answer.header("content-encoding"), Some("gzip"));
    let plain = Api::with(&[("compression.enable", "false")]).await;
    let answer = plain.send("GET", "/openapi.json", &["accept-encoding: gzip"], Body::empty()).await;
    assert_eq!(answer.header("content-encoding"), None);
}

#[tokio::test]
async fn cors_and_fixed_headers_are_settings() {
    let origin = "origin: https://ui.example";
    let closed = Api::new().await.send("GET", "/", &[origin], Body::empty()).await;
    assert_eq!(closed.header("access-control-allow-origin"), None);
    let api = Api::with(&[
        ("access.control.allow.origin", "https://ui.example"),
        ("access.control.expose.headers", "X-Request-ID,X-Frame-Options"),
        ("response.http.headers.config", "set X-Frame-Options: DENY"),
    ])
    .await;
    let open = api.send("GET", "/", &[origin], Body::empty()).await;
    assert_eq!(open.header("access-control-allow-origin"), Some("https://ui.example"));
    assert_eq!(open.header("access-control-expose-headers"), Some("x-request-id,x-frame-options"));
    assert_eq!(open.header("x-frame-options"), Some("DENY"));
    let preflight = api
        .send("OPTIONS", "/subjects", &[origin, "access-control-request-method: POST"], Body::empty())
        .await;
    assert!(preflight.header("access-control-allow-methods").unwrap().contains("POST"));
}

#[tokio::test]
async fn the_description_covers_every_operation_and_names_only_what_it_defines() {
    let api = Api::new().await;
    let document = api.get("/openapi.json").await.json();
    assert_eq!(document["openapi"], "3.1.0");
    let defined = document["components"]["schemas"].as_object().unwrap();
    let mut names = Vec::new();
    references(&document, &mut names);
    assert!(names.len() > 50);
    for name in names {
        let entity = name.strip_prefix("#/components/schemas/").unwrap();
        assert!(defined.contains_key(entity), "{entity} is not defined");
    }
    let paths = document["paths"].as_object().unwrap();
    assert!(paths.contains_key("/subjects/{subject}/versions/{version}/referencedby"));
    assert!(paths.contains_key("/associations:batchMutate"));
    let page = api.get("/docs").await;
    assert!(page.header("content-type").unwrap().starts_with("text/html"));
    for path in paths.keys() {
        assert!(page.text.contains(path), "{path}");
    }
}

/// Every `$ref` in a document.
fn references(value: &Value, names: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                match value {
                    Value::String(name) if key == "$ref" => names.push(name.clone()),
                    value => references(value, names),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, names)),
        _ => {}
    }
}
