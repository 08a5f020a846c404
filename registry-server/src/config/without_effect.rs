//! Settings of the original that have no meaning here and take no protection away.

use super::protection::of_every_listener;

/// Settings of the original that have no meaning here: by name, or, with a dot at the end, by family. They are accepted
/// so that an existing file keeps working, and named once in the log. Settings that protect stand in `protection`.
const WITHOUT_EFFECT: &[&str] = &[
    "kafkastore.",
    "leader.",
    "master.eligibility",
    "host.name",
    "host.port",
    "port",
    "debug",
    "inter.instance.",
    "schema.registry.inter.instance.",
    "schema.registry.zk.",
    "resource.static.locations",
    "schema.providers",
    "schema.providers.json.",
    "schema.providers.avro.",
    "schema.canonicalize.on.consume",
    "schema.cache.",
    "schema.linking.",
    "mode.mutability.",
    "metadata.encoder.topic",
    "metadata.encoder.secret.strict.validation",
    "metrics.",
    "metric.",
    "confluent.",
    "enable.fips",
    "enable.store.health.check",
    "ssl.",
    "security.",
    "sasl.",
    "authentication.",
    "csrf.prevention.",
    "dos.filter.",
    "rate.limit.",
    "network.traffic.rate.limit.",
    "thread.pool.",
    "request.queue.",
    "request.logger.name",
    "response.mediatype.",
    "connector.connection.",
    "server.connection.limit",
    "idle.timeout.ms",
    "proxy.protocol.enabled",
    "http2.enabled",
    "reject.options.request",
    "listener.protocol.map",
    "zookeeper.",
    "websocket.",
    "max.request.header.size",
    "max.response.header.size",
    "suppress.stack.trace.response",
    "access.control.skip.options",
];

/// Whether the original has a setting of that name that does nothing here.
pub(super) fn is_without_effect(name: &str) -> bool {
    let name = of_every_listener(name);
    WITHOUT_EFFECT
        .iter()
        .any(|known| if known.ends_with('.') { name.starts_with(known) } else { name == *known })
}
