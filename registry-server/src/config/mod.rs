//! Settings: read once at the start from a properties file, the environment and flags, and typed from then on.
//!
//! A setting has one name, Confluent's where Confluent has it. The name stands as it is in the properties file
//! (`schema.compatibility.level=full`), with dashes as a flag (`--schema-compatibility-level full`), and in upper case
//! behind `SCHEMA_REGISTRY_` in the environment (`SCHEMA_REGISTRY_SCHEMA_COMPATIBILITY_LEVEL=full`). A flag wins over
//! the environment, the environment over the file, the file over the default.

mod authentication;
mod catalog;
mod cors;
mod environment;
mod error;
mod exposure;
mod listener;
mod loaded;
mod nearest;
mod observation;
mod of_listener;
mod origin;
mod properties;
mod protection;
mod request_limits;
mod response_header;
mod settings;
mod small_pool;
mod sources;
#[cfg(test)]
mod tests;
mod tls;
mod value;
mod without_effect;

pub use authentication::{
    Authentication, AuthenticationMethod, KeySource, PathPattern, PrincipalRules, TokenIssuer,
};
pub(crate) use catalog::settings;
pub use cors::{AllowedOrigin, Cors};
pub use environment::Environment;
pub use error::ConfigError;
pub use listener::Listener;
pub use loaded::Loaded;
pub use observation::Observation;
pub use origin::Origin;
pub use protection::IgnoredProtection;
pub use request_limits::RequestLimits;
pub use response_header::{ResponseHeader, ResponseHeaderValue};
pub use settings::{LogFormat, ResponseLevel, SearchLimit, Settings};
pub(crate) use sources::dashed;
pub use sources::load;
pub use tls::{ClientAuthentication, KeystoreSettings, TlsSettings};
