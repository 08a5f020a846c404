//! Inline tags and the endpoint that changes them (semantics §6).

use std::sync::Arc;

use super::candidate::Reading;
use super::pool::length_of;
use super::register::RegisterOptions;
use super::scope::Effective;
use super::unreadable::{Phase, UnreadableSchema};
use super::{Found, Registry, RegistryError, RequestBudget, Result, SchemaRequest, merge, rules};
use crate::domain::{Metadata, RuleSet, Subject, Version, VersionSelector};
use crate::schema_type::{ReadError, SchemaTags};
use crate::store::{Actor, StoredVersion, SubjectState};

/// About as long as finding the entity of some tags takes, in bytes of a text that is read meanwhile.
const ENTITY: usize = 64;

/// The changes that make the next version of one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TagRequest {
    /// The version to be made; none for the next one.
    pub new_version: Option<i32>,
    /// Tags to be written.
    pub tags_to_add: Vec<SchemaTags>,
    /// Tags to be taken out.
    pub tags_to_remove: Vec<SchemaTags>,
    /// Metadata instead of the version's.
    pub metadata: Option<Metadata>,
    /// Rules instead of those of the latest version.
    pub rule_set: Option<RuleSet>,
    /// Rules to be merged into those of the version before the new one.
    pub rules_to_merge: Option<RuleSet>,
    /// The names of rules to be dropped from those.
    pub rules_to_remove: Option<Vec<String>>,
}

impl Registry {
    /// Makes a new version out of an existing one, which may have been found in another context.
    ///
    /// # Errors
    /// As a read of the version and a registration; what it refers to counts as sent where the version is of another subject.
    pub async fn modify_tags(
        &self,
        subject: &Subject,
        selector: VersionSelector,
        request: &TagRequest,
        actor: &Actor,
    ) -> Result<Found> {
        self.check_registrable(subject)?;
        let base = self.version_or_elsewhere(subject, selector, false).await?;
        let content = &base.content;
        let rule_set = self.rules_of_next(subject, request).await?;
        let number = request.new_version.unwrap_or(0);
        // The number is noted even where the version has no metadata, so the latest version's are never taken over.
        let metadata = request.metadata.clone().or_else(|| content.metadata.clone());
        let mut schema = SchemaRequest {
            metadata: Some(merge::note_version(metadata, number)),
            rule_set,
            version: Some(if number == 0 { -1 } else { number }),
            tags_to_add: request.tags_to_add.clone(),
            tags_to_remove: request.tags_to_remove.clone(),
            ..SchemaRequest::default()
        };
        schema.take_text(content);
        if base.subject != *subject {
            // A bare name leads elsewhere from here, to what the stored schema never built on.
            self.demand_references(subject, &schema.references)?;
        }
        let options =
            RegisterOptions { actor: actor.clone(), always_new: true, ..RegisterOptions::default() };
        self.register_checked(subject, &self.without_dropped_rules(&schema), &options).await
    }

    /// The rules that a request states for the version it makes, none to carry on the latest ones. Single rules are
    /// merged into and dropped from the version before the new one, not the one whose text is changed; and what comes
    /// out is not checked as a whole.
    async fn rules_of_next(&self, subject: &Subject, request: &TagRequest) -> Result<Option<RuleSet>> {
        if request.rules_to_merge.is_none() && request.rules_to_remove.is_none() {
            if let Some(rule_set) = &request.rule_set {
                rules::check(rule_set)?;
            }
            return Ok(request.rule_set.clone());
        }
        if request.rule_set.is_some() {
            let text = "ruleSet should be omitted if specifying rulesToMerge or rulesToRemove";
            return Err(RegistryError::InvalidRuleSet(text.to_owned()));
        }
        if let Some(merged) = &request.rules_to_merge {
            rules::check(merged)?;
        }
        let state = self.reads.subject(subject).await?;
        let before = match request.new_version {
            Some(number) if number > 0 => Version::new(i64::from(number) - 1)
                .and_then(|before| state.version(before))
                .filter(|before| !before.deleted),
            _ => state.latest(),
        };
        let mut rule_set = merge::merge_rule_sets(
            before.and_then(|version| version.content.rule_set.as_ref()),
            request.rules_to_merge.as_ref(),
        );
        if let (Some(rules), Some(removed)) = (rule_set.as_mut(), &request.rules_to_remove) {
            for list in [&mut rules.migration_rules, &mut rules.domain_rules, &mut rules.encoding_rules] {
                list.retain(|rule| !rule.name.as_ref().is_some_and(|name| removed.contains(name)));
            }
        }
        Ok(rule_set)
    }

