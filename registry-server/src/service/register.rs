//! Registration: semantics §3.

use std::borrow::Cow;
use std::sync::Arc;

use super::attempts::until_written;
use super::candidate::{Candidate, Reading};
use super::compatibility::Against;
use super::queue::Place;
use super::references::require_names;
use super::scope::{Effective, effective_mode, takes_as_it_comes};
use super::{Found, Origin, Registry, RegistryError, RequestBudget, Result, SchemaRequest, merge, rules};
use crate::domain::{Content, Mode, SchemaId, Subject, Version};
use crate::security::Permission;
use crate::store::{Actor, Insertion, NewVersion, Placement, SubjectState};

/// How a schema is registered.
///
/// ```
/// use registry_server::service::RegisterOptions;
/// let options = RegisterOptions::default().with_normalize(true);
/// assert!(options.normalize && !options.force);
/// ```
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct RegisterOptions {
    /// Bring the schema into its normal form, whatever the config says.
    pub normalize: bool,
    /// Skip the compatibility check.
    pub force: bool,
    /// The actor that the change log names.
    pub actor: Actor,
    /// The schema is a stored one with changes: no version like it is looked for beforehand, and it is normalized only
    /// where `normalize` says so, not where the config does.
    pub always_new: bool,
}

impl RegisterOptions {
    /// Sets whether the schema is brought into its normal form, whatever the config says.
    #[must_use]
    pub fn with_normalize(mut self, normalize: bool) -> Self {
        self.normalize = normalize;
        self
    }

    /// Sets whether the compatibility check is skipped.
    #[must_use]
    pub fn with_force(mut self, force: bool) -> Self {
        self.force = force;
        self
    }

    /// Names the actor in the change log.
    #[must_use]
    pub fn with_actor(mut self, actor: Actor) -> Self {
        self.actor = actor;
        self
    }
}

impl Registry {
    /// Adds a schema to a subject, or finds it there.
    ///
    /// # Errors
    /// Every way in which a registration can be refused: invalid subject, schema, rules or references, a mode that
    /// forbids it, an incompatible schema, a version that is not the next one, an id that stands for something else.
    pub async fn register(
        &self,
        subject: &Subject,
        request: &SchemaRequest,
        options: &RegisterOptions,
    ) -> Result<Found> {
        let request = self.without_dropped_rules(request);
        if let Some(rule_set) = &request.rule_set {
            rules::check(rule_set)?;
        }
        self.check_registrable(subject)?;
        if request.is_blank() {
            // It is answered with the text of the latest version.
            self.demand_unnamed(Permission::SubjectRead, subject)?;
        }
        self.demand_references(subject, &request.references)?;
        self.register_checked(subject, &request, options).await
    }

    /// Registers what needs no more checks by itself.
    pub(super) async fn register_checked(
        &self,
        subject: &Subject,
        request: &SchemaRequest,
        options: &RegisterOptions,
    ) -> Result<Found> {
        let place = self.queues.place(subject);
        if self.takes_as_new(subject) {
            let found = self.try_register(subject, request, options, &place).await?;
            return found.ok_or_else(|| RegistryError::NotNew(subject.clone()));
        }
        until_written(|| self.try_register(subject, request, options, &place)).await
    }

    pub(super) fn check_registrable(&self, subject: &Subject) -> Result<()> {
        // The original calls the wildcard empty as well.
        let empty = self.settings.reject_empty_subject && matches!(subject.name(), "" | "*");
        if empty || subject.check_registrable().is_err() {
            return Err(RegistryError::InvalidSubject(subject.clone()));
        }
        Ok(())
    }

