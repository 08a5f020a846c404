//! Settings: read once at the start from a properties file, the environment and flags, and typed from then on.
//!
//! A setting has one name, Confluent's where Confluent has it. The name stands as it is in the properties file
//! (`schema.compatibility.level=full`), with dashes as a flag (`--schema-compatibility-level full`), and in upper case
//! behind `SCHEMA_REGISTRY_` in the environment (`SCHEMA_REGISTRY_SCHEMA_COMPATIBILITY_LEVEL=full`). A flag wins over
//! the environment, the environment over the file, the file over the default.

mod catalog;
mod command_line;
mod error;
mod listener;
mod nearest;
mod properties;
mod settings;
mod sources;

pub use command_line::{Action, Invocation, parse};
pub use error::ConfigError;
pub use listener::Listener;
pub use settings::{Cors, LogFormat, ResponseLevel, SearchLimit, Settings};
pub use sources::{Environment, Loaded, Origin, load};
