//! Notes of what was read: each thing with the epoch before it was read.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;

use super::epochs::{Epoch, Epochs};
use super::reads::CachedReads;
use super::weight::Weigh;
use crate::domain::{Association, Content, Context, Guid, SchemaId, Subject, Version};
use crate::store::{
    AliasQuery, ApiTokens, AssociationFilter, Basis, Change, ChangeQuery, Holders, Known, NotedReads, Notes,
    ReadStore, Referrer, ScopeState, StoreError, StoredVersion, SubjectQuery, SubjectState, VersionQuery,
};

/// How many things an answer may rest on. Others are made anew, which is not much more than comparing so many epochs.
const MOST_NOTED: usize = 16;

/// Reads that are noted.
#[derive(Debug)]
struct NotedCachedReads {
    reads: Arc<CachedReads>,
    /// `None` once something was read that has no epoch, or too much.
    noted: Mutex<Option<Vec<(Thing, Epoch)>>>,
}

/// The things that were read, with the epochs that tell whether they are still so.
#[derive(Debug)]
struct CachedBasis {
    reads: Arc<CachedReads>,
    noted: Box<[(Thing, Epoch)]>,
}

/// Something that has an epoch.
#[derive(Debug, PartialEq)]
enum Thing {
    Subject(Subject),
    Content(Context, SchemaId),
    Holders(Context, SchemaId),
    Ids(Guid),
    /// The id that registrations take of a content with this GUID.
    CurrentId(Guid),
    Versions(Option<Context>),
    Aliases,
    Contexts,
    Associations,
}

impl Thing {
    fn epoch(&self, epochs: &Epochs) -> Epoch {
        match self {
            Self::Subject(subject) => epochs.of_subject(subject),
            Self::Content(context, id) => epochs.of_content(context, *id),
            Self::Holders(context, id) => epochs.of_holders(context, *id),
            Self::Ids(guid) | Self::CurrentId(guid) => epochs.of_ids(*guid),
            Self::Versions(context) => epochs.of_versions(context.as_ref()),
            Self::Aliases => epochs.of_aliases(),
            Self::Contexts => epochs.of_contexts(),
            Self::Associations => epochs.of_associations(),
        }
    }

    /// Whether it leads to what an id stands for, as do the reads that [`LastKnown`](super::last_known::LastKnown) tells.
    fn leads_to_content(&self) -> bool {
        match self {
            Self::Subject(_) | Self::Content(..) | Self::Holders(..) | Self::Ids(_) | Self::Contexts => true,
            Self::CurrentId(_) | Self::Versions(_) | Self::Aliases | Self::Associations => false,
        }
    }
}

impl Weigh for Thing {
    fn weight(&self) -> usize {
        match self {
            Self::Subject(subject) => subject.weight(),
            Self::Content(context, _) | Self::Holders(context, _) => context.weight(),
            Self::Versions(context) => context.weight(),
            Self::Ids(_) | Self::CurrentId(_) | Self::Aliases | Self::Contexts | Self::Associations => 0,
        }
    }
}

/// Reads that note what they tell of these.
pub(super) fn noted(reads: Arc<CachedReads>) -> NotedReads {
    let noted = Arc::new(NotedCachedReads { reads, noted: Mutex::new(Some(Vec::new())) });
    NotedReads { reads: noted.clone(), notes: noted }
}

impl NotedCachedReads {
    /// Notes what is read next. Epochs are those from before the read, so a change meanwhile is one that came later.
    fn note(&self, thing: Thing) {
        let mut noted = self.noted.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(list) = noted.as_mut() else { return };
        if list.len() == MOST_NOTED {
            *noted = None;
        } else if !list.iter().any(|(known, _)| *known == thing) {
            let epoch = thing.epoch(&self.reads.epochs);
            list.push((thing, epoch));
        }
    }

    /// Notes that a list of versions is read.
    fn note_listed(&self, query: &VersionQuery) {
        self.note(Thing::Versions(query.filter.context.clone()));
        if query.associated.is_some() {
            self.note(Thing::Associations);
        }
    }