    /// One attempt; `None` when another writer came first.
    async fn try_register(
        &self,
        subject: &Subject,
        request: &SchemaRequest,
        options: &RegisterOptions,
        place: &Place,
    ) -> Result<Option<Found>> {
        // That another writer came first is not the schema's fault, so each attempt has all steps.
        let budget = self.budget();
        let state = self.state_of(subject).await?;
        let config = self.effective_config(&state.scope);
        let normalize = options.normalize || (config.normalize && !options.always_new);
        let plain = !request.edits_tags() && !request.propagate_tags && !options.always_new;
        let looks = plain && !merge::has_defaults_or_overrides(&config.config);
        let mode = effective_mode(&state.scope);
        // Among no versions there is nothing to be found, and the schema need not be read twice.
        let finds_nothing = state.versions.is_empty() && check_mode(subject, mode, request).is_ok();
        let already = (&config, normalize);
        let mut unmatched = None;
        if looks && !finds_nothing {
            match self.registered_already(&state, subject, request, already, &budget).await? {
                Already::Found(found) => return Ok(Some(found)),
                Already::NoVersionMeans(content) => unmatched = Some(content),
                Already::Unanswered => {}
            }
        }
        let as_sent = request;
        let mut request = as_sent.clone();
        self.apply_tag_changes(subject, &mut request, &config, &state, &budget).await?;
        check_mode(subject, mode, &request)?;
        let importing = takes_as_it_comes(mode);
        let next = state.next_version().ok_or_else(|| {
            RegistryError::NotPermitted(format!("Subject '{subject}' has no version number left"))
        })?;
        let populated = !importing && self.populate(&mut request, &config, &state, next, &budget).await?;
        let reading = Reading { new: request.given_id().is_none(), normalize, validate: true }.in_mode(mode);
        let candidate = match self.candidate(subject, &request, &config, reading, &budget).await {
            // What is wrong with a schema even when it is not new is told first.
            Err(error) if looks && finds_nothing && error.is_invalid_schema() => {
                return match self.registered_already(&state, subject, as_sent, already, &budget).await {
                    // Its steps went into finding out the first.
                    Ok(_) | Err(RegistryError::TooManySteps { .. }) => Err(error),
                    Err(told_first) => Err(told_first),
                };
            }
            candidate => candidate?,
        };
        let Some(candidate) = candidate else {
            return Err(RegistryError::InvalidSchema("Empty schema".to_owned()));
        };
        require_names(subject, &request)?;
        self.check_targets_are_free(&candidate).await?;
        let origin = if populated { Origin::Populated } else { Origin::AsRequested };
        // What was compared with every version as it was sent is not compared once more.
        if request.version_or_zero() == 0
            && unmatched.as_ref() != Some(&candidate.content)
            && let Some(found) = self.existing(&state, subject, &candidate, &request, &budget).await?
        {
            return Ok(Some(Found { origin, ..found }));
        }
        if !importing && !options.force {
            self.require_compatible(subject, &config, &candidate, Against::all(&state), &budget).await?;
        }
        let version = match request.version_or_zero() {
            explicit if explicit <= 0 => next,
            explicit => Version::new(explicit.into()).unwrap_or(next),
        };
        if version != next && !importing {
            return Err(RegistryError::InvalidSchema(
                "Version is not one more than previous version".to_owned(),
            ));
        }
        let id = request.given_id().and_then(|id| SchemaId::new(id.into()));
        if id.is_none() {
            self.refuse_colliding_hash(subject, &candidate).await?;
        }
        let new = NewVersion {
            subject: subject.clone(),
            content: candidate.content,
            targets: candidate.targets,
            deleted_targets: !reading.is_strict(&config),
            placement: match id {
                Some(id) => Placement::At { version, id: Some(id) },
                None => Placement::Next(version),
            },
        };
        if !place.reach_head().await {
            return Ok(None);
        }
        match self.writes.insert_version(&state.scope.token, &new, &options.actor).await? {
            Insertion::Inserted { id, version, .. } => {
                place.written();
                Ok(Some(Found {
                    subject: subject.clone(),
                    version,
                    id,
                    content: Arc::new(new.content),
                    stored: None,
                    origin,
                }))
            }
            Insertion::Conflict => Ok(None),
            Insertion::IdTaken => Err(match id {
                Some(id) => RegistryError::IdTaken { id, context: subject.context().clone() },
                None => RegistryError::Contention,
            }),
        }
    }

    /// The version that answers a registration as it stands, in whatever mode.
    async fn registered_already(
        &self,
        state: &SubjectState,
        subject: &Subject,
        request: &SchemaRequest,
        (config, normalize): (&Effective, bool),
        budget: &RequestBudget,
    ) -> Result<Already> {
        let mode = effective_mode(&state.scope);
        let reading = Reading { new: false, normalize, validate: true }.in_mode(mode);
        // An id means something in an import alone, so nothing is told of one elsewhere.
        let as_read = if request.id.is_some() && !takes_as_it_comes(mode) {
            Cow::Owned(SchemaRequest { id: None, ..request.clone() })
        } else {
            Cow::Borrowed(request)
        };
        let Some(candidate) = self.candidate(subject, &as_read, config, reading, budget).await? else {
            return Ok(Already::Unanswered);
        };
        let asks_for_next = request.version_or_zero() < 0;
        let found = if asks_for_next {
            // The next version is asked for: only the latest one can be it already.
            let latest = match state.latest() {
                Some(latest) if self.matches(&candidate, latest, budget).await? => Some(latest),
                _ => None,
            };
            latest.map(Found::stored)
        } else {
            self.find(state, &candidate, false, budget).await?
        };
        // Who names the version wants it confirmed, which older replies do.
        let origin = if request.version_or_zero() > 0 { Origin::Populated } else { Origin::Existing };
        Ok(match found {
            None if !asks_for_next => Already::NoVersionMeans(candidate.content),
            found => match found.and_then(|found| answer(found, state, request)) {
                Some(found) => Already::Found(Found { origin, ..found }),
                None => Already::Unanswered,
            },
        })
    }

