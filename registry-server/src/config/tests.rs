//! The settings as an operator meets them: sources, precedence, mistakes.

use super::*;
use crate::domain::CompatibilityLevel;

fn environment(variables: &[(&str, &str)]) -> Environment {
    variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn flags(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn file(text: &str) -> tempfile::NamedTempFile {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), text).unwrap();
    file
}

#[test]
fn every_default_is_allowed() {
    let loaded = load(None, &environment(&[("HOME", "/home/ann")]), &[]).unwrap();
    assert_eq!(loaded.settings.listeners[0].to_string(), "http://0.0.0.0:8081");
    assert_eq!(loaded.settings.database_url, "sqlite:/home/ann/.local/share/schema-registry/registry.db");
    assert_eq!(loaded.settings.schema_search.max, 1000);
    assert_eq!((loaded.settings.cache_size, loaded.settings.parsed_cache_size), (512 << 20, 64 << 20));
    assert!(loaded.warnings.is_empty());
}

#[test]
fn flag_wins_over_environment_wins_over_file() {
    let file = file("schema.compatibility.level=full\nmode.mutability=false\nlog.level=debug\n");
    let environment = environment(&[
        ("SCHEMA_REGISTRY_SCHEMA_COMPATIBILITY_LEVEL", "forward"),
        ("SCHEMA_REGISTRY_LOG_LEVEL", "warn"),
    ]);
    let loaded =
        load(Some(file.path()), &environment, &flags(&[("schema-compatibility-level", "none")])).unwrap();
    assert_eq!(loaded.settings.compatibility_level, CompatibilityLevel::None);
    assert_eq!(loaded.settings.log_level, "warn");
    assert!(!loaded.settings.mode_mutability);
    let described = loaded.describe();
    for line in [
        "none  # flag --schema-compatibility-level",
        "warn  # environment variable SCHEMA_REGISTRY_LOG_LEVEL",
    ] {
        assert!(described.contains(line), "{described}");
    }
    assert!(described.contains(&format!("false  # {}:2", file.path().display())), "{described}");
}

#[test]
fn a_mistake_is_named_with_its_place_and_the_nearest_name() {
    let wrong = file("\nlistners=http://h:1\n");
    let message = load(Some(wrong.path()), &environment(&[]), &[]).unwrap_err().to_string();
    assert!(message.contains(":2: 'listners' is not a setting (did you mean 'listeners'?)"), "{message}");
    for (flag, value, part) in [
        ("schema-compatability-level", "full", "did you mean 'schema-compatibility-level'?"),
        ("schema-compatibility-level", "sideways", "allowed are NONE, BACKWARD"),
        ("listeners", "ftp://h:1", "expected http://host:port, https://host:port with a port"),
        ("listener-protocol-map", "INTERNAL:ftp", "allowed are http, https"),
        ("ssl-keystore-type", "DER", "allowed are JKS, PKCS12, PEM"),
        ("ssl-client-authentication", "required", "allowed are NONE, REQUESTED, REQUIRED"),
        ("ssl-enabled-protocols", "TLSv1.4", "allowed are TLSv1.3, TLSv1.2"),
        ("ssl-enabled-protocols", "TLSv1.1", "name TLSv1.3 or TLSv1.2"),
        ("listeners", " , ", "at least one"),
        ("database-pool-size", "0", "from 1 to 2147483647"),
        ("cache-size-mb", "0", "from 1 to 2147483647"),
        ("cache-parsed-size-mb", "1.5", "from 1 to 2147483647"),
        ("request-timeout-ms", "0", "from 1 to 2147483647"),
        ("response-level", "6", "allowed are 8, 7, auto"),
        (
            "access-control-allow-origin",
            "ui.example",
            "'ui.example' is not an origin; allowed are scheme://host",
        ),
        ("access-control-allow-methods", "GET,get", "'get' is not an HTTP method; allowed are GET, HEAD"),
        ("access-control-allow-headers", "X Header", "'X Header' is not the name of a header; allowed are"),
        (
            "response-http-headers-config",
            "set A B: c",
            "'A B' is not the name of a header; expected set Name: value",
        ),
        ("access-control-allow-origin", "https://a.example, b\u{7f}", "'b\u{7f}' is not an origin"),
        // Also where they would change nothing, since no origin is allowed.
        ("access-control-allow-methods", "GET, P ST", "'P ST' is not an HTTP method"),
        ("access-control-allow-headers", "X-Good, X Bad", "'X Bad' is not the name of a header"),
        ("response-http-headers-config", "set X-Frame-Options", "expected set Name: value"),
        ("response-http-headers-config", "set X Frame: DENY", "'X Frame' is not the name of a header"),
        ("response-http-headers-config", "set X-A: b\u{1}", "'b\u{1}' is not the value of a header"),
        ("log-level", "loud=very", "error parsing level filter"),
    ] {
        let message = load(None, &environment(&[]), &flags(&[(flag, value)])).unwrap_err().to_string();
        assert!(message.contains(part), "{flag}: {message}");
        assert!(message.starts_with(&format!("flag --{flag}: ")), "{message}");
    }
}

