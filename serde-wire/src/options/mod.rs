//! Options by the names that Confluent's serializers have, read from a map as Kafka clients are given it.
//!
//! [`SerializerOptions::from_properties`](crate::SerializerOptions::from_properties),
//! [`DeserializerOptions::from_properties`](crate::DeserializerOptions::from_properties) and
//! [`HttpRegistryBuilder::from_properties`](crate::registry::HttpRegistryBuilder::from_properties) each take what concerns
//! them of the same map, so one map serves all three. A key that none of them knows is an error that names the nearest one,
//! and a key that asks for what this crate does not do is an error that says so. What has no effect is told in the table: no key
//! is left out silently. Names are checked by all three, a value by those whose concern it is. A map that has the Kafka
//! client's own settings too is filtered by [`is_known`] first.
//!
//! ```
//! use serde_wire::subject::Role;
//! use serde_wire::{SchemaSource, SerializerOptions};
//!
//! let options = SerializerOptions::from_properties(
//!     [("auto.register.schemas", "false"), ("use.latest.version", "true")],
//!     Role::Value,
//! )?;
//! assert_eq!(options.source, SchemaSource::Latest);
//!
//! let error = SerializerOptions::from_properties([("auto.register.schema", "false")], Role::Value).unwrap_err();
//! assert!(error.to_string().contains("did you mean \"auto.register.schemas\"?"));
//! # Ok::<(), serde_wire::options::PropertyError>(())
//! ```
//!
//! | key | default | what becomes of it |
//! |---|---|---|
//! | `auto.register.schemas` | `true` | registers, or else looks up; an error along with one of the next four, unless it is `false` |
//! | `use.schema.id` | `-1` | writes with the schema of that id |
//! | `use.schema.guid` | | writes with the schema of that GUID |
//! | `use.latest.with.metadata` | | writes with the latest version that has these properties, `key=value,key=value` |
//! | `use.latest.version` | `false` | writes with the latest version; when several of these four are set, the first one here counts |
//! | `latest.compatibility.strict` | `true` | refuses a latest version that cannot read what the type writes |
//! | `id.compatibility.strict` | `true` | the same for an id and a GUID |
//! | `normalize.schemas` | `false` | lets the registry compare in normal form |
//! | `key.subject.name.strategy`, `value.subject.name.strategy`, `subject.name.strategy` | `TopicNameStrategy` | with or without its package: `TopicNameStrategy`, `RecordNameStrategy`, `TopicRecordNameStrategy`, `AssociatedNameStrategy` |
//! | `subject.name.strategy.kafka.cluster.id`, `subject.name.strategy.fallback.type` | `-`, `TOPIC` | what the associated strategy asks with, and falls back to: `TOPIC`, `RECORD`, `TOPIC_RECORD`, `NONE`; the earlier names `kafka.cluster.id` and `fallback.subject.name.strategy.type` count where these are not set |
//! | `subject.name.strategy.cache.expiry.secs`, `subject.name.strategy.cache.size` | | no effect: each serializer and deserializer asks once in its life |
//! | `key.schema.id.serializer`, `value.schema.id.serializer` | `PrefixSchemaIdSerializer` | or `HeaderSchemaIdSerializer` |
//! | `key.schema.id.deserializer`, `value.schema.id.deserializer` | `DualSchemaIdDeserializer` | the header counts where there is one, else the prefix (also with `PrefixSchemaIdDeserializer`). `ConfigSchemaIdDeserializer`: messages without a header are data of the schema of `use.schema.id` or `use.schema.guid`, as in Java, or, which Java does not have, of the latest version with `use.latest.version=true` |
//! | `context.name.strategy` | `NullContextNameStrategy` | no other: a context is set by `with_context` |
//! | `schema.registry.url` | | the servers, with commas between them |
//! | `basic.auth.credentials.source` | `URL` | or `USER_INFO`, from `basic.auth.user.info` (or `schema.registry.basic.auth.user.info`), which has no effect without it, as in Java |
//! | `bearer.auth.credentials.source` | | `STATIC_TOKEN`, from `bearer.auth.token`, which has no effect without it, or `OAUTHBEARER`; an error along with a source of basic authentication |
//! | `bearer.auth.issuer.endpoint.url`, `bearer.auth.client.id`, `bearer.auth.client.secret`, `bearer.auth.scope` | | with `OAUTHBEARER`, the source of tokens: the endpoint, the client's credentials, which must all be there, and the scope if any; see [`ClientCredentials`](crate::registry::ClientCredentials) |
//! | `bearer.auth.cache.expiry.buffer.seconds` | `300` | so long before its end a token is renewed, and never before half of its life |
//! | `bearer.auth.scope.claim.name`, `bearer.auth.sub.claim.name` | | no effect: tokens are not looked into, the registry checks them |
//! | `bearer.auth.custom.provider.class` | | refused: a function is set by [`Auth::bearer_from`](crate::registry::Auth::bearer_from) |
//! | `bearer.auth.logical.cluster`, `bearer.auth.identity.pool.id` | | sent with every request, as the headers `target-sr-cluster` and `Confluent-Identity-Pool-Id` |
//! | `request.header.NAME` | | sent with every request, as the header of that name |
//! | `http.connect.timeout.ms`, `http.read.timeout.ms` | `2000`, `5000` | of one request to one server |
//! | `max.retries`, `retries.wait.ms`, `retries.max.wait.ms` | `3`, `100`, `5000` | rounds after the first, and the pauses before them |
//! | (no property) | 20 s | a question ends then, with all its requests, retries and pauses, and so does the wait of one message: whoever sets longer times than this raises [`HttpRegistryBuilder::deadline`](crate::registry::HttpRegistryBuilder::deadline), [`SerializerOptions::deadline`](crate::SerializerOptions::deadline) and [`DeserializerOptions::deadline`](crate::DeserializerOptions::deadline) too |
//! | `latest.cache.size`, `latest.cache.ttl.sec` | `1000`, `60` | answers on latest versions; `-1` keeps them for good. A serializer asks once in its life, so they concern those that are made later |
//! | `missing.cache.size`, `missing.id.cache.ttl.sec`, `missing.version.cache.ttl.sec`, `missing.schema.cache.ttl.sec` | `10000`, `10` | refusals; the shortest of the times counts |
//! | `max.schemas.per.subject` | `10000` | how many answers are kept in all |
//! | `specific.avro.reader`, `specific.avro.key.type`, `specific.avro.value.type`, `schema.reflection`, `avro.reflection.allow.null`, `avro.remove.java.properties`, `avro.use.logical.type.converters`, `enhanced.avro.schema.support` | | no effect: they tell Java how to make objects |
//! | `rule.executors`, `rule.actions`, and keys that begin with them and a dot | | refused: nothing here runs rules |
//! | `rule.service.loader.enable` | | no effect: there are no rule executors to load |
//! | `schema.registry.ssl.truststore.location`, `schema.registry.ssl.truststore.certificates` | | the certificates that are trusted, and no others, in a file or in the value, in PEM |
//! | `schema.registry.ssl.keystore.location`, or `schema.registry.ssl.keystore.certificate.chain` and `schema.registry.ssl.keystore.key` | | the client's certificate with its key, in a file or in the values, in PEM; the key is not encrypted |
//! | `schema.registry.ssl.truststore.type`, `schema.registry.ssl.keystore.type` | `PEM` | no other: stores of Java (JKS, PKCS12) are not read |
//! | `schema.registry.ssl.endpoint.identification.algorithm` | `https` | no other: host names are always checked |
//! | other `schema.registry.ssl.*` | | refused unless empty: passwords open stores of Java, which are not read; set the rest on a `reqwest::Client` of your own, see [`http_client`](crate::registry::HttpRegistryBuilder::http_client) |
//! | `proxy.host`, `proxy.port` | | the proxy, both or none |
//! | `propagate.schema.tags` and other keys whose value asks for more than this | | refused with the reason |
//!
//! Of a consumer, `use.latest.version`, `use.latest.with.metadata`, `use.schema.id`, `use.schema.guid` and their strictness,
//! `auto.register.schemas` and `normalize.schemas` have no effect, unless its messages name no schema (`ConfigSchemaIdDeserializer`):
//! data is read as the type's own schema, whatever the latest version is. They are no error there, since one map serves producer and consumer.

mod error;
mod keys;
mod nearest;
mod properties;
mod sides;

pub use error::PropertyError;
pub(crate) use keys::REQUEST_HEADER;
pub use keys::is_known;
pub(crate) use properties::Properties;
