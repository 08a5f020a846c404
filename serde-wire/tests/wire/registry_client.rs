//! The registry client against servers that fail, refuse, stall and answer.

use crate::support::{FakeRegistry, Reply, dead_url};
use serde_wire::frame::{Guid, SchemaId};
use serde_wire::registry::{
    Auth, CachePolicy, HttpRegistryBuilder, NewSchema, RegistryClient, RegistryError, RetryPolicy,
    SchemaReference, SchemaRegistry, VersionSelector, resolve_references,
};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;

const STRING: &str = r#"{"schema":"\"string\""}"#;

fn id(number: u32) -> SchemaId {
    SchemaId::new(number).expect("in range")
}

/// A client that does not dawdle.
fn builder<U: Into<String>>(urls: impl IntoIterator<Item = U>) -> HttpRegistryBuilder {
    let pause = Duration::from_millis(1);
    let retry = RetryPolicy::default().with_rounds(2).with_first_pause(pause).with_longest_pause(pause);
    RegistryClient::builder(urls).retry(retry)
}

#[tokio::test]
async fn each_question_has_its_path_and_body() {
    let registered = r#"{"id":7,"version":3,"guid":"00000000-0000-0000-0000-000000000007","schemaType":"AVRO",
        "schema":"\"string\"","unheard":"of"}"#;
    let server = FakeRegistry::replies([Reply::json(200, registered)]).await;
    let registry = builder([&server.url]).build_uncached().unwrap();
    let schema = NewSchema::avro("\"string\"").with_references(vec![SchemaReference::new("a.B", "b", 1)]);
    let guid = Guid::from_u128(7);

    let registered = registry.register(":.c:a/b", &schema, true).await.unwrap();
    assert_eq!((registered.id, registered.version, registered.guid), (Some(id(7)), Some(3), Some(guid)));
    assert_eq!(registered.text, "\"string\"");
    registry.lookup("a-value", &NewSchema::avro("\"string\""), false).await.unwrap();
    registry.schema_by_id(id(7), None).await.unwrap();
    registry.schema_by_id(id(7), Some("a-value")).await.unwrap();
    registry.schema_by_guid(guid).await.unwrap();
    registry.version("a-value", VersionSelector::Latest).await.unwrap();
    registry.version("a-value", VersionSelector::Number(2)).await.unwrap();
    registry.set_compatibility("a-value", "FULL").await.unwrap();

    assert_eq!(
        server.lines(),
        [
            "POST /subjects/:.c:a%2Fb/versions?normalize=true",
            "POST /subjects/a-value?normalize=false&deleted=false",
            "GET /schemas/ids/7",
            "GET /schemas/ids/7?subject=a-value",
            "GET /schemas/guids/00000000-0000-0000-0000-000000000007",
            "GET /subjects/a-value/versions/latest?deleted=false",
            "GET /subjects/a-value/versions/2?deleted=true",
            "PUT /config/a-value",
        ]
    );
    let requests = server.requests();
    assert_eq!(
        requests[0].body,
        r#"{"schema":"\"string\"","schemaType":"AVRO","references":[{"name":"a.B","subject":"b","version":1}]}"#
    );
    assert_eq!(requests[1].body, r#"{"schema":"\"string\"","schemaType":"AVRO"}"#);
    assert_eq!(requests[0].header("content-type"), Some("application/vnd.schemaregistry.v1+json"));
    assert_eq!(requests[7].body, r#"{"compatibility":"FULL"}"#);
}

#[tokio::test]
async fn a_verdict_carries_the_registrys_reasons() {
    let server =
        FakeRegistry::replies([Reply::json(200, r#"{"is_compatible":false,"messages":["why"]}"#)]).await;
    let registry = builder([&server.url]).build().unwrap();
    let verdict = registry.uncached().check_compatibility("s", &NewSchema::avro("\"int\"")).await.unwrap();
    assert_eq!((verdict.compatible, verdict.messages), (false, vec!["why".to_owned()]));
    assert_eq!(server.lines(), ["POST /compatibility/subjects/s/versions?verbose=true"]);
}

#[tokio::test]
async fn the_level_of_a_subject_is_its_own_or_the_registrys() {
    let level = r#"{"compatibilityLevel":"FULL"}"#;
    // A server that does not know the parameter has no level for the subject, but one of its own.
    let none = r#"{"error_code":40408,"message":"Subject 's' does not have subject-level compatibility configured"}"#;
    let own = "GET /config/s?defaultToGlobal=true";
    for (replies, asked) in [
        (vec![Reply::json(200, level)], vec![own]),
        (vec![Reply::json(404, none), Reply::json(200, level)], vec![own, "GET /config"]),
    ] {
        let server = FakeRegistry::replies(replies).await;
        let registry = builder([&server.url]).build_uncached().unwrap();
        assert_eq!(registry.compatibility("s").await.unwrap(), "FULL");
        assert_eq!(server.lines(), asked);
    }
    let server = FakeRegistry::replies([Reply::json(403, r#"{"error_code":40301,"message":"no"}"#)]).await;
    let error = builder([&server.url]).build_uncached().unwrap().compatibility("s").await.unwrap_err();
    assert_eq!(error.code(), Some(40301));
}

#[tokio::test]
async fn the_versions_of_a_subject_are_numbers() {
    let server = FakeRegistry::replies([Reply::json(200, "[1,3,4]")]).await;
    let registry = builder([&server.url]).build_uncached().unwrap();
    assert_eq!(registry.versions(":.c:a/b").await.unwrap(), [1, 3, 4]);
    assert_eq!(server.lines(), ["GET /subjects/:.c:a%2Fb/versions"]);
}

#[tokio::test]
async fn failures_of_a_server_go_to_the_next_one_and_stay_there() {
    let fatal = [
        ("a connection that fails", None),
        ("a connection that is cut", Some(Reply::HangUp)),
        ("a server error", Some(Reply::error(500, 50001, "store"))),
        ("an unavailable server", Some(Reply::json(503, "<html>"))),
        ("no answer in time", Some(Reply::Silence)),
    ];
    for (name, reply) in fatal {
        let sick = match reply {
            Some(reply) => Some(FakeRegistry::replies([reply]).await),
            None => None,
        };
        let first = match &sick {
            Some(server) => server.url.clone(),
            None => dead_url().await,
        };
        let healthy = FakeRegistry::replies([Reply::json(200, STRING)]).await;
        let builder = builder([&first, &healthy.url]).attempt_timeout(Duration::from_millis(300));
        let registry = builder.build_uncached().unwrap();
        registry.schema_by_id(id(1), None).await.expect(name);
        registry.schema_by_id(id(2), None).await.expect(name);
        assert_eq!(healthy.lines(), ["GET /schemas/ids/1", "GET /schemas/ids/2"], "{name}");
        if let Some(sick) = sick {
            assert!(
                sick.lines().iter().all(|line| line.ends_with("/1")),
                "{name}: the second question went past it"
            );
        }
    }
}

#[tokio::test]
async fn an_answer_that_says_no_is_final() {
    for (status, code) in [(404, 40403), (404, 40401), (409, 40901), (422, 42201), (401, 40101), (403, 40301)]
    {
        let first = FakeRegistry::replies([Reply::error(status, code, "no")]).await;
        let second = FakeRegistry::replies([Reply::json(200, STRING)]).await;
        let registry = builder([&first.url, &second.url]).build_uncached().unwrap();
        let error = registry.schema_by_id(id(1), None).await.unwrap_err();
        assert_eq!(
            error,
            RegistryError::Refused { url: first.url.clone(), status, code, message: "no".to_owned() },
            "{status}"
        );
        assert_eq!((first.lines().len(), second.lines().len()), (1, 0), "{status} {code}");
    }
}

#[tokio::test]
async fn rounds_are_bounded_and_the_error_says_what_was_tried() {
    let server = FakeRegistry::replies([Reply::error(503, 50301, "starting")]).await;
    let dead = dead_url().await;
    let registry = builder([&dead, &server.url]).build_uncached().unwrap();
    let error = registry.schema_by_id(id(1), None).await.unwrap_err();
    let RegistryError::Unavailable { url, attempts, reason } = &error else { panic!("{error:?}") };
    assert_eq!((url, *attempts), (&server.url, 6), "two servers, one round and two more");
    assert!(reason.contains("503") && reason.contains("starting"), "{reason}");
    assert!(error.is_retriable());
    assert_eq!(server.lines().len(), 3);
}

#[tokio::test]
async fn a_registry_that_comes_back_is_found_by_a_retry() {
    let replies = [Reply::HangUp, Reply::error(500, 50002, "timed out"), Reply::json(200, r#"{"id":5}"#)];
    let server = FakeRegistry::replies(replies).await;
    let registry = builder([&server.url]).build_uncached().unwrap();
    let registered = registry.register("s", &NewSchema::avro("\"int\""), false).await.unwrap();
    assert_eq!((registered.id, server.lines().len()), (Some(id(5)), 3));
}

#[tokio::test]
async fn a_busy_registry_is_asked_again_later_and_not_elsewhere() {
    let busy = Reply::error(429, 42901, "slow down").with_header("retry-after", "0");
    let first = FakeRegistry::replies([busy, Reply::json(200, STRING)]).await;
    let second = FakeRegistry::replies([Reply::json(200, STRING)]).await;
    let registry = builder([&first.url, &second.url]).build_uncached().unwrap();
    registry.schema_by_id(id(1), None).await.unwrap();
    assert_eq!((first.lines().len(), second.lines().len()), (2, 0));
}

#[tokio::test]
async fn the_deadline_covers_all_attempts() {
    let server = FakeRegistry::replies([Reply::Silence]).await;
    let limit = Duration::from_millis(150);
    let registry = builder([&server.url]).deadline(limit).build_uncached().unwrap();
    let error = registry.schema_by_id(id(1), None).await.unwrap_err();
    let RegistryError::DeadlineExceeded { limit: allowed, attempts: 1, .. } = error else {
        panic!("{error:?}")
    };
    assert_eq!(allowed, limit);
}

#[tokio::test]
async fn what_is_no_registry_is_told_apart_from_a_missing_schema() {
    let cases = [
        ("HTML with 404", Reply::json(404, "<html>nothing here</html>"), "404"),
        ("a redirect", Reply::json(302, "").with_header("location", "http://elsewhere/"), "302"),
        ("HTML with 200", Reply::json(200, "<html>welcome</html>"), "welcome"),
        ("JSON of something else", Reply::json(200, r#"{"answer":42}"#), "`schema` is missing"),
        ("an object without members", Reply::json(200, "{}"), "`schema` is missing"),
        ("a schema that is null", Reply::json(200, r#"{"schema":null}"#), "`schema` is missing"),
        ("half an answer", Reply::json(200, r#"{"schema":"\"str"#), "EOF"),
    ];
    for (name, reply, part) in cases {
        let server = FakeRegistry::replies([reply]).await;
        let registry = builder([&server.url]).build().unwrap();
        let error = registry.schema_by_id(id(1), None).await.unwrap_err();
        assert!(matches!(error, RegistryError::NotARegistry { .. }), "{name}: {error:?}");
        assert!(error.to_string().contains(part), "{name}: {error}");
        registry.schema_by_id(id(1), None).await.unwrap_err();
        assert_eq!(server.lines().len(), 2, "{name}: not remembered as an answer");
    }
}

#[tokio::test]
async fn json_of_something_else_is_no_registration() {
    for body in ["{}", r#"{"answer":42}"#, r#"{"id":null,"schema":"\"string\""}"#] {
        let server = FakeRegistry::replies([Reply::json(200, body)]).await;
        let registry = builder([&server.url]).build().unwrap();
        let schema = NewSchema::avro(r#""string""#);
        let registered = registry.register("t-value", &schema, false).await;
        let found = registry.lookup("t-value", &schema, false).await;
        for error in [registered.unwrap_err(), found.unwrap_err()] {
            assert!(error.is_retriable(), "{body}: {error}");
            assert!(error.to_string().contains("`id` is missing"), "{body}: {error}");
        }
    }
}

#[tokio::test]
async fn credentials_are_sent_as_configured() {
    let server = FakeRegistry::replies([Reply::json(200, STRING)]).await;
    let with_user = server.url.replace("http://", "http://u:p%40@");
    for (url, auth, expected) in [
        (&server.url, Auth::basic("user", "pass"), Some("Basic dXNlcjpwYXNz")),
        (&server.url, Auth::bearer("token"), Some("Bearer token")),
        (&with_user, Auth::default(), Some("Basic dTpwQA==")),
        (&with_user, Auth::bearer("token"), Some("Bearer token")),
        (&server.url, Auth::default(), None),
    ] {
        let registry =
            builder([url]).auth(auth).header("target-sr-cluster", "lsrc-1").build_uncached().unwrap();
        registry.schema_by_id(id(1), None).await.unwrap();
        let request = server.requests().pop().unwrap();
        assert_eq!(request.header("authorization"), expected);
        assert_eq!(request.header("target-sr-cluster"), Some("lsrc-1"));
    }
}

#[tokio::test]
async fn callers_who_ask_the_same_share_one_request() {
    let gate = Arc::new(Semaphore::new(0));
    let opened = Arc::clone(&gate);
    let server = FakeRegistry::scripted(move |_, request| {
        let gate = Arc::clone(&opened);
        async move {
            gate.acquire().await.unwrap().forget();
            Reply::json(200, if request.method == "POST" { r#"{"id":1}"# } else { STRING })
        }
    })
    .await;
    let registry = Arc::new(builder([&server.url]).build().unwrap());
    let mut callers = tokio::task::JoinSet::new();
    for _ in 0..50 {
        let registry = Arc::clone(&registry);
        callers.spawn(async move {
            let schema = NewSchema::avro("\"string\"");
            let (read, written) = tokio::join!(
                registry.schema_by_id(SchemaId::new(9).unwrap(), None),
                registry.register("s", &schema, false)
            );
            (read.unwrap().text.clone(), written.unwrap().id)
        });
    }
    while server.lines().len() < 2 {
        tokio::task::yield_now().await;
    }
    gate.add_permits(2);
    for (text, written) in callers.join_all().await {
        assert_eq!((text.as_str(), written), ("\"string\"", Some(id(1))));
    }
    let mut lines = server.lines();
    lines.sort();
    assert_eq!(lines, ["GET /schemas/ids/9", "POST /subjects/s/versions?normalize=false"]);
}

#[tokio::test]
async fn answers_are_kept_for_as_long_as_they_stay_true() {
    let server = FakeRegistry::replies([Reply::json(200, r#"{"id":1,"schema":"\"string\""}"#)]).await;
    let policy = CachePolicy::default().with_latest_ttl(Duration::ZERO);
    let registry = builder([&server.url]).cache(policy).build().unwrap();
    let schema = NewSchema::avro("\"string\"");
    for _ in 0..3 {
        registry.schema_by_id(id(1), None).await.unwrap();
        registry.schema_by_id(id(1), Some("a-value")).await.unwrap();
        registry.schema_by_id(id(1), Some(":.other:a-value")).await.unwrap();
        registry.register("s", &schema, false).await.unwrap();
        registry.version("s", VersionSelector::Number(1)).await.unwrap();
        registry.version("s", VersionSelector::Latest).await.unwrap();
    }
    let asked = |line: &str| server.lines().iter().filter(|seen| seen.starts_with(line)).count();
    assert_eq!(asked("GET /schemas/ids/1"), 2, "once for each of the two contexts");
    assert_eq!(asked("POST /subjects/s/versions"), 1);
    assert_eq!(asked("GET /subjects/s/versions/1"), 1);
    assert_eq!(asked("GET /subjects/s/versions/latest"), 3, "its time to live was nothing");
}

#[tokio::test]
async fn own_registration_makes_latest_stale() {
    let server = FakeRegistry::replies([Reply::json(200, r#"{"id":1,"schema":"\"string\""}"#)]).await;
    let registry = builder([&server.url]).build().unwrap();
    for text in ["\"string\"", "\"int\""] {
        registry.version("s", VersionSelector::Latest).await.unwrap();
        registry.version("s", VersionSelector::Latest).await.unwrap();
        registry.register("s", &NewSchema::avro(text), false).await.unwrap();
    }
    let latest = server.lines().iter().filter(|line| line.contains("latest")).count();
    assert_eq!(latest, 2, "one before and one after the first registration");
}

#[tokio::test]
async fn refusals_are_kept_for_their_time_and_failures_are_not_kept() {
    let refusal = Reply::error(404, 40403, "Schema 1 not found");
    let unauthorized = Reply::error(401, 40101, "who are you");
    let replies =
        [refusal, unauthorized, Reply::HangUp, Reply::HangUp, Reply::HangUp, Reply::json(200, STRING)];
    let server = FakeRegistry::replies(replies).await;
    let registry = builder([&server.url]).build().unwrap();
    for _ in 0..100 {
        assert_eq!(registry.schema_by_id(id(1), None).await.unwrap_err().code(), Some(40403));
    }
    assert_eq!(server.lines().len(), 1, "a refusal is kept");
    registry.forget_refusals();
    assert_eq!(registry.schema_by_id(id(1), None).await.unwrap_err().status(), Some(401));
    assert!(matches!(
        registry.schema_by_id(id(1), None).await,
        Err(RegistryError::Unavailable { attempts: 3, .. })
    ));
    registry.schema_by_id(id(1), None).await.unwrap();
    assert_eq!(server.lines().len(), 6, "credentials and failures are not");

    let server = FakeRegistry::replies([Reply::error(404, 40403, "no"), Reply::json(200, STRING)]).await;
    let policy = CachePolicy::default().with_negative_ttl(Duration::ZERO);
    let registry = builder([&server.url]).cache(policy).build().unwrap();
    registry.schema_by_id(id(1), None).await.unwrap_err();
    registry.schema_by_id(id(1), None).await.expect("the refusal's time was over");
}

#[tokio::test]
async fn references_are_fetched_transitively_and_each_once() {
    // main → a, b; a → b; b → a, in the context of main.
    let server = FakeRegistry::scripted(|_, request| {
        let reference = |name: &str| format!(r#"{{"name":"{name}","subject":"{name}","version":1}}"#);
        let schema = |name: &str, references: &[&str]| {
            let references: Vec<_> = references.iter().map(|name| reference(name)).collect();
            format!(r#"{{"subject":":.c:{name}","schema":"{name}","references":[{}]}}"#, references.join(","))
        };
        std::future::ready(match request.line().as_str() {
            "GET /schemas/ids/1?subject=%3A.c%3Amain" => Reply::json(200, schema("main", &["a", "b"])),
            "GET /subjects/:.c:a/versions/1?deleted=true" => Reply::json(200, schema("a", &["b"])),
            "GET /subjects/:.c:b/versions/1?deleted=true" => Reply::json(200, schema("b", &["a"])),
            other => panic!("{other}"),
        })
    })
    .await;
    let registry = builder([&server.url]).build().unwrap();
    let main = registry.schema_by_id(id(1), Some(":.c:main")).await.unwrap();
    let mut texts = resolve_references(&registry, &main, None).await.unwrap();
    texts.sort();
    assert_eq!(texts, ["a", "b"]);
    assert_eq!(server.lines().len(), 3);
}