    /// Notes that something was read that has no epoch.
    fn spoil(&self) {
        *self.noted.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

impl Notes for NotedCachedReads {
    fn basis(&self) -> Option<Arc<dyn Basis>> {
        let noted = self.noted.lock().unwrap_or_else(PoisonError::into_inner).take()?;
        let basis = CachedBasis { reads: Arc::clone(&self.reads), noted: noted.into() };
        // What has changed since is not worth to be kept.
        basis.holds().then(|| Arc::new(basis) as Arc<dyn Basis>)
    }
}

impl CachedBasis {
    /// Whether no change of what was read is known.
    fn is_unchanged(&self) -> bool {
        self.noted.iter().all(|(thing, epoch)| thing.epoch(&self.reads.epochs) == *epoch)
    }
}

impl Basis for CachedBasis {
    fn holds(&self) -> bool {
        self.reads.is_current() && self.is_unchanged()
    }

    fn is_last_known(&self) -> bool {
        self.noted.iter().all(|(thing, _)| thing.leads_to_content()) && self.is_unchanged()
    }

    fn weight(&self) -> usize {
        let names: usize = self.noted.iter().map(|(thing, _)| thing.weight()).sum();
        size_of::<Self>() + size_of_val::<[_]>(&self.noted) + names
    }
}

#[async_trait]
impl ReadStore for NotedCachedReads {
    async fn scope(&self, subject: &Subject) -> Result<Arc<ScopeState>, StoreError> {
        self.note(Thing::Subject(subject.clone()));
        self.reads.scope(subject).await
    }

    async fn subject(&self, subject: &Subject) -> Result<Arc<SubjectState>, StoreError> {
        self.note(Thing::Subject(subject.clone()));
        self.reads.subject(subject).await
    }

    async fn state_if_new(&self, subject: &Subject) -> Option<Arc<SubjectState>> {
        self.note(Thing::Subject(subject.clone()));
        self.reads.state_if_new(subject).await
    }

    async fn content(&self, context: &Context, id: SchemaId) -> Result<Option<Arc<Content>>, StoreError> {
        self.note(Thing::Content(context.clone(), id));
        self.reads.content(context, id).await
    }

    async fn holders(&self, context: &Context, id: SchemaId) -> Result<Arc<Holders>, StoreError> {
        self.note(Thing::Holders(context.clone(), id));
        self.reads.holders(context, id).await
    }

    async fn ids_by_guid(&self, guid: Guid) -> Result<Vec<(Context, SchemaId)>, StoreError> {
        self.note(Thing::Ids(guid));
        self.reads.ids_by_guid(guid).await
    }

    async fn current_id(&self, context: &Context, content: &Content) -> Result<Option<SchemaId>, StoreError> {
        self.note(Thing::CurrentId(content.guid));
        self.reads.current_id(context, content).await
    }

    async fn referrers(
        &self,
        subject: &Subject,
        version: Option<Version>,
    ) -> Result<Vec<Referrer>, StoreError> {
        self.note(Thing::Versions(None));
        self.reads.referrers(subject, version).await
    }

    async fn subjects(&self, query: &SubjectQuery) -> Result<Vec<Subject>, StoreError> {
        self.note(Thing::Versions(query.filter.context.clone()));
        self.reads.subjects(query).await
    }

    async fn versions(&self, query: &VersionQuery) -> Result<Vec<StoredVersion>, StoreError> {
        self.note_listed(query);
        self.reads.versions(query).await
    }

    async fn listed_associations(&self, query: &VersionQuery) -> Result<Vec<Association>, StoreError> {
        self.note_listed(query);
        self.reads.listed_associations(query).await
    }

    async fn contexts(&self) -> Result<Vec<Context>, StoreError> {
        self.note(Thing::Contexts);
        self.reads.contexts().await
    }

    async fn aliases(&self, query: &AliasQuery) -> Result<Vec<(Subject, String)>, StoreError> {
        self.note(Thing::Aliases);
        self.reads.aliases(query).await
    }

    async fn max_id(&self, context: &Context) -> Result<Option<SchemaId>, StoreError> {
        self.note(Thing::Versions(Some(context.clone())));
        self.reads.max_id(context).await
    }

    async fn associations(&self, filter: &AssociationFilter) -> Result<Vec<Association>, StoreError> {
        self.note(Thing::Associations);
        self.reads.associations(filter).await
    }

    async fn api_tokens(&self) -> Result<Arc<ApiTokens>, StoreError> {
        self.spoil();
        self.reads.api_tokens().await
    }

    async fn stored_api_tokens(&self) -> Result<Arc<ApiTokens>, StoreError> {
        self.spoil();
        self.reads.stored_api_tokens().await
    }

    async fn changes(&self, after: i64, limit: u32) -> Result<Vec<Change>, StoreError> {
        self.spoil();
        self.reads.changes(after, limit).await
    }

    async fn find_changes(&self, query: &ChangeQuery) -> Result<Vec<Change>, StoreError> {
        self.spoil();
        self.reads.find_changes(query).await
    }

    fn known(&self) -> Known {
        self.reads.known()
    }

    fn is_current(&self) -> bool {
        self.reads.is_current()
    }

    fn last_known(&self) -> Option<Arc<dyn ReadStore>> {
        self.reads.last_known()
    }

    async fn catch_up(&self, known: Known) -> Result<bool, StoreError> {
        // Whoever does not do with what may be remembered now does not do with it the next time.
        self.spoil();
        self.reads.catch_up(known).await
    }

    async fn ping(&self) -> Result<(), StoreError> {
        self.spoil();
        self.reads.ping().await
    }

    async fn close(&self) {
        self.reads.close().await;
    }
}