#[test]
fn an_environment_made_for_the_original_is_accepted() {
    let loaded = load(
        None,
        &environment(&[
            ("SCHEMA_REGISTRY_KAFKASTORE_BOOTSTRAP_SERVERS", "broker:9092"),
            ("SCHEMA_REGISTRY_HOST_NAME", "registry"),
            ("SCHEMA_REGISTRY_HEAP_OPTS", "-Xmx1g"),
            ("SCHEMA_REGISTRY_PORT_8081_TCP_ADDR", "10.0.0.1"),
            ("SCHEMA_REGISTRY_LISTENER", "http://h:1"),
        ]),
        &[],
    )
    .unwrap();
    let warnings = loaded.warnings.join("\n");
    assert_eq!(loaded.warnings.len(), 2, "{warnings}");
    assert!(
        warnings.contains("SCHEMA_REGISTRY_KAFKASTORE_BOOTSTRAP_SERVERS has no effect here"),
        "{warnings}"
    );
    assert!(warnings.contains("did you mean 'LISTENERS'?"), "{warnings}");
}

#[test]
fn secrets_are_not_shown() {
    let flags = flags(&[("metadata-encoder-secret", "n3w"), ("metadata-encoder-old-secret", "f0rmer")]);
    let loaded = load(None, &environment(&[]), &flags).unwrap();
    for shown in [loaded.describe(), format!("{:?}", loaded.settings)] {
        assert!(!shown.contains("n3w") && !shown.contains("f0rmer"), "{shown}");
    }
    let variable = ("METADATA_ENCODER_SECRET", "s");
    let loaded = load(None, &environment(&[variable]), &[]).unwrap();
    assert_eq!(loaded.settings.secrets.current, crate::store::Secret::new("s"));
    let both = environment(&[variable, ("SCHEMA_REGISTRY_METADATA_ENCODER_SECRET", "t")]);
    assert_eq!(load(None, &both, &[]).unwrap().settings.secrets.current, crate::store::Secret::new("t"));
    let alone = environment(&[("METADATA_ENCODER_OLD_SECRET", "s")]);
    let message = load(None, &alone, &[]).unwrap_err().to_string();
    assert!(message.contains("metadata.encoder.secret, which is not set"), "{message}");
}

#[test]
fn passwords_are_not_shown() {
    let loaded =
        load(None, &environment(&[]), &flags(&[("database-url", "postgres://ann:s3cret@db/registry")]))
            .unwrap();
    let described = loaded.describe();
    assert!(
        described.contains("postgres://ann:***@db/registry") && !described.contains("s3cret"),
        "{described}"
    );
}

