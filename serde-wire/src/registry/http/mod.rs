//! The client of a Confluent-compatible registry: which path and body each question takes.
//!
//! `request` is one question, `transport` puts it to the servers in turn, `health` says in which, `retry` says how long to wait
//! between rounds, `auth` what proves who asks, with the tokens of `oauth`, `tls` whom to trust, `answer` turns a body into a schema or an error,
//! `builder` collects the settings, which `settings` checks, and `properties` takes them from a client's properties.

mod answer;
mod auth;
mod builder;
mod config_error;
mod health;
mod oauth;
mod properties;
mod request;
mod retry;
mod settings;
mod tls;
mod transport;

pub use answer::{CompatibilityConfig, CompatibilityVerdict};
pub use auth::Auth;
pub use builder::HttpRegistryBuilder;
pub use config_error::ClientConfigError;
pub use oauth::ClientCredentials;
pub use retry::RetryPolicy;
pub use tls::TlsBackend;

use super::{NewSchema, RegisteredSchema, RegistryError, SchemaRegistry, VersionSelector};
use crate::frame::{Guid, SchemaId};
use crate::subject::Role;
use answer::ConfigAnswer;
use async_trait::async_trait;
use request::Request;
use reqwest::Method;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;
use transport::Transport;

/// A registry, asked over HTTP and without a cache; [`RegistryClient`](super::RegistryClient) puts one in front.
///
/// Each question goes to the server that answered last. A connection that fails, a timeout and a 5xx send it to the
/// next one, and for ten seconds the one that failed is asked last; anything else is an answer and final. When all have
/// failed there is a pause, and another round, until the retries are used up or the deadline leaves no time for the pause.
///
/// ```no_run
/// use serde_wire::registry::RegistryClient;
///
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let registry = RegistryClient::builder(["http://localhost:8081"]).build()?;
/// // Questions of tools, which are never answered from memory.
/// for subject in registry.uncached().subjects().await? {
///     println!("{subject}: {}", registry.uncached().compatibility(&subject).await?);
/// }
/// # Ok(()) }
/// ```
#[derive(Debug)]
pub struct HttpRegistry {
    transport: Transport,
}

impl HttpRegistry {
    /// Settings for a registry that these servers are the equal nodes of, such as `http://localhost:8081`.
    pub fn builder<U: Into<String>>(urls: impl IntoIterator<Item = U>) -> HttpRegistryBuilder {
        HttpRegistryBuilder::new(urls)
    }

    /// Sets the subject's compatibility level, such as `FULL`; it need not have a schema yet.
    ///
    /// # Errors
    /// [`RegistryError::Refused`] with code 42203 for an unknown level.
    pub async fn set_compatibility(&self, subject: &str, level: &str) -> Result<(), RegistryError> {
        #[derive(Serialize)]
        struct Level<'a> {
            compatibility: &'a str,
        }
        let request = Request::new(Method::PUT, ["config", subject]).body(&Level { compatibility: level });
        self.transport.send(&request).await.map(drop)
    }

    /// The compatibility level that is in force for the subject, such as `BACKWARD`: its own, that of its context, or the
    /// registry's.
    ///
    /// # Errors
    /// When the registry does not answer, or does not let the level be read.
    pub async fn compatibility(&self, subject: &str) -> Result<String, RegistryError> {
        Ok(self.compatibility_config(subject).await?.level)
    }

    /// What decides how a new schema of the subject is compared with those that are there: its own config, that of its context,
    /// or the registry's. Of an alias it is the alias's config, not that of the subject that it stands for.
    ///
    /// # Errors
    /// When the registry does not answer, or does not let the config be read.
    pub async fn compatibility_config(&self, subject: &str) -> Result<CompatibilityConfig, RegistryError> {
        let own = Request::new(Method::GET, ["config", subject]).flag("defaultToGlobal", true);
        let answer = match self.transport.send(&own).await {
            // A server from before 5.4 does not know the parameter, and tells that the subject has no level of its own.
            Err(error) if error.status() == Some(404) && error.code().is_some() => {
                self.transport.send(&Request::new(Method::GET, ["config"])).await?
            }
            answer => answer?,
        };
        Ok(answer.json::<ConfigAnswer>()?.into())
    }

    /// The numbers of the subject's versions that are not deleted, ascending.
    ///
    /// # Errors
    /// [`RegistryError::Refused`] with code 40401 for an unknown subject.
    pub async fn versions(&self, subject: &str) -> Result<Vec<u32>, RegistryError> {
        self.transport.send(&Request::new(Method::GET, ["subjects", subject, "versions"])).await?.json()
    }

    /// Asks whether the schema could be registered under the subject, and if not, why.
    ///
    /// # Errors
    /// [`RegistryError::Refused`] with code 42201 when the schema is invalid.
    pub async fn check_compatibility(
        &self,
        subject: &str,
        schema: &NewSchema,
    ) -> Result<CompatibilityVerdict, RegistryError> {
        self.would_accept(subject, schema, false).await
    }

    /// All subjects that have a version, in every context, in the registry's order.
    ///
    /// # Errors
    /// When the registry does not answer.
    pub async fn subjects(&self) -> Result<Vec<String>, RegistryError> {
        self.transport.send(&Request::new(Method::GET, ["subjects"])).await?.json()
    }

    async fn schema(&self, request: Request) -> Result<RegisteredSchema, RegistryError> {
        self.transport.send(&request).await?.schema()
    }

    async fn registration(&self, request: Request) -> Result<Arc<RegisteredSchema>, RegistryError> {
        self.transport.send(&request).await?.registration().map(Arc::new)
    }
}

