//! The change log: every write leaves a row, in the same transaction.

use serde_json::Value;

use crate::domain::{Context, Guid, SchemaId, Subject, Version};

/// The author of a change, if known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Actor(pub Option<String>);

/// A row of the change log. One write may leave several.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// Orders the rows; not dense.
    pub seq: i64,
    /// When, in milliseconds since 1970.
    pub ts: i64,
    /// The author, if known.
    pub actor: Option<String>,
    /// The kind of the change.
    pub kind: ChangeKind,
    /// The context in which it was done.
    pub context: Context,
    /// The bare name of the subject; empty for a change of the context itself.
    pub subject: String,
    /// The version, for a change of versions.
    pub version: Option<Version>,
    /// The id of the version's content.
    pub id: Option<SchemaId>,
    /// The state before. For a version that is gone this is all of it, so that it can be brought back.
    pub before: Option<Value>,
    /// The state now.
    pub after: Option<Value>,
}

/// Which changes are asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChangeQuery {
    /// Those behind this row.
    pub after: i64,
    /// So many at most.
    pub limit: u32,
    /// Those of this subject.
    pub subject: Option<Subject>,
    /// Those of this kind.
    pub kind: Option<ChangeKind>,
    /// Those at or after this time, in milliseconds since 1970.
    pub since: Option<i64>,
    /// Those before this time.
    pub until: Option<i64>,
}

/// The things that a change is about, without what it changed: enough to know what is no longer true.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Touched {
    pub(crate) kind: ChangeKind,
    pub(crate) subject: Subject,
    pub(crate) id: Option<SchemaId>,
    /// The identity of the content that the id stands for, where it is known without a further read.
    pub(crate) guid: Option<Guid>,
}

/// The kind of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ChangeKind {
    /// A version was added.
    Register,
    /// A version was taken away by an import that wrote another one in its place.
    Overwrite,
    /// New registrations of the content of an id take another id from now on.
    Supersede,
    /// An id whose content was purged was bound to other content by an import that named it.
    Rebind,
    /// A version was soft-deleted.
    Delete,
    /// A soft-deleted or purged version was taken back.
    Restore,
    /// A version was permanently removed.
    Purge,
    /// The content of an id was erased from the store and from this log.
    Erase,
    /// A config was stored or removed.
    Config,
    /// A mode was stored or removed.
    Mode,
    /// A context was created or taken off the list.
    Context,
    /// An association was written or removed.
    Association,
    /// Ids of a context were left out, which another history of the database may have given out.
    Skip,
    /// A token of the registry was issued or revoked.
    Token,
}

impl ChangeKind {
    /// All kinds.
    pub const ALL: [Self; 14] = [
        Self::Register,
        Self::Overwrite,
        Self::Supersede,
        Self::Rebind,
        Self::Delete,
        Self::Restore,
        Self::Purge,
        Self::Erase,
        Self::Config,
        Self::Mode,
        Self::Context,
        Self::Association,
        Self::Skip,
        Self::Token,
    ];

    /// The name under which it is stored.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Register => "register",
            Self::Overwrite => "overwrite",
            Self::Supersede => "supersede",
            Self::Rebind => "rebind",
            Self::Delete => "delete",
            Self::Restore => "restore",
            Self::Purge => "purge",
            Self::Erase => "erase",
            Self::Config => "config",
            Self::Mode => "mode",
            Self::Context => "context",
            Self::Association => "association",
            Self::Skip => "skip",
            Self::Token => "token",
        }
    }

    /// The kind that is stored under this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}
