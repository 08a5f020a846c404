//! All keys, and what is done about each.

/// What is done about a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Treatment {
    /// One of the readers of properties takes it over, or says what is wrong with its value.
    Read,
    /// It says nothing to a program in Rust.
    NoEffect,
    /// It is refused, unless it has this value.
    Refused { unless: &'static str, reason: &'static str, nearest: Option<&'static str> },
}

use Treatment::{NoEffect, Read, Refused};

const fn refused(unless: &'static str, reason: &'static str) -> Treatment {
    Refused { unless, reason, nearest: None }
}

const NO_RULES: Treatment = refused("", "nothing here runs rules, and schemas that carry some are refused");
const NO_STORES: Treatment = refused(
    "",
    "stores of Java and their passwords are not read: certificates are given in PEM, by schema.registry.ssl.truststore.location, \
     .truststore.certificates, .keystore.location, .keystore.certificate.chain and .keystore.key; the rest to reqwest::Client, and \
     that to HttpRegistryBuilder::http_client",
);
const NO_PROVIDER: Treatment = Refused {
    unless: "",
    reason: "classes of Java are not run: a function that gives tokens is set by Auth::bearer_from",
    nearest: Some("bearer.auth.issuer.endpoint.url"),
};

#[rustfmt::skip]
const KEYS: &[(&str, Treatment)] = &[
    ("auto.register.schemas", Read),
    ("use.schema.id", Read),
    ("use.schema.guid", Read),
    ("use.latest.with.metadata", Read),
    ("use.latest.version", Read),
    ("latest.compatibility.strict", Read),
    ("id.compatibility.strict", Read),
    ("normalize.schemas", Read),
    ("subject.name.strategy", Read),
    ("key.subject.name.strategy", Read),
    ("value.subject.name.strategy", Read),
    ("subject.name.strategy.kafka.cluster.id", Read),
    ("subject.name.strategy.fallback.type", Read),
    ("subject.name.strategy.cache.expiry.secs", NoEffect),
    ("subject.name.strategy.cache.size", NoEffect),
    ("kafka.cluster.id", Read),
    ("fallback.subject.name.strategy.type", Read),
    ("key.schema.id.serializer", Read),
    ("value.schema.id.serializer", Read),
    ("key.schema.id.deserializer", Read),
    ("value.schema.id.deserializer", Read),
    ("context.name.strategy", Read),
    ("schema.registry.url", Read),
    ("basic.auth.credentials.source", Read),
    ("basic.auth.user.info", Read),
    ("schema.registry.basic.auth.user.info", Read),
    ("bearer.auth.credentials.source", Read),
    ("bearer.auth.token", Read),
    ("bearer.auth.logical.cluster", Read),
    ("bearer.auth.identity.pool.id", Read),
    ("http.connect.timeout.ms", Read),
    ("http.read.timeout.ms", Read),
    ("max.retries", Read),
    ("retries.wait.ms", Read),
    ("retries.max.wait.ms", Read),
    ("latest.cache.size", Read),
    ("latest.cache.ttl.sec", Read),
    ("missing.cache.size", Read),
    ("missing.id.cache.ttl.sec", Read),
    ("missing.version.cache.ttl.sec", Read),
    ("missing.schema.cache.ttl.sec", Read),
    ("max.schemas.per.subject", Read),
    ("specific.avro.reader", NoEffect),
    ("schema.reflection", NoEffect),
    ("avro.reflection.allow.null", NoEffect),
    ("avro.remove.java.properties", NoEffect),
    ("avro.use.logical.type.converters", NoEffect),
    ("enhanced.avro.schema.support", NoEffect),
    ("specific.avro.value.type", NoEffect),
    ("specific.avro.key.type", NoEffect),
    ("rule.executors", NO_RULES),
    ("rule.actions", NO_RULES),
    ("rule.service.loader.enable", NoEffect),
    ("propagate.schema.tags", refused("false", "tags of a schema's text go to the registry with it; none are copied from version to version")),
    ("schema.format", refused("", "schemas are sent as the type has them")),
    ("proxy.host", Read),
    ("proxy.port", Read),
    ("bearer.auth.issuer.endpoint.url", Read),
    ("bearer.auth.client.id", Read),
    ("bearer.auth.client.secret", Read),
    ("bearer.auth.scope", Read),
    ("bearer.auth.scope.claim.name", NoEffect),
    ("bearer.auth.sub.claim.name", NoEffect),
    ("bearer.auth.cache.expiry.buffer.seconds", Read),
    ("bearer.auth.custom.provider.class", NO_PROVIDER),
    ("schema.registry.ssl.truststore.location", Read),
    ("schema.registry.ssl.truststore.type", Read),
    ("schema.registry.ssl.truststore.certificates", Read),
    ("schema.registry.ssl.keystore.type", Read),
    ("schema.registry.ssl.keystore.certificate.chain", Read),
    ("schema.registry.ssl.keystore.key", Read),
    ("schema.registry.ssl.truststore.password", NO_STORES),
    ("schema.registry.ssl.keystore.location", Read),
    ("schema.registry.ssl.keystore.password", NO_STORES),
    ("schema.registry.ssl.key.password", NO_STORES),
    ("schema.registry.ssl.endpoint.identification.algorithm", refused("https", "host names are always checked, unless the reqwest::Client of HttpRegistryBuilder::http_client does not")),
];

/// What is done about keys that begin so and do not stand above.
#[rustfmt::skip]
const FAMILIES: &[(&str, Treatment)] = &[
    (REQUEST_HEADER, Read),
    ("rule.executors.", NO_RULES),
    ("rule.actions.", NO_RULES),
    ("schema.registry.ssl.", NO_STORES),
];

/// The rest of such a key is the name of a header.
pub(crate) const REQUEST_HEADER: &str = "request.header.";

/// Whether a key is one of a serializer, a deserializer or a registry client, supported or not.
///
/// ```
/// let of_a_producer = [("acks", "all"), ("schema.registry.url", "http://localhost:8081")];
/// let ours = of_a_producer.into_iter().filter(|(key, _)| serde_wire::options::is_known(key));
/// let builder = serde_wire::registry::HttpRegistryBuilder::from_properties(ours)?;
/// # Ok::<(), serde_wire::options::PropertyError>(())
/// ```
pub fn is_known(key: &str) -> bool {
    treatment(key).is_some()
}

pub(super) fn treatment(key: &str) -> Option<Treatment> {
    let listed = KEYS.iter().find(|(name, _)| *name == key);
    let family =
        || FAMILIES.iter().find(|(beginning, _)| key.len() > beginning.len() && key.starts_with(beginning));
    listed.or_else(family).map(|(_, treatment)| *treatment)
}

pub(super) fn names() -> impl Iterator<Item = &'static str> + Clone {
    KEYS.iter().map(|(name, _)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn each_key_stands_once_and_in_the_documentation() {
        let documentation = include_str!("mod.rs");
        let mut seen = HashSet::new();
        for (name, treatment) in KEYS.iter().chain(FAMILIES) {
            assert!(seen.insert(name), "{name} stands twice");
            let told = documentation.contains(&format!("`{name}`"));
            assert!(told || *name == REQUEST_HEADER || matches!(treatment, Refused { .. }), "{name}");
        }
    }
}
