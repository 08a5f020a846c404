//! Settings of the original that have no meaning here and take no protection away.

use super::protection::of_every_listener;

/// Settings of the original that have no meaning here: by name, or, with a dot at the end, by family. They are accepted
/// so that an existing file keeps working, and named once in the log. Settings that protect stand in `protection`.
const WITHOUT_EFFECT: &[&str] = &[
    "kafkastore.",
    "kafkagroup.",
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
    "schema.providers.",
    "schema.canonicalize.on.consume",
    "schema.cache.",
    "schema.linking.",
    "mode.mutability.",
    "metadata.encoder.topic",
    "metadata.encoder.secret.strict.validation",
    "metrics.",
    "metric.",
    "percentile.max.latency.ms",
    "disable.response.size.metrics.collection",
    "dek.registry.",
    "confluent.",
    "enable.store.health.check",
    "ssl.",
    "security.",
    "sasl.",
    "csrf.prevention.",
    "dos.filter.",
    "rate.limit.",
    "network.traffic.rate.limit.",
    "thread.pool.",
    "request.queue.",
    "request.logger.name",
    "response.mediatype.",
    "connector.connection.",
    "proxy.protocol.",
    "network.forwarded.request.customizer.enable",
    "reject.options.request",
    "zookeeper.",
    "websocket.",
    "max.request.header.size",
    "max.response.header.size",
    "suppress.stack.trace.response",
    "return.429.instead.of.500.for.jetty.response.errors",
    "access.control.skip.options",
];

/// Whether the original has a setting of that name that does nothing here.
pub(super) fn is_without_effect(name: &str) -> bool {
    let name = of_every_listener(name);
    WITHOUT_EFFECT
        .iter()
        .any(|known| if known.ends_with('.') { name.starts_with(known) } else { name == *known })
}

#[cfg(test)]
mod tests {
    use crate::config::{ConfigError, Environment, load};

