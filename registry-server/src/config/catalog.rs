//! The one list of settings: name, default, meaning, and how a text becomes a typed value.

use std::collections::BTreeMap;
use std::str::FromStr;
use std::time::Duration;

use super::authentication;
use super::response_header::response_headers;
use super::value::{allowed, boolean, list, megabytes, milliseconds, positive};
use super::{
    Authentication, Cors, Listener, LogFormat, Observation, RequestLimits, ResponseLevel, SearchLimit,
    Settings, TlsSettings, cors, listener, observation, protection, request_limits, tls,
};
use crate::domain::CompatibilityLevel;
use crate::store::sql::{DatabaseUrl, Proxy};
use crate::store::{Secret, Secrets};

/// One setting.
pub(crate) struct Setting {
    /// Confluent's name where Confluent has the setting, else ours in the same style.
    pub(crate) name: &'static str,
    /// The text that applies when nobody sets it.
    pub(crate) default: &'static str,
    /// The effect, for `--help` and `config`.
    pub(crate) help: &'static str,
    /// Puts a text into the typed settings, or says what is allowed.
    pub(super) apply: fn(&mut Settings, &str) -> Result<(), String>,
}

/// A list without a bound of its own.
const UNLIMITED: &str = "2147483647";

/// Every setting, in the order in which they are shown and read.
pub(crate) fn settings() -> impl Iterator<Item = &'static Setting> {
    let of_clients = authentication::SETTINGS.iter().chain(request_limits::SETTINGS);
    FIRST.iter().chain(of_clients).chain(observation::SETTINGS).chain(LAST)
}

