//! What goes on while the registry is away, slow or not one: deadlines, health, warm-up, and code that is not async.

use crate::support::{FakeRegistry, Reply};
use serde_wire::frame::SchemaId;
use serde_wire::registry::{
    HttpRegistryBuilder, RegistryClient, RegistryError, RetryPolicy, SchemaRegistry, VersionSelector,
};
use serde_wire::subject::Role;
use serde_wire::{
    Deserializer, DeserializerOptions, Outcome, SerializeErrorKind, Serializer, SerializerOptions,
};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;

fn builder<U: Into<String>>(urls: impl IntoIterator<Item = U>) -> HttpRegistryBuilder {
    RegistryClient::builder(urls).retry(RetryPolicy::default().with_rounds(0))
}

fn id(number: u32) -> SchemaId {
    SchemaId::new(number).expect("in range")
}

#[tokio::test]
async fn a_message_waits_no_longer_than_its_deadline() {
    let server = FakeRegistry::replies([Reply::Silence]).await;
    let ample = Duration::from_secs(3_600);
    let registry = Arc::new(builder([&server.url]).attempt_timeout(ample).deadline(ample).build().unwrap());
    let limit = Duration::from_millis(50);
    let out_of_time = RegistryError::OutOfTime { limit };

    let options = DeserializerOptions::default().with_deadline(limit);
    let longs = Deserializer::<i64>::new(registry.clone(), "t", Role::Value, &options);
    let error = longs.deserialize(&[0, 0, 0, 0, 1, 84]).await.unwrap_err();
    assert!(error.is_retriable() && error.to_string().contains(&out_of_time.to_string()), "{error}");
    assert!(matches!(Outcome::<i64>::from(Err(error)), Outcome::RegistryAway(_)));

    let options = SerializerOptions::default().with_deadline(limit);
    let longs = Serializer::<i64>::new(registry, "t", Role::Value, &options).unwrap();
    let error = longs.serialize_into(&1, &mut Vec::new()).await.unwrap_err();
    assert_eq!(
        error.kind(),
        &SerializeErrorKind::Registry { subject: "t-value".to_owned(), answer: out_of_time }
    );
    assert!(error.is_retriable());
}

/// A registry that answers so when it is told to, and a client with more time for it than any test takes.
async fn slow(reply: Reply) -> (FakeRegistry, Arc<Notify>, HttpRegistryBuilder) {
    let clear = Arc::new(Notify::new());
    let cleared = Arc::clone(&clear);
    let server = FakeRegistry::scripted(move |_, _| {
        let (clear, reply) = (Arc::clone(&cleared), reply.clone());
        async move {
            clear.notified().await;
            reply
        }
    })
    .await;
    let ample = Duration::from_secs(3_600);
    let builder = builder([&server.url]).connect_timeout(ample).attempt_timeout(ample).deadline(ample);
    (server, clear, builder)
}

/// Fails to read message 1 so often, for want of time.
async fn in_haste(registry: &Arc<RegistryClient>, times: u32) {
    let options = DeserializerOptions::default().with_deadline(Duration::ZERO);
    let longs = Deserializer::<i64>::new(registry.clone(), "t", Role::Value, &options);
    for _ in 0..times {
        let error = longs.deserialize(&[0, 0, 0, 0, 1, 84]).await.expect_err("no time");
        assert!(error.is_retriable() && error.to_string().contains("all the time"), "{error}");
    }
}

