//! Finding a schema under a subject (semantics §4.1).

use std::borrow::Cow;

use super::candidate::{Candidate, Reading};
use super::ids::last_of;
use super::scope::{Effective, effective_mode};
use super::{Found, Registry, RegistryError, RequestBudget, Result, SchemaRequest, merge};
use crate::domain::{Context, SchemaId, Subject};
use crate::store::{StoredVersion, SubjectState};

/// The options of a lookup.
#[derive(Clone, Copy, Debug)]
struct AsAsked {
    normalize: bool,
    include_deleted: bool,
}

impl Registry {
    /// The version of a subject that holds a schema. A subject of the default context that does not have it is looked
    /// for in every other context.
    ///
    /// # Errors
    /// [`RegistryError::InvalidSchema`] if the schema cannot be read, [`RegistryError::SubjectNotFound`] and
    /// [`RegistryError::NoSchema`] if it is not there.
    pub async fn lookup(
        &self,
        subject: &Subject,
        request: &SchemaRequest,
        normalize: bool,
        include_deleted: bool,
    ) -> Result<Found> {
        let mut request = self.without_dropped_rules(request);
        if request.version.is_some() || request.id.is_some() {
            let request = request.to_mut();
            request.version = None;
            request.id = None;
        }
        self.demand_references(subject, &request.references)?;
        let budget = self.budget();
        let as_asked = AsAsked { normalize, include_deleted };
        let state = self.reads.subject(subject).await?;
        if let Some(found) = self.lookup_in(&state, subject, &request, as_asked, &budget).await? {
            return Ok(found);
        }
        for other in self.same_name_elsewhere(subject).await? {
            // What the references mean from there may be what is not to be read: nothing is found by it.
            if self.demand_references(&other, &request.references).is_err() {
                continue;
            }
            let state = self.reads.subject(&other).await?;
            match self.lookup_in(&state, &other, &request, as_asked, &budget).await {
                Ok(Some(found)) => return Ok(found),
                // References that lead nowhere from there only say that it is not there.
                Ok(None) => {}
                Err(error) if error.is_invalid_schema() => {}
                Err(error) => return Err(error),
            }
        }
        if state.versions.iter().any(|version| include_deleted || !version.deleted) {
            Err(RegistryError::NoSchema)
        } else {
            Err(RegistryError::SubjectNotFound(subject.clone()))
        }
    }

    /// The lookup under one subject: as it stands first, then with the metadata and rules that a registration would give
    /// it.
    async fn lookup_in(
        &self,
        state: &SubjectState,
        subject: &Subject,
        request: &SchemaRequest,
        AsAsked { normalize, include_deleted }: AsAsked,
        budget: &RequestBudget,
    ) -> Result<Option<Found>> {
        let config = self.effective_config(&state.scope);
        let reading = Reading { new: false, normalize: normalize || config.normalize, validate: true }
            .in_mode(effective_mode(&state.scope));
        let Some(candidate) = self.candidate(subject, request, &config, reading, budget).await? else {
            return Ok(None);
        };
        if let Some(found) = self.find(state, &candidate, include_deleted, budget).await? {
            return Ok(Some(found));
        }
        let Some(candidate) = populated(state, &config, candidate) else { return Ok(None) };
        self.find(state, &candidate, include_deleted, budget).await
    }

    /// By identity first, which answers what was asked for, then by meaning, which answers what is stored.
    pub(super) async fn find(
        &self,
        state: &SubjectState,
        candidate: &Candidate,
        include_deleted: bool,
        budget: &RequestBudget,
    ) -> Result<Option<Found>> {
        if let Some(version) = self.find_identical(state, candidate).await?
            && (include_deleted || !version.deleted)
        {
            return Ok(Some(Found::identical(version, candidate.content.clone())));
        }
        let equivalent = self.find_equivalent(state, candidate, include_deleted, budget).await?;
        Ok(equivalent.map(Found::stored))
    }

    /// The version that holds the id which the content has now; the one written last if several do.
    pub(super) async fn find_identical<'a>(
        &self,
        state: &'a SubjectState,
        candidate: &Candidate,
    ) -> Result<Option<&'a StoredVersion>> {
        let Some(first) = state.versions.iter().find(|version| may_be_identical(candidate, version)) else {
            return Ok(None);
        };
        let context = first.subject.context();
        let Some(id) = self.id_of_hash(context, candidate).await? else { return Ok(None) };
        let mut holding = state.versions.iter().filter(|version| version.id == id);
        let one = holding.next();
        if holding.next().is_none() {
            return Ok(one);
        }
        let holders = self.reads.holders(context, id).await?;
        Ok(last_of(&holders, &first.subject).and_then(|last| state.version(last.version)))
    }

    /// The id that the original takes for the candidate's: it compares hashes alone. Contents that differ can share one,
    /// since empty metadata and an empty rule set are hashed alike.
    pub(super) async fn id_of_hash(
        &self,
        context: &Context,
        candidate: &Candidate,
    ) -> Result<Option<SchemaId>> {
        let content = &candidate.content;
        if let Some(id) = self.reads.current_id(context, content).await? {
            return Ok(Some(id));
        }
        if content.metadata.is_none() && content.rule_set.is_none() {
            return Ok(None);
        }
        let ids = self.reads.ids_by_guid(content.guid).await?;
        Ok(ids.into_iter().filter(|(at, _)| at == context).map(|(_, id)| id).max())
    }

    /// The subjects of the same name in every other context, as far as they are shown to the one who asks, for a subject of the default context.
    pub(super) async fn same_name_elsewhere(&self, subject: &Subject) -> Result<Vec<Subject>> {
        if !subject.context().is_default() {
            return Ok(Vec::new());
        }
        let contexts = self.reads.contexts().await?;
        let others = contexts.into_iter().filter(|context| !context.is_default());
        let named = others.map(|context| Subject::new(context, subject.name()));
        Ok(named.filter(|other| self.shows(other)).collect())
    }

    /// A request as this registry sees it: without rules, when it is set to drop them.
    pub(super) fn without_dropped_rules<'a>(&self, request: &'a SchemaRequest) -> Cow<'a, SchemaRequest> {
        if self.settings.rule_sets || request.rule_set.is_none() {
            return Cow::Borrowed(request);
        }
        Cow::Owned(SchemaRequest { rule_set: None, ..request.clone() })
    }
}

/// Whether a version can hold the id of the candidate's content: what has the same hash or is equal. Answers without asking for
/// that id.
fn may_be_identical(candidate: &Candidate, version: &StoredVersion) -> bool {
    version.content.guid == candidate.content.guid || version.content.text == candidate.content.text
}

/// The candidate as a registration on top of the latest version would complete it, if that makes a difference.
fn populated(state: &SubjectState, config: &Effective, mut candidate: Candidate) -> Option<Candidate> {
    let latest = &state.latest()?.content;
    let metadata =
        merge::metadata(&config.config, candidate.content.metadata.as_ref(), latest.metadata.as_ref());
    let rule_set =
        merge::rule_set(&config.config, candidate.content.rule_set.as_ref(), latest.rule_set.as_ref());
    if metadata == candidate.content.metadata && rule_set == candidate.content.rule_set {
        return None;
    }
    candidate.content.metadata = metadata;
    candidate.content.rule_set = rule_set;
    candidate.rehash();
    Some(candidate)
}