    /// The version that already is what would be written: by identity, else by meaning. Either way the answer shows what
    /// would have been written.
    async fn existing(
        &self,
        state: &SubjectState,
        subject: &Subject,
        candidate: &Candidate,
        request: &SchemaRequest,
        budget: &RequestBudget,
    ) -> Result<Option<Found>> {
        let asked = request.given_id();
        if let Some(version) = self.find_identical(state, candidate).await?
            && !version.deleted
            && asked.is_none_or(|asked| asked == version.id.get())
        {
            return Ok(Some(Found::identical(version, candidate.content.clone())));
        }
        for version in state.versions.iter().rev().filter(|version| !version.deleted) {
            if asked.is_some_and(|asked| asked != version.id.get())
                || !self.matches(candidate, version, budget).await?
            {
                continue;
            }
            // What the context already knows by an id of its own is not another version that only means the same. That id is
            // asked for last, since a new schema mostly means something new.
            let known = match asked {
                Some(_) => None,
                None => self.id_of_hash(subject.context(), candidate).await?,
            };
            if known.is_none_or(|known| known == version.id) {
                return Ok(Some(Found::identical(version, candidate.content.clone())));
            }
        }
        Ok(None)
    }

    /// Writes what the request leaves out: text, tags, metadata and rules of the latest version, defaults and overrides
    /// of the config, the version note. True if anything was written.
    async fn populate(
        &self,
        request: &mut SchemaRequest,
        config: &Effective,
        state: &SubjectState,
        next: Version,
        budget: &RequestBudget,
    ) -> Result<bool> {
        let latest = state.latest();
        let mut changed = false;
        if request.is_blank() {
            let Some(latest) = latest else {
                return Err(RegistryError::InvalidSchema("Empty schema".to_owned()));
            };
            request.take_text(&latest.content);
            changed = true;
        }
        changed |= self.propagate_tags(request, config, latest, budget).await?;
        let before = latest.map(|version| &version.content);
        let metadata = merge::metadata(
            &config.config,
            request.metadata.as_ref(),
            before.and_then(|content| content.metadata.as_ref()),
        );
        let noted = request.version_or_zero() != 0 || merge::noted_version(metadata.as_ref()).is_some();
        request.metadata = if noted { Some(merge::note_version(metadata, next.get())) } else { metadata };
        request.rule_set = merge::rule_set(
            &config.config,
            request.rule_set.as_ref(),
            before.and_then(|content| content.rule_set.as_ref()),
        );
        Ok(changed || request.metadata.is_some() || request.rule_set.is_some())
    }

    /// Other content with the same hash keeps its id to itself. The original tries to reuse the id and then finds that it
    /// must not.
    async fn refuse_colliding_hash(&self, subject: &Subject, candidate: &Candidate) -> Result<()> {
        let context = subject.context();
        // Only what is hashed alike with and without metadata or rules can differ, and only from what has an id.
        let content = &candidate.content;
        let can_collide = content.metadata.is_some() || content.rule_set.is_some();
        if !can_collide || self.reads.ids_by_guid(content.guid).await?.iter().all(|(at, _)| at != context) {
            return Ok(());
        }
        let Some(id) = self.id_of_hash(context, candidate).await? else { return Ok(()) };
        // A content that was purged since is no obstacle, only one that is there and another one.
        match self.reads.content(context, id).await? {
            Some(content) if *content != candidate.content => {
                Err(RegistryError::IdTaken { id, context: context.clone() })
            }
            _ => Ok(()),
        }
    }

    /// A subject that belongs to one resource cannot be built upon.
    async fn check_targets_are_free(&self, candidate: &Candidate) -> Result<()> {
        if !self.settings.associations {
            return Ok(());
        }
        for (subject, _) in &candidate.targets {
            if self.has_strong_association(subject).await? {
                return Err(RegistryError::NotPermitted(format!(
                    "Subject '{subject}' has a strong association and cannot be referenced"
                )));
            }
        }
        Ok(())
    }
}

/// What came of looking for a registration among the versions that are there.
enum Already {
    /// The version that answers it.
    Found(Found),
    /// No version means this content, which is the one that was asked for.
    NoVersionMeans(Content),
    /// Neither: it is to be looked at further.
    Unanswered,
}

/// The answer to a registration when a version was found, rather than building the next one on it. An import may have written
/// one schema as several versions: the one that is asked for by number answers.
fn answer(found: Found, state: &SubjectState, request: &SchemaRequest) -> Option<Found> {
    let explicit = request.version_or_zero();
    let Some(id) = request.given_id() else {
        return (explicit <= 0).then_some(found);
    };
    if found.id.get() != id {
        return None;
    }
    if explicit <= 0 || found.version.get() == explicit {
        return Some(found);
    }
    let named = state.version(Version::new(explicit.into())?)?;
    let same = !named.deleted && named.id == found.id && named.content.guid == found.content.guid;
    same.then(|| Found::stored(named))
}

fn check_mode(subject: &Subject, mode: Mode, request: &SchemaRequest) -> Result<()> {
    let subject = subject.clone();
    if mode.is_read_only() {
        return Err(RegistryError::ReadOnly { subject });
    }
    match request.given_id() {
        Some(_) if !takes_as_it_comes(mode) => Err(RegistryError::NotImporting { subject }),
        None if mode != Mode::ReadWrite => Err(RegistryError::NotReadWrite { subject }),
        _ => Ok(()),
    }
}
