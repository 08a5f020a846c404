//! The questions that a store is asked.

use std::sync::Arc;

use async_trait::async_trait;

use super::{
    AliasQuery, ApiTokens, AssociationFilter, Change, ChangeQuery, Gauges, Holders, Inventory, NotedReads,
    Referrer, ScopeState, StoreError, StoredVersion, SubjectQuery, SubjectState, VersionQuery,
};
use crate::domain::{Association, Content, Context, Guid, SchemaId, Subject, Version};

/// How far a store knew the writes of others at some moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// The moment, by the clock of the store.
    pub(crate) at: u64,
    /// How many times it had learned of writes until then.
    pub(crate) lessons: u64,
}

/// The state of a registry. Reads see what was acknowledged before they started, unless the store says how much later it
/// may tell.
#[async_trait]
pub trait ReadStore: Send + Sync + std::fmt::Debug {
    /// The config and mode of everything that is in scope of `subject`, and the token of that.
    /// For the key of a context ([`Subject::of_context`]) these are the context's.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer or holds what cannot be read.
    async fn scope(&self, subject: &Subject) -> Result<Arc<ScopeState>, StoreError>;

    /// All versions of a subject, soft-deleted ones included, with its scope and token. A subject that nobody wrote to
    /// has no versions and a token as well.
    ///
    /// # Errors
    /// As [`scope`](Self::scope).
    async fn subject(&self, subject: &Subject) -> Result<Arc<SubjectState>, StoreError>;

    /// A guess that costs nothing: the state of a subject that is not remembered, if nobody has ever written to it. Only a write
    /// that is carried out may rest on it, since that has compared the token; whatever else would come of it is to be decided
    /// on the [`subject`](Self::subject) as it is. `None` where nothing speaks for it, and from a store that remembers nothing.
    async fn state_if_new(&self, subject: &Subject) -> Option<Arc<SubjectState>> {
        let _ = subject;
        None
    }

    /// The content of an id; `None` if the id was never given out or its content was purged.
    ///
    /// # Errors
    /// As [`scope`](Self::scope).
    async fn content(&self, context: &Context, id: SchemaId) -> Result<Option<Arc<Content>>, StoreError>;

    /// The subject-versions that hold an id, ordered by subject and version; soft-deleted ones included.
    ///
    /// # Errors
    /// As [`scope`](Self::scope).
    async fn holders(&self, context: &Context, id: SchemaId) -> Result<Arc<Holders>, StoreError>;

    /// The current ids of the contents with a GUID, over all contexts, ordered by context and id.
    ///
    /// # Errors
    /// As [`scope`](Self::scope).
    async fn ids_by_guid(&self, guid: Guid) -> Result<Vec<(Context, SchemaId)>, StoreError>;

    /// The id that a registration of this content takes in this context, if the content has one.
    ///
    /// # Errors
    /// As [`scope`](Self::scope).
    async fn current_id(&self, context: &Context, content: &Content) -> Result<Option<SchemaId>, StoreError>;

    /// The versions whose schemas refer to `version` of `subject`, or with `None` to any version of it. References from
    /// the subject to itself are among them. Ordered by target, subject and version.
    ///
    /// # Errors
    /// As [`scope`](Self::scope).
    async fn referrers(
        &self,
        subject: &Subject,
        version: Option<Version>,
    ) -> Result<Vec<Referrer>, StoreError>;

    /// The subjects that a query asks for, in the order of their text.
    ///
    /// # Errors
    /// As [`scope`](Self::scope).
    async fn subjects(&self, query: &SubjectQuery) -> Result<Vec<Subject>, StoreError>;

    /// The versions that a query asks for, ordered by the text of their subject and by number.
    ///
    /// # Errors
    /// As [`scope`](Self::scope).
    async fn versions(&self, query: &VersionQuery) -> Result<Vec<StoredVersion>, StoreError>;

