//! `/metrics`: what is counted, by which names, and that it is true of the database, not of the process.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use crate::support::{Api, databases};

/// The lines of a scrape, by everything before the value.
async fn scrape(api: &Api) -> BTreeMap<String, f64> {
    let answer = api.get("/metrics").await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let lines = answer.text.lines().filter(|line| !line.starts_with('#'));
    lines
        .filter_map(|line| line.rsplit_once(' '))
        .map(|(name, value)| (name.to_owned(), value.parse().expect("a value is a number")))
        .collect()
}

/// The sum of all numbers of a name whose labels hold a text.
fn sum(scrape: &BTreeMap<String, f64>, name: &str, labels: &str) -> f64 {
    let is_asked = |key: &&String| {
        key.split_once('{').map_or(key.as_str(), |(name, _)| name) == name && key.contains(labels)
    };
    scrape.iter().filter(|(key, _)| is_asked(key)).map(|(_, value)| value).sum()
}

#[tokio::test]
async fn what_is_stored_is_told_by_each_node_whoever_wrote_it() {
    for url in databases().await {
        let writer = Api::over(&url, &[]).await;
        let avro = writer.register("a", r#""string""#).await;
        assert_eq!(avro.json()["id"], 1);
        writer.register("b", r#""int""#).await;
        for (subject, language, text) in [
            ("c", "JSON", r#"{"type":"object"}"#),
            ("d", "PROTOBUF", "syntax = \"proto3\"; message M {}"),
            ("e", "PROTOBUF", "syntax = \"proto3\"; message N {}"),
        ] {
            let body = json!({ "schema": text, "schemaType": language });
            assert_eq!(writer.post(&format!("/subjects/{subject}/versions"), &body).await.status, 200);
        }
        assert_eq!(writer.delete("/subjects/b").await.status, 200);
        // One in memory cannot be opened again.
        let reader = if url.starts_with("sqlite") { writer } else { Api::over(&url, &[]).await };
        let told = scrape(&reader).await;
        for (name, count) in [
            ("kafka_schema_registry_registered_count", 5.0),
            ("kafka_schema_registry_deleted_count", 1.0),
            ("kafka_schema_registry_avro_schemas_created", 2.0),
            ("kafka_schema_registry_avro_schemas_deleted", 1.0),
            ("kafka_schema_registry_json_schemas_created", 1.0),
            ("kafka_schema_registry_json_schemas_deleted", 0.0),
            ("kafka_schema_registry_protobuf_schemas_created", 2.0),
            ("kafka_schema_registry_protobuf_schemas_deleted", 0.0),
            ("kafka_schema_registry_master_slave_role", 1.0),
            ("schema_registry_subjects", 4.0),
            ("schema_registry_contexts", 1.0),
        ] {
            assert_eq!(told.get(name), Some(&count), "{name} on {url}");
        }
        assert!(told["kafka_schema_registry_node_count"] >= 1.0, "{url}");
        assert!(told["schema_registry_inventory_age_seconds"] < 30.0, "{url}");
    }
}

#[tokio::test]
async fn requests_are_counted_by_operation_and_never_by_subject() {
    let api = Api::new().await;
    api.register("told-nowhere", r#""string""#).await;
    // From the database, and told again from memory.
    for _ in 0..3 {
        assert_eq!(api.get("/schemas/ids/1").await.status, 200);
    }
    assert_eq!(api.get("/schemas/ids/77").await.status, 404);
    assert_eq!(api.get("/told-nowhere").await.status, 404);
    let told = scrape(&api).await;
    let requests = |labels: &str| sum(&told, "schema_registry_http_requests_total", labels);
    let by_id = r#"operation="getSchema",method="GET",route="/schemas/ids/{id}""#;
    assert_eq!(requests(&format!("{by_id},code=\"200\"")), 3.0);
    assert_eq!(requests(&format!("{by_id},code=\"404\"")), 1.0);
    assert_eq!(requests(r#"operation="register""#), 1.0);
    assert_eq!(requests(r#"operation="none",method="none",route="none",code="404""#), 1.0);
    let errors =
        sum(&told, "schema_registry_http_errors_total", r#"operation="getSchema",error_code="40403""#);
    assert_eq!(errors, 1.0);
    let times = sum(&told, "schema_registry_http_request_duration_seconds_count", r#"operation="getSchema""#);
    assert_eq!(times, 4.0);
    assert_eq!(told["kafka_schema_registry_api_success_count"], 4.0);
    assert_eq!(told["kafka_schema_registry_api_failure_count"], 2.0);
    assert_eq!(told["schema_registry_http_requests_in_flight"], 1.0, "this one");
    assert!(sum(&told, "schema_registry_cache_hits_total", r#"cache="answers""#) >= 2.0);
    assert!(told.keys().all(|key| !key.contains("told-nowhere")), "{told:?}");
}

#[tokio::test]
async fn both_texts_have_the_same_numbers() {
    let api = Api::new().await;
    let plain = api.get("/metrics").await;
    assert_eq!(plain.header("content-type"), Some("text/plain; version=0.0.4; charset=utf-8"));
    let of_prometheus = "application/openmetrics-text;version=1.0.0;q=0.75,text/plain;version=0.0.4;q=0.5";
    let open = api.send("GET", "/metrics", &[&format!("accept: {of_prometheus}")], "").await;
    let media = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    assert_eq!(open.header("content-type"), Some(media));
    assert!(open.text.ends_with("# EOF\n") && !plain.text.contains("# EOF"));
    let names = |text: &str| -> BTreeSet<String> {
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        let names = lines.filter_map(|line| line.split(['{', ' ']).next()).map(str::to_owned);
        names.filter(|name| !name.starts_with("schema_registry_http")).collect()
    };
    assert_eq!(names(&plain.text), names(&open.text));
    assert_eq!(api.send("HEAD", "/metrics", &[], "").await.status, 200);
    assert_eq!(api.send("POST", "/metrics", &[], "").await.status, 404);
}

#[tokio::test]
async fn metrics_are_served_where_they_are_wanted() {
    for (setting, status) in [
        (("metrics.enable", "true"), 200),
        (("metrics.enable", "false"), 404),
        (("metrics.listeners", "http://127.0.0.1:0"), 404),
    ] {
        let api = Api::with(&[setting]).await;
        assert_eq!(api.get("/metrics").await.status, status, "{setting:?}");
    }
}

/// The names of metrics in the expressions of a file.
fn names_in(text: &str) -> BTreeSet<&str> {
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
    let prefixes = ["schema_registry_", "kafka_schema_registry_", "process_"];
    words.filter(|word| prefixes.iter().any(|prefix| word.starts_with(prefix))).collect()
}

#[tokio::test]
async fn each_metric_that_the_alerts_and_the_dashboard_name_is_told() {
    let urls = databases().await;
    let mut told = BTreeSet::new();
    for url in &urls {
        let api = Api::over(url, &[]).await;
        api.register("a", r#""string""#).await;
        assert_eq!(api.get("/schemas/ids/77").await.status, 404);
        let keys = scrape(&api).await.into_keys();
        told.extend(keys.filter_map(|key| key.split('{').next().map(str::to_owned)));
    }
    // Of a database that several nodes share.
    let shared = ["schema_registry_change_log_age_seconds", "schema_registry_database_connections"];
    for (file, text) in [
        ("alerts.yml", include_str!("../../monitoring/alerts.yml")),
        ("dashboard.json", include_str!("../../monitoring/dashboard.json")),
    ] {
        let names = names_in(text);
        assert!(names.len() > 10, "{file}: {names:?}");
        for name in names {
            let is_told = told.contains(name) || (urls.len() == 1 && shared.contains(&name));
            assert!(is_told, "{file} names {name}, which is not told");
        }
    }
}

#[test]
fn each_alert_is_in_the_runbook_and_in_the_tests_of_the_alerts() {
    let alerts = include_str!("../../monitoring/alerts.yml");
    let names: Vec<&str> = alerts.lines().filter_map(|line| line.trim().strip_prefix("- alert: ")).collect();
    assert!(names.len() > 10, "{names:?}");
    for name in names {
        let heading = format!("### {name}\n");
        assert!(include_str!("../../docs/operations.md").contains(&heading), "{name} in operations.md");
        let tested = format!("alertname=\"{name}\"");
        assert!(
            include_str!("../../monitoring/alerts_test.yml").contains(&tested),
            "{name} in alerts_test.yml"
        );
    }
}
