//! The registry, asked from a command.

use crate::error::Error;
use clap::Args;
use reqwest::{Certificate, Client, Identity};
use serde_wire::registry::{
    Auth, CompatibilityConfig, CompatibilityVerdict, HttpRegistry, NewSchema, RegisteredSchema,
    RegistryError, SchemaRegistry, VersionSelector,
};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::runtime::{Builder, Runtime};

/// The registry, and who asks it.
#[derive(Debug, Clone, Args)]
pub(super) struct Connection {
    /// The registry's URL; several for the equal nodes of one. It may hold user and password.
    #[arg(
        long,
        value_name = "URL",
        env = "AVRO_GEN_REGISTRY",
        hide_env_values = true,
        value_delimiter = ','
    )]
    registry: Vec<String>,

    #[command(flatten)]
    access: Access,
}

/// Who asks a registry, and whom it trusts.
#[derive(Debug, Clone, Args)]
pub(in crate::command) struct Access {
    /// User and password for basic authentication at the registry.
    #[arg(long, value_name = "USER:PASSWORD", env = "AVRO_GEN_USER", hide_env_values = true)]
    user: Option<String>,

    /// A token for bearer authentication at the registry.
    #[arg(
        long,
        value_name = "TOKEN",
        env = "AVRO_GEN_TOKEN",
        hide_env_values = true,
        conflicts_with = "user"
    )]
    token: Option<String>,

    /// Certificates (PEM) of authorities to trust beside the system's.
    #[arg(long, value_name = "FILE", env = "AVRO_GEN_CA")]
    ca: Option<PathBuf>,

    /// The client's certificate and private key, in one PEM file.
    #[arg(long, value_name = "FILE", env = "AVRO_GEN_CLIENT_CERT")]
    client_cert: Option<PathBuf>,
}

/// A registry to ask.
pub(in crate::command) struct Registry {
    client: HttpRegistry,
    runtime: Runtime,
    /// What messages and the lock file call it.
    pub(in crate::command) name: String,
}

impl Connection {
    /// Makes the client; `known` is the URL that the lock file names.
    pub(super) fn open(&self, known: Option<&str>) -> Result<Registry, Error> {
        match (&*self.registry, known) {
            ([], Some(known)) if self.access.has_secrets() => Err(Error::Registry {
                problem: format!(
                    "credentials are sent to a registry that is named beside them only, not to one of a lock file: say \
                     --registry {known}, or AVRO_GEN_REGISTRY"
                ),
            }),
            ([], Some(known)) => self.access.open(&[known.to_owned()]),
            ([], None) => {
                let problem = "no registry is known: name one by --registry URL or by AVRO_GEN_REGISTRY";
                Err(Error::Registry { problem: problem.to_owned() })
            }
            (urls, _) => self.access.open(urls),
        }
    }
}

impl Access {
    fn has_secrets(&self) -> bool {
        self.user.is_some() || self.token.is_some() || self.client_cert.is_some()
    }

    /// Makes the client of a registry.
    pub(in crate::command) fn open(&self, urls: &[String]) -> Result<Registry, Error> {
        let name = urls.iter().map(|url| without_credentials(url)).collect::<Vec<_>>().join(",");
        let mut builder = HttpRegistry::builder(urls);
        if let Some(user) = &self.user {
            let (user, password) = user.split_once(':').unwrap_or((user, ""));
            builder = builder.auth(Auth::basic(user, password));
        }
        if let Some(token) = &self.token {
            builder = builder.auth(Auth::bearer(token));
        }
        if self.ca.is_some() || self.client_cert.is_some() {
            builder = builder.http_client(self.http_client()?);
        }
        let unusable = |problem: String| Error::Registry { problem };
        let client = builder.build_uncached().map_err(|error| unusable(error.to_string()))?;
        let runtime = Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| unusable(format!("no thread for the network: {error}")))?;
        Ok(Registry { client, runtime, name })
    }

    fn http_client(&self) -> Result<Client, Error> {
        let mut builder = Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .user_agent(concat!("avro-gen/", env!("CARGO_PKG_VERSION")));
        if let Some(path) = &self.ca {
            for certificate in
                Certificate::from_pem_bundle(&read(path)?).map_err(|error| no_pem(path, &error))?
            {
                builder = builder.add_root_certificate(certificate);
            }
        }
        if let Some(path) = &self.client_cert {
            builder =
                builder.identity(Identity::from_pem(&read(path)?).map_err(|error| no_pem(path, &error))?);
        }
        builder.build().map_err(|error| Error::Registry { problem: format!("TLS cannot be set up: {error}") })
    }
}

fn read(path: &Path) -> Result<Vec<u8>, Error> {
    fs::read(path).map_err(|error| Error::Read { path: path.to_owned(), error })
}

fn no_pem(path: &Path, error: &reqwest::Error) -> Error {
    Error::Registry { problem: format!("{} is no PEM file that can be used: {error}", path.display()) }
}