    /// The associations, of those that a query asks for, of the subjects in its list, ordered as [`associations`](Self::associations)
    /// orders them; none if it asks for none.
    ///
    /// # Errors
    /// As [`scope`](Self::scope).
    async fn listed_associations(&self, query: &VersionQuery) -> Result<Vec<Association>, StoreError>;

    /// The contexts that schemas were registered in, the default context first and always, the others in order.
    ///
    /// # Errors
    /// As [`scope`](Self::scope).
    async fn contexts(&self) -> Result<Vec<Context>, StoreError>;

    /// The aliases that a query asks for, as they were set, in the order of the text of the subjects that have them.
    ///
    /// # Errors
    /// As [`scope`](Self::scope).
    async fn aliases(&self, query: &AliasQuery) -> Result<Vec<(Subject, String)>, StoreError>;

    /// The highest id that was ever given out in a context.
    ///
    /// # Errors
    /// As [`scope`](Self::scope).
    async fn max_id(&self, context: &Context) -> Result<Option<SchemaId>, StoreError>;

    /// The associations that pass the filter, ordered by subject, resource and type.
    ///
    /// # Errors
    /// As [`scope`](Self::scope).
    async fn associations(&self, filter: &AssociationFilter) -> Result<Vec<Association>, StoreError>;

    /// Up to `limit` rows of the change log after the given sequence number, oldest first.
    ///
    /// # Errors
    /// As [`scope`](Self::scope).
    async fn changes(&self, after: i64, limit: u32) -> Result<Vec<Change>, StoreError>;

    /// The tokens that the registry has issued. When they were last used may be as of an earlier read.
    ///
    /// # Errors
    /// As [`scope`](Self::scope).
    async fn api_tokens(&self) -> Result<Arc<ApiTokens>, StoreError>;

    /// The same as they are stored at this moment.
    ///
    /// # Errors
    /// As [`scope`](Self::scope).
    async fn stored_api_tokens(&self) -> Result<Arc<ApiTokens>, StoreError> {
        self.api_tokens().await
    }

    /// The knowledge of this store now, to ask later whether more [came to be known](Self::catch_up).
    fn known(&self) -> Known {
        Known::default()
    }

    /// Waits until this store tells everything that was acknowledged before `known` was taken, and tells whether anything
    /// came to be known since. A refusal is told only after that: what it was decided on may be older than what another
    /// node has acknowledged.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when it cannot be known what was acknowledged.
    async fn catch_up(&self, known: Known) -> Result<bool, StoreError> {
        let _ = known;
        Ok(false)
    }

    /// Whether what is remembered may be told as what is. Else everything is asked of the database.
    fn is_current(&self) -> bool {
        true
    }

    /// A store of what is remembered, however old it is, for whoever asks for what cannot change while the database is away. Of
    /// what is not remembered it knows nothing, and fails. `None` for a store that remembers nothing, or needs no other.
    fn last_known(&self) -> Option<Arc<dyn ReadStore>> {
        None
    }

    /// These reads for one piece of work, with notes of what it reads; `None` from a store that remembers nothing.
    fn noted(self: Arc<Self>) -> Option<NotedReads> {
        None
    }

    /// The rows of the change log that a query asks for, oldest first: none that another with a lower number may follow,
    /// so who goes on behind the last one misses nothing.
    ///
    /// # Errors
    /// As [`scope`](Self::scope).
    async fn find_changes(&self, query: &ChangeQuery) -> Result<Vec<Change>, StoreError> {
        let _ = query;
        Err(StoreError::Unavailable("only the database has the log".into()))
    }

    /// How it is used. It asks the database nothing.
    fn gauges(&self) -> Gauges {
        Gauges::default()
    }

    /// What is stored, counted by the database. That reads an entry of each version.
    ///
    /// # Errors
    /// As [`scope`](Self::scope).
    async fn inventory(&self) -> Result<Inventory, StoreError> {
        Err(StoreError::Unavailable("only the database counts".into()))
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// [`StoreError`] if it does not.
    async fn ping(&self) -> Result<(), StoreError>;

    /// Stops what runs for reads and lets go of the database. Nothing can be read afterwards.
    async fn close(&self);
}
