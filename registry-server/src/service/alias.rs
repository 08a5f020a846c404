//! Aliases: a subject whose config names another one stands for it (rest-api §2.2).

use super::{Registry, Result};
use crate::domain::{Context, Subject};

impl Registry {
    /// The subject that a name in a request stands for: itself, or the target of its alias. One step; targets are not
    /// followed further. A bare target is meant in `bare_in`.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn alias_target(&self, subject: &Subject, bare_in: &Context) -> Result<Option<Subject>> {
        if subject.is_context() {
            return Ok(None);
        }
        // Whoever names a subject mostly wants more of it, which one read gives as well.
        let state = self.reads.subject(subject).await?;
        let alias = state.scope.own.config.as_ref().and_then(|config| config.alias.as_deref());
        Ok(alias.filter(|alias| !alias.is_empty()).map(|alias| Subject::parse_in(alias, bare_in)))
    }
}
