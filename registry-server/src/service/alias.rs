//! Aliases: a subject whose config names another one stands for it (rest-api §2.2).

use super::{Paging, Registry, Result};
use crate::domain::{Context, Subject, SubjectFilter};
use crate::store::{AliasQuery, Page};

/// A subject that stands for another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alias {
    /// The subject whose config names the other one.
    pub alias: Subject,
    /// The subject that it stands for, whether there is one or not.
    pub subject: Subject,
}

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
        let state = self.state_of(subject).await?;
        let alias = state.scope.own.config.as_ref().and_then(|config| config.alias.as_deref());
        Ok(alias.filter(|alias| !alias.is_empty()).map(|alias| Subject::parse_in(alias, bare_in)))
    }

    /// The aliases that pass a filter, in order. What the config of a whole context calls alias stands for nothing.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn aliases(&self, prefix: &str, paging: Paging) -> Result<Vec<Alias>> {
        let filter = SubjectFilter::parse(prefix);
        let Some(filter) = self.readable_part(&filter) else { return Ok(Vec::new()) };
        let shows_everything = self.shows_everything();
        let page = if shows_everything { paging.page(self.settings.subject_search) } else { Page::default() };
        let aliases = self.reads.aliases(&AliasQuery { filter, of_contexts: false, page }).await?;
        let named = aliases.into_iter().map(|(alias, target)| {
            let subject = Subject::parse_in(&target, alias.context());
            Alias { alias, subject }
        });
        if shows_everything {
            return Ok(named.collect());
        }
        // Both names are told, so both have to be ones that may be read.
        let shown = named.filter(|one| self.shows(&one.alias) && self.shows(&one.subject));
        Ok(paging.apply(self.settings.subject_search, shown))
    }
}
