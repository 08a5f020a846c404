//! OAuth client credentials: one token for all, kept, renewed, and never the fault of a message.

use crate::support::{FakeRegistry, Reply, Request};
use serde_wire::frame::SchemaId;
use serde_wire::options::PropertyError;
use serde_wire::registry::{
    Auth, ClientConfigError, ClientCredentials, HttpRegistry, HttpRegistryBuilder, RegistryClient,
    RegistryError, RetryPolicy, SchemaRegistry,
};
use serde_wire::subject::Role;
use serde_wire::{Deserializer, DeserializerOptions, Outcome};
use std::future::ready;
use std::sync::Arc;
use std::time::Duration;

const LONG: &str = r#"{"schema":"\"long\""}"#;

fn id(number: u32) -> SchemaId {
    SchemaId::new(number).expect("in range")
}

/// An endpoint that gives `token-0`, `token-1` and so on.
async fn endpoint(expires_in: &'static str) -> FakeRegistry {
    FakeRegistry::scripted(move |n, _| {
        let token = format!(r#"{{"access_token":"token-{n}","token_type":"Bearer"{expires_in}}}"#);
        ready(Reply::json(200, token))
    })
    .await
}

/// A registry that refuses these tokens.
async fn registry(refused: &'static [&'static str]) -> FakeRegistry {
    FakeRegistry::scripted(move |_, request: Request| {
        let token = request.header("authorization").unwrap_or_default().to_owned();
        let refusal = Reply::error(401, 40101, "who are you");
        ready(if refused.contains(&token.as_str()) { refusal } else { Reply::json(200, LONG) })
    })
    .await
}

fn client(registry: &FakeRegistry, credentials: ClientCredentials) -> HttpRegistry {
    let pause = Duration::from_millis(1);
    let retry = RetryPolicy::default().with_rounds(2).with_first_pause(pause).with_longest_pause(pause);
    let auth = Auth::client_credentials(credentials);
    RegistryClient::builder([&registry.url]).auth(auth).retry(retry).build_uncached().expect("a client")
}

fn authorizations(server: &FakeRegistry) -> Vec<String> {
    let requests = server.requests();
    requests.iter().map(|request| request.header("authorization").unwrap_or_default().to_owned()).collect()
}

