//! The subject that a reader names to the registry, which it may have to ask for first.

use crate::registry::{RegistryError, SchemaRegistry};
use crate::subject::{Role, SubjectStrategy};
use std::sync::OnceLock;

/// The subject of one half of a topic's records, as far as a reader can know it.
pub(crate) struct SubjectOfTopic {
    /// What the association says, once it was asked for: `None` where there is none.
    associated: OnceLock<Option<String>>,
    /// Cluster, topic and half to ask with, when the strategy asks at all.
    question: Option<(String, String, Role)>,
    unassociated: Option<String>,
}

impl SubjectOfTopic {
    pub(crate) fn new(
        strategy: &SubjectStrategy,
        topic: &str,
        role: Role,
        unassociated: Option<String>,
    ) -> Self {
        let question = match strategy {
            SubjectStrategy::Associated(naming) => Some((naming.cluster.clone(), topic.to_owned(), role)),
            _ => None,
        };
        Self { associated: OnceLock::new(), question, unassociated }
    }

    /// What is known without asking.
    pub(crate) fn known(&self) -> Option<&str> {
        self.associated.get().and_then(Option::as_deref).or(self.unassociated.as_deref())
    }

    /// The subject; the registry is asked for an association once. Where it has several, none of them is said to be the one:
    /// a reader needs the subject only to find the context of an id.
    pub(crate) async fn ask(&self, registry: &dyn SchemaRegistry) -> Result<Option<&str>, RegistryError> {
        if let (Some((cluster, topic, role)), None) = (&self.question, self.associated.get()) {
            let mut subjects = registry.associated_subjects(cluster, topic, *role).await?;
            let subject = if subjects.len() == 1 { subjects.pop() } else { None };
            self.associated.get_or_init(|| subject);
        }
        Ok(self.known())
    }
}
