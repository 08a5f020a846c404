//! Schemas before their first message.

use super::CachedRegistry;
use super::answers::Question;
use crate::context::context_of;
use crate::registry::{
    HttpRegistry, RegisteredSchema, RegistryError, SchemaRegistry, VersionSelector, resolve_references,
};
use crate::subject::{Role, SubjectStrategy};
use std::sync::Arc;

/// What a warm-up brought.
///
/// ```
/// use serde_wire::registry::WarmUp;
///
/// fn told(warm: &WarmUp) -> String {
///     match (&warm.missing[..], &warm.changed[..]) {
///         ([], []) => format!("{} versions", warm.versions),
///         (missing, changed) => format!("not there: {missing:?}, something else: {changed:?}"),
///     }
/// }
/// assert_eq!(told(&WarmUp::default()), "0 versions");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct WarmUp {
    /// How many versions are known now.
    pub versions: usize,
    /// The subjects, or of a lock file the versions, that the registry does not know.
    pub missing: Vec<String>,
    /// The versions that are another schema in this registry than in the lock file, which it has another id or another GUID
    /// for: it is another registry, or was reset.
    pub changed: Vec<String>,
}

impl CachedRegistry<HttpRegistry> {
    /// Fetches all versions of these subjects with what they refer to, so that no message with one of them waits for the
    /// registry. With a [`disk_cache`](crate::registry::HttpRegistryBuilder::disk_cache), the next start does without it.
    ///
    /// ```no_run
    /// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
    /// use serde_wire::registry::RegistryClient;
    ///
    /// let registry = RegistryClient::builder(["http://localhost:8081"]).disk_cache("/var/cache/billing").build()?;
    /// let warm = registry.warm_up_topics(["orders", "customers"]).await?;
    /// println!("{} versions, without {:?}", warm.versions, warm.missing);
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// The registry does not answer. That it does not know a subject is no error.
    pub async fn warm_up<S: AsRef<str>>(
        &self,
        subjects: impl IntoIterator<Item = S>,
    ) -> Result<WarmUp, RegistryError> {
        let mut warm = WarmUp::default();
        for subject in subjects {
            let subject = subject.as_ref();
            match self.uncached().versions(subject).await {
                Ok(versions) => {
                    for number in versions {
                        self.warm_up_version(subject, number).await?;
                        warm.versions += 1;
                    }
                    self.version(subject, VersionSelector::Latest).await?;
                }
                Err(RegistryError::Refused { status: 404, .. }) => warm.missing.push(subject.to_owned()),
                Err(error) => return Err(error),
            }
        }
        Ok(warm)
    }

    /// The same for the subjects `<topic>-key` and `<topic>-value` of these topics.
    ///
    /// # Errors
    /// As [`warm_up`](Self::warm_up).
    pub async fn warm_up_topics<S: AsRef<str>>(
        &self,
        topics: impl IntoIterator<Item = S>,
    ) -> Result<WarmUp, RegistryError> {
        let of = |topic: &str, role| SubjectStrategy::TopicName.subject(topic, role, "");
        let halves = topics
            .into_iter()
            .flat_map(|topic| [Role::Key, Role::Value].map(|role| of(topic.as_ref(), role)));
        self.warm_up(halves).await
    }

    /// Fetches these versions of subjects, such as those of a lock file, with what they refer to.
    ///
    /// # Errors
    /// The registry does not answer, or does not know one of them.
    pub async fn warm_up_versions<S: AsRef<str>>(
        &self,
        versions: impl IntoIterator<Item = (S, u32)>,
    ) -> Result<WarmUp, RegistryError> {
        let mut warm = WarmUp::default();
        for (subject, number) in versions {
            self.warm_up_version(subject.as_ref(), number).await?;
            warm.versions += 1;
        }
        Ok(warm)
    }

    /// Fetches the versions that a lock file of `avro-gen` names (feature `lock-file`), with what they refer to, and tells those
    /// that the registry does not know, or knows as another schema.
    ///
    /// ```no_run
    /// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
    /// use serde_wire::registry::{LockFile, RegistryClient};
    ///
    /// let registry = RegistryClient::builder(["http://localhost:8081"]).build()?;
    /// let warm = registry.warm_up_locked(&LockFile::read("avro-gen.lock")?).await?;
    /// assert!(warm.missing.is_empty() && warm.changed.is_empty(), "{warm:?}");
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// The registry does not answer.
    #[cfg(feature = "lock-file")]
    pub async fn warm_up_locked(&self, lock: &super::LockFile) -> Result<WarmUp, RegistryError> {
        let mut warm = WarmUp::default();
        for super::LockedVersion { subject, version, id, guid } in &lock.versions {
            let called = || format!("{subject} version {version}");
            match self.warm_up_version(subject, *version).await {
                Ok(schema) => {
                    // What one of the two does not tell is no difference.
                    if differ(schema.id, *id) || differ(schema.guid, *guid) {
                        warm.changed.push(called());
                    }
                    warm.versions += 1;
                }
                Err(RegistryError::Refused { status: 404, .. }) => warm.missing.push(called()),
                Err(error) => return Err(error),
            }
        }
        Ok(warm)
    }

    async fn warm_up_version(
        &self,
        subject: &str,
        number: u32,
    ) -> Result<Arc<RegisteredSchema>, RegistryError> {
        let schema = self.version(subject, VersionSelector::Number(number)).await?;
        // A reference that is not there is what a message of this schema will be told.
        if let Err(error) = resolve_references(self, &schema, Some(subject)).await
            && error.is_retriable()
        {
            let crate::registry::ReferenceError::Registry { answer, .. } = error else { return Ok(schema) };
            return Err(answer);
        }
        self.know_by_id(subject, &schema);
        Ok(schema)
    }

    /// Answers questions for the id and the GUID from now on, too.
    fn know_by_id(&self, subject: &str, schema: &Arc<RegisteredSchema>) {
        let context = context_of(subject).to_owned();
        let by_id = schema.id.map(|id| Question::Id { context, id });
        for question in by_id.into_iter().chain(schema.guid.map(Question::Guid)) {
            self.answers.remember(&question, &Ok(Arc::clone(schema)));
        }
    }
}

#[cfg(feature = "lock-file")]
fn differ<T: PartialEq>(here: Option<T>, locked: Option<T>) -> bool {
    here.zip(locked).is_some_and(|(here, locked)| here != locked)
}
