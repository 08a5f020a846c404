//! Many versions that are written at once, as they were in another registry.

use crate::domain::{Content, SchemaId, Subject, Version};

/// A version as it was in another registry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportedVersion {
    /// The subject.
    pub subject: Subject,
    /// The number.
    pub version: Version,
    /// The id of its content.
    pub id: SchemaId,
    /// The content.
    pub content: Content,
    /// The versions that the content's references resolve to, in their order. Each must be there, earlier in the same list or before.
    pub targets: Vec<(Subject, Version)>,
    /// Whether it is soft-deleted.
    pub deleted: bool,
    /// When it was written, in milliseconds since 1970; `None` for now.
    pub ts: Option<i64>,
}

/// The outcome of writing many versions: all of them are there afterwards, or none was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BulkImport {
    /// All of them are there.
    Imported {
        /// How many were written.
        written: usize,
        /// How many were there before, just so.
        known: usize,
    },
    /// Nothing was written.
    Refused {
        /// The place of the first version that cannot be written, from 0.
        index: usize,
        /// Why.
        reason: ImportRefusal,
    },
}

/// Why a version cannot be imported.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ImportRefusal {
    /// The subject has this version with another id, or deleted where it should not be, or the other way round.
    #[error("version {version} of subject '{subject}' is there already, with id {id}{}", if *.deleted { ", deleted" } else { "" })]
    VersionTaken {
        /// The subject.
        subject: Subject,
        /// The number.
        version: Version,
        /// The id that the version has.
        id: SchemaId,
        /// Whether the version is soft-deleted.
        deleted: bool,
    },
    /// The id is or was bound to other content.
    #[error("id {id} stands for another schema in context '{}'", .subject.context())]
    IdTaken {
        /// The subject of the version.
        subject: Subject,
        /// The id.
        id: SchemaId,
    },
    /// A version that is referred to is not there, or deleted while the one that refers to it is not.
    #[error(
        "it refers to version {1} of subject '{0}', which is not there or deleted; a schema must come after those that it \
         refers to"
    )]
    TargetGone(Subject, Version),
    /// A subject with a STRONG association cannot be referred to.
    #[error("it refers to subject '{0}', which belongs to one resource by a STRONG association")]
    TargetOwned(Subject),
}