const FIRST: &[Setting] = &[
    Setting {
        name: "listener.protocol.map",
        default: "",
        help: "names that stand for protocols in listeners, NAME:http or NAME:https, separated by commas",
        apply: |s, text| {
            s.listener_protocols = listener::protocols(text)?;
            Ok(())
        },
    },
    Setting {
        name: "listeners",
        default: "http://0.0.0.0:8081",
        help: "addresses to serve on, http://host:port or https://host:port, separated by commas",
        apply: |s, text| {
            s.listeners =
                list(text).map(|one| Listener::read(one, &s.listener_protocols)).collect::<Result<_, _>>()?;
            if s.listeners.is_empty() {
                Err("at least one http://host:port is needed".to_owned())
            } else {
                Ok(())
            }
        },
    },
    Setting {
        name: "http2.enabled",
        default: "true",
        help: "serve HTTP/2: over TLS to clients that ask for it, without TLS to those that begin with it",
        apply: |s, text| boolean(&mut s.http2, text),
    },
    Setting {
        name: "ssl.keystore.location",
        default: "",
        help: "a file with the server's key and certificates: JKS, PKCS12 or PEM, needed for https",
        apply: |s, text| tls::optional(&mut s.tls.keystore.location, text),
    },
    Setting {
        name: "ssl.keystore.type",
        default: "",
        help: "JKS, PKCS12 or PEM; what a file is is told by what it holds",
        apply: |_, text| tls::format(text),
    },
    Setting {
        name: "ssl.keystore.password",
        default: "",
        help: "the password of the keystore",
        apply: |s, text| {
            s.tls.keystore.password = Secret::new(text);
            Ok(())
        },
    },
    Setting {
        name: "ssl.key.password",
        default: "",
        help: "the password of the key in the keystore; empty: that of the keystore",
        apply: |s, text| {
            s.tls.key_password = Secret::new(text);
            Ok(())
        },
    },
    Setting {
        name: "ssl.keystore.key.location",
        default: "",
        help: "a PEM file with the key, where ssl.keystore.location has certificates alone",
        apply: |s, text| tls::optional(&mut s.tls.key_location, text),
    },
    Setting {
        name: "ssl.keystore.key",
        default: "",
        help: "the server's key as PEM, in the place of a file",
        apply: |s, text| {
            s.tls.key = Secret::new(text);
            Ok(())
        },
    },
    Setting {
        name: "ssl.keystore.certificate.chain",
        default: "",
        help: "the server's certificates as PEM, its own first, in the place of a file",
        apply: |s, text| tls::optional(&mut s.tls.certificate_chain, text),
    },
    Setting {
        name: "ssl.keystore.reload",
        default: "true",
        help: "read keystores and truststores again when they change; at a hangup signal they always are",
        apply: |s, text| boolean(&mut s.watches_keystores, text),
    },
    Setting {
        name: "ssl.truststore.location",
        default: "",
        help: "a file with the certificates that those of clients are traced to: JKS, PKCS12 or PEM",
        apply: |s, text| tls::optional(&mut s.tls.truststore.location, text),
    },
    Setting {
        name: "ssl.truststore.type",
        default: "",
        help: "JKS, PKCS12 or PEM; what a file is is told by what it holds",
        apply: |_, text| tls::format(text),
    },
    Setting {
        name: "ssl.truststore.password",
        default: "",
        help: "the password of the truststore",
        apply: |s, text| {
            s.tls.truststore.password = Secret::new(text);
            Ok(())
        },
    },
    Setting {
        name: "ssl.truststore.certificates",
        default: "",
        help: "the certificates that those of clients are traced to as PEM, in the place of a file",
        apply: |s, text| tls::optional(&mut s.tls.trusted_certificates, text),
    },
    Setting {
        name: "ssl.client.authentication",
        default: "",
        help: "whether clients show certificates: NONE, REQUESTED or REQUIRED; empty: as ssl.client.auth says",
        apply: |s, text| tls::client_authentication(&mut s.tls.client_authentication, text),
    },
    Setting {
        name: "ssl.client.auth",
        default: "false",
        help: "the older setting for the same: true for REQUIRED",
        apply: |s, text| boolean(&mut s.tls.asks_clients, text),
    },
    Setting {
        name: "ssl.enabled.protocols",
        default: "",
        help: "versions of TLS, TLSv1.2 and TLSv1.3, separated by commas; empty: both",
        apply: |s, text| tls::versions(&mut s.tls.versions, text),
    },
    Setting {
        name: "ssl.cipher.suites",
        default: "",
        help: "cipher suites by their registered names, separated by commas; empty: all that are safe",
        apply: |s, text| {
            s.tls.cipher_suites = list(text).map(str::to_owned).collect();
            Ok(())
        },
    },
    Setting {
        name: "sni.check.enabled",
        default: "false",
        help: "answer 421 to a request for another host than the client named to TLS",
        apply: |s, text| boolean(&mut s.tls.checks_server_name, text),
    },
    Setting {
        name: "sni.host.check.enabled",
        default: "false",
        help: "answer 400 to a request over TLS for a host that the certificate is not for",
        apply: |s, text| boolean(&mut s.tls.checks_host, text),
    },
    Setting {
        name: "hsts.header.enable",
        default: "false",
        help: "tell browsers to come by TLS only, in each answer over TLS",
        apply: |s, text| boolean(&mut s.tls.strict_transport_security, text),
    },
    Setting {
        name: "database.url",
        default: "",
        help: "sqlite:PATH or postgres://USER:PASSWORD@HOST/DATABASE; empty: a SQLite file in the user's data folder",
        apply: |s, text| {
            s.database_url = text.to_owned().into();
            Ok(())
        },
    },
    Setting {
        name: "database.password",
        default: "",
        help: "the password for Postgres; empty: the one in database.url, or as libpq finds it (PGPASSWORD, PGPASSFILE)",
        apply: |s, text| {
            s.database_password = Secret::new(text);
            Ok(())
        },
    },
    Setting {
        name: "database.password.file",
        default: "",
        help: "a file with the password for Postgres, read for each new connection",
        apply: |s, text| {
            s.database_password_file = (!text.is_empty()).then(|| text.into());
            Ok(())
        },
    },
    Setting {
        name: "database.wait.ms",
        default: "3000",
        help: "milliseconds to wait at the start for a Postgres that is not up yet; 0: do not wait",
        apply: |s, text| match text {
            "0" => {
                s.database_wait = Duration::ZERO;
                Ok(())
            }
            _ => milliseconds(&mut s.database_wait, text),
        },
    },
    Setting {
        name: "database.migrate",
        default: "auto",
        help: "bring the tables of Postgres up to date at the start (auto), or demand that migrate-database did (never)",
        apply: |s, text| {
            s.database_migrate = match text {
                "auto" => true,
                "never" => false,
                _ => return Err(allowed(text, ["auto", "never"])),
            };
            Ok(())
        },
    },
    Setting {
        name: "database.proxy",
        default: "auto",
        help: "whether a proxy such as PgBouncer pools transactions before Postgres: transaction, none, or auto to find out",
        apply: |s, text| {
            let found = Proxy::ALL.iter().find(|(name, _)| *name == text);
            s.database_proxy = found.ok_or_else(|| allowed(text, Proxy::ALL.map(|(name, _)| name)))?.1;
            Ok(())
        },
    },
    Setting {
        name: "database.pool.size",
        default: "16",
        help: "connections to Postgres, or readers of the SQLite file, at most; following other nodes takes up to 2 more; with fewer than 3 to Postgres a lock in one context may hold up registrations in others",
        apply: |s, text| positive(&mut s.database_pool_size, text),
    },
    Setting {
        name: "database.acquire.timeout.ms",
        default: "1500",
        help: "milliseconds that a request may wait for one of the connections to Postgres",
        apply: |s, text| milliseconds(&mut s.database_acquire_timeout, text),
    },
    Setting {
        name: "database.connect.timeout.ms",
        default: "1000",
        help: "milliseconds that a new connection to one host of Postgres may take, TLS and log-in included",
        apply: |s, text| milliseconds(&mut s.database_connect_timeout, text),
    },
    Setting {
        name: "database.statement.timeout.ms",
        default: "30000",
        help: "milliseconds that one statement on Postgres may take, waiting for locks included",
        apply: |s, text| milliseconds(&mut s.database_statement_timeout, text),
    },
    Setting {
        name: "database.outage.deadline.ms",
        default: "2000",
        help: "milliseconds that Postgres may be silent before requests that need it are answered 503",
        apply: |s, text| milliseconds(&mut s.database_outage_deadline, text),
    },
    Setting {
        name: "cache.size.mb",
        default: "512",
        help: "megabytes of memory for what was read of the database; the least recently used makes room",
        apply: |s, text| megabytes(&mut s.cache_size, text),
    },
    Setting {
        name: "cache.parsed.size.mb",
        default: "64",
        help: "megabytes of memory for stored schemas in the form in which they are compared",
        apply: |s, text| megabytes(&mut s.parsed_cache_size, text),
    },
    Setting {
        name: "database.failover.skipped.ids",
        default: "1000",
        help: "ids of each context to leave out when a standby of Postgres has taken over; 0: none, where none can be lost",
        apply: |s, text| match text {
            "0" => {
                s.database_failover_skipped_ids = 0;
                Ok(())
            }
            _ => positive(&mut s.database_failover_skipped_ids, text),
        },
    },
    Setting {
        name: "metadata.encoder.secret",
        default: "",
        help: "encrypt the values of sensitive metadata in the database with this secret; empty: they are stored in clear",
        apply: |s, text| {
            s.secrets.current = Secret::new(text);
            Ok(())
        },
    },
    Setting {
        name: "metadata.encoder.old.secret",
        default: "",
        help: "the secret that metadata.encoder.secret replaces, for the first start with the new one",
        apply: |s, text| {
            s.secrets.old = Secret::new(text);
            if s.secrets.old.is_some() && s.secrets.current.is_none() {
                return Err(
                    "it takes the place of metadata.encoder.secret, which is not set; set that as well"
                        .to_owned(),
                );
            }
            Ok(())
        },
    },
    Setting {
        name: "schema.compatibility.level",
        default: "backward",
        help: "compatibility level where no config sets one",
        apply: |s, text| {
            s.compatibility_level = text
                .parse()
                .map_err(|_| allowed(text, CompatibilityLevel::ALL.iter().map(|level| level.as_str())))?;
            Ok(())
        },
    },
    Setting {
        name: "schema.validate.fields",
        default: "false",
        help: "check reserved fields where no config says so",
        apply: |s, text| boolean(&mut s.validate_fields, text),
    },
    Setting {
        name: "schema.validate.new.schemas",
        default: "true",
        help: "validate names and defaults of new schemas strictly where no config says otherwise",
        apply: |s, text| boolean(&mut s.validate_new_schemas, text),
    },
    Setting {
        name: "schema.reject.empty.subject",
        default: "false",
        help: "refuse the empty subject",
        apply: |s, text| boolean(&mut s.reject_empty_subject, text),
    },
    Setting {
        name: "schema.providers.reference.versions.strict",
        default: "false",
        help: "refuse a schema whose references bring one name twice",
        apply: |s, text| boolean(&mut s.strict_reference_versions, text),
    },
    Setting {
        name: "schema.providers.json.fetch.remote.schemas",
        default: "true",
        help: "false: refuse a JSON Schema that refers to another server in an import as well; none is ever fetched",
        apply: |s, text| boolean(&mut s.remote_json_schemas, text),
    },
    Setting {
        name: "mode.mutability",
        default: "true",
        help: "allow changes of the mode",
        apply: |s, text| boolean(&mut s.mode_mutability, text),
    },
    Setting {
        name: "associations.enable",
        default: "true",
        help: "serve the association endpoints",
        apply: |s, text| boolean(&mut s.associations, text),
    },
    Setting {
        name: "rule.sets.enable",
        default: "true",
        help: "validate, store and return rule sets (false: drop them, as the open-source original does)",
        apply: |s, text| boolean(&mut s.rule_sets, text),
    },
    Setting {
        name: "response.level",
        default: "8",
        help: "shape answers as the original 8.x (8), as 7.9 (7), or by what the client accepts (auto)",
        apply: |s, text| {
            s.response_level = match text {
                "8" => ResponseLevel::Eight,
                "7" => ResponseLevel::Seven,
                _ if text.eq_ignore_ascii_case("auto") => ResponseLevel::Auto,
                _ => return Err(allowed(text, ["8", "7", "auto"])),
            };
            Ok(())
        },
    },
    Setting {
        name: "schema.search.default.limit",
        default: "1000",
        help: "schemas listed when a request names no limit",
        apply: |s, text| positive(&mut s.schema_search.default, text),
    },
    Setting {
        name: "schema.search.max.limit",
        default: "1000",
        help: "schemas listed at most",
        apply: |s, text| positive(&mut s.schema_search.max, text),
    },
    Setting {
        name: "subject.search.default.limit",
        default: UNLIMITED,
        help: "subjects listed when a request names no limit",
        apply: |s, text| positive(&mut s.subject_search.default, text),
    },
    Setting {
        name: "subject.search.max.limit",
        default: UNLIMITED,
        help: "subjects listed at most",
        apply: |s, text| positive(&mut s.subject_search.max, text),
    },
    Setting {
        name: "subject.version.search.default.limit",
        default: UNLIMITED,
        help: "versions listed when a request names no limit",
        apply: |s, text| positive(&mut s.version_search.default, text),
    },
    Setting {
        name: "subject.version.search.max.limit",
        default: UNLIMITED,
        help: "versions listed at most",
        apply: |s, text| positive(&mut s.version_search.max, text),
    },
    Setting {
        name: "context.search.default.limit",
        default: UNLIMITED,
        help: "contexts listed when a request names no limit",
        apply: |s, text| positive(&mut s.context_search.default, text),
    },
    Setting {
        name: "context.search.max.limit",
        default: UNLIMITED,
        help: "contexts listed at most",
        apply: |s, text| positive(&mut s.context_search.max, text),
    },
    Setting {
        name: "size.limit.filter.enabled",
        default: "false",
        help: "answer 413 to a body longer than size.limit.filter.max.request.body.size",
        apply: |s, text| boolean(&mut s.size_limit_filter, text),
    },
    Setting {
        name: "size.limit.filter.max.request.body.size",
        default: "1048576",
        help: "bytes of a request body with the size limit filter on",
        apply: |s, text| {
            let mut bytes = 0_u32;
            positive(&mut bytes, text)?;
            s.max_body_size = bytes as usize;
            Ok(())
        },
    },
    Setting {
        name: "request.timeout.ms",
        default: "600000",
        help: "milliseconds that one request may take",
        apply: |s, text| milliseconds(&mut s.request_timeout, text),
    },
    Setting {
        name: "idle.timeout.ms",
        default: "30000",
        help: "milliseconds that a connection may be silent before or within a request, or leave an answer untaken, before it is closed",
        apply: |s, text| milliseconds(&mut s.idle_timeout, text),
    },
    Setting {
        name: "server.connection.limit",
        default: "10000",
        help: "connections at a time; when all are taken, the older half is told to leave; 0 or less: as many as the process may have files open",
        apply: |s, text| {
            s.connection_limit = match text.parse::<i32>() {
                Ok(limit) => u32::try_from(limit).ok().filter(|limit| *limit > 0),
                Err(_) => {
                    return Err(format!("'{text}' is not a whole number from {} to {}", i32::MIN, i32::MAX));
                }
            };
            Ok(())
        },
    },
    Setting {
        name: "shutdown.drain.ms",
        default: "0",
        help: "milliseconds to go on serving, but not ready, once the server was told to stop: as long as a load balancer takes to notice",
        apply: |s, text| match text {
            "0" => {
                s.shutdown_drain = Duration::ZERO;
                Ok(())
            }
            _ => milliseconds(&mut s.shutdown_drain, text),
        },
    },
    Setting {
        name: "shutdown.graceful.ms",
        default: "10000",
        help: "milliseconds that requests in flight may take to finish once the server was told to stop",
        apply: |s, text| milliseconds(&mut s.shutdown_timeout, text),
    },
    Setting {
        name: "schema.registry.group.id",
        default: "schema-registry",
        help: "the cluster name in /v1/metadata/id",
        apply: |s, text| {
            text.clone_into(&mut s.group_id);
            Ok(())
        },
    },
    Setting {
        name: "kafka.cluster.id",
        default: "",
        help: "the id of the Kafka cluster that is served, shown in /v1/metadata/id; empty: made up from the group id",
        apply: |s, text| {
            text.clone_into(&mut s.kafka_cluster_id);
            Ok(())
        },
    },
    Setting {
        name: "jetty.legacy.uri.compliance",
        default: "false",
        help: "let paths with control characters, backslashes or empty segments reach the resources",
        apply: |s, text| boolean(&mut s.legacy_uri_compliance, text),
    },
    Setting {
        name: "compression.enable",
        default: "true",
        help: "compress responses for clients that accept gzip",
        apply: |s, text| boolean(&mut s.compression, text),
    },
    Setting {
        name: "access.control.allow.origin",
        default: "",
        help: "origins allowed by CORS, separated by commas; * stands for any text, empty: no CORS",
        apply: |s, text| {
            let origins = cors::origins(text)?;
            let (methods, headers, exposed) = (Vec::new(), Vec::new(), Vec::new());
            s.cors = (!origins.is_empty()).then_some(Cors { origins, methods, headers, exposed });
            Ok(())
        },
    },
    Setting {
        name: "access.control.allow.methods",
        default: "",
        help: "methods allowed by CORS, separated by commas; empty: those that are served",
        apply: |s, text| {
            let methods = cors::methods(text)?;
            if let Some(cors) = &mut s.cors {
                cors.methods = methods;
            }
            Ok(())
        },
    },
    Setting {
        name: "access.control.allow.headers",
        default: "",
        help: "headers allowed by CORS, separated by commas; empty: those that the browser asks for",
        apply: |s, text| {
            let headers = cors::headers(text)?;
            if let Some(cors) = &mut s.cors {
                cors.headers = headers;
            }
            Ok(())
        },
    },
    Setting {
        name: "access.control.expose.headers",
        default: "",
        help: "headers of answers that pages allowed by CORS may read, separated by commas",
        apply: |s, text| {
            let exposed = cors::headers(text)?;
            if let Some(cors) = &mut s.cors {
                cors.exposed = exposed;
            }
            Ok(())
        },
    },
    Setting {
        name: "response.http.headers.config",
        default: "",
        help: "headers of every response: set Name: value, separated by commas; in quotes with a comma in the value",
        apply: |s, text| {
            s.response_headers = response_headers(text)?;
            Ok(())
        },
    },
];

