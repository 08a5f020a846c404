//! The registry that has the schemas of messages.

use crate::command::registry::{Access, Registry};
use crate::error::Error;
use clap::Args;

/// The variable that names the registry for all subcommands.
const VARIABLE: &str = "AVRO_GEN_REGISTRY";

/// The registry that has the schemas, if one does.
#[derive(Debug, Args)]
pub(super) struct RegistryOfSchemas {
    /// Take the schema from this registry; several URLs for the equal nodes of one. Without this option and without a schema in
    /// files, it is the registry that AVRO_GEN_REGISTRY names.
    #[arg(long, value_name = "URL", value_delimiter = ',')]
    registry: Vec<String>,

    #[command(flatten)]
    access: Access,
}

impl RegistryOfSchemas {
    /// Whether the command line names one.
    pub(super) fn is_named(&self) -> bool {
        !self.registry.is_empty()
    }

    /// The client of the registry that the command line names, or else the environment; `None` where neither does.
    pub(super) fn open(&self) -> Result<Option<Registry>, Error> {
        let urls = match self.is_named() {
            true => self.registry.clone(),
            false => match std::env::var(VARIABLE) {
                Ok(urls) if !urls.is_empty() => urls.split(',').map(str::to_owned).collect(),
                _ => return Ok(None),
            },
        };
        self.access.open(&urls).map(Some)
    }
}