    /// The names that the configuration classes of the original define, as far as their published sources and lists of keys
    /// tell: `SchemaRegistryConfig`, `DekRegistryConfig`, and `RestConfig` of its HTTP framework, with a value that its type
    /// takes and that asks for no protection.
    const DEFINED: &str = "
        access.control.allow.headers=accept access.control.allow.methods=GET access.control.allow.origin=*
        access.control.expose.headers=x-request-id access.control.skip.options=true associations.enable=true
        authentication.method=NONE authentication.realm= authentication.roles=* authentication.skip.paths=/
        avro.compatibility.level=none compression.enable=true connector.connection.limit=0
        context.search.default.limit=1 context.search.max.limit=1 csrf.prevention.enable=false
        csrf.prevention.token.endpoint=/csrf csrf.prevention.token.expiration.minutes=30
        csrf.prevention.token.max.entries=10 debug=false dek.registry.max.keys=1 dek.registry.topic=_d
        dek.registry.update.handlers= disable.response.size.metrics.collection=true dos.filter.delay.ms=1
        dos.filter.enabled=false dos.filter.insert.headers=true dos.filter.ip.whitelist=127.0.0.1
        dos.filter.managed.attr=false dos.filter.max.idle.tracker.ms=1
        dos.filter.max.requests.per.connection.per.sec=1 dos.filter.max.requests.per.sec=1
        dos.filter.max.requests.ms=1 dos.filter.max.wait.ms=1 dos.filter.tenant.enabled=false
        dos.filter.throttle.ms=1 dos.filter.throttled.requests=1 enable.fips=false enable.fips.mode=false
        enable.store.health.check=true expected.sni.headers= host.name=h host.port=1 hsts.header.enable=false
        http2.enabled=true idle.timeout.ms=1 init.resource.extension.class= inter.instance.headers.whitelist=x
        inter.instance.listener.name=n inter.instance.protocol=http jetty.legacy.uri.compliance=true
        kafkagroup.heartbeat.interval.ms=1 kafkagroup.rebalance.timeout.ms=1 kafkagroup.session.timeout.ms=1
        kafkastore.bootstrap.servers=b:1 kafkastore.checkpoint.dir=/tmp kafkastore.checkpoint.version=0
        kafkastore.connection.url= kafkastore.group.id=g kafkastore.init.timeout.ms=1
        kafkastore.init.wait.for.reader=true kafkastore.sasl.kerberos.kinit.cmd=/k
        kafkastore.sasl.mechanism=GSSAPI kafkastore.security.protocol=PLAINTEXT
        kafkastore.ssl.key.password=p kafkastore.timeout.ms=1 kafkastore.topic=_s
        kafkastore.topic.replication.factor=3 kafkastore.topic.skip.validation=true
        kafkastore.update.handlers= kafkastore.write.max.retries=1 leader.connect.timeout.ms=1
        leader.election.delay=true leader.election.sticky=true leader.eligibility=true leader.read.timeout.ms=1
        listener.protocol.map=INTERNAL:http listeners=http://127.0.0.1:0 master.eligibility=true
        max.request.header.size=1 max.response.header.size=1 metadata.encoder.old.secret=
        metadata.encoder.secret= metadata.encoder.secret.strict.validation=true metadata.encoder.topic=_e
        metric.reporters= metrics.global.stats.request.tags.enable=true metrics.jmx.prefix=p
        metrics.latency.sla.ms=1 metrics.latency.slo.ms=1 metrics.latency.slo.sla.enable=true
        metrics.num.samples=2 metrics.sample.window.ms=1 metrics.tag.map=a:b mode.mutability=true
        network.forwarded.request.customizer.enable=true network.traffic.rate.limit.backend=guava
        network.traffic.rate.limit.bytes.per.sec=1 network.traffic.rate.limit.enable=false
        nosniff.prevention.enable=false percentile.max.latency.ms=1 port=8081
        prefix.sni.check.enabled=false prefix.sni.prefix= proxy.protocol.accepted.ip.range=10.0.0.0/8
        proxy.protocol.enabled=false reject.options.request=false request.logger.name=n
        request.queue.capacity=1 request.queue.capacity.growby=1 request.queue.capacity.init=1
        resource.extension.class= resource.extension.classes= resource.static.locations=
        response.http.headers.config= response.mediatype.default=application/json
        response.mediatype.preferred=application/json rest.servlet.initializor.classes=
        return.429.instead.of.500.for.jetty.response.errors=true schema.cache.expiry.secs=1
        schema.cache.size=1 schema.canonicalize.on.consume= schema.compatibility.level=none
        schema.providers= schema.providers.json.fetch.remote.schemas=false
        schema.providers.avro.validate.defaults=true schema.providers.reference.versions.strict=false
        schema.registry.group.id=g schema.registry.inter.instance.protocol=http
        schema.registry.resource.extension.class= schema.reject.empty.subject=false
        schema.search.default.limit=1 schema.search.max.limit=1 schema.validate.fields=false
        schema.validate.new.schemas=true server.connection.limit=0 shutdown.graceful.ms=1000
        size.limit.filter.enabled=false size.limit.filter.max.request.body.size=1 sni.check.enabled=false
        sni.host.check.enabled=false ssl.cipher.suites= ssl.client.auth=false ssl.client.authentication=NONE
        ssl.enabled.protocols=TLSv1.3 ssl.endpoint.identification.algorithm= ssl.key.password=p
        ssl.keymanager.algorithm= ssl.keystore.location=/k ssl.keystore.password=p ssl.keystore.reload=true
        ssl.keystore.type=JKS ssl.keystore.watch.location= ssl.protocol=TLS ssl.provider=
        ssl.spire.accepted.spiffe.id.patterns= ssl.spire.enabled=false ssl.spire.trust.only.enabled=false
        ssl.trustmanager.algorithm= ssl.truststore.location=/t ssl.truststore.password=p
        ssl.truststore.type=JKS subject.search.default.limit=1 subject.search.max.limit=1
        subject.version.search.default.limit=1 subject.version.search.max.limit=1
        suppress.stack.trace.response=true thread.pool.max=1 thread.pool.min=1 websocket.path.prefix=/ws
        websocket.servlet.initializor.classes=";

    #[test]
    fn every_setting_that_the_original_defines_starts_the_server() {
        let file = tempfile::NamedTempFile::new().unwrap();
        for line in DEFINED.split_whitespace() {
            std::fs::write(file.path(), line).unwrap();
            let loaded = load(Some(file.path()), &Environment::default(), &[]);
            let started = loaded.and_then(super::super::Loaded::to_serve);
            assert!(started.is_ok(), "{line}: {}", started.unwrap_err());
        }
        std::fs::write(file.path(), DEFINED.split_whitespace().collect::<Vec<_>>().join("\n")).unwrap();
        load(Some(file.path()), &Environment::default(), &[]).unwrap().to_serve().unwrap();
    }

    #[test]
    fn a_name_that_the_original_does_not_define_is_refused() {
        let file = tempfile::NamedTempFile::new().unwrap();
        for name in ["kafkagroups.x", "proxy", "dek.registry", "metadata.encoder.secrets", "enable.store"] {
            std::fs::write(file.path(), format!("{name}=1")).unwrap();
            let error = load(Some(file.path()), &Environment::default(), &[]).unwrap_err();
            assert!(matches!(error, ConfigError::Unknown { .. }), "{name}: {error}");
        }
    }
}