const LAST: &[Setting] = &[
    Setting {
        name: "authorization.rules.file",
        default: "",
        help: "a TOML file with rules of who may do what, read again when it changes; empty: everybody may do everything",
        apply: |s, text| {
            s.authorization_rules_file = (!text.is_empty()).then(|| text.into());
            Ok(())
        },
    },
    Setting {
        name: "super.users",
        default: "",
        help: "users who may do everything whatever the rules say, User:NAME, separated by semicolons",
        apply: |s, text| {
            let users = text.split(';').map(str::trim).filter(|user| !user.is_empty());
            s.super_users = users
                .map(|user| match user.strip_prefix("User:") {
                    Some(name) if !name.is_empty() && !name.contains('*') && name.trim() == name => {
                        Ok(name.to_owned())
                    }
                    _ => Err(format!("'{user}' is no user; write User:NAME;User:NAME")),
                })
                .collect::<Result<_, _>>()?;
            Ok(())
        },
    },
    Setting {
        name: "ignored.protection.acknowledged",
        default: "",
        help: "names of settings, separated by commas, that protect the original and are known to be ignored here",
        apply: |s, text| {
            s.acknowledged_protections = protection::acknowledged(text)?;
            Ok(())
        },
    },
    Setting {
        name: "log.format",
        default: "text",
        help: "text or json",
        apply: |s, text| {
            s.log_format = match text {
                "text" => LogFormat::Text,
                "json" => LogFormat::Json,
                _ => return Err(allowed(text, ["text", "json"])),
            };
            Ok(())
        },
    },
    Setting {
        name: "log.level",
        default: "info",
        help: "error, warn, info, debug, trace, or a filter such as registry_server=debug,sqlx=warn",
        apply: |s, text| {
            tracing_subscriber::EnvFilter::from_str(text).map_err(|error| error.to_string())?;
            text.clone_into(&mut s.log_level);
            Ok(())
        },
    },
];

