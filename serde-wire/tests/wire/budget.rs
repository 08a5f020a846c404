//! However a registry, its names or its tokens hang, a message waits no longer than its options say, and a question no longer
//! than its client does. A test of these that waits longer never ends.

use crate::support::{FakeRegistry, Reply};
use serde_wire::frame::SchemaId;
use serde_wire::registry::reqwest::dns::{Name, Resolve, Resolving};
use serde_wire::registry::{
    Auth, CachePolicy, ClientCredentials, HttpRegistryBuilder, RegistryClient, RegistryError, SchemaRegistry,
    reqwest,
};
use serde_wire::subject::Role;
use serde_wire::{
    Deserializer, DeserializerOptions, GenericDeserializer, SerializeErrorKind, Serializer, SerializerOptions,
};
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

const AMPLE: Duration = Duration::from_secs(3_600);

/// Names that nobody ever resolves.
struct Unresolved;

impl Resolve for Unresolved {
    fn resolve(&self, _: Name) -> Resolving {
        Box::pin(std::future::pending())
    }
}

fn patient<U: Into<String>>(urls: impl IntoIterator<Item = U>) -> HttpRegistryBuilder {
    RegistryClient::builder(urls).connect_timeout(AMPLE).attempt_timeout(AMPLE).deadline(AMPLE)
}

type Client = (&'static str, Box<dyn Fn() -> HttpRegistryBuilder>);

/// Clients that get no answer, each for another reason, and what must live as long as they do.
struct Hanging {
    clients: Vec<Client>,
    _servers: Vec<FakeRegistry>,
    _deaf: TcpListener,
}

async fn hanging() -> Hanging {
    let silent = FakeRegistry::replies([Reply::Silence]).await;
    let trickling = FakeRegistry::replies([Reply::Trickle]).await;
    let busy = Reply::error(503, 50301, "x").with_header("retry-after", "1000");
    let busy = FakeRegistry::replies([busy]).await;
    // The system takes connections, and nobody ever reads from them.
    let deaf = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let deaf_url = format!("http://{}", deaf.local_addr().expect("an address"));
    let [one, drip, rest] = [&silent, &trickling, &busy].map(|server| server.url.clone());
    let unresolved = || {
        let client = reqwest::Client::builder().dns_resolver(Arc::new(Unresolved));
        client.build().expect("a client")
    };
    let without_token = |tokens: &str| Auth::client_credentials(ClientCredentials::new(tokens, "i", "s"));
    let urls = vec![one.clone(), deaf_url.clone(), drip.clone()];
    let (all, each) = (urls.clone(), urls);
    let (silent_tokens, slow_tokens) = (without_token(&one), without_token(&drip));
    let clients: Vec<Client> = vec![
        ("a server that is silent", Box::new(move || patient([&one]))),
        ("a server that sends a byte a second", Box::new(move || patient([&drip]))),
        ("a server that does not even read", Box::new(move || patient([&deaf_url]))),
        ("a server that is busy for long", Box::new(move || patient([&rest]))),
        ("several of them", Box::new(move || patient(&all))),
        ("several of them at once", Box::new(move || patient(&each).hedge_after(Duration::ZERO))),
        ("a name", Box::new(move || patient(["http://registry.invalid"]).http_client(unresolved()))),
        ("a token", Box::new(move || patient(["http://127.0.0.1:9"]).auth(silent_tokens.clone()))),
        ("a token by the byte", Box::new(move || patient(["http://127.0.0.1:9"]).auth(slow_tokens.clone()))),
    ];
    Hanging { clients, _servers: vec![silent, trickling, busy], _deaf: deaf }
}

#[tokio::test]
async fn a_message_waits_no_longer_than_its_options_say() {
    let hanging = hanging().await;
    let message = [0, 0, 0, 0, 1, 84];
    for (name, client) in &hanging.clients {
        for limit in [Duration::ZERO, Duration::from_millis(20)] {
            let expected = RegistryError::OutOfTime { limit };
            // One question at a time: from the second message on there is the wait for that, too.
            let policy = CachePolicy::default().with_questions(1);
            let registry = Arc::new(client().cache(policy).build().unwrap());
            let options = DeserializerOptions::default().with_deadline(limit);
            let typed = Deserializer::<i64>::new(registry.clone(), "t", Role::Value, &options);
            let error = typed.deserialize(&message).await.unwrap_err();
            assert!(error.to_string().contains(&expected.to_string()), "{name}: {error}");
            assert!(error.is_retriable(), "{name}: {error}");
            let generic = GenericDeserializer::new(registry.clone(), "t", Role::Value, &options);
            assert!(generic.deserialize(&[0, 0, 0, 0, 2, 84]).await.unwrap_err().is_retriable(), "{name}");
            let options = SerializerOptions::default().with_deadline(limit);
            let serializer = Serializer::<i64>::new(registry, "t", Role::Value, &options).unwrap();
            let error = serializer.serialize_into(&1, &mut Vec::new()).await.unwrap_err();
            assert!(error.is_retriable(), "{name}: {error}");
            assert!(matches!(error.kind(), SerializeErrorKind::Registry { .. }), "{name}: {error}");
        }
    }
}

#[tokio::test]
async fn a_question_waits_no_longer_than_its_client_does() {
    let hanging = hanging().await;
    for (name, client) in &hanging.clients {
        let limit = Duration::from_millis(20);
        let registry = client().deadline(limit).build_uncached().unwrap();
        let error = registry.schema_by_id(SchemaId::new(1).unwrap(), None).await.unwrap_err();
        match error {
            RegistryError::DeadlineExceeded { limit: allowed, .. } => assert_eq!(allowed, limit, "{name}"),
            RegistryError::Unavailable { .. } if *name == "a server that is busy for long" => {}
            other => panic!("{name}: {other:?}"),
        }
    }
}