#[tokio::test]
async fn one_token_serves_all_who_ask() {
    for (life, clients) in [(r#","expires_in":3600"#, 1), (r#","expires_in":"3600""#, 7), ("", 20)] {
        let (tokens, schemas) = (endpoint(life).await, registry(&[]).await);
        let credentials = ClientCredentials::new(&tokens.url, "a:b", "s3/cret").scope("read write");
        let client = Arc::new(client(&schemas, credentials.parameter("audience", "registry")));
        let mut callers = tokio::task::JoinSet::new();
        for number in 1..=clients {
            let client = Arc::clone(&client);
            callers.spawn(async move { client.schema_by_id(id(number), None).await.map(drop) });
        }
        for answer in callers.join_all().await {
            assert_eq!(answer, Ok(()));
        }
        client.schema_by_id(id(99), None).await.unwrap();
        assert!(authorizations(&schemas).iter().all(|sent| sent == "Bearer token-0"));
        let asked = tokens.requests();
        assert_eq!(asked.len(), 1, "{clients} at once, and one after them");
        // `a%3Ab:s3%2Fcret`
        assert_eq!(asked[0].header("authorization"), Some("Basic YSUzQWI6czMlMkZjcmV0"));
        assert_eq!(asked[0].header("content-type"), Some("application/x-www-form-urlencoded"));
        assert_eq!(asked[0].body, "grant_type=client_credentials&scope=read+write&audience=registry");
    }
}

#[tokio::test]
async fn a_token_that_is_over_is_replaced() {
    let (tokens, schemas) = (endpoint(r#","expires_in":0"#).await, registry(&[]).await);
    let client = client(&schemas, ClientCredentials::new(&tokens.url, "i", "s"));
    for number in 1..=3 {
        client.schema_by_id(id(number), None).await.unwrap();
    }
    assert_eq!(authorizations(&schemas), ["Bearer token-0", "Bearer token-1", "Bearer token-2"]);
}

#[tokio::test]
async fn a_token_that_the_registry_refuses_is_replaced_once() {
    let tokens = endpoint(r#","expires_in":3600"#).await;
    let schemas = registry(&["Bearer token-0"]).await;
    let helped = client(&schemas, ClientCredentials::new(&tokens.url, "i", "s"));
    for number in 1..=3 {
        helped.schema_by_id(id(number), None).await.unwrap();
    }
    assert_eq!(tokens.lines().len(), 2);
    let sent = ["Bearer token-0", "Bearer token-1", "Bearer token-1", "Bearer token-1"];
    assert_eq!(authorizations(&schemas), sent);

    let (tokens, schemas) = (endpoint("").await, registry(&["Bearer token-0", "Bearer token-1"]).await);
    let refused = client(&schemas, ClientCredentials::new(&tokens.url, "i", "s"));
    let error = refused.schema_by_id(id(1), None).await.unwrap_err();
    assert_eq!((error.status(), error.is_retriable()), (Some(401), true), "{error}");
    assert_eq!((tokens.lines().len(), schemas.lines().len()), (2, 2));
}

#[tokio::test]
async fn an_endpoint_that_fails_is_asked_again_and_is_never_the_messages_fault() {
    let passing = [Reply::HangUp, Reply::error(503, 0, "x"), Reply::json(200, r#"{"access_token":"t"}"#)];
    let (tokens, schemas) = (FakeRegistry::replies(passing).await, registry(&[]).await);
    client(&schemas, ClientCredentials::new(&tokens.url, "i", "s")).schema_by_id(id(1), None).await.unwrap();
    assert_eq!((tokens.lines().len(), schemas.lines().len()), (3, 1));

    let refusal = r#"{"error":"invalid_client","error_description":"no client with s3cret"}"#;
    for (reply, asked, part) in [
        (Reply::json(401, refusal), 1, "401: invalid_client (no client with [hidden])"),
        (Reply::json(400, r#"{"error":"invalid_scope"}"#), 1, "400: invalid_scope"),
        (Reply::json(404, "<html>s3cret</html>"), 1, "404"),
        (Reply::json(200, r#"{"id_token":"s3cret"}"#), 1, "without a token"),
        (Reply::json(302, "").with_header("location", "http://elsewhere/"), 1, "302"),
        (Reply::json(500, "s3cret"), 3, "500"),
        (Reply::json(429, ""), 3, "429"),
        (Reply::HangUp, 3, ""),
    ] {
        let tokens = FakeRegistry::replies([reply]).await;
        let client = client(&schemas, ClientCredentials::new(&tokens.url, "i", "s3cret"));
        let longs =
            Deserializer::<i64>::new(Arc::new(client), "t", Role::Value, &DeserializerOptions::default());
        let outcome: Outcome<i64> = longs.deserialize_option(None, Some(&[0, 0, 0, 0, 1, 84])).await.into();
        let Outcome::RegistryAway(error) = outcome else { panic!("{outcome:?}") };
        let text = error.to_string();
        assert!(text.contains("no token") && text.contains(&tokens.url) && text.contains(part), "{text}");
        assert!(!format!("{text} {error:?}").contains("s3cret"), "{text}");
        assert_eq!(tokens.lines().len(), asked, "{part}: again only where that may help");
    }
    assert_eq!(schemas.lines().len(), 1, "nothing is asked without a token");
}

#[tokio::test]
async fn while_no_token_can_be_had_questions_fail_at_once_if_that_was_asked_for() {
    let tokens = FakeRegistry::replies([Reply::json(401, r#"{"error":"invalid_client"}"#)]).await;
    let auth = Auth::client_credentials(ClientCredentials::new(&tokens.url, "i", "s"));
    let builder = RegistryClient::builder(["http://127.0.0.1:9"]).auth(auth);
    let client = builder.cool_down(Duration::from_secs(3_600)).build_uncached().unwrap();
    let error = client.schema_by_id(id(1), None).await.unwrap_err();
    assert!(matches!(error, RegistryError::NoToken { .. }), "{error}");
    assert!(client.schema_by_id(id(2), None).await.unwrap_err().is_retriable());
    assert_eq!(tokens.lines().len(), 1);
}

#[tokio::test]
async fn properties_name_the_endpoint_as_kafka_clients_do() {
    let (tokens, schemas) = (endpoint(r#","expires_in":3600"#).await, registry(&[]).await);
    let all = [
        ("schema.registry.url", schemas.url.as_str()),
        ("bearer.auth.credentials.source", "OAUTHBEARER"),
        ("bearer.auth.issuer.endpoint.url", &tokens.url),
        ("bearer.auth.client.id", "user"),
        ("bearer.auth.client.secret", "pass"),
        ("bearer.auth.scope", "schema_registry"),
        ("bearer.auth.scope.claim.name", "scp"),
        ("bearer.auth.sub.claim.name", "sub"),
        ("bearer.auth.cache.expiry.buffer.seconds", "60"),
        ("bearer.auth.logical.cluster", "lsrc-1"),
        ("bearer.auth.identity.pool.id", "pool-2"),
    ];
    let client = HttpRegistryBuilder::from_properties(all).unwrap().build().unwrap();
    client.schema_by_id(id(1), None).await.unwrap();
    let asked = &tokens.requests()[0];
    assert_eq!(asked.header("authorization"), Some("Basic dXNlcjpwYXNz"));
    assert_eq!(asked.body, "grant_type=client_credentials&scope=schema_registry");
    assert_eq!(asked.header("target-sr-cluster"), None, "what concerns the registry is its own");
    let asked = &schemas.requests()[0];
    for (name, value) in [
        ("authorization", "Bearer token-0"),
        ("target-sr-cluster", "lsrc-1"),
        ("confluent-identity-pool-id", "pool-2"),
    ] {
        assert_eq!(asked.header(name), Some(value));
    }
    for key in ["bearer.auth.issuer.endpoint.url", "bearer.auth.client.id", "bearer.auth.client.secret"] {
        let without = all.into_iter().filter(|(name, _)| *name != key);
        let error = HttpRegistryBuilder::from_properties(without).unwrap_err();
        assert_eq!(error, PropertyError::Missing(key));
    }
    let soon = [("bearer.auth.cache.expiry.buffer.seconds", "soon")];
    let error = HttpRegistryBuilder::from_properties(all.into_iter().chain(soon)).unwrap_err().to_string();
    assert!(error.contains("a number of seconds"), "{error}");
}

#[test]
fn what_is_secret_is_not_shown() {
    let credentials = ClientCredentials::new("https://u:s3cret@login/token", "pipeline", "s3cret");
    let credentials = credentials.parameter("resource", "s3cret").scope("s3cret");
    let shown = format!("{credentials:?}");
    for part in ["login/token", "pipeline", "resource", "300s"] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    let auth = Auth::client_credentials(credentials);
    let builder = RegistryClient::builder(["http://h"]).auth(auth);
    let shown = format!("{shown} {builder:?}");
    let all = format!("{shown} {:?}", builder.build().unwrap());
    assert!(all.contains("Auth::ClientCredentials") && !all.contains("s3cret"), "{all}");

    for url in ["login/token", "ftp://u:s3cret@login", "http://u:s3cret@:1"] {
        let auth = Auth::client_credentials(ClientCredentials::new(url, "i", "s3cret"));
        let error = RegistryClient::builder(["http://h"]).auth(auth).build().unwrap_err();
        assert!(matches!(error, ClientConfigError::TokenEndpoint { .. }), "{error}");
        assert!(!format!("{error} {error:?}").contains("s3cret"), "{error}");
    }
}