/// Settings whose values are never shown.
pub(super) const SECRET: &[&str] = &[
    "database.password",
    "metadata.encoder.secret",
    "metadata.encoder.old.secret",
    "ssl.keystore.password",
    "ssl.key.password",
    "ssl.keystore.key",
    "ssl.truststore.password",
];

/// The settings before any text was applied. Every field is overwritten by a default of [`settings`].
pub(super) fn blank() -> Settings {
    let unlimited = SearchLimit { default: 0, max: 0 };
    Settings {
        listeners: Vec::new(),
        listener_protocols: BTreeMap::new(),
        tls: TlsSettings::default(),
        listener_tls: BTreeMap::new(),
        watches_keystores: true,
        http2: true,
        database_url: DatabaseUrl::default(),
        database_password: None,
        database_password_file: None,
        database_wait: Duration::ZERO,
        database_migrate: true,
        database_proxy: Proxy::Auto,
        database_pool_size: 0,
        database_acquire_timeout: Duration::ZERO,
        database_connect_timeout: Duration::ZERO,
        database_statement_timeout: Duration::ZERO,
        database_outage_deadline: Duration::ZERO,
        cache_size: 0,
        parsed_cache_size: 0,
        database_failover_skipped_ids: 0,
        secrets: Secrets::default(),
        compatibility_level: CompatibilityLevel::Backward,
        validate_fields: false,
        validate_new_schemas: true,
        reject_empty_subject: false,
        strict_reference_versions: false,
        remote_json_schemas: true,
        mode_mutability: true,
        associations: true,
        rule_sets: true,
        response_level: ResponseLevel::Eight,
        schema_search: unlimited,
        subject_search: unlimited,
        version_search: unlimited,
        context_search: unlimited,
        max_body_size: 0,
        size_limit_filter: false,
        request_timeout: Duration::ZERO,
        idle_timeout: Duration::ZERO,
        connection_limit: None,
        shutdown_drain: Duration::ZERO,
        shutdown_timeout: Duration::ZERO,
        group_id: String::new(),
        kafka_cluster_id: String::new(),
        legacy_uri_compliance: false,
        compression: true,
        cors: None,
        response_headers: Vec::new(),
        authorization_rules_file: None,
        super_users: Vec::new(),
        authentication: Authentication::default(),
        request_limits: RequestLimits::default(),
        observation: Observation::default(),
        acknowledged_protections: Vec::new(),
        log_format: LogFormat::Text,
        log_level: String::new(),
    }
}
