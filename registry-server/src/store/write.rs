//! The arguments of writes and their answers.

use crate::domain::{Content, Context, SchemaId, Subject, Version};

/// A version to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewVersion {
    /// The subject.
    pub subject: Subject,
    /// The content.
    pub content: Content,
    /// The versions that the content's references resolve to, in their order. Each must exist, and no subject among them may
    /// have a STRONG association, when the write happens.
    pub targets: Vec<(Subject, Version)>,
    /// Whether a target may be soft-deleted.
    pub deleted_targets: bool,
    /// Number and id.
    pub placement: Placement,
}

/// Which version number and id a new version takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Placement {
    /// The number must be one more than the highest row of the subject; the id is the content's current one or the
    /// context's next.
    Next(Version),
    /// Number and id are given, as in an import. A version that exists is overwritten; the id becomes the current one of
    /// the content.
    At {
        /// The number.
        version: Version,
        /// The id; `None` takes one as [`Placement::Next`] does.
        id: Option<SchemaId>,
    },
}

/// The outcome of adding a version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Insertion {
    /// The version is stored.
    Inserted {
        /// Its id.
        id: SchemaId,
        /// Its number.
        version: Version,
        /// When it was written.
        ts: i64,
    },
    /// The decision was made on another state than the one found: read again.
    Conflict,
    /// The given id is bound to other content, or its content was erased.
    IdTaken,
}

/// The outcome of deleting or purging versions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Removal {
    /// These versions were deleted or removed, in ascending order.
    Removed(Vec<Version>),
    /// The decision was made on another state than the one found: read again.
    Conflict,
    /// Something refers to this version.
    Referenced(Version),
}

/// The outcome of taking a soft deletion back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Restoral {
    /// The version is back.
    Restored,
    /// The decision was made on another state than the one found: read again.
    Conflict,
    /// The version refers to this one, which is deleted.
    TargetDeleted(Subject, Version),
}

/// The outcome of writing a setting or associations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Put {
    /// It is stored.
    Written,
    /// The decision was made on another state than the one found: read again.
    Conflict,
}

/// The scope that has to be empty before a switch to IMPORT.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ImportScope {
    /// Every subject of every context.
    Registry,
    /// The subjects of a context.
    Context(Context),
    /// One subject.
    Subject(Subject),
}

/// The outcome of a switch to IMPORT.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ImportSwitch {
    /// The mode is set and the scope is empty.
    Switched,
    /// The decision was made on another state than the one found: read again.
    Conflict,
    /// The scope has a version that is not deleted.
    Occupied,
    /// A soft-deleted version in the scope is referred to from outside of it.
    Referenced(Subject, Version),
}

/// The outcome of removing a context.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContextRemoval {
    /// It is no longer listed, or never was.
    Removed,
    /// It has versions, if only soft-deleted ones.
    NotEmpty,
}

/// The outcome of bringing a purged version back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unpurge {
    /// It is back: the same number, id and content, deleted if it was.
    Restored(Subject, Version),
    /// The log has no purge at this position.
    NoSuchPurge,
    /// The content that was purged has been erased.
    Erased,
    /// The id stands for other content by now: an import has taken it since the purge.
    IdTaken(SchemaId),
    /// The subject has another version of this number.
    Occupied(Subject, Version),
    /// The version refers to this one, which is gone, or deleted while the version was not; bring it back first.
    TargetGone(Subject, Version),
    /// The mode of the subject forbids writes.
    ReadOnly(Subject),
}

/// The outcome of erasing the content of an id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Erasure {
    /// It is gone from the store and from the log.
    Erased {
        /// Other ids, of any context, that have or had the same content, which is still kept under them; in order.
        elsewhere: Vec<(Context, SchemaId)>,
    },
    /// A version holds the id; purge it first.
    Held,
    /// The id was never given out.
    NoSuchId,
}
