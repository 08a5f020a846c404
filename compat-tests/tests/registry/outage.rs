//! A registry that is killed: what was known of it goes on.

use crate::server::Server;
use serde_wire::registry::{
    CachePolicy, NewSchema, RegistryClient, RetryPolicy, SchemaRegistry, VersionSelector,
};
use serde_wire::subject::Role;
use serde_wire::{
    Deserializer, DeserializerOptions, SchemaSource, Serializer, SerializerOptions, UnframedSchema,
};
use std::sync::Arc;
use std::time::Duration;

fn client(url: &str, policy: CachePolicy) -> Arc<RegistryClient> {
    let retry = RetryPolicy::default().with_rounds(0);
    Arc::new(RegistryClient::builder([url]).retry(retry).cache(policy).build().expect("good settings"))
}

/// With no time to live each question is put to the registry, as it is when the time is over.
#[tokio::test(flavor = "multi_thread")]
async fn the_latest_version_goes_on_while_the_registry_is_down() {
    let asks_always = CachePolicy::default().with_latest_ttl(Duration::ZERO);
    for (policy, goes_on) in [(asks_always, true), (asks_always.with_stale_ttl(Duration::ZERO), false)] {
        let mut server = Server::start().await;
        let registry = client(&server.url, policy);
        registry.register("t-value", &NewSchema::avro("\"string\""), false).await.unwrap();
        let known = registry.version("t-value", VersionSelector::Latest).await.unwrap();
        server.kill();

        for _ in 0..3 {
            let latest = registry.version("t-value", VersionSelector::Latest).await;
            assert_eq!(latest.as_ref().ok(), goes_on.then_some(&known), "{latest:?}");
        }
        let unknown = registry.version("u-value", VersionSelector::Latest).await.unwrap_err();
        assert!(unknown.is_retriable(), "{unknown}");

        // A producer and a consumer that are made now.
        let options = SerializerOptions::default().with_source(SchemaSource::Latest);
        let out = Serializer::<String>::new(registry.clone(), "t", Role::Value, &options).unwrap();
        let mut payload = Vec::new();
        let written = out.serialize_into(&"Ada".to_owned(), &mut payload).await;
        assert_eq!(written.is_ok(), goes_on, "{written:?}");
        let options = DeserializerOptions::default().with_unframed(UnframedSchema::Latest);
        let bare = Deserializer::<String>::new(registry, "t", Role::Value, &options);
        let read = bare.deserialize(b"\x06Ada").await;
        assert!(read.is_err_and(|error| error.is_retriable()), "what wrote it may be a later version");
    }
}
