//! The state of a store as it tells it.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::{Arc, OnceLock};

use crate::domain::{
    Association, AssociationType, Config, Content, Lifecycle, Mode, SchemaId, Subject, SubjectFilter, Version,
};

/// Which state a decision was made on. Opaque: a write compares it with the state that it finds.
#[derive(Clone)]
pub struct Token {
    /// The last change of the subject: versions, config, mode, associations. 0 if it is in no table.
    pub(super) subject: i64,
    /// The last change of config or mode of the subject's context.
    pub(super) context: i64,
    /// The same of the default context, whose config counts everywhere.
    pub(super) default_context: i64,
    /// The same of `.__GLOBAL`.
    pub(super) global: i64,
    /// The number of the guess or read that this state of a new subject comes from, 0 for another state. It tells writes
    /// apart and is no part of the state.
    pub(super) guess: u64,
}

impl PartialEq for Token {
    fn eq(&self, other: &Self) -> bool {
        self.revisions() == other.revisions()
    }
}

impl Eq for Token {}

impl Hash for Token {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.revisions().hash(state);
    }
}

/// The revisions: what is told of a state is not which guess or read it comes from.
impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Token").field(&self.revisions()).finish()
    }
}

impl Token {
    /// The state as four revisions: the subject's, its context's, the default context's, that of `.__GLOBAL`.
    pub(super) fn revisions(&self) -> [i64; 4] {
        [self.subject, self.context, self.default_context, self.global]
    }

    /// The same state, as a guess with this number.
    pub(crate) fn guessed(&self, guess: u64) -> Self {
        Self { guess, ..self.clone() }
    }

    /// Whether this is one and the same guess, or read on both sides, and the same state.
    pub(crate) fn is_same_guess(&self, other: &Self) -> bool {
        self == other && self.guess == other.guess
    }

    /// Whether nobody has written to the subject, or nothing is left of it: no version, setting or association.
    pub(crate) fn is_of_new_subject(&self) -> bool {
        self.subject == 0
    }

    /// The state after the subject's next change, which has this revision.
    pub(crate) fn after(&self, revision: i64) -> Self {
        Self { subject: revision, guess: 0, ..self.clone() }
    }
}

/// Config and mode stored under one key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Setting {
    /// The config.
    pub config: Option<Config>,
    /// The mode.
    pub mode: Option<Mode>,
}

/// The settings in scope of a subject, from the nearest to the farthest, as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScopeState {
    /// The state that this is.
    pub token: Token,
    /// The subject's own; for the key of a context the same as `context`.
    pub own: Setting,
    /// Its context's.
    pub context: Setting,
    /// The default context's, which REST calls global; the same as `context` for its subjects.
    pub default_context: Setting,
    /// Those of `.__GLOBAL`.
    pub global: Setting,
}

/// All versions of a subject and what is in scope of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubjectState {
    /// The settings in scope and the token, which covers the versions as well.
    pub scope: Arc<ScopeState>,
    /// The versions in ascending order, soft-deleted ones included.
    pub versions: Vec<StoredVersion>,
}

/// One version of a subject.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredVersion {
    /// The subject.
    pub subject: Subject,
    /// The number.
    pub version: Version,
    /// The id of its content in the subject's context.
    pub id: SchemaId,
    /// The content.
    pub content: Arc<Content>,
    /// Whether it is soft-deleted.
    pub deleted: bool,
    /// When it was last written (registered, deleted, restored), in milliseconds since 1970.
    pub ts: i64,
    /// When it was first registered, in milliseconds since 1970.
    pub created_ts: i64,
}

/// The subject-versions that hold an id, and the current id of its content.
#[derive(Clone, Debug, Default)]
pub struct Holders {
    /// Whether the id stands for a content, which it also does when an import has overwritten the only version that held it.
    pub stands: bool,
    /// The id that new registrations of the same content take: another one after an import under another id. `None` if
    /// the id has no content.
    pub current_id: Option<SchemaId>,
    /// The subject-versions, ordered by subject and version.
    pub versions: Vec<Holder>,
    /// Places in `versions`, once they were asked for.
    order: OnceLock<Vec<u32>>,
}

impl PartialEq for Holders {
    fn eq(&self, other: &Self) -> bool {
        self.stands == other.stands && self.current_id == other.current_id && self.versions == other.versions
    }
}

impl Eq for Holders {}

impl Holders {
    /// The versions of one subject.
    #[must_use]
    pub fn of(&self, subject: &Subject) -> &[Holder] {
        let begin = self.versions.partition_point(|holder| holder.subject < *subject);
        let end = self.versions.partition_point(|holder| holder.subject <= *subject);
        &self.versions[begin..end]
    }

    /// The same as if only some of the versions held the id; it stands for nothing if none is left.
    #[must_use]
    pub fn only(&self, is_left: impl Fn(&Holder) -> bool) -> Self {
        let versions: Vec<Holder> = self.versions.iter().filter(|holder| is_left(holder)).cloned().collect();
        let stands = self.stands && !versions.is_empty();
        let current_id = self.current_id.filter(|_| stands);
        Self { stands, current_id, versions, order: OnceLock::new() }
    }

    /// Some of the versions in the order that `work_out` gives as places among them. It is worked out once, since an id can have
    /// thousands of holders, so each caller has to ask for the same.
    pub fn in_order(&self, work_out: impl FnOnce(&[Holder]) -> Vec<u32>) -> impl Iterator<Item = &Holder> {
        let order = self.order.get_or_init(|| work_out(&self.versions));
        order.iter().filter_map(|place| self.versions.get(usize::try_from(*place).ok()?))
    }
}

