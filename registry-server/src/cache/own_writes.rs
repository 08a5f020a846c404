//! States of subjects that this node's own registrations lead to, which need not be read.

use std::sync::Arc;

use super::epochs::{Epoch, Epochs};
use super::known_subject::LastRead;
use super::memory::Memory;
use super::new_subjects::NewSubjects;
use crate::domain::{Content, Context, SchemaId, Subject};
use crate::store::{Registered, ScopeState, StoredVersion, SubjectState};

/// The memory of subjects, which is brought forward when this node registers.
#[derive(Clone, Debug)]
pub(super) struct OwnWrites {
    pub(super) epochs: Arc<Epochs>,
    pub(super) subjects: Memory<Subject, Arc<SubjectState>>,
    pub(super) contents: Memory<(Context, SchemaId), Arc<Content>>,
    pub(super) last_read: LastRead,
    pub(super) new_subjects: NewSubjects,
}

/// The state that a registration was decided on, as it is remembered or was guessed rightly, and its epoch.
#[derive(Debug)]
pub(super) struct Before {
    epoch: Epoch,
    state: Arc<SubjectState>,
}

impl OwnWrites {
    /// The state that a registration was decided on; `None` if it is not remembered any more, or as another one. Asked for
    /// before the registration moves epochs.
    pub(super) async fn before(&self, registered: &Registered<'_>) -> Option<Before> {
        let subject = &registered.new.subject;
        let epoch = self.epochs.of_subject(subject);
        if let Some(state) = self.new_subjects.guessed(subject, registered.expected, epoch) {
            return Some(Before { epoch, state });
        }
        let state = self.subjects.peek(subject.clone(), epoch).await?;
        state.scope.token.is_same_guess(registered.expected).then_some(Before { epoch, state })
    }

    /// Remembers the state that a registration led to, now that it has moved epochs. The write compared the token under the
    /// locks of all that is in scope, so nothing but the version is new. If anything else has moved the subject's epoch since
    /// `before`, another node may have written behind this one, and the state is to be read.
    pub(super) async fn remember(&self, registered: &Registered<'_>, before: Before) {
        let Before { epoch, state } = before;
        let subject = &registered.new.subject;
        self.new_subjects.met(subject, epoch, &state);
        let key = (subject.context().clone(), registered.id);
        let content_epoch = self.epochs.of_content(&key.0, key.1);
        let next = epoch.next();
        // A content goes with the last version that holds it, which moves the subject's epoch first.
        if self.epochs.of_subject(subject) != next {
            return;
        }
        let content = match self.contents.peek(key.clone(), content_epoch).await {
            // Another node may have bound the id anew, which is not read in the log yet.
            Some(content) if *content == registered.new.content => content,
            _ => {
                let content = Arc::new(registered.new.content.clone());
                self.contents.put(key, content_epoch, content.clone()).await;
                content
            }
        };
        let scope = ScopeState {
            token: registered.expected.after(registered.revision),
            ..ScopeState::clone(&state.scope)
        };
        let mut versions = Vec::with_capacity(state.versions.len() + 1);
        versions.extend_from_slice(&state.versions);
        versions.push(StoredVersion {
            subject: subject.clone(),
            version: registered.version,
            id: registered.id,
            content,
            deleted: false,
            ts: registered.ts,
            created_ts: registered.ts,
        });
        let state = Arc::new(SubjectState { scope: Arc::new(scope), versions });
        // Beside the new state the former one would only take room.
        self.subjects.forget(subject.clone(), epoch).await;
        self.subjects.put(subject.clone(), next, state).await;
        self.last_read.note(subject.clone(), next);
    }
}