#[async_trait]
impl SchemaRegistry for HttpRegistry {
    async fn schema_by_id(
        &self,
        id: SchemaId,
        subject: Option<&str>,
    ) -> Result<Arc<RegisteredSchema>, RegistryError> {
        let mut request = Request::new(Method::GET, ["schemas", "ids", &id.to_string()]);
        if let Some(subject) = subject {
            request = request.parameter("subject", subject);
        }
        // This answer does not repeat the id.
        Ok(Arc::new(RegisteredSchema { id: Some(id), ..self.schema(request).await? }))
    }

    async fn schema_by_guid(&self, guid: Guid) -> Result<Arc<RegisteredSchema>, RegistryError> {
        let request = Request::new(Method::GET, ["schemas", "guids", &guid.to_string()]);
        Ok(Arc::new(RegisteredSchema { guid: Some(guid), ..self.schema(request).await? }))
    }

    async fn register(
        &self,
        subject: &str,
        schema: &NewSchema,
        normalize: bool,
    ) -> Result<Arc<RegisteredSchema>, RegistryError> {
        let request = Request::new(Method::POST, ["subjects", subject, "versions"]);
        self.registration(request.flag("normalize", normalize).body(schema)).await
    }

    async fn lookup(
        &self,
        subject: &str,
        schema: &NewSchema,
        normalize: bool,
    ) -> Result<Arc<RegisteredSchema>, RegistryError> {
        let request = Request::new(Method::POST, ["subjects", subject]);
        let request = request.flag("normalize", normalize).flag("deleted", false);
        self.registration(request.body(schema).reads()).await
    }

    async fn version(
        &self,
        subject: &str,
        version: VersionSelector,
    ) -> Result<Arc<RegisteredSchema>, RegistryError> {
        let version = match version {
            VersionSelector::Latest => "latest".to_owned(),
            VersionSelector::Number(number) => number.to_string(),
        };
        // Schemas refer to versions that may since have been deleted softly; "latest" never is one of these.
        let request = Request::new(Method::GET, ["subjects", subject, "versions", &version]);
        self.schema(request.flag("deleted", version != "latest")).await.map(Arc::new)
    }

    async fn latest_with_metadata(
        &self,
        subject: &str,
        metadata: &BTreeMap<String, String>,
    ) -> Result<Arc<RegisteredSchema>, RegistryError> {
        let request = Request::new(Method::GET, ["subjects", subject, "metadata"]);
        let request = metadata
            .iter()
            .fold(request, |request, (key, value)| request.parameter("key", key).parameter("value", value));
        self.schema(request.flag("deleted", false)).await.map(Arc::new)
    }

    async fn associated_subjects(
        &self,
        cluster: &str,
        topic: &str,
        role: Role,
    ) -> Result<Vec<String>, RegistryError> {
        #[derive(Deserialize)]
        struct Association {
            subject: String,
        }
        let request = Request::new(Method::GET, ["associations", "resources", cluster, topic])
            .parameter("resourceType", "topic")
            .parameter("associationType", role.to_string());
        // Registries without associations do not know the path, and say so in many ways.
        let Some(answer) = self.transport.send_unless_missing(&request).await? else { return Ok(Vec::new()) };
        let associations: Vec<Association> = answer.json()?;
        Ok(associations.into_iter().map(|association| association.subject).collect())
    }

    async fn version_numbers(&self, subject: &str, deleted: bool) -> Result<Vec<u32>, RegistryError> {
        let request = Request::new(Method::GET, ["subjects", subject, "versions"]).flag("deleted", deleted);
        self.transport.send(&request).await?.json()
    }

    async fn closed_for_writing(&self, subject: &str) -> Result<Option<String>, RegistryError> {
        #[derive(Deserialize)]
        struct ModeAnswer {
            mode: String,
        }
        let request = Request::new(Method::GET, ["mode", subject]).flag("defaultToGlobal", true);
        // Servers from before modes do not know the path.
        let Some(answer) = self.transport.send_unless_missing(&request).await? else { return Ok(None) };
        let ModeAnswer { mode } = answer.json()?;
        Ok((mode != "READWRITE").then(|| format!("the mode {mode}")))
    }

    async fn would_accept(
        &self,
        subject: &str,
        schema: &NewSchema,
        normalize: bool,
    ) -> Result<CompatibilityVerdict, RegistryError> {
        let path = ["compatibility", "subjects", subject, "versions"];
        let mut request = Request::new(Method::POST, path).flag("verbose", true);
        if normalize {
            request = request.flag("normalize", true);
        }
        self.transport.send(&request.body(schema).reads()).await?.json()
    }
}