    /// Writes the tags that a request asks for into its text. Asking for tags asks for a new version.
    pub(super) async fn apply_tag_changes(
        &self,
        subject: &Subject,
        request: &mut SchemaRequest,
        config: &Effective,
        state: &SubjectState,
        budget: &RequestBudget,
    ) -> Result<()> {
        if !request.edits_tags() {
            return Ok(());
        }
        if request.is_blank() {
            let Some(latest) = state.latest() else {
                // There is nothing to take over, and the empty text is no schema.
                let details = "Cannot parse <null> schema";
                return Err(UnreadableSchema::error(subject, request, Phase::Parse, details));
            };
            request.take_text(&latest.content);
        }
        let reading = Reading { new: false, normalize: false, validate: false };
        if let Some(candidate) = self.candidate(subject, request, config, reading, budget).await? {
            let (add, remove) = (request.tags_to_add.clone(), request.tags_to_remove.clone());
            let bytes = length_of(&candidate.content).saturating_add((add.len() + remove.len()) * ENTITY);
            let editing = self.pool.run_sized(bytes, budget, move |budget| {
                candidate.parsed.with_tags_within(&add, &remove, budget)
            });
            request.schema = Some(editing.await?.map_err(|error| match error {
                ReadError::Invalid(error) => illegal_argument(&error.0),
                ReadError::Stopped(stopped) => stopped.into(),
            })?);
        }
        // An explicit 0 stays one.
        request.version.get_or_insert(-1);
        Ok(())
    }

    /// Takes over the inline tags of the latest version, all of whose tagged elements must still be there.
    pub(super) async fn propagate_tags(
        &self,
        request: &mut SchemaRequest,
        config: &Effective,
        latest: Option<&StoredVersion>,
        budget: &RequestBudget,
    ) -> Result<bool> {
        let (true, Some(latest)) = (request.propagate_tags, latest) else { return Ok(false) };
        let Some(language) = self.languages.by_name(request.type_name()) else { return Ok(false) };
        let schema_type = language.schema_type();
        let before = self.tags_within(&latest.subject, &latest.content, &["*".to_owned()], budget).await?;
        if before.is_empty() {
            return Ok(false);
        }
        // What cannot be read is told as it was sent, before metadata and rules are merged into it.
        let reading = Reading { new: false, normalize: false, validate: false };
        self.candidate(&latest.subject, request, config, reading, budget).await?;
        let languages = Arc::clone(&self.languages);
        let text = request.schema.clone().unwrap_or_default();
        let bytes = before.len().saturating_mul(text.len());
        let editing = self.pool.run_sized(bytes, budget, move |budget| {
            let edited = languages.of(schema_type).edit_tags_within(&text, &before, &[], budget)?;
            Ok::<_, ReadError>((edited != text, edited))
        });
        let (changed, text) = editing.await?.map_err(|error| match error {
            ReadError::Invalid(error) => illegal_argument(&error.0),
            ReadError::Stopped(stopped) => stopped.into(),
        })?;
        if changed {
            request.schema = Some(text);
        }
        Ok(changed)
    }
}

fn illegal_argument(details: &str) -> RegistryError {
    RegistryError::InvalidSchema(format!("java.lang.IllegalArgumentException: {details}"))
}
