//! Registrations in subjects that nobody has read, since they look new.

use std::sync::Arc;

use super::{Registry, Result};
use crate::domain::Subject;
use crate::store::SubjectState;

/// A subject that is taken to be new, and the state that it then has.
#[derive(Clone, Debug)]
pub(super) struct NewSubject {
    subject: Subject,
    state: Arc<SubjectState>,
}

impl Registry {
    /// This registry for one registration in a subject that it does not know and takes to be new, without a read of it; `None`
    /// where nothing speaks for that. What was registered is right, since the write compares the state. What was refused
    /// for the sake of a state, [`NotNew`](super::RegistryError::NotNew) among it, may be wrong, and is to be decided again.
    pub async fn if_new(&self, subject: &Subject) -> Option<Self> {
        // Whether a name is refused depends on what its alias leads to.
        self.check_registrable(subject).ok()?;
        let state = self.reads.state_if_new(subject).await?;
        let new_subject = NewSubject { subject: subject.clone(), state };
        Some(Self { new_subject: Some(new_subject), ..self.clone() })
    }

    /// Whether the subject that was taken to be new is: a refusal that was decided on that state then needs not be decided
    /// again. It is read; where that fails, nothing is known.
    pub async fn is_as_taken(&self) -> bool {
        let Some(new) = &self.new_subject else { return false };
        self.reads.subject(&new.subject).await.is_ok_and(|state| state == new.state)
    }

    /// Whether this subject is taken to be new.
    pub(super) fn takes_as_new(&self, subject: &Subject) -> bool {
        self.new_subject.as_ref().is_some_and(|new| new.subject == *subject)
    }

    /// The state of a subject; of one that is taken to be new the one that it then has.
    pub(super) async fn state_of(&self, subject: &Subject) -> Result<Arc<SubjectState>> {
        match &self.new_subject {
            Some(new) if new.subject == *subject => Ok(Arc::clone(&new.state)),
            _ => Ok(self.reads.subject(subject).await?),
        }
    }
}