/// A subject-version that holds an id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// The subject.
    pub subject: Subject,
    /// The version.
    pub version: Version,
    /// Whether it is soft-deleted.
    pub deleted: bool,
    /// When it was last written, in milliseconds since 1970.
    pub ts: i64,
    /// Orders holders by when they were last written, more finely than `ts`.
    pub written: i64,
}

/// A version whose schema refers to another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Referrer {
    /// The version that is referred to.
    pub target: Version,
    /// The referring subject.
    pub subject: Subject,
    /// The referring version.
    pub version: Version,
    /// The id of the referring schema.
    pub id: SchemaId,
    /// Whether the referring version is soft-deleted.
    pub deleted: bool,
}

/// Which versions count in a listing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Visibility {
    /// Those that are not deleted.
    Active,
    /// All.
    All,
    /// Versions: the soft-deleted ones. Subjects: those that have soft-deleted versions only.
    DeletedOnly,
}

/// Which subjects to list.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SubjectQuery {
    /// Context and beginning of their names.
    pub filter: SubjectFilter,
    /// The versions that they must have.
    pub visibility: Visibility,
    /// The part of the list to give.
    pub page: Page,
}

impl SubjectQuery {
    /// All subjects that pass a filter and have versions of this visibility.
    #[must_use]
    pub fn of(filter: SubjectFilter, visibility: Visibility) -> Self {
        Self { filter, visibility, page: Page::default() }
    }
}

/// Which versions to list.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct VersionQuery {
    /// The subjects.
    pub filter: SubjectFilter,
    /// The versions that count.
    pub visibility: Visibility,
    /// Whether to give only the highest version that counts of each subject.
    pub latest_only: bool,
    /// Of these only those with a rule of this type.
    pub rule_type: Option<String>,
    /// Only versions of subjects with such associations.
    pub associated: Option<AssociationCondition>,
    /// The part of the list to give.
    pub page: Page,
}

impl VersionQuery {
    /// All versions of this visibility of the subjects that pass a filter.
    #[must_use]
    pub fn of(filter: SubjectFilter, visibility: Visibility) -> Self {
        let page = Page::default();
        Self { filter, visibility, latest_only: false, rule_type: None, associated: None, page }
    }
}

/// Which associations the subjects of a list have.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct AssociationCondition {
    /// Those with resources of this kind count; `None` for all.
    pub resource_type: Option<String>,
    /// Those of one of these types count; empty for all.
    pub types: Vec<AssociationType>,
    /// Of those that count a subject has one with one of these lifecycles, or with any if this is empty; `None` in it: or it has
    /// none that counts.
    pub lifecycles: Vec<Option<Lifecycle>>,
}

impl AssociationCondition {
    /// Of the associations of a subject those that it is listed with; `None` if it is not listed.
    #[must_use]
    pub fn of_listed(&self, associations: &[Association]) -> Option<Vec<Association>> {
        let is_of_kind = |one: &&Association| {
            self.resource_type.as_ref().is_none_or(|kind| *kind == one.resource_type)
                && (self.types.is_empty() || self.types.contains(&one.association_type))
        };
        let counting: Vec<&Association> = associations.iter().filter(is_of_kind).collect();
        if counting.is_empty() {
            return self.lifecycles.contains(&None).then(Vec::new);
        }
        let has_lifecycle =
            |one: &&Association| self.lifecycles.is_empty() || self.lifecycles.contains(&Some(one.lifecycle));
        let listed: Vec<_> = counting.into_iter().filter(has_lifecycle).cloned().collect();
        (!listed.is_empty()).then_some(listed)
    }
}

/// Which aliases to list: texts that are set as such and not empty.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct AliasQuery {
    /// Context and beginning of the names of the subjects that have them.
    pub filter: SubjectFilter,
    /// Whether those of whole contexts are among them.
    pub of_contexts: bool,
    /// The part of the list to give.
    pub page: Page,
}

/// A part of a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Page {
    /// How many to leave out at the beginning.
    pub offset: u32,
    /// How many to give at most; `None` for all.
    pub limit: Option<u32>,
}

impl ScopeState {
    /// The mode that counts: the nearest one.
    #[must_use]
    pub fn mode(&self) -> Mode {
        self.own.mode.or(self.context.mode).or(self.global.mode).unwrap_or(Mode::ReadWrite)
    }

    /// Whether that mode forbids writes.
    #[must_use]
    pub fn is_read_only(&self) -> bool {
        self.mode().is_read_only()
    }
}

impl SubjectState {
    /// The highest version that is not deleted.
    #[must_use]
    pub fn latest(&self) -> Option<&StoredVersion> {
        self.versions.iter().rev().find(|version| !version.deleted)
    }

    /// One version, deleted or not.
    #[must_use]
    pub fn version(&self, number: Version) -> Option<&StoredVersion> {
        let at = self.versions.binary_search_by_key(&number, |version| version.version).ok()?;
        self.versions.get(at)
    }

    /// The number of the next version: one more than the highest row, deleted or not. `None` after the last number.
    #[must_use]
    pub fn next_version(&self) -> Option<Version> {
        self.versions.last().map_or(Some(Version::FIRST), |version| version.version.next())
    }
}
