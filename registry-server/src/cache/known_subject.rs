//! Reading a subject that was read before.

use std::sync::Arc;

use super::epochs::Epoch;
use super::memory::ENTRY;
use super::reads::CachedReads;
use super::weight::Weigh as _;
use crate::domain::{Subject, Version};
use crate::store::{ReadStore as _, StoreError, SubjectState};

/// At which epoch each subject was read last: of a state that may still be remembered only what was written since is read.
#[derive(Clone, Debug)]
pub(super) struct LastRead {
    epochs: moka::sync::Cache<Subject, Epoch>,
}

impl LastRead {
    /// Room for epochs that take so many bytes of memory together.
    pub(super) fn new(capacity: u64) -> Self {
        let fixed = ENTRY + size_of::<(Subject, Epoch)>();
        let epochs = moka::sync::Cache::builder()
            .max_capacity(capacity)
            .weigher(move |subject: &Subject, _: &Epoch| {
                u32::try_from(fixed + subject.weight()).unwrap_or(u32::MAX)
            })
            .build();
        Self { epochs }
    }

    /// Notes that a subject was read at this epoch.
    pub(super) fn note(&self, subject: Subject, epoch: Epoch) {
        self.epochs.insert(subject, epoch);
    }

    /// Whether a subject was read, as far as that is remembered.
    pub(super) fn knows(&self, subject: &Subject) -> bool {
        self.epochs.contains_key(subject)
    }

    /// The bytes that all of it takes.
    #[cfg(test)]
    pub(super) fn weight(&self) -> u64 {
        self.epochs.run_pending_tasks();
        self.epochs.weighted_size()
    }
}

impl CachedReads {
    /// The state of a subject. Of one that was read before, and lost no version since, only what was written since is read.
    /// `epoch` is the subject's before the read.
    pub(super) async fn read_subject(
        &self,
        subject: &Subject,
        epoch: Epoch,
    ) -> Result<Arc<SubjectState>, StoreError> {
        let former_epoch =
            self.last_read.epochs.get(subject).filter(|former| former.is_of_same_history(&epoch));
        let former = match former_epoch {
            Some(former_epoch) => self.subjects.peek(subject.clone(), former_epoch).await,
            None => None,
        };
        let since = match &former {
            Some(former) => self.store.subject_since(subject, former).await?,
            None => None,
        };
        let (mut state, written) = match since {
            Some((state, written)) => (state, Some(written)),
            None => (Arc::unwrap_or_clone(self.store.subject(subject).await?), None),
        };
        let is_new = |number: Version| written.as_ref().is_none_or(|written| written.contains(&number));
        for version in state.versions.iter_mut().filter(|version| is_new(version.version)) {
            match self.remembered_content(subject.context(), version.id).await {
                Some(content) if content == version.content => version.content = content,
                // An import has bound the id anew, and the log that says so is not read yet.
                _ => self.remember_content(subject, epoch, version.id, &version.content).await,
            }
        }
        if let Some(former_epoch) = former_epoch {
            // Beside the new state it would only take room.
            self.subjects.forget(subject.clone(), former_epoch).await;
        }
        self.last_read.note(subject.clone(), epoch);
        if state.scope.token.is_of_new_subject() {
            // Once a subject is purged its token is that of a new one again, so that two states of this kind are told apart.
            let scope = Arc::make_mut(&mut state.scope);
            scope.token = scope.token.guessed(self.new_subjects.number());
        }
        Ok(Arc::new(state))
    }
}
