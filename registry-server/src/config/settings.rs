//! The typed settings.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use super::listener::Protocols;
use super::{Authentication, Cors, Listener, Observation, RequestLimits, ResponseHeader, TlsSettings};
use crate::domain::CompatibilityLevel;
use crate::store::sql::{DatabaseUrl, OpenOptions, Proxy};
use crate::store::{Secret, Secrets};

/// Everything that can be set, checked and typed.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Settings {
    /// The addresses to serve on; at least one.
    pub listeners: Vec<Listener>,
    /// Names that stand for protocols in `listeners`.
    pub(super) listener_protocols: Protocols,
    /// How listeners with TLS show who they are; [`Settings::tls_of`] tells those of each.
    pub tls: TlsSettings,
    /// The same of those that have settings of their own, by name.
    pub(super) listener_tls: BTreeMap<String, TlsSettings>,
    /// Whether keystores and truststores are read again when they change; at a hangup they always are.
    pub watches_keystores: bool,
    /// Whether HTTP/2 is served.
    pub http2: bool,
    /// `sqlite:PATH` or `postgres://…`; may hold a password.
    pub database_url: DatabaseUrl,
    /// The password for Postgres, instead of one in the URL.
    pub database_password: Option<Secret>,
    /// A file with the password for Postgres.
    pub database_password_file: Option<PathBuf>,
    /// How long to wait at the start for a Postgres that is not up yet.
    pub database_wait: Duration,
    /// Whether the tables of Postgres are brought up to date at the start.
    pub database_migrate: bool,
    /// The proxy between here and Postgres.
    pub database_proxy: Proxy,
    /// Connections to Postgres, or readers of an SQLite file, at most.
    pub database_pool_size: u32,
    /// How long a request may wait for a connection to the database.
    pub database_acquire_timeout: Duration,
    /// How long a new connection to one host of Postgres may take.
    pub database_connect_timeout: Duration,
    /// How long a statement on Postgres may take.
    pub database_statement_timeout: Duration,
    /// How long Postgres may be silent before requests that need it fail.
    pub database_outage_deadline: Duration,
    /// How many bytes of what was read of the database may be remembered.
    pub cache_size: u64,
    /// How many bytes schemas that were read may take in memory.
    pub parsed_cache_size: u64,
    /// How many ids of each context are left out when another Postgres has taken over.
    pub database_failover_skipped_ids: u32,
    /// The secrets that encrypt sensitive metadata.
    pub secrets: Secrets,
    /// The compatibility level where neither subject, context nor the global config sets one.
    pub compatibility_level: CompatibilityLevel,
    /// Whether reserved fields are checked where no config says so.
    pub validate_fields: bool,
    /// Whether new schemas are validated strictly where no config says otherwise.
    pub validate_new_schemas: bool,
    /// Whether the empty subject is refused.
    pub reject_empty_subject: bool,
    /// Whether one reference name seen twice in a transitive closure is an error.
    pub strict_reference_versions: bool,
    /// Whether an imported JSON Schema may refer to what only another server has. Nothing is fetched in either case.
    pub remote_json_schemas: bool,
    /// Whether modes may be changed.
    pub mode_mutability: bool,
    /// Whether the association endpoints exist.
    pub associations: bool,
    /// Whether rule sets are validated, stored and returned, as the commercial original does; otherwise they are
    /// dropped, as the open-source one does.
    pub rule_sets: bool,
    /// The generation of the original that answers are shaped like.
    pub response_level: ResponseLevel,
    /// Page sizes of `GET /schemas`.
    pub schema_search: SearchLimit,
    /// Page sizes of `GET /subjects`.
    pub subject_search: SearchLimit,
    /// Page sizes of `GET /subjects/{s}/versions` and the like.
    pub version_search: SearchLimit,
    /// Page sizes of `GET /contexts`.
    pub context_search: SearchLimit,
    /// The largest request body that is read, in bytes; with `size_limit_filter` a longer one is answered 413.
    pub max_body_size: usize,
    /// Whether `max_body_size` is Confluent's opt-in filter or only the outer bound against abuse.
    pub size_limit_filter: bool,
    /// How long one request may take.
    pub request_timeout: Duration,
    /// How long a connection may be silent where a request should begin or go on, and an answer wait to be taken.
    pub idle_timeout: Duration,
    /// How many connections there may be at a time; `None` for as many as the process may have files open.
    pub connection_limit: Option<u32>,
    /// How long a server that was told to stop goes on serving while it says that it is not ready.
    pub shutdown_drain: Duration,
    /// How long requests in flight may take to finish once the server was told to stop.
    pub shutdown_timeout: Duration,
    /// The cluster name in `GET /v1/metadata/id`.
    pub group_id: String,
    /// The id of the Kafka cluster that is served, as `GET /v1/metadata/id` shows it; empty for a made-up one.
    pub kafka_cluster_id: String,
    /// Whether suspicious paths reach the resources instead of a 400 page.
    pub legacy_uri_compliance: bool,
    /// Whether responses are compressed for clients that accept gzip.
    pub compression: bool,
    /// Cross-origin access; `None` when it is off.
    pub cors: Option<Cors>,
    /// Headers that every response carries.
    pub response_headers: Vec<ResponseHeader>,
    /// A file with rules of who may do what; `None` where everybody may do everything.
    pub authorization_rules_file: Option<PathBuf>,
    /// The names of users who may do everything, whatever the rules say.
    pub super_users: Vec<String>,
    /// How clients show who they are.
    pub authentication: Authentication,
    /// How many requests one client may send.
    pub request_limits: RequestLimits,
    /// What those are shown who watch the server.
    pub observation: Observation,
    /// The protecting settings of the original that are known to be ignored.
    pub acknowledged_protections: Vec<String>,
    /// How log lines are written.
    pub log_format: LogFormat,
    /// The filter of log lines, in the syntax of `tracing_subscriber::EnvFilter`.
    pub log_level: String,
}

impl Settings {
    /// How the database is to be opened.
    #[must_use]
    pub fn open_options(&self) -> OpenOptions {
        let options = OpenOptions::default()
            .with_max_connections(self.database_pool_size)
            .with_secrets(self.secrets.clone());
        if self.database_url.starts_with("sqlite:") {
            // Writes to a file line up behind each other; the deadlines below are those of a server.
            return options;
        }
        options
            .with_acquire_timeout(self.database_acquire_timeout)
            .with_connect_timeout(self.database_connect_timeout)
            .with_statement_timeout(self.database_statement_timeout)
            .with_outage_deadline(self.database_outage_deadline)
            .with_skipped_ids(self.database_failover_skipped_ids)
            .with_password(self.database_password.clone())
            .with_password_file(self.database_password_file.clone())
            .with_wait(self.database_wait)
            .with_migrate(self.database_migrate)
            .with_proxy(self.database_proxy)
    }
}

/// The page sizes of a listing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SearchLimit {
    /// The size when the request names none.
    pub default: u32,
    /// The largest size that a request may name; a larger one counts as none.
    pub max: u32,
}

/// The generation of the original that answers are shaped like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResponseLevel {
    /// As an 8.x server.
    Eight,
    /// As a 7.9 server.
    Seven,
    /// Decided by each request: a client that accepts unknown properties gets 8, another 7.
    Auto,
}

/// How log lines are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}