#[tokio::test]
async fn an_answer_that_takes_longer_than_a_message_may_wait_is_there_for_the_next() {
    let (server, clear, builder) = slow(Reply::json(200, r#"{"id":1,"schema":"\"long\""}"#)).await;
    let registry = Arc::new(builder.build().unwrap());
    in_haste(&registry, 3).await;
    clear.notify_one();
    let ample = DeserializerOptions::default().with_deadline(Duration::from_secs(3_600));
    let longs = Deserializer::<i64>::new(registry, "t", Role::Value, &ample);
    assert_eq!(longs.deserialize(&[0, 0, 0, 0, 1, 84]).await, Ok(42));
    assert_eq!(server.lines().len(), 1, "all got the answer to what the first one asked");
}

#[tokio::test]
async fn a_registry_that_is_away_is_known_to_be_though_nobody_had_the_time_to_wait() {
    let (server, clear, builder) = slow(Reply::HangUp).await;
    let registry = Arc::new(builder.cool_down(Duration::from_secs(3_600)).build().unwrap());
    in_haste(&registry, 3).await;
    clear.notify_one();
    for number in 1..9 {
        let error = registry.schema_by_id(id(number), Some("t-value")).await.unwrap_err();
        assert!(matches!(error, RegistryError::Unavailable { .. }), "{error}");
    }
    assert_eq!(
        server.lines().len(),
        1,
        "whoever asks for number 1 waits along, and the others are told at once"
    );
}

#[tokio::test]
async fn while_the_registry_is_away_known_schemas_go_on_and_new_ones_fail_at_once() {
    let server = FakeRegistry::replies([Reply::json(200, r#"{"schema":"\"long\""}"#), Reply::HangUp]).await;
    let registry = builder([&server.url]).cool_down(Duration::from_secs(3_600)).build().unwrap();
    let options = DeserializerOptions::default();
    let longs = Deserializer::<i64>::new(Arc::new(registry), "t", Role::Value, &options);
    for _ in 0..3 {
        assert_eq!(longs.deserialize(&[0, 0, 0, 0, 1, 84]).await, Ok(42));
        assert!(longs.deserialize(&[0, 0, 0, 0, 2, 84]).await.unwrap_err().is_retriable());
    }
    assert_eq!(server.lines().len(), 2, "the failure is not repeated for every message");
}

#[tokio::test]
async fn nobody_waits_for_a_pause_that_ends_past_the_deadline() {
    let busy = Reply::error(503, 50301, "x").with_header("retry-after", "3000");
    let server = FakeRegistry::replies([busy]).await;
    let registry =
        RegistryClient::builder([&server.url]).deadline(Duration::from_secs(1_000)).build().unwrap();
    let error = registry.schema_by_id(id(1), None).await.unwrap_err();
    assert!(matches!(error, RegistryError::Unavailable { attempts: 1, .. }), "{error:?}");
}

#[tokio::test]
async fn a_refusal_that_no_registry_thought_of_is_no_reason_to_give_up() {
    let page = |status| Reply::json(status, "<html><h1>Plain HTTP was sent to a port of HTTPS</h1></html>");
    let cases = [
        (Reply::error(404, 40403, "Schema 1 not found"), true),
        (Reply::error(404, 40401, "Subject not found"), true),
        (Reply::error(400, 400, "HTTP 400 Bad Request"), true),
        (Reply::error(422, 42201, "Invalid schema"), true),
        (Reply::error(404, 404, "HTTP 404 Not Found"), false),
        (Reply::json(404, r#"{"message":"no route"}"#), false),
        (Reply::json(404, ""), false),
        (Reply::json(409, r#"{"message":"no route"}"#), false),
        (page(301), false),
    ];
    let of_proxies =
        [400, 402, 405, 410, 413, 414, 418, 421, 422, 431, 451].map(|status| (page(status), false));
    for (reply, is_registry) in cases.into_iter().chain(of_proxies) {
        let server = FakeRegistry::replies([reply]).await;
        let registry = Arc::new(builder([&server.url]).build().unwrap());
        for asked in 1..=2 {
            let error = registry.schema_by_id(id(1), None).await.unwrap_err();
            assert_eq!(error.is_retriable(), !is_registry, "{error}");
            assert_eq!(matches!(error, RegistryError::NotARegistry { .. }), !is_registry, "{error}");
            assert_eq!(server.lines().len(), if is_registry { 1 } else { asked }, "{error}");
        }
        let longs = Deserializer::<i64>::new(registry, "t", Role::Value, &DeserializerOptions::default());
        let outcome: Outcome<i64> = longs.deserialize_option(None, Some(&[0, 0, 0, 0, 1, 84])).await.into();
        assert_eq!(matches!(outcome, Outcome::RegistryAway(_)), !is_registry, "{outcome:?}");
        assert_eq!(matches!(outcome, Outcome::UnknownSchema(_)), is_registry, "{outcome:?}");
    }
    // A proxy's opinion on who asks is told as such.
    for status in [401, 403, 407] {
        let server = FakeRegistry::replies([page(status)]).await;
        let error = builder([&server.url]).build().unwrap().schema_by_id(id(1), None).await.unwrap_err();
        assert_eq!((error.status(), error.is_retriable()), (Some(status), true), "{error}");
    }
}

#[test]
fn without_a_runtime_the_error_says_so() {
    struct Noop;
    impl std::task::Wake for Noop {
        fn wake(self: Arc<Self>) {}
    }
    let registry = Arc::new(builder(["http://127.0.0.1:9"]).build().unwrap());
    let longs = Deserializer::<i64>::new(registry, "t", Role::Value, &DeserializerOptions::default());
    let waker = Arc::new(Noop).into();
    let mut future = Box::pin(longs.deserialize(&[0, 0, 0, 0, 1, 84]));
    match future.as_mut().poll(&mut std::task::Context::from_waker(&waker)) {
        std::task::Poll::Ready(Err(error)) => {
            assert!(error.is_retriable() && error.to_string().contains("tokio runtime"), "{error}");
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn after_a_warm_up_nobody_is_asked() {
    let server = FakeRegistry::scripted(|_, request| {
        let version = |id: u32, number: u32| {
            Reply::json(
                200,
                format!(r#"{{"subject":"t-value","id":{id},"version":{number},"schema":"\"long\""}}"#),
            )
        };
        std::future::ready(match request.line().as_str() {
            "GET /subjects/t-key/versions" => Reply::error(404, 40401, "Subject 't-key' not found."),
            "GET /subjects/t-value/versions" => Reply::json(200, "[1,3]"),
            "GET /subjects/t-value/versions/1?deleted=true" => version(7, 1),
            "GET /subjects/t-value/versions/3?deleted=true" => version(9, 3),
            "GET /subjects/t-value/versions/latest?deleted=false" => version(9, 3),
            other => panic!("{other}"),
        })
    })
    .await;
    let registry = builder([&server.url]).build().unwrap();
    let warm = registry.warm_up_topics(["t"]).await.unwrap();
    assert_eq!((warm.versions, warm.missing), (2, vec!["t-key".to_owned()]));
    let warm = registry.warm_up_versions([("t-value", 1)]).await.unwrap();
    assert_eq!(warm.versions, 1);
    let asked = server.lines().len();
    let registry = Arc::new(registry);
    let longs = Deserializer::<i64>::new(registry.clone(), "t", Role::Value, &DeserializerOptions::default());
    for id in [7, 9] {
        assert_eq!(longs.deserialize(&[0, 0, 0, 0, id, 84]).await, Ok(42));
    }
    registry.version("t-value", VersionSelector::Latest).await.unwrap();
    assert_eq!(server.lines().len(), asked);

    let gone = FakeRegistry::replies([Reply::HangUp]).await;
    assert!(builder([&gone.url]).build().unwrap().warm_up(["s"]).await.unwrap_err().is_retriable());
}

#[cfg(feature = "blocking")]
mod blocking {
    use super::*;
    use serde_wire::blocking::Blocking;

    /// A server in a runtime of its own, as for a program that is not async.
    fn server() -> (tokio::runtime::Runtime, FakeRegistry) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let runtime = runtime.expect("a runtime");
        let answer = Reply::json(200, r#"{"id":1,"schema":"\"long\""}"#);
        let server = runtime.block_on(FakeRegistry::replies([answer]));
        (runtime, server)
    }

    #[test]
    fn code_that_is_not_async_waits() {
        let (_runtime, server) = server();
        let blocking = Blocking::new().unwrap();
        let registry = Arc::new(builder([&server.url]).build().unwrap());
        let options = SerializerOptions::default();
        let out = Serializer::<i64>::new(registry.clone(), "t", Role::Value, &options).unwrap();
        let back = Deserializer::<i64>::new(registry, "t", Role::Value, &DeserializerOptions::default());
        let mut payload = Vec::new();
        for value in [1, -2, 3] {
            payload.clear();
            blocking.wait(out.serialize_into(&value, &mut payload)).unwrap();
            assert_eq!(blocking.wait(back.deserialize(&payload)), Ok(value));
        }
        assert_eq!(server.lines().len(), 2);
    }

    #[test]
    fn inside_of_async_code_it_works_too() {
        let (runtime, server) = server();
        let blocking = Blocking::new().unwrap();
        let registry = Arc::new(builder([&server.url]).build().unwrap());
        let back = Deserializer::<i64>::new(registry, "t", Role::Value, &DeserializerOptions::default());
        let other = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let read = other.block_on(async { blocking.wait(back.deserialize(&[0, 0, 0, 0, 1, 84])) });
        assert_eq!(read, Ok(42));
        drop(server);
        drop(runtime);
    }
}
