//! Contexts (semantics §1.1).

use super::{Paging, Registry, RegistryError, Result};
use crate::domain::Context;
use crate::store::{Actor, ContextRemoval};

impl Registry {
    /// The contexts whose names start with a prefix: the default one first, the others in order.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn contexts(&self, prefix: &str, paging: Paging) -> Result<Vec<String>> {
        let contexts = self.reads.contexts().await?;
        let shown = contexts.iter().filter(|context| self.shows_context(context));
        let names = shown.map(|context| context.as_str().to_owned());
        Ok(paging.apply(self.settings.context_search, names.filter(|name| name.starts_with(prefix))))
    }

    /// Takes an empty context off the list.
    ///
    /// # Errors
    /// [`RegistryError::ContextNotEmpty`] if it has a version, be it soft-deleted.
    pub async fn delete_context(&self, context: &Context, actor: &Actor) -> Result<()> {
        match self.writes.delete_context(context, actor).await? {
            ContextRemoval::Removed => Ok(()),
            ContextRemoval::NotEmpty => Err(RegistryError::ContextNotEmpty(context.clone())),
        }
    }
}