#[test]
fn the_old_name_of_the_level_counts_where_the_new_one_is_not_given() {
    for (text, variables, expected) in [
        ("avro.compatibility.level=full\n", &[][..], CompatibilityLevel::Full),
        ("avro.compatibility.level=full\nschema.compatibility.level=none\n", &[], CompatibilityLevel::None),
        ("schema.compatibility.level=none\navro.compatibility.level=full\n", &[], CompatibilityLevel::None),
        (
            "avro.compatibility.level=full\n",
            &[("SCHEMA_REGISTRY_AVRO_COMPATIBILITY_LEVEL", "forward")],
            CompatibilityLevel::Forward,
        ),
        (
            "schema.compatibility.level=full\n",
            &[("SCHEMA_REGISTRY_AVRO_COMPATIBILITY_LEVEL", "forward")],
            CompatibilityLevel::Full,
        ),
    ] {
        let file = file(text);
        let loaded = load(Some(file.path()), &environment(variables), &[]).unwrap();
        assert_eq!(loaded.settings.compatibility_level, expected, "{text} {variables:?}");
    }
    let wrong = file("\navro.compatibility.level=sideways\n");
    let message = load(Some(wrong.path()), &environment(&[]), &[]).unwrap_err().to_string();
    assert!(message.contains(":2:") && message.contains("allowed are NONE, BACKWARD"), "{message}");
}

/// A file as an installation of the original has it: every name that its classes define, as far as none protects.
#[test]
fn a_file_with_the_names_of_the_original_starts_the_server() {
    const NAMES: &str = "\
        debug port response.mediatype.preferred response.mediatype.default \
        access.control.skip.options request.logger.name metrics.jmx.prefix metrics.sample.window.ms metrics.num.samples \
        metric.reporters metrics.tag.map metric.reporters.x ssl.keystore.location \
        ssl.keystore.watch.location ssl.keystore.password ssl.key.password ssl.keymanager.algorithm \
        ssl.truststore.location ssl.truststore.password ssl.trustmanager.algorithm ssl.protocol \
        ssl.provider ssl.cipher.suites ssl.endpoint.identification.algorithm \
        websocket.path.prefix idle.timeout.ms thread.pool.min thread.pool.max \
        request.queue.capacity request.queue.capacity.init request.queue.capacity.growby csrf.prevention.token.endpoint \
        csrf.prevention.token.expiration.minutes csrf.prevention.token.max.entries dos.filter.max.requests.per.sec \
        dos.filter.max.requests.per.connection.per.sec dos.filter.delay.ms dos.filter.max.wait.ms \
        dos.filter.throttled.requests dos.filter.throttle.ms dos.filter.max.requests.ms dos.filter.max.idle.tracker.ms \
        dos.filter.insert.headers dos.filter.ip.whitelist dos.filter.managed.attr server.connection.limit \
        connector.connection.limit proxy.protocol.enabled suppress.stack.trace.response \
        max.request.header.size max.response.header.size \
        kafkastore.connection.url kafkastore.bootstrap.servers kafkastore.group.id kafkastore.topic \
        kafkastore.topic.replication.factor kafkastore.topic.skip.validation kafkastore.timeout.ms \
        kafkastore.init.timeout.ms kafkastore.update.handlers kafkastore.security.protocol \
        kafkastore.ssl.truststore.location kafkastore.sasl.mechanism kafkastore.write.max.retries \
        kafkastore.zk.session.timeout.ms kafkastore.checkpoint.dir kafkastore.checkpoint.version \
        leader.eligibility leader.read.timeout.ms leader.connect.timeout.ms leader.election.delay \
        leader.election.sticky master.eligibility schema.registry.zk.namespace host.name host.port zookeeper.set.acl \
        resource.static.locations schema.providers schema.providers.avro.validate.defaults schema.cache.size \
        schema.cache.expiry.secs schema.canonicalize.on.consume inter.instance.headers.whitelist \
        inter.instance.listener.name metadata.encoder.topic enable.store.health.check";
    // What takes not every value.
    let served = "listener.protocol.map=INTERNAL:http http2.enabled=true ssl.keystore.reload=true ssl.keystore.type=JKS \
        ssl.truststore.type=JKS ssl.enabled.protocols=TLSv1.3 ssl.client.authentication=REQUESTED ssl.client.auth=true \
        sni.check.enabled=true sni.host.check.enabled=true hsts.header.enable=true";
    let unread = NAMES.split_whitespace().map(|name| format!("{name}=1"));
    for name in unread.chain(served.split_whitespace().map(str::to_owned)) {
        let file = file(&format!("{name}\n"));
        let loaded = load(Some(file.path()), &environment(&[]), &[]);
        assert!(loaded.is_ok_and(|loaded| loaded.unacknowledged.is_empty()), "{name}");
    }
}