/// A URL without user and password, those among them that hold a `/` which should have been written `%2F`.
pub(super) fn without_credentials(url: &str) -> String {
    let Some(scheme) = url.find("://") else { return url.to_owned() };
    let (scheme, rest) = url.split_at(scheme + 3);
    let (authority, _) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    let port = authority.rsplit_once(':').map(|(_, port)| port);
    // Behind the colon of a host stands a number; what is none is the beginning of a password.
    let is_cut = port.is_some_and(|port| !port.ends_with(']') && port.parse::<u16>().is_err());
    let searched = if is_cut && !authority.contains('@') { rest } else { authority };
    match searched.rfind('@') {
        Some(at) => format!("{scheme}{}", &rest[at + 1..]),
        None => url.to_owned(),
    }
}

impl Registry {
    pub(super) fn client(&self) -> &HttpRegistry {
        &self.client
    }

    /// Waits for an answer.
    pub(super) fn ask<T>(&self, answer: impl Future<Output = T>) -> T {
        self.runtime.block_on(answer)
    }

    /// All subjects, in every context that is asked about.
    pub(super) fn subjects(&self) -> Result<Vec<String>, Error> {
        self.runtime.block_on(self.client.subjects()).map_err(|error| told("the list of subjects", &error))
    }

    pub(super) fn version(
        &self,
        subject: &str,
        version: VersionSelector,
    ) -> Result<Arc<RegisteredSchema>, Error> {
        self.find(subject, version)?.map_err(|error| {
            let version = match version {
                VersionSelector::Latest => "the latest version".to_owned(),
                VersionSelector::Number(number) => format!("version {number}"),
            };
            told(&format!("{version} of subject {subject}"), &error)
        })
    }

    /// The numbers of a subject's versions that are not deleted, ascending.
    pub(super) fn versions(&self, subject: &str) -> Result<Vec<u32>, Error> {
        let answer = self.runtime.block_on(self.client.versions(subject));
        answer.map_err(|error| told(&format!("the versions of subject {subject}"), &error))
    }

    /// How new versions of a subject are compared; the inner error is the registry's refusal.
    pub(super) fn compatibility_config(
        &self,
        subject: &str,
    ) -> Result<Result<CompatibilityConfig, RegistryError>, Error> {
        let what = format!("the compatibility level of subject {subject}");
        refusal(&what, self.runtime.block_on(self.client.compatibility_config(subject)))
    }

    /// A version; the inner error is the registry's refusal.
    pub(super) fn find(
        &self,
        subject: &str,
        version: VersionSelector,
    ) -> Result<Result<Arc<RegisteredSchema>, RegistryError>, Error> {
        refusal(&format!("subject {subject}"), self.runtime.block_on(self.client.version(subject, version)))
    }

    /// Where a schema stands under a subject; the inner error is the registry's refusal.
    pub(super) fn lookup(
        &self,
        subject: &str,
        schema: &NewSchema,
    ) -> Result<Result<Arc<RegisteredSchema>, RegistryError>, Error> {
        refusal(
            &format!("subject {subject}"),
            self.runtime.block_on(self.client.lookup(subject, schema, false)),
        )
    }

    pub(super) fn check(
        &self,
        subject: &str,
        schema: &NewSchema,
    ) -> Result<Result<CompatibilityVerdict, RegistryError>, Error> {
        refusal(
            &format!("subject {subject}"),
            self.runtime.block_on(self.client.check_compatibility(subject, schema)),
        )
    }

    pub(super) fn register(
        &self,
        subject: &str,
        schema: &NewSchema,
    ) -> Result<Result<Arc<RegisteredSchema>, RegistryError>, Error> {
        refusal(
            &format!("subject {subject}"),
            self.runtime.block_on(self.client.register(subject, schema, false)),
        )
    }
}

/// Tells a decision of the registry from a registry that gave none.
fn refusal<T>(what: &str, answer: Result<T, RegistryError>) -> Result<Result<T, RegistryError>, Error> {
    match answer {
        Err(error) if error.is_retriable() || error.code().is_none() => Err(told(what, &error)),
        answer => Ok(answer),
    }
}

fn told(what: &str, error: &RegistryError) -> Error {
    Error::Registry { problem: format!("{what}: {error}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_stay_out_of_messages_and_files() {
        for (url, shown) in [
            ("http://localhost:8081", "http://localhost:8081"),
            ("https://me:secret@registry.test/sr", "https://registry.test/sr"),
            ("https://me:se@cret@registry.test", "https://registry.test"),
            ("https://me:se/cr?e#t@registry.test:8081/sr", "https://registry.test:8081/sr"),
            ("https://registry.test/a@b", "https://registry.test/a@b"),
            ("http://registry.test:8081/a@b", "http://registry.test:8081/a@b"),
            ("http://[::1]/a@b", "http://[::1]/a@b"),
            ("http://localhost:8081#users@2", "http://localhost:8081#users@2"),
            ("http://me:secret@localhost:8081#users@2", "http://localhost:8081#users@2"),
        ] {
            assert_eq!(without_credentials(url), shown);
        }
    }
}
